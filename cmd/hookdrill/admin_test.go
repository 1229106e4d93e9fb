package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

// The endpoint takes orders of `hookdrill send`, and of nothing that a web page could make a browser send.
func TestOffice(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	o := &office{fixtures: set, seed: "test"}
	for _, p := range all.Platforms() {
		e, err := engine.New(engine.Options{Platform: p, Fixtures: set})
		if err != nil {
			t.Fatal(err)
		}
		o.served = append(o.served, &served{p, e, &engine.Listener{URL: "http://127.0.0.1:1"}})
	}
	good := `{"event":"customer_new"}`
	for _, c := range []struct {
		name, method, path, host, field, media, body string
		status                                       int
		says                                         string
	}{
		{"an order", "POST", "/send", "127.0.0.1:4009", "1", "application/json", good, 200, `"attempts":[]`},
		{"by IPv6", "POST", "/send", "[::1]:4009", "1", "application/json; charset=utf-8", good, 200, ""},
		{"by name", "POST", "/send", "localhost:4009", "1", "application/json", good, 200, ""},
		{"a rebound name", "POST", "/send", "evil.example:4009", "1", "application/json", good, 403, "Host"},
		{"a name that begins well", "POST", "/send", "127.0.0.1.evil.example", "1", "application/json", good, 403, "Host"},
		{"no host", "POST", "/send", "", "1", "application/json", good, 403, "Host"},
		{"a form of a web page", "POST", "/send", "127.0.0.1:4009", "", "text/plain", good, 403, "X-Hookdrill"},
		{"a question whether it may", "OPTIONS", "/send", "127.0.0.1:4009", "", "", "", 403, "X-Hookdrill"},
		{"another type", "POST", "/send", "127.0.0.1:4009", "1", "text/plain", good, 415, ""},
		{"another method", "GET", "/send", "127.0.0.1:4009", "1", "", "", 405, ""},
		{"another path", "POST", "/", "127.0.0.1:4009", "1", "application/json", good, 404, ""},
		{"no JSON", "POST", "/send", "127.0.0.1:4009", "1", "application/json", "{", 400, "cannot be read"},
		{"too long", "POST", "/send", "127.0.0.1:4009", "1", "application/json", `{"event":"` + strings.Repeat("x", maxOrder) + `"}`, 400, "too large"},
		{"no event", "POST", "/send", "127.0.0.1:4009", "1", "application/json", `{}`, 422, "no platform has an event"},
		{"a path that is none", "POST", "/send", "127.0.0.1:4009", "1", "application/json", `{"event":"customer_new","values":[{"path":"","value":"1"}]}`, 422, ""},
		{"no target", "POST", "/send", "127.0.0.1:4009", "1", "application/json", `{"event":"customerCreated","platform":"oliver"}`, 200, ""},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Host = c.host
		for name, value := range map[string]string{adminField: c.field, "Content-Type": c.media} {
			if value != "" {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		o.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %s, want %d %s", c.name, w.Code, w.Body, c.status, c.says)
		}
		if w.Header().Get("Access-Control-Allow-Origin") != "" || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: %v", c.name, w.Header())
		}
	}
}

// What is renewed differs each time, what is not is the same.
func TestOfficeRenews(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var bodies []string
	receiver := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer receiver.Close()
	o := &office{fixtures: set, seed: "test"}
	for _, p := range all.Platforms() {
		e, err := engine.New(engine.Options{Platform: p, Fixtures: set})
		if err != nil {
			t.Fatal(err)
		}
		o.served = append(o.served, &served{p, e, &engine.Listener{}})
	}
	for _, renew := range []bool{false, true, true} {
		done, err := o.send(t.Context(), order{Event: "customer_new", New: renew, Target: receiver.URL})
		if err != nil || len(done.Attempts) != 1 || !done.Attempts[0].Acknowledged {
			t.Fatalf("%+v, %v", done, err)
		}
		entries := o.served[1].engine.Journal.Since(0)
		bodies = append(bodies, string(entries[len(entries)-1].Request.Body))
	}
	if bodies[0] == bodies[1] || bodies[1] == bodies[2] {
		t.Errorf("%q", bodies)
	}
}
