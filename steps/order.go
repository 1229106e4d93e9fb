package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// These steps say in which number, order, form and state of its signature callbacks arrive.

// These bound what a step may ask for: each callback may need a connection of its own, and each stays in the journal.
const (
	mostAtOnce = 1000
	mostInTurn = 100_000
)

// manyOf says whether so many callbacks can be sent.
func manyOf(n int, atOnce string) error {
	most := mostInTurn
	if atOnce != "" {
		most = mostAtOnce
	}
	if n < 1 || n > most {
		return fmt.Errorf("%d callbacks cannot be sent%s; ask for 1 to %d", n, atOnce, most)
	}
	return nil
}

func (w *World) manyHappen(ctx context.Context, n int, event, atOnce string) error {
	if err := manyOf(n, atOnce); err != nil {
		return err
	}
	events, err := w.newEvents(n, event)
	if err != nil {
		return err
	}
	return w.letHappen(ctx, events, w.delivered(ctx, atOnce != ""))
}

func (w *World) newEvents(n int, event string) (events []engine.Event, err error) {
	for range n {
		m, err := w.newMessage(event)
		if err != nil {
			return nil, err
		}
		events = append(events, engine.Event{Message: m})
	}
	return events, nil
}

// delivered sends events at once, or one after the other.
func (w *World) delivered(ctx context.Context, atOnce bool) func([]engine.Event) ([]journal.Entry, error) {
	if !atOnce {
		return w.inTurn(ctx)
	}
	return func(events []engine.Event) ([]journal.Entry, error) { return w.engine.DeliverAtOnce(ctx, events) }
}

func (w *World) copiesAtOnce(ctx context.Context, event string, n int) error {
	m, err := w.newMessage(event)
	if err == nil {
		err = manyOf(n, " at once")
	}
	if err != nil {
		return err
	}
	return w.letHappen(ctx, []engine.Event{{Message: m}}, func(events []engine.Event) ([]journal.Entry, error) {
		return w.engine.DeliverAtOnce(ctx, slices.Repeat(events, n))
	})
}

func (w *World) reversed(ctx context.Context, table *godog.Table) error {
	events, err := w.listed(table)
	if err != nil {
		return err
	}
	return w.letHappen(ctx, events, func(events []engine.Event) ([]journal.Entry, error) {
		backwards := slices.Clone(events)
		slices.Reverse(backwards)
		return w.inTurn(ctx)(backwards)
	})
}

// listed reads a table of events; ids are the same in all of them, so that they are about one thing.
func (w *World) listed(table *godog.Table) (events []engine.Event, err error) {
	w.ids++
	began := w.engine.State.Now()
	for i, row := range table.Rows {
		if len(row.Cells) != 1 {
			return nil, fmt.Errorf("the table has %d columns; write | event |", len(row.Cells))
		}
		m, err := w.message(row.Cells[0].Value)
		if err != nil {
			return nil, err
		}
		if m, err = fixtures.Renew(m, w.seed, w.ids); err != nil {
			return nil, err
		}
		events = append(events, engine.Event{Message: m, At: began.Add(time.Duration(i-len(table.Rows)) * time.Second)})
	}
	return events, nil
}

func (w *World) inForm(ctx context.Context, event, name string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	return w.writtenAs(ctx, m, name)
}

func (w *World) fixtureInForm(ctx context.Context, fixture, name string) error {
	m, err := w.setup.Fixtures.Load(fixture)
	if err != nil {
		return err
	}
	return w.writtenAs(ctx, m, name)
}

// writtenAs lets something new happen, in a form.
func (w *World) writtenAs(ctx context.Context, m *fixtures.Message, name string) error {
	f, err := form.Find(name)
	if err != nil {
		return err
	}
	if m, err = w.renewed(m); err != nil {
		return err
	}
	err = w.happen(ctx, engine.Event{Message: m, Form: &f})
	if unwritable := new(engine.Unwritable); errors.As(err, &unwritable) && w.translated(m) {
		return w.notOffered("in this receiver's dialect the payload has nothing that this form writes otherwise")
	}
	return err
}

func (w *World) happenedAgo(ctx context.Context, event string, n int, unit string) error {
	age, err := spanOf(n, unit)
	if err != nil {
		return err
	}
	m, err := w.newMessage(event)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m, At: w.engine.State.Now().Add(-age)})
}

func (w *World) sentAgainWith(ctx context.Context, names string) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	again := w.last()
	var err error
	if again.Faults, err = w.faultsOf(names); err != nil {
		return err
	}
	return w.happen(ctx, again)
}

func (w *World) signedAt(ctx context.Context, event string, n int, unit, direction string) error {
	skew, err := w.skewOf(n, unit, direction)
	if err != nil {
		return err
	}
	m, err := w.newMessage(event)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m, Skew: skew})
}

func (w *World) skewOf(n int, unit, direction string) (time.Duration, error) {
	if w.platform.Sign == nil {
		return 0, fmt.Errorf("%s signs nothing, so there is no time of a signature", w.platform.Title)
	}
	skew, err := spanOf(n, unit)
	if direction == "ago" {
		skew = -skew
	}
	return skew, err
}
