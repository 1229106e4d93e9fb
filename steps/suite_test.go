package steps_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// deadline is when a test gives up on a fact.
const deadline = 20 * time.Second

// setupOf is a run against a receiver. It is patient for a moment only: what a tiny handler does is done when it answers.
func setupOf(t testing.TB, receiver steps.Receiver) *steps.Setup {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return &steps.Setup{
		Platforms: all.Platforms(), Fixtures: set, Receiver: receiver, Seed: "test", Patience: 20 * time.Millisecond, Idle: 20 * time.Millisecond,
	}
}

// plain is a receiver that is a handler and nothing more, in process.
func plain(h http.HandlerFunc) steps.Receiver {
	return steps.Handler(steps.Simple(h, "/hooks/{event}"), false)
}

func status(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(n) }
}

// file is a feature file with scenarios of these steps. A line that begins with a space goes on below its step.
func file(scenarios ...[]string) string {
	var b strings.Builder
	b.WriteString("Feature: of a test\n")
	for i, lines := range scenarios {
		fmt.Fprintf(&b, "\n  Scenario: number %d\n", i+1)
		for _, line := range lines {
			if line != "" && !strings.HasPrefix(line, " ") {
				line = "* " + line
			}
			b.WriteString("    " + line + "\n")
		}
	}
	return b.String()
}

func selected(t testing.TB, text string) []steps.Feature {
	t.Helper()
	features, err := steps.Select([]steps.Source{{Path: "my.feature", Content: []byte(text)}}, steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	return features
}

func run(t testing.TB, setup *steps.Setup, text string, o steps.RunOptions) []report.Scenario {
	t.Helper()
	results, err := setup.Run(t.Context(), selected(t, text), o)
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// play runs one scenario.
func play(t testing.TB, receiver steps.Receiver, lines ...string) report.Scenario {
	t.Helper()
	return run(t, setupOf(t, receiver), file(lines), steps.RunOptions{})[0]
}

func passed(t testing.TB, s report.Scenario) {
	t.Helper()
	if s.Verdict != report.Pass {
		t.Errorf("%s: %s %s %+v", s.Name, s.Verdict, s.Reason, s.Failure)
	}
}

// failed asks for a failure that says all of these.
func failed(t testing.TB, s report.Scenario, parts ...string) {
	t.Helper()
	if s.Verdict != report.Fail || s.Failure == nil || s.Reason != "" {
		t.Errorf("%s: %s %q %+v, want a failure that says %q", s.Name, s.Verdict, s.Reason, s.Failure, parts)
		return
	}
	text := s.Failure.Message + "; expected " + s.Failure.Want + ", got " + s.Failure.Got
	for _, p := range parts {
		if !strings.Contains(text, p) {
			t.Errorf("%s: the failure is %q, want %q in it", s.Name, text, p)
		}
	}
	if strings.Contains(text, "hook failed") {
		t.Errorf("%s: the failure speaks of godog: %q", s.Name, text)
	}
}

func verdicts(s report.Scenario) (list []report.Verdict) {
	for _, step := range s.Steps {
		list = append(list, step.Verdict)
	}
	return list
}

const (
	aStore  = "a Cratejoy store"
	aHook   = `a hook for "customer_new"`
	happens = `"customer_new" happens`
	taken   = "the receiver acknowledges it"
)

// good is a scenario that passes against a receiver that says 200.
var good = []string{aStore, aHook, happens, taken}

func TestPass(t *testing.T) {
	for _, sockets := range []bool{true, false} {
		s := play(t, steps.Handler(steps.Simple(status(204), "/hooks/{event}"), sockets), good...)
		passed(t, s)
		want := []report.Verdict{report.Pass, report.Pass, report.Pass, report.Pass}
		if !slices.Equal(verdicts(s), want) || s.Failure != nil || s.Platform != "cratejoy" || s.Took <= 0 {
			t.Errorf("sockets %t: %+v", sockets, s)
		}
		if s.File != "my.feature" || s.Line != 3 || s.Feature != "of a test" || s.Name != "number 1" || s.Steps[1].Line != 5 || s.Steps[1].Text != aHook {
			t.Errorf("it is called %+v", s)
		}
	}
}

func TestFail(t *testing.T) {
	s := play(t, plain(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "stack trace")
	}), append(slices.Clone(good), taken)...)
	failed(t, s, "acknowledge customer_new", "success", "status 500")
	if want := []report.Verdict{report.Pass, report.Pass, report.Pass, report.Fail, report.Skipped}; !slices.Equal(verdicts(s), want) {
		t.Errorf("the steps are %q", verdicts(s))
	}
	if took := s.Steps[4].Took; took != 0 {
		t.Errorf("a step that did not run took %s", took)
	}
	if len(s.Failure.Entries) != 1 {
		t.Fatalf("the evidence is %+v", s.Failure.Entries)
	}
	e := s.Failure.Entries[0]
	if string(e.Response.Body) != "stack trace" || e.Request.Method != "POST" || !strings.HasSuffix(e.Request.URL, "/hooks/customer_new") || len(e.Request.Body) == 0 {
		t.Errorf("the evidence is %+v", e)
	}
}

// changed is a receiver whose target is not quite what it is.
func changed(inner steps.Receiver, change func(*target.Target)) steps.Receiver {
	return steps.Receiver{Alone: inner.Alone, Open: func(ctx context.Context, e *engine.Engine) (*target.Target, error) {
		opened, err := inner.Open(ctx, e)
		if err == nil {
			change(opened)
		}
		return opened, err
	}}
}

func TestFailureShowsTheOutput(t *testing.T) {
	s := play(t, changed(plain(status(500)), func(o *target.Target) {
		o.Output = func() string { return "Error: no such table\n" }
	}), good...)
	failed(t, s)
	if s.Failure.Output != "Error: no such table\n" {
		t.Errorf("the output is %q", s.Failure.Output)
	}
}

// What it printed in an earlier scenario is not shown, unless it has died.
func TestFailureShowsItsOwnOutput(t *testing.T) {
	for want, end := range map[string]error{"of this one\n": nil, "of another\nof this one\n": errors.New("it ended")} {
		printed, ended := "of another\n", error(nil)
		s := play(t, changed(plain(func(w http.ResponseWriter, _ *http.Request) {
			printed, ended = "of another\nof this one\n", end
			w.WriteHeader(500)
		}), func(o *target.Target) {
			o.Output, o.Printed = func() string { return printed }, func() int64 { return int64(len(printed)) + 1<<20 }
			o.Ended = func() error { return ended }
		}), good...)
		if s.Failure == nil || s.Failure.Output != want {
			t.Errorf("%v: %+v", end, s.Failure)
		}
	}
}

// What a scenario needs and the receiver does not offer makes it not run, with the reason: never passed, never failed,
// and before anything is sent.
func TestNotOfferedIsNotRun(t *testing.T) {
	var called atomic.Int32
	poor := changed(plain(func(http.ResponseWriter, *http.Request) { called.Add(1) }), func(o *target.Target) { o.Start = nil })
	tests := []struct{ step, reason string }{
		{"the receiver registers", "--register"},
		{"registrations are answered with status 503 once", "--register"},
		{"it asked at most 3 times", "--register"},
		{"the receiver is restarted", "--exec"},
		{"it takes effect", "--probe"},
		{"it has no effect", "--probe"},
		{`the receiver's state shows "x"`, "--probe"},
		{`in the receiver's state "a" is 1`, "--probe"},
		{"the receiver fetched the customer once", "--looks-up"},
		{`customer "32" does not exist`, "--looks-up"},
		{"lookups are answered with status 503 once", "--looks-up"},
		{"it is processed once", "--probe, --looks-up"},
		{`the receiver said "processed"`, "target.World.Say"},
	}
	for _, test := range tests {
		s := play(t, poor, append(slices.Clone(good), test.step)...)
		if s.Verdict != report.NotRun || !strings.Contains(s.Reason, test.reason) || s.Failure != nil {
			t.Errorf("%s: %s %q %+v", test.step, s.Verdict, s.Reason, s.Failure)
		}
		want := []report.Verdict{report.NotRun, report.Skipped, report.Skipped, report.Skipped, report.Skipped}
		if !slices.Equal(verdicts(s), want) {
			t.Errorf("%s: the steps are %q", test.step, verdicts(s))
		}
		if s.Platform != "cratejoy" {
			t.Errorf("%s: the platform is %q", test.step, s.Platform)
		}
	}
	if called.Load() != 0 {
		t.Errorf("the receiver was called %d times", called.Load())
	}
	if c := report.Count([]report.Scenario{play(t, poor, aStore, "it takes effect")}); c.Passed != 0 || c.Failed != 0 || c.NotRun != 1 {
		t.Errorf("counted as %+v", c)
	}
}

// Every step that asks something of a receiver is stopped by a receiver that offers nothing: no need is forgotten in
// the table of offers.
func TestEveryNeedIsAsked(t *testing.T) {
	poor := changed(plain(status(200)), func(o *target.Target) { o.Start = nil })
	needs := steps.NeedsRegistering | steps.NeedsStarting | steps.NeedsProbe | steps.NeedsLookups | steps.NeedsEffect | steps.NeedsWords
	for _, step := range steps.Vocabulary() {
		if strings.Contains(step.Example, "idle connections") {
			continue // what it needs, a socket, shows when it is played
		}
		s := play(t, poor, append([]string{aStore}, withArgument(step)...)...)
		if (s.Verdict == report.NotRun) != (step.Needs&needs != 0) {
			t.Errorf("%s: %s, and it needs %b", step.Example, s.Verdict, step.Needs)
		}
	}
}

// withArgument is a step's example with what it takes below it.
func withArgument(step steps.Step) []string {
	switch {
	case strings.HasSuffix(step.Pattern, `happens with:$`):
		return []string{step.Example, "  | id | 7 |"}
	case strings.HasSuffix(step.Pattern, ` has:$`):
		return []string{step.Example, "  | status | x |"}
	case strings.HasSuffix(step.Pattern, `order:$`):
		return []string{step.Example, "  | customer_new |"}
	case strings.HasSuffix(step.Pattern, `" with:$`):
		return []string{step.Example, "  | method | POST |"}
	case strings.HasSuffix(step.Pattern, `body:$`):
		return []string{step.Example, "  ```", "  {}", "  ```"}
	case strings.HasSuffix(step.Pattern, `message:$`):
		return []string{step.Example, "  ```", "  POST / HTTP/1.1", "", "  {}", "  ```"}
	}
	return []string{step.Example}
}

func TestSentencesThatAreNoSteps(t *testing.T) {
	var called atomic.Int32
	setup := setupOf(t, plain(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	features := selected(t, file(good, []string{aStore, "the receiver acknowledge it", "everything is fine"}, []string{"x"}))
	results, err := setup.Run(t.Context(), features, steps.RunOptions{})
	if err == nil || results != nil || called.Load() != 0 {
		t.Fatalf("%d results, %d calls, error %v", len(results), called.Load(), err)
	}
	for _, want := range []string{
		`my.feature:11: no step is written "the receiver acknowledge it"; the nearest is the receiver acknowledges it`,
		`my.feature:12: no step is written "everything is fine"`,
		`my.feature:15: no step is written "x"`,
	} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("the error is %v\nwant in it: %s", err, want)
		}
	}
	if n := strings.Count(err.Error(), "\n") + 1; n != 3 {
		t.Errorf("%d errors in %v", n, err)
	}
}

// A wrong sentence of an outline is told once, not once a row.
func TestWrongSentenceOfAnOutline(t *testing.T) {
	err := steps.CheckSteps(selected(t, "Feature: f\n  Scenario Outline: o\n    * gibberish\n    * <x>\n    Examples:\n      | x |\n      | a |\n      | b |\n"))
	if err == nil || strings.Count(err.Error(), "my.feature:3:") != 1 || strings.Count(err.Error(), "my.feature:4:") != 1 {
		t.Errorf("the error is %v", err)
	}
}

func TestScenarioWithoutStepsIsRefused(t *testing.T) {
	_, err := setupOf(t, plain(status(200))).Run(t.Context(), selected(t, file(good, nil)), steps.RunOptions{})
	if err == nil || !strings.Contains(err.Error(), `my.feature:9: the scenario "number 2" has no steps`) {
		t.Errorf("the error is %v", err)
	}
}

// eachOnce notes what Each is told, without a lock: the race detector sees it if two come at once.
type eachOnce struct{ names []string }

func (e *eachOnce) note(s report.Scenario) { e.names = append(e.names, s.Name) }

func TestFailFast(t *testing.T) {
	calls := 0
	setup := setupOf(t, plain(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 2 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}))
	features := append(selected(t, file(good, good, good)), selected(t, file(good))...)
	features[1].Path, features[1].Scenarios[0].Path, features[1].Scenarios[0].ID = "z.feature", "z.feature", "z.feature:3"
	var each eachOnce
	results, err := setup.Run(t.Context(), features, steps.RunOptions{FailFast: true, Each: each.note})
	if err != nil {
		t.Fatal(err)
	}
	var got []report.Verdict
	for _, r := range results {
		got = append(got, r.Verdict)
		if r.Verdict == report.NotRun && !strings.Contains(r.Reason, "--fail-fast") {
			t.Errorf("the reason is %q", r.Reason)
		}
	}
	if want := []report.Verdict{report.Pass, report.Fail, report.NotRun, report.NotRun}; !slices.Equal(got, want) || calls != 2 {
		t.Errorf("%q after %d calls", got, calls)
	}
	if len(each.names) != 4 {
		t.Errorf("Each was told of %q", each.names)
	}

	calls = 0
	if c := report.Count(run(t, setup, file(good, good, good), steps.RunOptions{})); c.Passed != 2 || c.Failed != 1 {
		t.Errorf("without FailFast: %+v", c)
	}
}

// An interrupt is no verdict: neither on the scenario that it cuts off, nor on those that come after.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	forever, calls := make(chan struct{}), 0
	defer close(forever)
	setup := setupOf(t, plain(func(http.ResponseWriter, *http.Request) {
		if calls++; calls == 2 {
			cancel()
			<-forever
		}
	}))
	var each eachOnce
	results, err := setup.Run(ctx, selected(t, file(good, good, good)), steps.RunOptions{Each: each.note})
	if err != nil {
		t.Fatal(err)
	}
	passed(t, results[0])
	for _, r := range results[1:] {
		if r.Verdict != report.NotRun || !strings.Contains(r.Reason, "interrupted") || r.Failure != nil {
			t.Errorf("%s: %s %q %+v", r.Name, r.Verdict, r.Reason, r.Failure)
		}
		if slices.Contains(verdicts(r), report.Fail) {
			t.Errorf("%s: the steps are %q", r.Name, verdicts(r))
		}
	}
	if len(results) != 3 || len(each.names) != 3 || calls != 2 {
		t.Errorf("%d results, Each %q, %d calls", len(results), each.names, calls)
	}
}

// A scenario that had failed before the interrupt has failed.
func TestInterruptAfterAFailure(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	setup := setupOf(t, plain(status(500)))
	results, err := setup.Run(ctx, selected(t, file(good, good)), steps.RunOptions{Each: func(report.Scenario) { cancel() }})
	if err != nil {
		t.Fatal(err)
	}
	failed(t, results[0], "status 500")
	if results[1].Verdict != report.NotRun {
		t.Errorf("the next one: %s", results[1].Verdict)
	}
}

func TestParallel(t *testing.T) {
	const rows, at = 40, 8
	var text strings.Builder
	text.WriteString("Feature: of a test\n  Scenario Outline: o\n    Given a <platform> store\n    And a hook for \"<event>\"\n" +
		"    When a new \"<event>\" happens\n    Then the receiver acknowledges it\n    Examples:\n      | platform | event | n |\n")
	for i := range rows {
		platform, event := "Cratejoy", "customer_new"
		if i%2 == 1 {
			platform, event = "BigCommerce", "store/customer/created"
		}
		fmt.Fprintf(&text, "      | %s | %s | %d |\n", platform, event, i)
	}
	// The first of them wait for each other: so many do run at once.
	var calls atomic.Int32
	together := make(chan struct{})
	setup := setupOf(t, steps.Handler(steps.Simple(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if calls.Add(1) == at {
			close(together)
		}
		select {
		case <-together:
		case <-r.Context().Done():
		}
		if strings.Contains(r.URL.Path, "customer/created") {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}), "/{event}"), true))
	var each eachOnce
	results := run(t, setup, text.String(), steps.RunOptions{Parallel: at, Each: each.note})
	if len(results) != rows || len(each.names) != rows || int(calls.Load()) != rows {
		t.Fatalf("%d results, %d told, %d calls", len(results), len(each.names), calls.Load())
	}
	for i, r := range results {
		if !strings.HasSuffix(r.Row, fmt.Sprintf(", %d", i)) {
			t.Errorf("number %d is the row %s", i, r.Row)
		}
		if i%2 == 0 {
			passed(t, r)
		} else {
			failed(t, r, "status 500")
		}
	}
}

func TestOneReceiverForAllIsNotParallel(t *testing.T) {
	receiver := plain(status(200))
	receiver.Alone = true
	setup := setupOf(t, receiver)
	if _, err := setup.Run(t.Context(), selected(t, file(good)), steps.RunOptions{Parallel: 2}); err == nil || !strings.Contains(err.Error(), "--parallel") {
		t.Errorf("the error is %v", err)
	}
	passed(t, run(t, setup, file(good), steps.RunOptions{Parallel: 1})[0])
}

// A receiver that never answers costs a scenario its answer timeout, and the next one is not held up.
func TestNeverAnswers(t *testing.T) {
	for _, sockets := range []bool{true, false} {
		t.Run(fmt.Sprintf("sockets %t", sockets), func(t *testing.T) {
			t.Parallel()
			forever, calls := make(chan struct{}), atomic.Int32{}
			t.Cleanup(func() { close(forever) })
			setup := setupOf(t, steps.Handler(steps.Simple(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
				if calls.Add(1) == 1 {
					<-forever // not even when the client has gone
				}
			}), "/"), sockets))
			setup.AnswerTimeout = 50 * time.Millisecond
			results := run(t, setup, file(good), steps.RunOptions{})
			failed(t, results[0], "no answer within 50ms")
			setup.AnswerTimeout = deadline
			passed(t, run(t, setup, file(good), steps.RunOptions{})[0])
		})
	}
}

// A receiver that dies fails the scenario in which it died, even if all its steps had passed.
func TestReceiverDies(t *testing.T) {
	dead := errors.New("the receiver's command ended: exit status 3")
	s := play(t, changed(plain(status(200)), func(o *target.Target) {
		o.Ended, o.Output = func() error { return dead }, func() string { return "panic: nil map\n" }
	}), good...)
	failed(t, s, dead.Error())
	if s.Failure.Output != "panic: nil map\n" {
		t.Errorf("the output is %q", s.Failure.Output)
	}
	if slices.Contains(verdicts(s), report.Fail) {
		t.Errorf("no step is to blame: %q", verdicts(s))
	}
}

// lent is a receiver that all scenarios share, with a life of its own.
type lent struct {
	steps.Receiver
	alive           bool
	started, closed int
	startFails      error
}

func newLent(t *testing.T, h http.HandlerFunc) *lent {
	t.Helper()
	l := &lent{alive: true}
	opened, err := target.OpenHandler(steps.Simple(h, "/hooks/{event}"), nil, false)
	if err != nil {
		t.Fatal(err)
	}
	opened.Ended = func() error {
		if l.alive {
			return nil
		}
		return errors.New("the receiver's command ended: exit status 3")
	}
	opened.Start = func(context.Context) error {
		l.started++
		l.alive = l.startFails == nil
		return l.startFails
	}
	opened.Revive = opened.Start
	opened.Close = func() error {
		l.closed++
		return nil
	}
	l.Receiver = steps.Shared(opened, nil)
	return l
}

func TestSharedReceiverIsStartedAgain(t *testing.T) {
	calls := 0
	var l *lent
	l = newLent(t, func(http.ResponseWriter, *http.Request) {
		calls++
		l.alive = calls != 2
	})
	results := run(t, setupOf(t, l.Receiver), file(good, good, good, good), steps.RunOptions{})
	passed(t, results[0])
	failed(t, results[1], "exit status 3")
	passed(t, results[2])
	passed(t, results[3])
	if l.started != 1 || l.closed != 0 || calls != 6 { // the second and the first are run again: neither kills it
		t.Errorf("started %d times, closed %d times, called %d times", l.started, l.closed, calls)
	}
}

func TestSharedReceiverThatDoesNotComeBack(t *testing.T) {
	var l *lent
	l = newLent(t, func(http.ResponseWriter, *http.Request) { l.alive = false })
	l.startFails = &target.Unreachable{Where: "http://127.0.0.1:1", Why: errors.New("connection refused")}
	results := run(t, setupOf(t, l.Receiver), file(good, good), steps.RunOptions{})
	failed(t, results[0], "exit status 3")
	if r := results[1]; r.Verdict != report.NotRun || !strings.Contains(r.Reason, `the receiver died in "number 1" (my.feature:3) and could not be started again`) || !strings.Contains(r.Reason, "connection refused") {
		t.Errorf("%s %q", r.Verdict, r.Reason)
	}
}

// Behind a platform's address stands the engine of the scenario that runs.
func TestSharedReceiverReachesTheScenario(t *testing.T) {
	l, err := engine.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	setup := setupOf(t, steps.Receiver{})
	receiver, err := target.OpenHandler(steps.Simple(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = get(r.Context(), l.URL+"/v1/customers/586402305/")
	}), "/"), nil, true)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = receiver.Close() }()
	receiver.LooksUp = true
	lobby, err := engine.New(engine.Options{Platform: setup.Platforms[0], Fixtures: setup.Fixtures})
	if err != nil {
		t.Fatal(err)
	}
	l.Use(lobby)
	setup.Receiver = steps.Shared(receiver, map[string]*engine.Listener{"cratejoy": l})
	fetched := append(slices.Clone(good), `the receiver fetched customer "586402305" once`)
	for _, r := range run(t, setup, file(fetched, fetched), steps.RunOptions{}) {
		passed(t, r)
	}
}

// get fetches from the Cratejoy of a scenario.
func get(ctx context.Context, url string) (int, error) {
	return getBy(ctx, &http.Transport{DisableKeepAlives: true}, url)
}

func getBy(ctx context.Context, transport http.RoundTripper, url string) (int, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return 0, err
	}
	request.SetBasicAuth("cj_client_example", "cj_secret_example")
	response, err := transport.RoundTrip(request)
	if err != nil {
		return 0, err
	}
	return response.StatusCode, response.Body.Close()
}

// A step that panics fails its scenario; the others run, and what was open is closed.
func TestPanicInAStep(t *testing.T) {
	probes, closed := 0, 0
	receiver := changed(plain(status(200)), func(o *target.Target) {
		o.Probe = func(context.Context) ([]byte, error) {
			if probes++; probes == 1 {
				panic("index out of range")
			}
			return []byte(`{"n":1}`), nil
		}
		inner := o.Close
		o.Close = func() error {
			closed++
			return inner()
		}
	})
	still := append(slices.Clone(good), `in the receiver's state "n" is 1`)
	results := run(t, setupOf(t, receiver), file(still, still), steps.RunOptions{})
	failed(t, results[0], "index out of range")
	passed(t, results[1])
	if closed != 2 {
		t.Errorf("closed %d times", closed)
	}
}

func TestEachScenarioClosesItsReceiver(t *testing.T) {
	opened, closed := 0, 0
	receiver := changed(plain(status(500)), func(o *target.Target) {
		opened++
		o.Close = func() error {
			closed++
			return nil
		}
	})
	run(t, setupOf(t, receiver), file(good, []string{aStore, "the receiver refuses it"}, []string{aStore, "it takes effect"}, []string{aStore, aStore}), steps.RunOptions{})
	if opened != 4 || closed != 4 {
		t.Errorf("%d opened, %d closed", opened, closed)
	}
	broken := changed(plain(status(200)), func(o *target.Target) { o.Close = func() error { return errors.New("it does not let go") } })
	failed(t, play(t, broken, good...), "it does not let go")
}

func TestReceiverThatCannotBeOpened(t *testing.T) {
	s := play(t, steps.Receiver{Open: func(context.Context, *engine.Engine) (*target.Target, error) {
		return nil, errors.New("no database")
	}}, good...)
	failed(t, s, "no database")
}

// Nothing of a scenario is left for the next one.
func TestScenariosAreAlone(t *testing.T) {
	results := run(t, setupOf(t, plain(status(200))), file(
		good,
		[]string{aStore, happens, "nothing is sent"},
		[]string{aStore, "the receiver acknowledges it"},
	), steps.RunOptions{})
	passed(t, results[0])
	passed(t, results[1])
	failed(t, results[2], "no callback was sent yet")
}

// sentBy is what a receiver got, by scenario: the ids are what differs.
func sentBy(t *testing.T, seed string, o steps.RunOptions, s steps.Selection) map[string][]string {
	t.Helper()
	var mu sync.Mutex
	got := map[string][]string{}
	setup := setupOf(t, plain(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		mu.Lock()
		defer mu.Unlock()
		got[r.Header.Get("X-Scenario")] = append(got[r.Header.Get("X-Scenario")],
			fmt.Sprintf("%s %s %s %s", r.Method, r.URL, r.Header.Get("Webhook-Id"), body))
	}))
	setup.Seed, setup.Stamp = seed, func() time.Time { return time.Unix(1_790_000_000, 0) }
	var text strings.Builder
	text.WriteString("Feature: of a test\n")
	for i := range 12 {
		fmt.Fprintf(&text, `
  Scenario: number %[1]d
    Given a BigCommerce store
    And a hook for "store/customer/created" with:
      | header X-Scenario | %[1]d |
    When a new "store/customer/created" happens
    And a new "store/customer/created" happens
    And "store/customer/created" happens
`, i)
	}
	features, err := steps.Select([]steps.Source{{Path: "my.feature", Content: []byte(text.String())}}, s)
	if err != nil {
		t.Fatal(err)
	}
	results, err := setup.Run(t.Context(), features, o)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		passed(t, r)
	}
	return got
}

// The seed gives the same journal again: alone, beside others, and when only one scenario is run once more.
func TestSameSeedSameIDs(t *testing.T) {
	first := sentBy(t, "s", steps.RunOptions{}, steps.Selection{})
	seen := map[string]bool{}
	for _, list := range first {
		for _, line := range list {
			if seen[line] {
				t.Errorf("sent twice: %s", line)
			}
			seen[line] = true
		}
	}
	if len(first) != 12 || len(seen) != 36 {
		t.Fatalf("%d scenarios, %d callbacks", len(first), len(seen))
	}
	for name, again := range map[string]map[string][]string{
		"again":    sentBy(t, "s", steps.RunOptions{}, steps.Selection{}),
		"parallel": sentBy(t, "s", steps.RunOptions{Parallel: 8}, steps.Selection{}),
		"one":      sentBy(t, "s", steps.RunOptions{}, steps.Selection{Name: "/^number 7$/"}),
	} {
		if len(again) == 0 {
			t.Errorf("%s: nothing was sent", name)
		}
		for scenario, list := range again {
			if !slices.Equal(list, first[scenario]) {
				t.Errorf("%s: scenario %s got\n%s\nand at first\n%s", name, scenario, strings.Join(list, "\n"), strings.Join(first[scenario], "\n"))
			}
		}
	}
	for scenario, list := range sentBy(t, "another", steps.RunOptions{}, steps.Selection{}) {
		if slices.Equal(list[:1], first[scenario][:1]) {
			t.Errorf("another seed sends scenario %s the same: %s", scenario, list[0])
		}
	}
}

// ordinary runs a feature in an ordinary suite of godog, and gives its exit status and its report.
func ordinary(t *testing.T, setup *steps.Setup, text string) (int, map[string][]string) {
	t.Helper()
	var out bytes.Buffer
	code := godog.TestSuite{
		Name: "ordinary", ScenarioInitializer: setup.InitializeScenario,
		Options: &godog.Options{
			Format: "cucumber", Output: &out, NoColors: true, Strict: true,
			FeatureContents: []godog.Feature{{Name: "my.feature", Contents: []byte(text)}},
		},
	}.Run()
	var features []struct {
		Elements []struct {
			Name  string
			Steps []struct{ Result struct{ Status string } }
		}
	}
	if err := json.Unmarshal(out.Bytes(), &features); err != nil {
		t.Fatalf("%v in %s", err, out.String())
	}
	statuses := map[string][]string{}
	for _, f := range features {
		for _, e := range f.Elements {
			for _, s := range e.Steps {
				statuses[e.Name] = append(statuses[e.Name], s.Result.Status)
			}
		}
	}
	return code, statuses
}

// In a suite of godog's own, the language gives the same verdicts.
func TestOrdinarySuite(t *testing.T) {
	const p, f, s = "passed", "failed", "skipped"
	ok := setupOf(t, plain(status(200)))
	tests := []struct {
		name  string
		setup *steps.Setup
		lines []string
		code  int
		want  []string
	}{
		{"pass", ok, good, 0, []string{p, p, p, p}},
		{"fail", setupOf(t, plain(status(500))), append(slices.Clone(good), taken), 1, []string{p, p, p, f, s}},
		{"not offered", ok, append(slices.Clone(good), "it takes effect"), 0, []string{s, s, s, s, s}},
		{"what hookdrill lacks", setupOf(t, depends("/v1/product_reviews/7/")), good, 0, []string{p, p, p, s}},
		{"no store", ok, []string{aHook, aStore}, 1, []string{f, s}},
		{"a table that nobody reads, and not offered", ok, append(slices.Clone(good), "it takes effect", "  | id | 7 |"), 1, []string{s, s, s, s, f}},
		{"a table that nobody reads", ok, []string{aStore, aHook, happens, "  | id | 7 |", taken}, 1, []string{p, p, f, s}},
		{"died", setupOf(t, changed(plain(status(200)), func(o *target.Target) {
			o.Ended = func() error { return errors.New("exit status 3") }
		})), good, 1, []string{p, p, p, f}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			code, statuses := ordinary(t, test.setup, file(test.lines))
			if code != test.code || !slices.Equal(statuses["number 1"], test.want) {
				t.Errorf("exit %d, %q, want %d, %q", code, statuses["number 1"], test.code, test.want)
			}
		})
	}
	if code, _ := ordinary(t, ok, file([]string{aStore, "gibberish"})); code == 0 {
		t.Error("an undefined step passes")
	}
}

// A table or a doc string below a step that does not read it would be dropped without a word. It is misuse, told before anything runs.
func TestArgumentsOfSteps(t *testing.T) {
	tests := []struct {
		lines []string
		says  string
	}{
		{[]string{happens, "  | id | 7 |"}, " stands a table; it takes nothing"},
		{[]string{taken, "  ```", "  x", "  ```"}, " stands a doc string; it takes nothing"},
		{[]string{`"customer_new" happens with:`}, " stands nothing; it takes a table"},
		{[]string{`"customer_new" happens with:`, "  ```", "  x", "  ```"}, " stands a doc string; it takes a table"},
		{[]string{`"customer_new" happens with the body:`}, " stands nothing; it takes a doc string"},
		{[]string{`"customer_new" happens with the message:`, "  | a | b |"}, " stands a table; it takes a doc string"},
	}
	for _, test := range tests {
		text := file(append([]string{aStore, aHook}, test.lines...))
		_, err := setupOf(t, plain(status(200))).Run(t.Context(), selected(t, text), steps.RunOptions{})
		if want := "my.feature:6: below the step " + test.lines[0] + test.says; err == nil || err.Error() != want {
			t.Errorf("the error is %v, want %s", err, want)
		}
		code, results := ordinary(t, setupOf(t, plain(status(200))), text)
		if got := results["number 1"]; code == 0 || !slices.Equal(got, []string{"passed", "passed", "failed"}) {
			t.Errorf("in an ordinary suite: %d, %s", code, got)
		}
	}
}

// What stands below a step, and names columns that are none, is told before anything runs, at its step.
func TestContentOfArguments(t *testing.T) {
	below := func(step string, lines ...string) string {
		return file(append([]string{aStore, aHook, step}, lines...))
	}
	body := func(media, text string) string {
		return below(`"customer_new" happens with the body:`, "  ```"+media, "  "+text, "  ```")
	}
	tests := map[string]string{
		body("yaml", "a: 1"):                               `my.feature:6: the media type "yaml" of the doc string is not known`,
		body("jsn", "{}"):                                  `is not known; did you mean "json"?`,
		body(" application/json; charset=utf-8", "{}"):     "",
		body(" Application/JSON;charset=UTF-8", "{}"):      "",
		body("application/json; charset=iso-8859-1", "{}"): "my.feature:6: the doc string would be sent in UTF-8, and not in iso-8859-1",
		body("base64", "e30"):                              "my.feature:6: the doc string is not base64",
		body("hex", "7b7"):                                 "my.feature:6: the doc string is not hex",
		body("go", "{}"):                                   "my.feature:6: the doc string is not a Go string literal",
		body("hex", "7b 7d"):                               "",
		below(`"customer_new" happens with the message:`, "  ```", "  not a message", "  ```"): "my.feature:6: ",
		below(`"customer_new" happens with:`, "  | id | 3 |\n      | id | 4 |"):                `my.feature:6: the table has "id" twice`,
		below(`"customer_new" happens with:`, "  | id |"):                                      "my.feature:6: the table has 1 columns; write | name | value |",
		below(`"customer_new" happens with:`, "  | id.@fromstr.x | 1 |"):                       "my.feature:6: ",
		below(`"customer_nw" happens with:`, "  | id | 1 |"):                                   `my.feature:6: cratejoy has no event "customer_nw"`,
		below(`a hook for "customer_new" with:`, "  | metod | PUT |"):                          `my.feature:6: a hook of Cratejoy has no "metod"; did you mean "method"?`,
		below(`a hook for "customer_new" with:`, "  | client | any |"):                         "",
		below("these happen and arrive in reverse order:", "  | customer_nw |"):                `my.feature:6: cratejoy has no event "customer_nw"`,
		below("these happen and arrive in reverse order:", "  | customer_new | order_new |"):   "my.feature:6: the table has 2 columns; write | event |",
	}
	for text, want := range tests {
		err := setupOf(t, plain(status(200))).CheckNames(selected(t, text))
		if want == "" && err != nil || want != "" && (err == nil || !strings.HasPrefix(err.Error(), want) && !strings.Contains(err.Error(), want)) {
			t.Errorf("%s\n%v\nwant %s", text, err, want)
		}
	}
}

// TestWhatCannotBeSentIsMisuse: what HTTP cannot carry says nothing of the receiver: the scenario has no verdict, and the run is
// misuse, with file and line.
func TestWhatCannotBeSentIsMisuse(t *testing.T) {
	for _, row := range []struct{ lines, words string }{
		{"a hook for \"customer_new\" with:\n | header A b | c |", `my.feature:5: nothing was sent: "A b" is not the name of a header field`},
		{"a hook for \"customer_new\" with:\n | header A | b\\nC: d |", "my.feature:5: nothing was sent: the value of A holds a control character"},
		{"a hook for \"customer_new\" with:\n | method | P ST |", `my.feature:5: nothing was sent: "P ST" is not a method`},
		{"a hook for \"customer_new\"\n\"customer_new\" happens with:\n | zzz.100000000 | 1 |", `my.feature:6: nothing was sent: cannot set "zzz.100000000"`},
		{"a hook for \"customer_new\"\n\"customer_new\" happens with the message:\n ```\n P(ST / HTTP/1.1\n\n {}\n ```", `my.feature:6: nothing was sent: the message in the feature:1: "P(ST" is not a method`},
	} {
		lines := append([]string{"a Cratejoy store"}, strings.Split(row.lines, "\n")...)
		setup := setupOf(t, plain(status(500)))
		results, err := setup.Run(t.Context(), selected(t, file(append(lines, "the receiver acknowledges it"))), steps.RunOptions{})
		var misused *steps.Misuse
		if !errors.As(err, &misused) || !strings.Contains(err.Error(), row.words) {
			t.Errorf("%v, want %s", err, row.words)
		}
		if len(results) != 1 || results[0].Verdict != report.NotRun || !strings.HasPrefix(results[0].Reason, "nothing was sent") {
			t.Errorf("%s: %+v", row.words, results)
		}
	}
	setup := setupOf(t, plain(status(500)))
	setup.HookHeaders = []fixtures.Field{{Name: "A", Value: "b\nc"}}
	text := file([]string{"a Cratejoy store", `a hook for "customer_new"`, `"customer_new" happens`, "the receiver acknowledges it"}, []string{"a Cratejoy store", "nothing is sent"})
	results, err := setup.Run(t.Context(), selected(t, text), steps.RunOptions{})
	if err == nil || !strings.Contains(err.Error(), "my.feature:6: cratejoy/callbacks/customer_new.callback.http: nothing was sent: the value of A") {
		t.Errorf("error %v", err)
	}
	if len(results) != 2 || results[0].Verdict != report.NotRun || results[1].Verdict != report.NotRun {
		t.Errorf("%+v", results)
	}
}
