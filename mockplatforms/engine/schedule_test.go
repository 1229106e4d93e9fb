package engine_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// twoDays is more than twelve attempts take.
const twoDays = 49 * time.Hour

// bigDelays are those of BigCommerce, from one attempt to the next.
func bigDelays() (delays []time.Duration) {
	for _, seconds := range []time.Duration{60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400} {
		delays = append(delays, seconds*time.Second)
	}
	return delays
}

// retrying has the toy platform try again as BigCommerce does, with changes in the way of one case.
func retrying(change ...func(*mockplatforms.Policy)) func(*engine.Options) {
	return func(o *engine.Options) {
		p := &o.Platform.Policy
		p.Acknowledged, p.Acknowledges, p.Retries, p.SwitchOff = mockplatforms.Success2xx, "200 to 299", bigDelays(), true
		for _, c := range change {
			c(p)
		}
	}
}

// answers is a receiver whose answers change: a status, or 0 for none.
type answers func(*http.Request) int

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status := a(r)
	if status == 0 {
		return nil, errors.New("the line is dead")
	}
	return &http.Response{StatusCode: status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
}

var _ http.RoundTripper = answers(nil)

func through(transport http.RoundTripper) func(*engine.Options) {
	return func(o *engine.Options) { o.Transport = transport }
}

func pass(t testing.TB, e *engine.Engine, d time.Duration) []journal.Entry {
	t.Helper()
	attempts, err := passing(t.Context(), e, d)
	if err != nil {
		t.Fatal(err)
	}
	return attempts
}

// passing gathers what an engine attempts while time passes.
func passing(ctx context.Context, e *engine.Engine, d time.Duration) (attempts []journal.Entry, err error) {
	err = e.Pass(ctx, d, func(a journal.Entry) { attempts = append(attempts, a) })
	return attempts, err
}

func named(t testing.TB, name string) fault.Fault {
	t.Helper()
	f, err := fault.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// of gives the entries of one kind.
func of(e *engine.Engine, kind journal.Kind) (list []journal.Entry) {
	for _, entry := range e.Journal.Since(0) {
		if entry.Kind == kind {
			list = append(list, entry)
		}
	}
	return list
}

// seconds are the times of attempts on the schedule.
func seconds(attempts []journal.Entry) (list []int) {
	for _, a := range attempts {
		list = append(list, int(a.Virtual/time.Second))
	}
	return list
}

// timeless is a journal without what differs from run to run.
func timeless(t testing.TB, e *engine.Engine) string {
	t.Helper()
	var lines []string
	for _, entry := range e.Journal.Since(0) {
		entry.At, entry.Took = time.Time{}, 0
		line, err := json.Marshal(entry)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, string(line))
	}
	return strings.Join(lines, "\n")
}

// differ holds two journals together and shows where they part: all of them would be pages.
func differ(t testing.TB, reason, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Errorf("%s: entry %d of %d is\n%s\nwant, of %d,\n%s", reason, i+1, len(g), g[i], len(w), w[i])
			return
		}
	}
	t.Errorf("%s: %d entries, want %d", reason, len(g), len(w))
}

func TestOffsets(t *testing.T) {
	all := []int{0, 60, 240, 540, 1140, 2040, 3840, 7440, 14640, 36240, 86640, 173040}
	for _, row := range []struct {
		reason string
		starts time.Duration
		delays []time.Duration
		well   int // the number of the attempt that succeeds; 0: none does
		want   []int
	}{
		{"the last of twelve is 48 h 04 min after the first", 0, bigDelays(), 0, all},
		{"the offsets count from the event, not from the start", time.Hour, bigDelays()[:2], 0, []int{3600, 3660, 3840}},
		{"no retries", 0, nil, 0, []int{0}},
		{"success at once ends it", 0, bigDelays(), 1, all[:1]},
		{"success later ends it", 0, bigDelays(), 5, all[:5]},
		{"success at the last moment", 0, bigDelays(), 12, all},
	} {
		var calls int
		e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Retries = row.delays }), through(answers(func(*http.Request) int {
			if calls++; calls == row.well {
				return 200
			}
			return 500
		})))
		hook(e, "made", "/")
		pass(t, e, row.starts)
		attempts := append(deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")}), pass(t, e, twoDays)...)
		if got := seconds(attempts); !slices.Equal(got, row.want) {
			t.Errorf("%s: attempts at %d s, want %d", row.reason, got, row.want)
		}
		if !reflect.DeepEqual(attempts, of(e, journal.Attempt)) {
			t.Errorf("%s: what Pass gives is not what stands in the journal", row.reason)
		}
		for i, a := range attempts {
			if a.Number != i+1 || a.Acknowledged != (i+1 == row.well) {
				t.Errorf("%s: attempt %d has the number %d, acknowledged %v", row.reason, i+1, a.Number, a.Acknowledged)
			}
		}
		if h, _ := e.State.Hooks.Get(7); h.Active != (row.well > 0 || len(row.delays) == 0) || e.Waiting() != 0 {
			t.Errorf("%s: the hook is active: %v; %d wait", row.reason, h.Active, e.Waiting())
		}
	}
}

// storm is a scenario with all that time brings: retries, a block, exceptions, an outage that ends, idle hooks.
func storm(t testing.TB, seed string, steps func(e *engine.Engine)) *engine.Engine {
	t.Helper()
	var calls int
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) {
		p.Idle = 50 * time.Hour
		p.Block = &mockplatforms.Blocklist{Window: 2 * time.Minute, Minimum: 4, Success: 0.9, For: 3 * time.Minute}
		p.Exceptions = &told
	}), withExceptions(t), through(answers(func(r *http.Request) int {
		calls++
		switch {
		case r.URL.Path == "/bad" || calls%3 == 0:
			return 503
		case r.URL.Path == "/dead":
			return 0
		}
		return 200
	})), func(o *engine.Options) { o.Seed = seed })
	hook(e, "made", "/bad")
	hook(e, "made", "/dead")
	hook(e, "made", "/")
	hook(e, "other", "/idle")
	hook(e, "failed", "/told", func(h *mockplatforms.Hook) { h.Target = "http://told.example/" })
	if err := e.Outage(named(t, "answer 502"), 10*time.Minute); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
	}
	steps(e)
	return e
}

// TestStepsDoNotMatter: the schedule decides, and not how time is let pass.
func TestStepsDoNotMatter(t *testing.T) {
	whole := timeless(t, storm(t, "seed", func(e *engine.Engine) { pass(t, e, 3*24*time.Hour) }))
	for _, row := range []struct {
		reason string
		steps  func(e *engine.Engine)
	}{
		{"steps that meet what is due", func(e *engine.Engine) {
			for range 3 * 24 * 60 {
				pass(t, e, time.Minute)
			}
		}},
		{"steps that meet nothing", func(e *engine.Engine) {
			for e.Clock.Now() < 3*24*time.Hour {
				pass(t, e, min(37*time.Second+time.Nanosecond, 3*24*time.Hour-e.Clock.Now()))
			}
		}},
		{"from one callback to the next", func(e *engine.Engine) {
			for d, ok := e.Due(); ok; d, ok = e.Due() {
				pass(t, e, d)
			}
			pass(t, e, 3*24*time.Hour-e.Clock.Now())
		}},
	} {
		e := storm(t, "seed", row.steps)
		differ(t, row.reason, timeless(t, e), whole)
		if e.Clock.Now() != 3*24*time.Hour {
			t.Errorf("%s: the clock stands at %s", row.reason, e.Clock.Now())
		}
	}
}

// TestSameSeedSameTime: nothing but the seed decides, over all retries and consequences.
func TestSameSeedSameTime(t *testing.T) {
	run := func(seed string) string {
		return timeless(t, storm(t, seed, func(e *engine.Engine) { pass(t, e, 3*24*time.Hour) }))
	}
	one := run("a")
	for _, words := range []string{"switched off after 48 h 04 min", "is blocked for 3 min", "without an event", "is told of hook"} {
		if !strings.Contains(one, words) {
			t.Errorf("the journal is too quiet to prove anything: nothing in it says %q", words)
		}
	}
	differ(t, "one seed, two runs", run("a"), one)
	if other := run("b"); one == other || strings.Count(one, "\n") != strings.Count(other, "\n") {
		t.Error("the seed does not seed, or does more than that")
	}
}

// TestOrderAtOneTime: those that are due together go in the order in which they were filed, however the heap lies.
func TestOrderAtOneTime(t *testing.T) {
	e, r := start(t, retrying())
	for i := range 20 {
		hook(e, "made", fmt.Sprintf("/503/%d", i))
	}
	made := load(t, e, "callbacks/made")
	want := func(ids ...string) (list []string) {
		for _, id := range ids {
			for i := range 20 {
				list = append(list, fmt.Sprintf("%s 7+%d", id, i))
			}
		}
		return list
	}
	names := func(attempts []journal.Entry) (list []string) {
		for _, a := range attempts {
			list = append(list, fmt.Sprintf("%s 7+%d", a.Delivery, a.Hook-7))
		}
		return list
	}
	deliver(t, e, engine.Event{Message: made, ID: "z"})
	deliver(t, e, engine.Event{Message: made, ID: "a"})
	r.got = nil
	for _, d := range []time.Duration{time.Minute, 3 * time.Minute} {
		if got := names(pass(t, e, d)); !slices.Equal(got, want("z", "a")) {
			t.Errorf("after %s: %q", d, got)
		}
	}
	// Two events whose attempts meet: which was filed first decides, and not which event came first.
	e, _ = start(t, retrying(func(p *mockplatforms.Policy) {
		p.Retries = []time.Duration{2 * time.Minute, time.Minute, time.Minute}
	}))
	hook(e, "made", "/503")
	deliver(t, e, engine.Event{Message: made, ID: "first"}) // 0 2 3 4
	pass(t, e, time.Minute)
	deliver(t, e, engine.Event{Message: made, ID: "second"}) // 1 3 4 5
	var got []string
	for _, a := range pass(t, e, 3*time.Minute) {
		got = append(got, fmt.Sprintf("%s %d at %s", a.Delivery, a.Number, a.Virtual))
	}
	// At 3 min the second is first: its retry was filed at 1 min, the other at 2. At 4 min it stays so. Then the hook is
	// off, and there is no 5.
	if want := []string{"first 2 at 2m0s", "second 2 at 3m0s", "first 3 at 3m0s", "second 3 at 4m0s", "first 4 at 4m0s"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestRetryIsTheSame but for its signature: that is of the time when it is sent, in the receiver's time, which passes
// or does not pass as it likes.
func TestRetryIsTheSame(t *testing.T) {
	now := at
	e, r := start(t, retrying(), func(o *engine.Options) { o.Stamp = func() time.Time { return now } })
	hook(e, "made", "/503")
	attempts := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
	var want []string
	signed := func() { want = append(want, fmt.Sprint(now.Unix())) }
	signed()
	for _, step := range []struct{ real, virtual time.Duration }{
		{7 * time.Second, time.Minute}, {0, 3 * time.Minute}, {time.Hour, 5 * time.Minute}, {time.Second, 0},
	} {
		now = now.Add(step.real)
		got := pass(t, e, step.virtual)
		if len(got) != min(int(step.virtual), 1) {
			t.Fatalf("%d attempts in %s", len(got), step.virtual)
		}
		if attempts = append(attempts, got...); len(got) == 1 {
			signed()
		}
	}
	first := attempts[0]
	for i, a := range attempts {
		if r.bodies[i] != r.bodies[0] || string(a.Request.Body) != r.bodies[0] || a.Delivery != first.Delivery || a.Event != "made" || a.Hook != 7 {
			t.Errorf("attempt %d is %s of %s, the first was %s of %s", i+1, a.Delivery, r.bodies[i], first.Delivery, r.bodies[0])
		}
		fields := strings.Fields(a.Request.Field("toy-signature"))
		if fields[1] != first.Delivery || fields[2] != want[i] {
			t.Errorf("attempt %d is signed %q, want the time %s", i+1, fields, want[i])
		}
	}
}

// TestRetryIsWithoutFault: what was done to the first attempt on purpose is not done again, but the form stays.
func TestRetryIsWithoutFault(t *testing.T) {
	for _, row := range []struct {
		reason string
		ev     engine.Event
		first  string // what the journal says was done
	}{
		{"the request changed", engine.Event{Faults: []fault.Fault{named(t, "truncated JSON"), named(t, "wrong method")}}, "truncated JSON, wrong method"},
		{"another key", engine.Event{Faults: []fault.Fault{named(t, "wrong key")}}, "wrong key"},
		{"no signature", engine.Event{Faults: []fault.Fault{named(t, "no signature")}}, "no signature"},
		{"something in front", engine.Event{Faults: []fault.Fault{named(t, "answer 500")}}, "answer 500"},
		{"signed long ago", engine.Event{Skew: -time.Hour}, ""},
		{"signed in the future", engine.Event{Skew: time.Hour}, ""},
	} {
		e, _ := start(t, retrying())
		hook(e, "made", "/503")
		ev := row.ev
		ev.Message, ev.ID = load(t, e, "callbacks/made"), "id"
		first, retry := deliver(t, e, ev)[0], pass(t, e, time.Minute)[0]
		if first.Fault != row.first || retry.Fault != "" || retry.InFront {
			t.Errorf("%s: faults %q and %q", row.reason, first.Fault, retry.Fault)
		}
		whole, _ := start(t, retrying())
		hook(whole, "made", "/503")
		want := deliver(t, whole, engine.Event{Message: ev.Message, ID: "id"})[0].Request
		if !reflect.DeepEqual(retry.Request, want) {
			t.Errorf("%s: the retry is %+v\nwant %+v", row.reason, retry.Request, want)
		}
		if row.first != "answer 500" && reflect.DeepEqual(first.Request, want) {
			t.Errorf("%s: the first attempt has no fault, so its retry proves nothing", row.reason)
		}
	}
}

func TestPassNothing(t *testing.T) {
	e, r := start(t, retrying())
	hook(e, "made", "/503")
	pass(t, e, time.Hour)
	deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
	for _, d := range []time.Duration{0, -time.Nanosecond, -time.Minute, -100 * time.Hour} {
		if got := pass(t, e, d); len(got) != 0 || e.Clock.Now() != time.Hour || len(r.got) != 1 {
			t.Errorf("%s: %d attempts, the clock stands at %s", d, len(got), e.Clock.Now())
		}
	}
	if got := pass(t, e, time.Minute-1); len(got) != 0 {
		t.Errorf("%d attempts a nanosecond too early", len(got))
	}
	if got := pass(t, e, 1); len(got) != 1 || got[0].Virtual != time.Hour+time.Minute {
		t.Errorf("%d attempts when it is due", len(got))
	}
	e.Clock.To(e.Clock.Now() + 4*time.Minute) // a clock that is set ahead
	if got := pass(t, e, -time.Hour); len(got) != 1 || e.Clock.Now() != time.Hour+5*time.Minute {
		t.Errorf("%d attempts of what is overdue, the clock stands at %s", len(got), e.Clock.Now())
	}
}

// TestPassIsEnded: time stands where it was ended, and what was not begun waits as before.
func TestPassIsEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var calls, end int
	e, _ := start(t, retrying(), through(answers(func(*http.Request) int {
		if calls++; calls == end {
			cancel()
			return 0
		}
		return 503
	})))
	for range 3 {
		hook(e, "made", "/")
	}
	deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
	end = calls + 2
	attempts, err := passing(ctx, e, twoDays)
	if !errors.Is(err, context.Canceled) || len(attempts) != 1 || attempts[0].Hook != 7 {
		t.Errorf("ended within the second attempt: %d attempts, error %v", len(attempts), err)
	}
	if n := e.Journal.Len(); n != 4 {
		t.Errorf("%d entries: an attempt that we cut off is no answer of the receiver's", n)
	}
	if e.Clock.Now() != time.Minute {
		t.Errorf("the clock stands at %s, want the time of the attempt that was cut off", e.Clock.Now())
	}
	waiting := e.Waiting()
	attempts, err = passing(ctx, e, twoDays)
	if !errors.Is(err, context.Canceled) || len(attempts) != 0 || e.Waiting() != waiting || e.Clock.Now() != time.Minute || calls != end {
		t.Errorf("ended before: %d attempts, error %v, %d wait, the clock stands at %s", len(attempts), err, e.Waiting(), e.Clock.Now())
	}
	var hooks []int64
	for _, a := range pass(t, e, 0) {
		hooks = append(hooks, a.Hook)
	}
	if !slices.Contains(hooks, 9) || slices.Contains(hooks, 7) {
		t.Errorf("what is still due at 1 min goes to the hooks %d, want 9 among them, and not 7 again", hooks)
	}
}

func TestDueAndWaiting(t *testing.T) {
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Retries = p.Retries[:2] }))
	hook(e, "made", "/503")
	hook(e, "made", "/200")
	made := load(t, e, "callbacks/made")
	for _, row := range []struct {
		reason  string
		do      func()
		waiting int
		due     time.Duration // of the next
	}{
		{"at the start", func() {}, 0, 0},
		{"one has failed, the other not", func() { deliver(t, e, engine.Event{Message: made}) }, 1, time.Minute},
		{"time passes", func() { pass(t, e, 20*time.Second) }, 1, 40 * time.Second},
		{"a second event is due later", func() { deliver(t, e, engine.Event{Message: made}) }, 2, 40 * time.Second},
		{"the first is tried, and then comes the second", func() { pass(t, e, 40*time.Second) }, 2, 20 * time.Second},
		{"that too", func() { pass(t, e, 20*time.Second) }, 2, 160 * time.Second},
		{"a clock that is set ahead: it is overdue", func() { e.Clock.To(e.Clock.Now() + 161*time.Second) }, 2, -time.Second},
		{"the hook is switched off, and nothing waits for it", func() { pass(t, e, 0) }, 0, 0},
		{"nor does anything later", func() { pass(t, e, twoDays) }, 0, 0},
	} {
		row.do()
		d, ok := e.Due()
		if e.Waiting() != row.waiting || d != row.due || ok != (row.waiting > 0) {
			t.Errorf("%s: %d wait, the next for %s (%v); want %d, %s", row.reason, e.Waiting(), d, ok, row.waiting, row.due)
		}
	}
}

// together is a receiver that answers nobody before all have come: who sends one after the other waits in vain.
type together struct {
	mu    sync.Mutex
	left  int
	all   chan struct{}
	ended <-chan struct{}
}

func (r *together) RoundTrip(request *http.Request) (*http.Response, error) {
	r.mu.Lock()
	if r.left--; r.left == 0 {
		close(r.all)
	}
	r.mu.Unlock()
	select {
	case <-r.all:
		return answers(func(*http.Request) int { return 200 }).RoundTrip(request)
	case <-r.ended:
		return nil, errors.New("the others have not come")
	case <-request.Context().Done():
		return nil, request.Context().Err()
	}
}

func TestAtOnce(t *testing.T) {
	const events, hooks = 20, 3
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	r := &together{left: events * hooks, all: make(chan struct{}), ended: ctx.Done()}
	e, _ := start(t, retrying(), through(r))
	for range hooks {
		hook(e, "made", "/")
	}
	var list []engine.Event
	var want []string
	for i := range events {
		list = append(list, engine.Event{Message: load(t, e, "callbacks/made"), ID: fmt.Sprintf("%02d", events-i)})
		for h := range hooks {
			want = append(want, fmt.Sprintf("%02d %d", events-i, h+7))
		}
	}
	attempts, err := e.DeliverAtOnce(ctx, list)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for i, a := range attempts {
		got = append(got, fmt.Sprintf("%s %d", a.Delivery, a.Hook))
		if !a.Acknowledged || a.Seq != i+1 {
			t.Fatalf("entry %d, acknowledged %v, failure %q", a.Seq, a.Acknowledged, a.Failure)
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("in the order %q, want %q", got, want)
	}
	if !reflect.DeepEqual(attempts, e.Journal.Since(0)) {
		t.Error("what it gives is not what stands in the journal")
	}
}

// TestAtOnceAsOneByOne: but for when they are on their way, and the condition that this is, the journal and all that follows are the same.
func TestAtOnceAsOneByOne(t *testing.T) {
	run := func(send func(*engine.Engine, []engine.Event) error) string {
		e, _ := start(t, retrying(func(p *mockplatforms.Policy) {
			p.Block = &mockplatforms.Blocklist{Window: 2 * time.Minute, Minimum: 100, Success: 0.9, For: 3 * time.Minute}
		}))
		hook(e, "made", "/200")
		hook(e, "made", "/503", func(h *mockplatforms.Hook) { h.Target = "http://other.example/503" })
		var list []engine.Event
		for range 5 {
			list = append(list, engine.Event{Message: load(t, e, "callbacks/made")})
		}
		list[2].Faults = []fault.Fault{named(t, "wrong key")}
		if err := send(e, list); err != nil {
			t.Fatal(err)
		}
		pass(t, e, twoDays)
		return timeless(t, e)
	}
	atOnce := run(func(e *engine.Engine, list []engine.Event) error {
		_, err := e.DeliverAtOnce(t.Context(), list)
		return err
	})
	oneByOne := run(func(e *engine.Engine, list []engine.Event) error {
		for _, ev := range list {
			deliver(t, e, ev)
		}
		return nil
	})
	atOnce = strings.ReplaceAll(atOnce, `"Condition":"many at once"`, `"Condition":"good"`)
	differ(t, "at once, and one by one", atOnce, oneByOne)
}

func TestAtOnceToNobody(t *testing.T) {
	e, _ := start(t, retrying())
	hook(e, "other", "/200")
	for _, list := range [][]engine.Event{nil, {{Message: load(t, e, "callbacks/made")}}} {
		if attempts, err := e.DeliverAtOnce(t.Context(), list); err != nil || len(attempts)+e.Journal.Len() != 0 {
			t.Errorf("%d events nobody listens to: %d attempts, error %v", len(list), len(attempts), err)
		}
	}
	hook(e, "lost", "/200")
	if _, err := e.DeliverAtOnce(t.Context(), []engine.Event{{Message: load(t, e, "callbacks/lost")}}); err == nil || !strings.Contains(err.Error(), "it is lost") {
		t.Errorf("one that cannot be sent: error %v", err)
	}
}

// TestSkewAroundTheTolerance: a receiver that compares whole seconds, and whose clock is in any part of this second or
// just in the next one, takes what is within five minutes and refuses what is not.
func TestSkewAroundTheTolerance(t *testing.T) {
	const tolerance = 5 * time.Minute
	for _, row := range []struct {
		skew     time.Duration
		fraction time.Duration
		want     int64 // the stamp, from the whole second of now
		taken    bool
	}{
		{-299 * time.Second, 0, -299, true},
		{-299 * time.Second, 300 * time.Millisecond, -298, true},
		{-299 * time.Second, 999 * time.Millisecond, -298, true},
		{-301 * time.Second, 0, -301, false},
		{-301 * time.Second, 300 * time.Millisecond, -301, false},
		{-301 * time.Second, 999 * time.Millisecond, -301, false},
		{299 * time.Second, 0, 299, true},
		{299 * time.Second, 300 * time.Millisecond, 299, true},
		{299 * time.Second, 999 * time.Millisecond, 299, true},
		{301 * time.Second, 0, 301, false},
		{301 * time.Second, 300 * time.Millisecond, 302, false},
		{301 * time.Second, 999 * time.Millisecond, 302, false},
		{-300 * time.Second, 300 * time.Millisecond, -299, true}, // the edge itself is within
		{300 * time.Second, 300 * time.Millisecond, 300, true},
		{0, 999 * time.Millisecond, 0, true},
	} {
		now := at.Add(row.fraction)
		e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Tolerance = tolerance }), func(o *engine.Options) {
			o.Stamp = func() time.Time { return now }
		})
		hook(e, "made", "/200")
		a := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), Skew: row.skew})[0]
		var stamp int64
		if _, err := fmt.Sscan(strings.Fields(a.Request.Field("toy-signature"))[2], &stamp); err != nil {
			t.Fatal(err)
		}
		if got := stamp - at.Unix(); got != row.want {
			t.Errorf("%s at .%03d s: signed at %+d s, want %+d", row.skew, row.fraction.Milliseconds(), got, row.want)
		}
		// The receiver's own second, when the callback was signed. Ahead, it may be the next one already, too.
		off := time.Duration(stamp-now.Unix()) * time.Second
		if taken := off.Abs() <= tolerance; taken != row.taken {
			t.Errorf("%s at .%03d s: it is %s off, and taken: %v", row.skew, row.fraction.Milliseconds(), off, taken)
		}
		// A receiver with fractions sees the same.
		exact := time.Unix(stamp, 0).Sub(now)
		if taken := exact.Abs() <= tolerance; taken != row.taken {
			t.Errorf("%s at .%03d s: it is exactly %s off, and taken: %v", row.skew, row.fraction.Milliseconds(), exact, taken)
		}
	}
}

// TestAllAtTheSameTime: events come and the API is called while time passes, as under `hookdrill serve`. Each callback
// is played to its end once. Run it with -race.
func TestAllAtTheSameTime(t *testing.T) {
	const senders, events = 4, 10
	e, _ := start(t, retrying(blocking, telling, func(p *mockplatforms.Policy) {
		p.Retries, p.Idle = bigDelays()[:2], 90*24*time.Hour
	}), withExceptions(t))
	hook(e, "made", "/200")
	hook(e, "made", "/503", target("http://other.example/503"))
	hook(e, "failed", "", target("http://127.0.0.1/"))
	var all sync.WaitGroup
	for range senders {
		all.Go(func() {
			for range events {
				if _, err := e.Deliver(t.Context(), engine.Event{Message: load(t, e, "callbacks/made")}); err != nil {
					t.Error(err)
				}
				call(e, "POST", "/hooks", `{"event":"other","to":"http://receiver.example/200"}`)
			}
		})
	}
	all.Go(func() {
		for range 100 {
			if err := e.Pass(t.Context(), time.Second, nil); err != nil {
				t.Error(err)
			}
			e.Due()
			e.Waiting()
		}
	})
	all.Wait()
	pass(t, e, time.Hour)
	well := map[string]int{}
	for _, a := range of(e, journal.Attempt) {
		if a.Hook == 7 {
			well[a.Delivery]++
		}
	}
	if len(well) != senders*events || slices.Max(slices.Collect(maps.Values(well))) != 1 || e.Waiting() != 0 {
		t.Errorf("%d events came, want %d once each: %v; %d wait", len(well), senders*events, well, e.Waiting())
	}
	if h, _ := e.State.Hooks.Get(8); h.Active {
		t.Error("the hook that never succeeds is still on")
	}
}

// TestCutOffIsNotLost: who ends the passing of time within an attempt loses no callback.
func TestCutOffIsNotLost(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	cut := false
	e, _ := start(t, retrying(), through(answers(func(*http.Request) int {
		if cut {
			cancel()
			return 0
		}
		return 503
	})))
	hook(e, "made", "/")
	send(t, e, 1, 7)
	cut = true
	if _, err := passing(ctx, e, time.Hour); !errors.Is(err, context.Canceled) || e.Waiting() != 1 {
		t.Errorf("error %v, %d wait, want the one that was cut off", err, e.Waiting())
	}
	cut = false
	if again := pass(t, e, 0); len(again) != 1 || again[0].Number != 2 {
		t.Errorf("%+v: want the second attempt, as nobody saw it", again)
	}
}

// TestAtOnceCutOff: callbacks that were cut off have no answer, so nothing follows from them.
func TestAtOnceCutOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	e, _ := start(t, retrying(), through(answers(func(*http.Request) int {
		cancel()
		return 0
	})))
	hook(e, "made", "/")
	made := engine.Event{Message: load(t, e, "callbacks/made")}
	attempts, err := e.DeliverAtOnce(ctx, []engine.Event{made, made})
	if !errors.Is(err, context.Canceled) || len(attempts) != 0 || e.Journal.Len() != 0 || e.Waiting() != 0 {
		t.Errorf("error %v, %d attempts, %d entries, %d wait", err, len(attempts), e.Journal.Len(), e.Waiting())
	}
}

// TestAtOnceIsRecorded: one callback that cannot be made takes no other from the record.
func TestAtOnceIsRecorded(t *testing.T) {
	e, r := start(t, retrying())
	hook(e, "made", "/200")
	hook(e, "lost", "/200")
	attempts, err := e.DeliverAtOnce(t.Context(), []engine.Event{
		{Message: load(t, e, "callbacks/lost")}, {Message: load(t, e, "callbacks/made")}, {Message: load(t, e, "callbacks/made")},
	})
	if got := len(of(e, journal.Attempt)); err == nil || got != len(r.got) || got != len(attempts) || got != 2 {
		t.Errorf("error %v; %d recorded, %d given, the receiver got %d", err, got, len(attempts), len(r.got))
	}
}
