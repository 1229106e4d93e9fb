package steps

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// That nothing happened is a judgement only where something could have. What did not reach the receiver tells nothing, and
// neither does a receiver that refuses all callbacks, or on which none has an effect: a good one is sent to compare with.

// control is what became of a good callback that was sent after those of the last When.
type control struct {
	hook         int64             // that it went to
	mark, end    int               // of the journal before it, and after what came of it
	state        []byte            // of the receiver before it
	after        []byte            // of the receiver after it
	probes       map[string][]byte // before it
	payload      []byte
	acknowledged bool
	effect       bool
}

// arrived gives the attempts of the last When, and ends the scenario without a verdict if the receiver has not answered all: that
// it did not is judged where answers are.
func (w *World) arrived() ([]journal.Entry, error) {
	sent, err := w.answered()
	if err == nil && expect.Answered(sent) != nil {
		err = w.notOffered("nothing tells what comes of a callback that the receiver did not answer")
	}
	return sent, err
}

// took ends the scenario without a verdict if the receiver has not acknowledged all callbacks of the last When.
func (w *World) took() error {
	sent, err := w.arrived()
	if err == nil && expect.Answers(sent, expect.Acknowledged()) != nil {
		err = w.notOffered("nothing tells what comes of a callback that the receiver did not acknowledge")
	}
	return err
}

// otherwiseTakesEffect ends the scenario without a verdict if not even a good callback has an effect.
func (w *World) otherwiseTakesEffect(ctx context.Context) error {
	return w.unless(ctx, "nothing tells what has no effect: a good callback has none either", func(c *control) bool { return c.effect })
}

// otherwiseAcknowledges ends the scenario without a verdict if not even a good callback is acknowledged.
func (w *World) otherwiseAcknowledges(ctx context.Context) error {
	return w.unless(ctx, "nothing tells what is refused on purpose: a good callback is not acknowledged either", func(c *control) bool { return c.acknowledged })
}

// unless ends the scenario without a verdict, for a reason, where a good callback is not as it should be. A receiver of which
// that is known is not asked, and waited for, again and again.
func (w *World) unless(ctx context.Context, reason string, good func(*control) bool) error {
	key := w.platform.Name + " " + w.last().Message.Meta.Event + ": " + reason
	if w.control == nil && w.setup.inert.known(key) {
		return w.notOffered(reason)
	}
	c, err := w.compare(ctx)
	switch {
	case err != nil:
		return err
	case good(c):
		return nil
	}
	w.setup.inert.add(key)
	return w.notOffered(reason)
}

// compare sends the good callback, once for a When, over a hook of its own and with the platform's usual settings.
func (w *World) compare(ctx context.Context) (*control, error) {
	if w.control != nil {
		return w.control, nil
	}
	m, err := w.comparable()
	if err != nil {
		return nil, err
	}
	state, err := w.quietState(ctx)
	if err != nil {
		return nil, err
	}
	probes := map[string][]byte{}
	for _, p := range w.probes {
		if probes[p.name], err = w.readProbe(ctx, p); err != nil {
			return nil, err
		}
	}
	for _, s := range w.turned {
		defer func(now string) { _ = w.engine.State.Set(s.Name, now) }(w.engine.State.Setting(s.Name))
		if err := w.engine.State.Set(s.Name, s.Value); err != nil {
			return nil, err
		}
	}
	hook := w.newHook(m.Meta.Event)
	if err := w.speak(&hook, m); err != nil {
		return nil, err
	}
	own, _ := w.engine.State.Hooks.Add(hook, nil)
	defer w.engine.State.Hooks.Delete(own.ID)
	c := &control{hook: own.ID, mark: w.engine.Journal.Len(), state: state, probes: probes, payload: m.Body}
	w.controls = append(w.controls, c)
	sent, err := w.engine.Deliver(ctx, engine.Event{Message: m, Hooks: func(h mockplatforms.Hook) bool { return h.ID == own.ID }})
	if err != nil {
		return nil, w.broken(ctx, err)
	}
	c.acknowledged = len(sent) > 0 && expect.Answers(sent, expect.Acknowledged()) == nil
	if w.target.Probe != nil {
		c.effect = w.awaitState(ctx, func(after []byte) error { return expect.Changed(state, after, sent) }) == nil
		if c.after, err = w.quietState(ctx); err != nil {
			return nil, err
		}
	}
	w.control, c.end = c, w.engine.Journal.Len()
	return c, nil
}

// comparable is a new callback of the event that happened last, or of the first that the receiver takes where no catalogue has
// that one. One that came in another form is compared with the same in its usual form.
func (w *World) comparable() (*fixtures.Message, error) {
	if w.last().Form != nil {
		return w.renewed(w.last().Message)
	}
	event := w.last().Message.Meta.Event
	if set := w.setup.Fixtures; !set.Has(w.platform.Name, event) {
		var events []string // those of the scenario's hooks and of the receiver's first: these it knows
		for _, h := range append(w.hooks(), w.own...) {
			if set.Has(w.platform.Name, h.Event) {
				events = append(events, h.Event)
			}
		}
		events = append(events, set.Events(w.platform.Name)...)
		i := slices.IndexFunc(events, func(name string) bool { return w.setup.takes(w.platform, name) })
		if i < 0 {
			return nil, fmt.Errorf("%s has no event that could be compared with %q", w.platform.Title, event)
		}
		event = events[i]
	}
	return w.newMessage(event)
}

// since gives what the journal has since a place in it, without what was sent to compare with and what came of that.
func (w *World) since(mark int) []journal.Entry {
	return slices.DeleteFunc(w.engine.Journal.Since(mark), func(e journal.Entry) bool {
		return slices.ContainsFunc(w.controls, func(c *control) bool { return e.Seq > c.mark && (c == w.control || e.Seq <= c.end) })
	})
}

// comparing says whether a hook is one to which something was sent to compare with.
func (w *World) comparing(hook int64) bool {
	return slices.ContainsFunc(w.controls, func(c *control) bool { return c.hook == hook })
}

// readState is the receiver's state, as it was before what was sent to compare with.
func (w *World) readState(ctx context.Context) ([]byte, error) {
	if w.control != nil {
		return w.control.state, nil
	}
	if w.target.Probe == nil {
		return nil, nil
	}
	return w.target.Probe(ctx)
}

// inert is what a run has found to be without a consequence at its receiver. Found twice is known: once may be a slow moment. A nil
// one learns nothing.
type inert struct {
	mu    sync.Mutex
	found map[string]int
}

func newInert() *inert { return &inert{found: map[string]int{}} }

func (l *inert) add(key string) {
	if l != nil {
		l.mu.Lock()
		l.found[key]++
		l.mu.Unlock()
	}
}

func (l *inert) known(key string) bool {
	if l == nil {
		return false
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.found[key] > 1
}
