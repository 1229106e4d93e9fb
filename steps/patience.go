package steps

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
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
	afterRefusal  = 6   // times what it may leave the platform alone, where it was refused and nobody knows yet whether it comes again
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
	if w.refused() {
		alone = w.learnt.untilItComesAgain(alone)
	}
	for called := time.Now(); ; called = time.Now() {
		until, stop := context.WithTimeout(bound, alone)
		_, more := j.Await(until, j.Len(), func(list []journal.Entry) bool { return len(list) > 0 || judge() == nil })
		stop()
		err := judge()
		if w.refused() {
			w.learnt.comesAgain(more, time.Since(called))
		}
		if err == nil || !more || j.Len()-first > registerCalls {
			return err
		}
		alone = max(alone, time.Duration(backsOff*float64(time.Since(called))))
	}
}

// refused says whether a registration was refused.
func (w *World) refused() bool {
	return slices.ContainsFunc(w.requests(0), func(r expect.Request) bool { return r.Entry.Response.Status >= http.StatusBadRequest })
}

// untilItComesAgain is how long a receiver that was refused may leave the platform alone. Many come again after a fixed time, ten
// seconds or thirty, so the first one of a run is waited for as long as that. One that has not come by then is not waited for so
// long again, and of one that has it is known how long it takes.
func (l *learnt) untilItComesAgain(usual time.Duration) time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.refused {
		return afterRefusal * usual
	}
	return max(usual, time.Duration(backsOff*float64(l.again)))
}

// comesAgain remembers whether a receiver that was refused has come again, and after how long.
func (l *learnt) comesAgain(has bool, after time.Duration) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if has {
		l.again = max(l.again, after)
	} else {
		l.refused = true
	}
}

// settle waits until the receiver's quiet period has passed without a call to the platform: one that never stops calling is not
// waited for without end.
func (w *World) settle(ctx context.Context) { w.quietFor(ctx, w.target.Quiet) }

// startQuiet is the quiet period of a start or a registration: there is more to do than after a callback. Who is slow with callbacks
// need not be as much slower with a start.
func startQuiet(quiet time.Duration) time.Duration { return min(5*quiet, quiet+time.Second) }

// silences bounds a wait for silence: it has room for more than one, however long that is.
func silences(bound, quiet time.Duration) time.Duration { return max(bound, 3*quiet) }

// settleStart is settle after the receiver was started or made to register. Where it registers when it starts, its first
// call is waited for: until then nothing has begun that could be over. As long as hooks come in it is at work.
func (w *World) settleStart(ctx context.Context) {
	quiet := startQuiet(w.target.Quiet)
	bound, cancel := context.WithTimeout(ctx, silences(registersFor*w.idle(), quiet))
	defer cancel()
	if w.target.Restarts {
		first, stop := context.WithTimeout(bound, w.idle())
		w.engine.Journal.Await(first, w.mark, func(list []journal.Entry) bool { return len(list) > 0 }) // one that remembers its hooks need not call at all
		stop()
	}
	for before := -1; bound.Err() == nil && len(w.hooks()) != before; {
		before = len(w.hooks())
		if w.quietFor(bound, quiet) {
			return
		}
	}
}

// quietFor waits until the receiver has not called for so long, and says whether it has not.
func (w *World) quietFor(ctx context.Context, quiet time.Duration) bool {
	bound, cancel := context.WithTimeout(ctx, silences(w.idle(), quiet))
	defer cancel()
	return still(ctx, ends(bound), w.engine.Journal, w.acted, quiet)
}

func ends(bound context.Context) func() bool { return func() bool { return bound.Err() != nil } }

// endsAsking waits until a receiver asks for no more hooks, or has asked more than n times, and says whether it comes to an end: not
// if it has had no pause in all that time. One that comes again after a pause, however often, has none to be held against it but
// the number.
func (w *World) endsAsking(ctx context.Context, n int) bool {
	quiet := startQuiet(w.target.Quiet)
	bound, cancel := context.WithTimeout(ctx, silences(registersFor*w.idle(), quiet))
	defer cancel()
	over := func() bool {
		calls := w.since(w.mark)
		return bound.Err() != nil || len(calls) > registerCalls || created(calls) > n // too many are too many
	}
	return still(ctx, over, w.engine.Journal, w.acted, quiet) || paused(w.since(w.mark))
}

// pause is how long a receiver that does not hammer leaves the platform alone now and then.
const pause = 500 * time.Millisecond

func paused(entries []journal.Entry) bool {
	for i := 1; i < len(entries); i++ {
		if entries[i].At.Sub(ended(entries[i-1])) >= pause {
			return true
		}
	}
	return false
}

func created(entries []journal.Entry) (n int) {
	for _, e := range entries {
		if e.Creates {
			n++
		}
	}
	return n
}

func ended(e journal.Entry) time.Time { return e.At.Add(e.Took) }

// still waits until nothing has come for a while, and nothing has since: a silence that was there already is not waited for again.
// It gives false where something comes again and again until it is over.
func still(ctx context.Context, over func() bool, j *journal.Journal, since time.Time, quiet time.Duration) bool {
	for quiet > 0 {
		n := j.Len()
		for _, last := range j.Since(n - 1) {
			if end := ended(last); end.After(since) {
				since = end
			}
		}
		until, stop := context.WithDeadline(ctx, since.Add(quiet))
		_, called := j.Await(until, n, func(list []journal.Entry) bool { return len(list) > 0 })
		stop()
		switch {
		case !called:
			return true
		case over():
			return false
		}
	}
	return true
}
