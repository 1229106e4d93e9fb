package engine_test

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/iotest"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// at is the receiver's time in these tests.
var at = time.Unix(1700000000, 0)

func file(start, fields, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte(start + "\nFixture-Platform: toy\nFixture-Source: a test\n" +
		"Fixture-Evidence: inferred\n" + fields + "\n" + body)}
}

func failing(status int) *fstest.MapFile {
	return file(fmt.Sprintf("HTTP/1.1 %d Toy", status), "Content-Type: application/json\n", fmt.Sprintf(`{"toy":%d}`, status))
}

func lookup(route string, body string) *fstest.MapFile {
	return file("HTTP/1.1 200 OK", "Fixture-Route: "+route+"\nFixture-Resource: thing\nFixture-Identity: id\n", body)
}

// toys are the fixtures of a platform of this test, with more of them in the way of one case.
func toys(t testing.TB, more fstest.MapFS) *fixtures.Set {
	t.Helper()
	all := fstest.MapFS{
		"toy/callbacks/made.callback.http": file("POST / HTTP/1.1", "Fixture-Event: made\nContent-Type: application/json\n", `{"id":"","of":"","n":1.10}`),
		"toy/callbacks/lost.callback.http": file("POST / HTTP/1.1", "Fixture-Event: lost\n", `{}`),
		"toy/words.callback.http": file("PATCH /elsewhere HTTP/1.1",
			"Fixture-Event: made\ncontent-type: text/odd\nX-Twice: b\nX-Twice: a\n", "\x00 no JSON\r\n"),
		"toy/lookups/thing.response.http":      lookup("GET /things/{id}/", `{"id":1}`),
		"toy/registration/hook.response.http":  file("HTTP/1.1 201 Created", "X-Toy: 1\n", `{"hook":0}`),
		"toy/registration/hooks.response.http": file("HTTP/1.1 200 OK", "", `[]`),
	}
	for _, status := range []int{400, 401, 404, 405, 413, 503} {
		all[fmt.Sprintf("toy/errors/%d.response.http", status)] = failing(status)
	}
	for name, f := range more {
		all[name] = f
	}
	set, err := fixtures.New(fixtures.Layer{FS: all, Dir: "toys"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// toy is a platform with one of each: a route that creates, one that panics, credentials, a signature over the body.
func toy() *mockplatforms.Platform {
	return &mockplatforms.Platform{
		Name: "toy", Title: "Toy", FirstHook: 7, Denied: http.StatusUnauthorized,
		Account: mockplatforms.Account{Client: "one", Secret: "s1"},
		Switches: []mockplatforms.Switch{
			{Name: "mood", Doc: "a mood", Values: []string{"good", "bad"}},
		},
		Policy: mockplatforms.Policy{Acknowledges: "some", Acknowledged: func(status int) bool { return status == 200 }, Timeout: time.Minute},
		Authorize: func(s *mockplatforms.State, r *http.Request) (mockplatforms.Account, bool) {
			for _, a := range s.Accounts() {
				if r.Header.Get("X-Client") == a.Client {
					return a, true
				}
			}
			return mockplatforms.Account{}, false
		},
		Routes: toyRoutes,
		Encode: func(_ *mockplatforms.State, c mockplatforms.Callback) (mockplatforms.Request, error) {
			if c.Message.Meta.Event == "lost" && !c.Verbatim {
				return mockplatforms.Request{}, fmt.Errorf("it is lost")
			}
			r := mockplatforms.Request{Method: "POST", URL: c.Hook.Target, Header: c.Message.Header, Body: c.Message.Body}
			if !c.Verbatim {
				r.Body = mockplatforms.Put("id", fmt.Appendf(nil, "%q", c.ID))(r.Body)
				r.Body = mockplatforms.Put("of", fmt.Appendf(nil, `"%s at %d"`, c.Account.Client, c.At.Unix()))(r.Body)
			}
			return r, nil
		},
		Sign: func(a mockplatforms.Account, id string, at time.Time, body []byte) ([]fixtures.Field, error) {
			return []fixtures.Field{{Name: "toy-signature", Value: fmt.Sprintf("v1,%s %s %d %s", a.Secret, id, at.Unix(), fixtures.Sum(body)[:8])}}, nil
		},
	}
}

func toyRoutes(s *mockplatforms.State) []mockplatforms.Route {
	return []mockplatforms.Route{
		{Pattern: "POST /hooks", Creates: true, Serve: func(w http.ResponseWriter, r *http.Request, a mockplatforms.Account) {
			body, _ := io.ReadAll(r.Body)
			hook, _ := s.Hooks.Add(mockplatforms.Hook{
				Event: gjson.GetBytes(body, "event").String(), Target: gjson.GetBytes(body, "to").String(), Client: a.Client, Active: true,
			}, nil)
			s.Answer(w, "registration/hook", mockplatforms.Put("hook", fmt.Append(nil, hook.ID)))
		}},
		{Pattern: "GET /hooks", Serve: func(w http.ResponseWriter, _ *http.Request, _ mockplatforms.Account) {
			s.Answer(w, "registration/hooks")
		}},
		{Pattern: "GET /panics/", Serve: func(w http.ResponseWriter, _ *http.Request, _ mockplatforms.Account) {
			s.Answer(w, "registration/hook")
			panic("a bug of ours")
		}},
		{Pattern: "DELETE /", Serve: func(w http.ResponseWriter, _ *http.Request, _ mockplatforms.Account) {
			w.WriteHeader(http.StatusNoContent)
		}},
	}
}

// receiver keeps what it is sent, and answers with the status of the path: /503.
type receiver struct {
	mu     sync.Mutex
	got    []*http.Request
	bodies []string
}

func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	if err != nil {
		return nil, err
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got, r.bodies = append(r.got, request), append(r.bodies, string(body))
	if request.URL.Path == "/half" {
		body := io.MultiReader(strings.NewReader("tha"), iotest.ErrReader(io.ErrUnexpectedEOF))
		return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(body), Request: request}, nil
	}
	status := http.StatusOK
	if _, err := fmt.Sscanf(request.URL.Path, "/%d", &status); err != nil && request.URL.Path == "/broken" {
		return nil, fmt.Errorf("the line is dead")
	}
	return &http.Response{StatusCode: status, Header: http.Header{"X-Answer": {"1"}}, Body: io.NopCloser(strings.NewReader("thanks")), Request: request}, nil
}

var _ http.RoundTripper = (*receiver)(nil)

func start(t testing.TB, change ...func(*engine.Options)) (*engine.Engine, *receiver) {
	t.Helper()
	r := &receiver{}
	o := engine.Options{Platform: toy(), Transport: r, Stamp: func() time.Time { return at }, Seed: "seed"}
	for _, c := range change {
		c(&o)
	}
	if o.Fixtures == nil {
		o.Fixtures = toys(t, nil)
	}
	e, err := engine.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return e, r
}

// call has the platform answer a request of its client "one", or of another: "X-Client", "two".
func call(e http.Handler, method, target, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, bytes.NewReader([]byte(body)))
	r.Header.Set("X-Client", "one")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

// last is what the journal says about the last exchange; it has to be the nth.
func last(t testing.TB, e *engine.Engine, n int) journal.Entry {
	t.Helper()
	list := e.Journal.Since(0)
	if len(list) != n {
		t.Fatalf("%d entries stand in the journal, want %d", len(list), n)
	}
	return list[n-1]
}

func load(t testing.TB, e *engine.Engine, name string) *fixtures.Message {
	t.Helper()
	m, err := e.State.Fixtures.Load("toy/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
