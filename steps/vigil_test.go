package steps_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// mortal is a receiver that dies some time after it has answered a body that is null, or another that is deadly.
type mortal struct {
	dead    atomic.Bool
	starts  atomic.Int32
	after   time.Duration
	lost    bool // it does not come back
	watched bool // it comes back by itself, as soon as it was seen to be dead
	deadly  func(event, body string) bool
	last    func() // what it does before it dies; optional

	platforms map[string]*engine.Listener // where it calls them; optional

	network http.RoundTripper
}

func (m *mortal) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	if m.deadly == nil && string(body) == "null" || m.deadly != nil && m.deadly(strings.TrimPrefix(r.URL.Path, "/hooks/"), string(body)) {
		life := m.starts.Load()
		time.AfterFunc(m.after, func() {
			if m.last != nil {
				m.last()
			}
			if m.starts.Load() == life {
				m.dead.Store(true)
			}
		})
		w.WriteHeader(400)
	}
}

// RoundTrip is the network: nobody listens where a receiver has died.
func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	if m.dead.Load() {
		return nil, syscall.ECONNREFUSED
	}
	return m.network.RoundTrip(r)
}

// setup is a run against it. One that we have started is seen to be dead, and can be started again.
func (m *mortal) setup(t *testing.T, ours bool) *steps.Setup {
	t.Helper()
	return setupOf(t, steps.Shared(m.target(t, ours), m.platforms))
}

func (m *mortal) target(t *testing.T, ours bool) *target.Target {
	t.Helper()
	opened, err := target.OpenHandler(steps.Simple(m, "/hooks/{event}"), nil, false)
	if err != nil {
		t.Fatal(err)
	}
	m.network, opened.Transport = opened.Transport, m
	opened.Ended = func() error {
		if !m.dead.Load() {
			return nil
		}
		if m.watched {
			m.dead.Store(false)
		}
		return errors.New("exit status 1")
	}
	opened.Revive = func(context.Context) error {
		if m.lost {
			return errors.New("it does not come back")
		}
		m.starts.Add(1)
		m.dead.Store(false)
		return nil
	}
	opened.Start, opened.Starts = nil, func() int { return int(m.starts.Load()) }
	switch {
	case ours:
		opened.Start = opened.Revive
	case m.watched:
		opened.Starts = nil // by whom is not known
	}
	return opened
}

// deadly are scenarios of which the one with this number sends null.
func deadly(number, of int) (scenarios [][]string) {
	for i := range of {
		body := fmt.Sprintf(`{"id":%d}`, i)
		if i == number {
			body = "null"
		}
		scenarios = append(scenarios, []string{aStore, aHook, `"customer_new" happens with the body:`, `  """`, "  " + body, `  """`, "the receiver acknowledges or refuses it"})
	}
	return scenarios
}

// TestOfWhatItDied: a receiver that dies some time after its answer has died of what it answered, whichever scenario runs by then.
func TestOfWhatItDied(t *testing.T) {
	for _, after := range []time.Duration{0, 5 * time.Millisecond, 50 * time.Millisecond, 300 * time.Millisecond} {
		for _, ours := range []bool{true, false} {
			t.Run(fmt.Sprintf("%s, ours %t", after, ours), func(t *testing.T) {
				t.Parallel()
				m := &mortal{after: after}
				var told []string
				results := run(t, m.setup(t, ours), file(deadly(2, 30)...), steps.RunOptions{Each: func(s report.Scenario) { told = append(told, s.Name) }})
				for i, s := range results {
					if i == 2 {
						failed(t, s, "exit status 1")
						continue
					}
					passed(t, s)
				}
				if len(told) != 30 || !slices.IsSortedFunc(results, func(a, b report.Scenario) int { return a.Line - b.Line }) {
					t.Errorf("told of %q", told)
				}
				if !results[2].Died || !results[2].Fails() {
					t.Errorf("it is %+v", results[2])
				}
			})
		}
	}
}

// TestOfWhatItDiedInAnEarlierSlice: a file is handed to godog in slices, and a receiver may die of the last scenario of one in the next.
func TestOfWhatItDiedInAnEarlierSlice(t *testing.T) {
	t.Parallel()
	m := &mortal{after: 50 * time.Millisecond}
	results := run(t, m.setup(t, true), file(deadly(99, 130)...), steps.RunOptions{})
	for i, s := range results {
		if i == 99 {
			failed(t, s, "exit status 1")
			continue
		}
		passed(t, s)
	}
	if len(results) != 130 || !results[99].Died {
		t.Errorf("%d results", len(results))
	}
}

// TestOfWhatItDiedInAnEarlierFile: a receiver may die of the last scenario of a file in the next one, and no file is waited for by
// itself.
func TestOfWhatItDiedInAnEarlierFile(t *testing.T) {
	t.Parallel()
	m := &mortal{after: 50 * time.Millisecond}
	var sources []steps.Source
	for i, number := range []int{1, 9, 9} { // the second scenario of the first file kills it
		sources = append(sources, steps.Source{Path: fmt.Sprintf("%d.feature", i), Content: []byte(file(deadly(number, 2)...))})
	}
	features, err := steps.Select(sources, steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	var told []string
	results, err := m.setup(t, true).Run(t.Context(), features, steps.RunOptions{Each: func(s report.Scenario) { told = append(told, s.ID()) }})
	if err != nil || len(results) != 6 {
		t.Fatal(len(results), err)
	}
	for i, s := range results {
		if i == 1 {
			failed(t, s, "exit status 1")
		} else {
			passed(t, s)
		}
		if told[i] != s.ID() {
			t.Errorf("%s was told of in the place of %s", told[i], s.ID())
		}
	}
}

// TestOfWhatItDiedThoughItRemembers: a receiver whose books outlive it takes for a repeat what it has seen, and does not die of that.
func TestOfWhatItDiedThoughItRemembers(t *testing.T) {
	t.Parallel()
	books := map[string]bool{} // one request at a time
	m := &mortal{after: 50 * time.Millisecond, deadly: func(event, body string) bool {
		repeat := books[body]
		books[body] = true
		return event == "order_new" && !repeat
	}}
	var scenarios [][]string
	for i := range 30 {
		event := "customer_new"
		if i == 3 {
			event = "order_new"
		}
		scenarios = append(scenarios, []string{aStore, `a hook for "` + event + `"`, `a new "` + event + `" happens`, "the receiver acknowledges or refuses it"})
	}
	for i, s := range run(t, m.setup(t, true), file(scenarios...), steps.RunOptions{}) {
		if i == 3 {
			failed(t, s, "exit status 1")
		} else {
			passed(t, s)
		}
	}
}

// TestOfWhatItDiedAndCameBack: a receiver that a container or a service manager starts again at once has died all the same.
func TestOfWhatItDiedAndCameBack(t *testing.T) {
	t.Parallel()
	for of, says := range map[int]string{3: "exit status 1", 300: "it took no connection, and came back by itself"} {
		m := &mortal{after: 20 * time.Millisecond, watched: true}
		for i, s := range run(t, m.setup(t, false), file(deadly(2, of)...), steps.RunOptions{}) {
			if i == 2 {
				failed(t, s, "the receiver died after this scenario: "+says)
			} else {
				passed(t, s)
			}
		}
	}
}

// TestReceiverIsGoneInARetry: nothing is run against one that died for good when a scenario was run again.
func TestReceiverIsGoneInARetry(t *testing.T) {
	t.Parallel()
	calls := 0 // one request at a time
	m := &mortal{lost: true, deadly: func(event, _ string) bool {
		calls++
		return event == "order_new" && calls > 1
	}}
	order := []string{aStore, `a hook for "order_new"`, `"order_new" happens`, "the receiver answers with status 204"}
	var sources []steps.Source
	for i, text := range []string{file(order), file(good, good)} {
		sources = append(sources, steps.Source{Path: fmt.Sprintf("%d.feature", i), Content: []byte(text)})
	}
	features, err := steps.Select(sources, steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	results, err := m.setup(t, true).Run(t.Context(), features, steps.RunOptions{Retries: 2})
	if err != nil || len(results) != 3 {
		t.Fatal(len(results), err)
	}
	failed(t, results[0], "status is wrong")
	for _, s := range results[1:] {
		notJudged(t, s, "could not be started again")
	}
}

// TestReceiverIsGone: what cannot be started again is not asked any more, and one scenario has failed.
func TestReceiverIsGone(t *testing.T) {
	t.Parallel()
	for _, after := range []time.Duration{0, 50 * time.Millisecond} {
		for _, ours := range []bool{true, false} {
			m := &mortal{after: after, lost: true}
			counts := map[report.Verdict]int{}
			results := run(t, m.setup(t, ours), file(deadly(2, 40)...), steps.RunOptions{})
			for _, s := range results {
				counts[s.Verdict]++
			}
			if counts[report.Fail] != 1 {
				t.Errorf("after %s, ours %t: %v", after, ours, counts)
			}
			if last := results[39]; after == 0 && (last.Verdict != report.NotRun || !strings.Contains(last.Reason, `the receiver died in "number 3"`)) {
				t.Errorf("after %s, ours %t: the last %s %q", after, ours, last.Verdict, last.Reason)
			}
		}
	}
}

// TestOfWhatItDiedIsNotKnown: of a receiver that does not come back nobody knows of what it died. One is marked, an odd one before an
// ordinary one, and the others are told of; nothing is waited for twice, and what is waited for is said.
func TestOfWhatItDiedIsNotKnown(t *testing.T) {
	t.Parallel()
	m := &mortal{after: 100 * time.Millisecond, lost: true}
	scenarios := deadly(2, 3)
	for range 1000 {
		scenarios = append(scenarios, []string{aStore, aHook, `a new "customer_new" happens`, "the receiver acknowledges or refuses it"})
	}
	opened := m.target(t, false)
	var waited, said atomic.Int32
	revive := opened.Revive
	opened.ComesBack, opened.Revive = time.Second, func(ctx context.Context) error {
		waited.Add(1)
		return revive(ctx)
	}
	results := run(t, setupOf(t, steps.Shared(opened, nil)), file(scenarios...), steps.RunOptions{Waits: func(what string) {
		said.Add(1)
		if waited.Load() > 0 || !strings.Contains(what, "1s at most") {
			t.Errorf("%d waits, then %q", waited.Load(), what)
		}
	}})
	if waited.Load() != 1 || said.Load() != 1 {
		t.Errorf("it was waited for %d times, and that was said %d times", waited.Load(), said.Load())
	}
	failed(t, results[2], "it died of one of the ")
	last := slices.IndexFunc(results, func(s report.Scenario) bool { return s.Verdict == report.NotRun })
	for i, s := range results {
		if i == 2 {
			continue
		}
		if known := slices.Contains(results[2].Suspects, s.ID()); i < 10 && !known {
			t.Errorf("%s is not told of", s.ID())
		}
		if i < last {
			passed(t, s)
		} else {
			notJudged(t, s, "others and has not come back")
		}
	}
}

// TestDiesAndFailsFast: a scenario that is found out later ends the run as well.
func TestDiesAndFailsFast(t *testing.T) {
	t.Parallel()
	for _, ours := range []bool{true, false} {
		m := &mortal{after: 50 * time.Millisecond}
		var told []string
		results := run(t, m.setup(t, ours), file(deadly(2, 900)...), steps.RunOptions{FailFast: true, Each: func(s report.Scenario) { told = append(told, s.ID()) }})
		failed(t, results[2], "exit status 1")
		notJudged(t, results[899], "--fail-fast")
		for i, s := range results {
			if told[i] != s.ID() {
				t.Fatalf("ours %t: %s was told of in the place of %s", ours, told[i], s.ID())
			}
		}
	}
}

// TestDiesAndIsInterrupted: each scenario is told of once, and in order.
func TestDiesAndIsInterrupted(t *testing.T) {
	t.Parallel()
	for _, ours := range []bool{true, false} {
		ctx, cancel := context.WithCancel(t.Context())
		m := &mortal{after: time.Hour}
		var sources []steps.Source
		for i := range 3 {
			sources = append(sources, steps.Source{Path: fmt.Sprintf("%d.feature", i), Content: []byte(file(deadly(2, 30)...))})
		}
		features, err := steps.Select(sources, steps.Selection{})
		if err != nil {
			t.Fatal(err)
		}
		var told []string
		begun := 0
		results, err := m.setup(t, ours).Run(ctx, features, steps.RunOptions{
			Begin: func(string) {
				if begun++; begun == 40 {
					cancel()
				}
			},
			Each: func(s report.Scenario) { told = append(told, s.ID()) },
		})
		if err != nil || len(results) != 90 || len(told) != 90 {
			t.Fatal(len(results), len(told), err)
		}
		for i, s := range results {
			if told[i] != s.ID() {
				t.Fatalf("ours %t: %s was told of in the place of %s", ours, told[i], s.ID())
			}
		}
		notJudged(t, results[89], "interrupted")
		cancel()
	}
}

// TestInterruptedWhileItIsWaitedFor: what could have been found out by then is not known, and nobody is singled out.
func TestInterruptedWhileItIsWaitedFor(t *testing.T) {
	t.Parallel()
	calls, m := 0, &mortal{} // one request at a time
	m.deadly = func(string, string) bool {
		if calls++; calls == 5 { // in the third scenario, between its two callbacks
			m.dead.Store(true)
		}
		return false
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	opened := m.target(t, false)
	opened.Revive = func(context.Context) error {
		cancel()
		return ctx.Err()
	}
	once := []string{"the receiver acknowledges or refuses it"}
	two := slices.Concat([]string{aStore, aHook, happens}, once, []string{happens}, once)
	features, err := steps.Select([]steps.Source{{Path: "a.feature", Content: []byte(file(two, two, two, two))}}, steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	results, err := setupOf(t, steps.Shared(opened, nil)).Run(ctx, features, steps.RunOptions{})
	if err != nil || len(results) != 4 {
		t.Fatal(len(results), err)
	}
	failed(t, results[2], "it died of one of the 3 scenarios")
	if want := []string{results[0].ID(), results[1].ID()}; !slices.Equal(results[2].Suspects, want) {
		t.Errorf("suspects are %q, want %q", results[2].Suspects, want)
	}
	notJudged(t, results[3], "interrupted")
}

// TestDeathIsAMust: whatever the level of the scenario.
func TestDeathIsAMust(t *testing.T) {
	t.Parallel()
	m := &mortal{}
	text := strings.Replace(file(deadly(0, 1)...), "  Scenario", "  @may\n  Scenario", 1)
	if s := run(t, m.setup(t, true), text, steps.RunOptions{})[0]; !s.Fails() {
		t.Errorf("%s, tolerated %t", s.Verdict, s.Tolerated)
	}
}

// TestItDiedOfWhatHookdrillDoesNotHave: one that answers first, and dies then of our own 404, was told that it is wrong.
func TestItDiedOfWhatHookdrillDoesNotHave(t *testing.T) {
	const gap = "hookdrill has no GET /v1/product_reviews/{id}"
	dies := func(path string, scenarios [][]string) []report.Scenario {
		l, err := engine.Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = l.Close() })
		m := &mortal{after: 50 * time.Millisecond, platforms: map[string]*engine.Listener{"cratejoy": l}}
		m.last = func() { _, _ = getBy(context.Background(), &http.Transport{DisableKeepAlives: true}, l.URL+path) }
		return run(t, m.setup(t, true), file(scenarios...), steps.RunOptions{})
	}
	for _, of := range []int{1, 4} {
		s := dies("/v1/product_reviews/7/", deadly(0, of))[0]
		if s.Verdict != report.NotRun || !strings.HasPrefix(s.Reason, gap) {
			t.Errorf("of %d: %s %q %+v", of, s.Verdict, s.Reason, s.Failure)
		}
	}
	failed(t, dies("/v1/customers/7/", deadly(0, 1))[0], "exit status 1")
	malformed := []string{aStore, aHook, `"customer_new" happens with the body:`, `  """`, "  null", `  """`, "the receiver acknowledges or refuses it"}
	malformed = append(malformed, `"customer_new" happens but arrives with: malformed JSON`, "the receiver acknowledges or refuses it")
	failed(t, dies("/v1/product_reviews/7/", [][]string{malformed})[0], "exit status 1") // no reason to ask
}
