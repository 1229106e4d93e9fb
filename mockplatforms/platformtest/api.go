package platformtest

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// send lets the API answer a recorded request with another body.
func send(e *engine.Engine, m *fixtures.Message, method, path string, body []byte) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, bytes.NewReader(body))
	for _, f := range m.Header {
		r.Header.Add(f.Name, f.Value)
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// creating gives the recorded requests that ask for hooks: those of the routes that create.
func (x *exercise) creating(t *testing.T) (list []*fixtures.Message) {
	for _, m := range x.set.List(x.p.Name, ".request.http") {
		e := x.engine(t)
		send(e, m, m.Method(), target(m), m.Body)
		for _, entry := range e.Journal.Since(0) {
			if entry.Creates {
				list = append(list, m)
			}
		}
	}
	if len(list) == 0 {
		t.Fatal("no recorded request reaches a route that creates hooks")
	}
	return list
}

func target(m *fixtures.Message) string { return strings.Fields(m.Start)[1] }

// registration sends each recorded registration: it is taken, what stands is what was asked for, and Asked reads it.
func (x *exercise) registration(t *testing.T) {
	for _, m := range x.creating(t) {
		e := x.engine(t)
		w := send(e, m, m.Method(), target(m), m.Body)
		if w.Code < 200 || w.Code > 299 {
			t.Errorf("%s was answered %d: %s", m.Name, w.Code, w.Body)
			continue
		}
		asked := x.p.Asked(m.Body, w.Code, w.Body.Bytes())
		var accepted []string
		for _, a := range asked {
			if a.Accepted {
				accepted = append(accepted, a.Event)
			}
		}
		var standing []string
		for _, h := range e.State.Hooks.List() {
			standing = append(standing, h.Event)
		}
		if fmt.Sprint(accepted) != fmt.Sprint(standing) || len(standing) == 0 {
			t.Errorf("%s: Asked reads %v as accepted, %v stand", m.Name, accepted, standing)
		}
	}
}

// refusals has a whole request, one hook and one event refused: once, and then taken.
func (x *exercise) refusals(t *testing.T) {
	for _, m := range x.creating(t) {
		e := x.engine(t)
		if err := e.State.Refuse(mockplatforms.Refusal{Status: 503, Times: 1}); err != nil {
			t.Fatal(err)
		}
		if w := send(e, m, m.Method(), target(m), m.Body); w.Code != 503 || len(e.State.Hooks.List()) != 0 {
			t.Errorf("%s: refused with %d and %d hooks, expected 503 and none", m.Name, w.Code, len(e.State.Hooks.List()))
		}
		w := send(e, m, m.Method(), target(m), m.Body)
		all := len(e.State.Hooks.List())
		if w.Code > 299 || all == 0 {
			t.Errorf("%s: after the refusal it is answered %d with %d hooks", m.Name, w.Code, all)
		}

		e = x.engine(t)
		if err := e.State.Refuse(mockplatforms.Refusal{Nth: 1, Status: x.partial(), Times: 1}); err != nil {
			t.Fatal(err)
		}
		w = send(e, m, m.Method(), target(m), m.Body)
		refused := 0
		for _, a := range x.p.Asked(m.Body, w.Code, w.Body.Bytes()) {
			if !a.Accepted {
				refused++
			}
		}
		if stand := len(e.State.Hooks.List()); refused == 0 || stand >= all {
			t.Errorf("%s: the first hook was to be refused; %d refused, %d of %d stand: %s", m.Name, refused, stand, all, w.Body)
		}
	}
	if err := x.engine(t).State.Refuse(mockplatforms.Refusal{Status: 418}); err == nil {
		t.Error("a status without a recorded answer can be asked for")
	}
}

// partial is a status that the platform has for one refused hook.
func (x *exercise) partial() int {
	for _, status := range []int{402, 422, 400} {
		if _, err := x.set.Load(fmt.Sprintf("%s/errors/%d.response.http", x.p.Name, status)); err == nil {
			return status
		}
	}
	return 503
}

// badRequests sends what no client should: it gets JSON in the platform's words, and is journaled.
func (x *exercise) badRequests(t *testing.T) {
	large := bytes.Repeat([]byte(" "), engine.MaxRequest+1)
	for _, m := range x.creating(t) {
		for _, bad := range []struct {
			name, method, path string
			body               []byte
			status             int // 0: the platform says it in the body
		}{
			{"not JSON", m.Method(), target(m), []byte("{'a': 1"), 0},
			{"empty", m.Method(), target(m), nil, 0},
			{"a list", m.Method(), target(m), []byte("[1,2]"), 0},
			{"null", m.Method(), target(m), []byte("null"), 0},
			{"a number", m.Method(), target(m), []byte("1e999"), 0},
			{"too large", m.Method(), target(m), large, http.StatusRequestEntityTooLarge},
			{"wrong method", "TRACE", target(m), m.Body, http.StatusMethodNotAllowed},
			{"no such path", m.Method(), "/no/such/path", m.Body, http.StatusNotFound},
			{"unclean path", m.Method(), "/x/.." + target(m), m.Body, http.StatusNotFound},
		} {
			e := x.engine(t)
			w := send(e, m, bad.method, bad.path, bad.body)
			if bad.status != 0 && w.Code != bad.status {
				t.Errorf("%s, %s: answered %d, expected %d", m.Name, bad.name, w.Code, bad.status)
			}
			if !fixtures.ValidJSON(w.Body.Bytes()) {
				t.Errorf("%s, %s: the answer is not JSON: %q", m.Name, bad.name, w.Body)
			}
			if len(e.State.Hooks.List()) != 0 {
				t.Errorf("%s, %s: registered a hook", m.Name, bad.name)
			}
			if entries := e.Journal.Since(0); len(entries) != 1 || entries[0].Response.Status != w.Code || entries[0].Failure != "" {
				t.Errorf("%s, %s: the journal has %d entries: %+v", m.Name, bad.name, len(entries), entries)
			}
		}
	}
}

// credentials takes them away, where the platform asks for any.
func (x *exercise) credentials(t *testing.T) {
	if x.p.Authorize == nil {
		t.Logf("%s asks for no credentials", x.p.Title)
		return
	}
	for _, m := range x.creating(t) {
		e := x.engine(t)
		bare := *m
		bare.Header = []fixtures.Field{{Name: "Content-Type", Value: "application/json"}}
		w := send(e, &bare, m.Method(), target(m), m.Body)
		if w.Code != x.p.Denied || len(e.State.Hooks.List()) != 0 || !fixtures.ValidJSON(w.Body.Bytes()) {
			t.Errorf("%s without credentials: %d %s", m.Name, w.Code, w.Body)
		}
	}
}

// lookups fetches each recorded resource by an id of our own.
func (x *exercise) lookups(t *testing.T) {
	m := x.creating(t)[0]
	for _, l := range mockplatforms.Lookups(x.set, x.p.Name) {
		e := x.engine(t)
		path := strings.ReplaceAll(strings.TrimPrefix(l.Route(), "GET "), "{store}", x.p.Account.Store)
		path = strings.ReplaceAll(path, "{id}", "7001")
		for strings.Contains(path, "{") {
			path = path[:strings.Index(path, "{")] + "9" + path[strings.Index(path, "}")+1:]
		}
		w := send(e, m, http.MethodGet, path, nil)
		entries := e.Journal.Since(0)
		if w.Code != http.StatusOK || !fixtures.ValidJSON(w.Body.Bytes()) || len(entries) != 1 || entries[0].Kind != journal.Lookup {
			t.Errorf("%s: %d %.200s", path, w.Code, w.Body)
			continue
		}
		if strings.Contains(l.Route(), "{id}") && len(l.Identity()) > 0 && (!strings.Contains(w.Body.String(), "7001") || fmt.Sprint(entries[0].IDs) != "[7001]") {
			t.Errorf("%s: the id 7001 is not in the answer, or not in the journal (%v): %.300s", path, entries[0].IDs, w.Body)
		}
	}
}
