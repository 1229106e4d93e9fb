package engine_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// told is who hears of failing deliveries on the toy platform.
var told = mockplatforms.Exceptions{
	Event: "failed", Every: 10 * time.Minute,
	Retrying: "exceptions/90001", Exhausted: "exceptions/90002", Blocked: "exceptions/90003",
}

// withExceptions adds what such a hook is told.
func withExceptions(t testing.TB) func(*engine.Options) {
	more := fstest.MapFS{}
	for _, code := range []int{90001, 90002, 90003} {
		more[fmt.Sprintf("toy/exceptions/%d.callback.http", code)] = file("POST / HTTP/1.1",
			"Fixture-Event: failed\nFixture-Identity: hook\nContent-Type: application/json\n",
			fmt.Sprintf(`{"id":"","of":"","hook":0,"code":%d,"message":"to {destination}, alas"}`, code))
	}
	return func(o *engine.Options) { o.Fixtures = toys(t, more) }
}

// blocking has the toy platform block domains as BigCommerce does.
func blocking(p *mockplatforms.Policy) {
	p.Block = &mockplatforms.Blocklist{Window: 2 * time.Minute, Minimum: 100, Success: 0.9, For: 3 * time.Minute}
}

// telling has it tell a hook for "failed" of deliveries that fail.
func telling(p *mockplatforms.Policy) { p.Exceptions = &told }

// target sends the callbacks of a hook elsewhere.
func target(url string) func(*mockplatforms.Hook) {
	return func(h *mockplatforms.Hook) { h.Target = url }
}

func client(name string) func(*mockplatforms.Hook) {
	return func(h *mockplatforms.Hook) { h.Client = name }
}

// said are the consequences in words, each with its time on the schedule.
func said(e *engine.Engine) (list []string) {
	for _, c := range of(e, journal.Consequence) {
		list = append(list, fmt.Sprintf("%s: %s", c.Virtual, c.Says()))
	}
	return list
}

// inTurn gives statuses one after the other, and the last one again and again.
func inTurn(statuses ...int) answers {
	var calls int
	return func(*http.Request) int {
		calls++
		return statuses[min(calls, len(statuses))-1]
	}
}

func times(n, status int) (list []int) {
	for range n {
		list = append(list, status)
	}
	return list
}

func TestAfterTheLast(t *testing.T) {
	for _, row := range []struct {
		reason string
		change func(*mockplatforms.Policy)
		answer []int
		want   []string
		on     bool // the hook still is
	}{
		{"one kind of failure", nil, []int{500}, []string{"48h4m0s: 500 × 12: hook 7 switched off after 48 h 04 min; a mail goes to a@shop.example, b@shop.example"}, false},
		{"two kinds", nil, []int{503, 503, 0}, []string{"48h4m0s: 503 × 2, no answer × 10: hook 7 switched off after 48 h 04 min; a mail goes to a@shop.example, b@shop.example"}, false},
		{"they alternate: the words keep the order", nil, []int{500, 404, 404, 500}, []string{"48h4m0s: 500 × 1, 404 × 2, 500 × 9: hook 7 switched off after 48 h 04 min; a mail goes to a@shop.example, b@shop.example"}, false},
		{"a redirect is a failure like others", nil, []int{301, 500}, []string{"48h4m0s: 301 × 1, 500 × 11: hook 7 switched off after 48 h 04 min; a mail goes to a@shop.example, b@shop.example"}, false},
		{"the last one succeeds", nil, append(times(11, 500), 200), nil, true},
		{"no retries: nothing follows", func(p *mockplatforms.Policy) { p.Retries = nil }, []int{500}, nil, true},
		{"the platform switches nothing off", func(p *mockplatforms.Policy) { p.SwitchOff = false }, []int{500, 0},
			[]string{"48h4m0s: 500 × 1, no answer × 11: made for hook 7 is lost after 48 h 04 min"}, true},
		{"one retry", func(p *mockplatforms.Policy) { p.Retries = []time.Duration{90 * time.Second} }, []int{500},
			[]string{"1m30s: 500 × 2: hook 7 switched off after 1 min 30 s; a mail goes to a@shop.example, b@shop.example"}, false},
	} {
		if row.change == nil {
			row.change = func(*mockplatforms.Policy) {}
		}
		e, _ := start(t, retrying(row.change), through(inTurn(row.answer...)))
		e.State.SetEmails("one", []string{"a@shop.example", "b@shop.example"})
		e.State.SetEmails("two", []string{"not@told.example"})
		hook(e, "made", "/")
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), ID: "id"})
		pass(t, e, twoDays)
		if got := said(e); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", row.reason, got, row.want)
		}
		for _, c := range of(e, journal.Consequence) {
			if c.Hook != 7 || c.Event != "made" || c.Delivery != "id" || c.Call() || c.Request.Method != "" {
				t.Errorf("%s: it is about %+v", row.reason, c)
			}
		}
		h, _ := e.State.Hooks.Get(7)
		if h.Active != row.on || (h.Off == "") != row.on || !row.on && (h.Off != of(e, journal.Consequence)[0].Text || !h.Updated.Equal(at)) {
			t.Errorf("%s: the hook is active: %v, off because %q, updated %s", row.reason, h.Active, h.Off, h.Updated)
		}
		n := len(of(e, journal.Attempt))
		if deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")}); (len(of(e, journal.Attempt)) > n) != row.on {
			t.Errorf("%s: the next event went out: %v", row.reason, !row.on)
		}
	}
}

// TestMailOfItsClient: who is told is the owner of the hook, and nobody where no address is known.
func TestMailOfItsClient(t *testing.T) {
	e, _ := start(t, retrying())
	e.State.SetEmails("two", []string{"two@shop.example"})
	hook(e, "made", "/503")
	hook(e, "made", "/503", client("two"))
	deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
	pass(t, e, twoDays)
	list := of(e, journal.Consequence)
	if len(list) != 2 || len(list[0].To) != 0 || !slices.Equal(list[1].To, []string{"two@shop.example"}) {
		t.Errorf("%+v", list)
	}
}

// TestSwitchedOffWithOthersWaiting: what waits for the hook goes with it, and what waits for another stays.
func TestSwitchedOffWithOthersWaiting(t *testing.T) {
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Retries = p.Retries[:1] }))
	hook(e, "made", "/503")
	hook(e, "made", "/500")
	made := load(t, e, "callbacks/made")
	to := func(path string) func(mockplatforms.Hook) bool {
		return func(h mockplatforms.Hook) bool { return strings.HasSuffix(h.Target, path) }
	}
	deliver(t, e, engine.Event{Message: made, Hooks: to("/503")})
	deliver(t, e, engine.Event{Message: made, Hooks: to("/503")}) // due at the same time as the first
	pass(t, e, 30*time.Second)
	deliver(t, e, engine.Event{Message: made})
	if n := e.Waiting(); n != 4 {
		t.Fatalf("%d wait", n)
	}
	pass(t, e, 30*time.Second)
	want := []string{"1m0s: 503 × 2: hook 7 switched off after 1 min; 2 more callbacks that wait for it are lost"}
	if got := said(e); !slices.Equal(got, want) || e.Waiting() != 1 {
		t.Errorf("%q, %d wait; want %q, 1", got, e.Waiting(), want)
	}
	if got := pass(t, e, 30*time.Second); len(got) != 1 || got[0].Hook != 8 {
		t.Errorf("what waited for another hook: %+v", got)
	}
}

// TestOwnerMeanwhile: what the owner does to a hook while a retry waits.
func TestOwnerMeanwhile(t *testing.T) {
	for _, row := range []struct {
		reason   string
		do       func(e *engine.Engine)
		want     []string
		attempts []string
	}{
		{"it deletes the hook", func(e *engine.Engine) { e.State.Hooks.Delete(7) }, []string{"1m0s: made is not tried again: hook 7 is gone"}, nil},
		{"it switches it off", func(e *engine.Engine) { e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(false) }) },
			[]string{"1m0s: made is not tried again: hook 7 is off"}, nil},
		{"off and on again: the retry comes", func(e *engine.Engine) {
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(false) })
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(true) })
		}, nil, []string{"http://receiver.example/503"}},
		{"another target: the retry goes there", func(e *engine.Engine) { e.State.Hooks.Update(7, target("http://other.example/500")) },
			nil, []string{"http://other.example/500"}},
		{"another event: what has happened still comes", func(e *engine.Engine) {
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Event = "other" })
		}, nil, []string{"http://receiver.example/503"}},
	} {
		e, _ := start(t, retrying())
		hook(e, "made", "/503")
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		row.do(e)
		var urls []string
		for _, a := range pass(t, e, time.Minute) {
			urls = append(urls, a.Request.URL)
		}
		if got := said(e); !slices.Equal(got, row.want) || !slices.Equal(urls, row.attempts) {
			t.Errorf("%s: said %q, sent to %q; want %q, %q", row.reason, got, urls, row.want, row.attempts)
		}
		if waiting := e.Waiting(); waiting != len(row.attempts) {
			t.Errorf("%s: %d still wait", row.reason, waiting)
		}
	}
}

func TestIdleHooks(t *testing.T) {
	const days = 24 * time.Hour
	const words = ": 90 days without an event: hook %d switched off; a mail goes to a@shop.example"
	off := func(at string, hook int) string { return at + fmt.Sprintf(words, hook) }
	at90, at100, at130 := (90 * days).String(), (100 * days).String(), (130 * days).String()
	for _, row := range []struct {
		reason string
		steps  func(e *engine.Engine)
		want   []string
	}{
		{"a nanosecond before it is on", func(e *engine.Engine) { pass(t, e, 90*days-1) }, nil},
		{"exactly then it is off", func(e *engine.Engine) { pass(t, e, 90*days) }, []string{off(at90, 7), off(at90, 8)}},
		{"once", func(e *engine.Engine) { pass(t, e, 400*days) }, []string{off(at90, 7), off(at90, 8)}},
		{"the first step stops short", func(e *engine.Engine) {
			pass(t, e, 90*days-1)
			pass(t, e, 1)
		}, []string{off(at90, 7), off(at90, 8)}},
		{"an event keeps its own hook on, and no other", func(e *engine.Engine) {
			pass(t, e, 10*days)
			deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
			pass(t, e, 200*days)
		}, []string{off(at90, 8), off(at100, 7)}},
		{"an event that is due at the last moment", func(e *engine.Engine) {
			pass(t, e, 90*days-1)
			deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
			pass(t, e, 89*days)
		}, []string{off(at90, 8)}},
		{"on again: it counts from then", func(e *engine.Engine) {
			pass(t, e, 10*days)
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(false) })
			pass(t, e, 30*days)
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(true) })
			pass(t, e, 200*days)
		}, []string{off(at90, 8), off(at130, 7)}},
		{"on again after it was switched off", func(e *engine.Engine) {
			pass(t, e, 90*days)
			e.State.Hooks.Update(8, func(h *mockplatforms.Hook) { h.Switch(true) })
			pass(t, e, 200*days)
		}, []string{off(at90, 7), off(at90, 8), off((180 * days).String(), 8)}},
		{"off by its owner: nothing to switch off", func(e *engine.Engine) {
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(false) })
			pass(t, e, 200*days)
		}, []string{off(at90, 8)}},
		{"a change that is none restarts nothing", func(e *engine.Engine) {
			pass(t, e, 10*days)
			e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Switch(true) })
			pass(t, e, 80*days)
		}, []string{off(at90, 7), off(at90, 8)}},
		{"a hook that is made later", func(e *engine.Engine) {
			pass(t, e, 10*days)
			hook(e, "other", "/")
			pass(t, e, 200*days)
		}, []string{off(at90, 7), off(at90, 8), off(at100, 9)}},
		{"gone", func(e *engine.Engine) {
			e.State.Hooks.Delete(7)
			pass(t, e, 200*days)
		}, []string{off(at90, 8)}},
	} {
		e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Idle = 90 * days }))
		e.State.SetEmails("one", []string{"a@shop.example"})
		hook(e, "made", "/200")
		hook(e, "other", "/200")
		row.steps(e)
		if got := said(e); !slices.Equal(got, row.want) {
			t.Errorf("%s: %q, want %q", row.reason, got, row.want)
		}
	}
	e, _ := start(t, retrying()) // no limit
	hook(e, "made", "/200")
	if pass(t, e, 1000*days); e.Journal.Len() != 0 {
		t.Errorf("a platform without such a rule said %q", said(e))
	}
}

// TestIdleWithRetry: what is due at the moment when its hook is idle goes first; a retry itself is no new event.
func TestIdleWithRetry(t *testing.T) {
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Idle = 4 * time.Minute }))
	hook(e, "made", "/503")
	deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
	attempts := pass(t, e, twoDays)
	if got := seconds(attempts); !slices.Equal(got, []int{60, 240}) {
		t.Errorf("retries at %d s", got)
	}
	want := []string{"4m0s: 4 min without an event: hook 7 switched off; 1 more callbacks that wait for it are lost"}
	if got := said(e); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestActivation(t *testing.T) {
	for _, row := range []struct {
		reason string
		after  time.Duration
		want   []string
	}{
		{"at once", 0, []string{"1h0m0s: hook 7 is new: it gets nothing for the first 1 min"}},
		{"a nanosecond too early", time.Minute - 1, []string{"1h0m59.999999999s: hook 7 is new: it gets nothing for the first 1 min"}},
		{"then", time.Minute, nil},
	} {
		e, r := start(t, retrying(func(p *mockplatforms.Policy) { p.Activation = time.Minute }))
		pass(t, e, time.Hour)
		hook(e, "made", "/200")
		pass(t, e, row.after)
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		if got := said(e); !slices.Equal(got, row.want) || len(r.got) != 1-len(row.want) {
			t.Errorf("%s: %q and %d callbacks, want %q", row.reason, got, len(r.got), row.want)
		}
		if pass(t, e, twoDays); len(r.got) != 1-len(row.want) {
			t.Errorf("%s: what a hook has missed came later", row.reason)
		}
		if n := len(deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})); n != 1 {
			t.Errorf("%s: %d attempts for a hook of two days", row.reason, n)
		}
	}
}

// send delivers n events to a hook.
func send(t testing.TB, e *engine.Engine, n int, hook int64) {
	t.Helper()
	made := load(t, e, "callbacks/made")
	for range n {
		deliver(t, e, engine.Event{Message: made, Hooks: func(h mockplatforms.Hook) bool { return h.ID == hook }})
	}
}

func TestWhenADomainIsBlocked(t *testing.T) {
	const all = "%d of %d callbacks to receiver.example failed in 2 min: the domain is blocked for 3 min; a mail goes to a@shop.example"
	type burst struct {
		after time.Duration
		n     int
		hook  int64 // 7 fails, 8 succeeds
	}
	for _, row := range []struct {
		reason string
		bursts []burst
		at     time.Duration
		bad, n int // what the words say; 0: it is not blocked
	}{
		{"99 failures say nothing", []burst{{0, 99, 7}}, 0, 0, 0},
		{"the 100th does", []burst{{0, 100, 7}}, 0, 100, 100},
		{"it stays at that while it lasts", []burst{{0, 150, 7}}, 0, 100, 100},
		{"90 of 100 are enough", []burst{{0, 10, 7}, {0, 90, 8}}, 0, 0, 0},
		{"89 of 100 are not", []burst{{0, 11, 7}, {0, 89, 8}}, 0, 11, 100},
		{"a success tips it as well as a failure", []burst{{0, 99, 7}, {0, 1, 8}}, 0, 99, 100},
		{"900 of 1000 are enough", []burst{{0, 900, 8}, {0, 100, 7}}, 0, 0, 0},
		{"and one failure more is not", []burst{{0, 900, 8}, {0, 101, 7}}, 0, 101, 1001},
		{"successes do not", []burst{{0, 500, 8}}, 0, 0, 0},
		{"what is not yet two minutes old counts", []burst{{0, 89, 8}, {2*time.Minute - 1, 11, 7}}, 2*time.Minute - 1, 11, 100},
		{"after two minutes it does not", []burst{{0, 89, 8}, {2 * time.Minute, 11, 7}}, 0, 0, 0},
		{"old successes leave, and what is left is under 90 %", []burst{{0, 900, 8}, {time.Minute, 11, 7}, {time.Minute, 89, 8}}, 2 * time.Minute, 11, 100},
	} {
		e, r := start(t, retrying(blocking, func(p *mockplatforms.Policy) { p.Retries = nil }))
		e.State.SetEmails("one", []string{"a@shop.example"})
		hook(e, "made", "/503")
		hook(e, "made", "/200")
		sent := 0
		for _, b := range row.bursts {
			pass(t, e, b.after)
			send(t, e, b.n, b.hook)
			sent += b.n
		}
		h, _ := e.State.Hooks.Get(8)
		blocked := row.n > 0
		if e.State.Blocked(h) != blocked || !h.Active {
			t.Errorf("%s: blocked %v, active %v", row.reason, e.State.Blocked(h), h.Active)
		}
		list := said(e)
		if !blocked {
			if len(list) != 0 || len(r.got) != sent {
				t.Errorf("%s: %q, and %d of %d callbacks", row.reason, list, len(r.got), sent)
			}
			continue
		}
		if want := row.at.String() + ": " + fmt.Sprintf(all, row.bad, row.n); len(list) == 0 || list[0] != want || len(r.got) != min(sent, row.n) && row.at == 0 {
			t.Errorf("%s: %q after %d callbacks, want %q", row.reason, list, len(r.got), want)
		}
	}
}

// TestBlockedOnce: what was on its way already when the domain was blocked arrives, and blocks it no second time.
func TestBlockedOnce(t *testing.T) {
	e, r := start(t, retrying(blocking, func(p *mockplatforms.Policy) { p.Retries = nil }))
	hook(e, "made", "/503")
	list := make([]engine.Event, 150)
	for i := range list {
		list[i].Message = load(t, e, "callbacks/made")
	}
	attempts, err := e.DeliverAtOnce(t.Context(), list)
	want := []string{"0s: 100 of 100 callbacks to receiver.example failed in 2 min: the domain is blocked for 3 min"}
	if got := said(e); err != nil || len(attempts) != 150 || len(r.got) != 150 || !slices.Equal(got, want) {
		t.Errorf("%d attempts, error %v, said %q; want %q", len(attempts), err, got, want)
	}
}

// blocked is an engine that has just blocked receiver.example for its first hook's client.
func blocked(t testing.TB, changes ...func(*engine.Options)) (*engine.Engine, *receiver) {
	t.Helper()
	e, r := start(t, append([]func(*engine.Options){retrying(blocking)}, changes...)...)
	hook(e, "made", "/503")
	var list []engine.Event
	for range 100 {
		list = append(list, engine.Event{Message: load(t, e, "callbacks/made")})
	}
	for _, ev := range list {
		deliver(t, e, ev)
	}
	e.State.Hooks.Delete(7)
	pass(t, e, 0)
	r.got = nil
	return e, r
}

func TestWhomABlockKeepsOut(t *testing.T) {
	for _, row := range []struct {
		reason, target, client string
		out                    bool
	}{
		{"another path", "http://receiver.example/200", "one", true},
		{"another port", "http://receiver.example:8443/200", "one", true},
		{"another scheme", "https://receiver.example/200", "one", true},
		{"another spelling", "http://RECEIVER.Example/200", "one", true},
		{"another client", "http://receiver.example/200", "two", false},
		{"another host", "http://receiver2.example/200", "one", false},
		{"a host under it", "http://www.receiver.example/200", "one", false},
		{"the host as a path", "http://other.example/receiver.example", "one", false},
	} {
		e, r := blocked(t)
		hook(e, "made", "", target(row.target), client(row.client))
		n := e.Journal.Len()
		attempts := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		if out := len(attempts) == 0; out != row.out || len(r.got) != len(attempts) {
			t.Errorf("%s: kept out %v, %d callbacks", row.reason, out, len(r.got))
		}
		if row.out {
			const want = "made for hook 8 waits in the retry queue: receiver.example is blocked"
			if list := e.Journal.Since(n); len(list) != 1 || list[0].Text != want || list[0].Hook != 8 || len(list[0].To) != 0 {
				t.Errorf("%s: %+v", row.reason, list)
			}
		}
	}
}

// TestAfterABlock: what was held comes on the schedule; each time that it was held counts as an attempt.
func TestAfterABlock(t *testing.T) {
	for _, row := range []struct {
		reason string
		after  time.Duration // the event, after the block began
		held   int
		at     time.Duration // when it is delivered
		number int
	}{
		{"held twice: the third is after the end, at 4 min", 0, 2, 4 * time.Minute, 3},
		{"held once", 2 * time.Minute, 1, 3 * time.Minute, 2},
		{"held once more, a nanosecond before the end", 2*time.Minute - 1, 2, 6*time.Minute - 1, 3},
		{"a nanosecond before the end", 3*time.Minute - 1, 1, 4*time.Minute - 1, 2},
		{"at the end", 3 * time.Minute, 0, 3 * time.Minute, 1},
	} {
		e, r := blocked(t)
		hook(e, "made", "/200")
		pass(t, e, row.after) // what waits for the hook that is gone says so; that is not counted
		n := e.Journal.Len()
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), ID: "held"})
		pass(t, e, twoDays)
		var held, came int
		for _, entry := range e.Journal.Since(n) {
			switch {
			case entry.Delivery != "held":
			case entry.Kind == journal.Consequence:
				held++
			default:
				came++
				if entry.Virtual != row.at || entry.Number != row.number || !entry.Acknowledged {
					t.Errorf("%s: delivered at %s as attempt %d, acknowledged %v", row.reason, entry.Virtual, entry.Number, entry.Acknowledged)
				}
			}
		}
		if held != row.held || came != 1 || len(r.got) != 1 {
			t.Errorf("%s: held %d times, came %d times; want %d", row.reason, held, came, row.held)
		}
	}
}

// TestHeldAsItIs: what a block holds has not been sent yet. So it keeps what is to be done to it on purpose, and nobody
// is told that it failed.
func TestHeldAsItIs(t *testing.T) {
	e, r := blocked(t, func(o *engine.Options) { o.Platform.Policy.Exceptions = &told }, withExceptions(t))
	hook(e, "failed", "", target("http://127.0.0.1:1/200"))
	hook(e, "made", "/200")
	deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), Faults: []fault.Fault{named(t, "empty body")}})
	if got := exceptionsTold(e); len(got) != 0 || len(r.got) != 0 {
		t.Errorf("told %q, sent %d", got, len(r.got))
	}
	if late := pass(t, e, 4*time.Minute); len(late) != 1 || late[0].Fault != "empty body" || r.bodies[len(r.bodies)-1] != "" {
		t.Errorf("after the block: %+v", late)
	}
}

// TestToldOfWhich attempt: a consequence stands with the attempt that it follows from.
func TestToldOfWhich(t *testing.T) {
	e, _ := start(t, retrying(telling, func(p *mockplatforms.Policy) { p.Retries = p.Retries[:1] }), withExceptions(t))
	hook(e, "failed", "", target("http://127.0.0.1/"))
	hook(e, "made", "/503")
	send(t, e, 1, 8)
	pass(t, e, time.Hour)
	var numbers []int
	for _, c := range of(e, journal.Consequence) {
		numbers = append(numbers, c.Number)
	}
	if !slices.Equal(numbers, []int{1, 2, 2}) { // 90001, 90002, switched off
		t.Errorf("they stand with the attempts %d", numbers)
	}
}

// TestUntoldIsUnused: an exceptions hook that the rate keeps from being told has had no event.
func TestUntoldIsUnused(t *testing.T) {
	e, _ := start(t, retrying(telling), withExceptions(t))
	hook(e, "failed", "", target("http://127.0.0.1/"))
	hook(e, "made", "/503")
	send(t, e, 1, 8)
	pass(t, e, 5*time.Minute) // two retries fail
	if h, _ := e.State.Hooks.Get(7); h.Used != 0 {
		t.Errorf("the hook was told at 0 only, and counts as used at %s", h.Used)
	}
}

// TestWordsOfRefusals: a number alone where the number says it, and why where it does not.
func TestWordsOfRefusals(t *testing.T) {
	for _, row := range []struct {
		reason, path string
		change       func(*mockplatforms.Policy)
		want         string
	}{
		{"a failure", "/500", nil, "500 × 2"},
		{"a success that this platform takes for none", "/204", func(p *mockplatforms.Policy) { p.Acknowledged = func(status int) bool { return status == 200 } }, "204 × 2"},
	} {
		e, _ := start(t, retrying(func(p *mockplatforms.Policy) {
			p.Retries = p.Retries[:1]
			if row.change != nil {
				row.change(p)
			}
		}))
		hook(e, "made", row.path)
		send(t, e, 1, 7)
		pass(t, e, time.Hour)
		if got := said(e); len(got) != 1 || !strings.Contains(got[0], ": "+row.want+": hook 7 switched off") {
			t.Errorf("%s: %q", row.reason, got)
		}
	}
}

// TestHeldUntilTheLast: being held counts up to the end, and the words say so.
func TestHeldUntilTheLast(t *testing.T) {
	e, r := blocked(t, func(o *engine.Options) {
		o.Platform.Policy.Block.For = time.Hour
		o.Platform.Policy.Retries = bigDelays()[:3]
	})
	e.State.SetEmails("one", []string{"a@shop.example"})
	hook(e, "made", "/500")
	pass(t, e, 58*time.Minute)
	n := e.Journal.Len()
	deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")}) // 58 59 62 67
	pass(t, e, twoDays)
	list := e.Journal.Since(n)
	if text := list[len(list)-1].Says(); text != "blocked × 2, 500 × 2: hook 8 switched off after 9 min; a mail goes to a@shop.example" || len(r.got) != 2 {
		t.Errorf("%d callbacks, then %q", len(r.got), text)
	}
}

// TestBlockedAgain: after a block the count begins anew, as its window is over.
func TestBlockedAgain(t *testing.T) {
	e, _ := blocked(t, func(o *engine.Options) { o.Platform.Policy.Retries = nil })
	hook(e, "made", "/503")
	pass(t, e, 3*time.Minute)
	h, _ := e.State.Hooks.Get(8)
	if send(t, e, 99, 8); e.State.Blocked(h) {
		t.Error("99 failures after a block blocked again")
	}
	if send(t, e, 1, 8); !e.State.Blocked(h) {
		t.Error("100 failures after a block did not block again")
	}
	if pass(t, e, 3*time.Minute); e.State.Blocked(h) {
		t.Error("the second block does not end")
	}
	if pass(t, e, -time.Hour); e.State.Blocked(h) {
		t.Error("it came back")
	}
}

// exceptionsTold are what hooks for exceptions got: when, who, about which hook, which code, where to.
func exceptionsTold(e *engine.Engine) (list []string) {
	for _, a := range of(e, journal.Attempt) {
		if a.Event == "failed" && a.Number == 1 {
			b := gjson.ParseBytes(a.Request.Body)
			list = append(list, fmt.Sprintf("%d s: %d of %s: %s %s", a.Virtual/time.Second, a.Hook, b.Get("hook"), b.Get("code"), b.Get("message")))
		}
	}
	return list
}

func TestExceptions(t *testing.T) {
	const (
		local    = "http://localhost:1/503"
		loopback = "http://127.0.0.1:1/told"
	)
	for _, row := range []struct {
		reason string
		hooks  func(e *engine.Engine)
		pass   time.Duration
		want   []string
	}{
		{"once in ten minutes for a destination, and at the tenth again", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback))
			hook(e, "made", "", target(local))
		}, 20 * time.Minute, []string{
			"0 s: 7 of 8: 90001 to http://localhost:1/503, alas", // 60 240 540 are too soon
			"1140 s: 7 of 8: 90001 to http://localhost:1/503, alas",
		}},
		{"each destination for itself", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback))
			hook(e, "made", "", target(local))
			hook(e, "made", "", target(local+"/b"))
		}, time.Minute, []string{"0 s: 7 of 8: 90001 to http://localhost:1/503, alas", "0 s: 7 of 9: 90001 to http://localhost:1/503/b, alas"}},
		{"two hooks of one destination share it", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback))
			hook(e, "made", "", target(local))
			hook(e, "made", "", target(local))
		}, time.Minute, []string{"0 s: 7 of 8: 90001 to http://localhost:1/503, alas"}},
		{"only those of the same client", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback), client("two"))
			hook(e, "made", "", target(local))
		}, twoDays, nil},
		{"each client for itself, also at one destination", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback))
			hook(e, "failed", "", target(loopback), client("two"))
			hook(e, "made", "", target(local))
			hook(e, "made", "", target(local), client("two"))
		}, time.Minute, []string{"0 s: 7 of 9: 90001 to http://localhost:1/503, alas", "0 s: 8 of 10: 90001 to http://localhost:1/503, alas"}},
		{"never about the one that is told, on any host", func(e *engine.Engine) {
			hook(e, "failed", "", target("http://127.0.0.1:1/503"))
			hook(e, "made", "", target(local))
		}, 10 * time.Minute, []string{"0 s: 7 of 8: 90001 to http://localhost:1/503, alas"}},
		{"nor is another one told of that", func(e *engine.Engine) {
			hook(e, "failed", "", target("http://127.0.0.1:1/503"))
			hook(e, "failed", "", target(loopback))
			hook(e, "made", "", target(local))
		}, 10 * time.Minute, []string{"0 s: 7 of 9: 90001 to http://localhost:1/503, alas", "0 s: 8 of 9: 90001 to http://localhost:1/503, alas"}},
		{"one that is off hears nothing", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback), func(h *mockplatforms.Hook) { h.Active = false })
			hook(e, "made", "", target(local))
		}, time.Minute, nil},
		{"what goes well is not told", func(e *engine.Engine) {
			hook(e, "failed", "", target(loopback))
			hook(e, "made", "", target("http://localhost:1/200"))
		}, time.Minute, nil},
		{"nobody wants to hear", func(e *engine.Engine) { hook(e, "made", "", target(local)) }, time.Minute, nil},
	} {
		e, _ := start(t, retrying(telling), withExceptions(t))
		e.State.AddAccount(mockplatforms.Account{Client: "two", Secret: "s2"})
		row.hooks(e)
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		pass(t, e, row.pass)
		if got := exceptionsTold(e); !slices.Equal(got, row.want) {
			t.Errorf("%s: told %q, want %q", row.reason, got, row.want)
		}
		var words int
		for _, c := range of(e, journal.Consequence) {
			if strings.Contains(c.Text, "is told of hook") {
				words++
			}
		}
		if words != len(row.want) {
			t.Errorf("%s: the journal says %d times that somebody is told, want %d", row.reason, words, len(row.want))
		}
	}
}

// TestExceptionsRate: ten minutes are ten minutes, to the nanosecond.
func TestExceptionsRate(t *testing.T) {
	for _, row := range []struct {
		after time.Duration
		want  int
	}{{10*time.Minute - 1, 1}, {10 * time.Minute, 2}} {
		e, _ := start(t, retrying(telling, func(p *mockplatforms.Policy) { p.Retries = []time.Duration{twoDays} }), withExceptions(t))
		hook(e, "failed", "", target("http://127.0.0.1/"))
		hook(e, "made", "/503")
		send(t, e, 1, 8)
		pass(t, e, row.after)
		if send(t, e, 1, 8); len(exceptionsTold(e)) != row.want {
			t.Errorf("two failures %s apart: told %q, want %d", row.after, exceptionsTold(e), row.want)
		}
	}
}

// TestExhaustedIsTold besides the last 90001, however soon after it, with the words before the mail.
func TestExhaustedIsTold(t *testing.T) {
	e, _ := start(t, retrying(telling, func(p *mockplatforms.Policy) { p.Retries = p.Retries[:1] }), withExceptions(t))
	hook(e, "failed", "", target("http://127.0.0.1/"))
	hook(e, "made", "/503")
	send(t, e, 1, 8)
	pass(t, e, time.Hour)
	want := []string{"0 s: 7 of 8: 90001 to http://receiver.example/503, alas", "60 s: 7 of 8: 90002 to http://receiver.example/503, alas"}
	if got := exceptionsTold(e); !slices.Equal(got, want) {
		t.Errorf("told %q, want %q", got, want)
	}
	words := []string{"0s: hook 7 is told of hook 8: 90001", "1m0s: hook 7 is told of hook 8: 90002", "1m0s: 503 × 2: hook 8 switched off after 1 min"}
	if got := said(e); !slices.Equal(got, words) {
		t.Errorf("said %q, want %q", got, words)
	}
}

// TestBlockIsTold to a hook on another host of the same machine; one on the blocked host itself hears of it later.
func TestBlockIsTold(t *testing.T) {
	for _, row := range []struct {
		reason, told string
		want         []string
	}{
		{"another host", "http://127.0.0.1:1/told", []string{
			"0 s: 7 of 8: 90001 to http://localhost:1/503, alas", "0 s: 7 of 8: 90003 to http://localhost:1/503, alas"}},
		{"the same host", "http://localhost:2/told", []string{"0 s: 7 of 8: 90001 to http://localhost:1/503, alas"}},
	} {
		e, _ := start(t, retrying(telling, blocking), withExceptions(t))
		hook(e, "failed", "", target(row.told))
		hook(e, "made", "", target("http://localhost:1/503"))
		send(t, e, 100, 8)
		if got := exceptionsTold(e); !slices.Equal(got, row.want) {
			t.Errorf("%s: told %q, want %q", row.reason, got, row.want)
		}
		e.State.Hooks.Delete(8)
		var codes []string
		for _, a := range pass(t, e, 5*time.Minute) {
			codes = append(codes, gjson.GetBytes(a.Request.Body, "code").String())
		}
		if later := row.told == "http://localhost:2/told"; slices.Contains(codes, "90003") != later {
			t.Errorf("%s: later it hears %q", row.reason, codes)
		}
	}
}

// TestExceptionIsJSON whatever stands in a target.
func TestExceptionIsJSON(t *testing.T) {
	for _, destination := range []string{
		`http://receiver.example/503?a="b"&c=<d>`, `http://receiver.example/503?a=\b\\`, "http://receiver.example/503/é/\u2028", `http://receiver.example/503?{destination}`,
	} {
		e, _ := start(t, retrying(telling), withExceptions(t))
		hook(e, "failed", "", target("http://127.0.0.1/"))
		hook(e, "made", "", target(destination))
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		for _, a := range of(e, journal.Attempt) {
			if a.Event != "failed" {
				continue
			}
			var body struct {
				Hook, Code int64
				Message    string
			}
			if err := json.Unmarshal(a.Request.Body, &body); err != nil || body.Hook != 8 || body.Code != 90001 || body.Message != "to "+destination+", alas" {
				t.Errorf("%s: error %v, %s", destination, err, a.Request.Body)
			}
			if strings.Contains(string(a.Request.Body), `\u0026`) {
				t.Errorf("%s: & is escaped: %s", destination, a.Request.Body)
			}
			destination = ""
		}
		if destination != "" {
			t.Errorf("%s: nobody was told", destination)
		}
	}
}

// TestNothingIsRecordedToTell: a fixture that is missing is said, and takes the retries from nobody.
func TestNothingIsRecordedToTell(t *testing.T) {
	e, _ := start(t, retrying(telling))
	hook(e, "failed", "", target("http://127.0.0.1/"))
	hook(e, "made", "/503")
	send(t, e, 1, 8)
	if got := said(e); len(got) != 1 || !strings.HasPrefix(got[0], "0s: nobody is told of hook 8: no fixture") || e.Waiting() != 1 {
		t.Errorf("%q, %d wait", got, e.Waiting())
	}
}

func TestOutage(t *testing.T) {
	for _, row := range []struct {
		reason string
		lasts  time.Duration
		ends   time.Duration // when EndOutage comes; 0: never
		want   []int         // the status of each attempt, 0 for none
	}{
		{"for a time: not at its end any more", 4 * time.Minute, 0, []int{502, 502, 200}},
		{"a nanosecond longer", 4*time.Minute + 1, 0, []int{502, 502, 502, 200}},
		{"without end", 0, 0, times(12, 502)},
		{"without end, ended", 0, 4 * time.Minute, []int{502, 502, 502, 200}},
		{"ended before its time", 2 * 24 * time.Hour, 5 * time.Minute, []int{502, 502, 502, 200}},
	} {
		e, r := start(t, retrying())
		hook(e, "made", "/200")
		if err := e.Outage(named(t, "answer 502"), row.lasts); err != nil {
			t.Fatal(err)
		}
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		if row.ends > 0 {
			pass(t, e, row.ends)
			e.EndOutage()
		}
		pass(t, e, 5*24*time.Hour)
		var got []int
		for _, a := range of(e, journal.Attempt) {
			got = append(got, a.Response.Status)
			out := a.Response.Status == 502
			if a.InFront != out || (a.Fault == "answer 502") != out || a.Acknowledged == out {
				t.Errorf("%s: attempt %d has in front %v, fault %q, acknowledged %v", row.reason, a.Number, a.InFront, a.Fault, a.Acknowledged)
			}
		}
		if well := got[len(got)-1] == 200; !slices.Equal(got, row.want) || (len(r.got) == 1) != well {
			t.Errorf("%s: %d, of which %d reached the receiver; want %d", row.reason, got, len(r.got), row.want)
		}
	}
}

// TestOutages: one replaces the other, one that cannot be changes nothing, and what an event has of its own comes first.
func TestOutages(t *testing.T) {
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Retries = nil }))
	hook(e, "made", "/200")
	made := load(t, e, "callbacks/made")
	var got []string
	now := func(faults ...fault.Fault) {
		a := deliver(t, e, engine.Event{Message: made, Faults: faults})[0]
		got = append(got, fmt.Sprintf("%d %s", a.Response.Status, a.Fault))
	}
	e.EndOutage() // of none
	now()
	if err := e.Outage(named(t, "answer 502"), time.Hour); err != nil {
		t.Fatal(err)
	}
	now()
	now(named(t, "answer 404"))
	now(named(t, "wrong method"))
	if err := e.Outage(named(t, "wrong method"), 0); err == nil || !strings.Contains(err.Error(), `the fault "wrong method" does not stand in front of the receiver`) {
		t.Errorf("a fault that stands in front of nothing: error %v", err)
	}
	if err := e.Outage(fault.Fault{}, 0); err == nil {
		t.Error("no fault at all was taken")
	}
	now()
	if err := e.Outage(named(t, "connection refused"), 0); err != nil {
		t.Fatal(err)
	}
	pass(t, e, 2*time.Hour) // the first one would be over
	now()
	want := []string{"200 ", "502 answer 502", "404 answer 404", "502 wrong method, answer 502", "502 answer 502", "0 connection refused"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestInFront: what the platform sees of a receiver that something stands in front of, and what the receiver sees.
func TestInFront(t *testing.T) {
	for _, row := range []struct {
		fault, path string
		reaches     bool
		status      int
		failure     string
		rejected    string
		words       string
	}{
		{"answer 500", "/200", false, 500, "", "status 500", "500 × 2"},
		{"answer 301", "/200", false, 301, "", "status 301: redirects are not followed", "301 × 2"},
		{"answer 429", "/200", false, 429, "", "status 429", "429 × 2"},
		{"connection refused", "/200", false, 0, "connection refused", "", "no answer × 2"},
		{"no answer in time", "/200", false, 0, "no answer within 1m0s", "", "no answer × 2"},
		{"answer lost", "/200", true, 0, "the connection broke off before the answer (the receiver had answered with status 200)", "", "no answer × 2"},
		{"answer lost", "/503", true, 0, "the connection broke off before the answer (the receiver had answered with status 503)", "", "no answer × 2"},
		{"answer lost", "/broken", true, 0, "the connection broke off before the answer (the line is dead)", "", "no answer × 2"},
		{"answer too late", "/200", true, 0, "no answer within 1m0s (the receiver had answered with status 200)", "", "no answer × 2"},
		{"answer with a 9 KiB header field", "/200", true, 200, "", "the header field Set-Cookie has 9224 bytes, more than 8192", "200 (header too large) × 2"},
	} {
		e, r := start(t, retrying(func(p *mockplatforms.Policy) {
			p.Limits, p.Retries = mockplatforms.AnswerLimits{Fields: 64, Name: 64, Value: 8192}, p.Retries[:1]
		}))
		hook(e, "made", row.path)
		if err := e.Outage(named(t, row.fault), 0); err != nil {
			t.Fatal(err)
		}
		a := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0]
		if !a.InFront || a.Acknowledged || a.Response.Status != row.status || a.Failure != row.failure || a.Rejected != row.rejected || a.Fault != row.fault {
			t.Errorf("%s: in front %v, status %d, failure %q, rejected %q, fault %q", row.fault, a.InFront, a.Response.Status, a.Failure, a.Rejected, a.Fault)
		}
		if reached := len(r.got) == 1; reached != row.reaches {
			t.Errorf("%s: the receiver got it: %v", row.fault, reached)
		}
		pass(t, e, time.Minute)
		if got, want := said(e), []string{"1m0s: " + row.words + ": hook 7 switched off after 1 min"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", row.fault, got, want)
		}
	}
}

// TestAnswerBreaksOff: a good status in front of half an answer is no success, and the words tell the two apart.
func TestAnswerBreaksOff(t *testing.T) {
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) { p.Retries = p.Retries[:1] }))
	hook(e, "made", "/half")
	send(t, e, 1, 7)
	pass(t, e, time.Minute)
	if got, want := said(e), []string{"1m0s: 200 (broken off) × 2: hook 7 switched off after 1 min"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
