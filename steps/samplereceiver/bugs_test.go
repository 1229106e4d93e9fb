package samplereceiver_test

import (
	"context"
	"fmt"
	"io"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

func TestEveryBugOfTheTableIsInTheCodeAndTheOtherWayRound(t *testing.T) {
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	inCode := map[string]bool{}
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, found := range regexp.MustCompile(`\.has\("([^"]*)"\)`).FindAllSubmatch(source, -1) {
			inCode[string(found[1])] = true
		}
	}
	listed := map[string]bool{}
	for _, b := range samplereceiver.Bugs() {
		if listed[b.Name] {
			t.Errorf("%s is listed twice", b.Name)
		}
		listed[b.Name] = true
		if !inCode[b.Name] {
			t.Errorf("the bug %s is listed and in no code", b.Name)
		}
		if !regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`).MatchString(b.Name) || b.Doc == "" || len(b.Catches) == 0 {
			t.Errorf("%s needs a name in kebab case, a doc, and the scenarios that are there to catch it", b.Name)
		}
	}
	for name := range inCode {
		if !listed[name] {
			t.Errorf("the bug %s is in the code and not in the table", name)
		}
	}
}

func TestAnUnknownBugIsAnErrorWithAHint(t *testing.T) {
	_, err := samplereceiver.New(samplereceiver.Config{Bug: "parse-once"})
	if err == nil || !strings.Contains(err.Error(), `did you mean "parses-once"?`) {
		t.Errorf("the error is %v", err)
	}
}

// TestEveryBugShows plays everything to each receiver. A bug that behaves as the correct receiver does is no bug.
func TestEveryBugShows(t *testing.T) {
	correct, again := play(t, ""), play(t, "")
	if diff := difference(correct, again); diff != "" {
		t.Fatalf("the correct receiver is not the same twice: %s", diff)
	}
	for _, b := range samplereceiver.Bugs() {
		t.Run(b.Name, func(t *testing.T) {
			t.Parallel()
			diff := difference(correct, play(t, b.Name))
			if diff == "" {
				t.Error("nothing tells it from the correct receiver")
			}
			t.Log(diff)
		})
	}
}

// difference names the acts that went otherwise.
func difference(a, b map[string]string) string {
	var names []string
	for name := range a {
		if a[name] != b[name] {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return strings.Join(names, "; ")
}

// play gives what is seen of a receiver in each of many acts, each with a receiver of its own.
func play(t *testing.T, bug string) map[string]string {
	t.Helper()
	seen := map[string]string{}
	act := func(p *mockplatforms.Platform, name string, do func(*stage) string) {
		s := newStage(t, p, bug)
		outcome := do(s)
		after, _ := s.send("GET", "/healthz", "", "")
		seen[p.Name+": "+name] = strings.ReplaceAll(fmt.Sprintf("%s\n%s\n%d\n%v", outcome, s.state(), after, s.calls(0)), s.url, "")
	}
	for _, p := range platforms() {
		playRegistrations(p, act)
		playCallbacks(p, act)
	}
	playSignatures(t, act)
	return seen
}

type actor = func(p *mockplatforms.Platform, name string, do func(*stage) string)

func playRegistrations(p *mockplatforms.Platform, act actor) {
	register := func(s *stage) string {
		err := s.self.Register(context.Background())
		return fmt.Sprint(err, s.standing(), s.waits)
	}
	act(p, "registers", register)
	act(p, "registers twice", func(s *stage) string { return register(s) + register(s) })
	act(p, "registers among many", func(s *stage) string {
		others := func() {
			for range 60 {
				s.hook(first(p), func(h *mockplatforms.Hook) { h.Target = "https://example.com/other" })
			}
		}
		others()
		before := register(s)
		others()
		return before + register(s)
	})
	act(p, "callbacks after registering", func(s *stage) string {
		return register(s) + statuses(s.happens(first(p), "")) + fmt.Sprint(s.standing())
	})
	refusals := map[string]mockplatforms.Refusal{
		"401": {Status: 401}, "429 once": {Status: 429, Times: 1}, "503 twice": {Status: 503, Times: 2}, "503": {Status: 503},
		"2nd once": {Nth: 2, Status: 503, Times: 1}, "1st once": {Nth: 1, Status: 503, Times: 1}, "1st for good": {Nth: 1, Status: 400, Times: 1},
	}
	for name, refusal := range refusals {
		act(p, "registers against "+name, func(s *stage) string {
			if err := s.engine.State.Refuse(refusal); err != nil {
				s.t.Fatal(err)
			}
			return register(s)
		})
	}
}

// first is an event that the receiver registers for.
func first(p *mockplatforms.Platform) string {
	return map[string]string{"bigcommerce": "store/customer/created", "cratejoy": "customer_new", "oliver": "customerCreated"}[p.Name]
}

func playCallbacks(p *mockplatforms.Platform, act actor) {
	set, err := fixtures.Builtin()
	if err != nil {
		panic(err)
	}
	act(p, "the catalogue", func(s *stage) (all string) {
		for _, event := range set.Events(p.Name) {
			s.hook(event)
			all += event + " " + statuses(s.happens(event, "")) + "\n"
		}
		return all
	})
	for _, f := range fault.All() {
		if f.Play != nil || engine.Fits(p, f) != nil {
			continue // there are no sockets here, or no signature
		}
		act(p, f.Name, func(s *stage) string {
			s.hook(first(p))
			entry := s.happens(first(p), f.Name)[0]
			return fmt.Sprint(entry.Response.Status, len(entry.Response.Body), statuses(s.happens(first(p), "")))
		})
	}
	act(p, "unknown", func(s *stage) string {
		m, err := set.Load(p.Name + "/abuse/unknown-event.callback.http")
		if err != nil {
			s.t.Fatal(err)
		}
		s.hook(m.Meta.Event)
		return statuses(s.deliver(engine.Event{Message: m}, ""))
	})
	act(p, "the same twice", func(s *stage) string {
		s.hook(first(p))
		m, _ := set.Event(p.Name, first(p))
		ev := engine.Event{Message: m, ID: "msg_1"}
		return statuses(s.deliver(ev, "")) + statuses(s.deliver(ev, ""))
	})
	act(p, "another one about the same", func(s *stage) string {
		s.hook(first(p))
		return statuses(s.happens(first(p), "")) + statuses(s.happens(first(p), "", "created_at", "7"))
	})
	act(p, "charset", func(s *stage) string {
		s.hook(first(p), func(h *mockplatforms.Hook) {
			h.Headers = []fixtures.Field{{Name: "X-Other", Value: "1"}}
		})
		m, _ := set.Event(p.Name, first(p))
		changed := *m
		changed.Header = []fixtures.Field{{Name: "Content-Type", Value: "application/json; charset=utf-8"}}
		return statuses(s.deliver(engine.Event{Message: &changed}, ""))
	})
	act(p, "a big number", func(s *stage) string {
		s.hook(first(p))
		path := map[string]string{"bigcommerce": "data.id", "cratejoy": "id", "oliver": "data.ID"}[p.Name]
		return statuses(s.happens(first(p), "", path, "9007199254740993"))
	})
	for _, dialect := range []string{"A", "B", "C"} {
		act(p, "dialect "+dialect, func(s *stage) string {
			s.hook(first(p), func(h *mockplatforms.Hook) { h.Fields["dialect"] = dialect })
			return statuses(s.happens(first(p), ""))
		})
	}
	playForms(set, p, act)
	playConnections(p, act)
	playPeculiarities(p, act)
}

// playForms has one payload in all forms.
func playForms(set *fixtures.Set, p *mockplatforms.Platform, act actor) {
	m, err := set.Load(p.Name + "/forms/customer.callback.http")
	if err != nil {
		panic(err)
	}
	for _, f := range form.All() {
		act(p, "form "+f.Name, func(s *stage) string {
			s.hook(m.Meta.Event)
			entries, err := s.engine.Deliver(context.Background(), engine.Event{Message: m, Form: &f, At: time.Unix(1_800_000_000, 0)})
			return fmt.Sprint(statuses(entries), err)
		})
	}
}

// playConnections is what happens to bodies and connections, and what comes late or at once.
func playConnections(p *mockplatforms.Platform, act actor) {
	serve := func(s *stage, body io.Reader, header ...string) int {
		r := httptest.NewRequest("POST", samplereceiver.Path(p.Name, first(p)), body)
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w := httptest.NewRecorder()
		s.self.ServeHTTP(w, r)
		return w.Code
	}
	act(p, "a body that breaks off", func(s *stage) string {
		return fmt.Sprint(serve(s, io.MultiReader(strings.NewReader(`{"hookName":"customerCreated","scope":"x","data":{}}`), iotest.ErrReader(io.ErrUnexpectedEOF))))
	})
	act(p, "Expect", func(s *stage) string {
		return fmt.Sprint(serve(s, strings.NewReader(`{"hookName":"customerCreated","scope":"x","data":{}}`), "Expect", "100-continue"))
	})
	act(p, "a body that never comes", func(s *stage) string {
		reader, writer := io.Pipe()
		reading, done := make(chan struct{}), make(chan int, 2)
		go func() { done <- serve(s, io.MultiReader(&announcing{reading}, reader)) }()
		select {
		case <-reading:
		case code := <-done: // it answers before it reads
			return fmt.Sprint("before reading ", code)
		}
		go func() { done <- serve(s, strings.NewReader("{")) }()
		other := 0
		select {
		case other = <-done:
		case <-time.After(300 * time.Millisecond):
		}
		_ = writer.Close()
		<-done
		return fmt.Sprint(other)
	})
	act(p, "an answer's header", func(s *stage) string {
		s.hook(first(p))
		return fmt.Sprint(s.happens(first(p), "")[0].Acknowledged)
	})
	act(p, "copies at once", func(s *stage) string {
		s.hook(first(p))
		m, _ := s.set.Event(p.Name, first(p))
		ev := engine.Event{Message: m, ID: "msg_1", At: time.Unix(1_800_000_000, 0)}
		entries, _ := s.engine.DeliverAtOnce(context.Background(), []engine.Event{ev, ev})
		s.mu.Lock()
		defer s.mu.Unlock()
		return fmt.Sprint(statuses(entries), s.waits)
	})
	act(p, "a lookup that fails, then the same again", func(s *stage) string {
		_ = s.engine.State.RefuseLookups(503, 1)
		s.hook(first(p))
		m, _ := s.set.Event(p.Name, first(p))
		ev := engine.Event{Message: m, ID: "msg_1"}
		return statuses(s.deliver(ev, "")) + statuses(s.deliver(ev, ""))
	})
}

// announcing is the beginning of a body without a byte in it: it says that the body is being read.
type announcing struct{ reading chan struct{} }

func (a *announcing) Read([]byte) (int, error) {
	close(a.reading)
	return 0, io.EOF
}

// playPeculiarities are acts that one platform alone has.
func playPeculiarities(p *mockplatforms.Platform, act actor) {
	if p.Name == "cratejoy" {
		act(p, "plain", func(s *stage) string {
			_ = s.engine.State.Set("body", "plain")
			s.hook(first(p))
			return statuses(s.happens(first(p), ""))
		})
		act(p, "GET", func(s *stage) string {
			s.hook(first(p), func(h *mockplatforms.Hook) { h.Method, h.Fields["querystring"] = "GET", "id={id}" })
			return statuses(s.happens(first(p), ""))
		})
	}
	if p.Name == "bigcommerce" {
		act(p, "gone", func(s *stage) string {
			s.engine.State.Forget("product", "205")
			s.hook("store/product/updated")
			return statuses(s.happens("store/product/updated", "", "data.id", "205"))
		})
	}
}

func playSignatures(t *testing.T, act actor) {
	p := mockPlatform("bigcommerce")
	body := `{"scope":"store/customer/created","hash":"a","data":{"type":"customer","id":32},"store_id":"1"}`
	send := func(name string, fields func() []fixtures.Field) {
		act(p, name, func(s *stage) string {
			status, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body, fields()...)
			return fmt.Sprint(status)
		})
	}
	now := time.Now()
	send("signed", func() []fixtures.Field { return signed(t, "m", now, body) })
	send("unsigned", func() []fixtures.Field { return nil })
	send("stale", func() []fixtures.Field { return signed(t, "m", now.Add(-time.Hour), body) })
	send("ahead", func() []fixtures.Field { return signed(t, "m", now.Add(time.Hour), body) })
	send("three minutes old", func() []fixtures.Field { return signed(t, "m", now.Add(-3*time.Minute), body) })
	send("six minutes old", func() []fixtures.Field { return signed(t, "m", now.Add(-6*time.Minute), body) })
	send("of another body", func() []fixtures.Field { return signed(t, "m", now, body+" ") })
	send("with two signatures", func() []fixtures.Field {
		fields := signed(t, "m", now, body)
		fields[2].Value = "v1,b2xkLXNlY3JldA== v2,x " + fields[2].Value
		return fields
	})
	act(p, "forged, then true", func(s *stage) string {
		forged := signed(t, "m", now, body+" ")
		a, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body, forged...)
		b, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body, signed(t, "m", now, body)...)
		return fmt.Sprint(a, b)
	})
	act(p, "true, then forged", func(s *stage) string {
		a, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body, signed(t, "m", now, body)...)
		b, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body+" ", signed(t, "m", now, body)...)
		return fmt.Sprint(a, b)
	})
	act(p, "registers, is switched off, registers", func(s *stage) string {
		register := func() error { return s.self.Register(context.Background()) }
		before := register()
		for _, h := range s.engine.State.Hooks.List() {
			s.engine.State.Hooks.Update(h.ID, func(h *mockplatforms.Hook) { h.Active = false })
		}
		return fmt.Sprint(before, register(), len(s.engine.Listeners(&fixtures.Message{Meta: fixtures.Meta{Event: "store/customer/created"}})))
	})
	act(p, "another id, the same hash", func(s *stage) string {
		a, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body, signed(t, "m", now, body)...)
		b, _ := s.send("POST", "/hooks/bigcommerce", "application/json", body, signed(t, "n", now, body)...)
		return fmt.Sprint(a, b)
	})
}

func mockPlatform(name string) *mockplatforms.Platform {
	for _, p := range platforms() {
		if p.Name == name {
			return p
		}
	}
	return nil
}
