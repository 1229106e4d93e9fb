package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// An effect is what a receiver did, seen without touching it: what it looked up, what has changed where it can be
// probed, and the words of a receiver in this process.

// probe is something of the receiver that a scenario looks at before and after each When.
type probe struct {
	name, path, url string
	before          []byte
}

func (w *World) declareProbe(ctx context.Context, name, path, url string) error {
	w.probes = append(w.probes, probe{name: name, path: path, url: url})
	return w.lookAtProbes(ctx)
}

// lookAtProbes reads all probes, for the comparison with what they show later.
func (w *World) lookAtProbes(ctx context.Context) (err error) {
	for i := range w.probes {
		if w.probes[i].before, err = w.readProbe(ctx, w.probes[i]); err != nil {
			return err
		}
	}
	return nil
}

func (w *World) readProbe(ctx context.Context, p probe) ([]byte, error) {
	body, err := w.target.Get(ctx, p.url)
	if err != nil {
		return nil, fmt.Errorf("the probe %q: %w", p.name, err)
	}
	value, err := expect.Value(body, p.path)
	if err != nil {
		return nil, fmt.Errorf("the probe %q of %s: %w", p.name, p.url, err)
	}
	return []byte(value.Raw), nil
}

// probeNow reads a probe, as it was before what was sent to compare with.
func (w *World) probeNow(ctx context.Context, p probe) ([]byte, error) {
	if w.control != nil {
		if value, ok := w.control.probes[p.name]; ok {
			return value, nil
		}
	}
	return w.readProbe(ctx, p)
}

// probed finds a probe by its name.
func (w *World) probed(name string) (probe, error) {
	var names []string
	for _, p := range w.probes {
		if p.name == name {
			return p, nil
		}
		names = append(names, p.name)
	}
	return probe{}, fmt.Errorf("the scenario has no probe %q%s; a step like Given the probe %q is \"count\" of \"/state\" comes first", name, fixtures.Hint(name, names), name)
}

func (w *World) probeGoes(ctx context.Context, name, from, to string) error {
	p, err := w.probed(name)
	if err != nil {
		return err
	}
	if err := expect.Probed(name, "before the callback", p.before, from, w.sent); err != nil {
		return err
	}
	return w.await(ctx, func() error { return w.probeIs(ctx, p, to) })
}

func (w *World) probeIs(ctx context.Context, p probe, want string) error {
	now, err := w.probeNow(ctx, p)
	if err != nil {
		return err
	}
	return expect.Probed(p.name, "after the callback", now, want, w.sent)
}

func (w *World) probeStays(ctx context.Context, name string) error {
	p, err := w.probed(name)
	if err == nil {
		_, err = w.arrived()
	}
	if err != nil {
		return err
	}
	return w.unmoved(ctx, p)
}

func (w *World) unmoved(ctx context.Context, p probe) error {
	w.settle(ctx)
	after, err := w.probeNow(ctx, p)
	if err != nil {
		return err
	}
	return expect.Unchanged("the probe "+p.name+" changed", p.before, after, w.sent)
}

func (w *World) couldSay(want int) error {
	_, err := w.callbacks()
	if err != nil {
		return err
	}
	return w.couldHave(want)
}

func (w *World) said(ctx context.Context, words, times string) error {
	want := count(times, -1)
	if err := w.couldSay(want); err != nil {
		return err
	}
	judge := func(want int) error { return expect.Said(w.since(w.mark), words, want) }
	if want != 0 {
		_ = w.await(ctx, func() error { return judge(-1) }) // judged below, with the number
	}
	w.settle(ctx) // one more word could come
	return judge(want)
}

// processedOnce compares with what one new callback of the same kind leaves behind: who processes the same twice leaves
// twice as much.
func (w *World) processedOnce(ctx context.Context) error {
	if len(w.events) == 0 {
		return errNothingHappened
	}
	sent, events := w.attemptsSince(w.first.mark), w.events
	got, err := w.effect(ctx, w.first)
	if err != nil {
		return err
	}
	return w.compared(ctx, got, events, sent)
}

// compared holds what events have left behind to what one of their kind leaves.
func (w *World) compared(ctx context.Context, got expect.Effect, events []engine.Event, sent []journal.Entry) error {
	one, err := w.effectOfOne(ctx, events[0].Message.Meta.Event)
	if err != nil {
		return err
	}
	err = expect.Once(got, one, len(events), sent)
	if errors.Is(err, expect.ErrLookedAgain) {
		return w.notOffered(err.Error())
	}
	return err
}

// effectOfOne is what one new callback of an event leaves behind, for one hook.
func (w *World) effectOfOne(ctx context.Context, event string) (expect.Effect, error) {
	m, err := w.newMessage(event)
	if err == nil {
		err = w.happen(ctx, engine.Event{Message: m, Hooks: w.firstListener(m)})
	}
	if err != nil {
		return expect.Effect{}, err
	}
	return w.effect(ctx, w.first)
}

// firstListener is the first of the hooks that get a callback.
func (w *World) firstListener(m *fixtures.Message) func(mockplatforms.Hook) bool {
	first := int64(0)
	for _, h := range w.engine.Listeners(m) {
		if first == 0 {
			first = h.ID
		}
	}
	return func(h mockplatforms.Hook) bool { return h.ID == first }
}

// effect is what has been left behind since things stood so, without what comes of callbacks that were sent to compare with.
func (w *World) effect(ctx context.Context, since beginning) (found expect.Effect, err error) {
	w.settle(ctx)
	for _, e := range w.since(since.mark) {
		if e.Kind == journal.Lookup {
			found.Lookups++
		}
	}
	if w.target.Probe != nil {
		after, err := w.readState(ctx)
		if err != nil {
			return found, err
		}
		found.Growth = expect.Grown(since.state, after)
		for _, c := range w.controls {
			if c != w.control && c.mark >= since.mark {
				found.Growth = found.Without(expect.Grown(c.state, c.after))
			}
		}
	}
	return found, nil
}
