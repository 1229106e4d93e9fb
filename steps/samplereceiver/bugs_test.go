package samplereceiver_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
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
		for range 60 {
			s.hook(first(p), func(h *mockplatforms.Hook) { h.Target = "https://example.com/other" })
		}
		return register(s) + register(s)
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
	playPeculiarities(p, act)
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
