package engine

import (
	"cmp"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
)

// newest is the time of the newest event that was sent.
type newest struct {
	sync.Mutex
	at time.Time
}

// after says whether an event is older than one that was sent before.
func (n *newest) after(at time.Time) bool {
	n.Lock()
	defer n.Unlock()
	if n.at.Before(at) {
		n.at = at
	}
	return at.Before(n.at)
}

// condition is that in which an attempt reaches the receiver: the worst of all that are true of it.
func (e *Engine) condition(hook mockplatforms.Hook, c *callback) mockplatforms.Condition {
	ev, older := c.event, e.newest.after(c.event.At)
	worst := []mockplatforms.Condition{
		mockplatforms.BrokenOff, mockplatforms.Forged, mockplatforms.NoJSON, mockplatforms.Large, mockplatforms.OddEnvelope,
	}
	is := e.unusual(ev)
	if unasked(hook) {
		is = append(is, mockplatforms.OddEnvelope)
	}
	for _, w := range worst {
		if slices.Contains(is, w) {
			return w
		}
	}
	switch {
	case ev.Verbatim:
		return mockplatforms.AsWritten
	case !e.State.Fixtures.Has(e.Platform.Name, ev.Message.Meta.Event):
		return mockplatforms.UnknownEvent
	case c.copies:
		return mockplatforms.AtOnce
	case len(is) > 0:
		return is[0]
	case c.number > 1:
		return mockplatforms.Retried
	case c.crowd:
		return mockplatforms.Crowd
	case ev.Again:
		return mockplatforms.Repeated
	case older:
		return mockplatforms.OutOfOrder
	}
	return mockplatforms.Good
}

// unasked says whether a hook calls with a method that its owner has not asked for.
func unasked(h mockplatforms.Hook) bool {
	return h.Given && cmp.Or(h.Method, http.MethodPost) != http.MethodPost
}

// unusual is what its form, its faults and its time of signing make of an event.
func (e *Engine) unusual(ev Event) (list []mockplatforms.Condition) {
	for _, f := range ev.Faults {
		if f.Condition != "" {
			list = append(list, f.Condition)
		}
	}
	if ev.Form != nil {
		list = append(list, ev.Form.Condition())
	}
	if off := ev.Skew.Abs(); off > 0 && e.Platform.Sign != nil {
		list = append(list, offBy(off))
	}
	return list
}

// Every clock is off by some seconds, and nothing signed is a day under way: a retry is signed anew. Between them it is the
// receiver's choice what it takes, whatever the platform's libraries do (Policy.Tolerance).
const (
	fresh = 10 * time.Second
	stale = 24 * time.Hour
)

// offBy is the condition of a callback whose signature is so far from now.
func offBy(off time.Duration) mockplatforms.Condition {
	switch {
	case off <= fresh:
		return mockplatforms.OddSignature
	case off < stale:
		return mockplatforms.OddTimestamp
	}
	return mockplatforms.Forged
}

// reaches says whether what stands in front of the receiver, if anything, lets the request through.
func reaches(front *fault.Fault) bool { return front == nil || front.Instead.Reaches }
