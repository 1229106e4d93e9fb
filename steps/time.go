package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// The platform's time does not pass by itself: these steps let it, and with it come retries and consequences.

func (w *World) outageFor(n int, unit, name string) error {
	lasts, err := spanOf(n, unit)
	if err == nil && lasts == 0 {
		err = errors.New("an outage of 0 seconds is over before it begins; give it 1 second or more")
	}
	if err != nil {
		return err
	}
	return w.outage(name, lasts)
}

func (w *World) outageOpen(name string) error { return w.outage(name, 0) }

func (w *World) outage(name string, lasts time.Duration) error {
	f, err := fault.Find(name)
	if err != nil {
		return err
	}
	return w.engine.Outage(f, lasts)
}

func (w *World) outageOver() error {
	w.engine.EndOutage()
	return nil
}

func (w *World) answerTimeout(n int, unit string) error {
	if one := durationOf(1, unit); n < 1 || n > int(longestWait/one) {
		return errors.New("the platform waits at least 1 ms and at most 3600 s for an answer")
	}
	w.engine.Wait(durationOf(n, unit))
	return nil
}

func (w *World) pass(ctx context.Context, n int, unit string) error {
	d, err := spanOf(n, unit)
	if err != nil {
		return err
	}
	return w.passing(ctx, func(sent func(journal.Entry)) error { return w.engine.Pass(ctx, d, sent) })
}

func (w *World) nextRetry(ctx context.Context) error {
	wait, ok := w.engine.Due()
	if !ok {
		return errors.New("no callback waits for another attempt: the last ones were acknowledged, or their platform makes none")
	}
	return w.passing(ctx, func(sent func(journal.Entry)) error { return w.engine.Pass(ctx, wait, sent) })
}

func (w *World) exhausted(ctx context.Context) error {
	return w.passing(ctx, func(sent func(journal.Entry)) (err error) {
		for wait, ok := w.engine.Due(); ok && err == nil; wait, ok = w.engine.Due() {
			err = w.engine.Pass(ctx, wait, sent)
		}
		return err
	})
}

// passing is a When that lets time pass: what was attempted in it is what the next Then is about.
func (w *World) passing(ctx context.Context, pass func(sent func(journal.Entry)) error) error {
	if err := w.look(ctx); err != nil {
		return err
	}
	w.control, w.asking = nil, false
	w.sent, w.nothing = nil, "no callback was due in that time"
	err := pass(func(a journal.Entry) { w.sent = append(w.sent, a) })
	return w.broken(ctx, err)
}

// broken says why a When could not be done: the scenario is too long, or this receiver cannot be given what it asks for.
func (w *World) broken(ctx context.Context, err error) error {
	var needs *engine.NeedsSocket
	switch {
	case errors.As(err, &needs):
		return w.notOffered(needs.Error())
	case errors.Is(err, context.DeadlineExceeded) && ctx.Err() != nil:
		return fmt.Errorf("the scenario has used up its limit of %s (--scenario-timeout); where the receiver does not answer, --answer-timeout makes each attempt shorter", cmp.Or(w.setup.Limit, limit))
	}
	return err
}

// longestWait is more real time than any platform gives a receiver.
const longestWait = time.Hour

// longest is more time than any platform waits for anything.
const longest = 10 * 365 * 24 * time.Hour

// spanOf reads a time of the platform's schedule.
func spanOf(n int, unit string) (time.Duration, error) {
	if one := durationOf(1, unit); n < 0 || n > int(longest/one) {
		return 0, fmt.Errorf("that many %ss are too long; no platform waits for more than 10 years", unit)
	}
	return durationOf(n, unit), nil
}
