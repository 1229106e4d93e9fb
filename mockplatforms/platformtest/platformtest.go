// Package platformtest is what every platform is held to, written once.
package platformtest

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Exercise holds a platform to the invariants that the package comment of mockplatforms lists.
func Exercise(t *testing.T, p *mockplatforms.Platform) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	x := &exercise{p: p, set: set}
	t.Run("manual", x.manual)
	t.Run("fixtures", x.fixtures)
	t.Run("events", x.events)
	t.Run("switched off", x.switchedOff)
	t.Run("registration", x.registration)
	t.Run("refusals", x.refusals)
	t.Run("bad requests", x.badRequests)
	t.Run("credentials", x.credentials)
	t.Run("lookups", x.lookups)
}

type exercise struct {
	p   *mockplatforms.Platform
	set *fixtures.Set
}

func (x *exercise) engine(t *testing.T) *engine.Engine {
	t.Helper()
	e, err := engine.New(engine.Options{
		Platform: x.p, Fixtures: x.set, Seed: "exercise", Timeout: 5 * time.Second,
		Stamp: func() time.Time { return time.Unix(1_700_000_000, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func (x *exercise) manual(t *testing.T) {
	for _, want := range []string{"UNKNOWN/default", x.p.Title} {
		if !strings.Contains(x.p.Manual, want) {
			t.Errorf("the manual does not say %q", want)
		}
	}
	for _, s := range x.p.Switches {
		if !strings.Contains(x.p.Manual, s.Name) {
			t.Errorf("the manual does not say what the switch %q does", s.Name)
		}
	}
	for _, v := range x.p.Vars(x.p.Account) {
		if !strings.Contains(x.p.Manual, v.Name) {
			t.Errorf("the manual does not say what {%s.%s} is", x.p.Name, v.Name)
		}
	}
}

// fixtures holds each message to its schema, and the catalogue to be there.
func (x *exercise) fixtures(t *testing.T) {
	if len(x.set.Events(x.p.Name)) == 0 {
		t.Fatal("the catalogue is empty")
	}
	for _, m := range x.set.List(x.p.Name, ".http") {
		if err := x.set.Validate(m); err != nil {
			t.Error(err)
		}
		if m.Meta.Date == "" || m.Meta.SHA256 == "" {
			t.Errorf("%s has no Fixture-Date or no Fixture-Sha256", m.Name)
		}
		for _, path := range m.Meta.Identity {
			inner, _ := fixtures.Unescape(m.Body)
			if !gjson.GetBytes(inner, path).Exists() {
				t.Errorf("%s: Fixture-Identity %q leads to nothing", m.Name, path)
			}
		}
	}
	for _, status := range []string{"400", "404", "405", "413", "429", "500", "503"} {
		if _, err := x.set.Load(x.p.Name + "/errors/" + status + ".response.http"); err != nil {
			t.Error(err)
		}
	}
	if _, err := x.set.Load(x.p.Name + "/abuse/unknown-event.callback.http"); err != nil {
		t.Error(err)
	}
}

// received is a receiver that keeps what it gets.
type received struct {
	mu     sync.Mutex
	bodies [][]byte
	header []http.Header
}

func (r *received) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	body, _ := io.ReadAll(request.Body)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.bodies, r.header = append(r.bodies, body), append(r.header, request.Header)
}

func (x *exercise) hook(e *engine.Engine, event, target string, active bool) {
	e.State.Hooks.Add(mockplatforms.Hook{
		Client: e.State.Accounts()[0].Client, Event: event, Target: target, Active: active, Fields: map[string]string{},
	}, nil)
}

// events delivers every event of the catalogue: JSON, the same bytes again for the same event, verbatim where asked.
func (x *exercise) events(t *testing.T) {
	got := &received{}
	server := httptest.NewServer(got)
	defer server.Close()
	for _, name := range x.set.Events(x.p.Name) {
		m, err := x.set.Event(x.p.Name, name)
		if err != nil {
			t.Fatal(err)
		}
		e := x.engine(t)
		x.hook(e, name, server.URL, true)
		got.bodies = nil
		ev := engine.Event{Message: m, ID: "msg_1", At: time.Unix(1_700_000_000, 0)}
		for range 2 {
			if _, err := e.Deliver(t.Context(), ev); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		ev.Verbatim = true
		if _, err := e.Deliver(t.Context(), ev); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(got.bodies) != 3 {
			t.Fatalf("%s: %d callbacks arrived, not 3", name, len(got.bodies))
		}
		inner, _ := fixtures.Unescape(got.bodies[0])
		if !fixtures.ValidJSON(inner) {
			t.Errorf("%s: the callback is not JSON: %q", name, got.bodies[0])
		}
		if !bytes.Equal(got.bodies[0], got.bodies[1]) {
			t.Errorf("%s: the same event again is another body:\n%s\n%s", name, got.bodies[0], got.bodies[1])
		}
		if !bytes.Equal(got.bodies[2], m.Body) {
			t.Errorf("%s: verbatim is not byte for byte:\n%s\n%s", name, got.bodies[2], m.Body)
		}
		for _, entry := range e.Journal.Since(0) {
			if entry.Kind != journal.Attempt || !entry.Acknowledged || entry.Event != name {
				t.Errorf("%s: the journal has %s of %q, acknowledged %v", name, entry.Kind, entry.Event, entry.Acknowledged)
			}
		}
	}
}

func (x *exercise) switchedOff(t *testing.T) {
	e := x.engine(t)
	name := x.set.Events(x.p.Name)[0]
	m, err := x.set.Event(x.p.Name, name)
	if err != nil {
		t.Fatal(err)
	}
	x.hook(e, name, "http://127.0.0.1:1/", false)
	attempts, err := e.Deliver(t.Context(), engine.Event{Message: m})
	if err != nil || len(attempts) != 0 {
		t.Errorf("a hook that is off got %d callbacks, error %v", len(attempts), err)
	}
}
