package expect

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Request is a registration request, with the hooks that it asked for.
type Request struct {
	Entry journal.Entry
	Asked []mockplatforms.Ask
}

func entriesOf(requests []Request) (list []journal.Entry) {
	for _, r := range requests {
		list = append(list, r.Entry)
	}
	return list
}

// eventsOf counts hooks and names the last of them: a store may have many, and what was made now stands last.
func eventsOf(hooks []mockplatforms.Hook) string {
	events := []string{}
	for _, h := range hooks[max(0, len(hooks)-8):] {
		events = append(events, h.Event)
	}
	if len(hooks) > len(events) {
		return fmt.Sprintf("%d, the last of them %q", len(hooks), events)
	}
	return fmt.Sprintf("%d: %q", len(hooks), events)
}

// Refusal says which request the platform has refused last, and why where its answer does not; "" if it has refused none.
func Refusal(requests []Request) string {
	for _, r := range slices.Backward(requests) {
		if status := r.Entry.Response.Status; status >= 400 {
			text := fmt.Sprintf("; the platform has refused a registration with status %d", status)
			if r.Entry.Rejected != "" {
				text += ": " + r.Entry.Rejected
			}
			return text
		}
	}
	return ""
}

// about are the requests that asked for an event.
func about(requests []Request, event string) (list []Request) {
	for _, r := range requests {
		if slices.ContainsFunc(r.Asked, func(a mockplatforms.Ask) bool { return a.Event == event }) {
			list = append(list, r)
		}
	}
	return list
}

// Standing holds the number of hooks at the platform to at least n.
func Standing(hooks []mockplatforms.Hook, requests []Request, n int) error {
	if len(hooks) >= n {
		return nil
	}
	return &Mismatch{
		Message: "the receiver's hooks do not stand at the platform", Want: fmt.Sprintf("at least %d", n),
		Got: eventsOf(hooks) + Refusal(requests), Entries: entriesOf(requests),
	}
}

// Covered holds an event to have an active hook.
func Covered(covered bool, event string, hooks []mockplatforms.Hook, requests []Request) error {
	if covered {
		return nil
	}
	return &Mismatch{
		Message: "the receiver has no hook for " + event, Want: "an active hook that covers it",
		Got: eventsOf(hooks) + Refusal(requests), Entries: entriesOf(requests),
	}
}

// StandOnce holds all that was asked for to stand, and nothing to stand twice.
func StandOnce(hooks []mockplatforms.Hook, requests []Request) error {
	seen := map[string]bool{}
	for _, h := range hooks {
		key := h.Event + " " + h.Target
		if seen[key] {
			return &Mismatch{
				Message: "the hook for " + h.Event + " stands twice: each event will come twice", Want: "one for each event and target",
				Got: eventsOf(hooks), Entries: entriesOf(about(requests, h.Event)),
			}
		}
		seen[key] = true
	}
	return AllStand(hooks, requests)
}

// AllStand holds all that was asked for to stand, once or more.
func AllStand(hooks []mockplatforms.Hook, requests []Request) error {
	if len(requests) == 0 {
		return &Mismatch{Message: "the receiver asked for no hook", Want: "at least one", Got: eventsOf(hooks)}
	}
	for _, r := range requests {
		for _, a := range r.Asked {
			if !slices.ContainsFunc(hooks, func(h mockplatforms.Hook) bool { return h.Event == a.Event }) {
				return &Mismatch{
					Message: "the receiver asked for " + a.Event + ", was refused, and left it at that", Want: "a hook for it in the end",
					Got: eventsOf(hooks), Entries: entriesOf(about(requests, a.Event)),
				}
			}
		}
	}
	return nil
}

// OnlyRefused refuses a request that asks for what an earlier one has got. Forgotten are the places in the journal where
// the receiver has forgotten what it had got, without a way to look.
func OnlyRefused(requests []Request, forgotten []int) error {
	if len(requests) == 0 {
		return AllStand(nil, nil)
	}
	taken := map[string]bool{} // one event may have hooks to several targets
	for _, r := range requests {
		for len(forgotten) > 0 && r.Entry.Seq > forgotten[0] {
			taken, forgotten = map[string]bool{}, forgotten[1:]
		}
		for _, a := range r.Asked {
			if taken[a.Event+" "+a.Target] {
				return &Mismatch{
					Message: "the receiver registers " + a.Event + " again although the platform has taken it",
					Want:    "only what was refused", Got: strings.TrimSpace(string(r.Entry.Request.Body)), Entries: []journal.Entry{r.Entry},
				}
			}
		}
		for _, a := range r.Asked {
			key := a.Event + " " + a.Target
			taken[key] = taken[key] || a.Accepted
		}
	}
	return nil
}

// NothingNew holds what is asked for now to have been asked for before: who needs two turns has too few hooks after one.
func NothingNew(before, now []Request) error {
	if len(before) == 0 {
		return AllStand(nil, nil)
	}
	for _, r := range now {
		for _, a := range r.Asked {
			if len(about(before, a.Event)) == 0 {
				return &Mismatch{
					Message: "the receiver asks for " + a.Event + " for the first time when it registers for the second",
					Want:    "a request for it the first time", Got: "none", Entries: entriesOf(append(slices.Clip(before), r)),
				}
			}
		}
	}
	return nil
}

// AsksForOne says whether all requests asked for one and the same hook.
func AsksForOne(requests []Request) bool {
	asked := map[string]bool{}
	for _, r := range requests {
		for _, a := range r.Asked {
			asked[a.Event+" "+a.Target] = true
		}
	}
	return len(asked) == 1
}

// AtMost refuses more than n requests, and any that go on without an end.
func AtMost(requests []Request, n int, ended bool) error {
	if len(requests) <= n && (ended || len(requests) == 0) {
		return nil
	}
	m := &Mismatch{
		Message: "the receiver hammers the registration API", Want: fmt.Sprintf("at most %d requests", n),
		Got: fmt.Sprintf("%d", len(requests)), Entries: entriesOf(requests[:1]), TooMuch: true,
	}
	if !ended {
		m.Want, m.Got = m.Want+", and an end of them", m.Got+" so far, and it goes on"
	}
	return m
}

// PointTo holds the targets of hooks to the host at which the receiver is. A hook whose registration has no word for a
// target points nowhere else.
func PointTo(hooks []mockplatforms.Hook, requests []Request, home func(event string) string) error {
	if len(hooks) == 0 {
		return Standing(hooks, requests, 1)
	}
	for _, h := range hooks {
		if want := home(h.Event); h.Target != "" && !sameHost(h.Target, want) {
			return &Mismatch{
				Message: "the hook for " + h.Event + " points elsewhere; its callbacks never arrive",
				Want:    "a target like " + want, Got: h.Target, Entries: entriesOf(requests), TooMuch: true,
			}
		}
	}
	return nil
}

func sameHost(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Host == y.Host
}

// AnyShape holds each request to fit one of the recorded ones that it may be compared with. Fits says why it does not fit
// one.
func AnyShape[Recorded any](requests []Request, recorded func(journal.Entry) []Recorded, fits func(journal.Entry, Recorded) error) error {
	if len(requests) == 0 {
		return &Mismatch{Message: "the receiver asked for no hook", Want: "at least one request"}
	}
	for _, r := range requests {
		if err := anyShape(r.Entry, recorded(r.Entry), fits); err != nil {
			return &Mismatch{
				Message: "a registration request has not the recorded shape", Want: "the names and kinds of values of a recorded request",
				Got: err.Error(), Entries: []journal.Entry{r.Entry},
			}
		}
	}
	return nil
}

// anyShape gives nil or why the request does not fit the first of the recorded ones.
func anyShape[Recorded any](e journal.Entry, recorded []Recorded, fits func(journal.Entry, Recorded) error) error {
	first := errors.New("a request of which none is recorded")
	for i, m := range recorded {
		err := fits(e, m)
		if err == nil {
			return nil
		}
		if i == 0 {
			first = err
		}
	}
	return first
}
