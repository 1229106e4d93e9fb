package engine_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/iotest"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// TestServe: whatever comes is answered in the platform's own words and stands in the journal.
func TestServe(t *testing.T) {
	full := strings.Repeat(" ", engine.MaxRequest)
	for _, row := range []struct {
		reason, method, target, body string
		status                       int
		answer                       string
		kind                         journal.Kind
	}{
		{"a registration", "POST", "/hooks", `{"event":"made"}`, 201, `{"hook":7}`, journal.Registration},
		{"a registration that creates nothing", "GET", "/hooks", "", 200, `[]`, journal.Registration},
		{"with a slash", "POST", "/hooks/", `{"event":"made"}`, 201, `{"hook":7}`, journal.Registration},
		{"with a query", "GET", "/hooks?page=2", "", 200, `[]`, journal.Registration},
		{"the root", "DELETE", "/", "", 204, ``, journal.Registration},
		{"a lookup", "GET", "/things/42/", "", 200, `{"id":42}`, journal.Lookup},
		{"a lookup without its slash", "GET", "/things/42", "", 200, `{"id":42}`, journal.Lookup},
		{"a lookup of an odd id", "GET", "/things/a%2Fb", "", 200, `{"id":"a/b"}`, journal.Lookup},
		{"no such path", "GET", "/nothing", "", 404, `{"toy":404}`, journal.Unknown},
		{"a path below one that is there", "GET", "/hooks/7", "", 404, `{"toy":404}`, journal.Unknown},
		{"two slashes", "GET", "//hooks", "", 404, `{"toy":404}`, journal.Unknown},
		{"two slashes at the end", "GET", "/hooks//", "", 404, `{"toy":404}`, journal.Unknown},
		{"dots", "GET", "/x/../hooks", "", 404, `{"toy":404}`, journal.Unknown},
		{"a dot", "GET", "/./hooks", "", 404, `{"toy":404}`, journal.Unknown},
		{"dots in disguise", "GET", "/x/%2e%2e/hooks", "", 404, `{"toy":404}`, journal.Unknown},
		{"another method", "PUT", "/hooks", "{}", 405, `{"toy":405}`, journal.Unknown},
		{"another method, on a lookup", "POST", "/things/42", "{}", 405, `{"toy":405}`, journal.Unknown},
		{"a method of one's own", "BREW", "/hooks", "", 405, `{"toy":405}`, journal.Unknown},
		{"as much body as is taken", "POST", "/hooks", full, 201, `{"hook":7}`, journal.Registration},
		{"a byte more", "POST", "/hooks", full + "{", 413, `{"toy":413}`, journal.Unknown},
		{"a byte more, to nowhere", "POST", "/nothing", full + "{", 413, `{"toy":413}`, journal.Unknown},
	} {
		e, _ := start(t)
		w := call(e, row.method, row.target, row.body)
		if w.Code != row.status || w.Body.String() != row.answer {
			t.Errorf("%s: %s %s gives %d %s, want %d %s", row.reason, row.method, row.target, w.Code, w.Body, row.status, row.answer)
		}
		entry := last(t, e, 1)
		if entry.Kind != row.kind || entry.Platform != "toy" || entry.Failure != "" || entry.Seq != 1 {
			t.Errorf("%s: the journal says %q of %q, failure %q", row.reason, entry.Kind, entry.Platform, entry.Failure)
		}
		if entry.Response.Status != row.status || string(entry.Response.Body) != row.answer {
			t.Errorf("%s: the journal has the answer %d %s", row.reason, entry.Response.Status, entry.Response.Body)
		}
		if want := row.body[:min(len(row.body), engine.MaxRequest)]; string(entry.Request.Body) != want || entry.Request.Truncated != (want != row.body) {
			t.Errorf("%s: the journal has %d bytes of body, truncated %v", row.reason, len(entry.Request.Body), entry.Request.Truncated)
		}
		if want := "http://example.com" + row.target; entry.Request.Method != row.method || entry.Request.URL != want {
			t.Errorf("%s: the journal has %s %s, want %s", row.reason, entry.Request.Method, entry.Request.URL, want)
		}
		if !e.Idle() {
			t.Errorf("%s: the call goes on", row.reason)
		}
	}
}

func TestAllow(t *testing.T) {
	e, _ := start(t)
	for target, want := range map[string]string{"/hooks": "GET, HEAD, POST", "/hooks/": "GET, HEAD, POST", "/things/1": "GET, HEAD"} {
		if got := call(e, "PUT", target, "").Header().Get("Allow"); got != want {
			t.Errorf("%s allows %q, want %q", target, got, want)
		}
	}
}

// TestEntries: what the journal knows about a call of each kind.
func TestEntries(t *testing.T) {
	e, _ := start(t)
	e.State.AddAccount(mockplatforms.Account{Client: "two"})
	e.Clock.To(e.Clock.Now() + 42)
	w := call(e, "POST", "/hooks", `{}`, "X-Client", "two", "x-odd", "1")
	if sent := w.Result().Header; sent.Get("X-Toy") != "1" {
		t.Errorf("sent with the fields %v", sent)
	}
	if got := last(t, e, 1); !got.Creates || got.Client != "two" || got.Virtual != 42 || got.Request.Field("X-Odd") != "1" || got.Response.Field("X-Toy") != "1" {
		t.Errorf("a registration: %+v", got)
	}
	call(e, "GET", "/hooks", "")
	if got := last(t, e, 2); got.Creates || got.Client != "one" || got.Resource != "" || got.IDs != nil {
		t.Errorf("a list of hooks: %+v", got)
	}
	call(e, "GET", "/things/007", "")
	if got := last(t, e, 3); got.Resource != "thing" || !slices.Equal(got.IDs, []string{"007"}) || got.Client != "one" || got.Creates {
		t.Errorf("a lookup: %+v", got)
	}
	e.State.Forget("thing", "8")
	if w := call(e, "GET", "/things/8", ""); w.Code != 404 || last(t, e, 4).Kind != journal.Lookup {
		t.Errorf("a thing that is gone: %d, %+v", w.Code, last(t, e, 4))
	}
	for n, target := range []string{"/hooks", "/things/9"} {
		w := call(e, "GET", target, "", "X-Client", "nobody")
		if got := last(t, e, 5+n); w.Code != 401 || w.Body.String() != `{"toy":401}` || got.Client != "" || got.Kind == journal.Unknown {
			t.Errorf("%s with wrong credentials: %d %s, %+v", target, w.Code, w.Body, got)
		}
	}
}

// TestRefusedRequest: a refusal of a whole request meets routes that create, after the credentials.
func TestRefusedRequest(t *testing.T) {
	e, _ := start(t)
	if err := e.State.Refuse(mockplatforms.Refusal{Status: 503, Times: 1}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		method, client string
		status, hooks  int
	}{{"GET", "one", 200, 0}, {"POST", "nobody", 401, 0}, {"POST", "one", 503, 0}, {"POST", "one", 201, 1}} {
		w := call(e, row.method, "/hooks", `{}`, "X-Client", row.client)
		if w.Code != row.status || len(e.State.Hooks.List()) != row.hooks {
			t.Errorf("%s by %s: %d and %d hooks, want %d and %d", row.method, row.client, w.Code, len(e.State.Hooks.List()), row.status, row.hooks)
		}
	}
}

// TestPanic: a bug of ours is an answer and an entry, not a connection that breaks off and blames the receiver.
func TestPanic(t *testing.T) {
	e, _ := start(t)
	w := call(e, "GET", "/panics", "")
	const words = "hookdrill broke while it answered: a bug of ours"
	if got := last(t, e, 1); w.Code != 500 || !strings.Contains(w.Body.String(), words) || strings.Contains(w.Body.String(), "hook\":0") ||
		w.Header().Get("X-Toy") != "" || got.Failure != words || got.Response.Status != 500 || got.Kind != journal.Registration {
		t.Errorf("%d %s\n%+v", w.Code, w.Body, got)
	}
	e.Platform.ErrorName = func(*http.Request, int) string { panic("a bug in the error") }
	for n, body := range []string{"", strings.Repeat(" ", engine.MaxRequest+1)} {
		w := call(e, "GET", "/nothing", body)
		if got := last(t, e, 2+n); w.Code != 500 || got.Failure != "hookdrill broke while it answered: a bug in the error" {
			t.Errorf("%d %s\n%+v", w.Code, w.Body, got)
		}
	}
	if !e.Idle() {
		t.Error("the calls go on")
	}
}

func TestRequestBreaksOff(t *testing.T) {
	e, _ := start(t)
	r := httptest.NewRequest("POST", "/hooks", io.MultiReader(strings.NewReader("half"), iotest.ErrReader(errors.New("the line is dead"))))
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	if got := last(t, e, 1); w.Code != 400 || w.Body.String() != `{"toy":400}` || got.Failure != "the request broke off: the line is dead" ||
		string(got.Request.Body) != "half" {
		t.Errorf("%d %s\n%+v", w.Code, w.Body, got)
	}
}

// TestHEAD: over a socket and in process alike it is the answer to GET without its body.
func TestHEAD(t *testing.T) {
	e, _ := start(t)
	w := call(e, "HEAD", "/things/42", "")
	if got := last(t, e, 1); w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "9" || len(got.Response.Body) != 0 || got.Kind != journal.Lookup {
		t.Errorf("in process: %d %v %q\n%+v", w.Code, w.Header(), w.Body, got)
	}
	server := httptest.NewServer(e)
	defer server.Close()
	request, err := http.NewRequestWithContext(t.Context(), "HEAD", server.URL+"/things/42", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("X-Client", "one")
	answer, err := server.Client().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != 200 || answer.ContentLength != 9 {
		t.Errorf("over a socket: %d, %d bytes", answer.StatusCode, answer.ContentLength)
	}
	if w := call(e, "HEAD", "/nothing", ""); w.Code != 404 || w.Body.Len() != 0 {
		t.Errorf("no such path: %d %s", w.Code, w.Body)
	}
}

// TestJournaledBeforeAnswered: who has the answer finds the entry, and the journal's order is that of the answers.
func TestJournaledBeforeAnswered(t *testing.T) {
	e, _ := start(t)
	server := httptest.NewServer(e)
	defer server.Close()
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			for range 10 {
				request, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+"/nothing", http.NoBody)
				if err != nil {
					t.Error(err)
					return
				}
				before := e.Journal.Len()
				answer, err := server.Client().Do(request)
				if err != nil {
					t.Error(err)
					return
				}
				_ = answer.Body.Close()
				if e.Journal.Len() == before {
					t.Error("an answer came before its entry")
				}
			}
		})
	}
	clients.Wait()
	if last(t, e, 80).Seq != 80 {
		t.Error("numbers are missing")
	}
}

func TestIdle(t *testing.T) {
	p := toy()
	inside, goOn := make(chan struct{}), make(chan struct{})
	p.Routes = func(*mockplatforms.State) []mockplatforms.Route {
		return []mockplatforms.Route{{Pattern: "GET /slow", Serve: func(http.ResponseWriter, *http.Request, mockplatforms.Account) {
			close(inside)
			<-goOn
		}}}
	}
	e, _ := start(t, func(o *engine.Options) { o.Platform = p })
	if !e.Idle() {
		t.Error("it is busy before anything came")
	}
	done := make(chan struct{})
	go func() {
		call(e, "GET", "/slow", "")
		close(done)
	}()
	<-inside
	if e.Idle() {
		t.Error("it is idle while a call is answered")
	}
	close(goOn)
	<-done
	if w := last(t, e, 1).Response; !e.Idle() || w.Status != 200 {
		t.Errorf("it is busy when all is answered; what says nothing is %d, want 200", w.Status)
	}
}

// TestLookupsOfOnePath: the query decides, whatever the files are called.
func TestLookupsOfOnePath(t *testing.T) {
	for _, names := range [][2]string{{"a", "z"}, {"z", "a"}} {
		e, _ := start(t, func(o *engine.Options) {
			o.Fixtures = toys(t, fstest.MapFS{
				"toy/lookups/" + names[0] + ".response.http": lookup("GET /parts", `{"all":true}`),
				"toy/lookups/" + names[1] + ".response.http": lookup("GET /parts?id={id}", `{"id":1}`),
			})
		})
		for target, want := range map[string]string{"/parts": `{"all":true}`, "/parts?page=2": `{"all":true}`, "/parts?id=5": `{"id":5}`} {
			if got := call(e, "GET", target, "").Body.String(); got != want {
				t.Errorf("%s gives %s, want %s", target, got, want)
			}
		}
	}
}

// TestNewRefuses: what a user wrote wrong is an error that names it, not a panic.
func TestNewRefuses(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*engine.Options)
		words  string
	}{
		{"a switch that is not there", func(o *engine.Options) { o.Settings = map[string]string{"moods": "bad"} }, `toy has no switch "moods"; did you mean "mood"?`},
		{"a value that is not there", func(o *engine.Options) { o.Settings = map[string]string{"mood": "odd"} }, `switch toy.mood takes`},
		{"a route that is none", func(o *engine.Options) {
			o.Fixtures = toys(t, fstest.MapFS{"toy/lookups/x.response.http": lookup("GET /x/{id", "{}")})
		}, `toy: the route "GET /x/{id" cannot be served`},
		{"a route of the platform's own", func(o *engine.Options) {
			o.Fixtures = toys(t, fstest.MapFS{"toy/lookups/x.response.http": lookup("GET /hooks", "{}")})
		}, `toy: the route "GET /hooks" cannot be served`},
	} {
		o := engine.Options{Platform: toy(), Fixtures: toys(t, nil)}
		row.change(&o)
		if _, err := engine.New(o); err == nil || !strings.Contains(err.Error(), row.words) {
			t.Errorf("%s: %v, want %s", row.reason, err, row.words)
		}
	}
	account := mockplatforms.Account{Client: "mine"}
	e, _ := start(t, func(o *engine.Options) { o.Settings, o.Account = map[string]string{"mood": "bad"}, &account })
	if got := e.State.Setting("mood"); got != "bad" || e.State.Accounts()[0].Client != "mine" {
		t.Errorf("mood %q, account %+v", got, e.State.Accounts())
	}
}
