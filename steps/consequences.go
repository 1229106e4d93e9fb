package steps

import (
	"context"
	"fmt"
	"io"
	"slices"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// A consequence is what the platform makes of answers: it shows in its own API, and is said in words in the report.

func (w *World) mailsGoTo(address string) error {
	w.engine.State.SetEmails(w.engine.State.Accounts()[0].Client, []string{address})
	return nil
}

func (w *World) lookupsRefused(status int, times string) error {
	return w.engine.State.RefuseLookups(status, count(times, 0))
}

func (w *World) switchOn(event string) error {
	return w.setHooks(event, func(h *mockplatforms.Hook) { h.Switch(true) })
}

func (w *World) switchOff(event string) error {
	return w.setHooks(event, func(h *mockplatforms.Hook) { h.Switch(false) })
}

// setHooks changes the hooks for an event, as their owner would.
func (w *World) setHooks(event string, change func(*mockplatforms.Hook)) error {
	found := w.hooksFor(event)
	if len(found) == 0 {
		return fmt.Errorf("there is no hook for %q to switch off or on", event)
	}
	for _, h := range found {
		w.engine.State.Hooks.Update(h.ID, change)
	}
	return nil
}

func (w *World) hooksFor(event string) []mockplatforms.Hook {
	return slices.DeleteFunc(w.hooks(), func(h mockplatforms.Hook) bool { return h.Event != event })
}

func (w *World) switchedOff(event string) error {
	return expect.SwitchedOff(event, w.hooksFor(event), w.attempts(event))
}

func (w *World) allOn() error { return expect.On(w.hooks(), w.consequences()) }

func (w *World) blocks(does string) error {
	blocked := slices.ContainsFunc(w.hooks(), w.engine.State.Blocked)
	return expect.Blocked(blocked, does == "blocks", w.consequences())
}

func (w *World) says(words string) error { return expect.Says(w.consequences(), words) }

func (w *World) mailed(address string) error { return expect.Mailed(w.consequences(), address) }

func (w *World) waiting(n int) error {
	return expect.Waiting(w.engine.Waiting(), n, w.consequences())
}

func (w *World) wasSent(event, times string) error {
	return expect.Sent(event, w.attempts(event), count(times, 1))
}

// entries are those of the scenario that fit.
func (w *World) entries(fits func(journal.Entry) bool) (list []journal.Entry) {
	w.engine.Journal.Each(0, func(e journal.Entry) bool {
		if fits(e) {
			list = append(list, e)
		}
		return true
	})
	return list
}

func (w *World) consequences() []journal.Entry {
	return w.entries(func(e journal.Entry) bool { return e.Kind == journal.Consequence })
}

// shownConsequences of a scenario stand in its report.
const shownConsequences = 6

// drawn are the consequences of the scenario in words, for its report.
func (w *World) drawn() (words []string) {
	if w.engine == nil {
		return nil
	}
	drawn := map[string]int{}
	for _, e := range w.consequences() {
		if drawn[e.Says()]++; drawn[e.Says()] == 1 {
			words = append(words, e.Says())
		}
	}
	more := len(words) - shownConsequences
	words = words[:min(len(words), shownConsequences)]
	for i, text := range words {
		if n := drawn[text]; n > 1 {
			words[i] = fmt.Sprintf("%s (%d times)", text, n)
		}
	}
	if more > 0 {
		words = append(words, fmt.Sprintf("and %d more", more))
	}
	return words
}

// unsent is what callbacks of the scenario say and their requests did not, each once.
func (w *World) unsent() (words []string) {
	if w.engine == nil {
		return nil
	}
	for _, e := range w.entries(func(e journal.Entry) bool { return e.Unsent != "" }) {
		if !slices.Contains(words, e.Unsent) {
			words = append(words, e.Unsent)
		}
	}
	return words
}

func (w *World) attemptsSince(mark int) []journal.Entry {
	return slices.DeleteFunc(w.engine.Journal.Since(mark), func(e journal.Entry) bool { return e.Kind != journal.Attempt || w.comparing(e.Hook) })
}

func (w *World) attempts(event string) []journal.Entry {
	return w.entries(func(e journal.Entry) bool {
		return e.Kind == journal.Attempt && e.Event == event && !w.comparing(e.Hook)
	})
}

func (w *World) idleConnections(ctx context.Context, n int) error {
	if w.target.Sockets() == nil {
		return w.notOffered("idle connections need a real connection, and this receiver is called in process")
	}
	idle, err := w.openIdle(ctx, n)
	if err != nil {
		return err
	}
	w.engine.Keep(idle)
	return nil
}

func (w *World) openIdle(ctx context.Context, n int) (io.Closer, error) {
	if err := idleOf(n); err != nil {
		return nil, err
	}
	idle, err := delivery.Idle(ctx, w.target.Sockets(), w.target.URL(w.platform.Name, "callback"), n)
	if err != nil {
		return nil, fmt.Errorf("the receiver does not take that many connections: %w", err)
	}
	return idle, nil
}

// mostIdle bounds what a step may ask for: each connection is a file of ours, and one of the receiver's.
const mostIdle = 10_000

// idleOf says whether so many idle connections can be opened.
func idleOf(n int) error {
	if n < 1 || n > mostIdle {
		return fmt.Errorf("%d idle connections are not opened; ask for 1 to %d", n, mostIdle)
	}
	return nil
}
