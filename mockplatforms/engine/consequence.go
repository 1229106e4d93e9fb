package engine

import (
	"bytes"
	"context"
	"fmt"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// watch is what the platform remembers of answers, to draw its consequences from.
type watch struct {
	sync.Mutex
	outcomes map[string]*mockplatforms.Outcomes // by client and domain
	told     map[string]time.Duration           // by client and target: when the exceptions hook was last told of a failure
	idle     time.Duration                      // before this no hook is idle
	outage   outage
}

// outcome is how attempts of a callback failed, and how many of them in a row.
type outcome struct {
	what  string
	times int
}

// note files a consequence in words. It says whom it is about by the fields of the callback, which may be nil.
func (e *Engine) note(c *callback, hook int64, to []string, format string, args ...any) {
	entry := journal.Entry{
		Kind: journal.Consequence, Platform: e.Platform.Name, At: time.Now(), Virtual: e.Clock.Now(),
		Hook: hook, Text: fmt.Sprintf(format, args...), To: to,
	}
	if c != nil {
		entry.Event, entry.Delivery, entry.Number = c.event.Message.Meta.Event, c.event.Delivery, c.number
	}
	e.Journal.Append(entry)
}

// target gives the hook of a callback, unless it is gone or off by now: then nothing more is sent for it.
func (e *Engine) target(c *callback) (mockplatforms.Hook, bool) {
	hook, there := e.State.Hooks.Get(c.hook)
	if there && hook.Active {
		return hook, true
	}
	why := "off"
	if !there {
		why = "gone"
	}
	e.note(c, c.hook, nil, "%s is not tried again: hook %d is %s", c.event.Message.Meta.Event, c.hook, why)
	return hook, false
}

// tooNew says whether a hook does not work yet. What happens until then is lost for it.
func (e *Engine) tooNew(hook mockplatforms.Hook) bool {
	wait := e.State.Policy().Activation
	if e.Clock.Now()-hook.Born >= wait {
		return false
	}
	e.note(nil, hook.ID, nil, "hook %d is new: it gets nothing for the first %s", hook.ID, mockplatforms.InWords(wait))
	return true
}

// hold puts a callback whose domain is blocked into the retry queue, and says whether it has.
func (e *Engine) hold(ctx context.Context, c *callback, hook mockplatforms.Hook) bool {
	if !e.State.Blocked(hook) {
		return false
	}
	e.note(c, hook.ID, nil, "%s for hook %d waits in the retry queue: %s is blocked", c.event.Message.Meta.Event, hook.ID, mockplatforms.Domain(hook.Target))
	e.again(ctx, hook, c, "blocked")
	return true
}

// follow draws the consequences of an attempt.
func (e *Engine) follow(ctx context.Context, hook mockplatforms.Hook, c *callback, attempt journal.Entry) {
	e.weigh(ctx, hook, c, attempt)
	if attempt.Acknowledged {
		return
	}
	what := strconv.Itoa(attempt.Response.Status)
	switch {
	case attempt.Response.Status == 0:
		what = "no answer"
	case attempt.Failure != "":
		what += " (broken off)"
	case e.State.Policy().Acknowledged(attempt.Response.Status):
		what += " (header too large)"
	}
	if _, more := e.State.Policy().Delay(c.number); more {
		e.tell(ctx, hook, c, func(x mockplatforms.Exceptions) string { return x.Retrying })
	}
	c.event.Faults, c.event.Skew = nil, 0 // a retry goes out as it should
	e.again(ctx, hook, c, what)
}

// again files a callback that has failed, or could not be sent, for its next attempt, or draws the consequences of the
// last one.
func (e *Engine) again(ctx context.Context, hook mockplatforms.Hook, c *callback, what string) {
	if n := len(c.tally); n > 0 && c.tally[n-1].what == what {
		c.tally[n-1].times++
	} else {
		c.tally = append(c.tally, outcome{what, 1})
	}
	policy := e.State.Policy()
	delay, more := policy.Delay(c.number)
	if more {
		c.number++
		c.due = e.Clock.Now() + delay
		e.schedule.file(c)
		return
	}
	if len(policy.Retries) == 0 {
		return
	}
	e.tell(ctx, hook, c, func(x mockplatforms.Exceptions) string { return x.Exhausted })
	if policy.SwitchOff {
		e.switchOff(c, hook.ID, fmt.Sprintf("%s: hook %d switched off after %s", c.words(), hook.ID, mockplatforms.InWords(e.Clock.Now()-c.first)))
		return
	}
	e.note(c, hook.ID, nil, "%s: %s for hook %d is lost after %s", c.words(), c.event.Message.Meta.Event, hook.ID, mockplatforms.InWords(e.Clock.Now()-c.first))
}

// words adds up how the attempts of a callback failed: "500 × 3, no answer × 9".
func (c *callback) words() string {
	var parts []string
	for _, o := range c.tally {
		parts = append(parts, fmt.Sprintf("%s × %d", o.what, o.times))
	}
	return strings.Join(parts, ", ")
}

// switchOff ends a hook, and all that waits for it, and has a mail sent about it.
func (e *Engine) switchOff(c *callback, hook int64, why string) {
	now := e.State.Now()
	h, there := e.State.Hooks.Update(hook, func(h *mockplatforms.Hook) { h.Active, h.Off, h.Updated = false, why, now })
	if !there {
		return
	}
	if lost := e.schedule.drop(hook); lost > 0 {
		why += fmt.Sprintf("; %d more callbacks that wait for it are lost", lost)
	}
	e.note(c, hook, e.State.Emails(h.Client), "%s", why)
}

// weigh counts an answer for its domain, and blocks the domain if too many have failed.
func (e *Engine) weigh(ctx context.Context, hook mockplatforms.Hook, c *callback, attempt journal.Entry) {
	rule := e.State.Policy().Block
	if rule == nil {
		return
	}
	domain, now := mockplatforms.Domain(hook.Target), e.Clock.Now()
	key := hook.Client + " " + domain
	e.watch.Lock()
	if e.watch.outcomes == nil {
		e.watch.outcomes = map[string]*mockplatforms.Outcomes{}
	}
	if e.watch.outcomes[key] == nil {
		e.watch.outcomes[key] = &mockplatforms.Outcomes{}
	}
	successes, failures := e.watch.outcomes[key].Add(now, rule.Window, attempt.Acknowledged)
	e.watch.Unlock()
	if !rule.Trips(successes, failures) || e.State.Blocked(hook) {
		return
	}
	why := attempt.Failure
	if why == "" {
		why = attempt.Rejected
	}
	target := hook.Target
	if u, err := url.Parse(target); err == nil {
		target = u.Scheme + "://" + u.Host
	}
	e.State.Block(mockplatforms.Block{
		Client: hook.Client, Domain: domain, Target: target, Until: now + rule.For, Why: why, Count: failures, At: e.State.Now(),
	})
	e.note(c, hook.ID, e.State.Emails(hook.Client), "%d of %d callbacks to %s failed in %s: the domain is blocked for %s",
		failures, successes+failures, domain, mockplatforms.InWords(rule.Window), mockplatforms.InWords(rule.For))
	e.tell(ctx, hook, c, func(x mockplatforms.Exceptions) string { return x.Blocked })
}

// tell has the platform tell a client's exceptions hook how a delivery fails. About that hook itself nobody is told.
func (e *Engine) tell(ctx context.Context, hook mockplatforms.Hook, c *callback, which func(mockplatforms.Exceptions) string) {
	x := e.State.Policy().Exceptions
	if x == nil || c.event.Message.Meta.Event == x.Event || !e.State.Hooks.Has(x.Event) {
		return
	}
	name := which(*x)
	m, err := e.exception(name, hook)
	if err != nil {
		e.note(c, hook.ID, nil, "nobody is told of hook %d: %v", hook.ID, err)
		return
	}
	ev := Event{Message: m, Hooks: func(h mockplatforms.Hook) bool { return h.Client == hook.Client && h.ID != hook.ID }}
	if !slices.ContainsFunc(e.Listeners(m), ev.Hooks) || name == x.Retrying && !e.mayTell(hook, x.Every) {
		return
	}
	for _, t := range e.callbacks(ev) {
		e.note(c, t.hook, nil, "hook %d is told of hook %d: %s", t.hook, hook.ID, path.Base(name))
		if _, err := e.try(ctx, t); err != nil {
			e.note(c, t.hook, nil, "hook %d could not be told: %v", t.hook, err)
		}
	}
}

// mayTell keeps to the rate at which failures of one destination are told.
func (e *Engine) mayTell(hook mockplatforms.Hook, every time.Duration) bool {
	e.watch.Lock()
	defer e.watch.Unlock()
	key, now := hook.Client+" "+hook.Target, e.Clock.Now()
	if last, ok := e.watch.told[key]; ok && now-last < every {
		return false
	}
	if e.watch.told == nil {
		e.watch.told = map[string]time.Duration{}
	}
	e.watch.told[key] = now
	return true
}

// exception is the recorded callback about a failing hook, with the hook and its destination in it.
func (e *Engine) exception(name string, hook mockplatforms.Hook) (*fixtures.Message, error) {
	recorded, err := e.State.Fixtures.Load(e.Platform.Name + "/" + name + ".callback.http")
	if err != nil {
		return nil, err
	}
	m := *recorded
	for _, at := range m.Meta.Identity {
		if m.Body, err = fixtures.Overlay(m.Body, at, strconv.FormatInt(hook.ID, 10)); err != nil {
			return nil, err
		}
	}
	destination := mockplatforms.Quote(hook.Target)
	m.Body = bytes.ReplaceAll(m.Body, []byte("{destination}"), destination[1:len(destination)-1])
	return &m, nil
}

// nextIdle is when the first hook has been without an event for too long, if that is by a time; hook is 0 if it is not.
func (e *Engine) nextIdle(by time.Duration) (at time.Duration, hook int64) {
	limit := e.State.Policy().Idle
	if limit == 0 || e.watch.idle > by {
		return 0, 0
	}
	h, ok := e.State.Hooks.LongestUnused()
	if !ok {
		return 0, 0
	}
	e.watch.idle = h.Used + limit // an event only makes it later, and a new hook is later still
	if e.watch.idle > by {
		return 0, 0
	}
	return e.watch.idle, h.ID
}

// expire switches off a hook that has been without an event for too long.
func (e *Engine) expire(hook int64) {
	e.switchOff(nil, hook, fmt.Sprintf("%s without an event: hook %d switched off", mockplatforms.InWords(e.State.Policy().Idle), hook))
}
