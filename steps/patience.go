package steps

import (
	"cmp"
	"context"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// What a scenario waits for is of two kinds. An effect comes soon after its callback, or never: patience bounds that, and who knows
// the receiver may make it short. A receiver that registers does so in its own time: it starts up, goes through a list of hooks,
// and comes again later with what was refused. It is waited for as long as it goes on.

// usualPatience is how long an effect is waited for where nobody has said it, and how long a receiver that registers may leave the
// platform alone before it is taken to be done.
const usualPatience = 5 * time.Second

// The bounds of a wait for a receiver that registers. Who asks 500 times in one wait is not about to come to an end.
const (
	registersFor  = 12 // times what it may leave the platform alone: a minute
	registerCalls = 500
	backsOff      = 2.5 // times as long as before it may leave the platform alone, and come again: most double the time
)

// patience bounds a wait for an effect.
func (w *World) patience(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, cmp.Or(w.setup.Patience, usualPatience))
}

// idle is how long a receiver that registers may leave the platform alone before it is taken to be done. Patience makes it longer,
// never shorter.
func (w *World) idle() time.Duration {
	return cmp.Or(w.setup.Idle, max(w.setup.Patience, usualPatience))
}

// await judges again after each entry of the journal, until the judgement agrees or patience ends.
func (w *World) await(ctx context.Context, judge func() error) error {
	until, cancel := w.patience(ctx)
	defer cancel()
	return w.awaitUntil(until, 0, judge)
}

func (w *World) awaitUntil(until context.Context, from int, judge func() error) (err error) {
	w.engine.Journal.Await(until, from, func([]journal.Entry) bool {
		err = judge()
		return err == nil
	})
	return err
}

// awaitRegistering judges again after each entry of the journal, until the judgement agrees or the receiver has come to an end with
// its registration.
func (w *World) awaitRegistering(ctx context.Context, judge func() error) error {
	bound, cancel := context.WithTimeout(ctx, registersFor*w.idle())
	defer cancel()
	j, first, alone := w.engine.Journal, w.engine.Journal.Len(), w.idle()
	for called := time.Now(); ; called = time.Now() {
		until, stop := context.WithTimeout(bound, alone)
		_, more := j.Await(until, j.Len(), func(list []journal.Entry) bool { return len(list) > 0 || judge() == nil })
		stop()
		err := judge()
		if err == nil || !more || j.Len()-first > registerCalls {
			return err
		}
		alone = max(alone, time.Duration(backsOff*float64(time.Since(called))))
	}
}

// settle waits until the receiver's quiet period has passed without a call to the platform, and says whether it has: one that never
// stops calling is not waited for without end.
func (w *World) settle(ctx context.Context) bool { return w.quietFor(ctx, w.target.Quiet) }

// startQuiet is how many quiet periods belong to a start or a registration: there is more to do than after a callback.
const startQuiet = 5

// settleStart is settle after the receiver was started or made to register. Where it registers when it starts, its first
// call is waited for: until then nothing has begun that could be over. As long as hooks come in it is at work.
func (w *World) settleStart(ctx context.Context) {
	bound, cancel := context.WithTimeout(ctx, registersFor*w.idle())
	defer cancel()
	if w.target.Restarts {
		first, stop := context.WithTimeout(bound, w.idle())
		w.engine.Journal.Await(first, w.mark, func(list []journal.Entry) bool { return len(list) > 0 }) // one that remembers its hooks need not call at all
		stop()
	}
	for before := -1; bound.Err() == nil && len(w.hooks()) != before; {
		before = len(w.hooks())
		if w.quietFor(bound, startQuiet*w.target.Quiet) {
			return
		}
	}
}

func (w *World) quietFor(ctx context.Context, quiet time.Duration) bool {
	bound, cancel := context.WithTimeout(ctx, w.idle())
	defer cancel()
	return still(ctx, bound, w.engine.Journal, quiet)
}
