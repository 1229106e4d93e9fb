package steps

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// A receiver that dies of a callback may have answered it before, and the next scenario finds it dead, or loses it on the way. So
// where all scenarios share one receiver, one that is over is held for a moment before it is told of. When the receiver dies in
// that time, those that may have killed it are run again, each by itself: who kills it again did it.

// lingers is how long a receiver may go on living after what it dies of.
const lingers = 600 * time.Millisecond

// held is a scenario that is over, and of which the receiver may die yet.
type held struct {
	report.Scenario
	feature Feature // that it is of
	life    int     // of the receiver: how often it had been started
	over    time.Time
}

// vigil is what is known of the life of the receiver while scenarios run.
type vigil struct {
	held       []held            // scenarios that are over and not told of yet
	diedBefore error             // of what the receiver has died before any of them
	rehearsal  bool              // suspects are run again, to see whether the receiver dies
	died       bool              // it does
	reruns     int               // so far
	gone       bool              // it has died for good
	gaps       map[string]string // what scenarios have met that hookdrill does not have, by their ID
}

// mortal is a receiver that all scenarios share.
type mortal struct {
	*target.Target
	found error // why it was dead when a scenario opened it; it was started again
}

// reopen starts a receiver again that is dead when a scenario opens it.
func (m *mortal) reopen(ctx context.Context) error {
	if m.Start == nil || m.Ended == nil {
		return nil
	}
	why := m.Ended()
	if why == nil {
		return nil
	}
	m.found = why
	return m.Start(ctx)
}

// shared is the receiver that all scenarios share, if its end can be seen; nil otherwise.
func (r *featureRun) shared() *mortal {
	if t := r.setup.Receiver.shared; t != nil && t.Ended != nil && t.Revive != nil {
		return t
	}
	return nil
}

func lifeOf(t *mortal) int {
	if t.Starts == nil {
		return 0
	}
	return t.Starts()
}

// hold takes a scenario that is over.
func (r *featureRun) hold(ctx context.Context, s report.Scenario) {
	t := r.shared()
	if t == nil {
		r.keep(s)
		return
	}
	life, found := lifeOf(t), t.found
	t.found = nil
	switch {
	case r.rehearsal:
		r.died = r.died || s.Died || found != nil
		r.keep(s)
		return
	case found != nil && len(r.held) > 0:
		r.accuseOne(ctx, t, found, r.held[len(r.held)-1].life)
		if r.gone { // it could not begin
			s = r.notRun(s)
		}
	case found != nil:
		r.diedBefore = found
	}
	if r.diedBefore != nil {
		s, r.diedBefore = r.dies(s, fmt.Sprintf("the receiver died before this scenario began: %v", r.diedBefore), ""), nil
	} else if s.Died && ctx.Err() == nil {
		s = r.examined(ctx, t, s)
		r.revive(ctx, t, nameOf(s))
		life = -1 // it is known of what it died
	}
	r.held = append(r.held, held{Scenario: s, feature: r.feature, life: life, over: time.Now()})
	r.failsFast(s)
	for len(r.held) > 1 && time.Since(r.held[0].over) > lingers { // the last one in any case: the next may find the receiver dead
		r.release(1)
	}
}

// failsFast ends the run where it is to end with the first failure, and this is one that is not told of yet.
func (r *featureRun) failsFast(s report.Scenario) {
	if r.options.FailFast && !r.silent && r.options.settle(s).Fails() {
		r.end(failedFast)
	}
}

// notRun is a scenario that had no receiver any more.
func (r *featureRun) notRun(s report.Scenario) report.Scenario {
	s.Verdict, s.Died, s.Failure, s.Reason = report.NotRun, false, nil, r.stop
	return s
}

// release tells of the first that are held.
func (r *featureRun) release(n int) {
	for _, h := range r.held[:n] {
		r.keep(h.Scenario)
	}
	r.held = r.held[n:]
}

// flush waits until the receiver has outlived the last scenario, and tells of all.
func (r *featureRun) flush(ctx context.Context) {
	t := r.shared()
	if t == nil || len(r.held) == 0 && !r.rehearsal {
		return
	}
	over := time.Now()
	if !r.rehearsal {
		over = r.held[len(r.held)-1].over
	}
	bound, cancel := context.WithDeadline(ctx, over.Add(lingers))
	defer cancel()
	if r.rehearsal {
		r.died = r.died || awaitEnd(bound, t.Target) != nil
		return
	}
	r.attend(ctx, t, awaitEnd(bound, t.Target))
	r.release(len(r.held))
}

// end has nothing more be run.
func (r *featureRun) end(why string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stop = cmp.Or(r.stop, why)
}

// begins sees at the beginning of a scenario that the receiver is there. One that we have not started shows that with its first
// callback.
func (r *featureRun) begins(ctx context.Context) {
	t := r.shared()
	if t == nil || t.Start == nil {
		return
	}
	t.found = nil
	if r.rehearsal {
		r.died = r.died || t.Ended() != nil
	} else {
		r.attend(ctx, t, t.Ended())
	}
}

// attend finds out of what the receiver has died between two scenarios, if it has, and brings it back.
func (r *featureRun) attend(ctx context.Context, t *mortal, why error) {
	if why == nil || ctx.Err() != nil || r.gone {
		return
	}
	r.accuseOne(ctx, t, why, lifeOf(t))
}

// accuseOne accuses one of those that are held of a death between two scenarios. Where none is held the next one is told of it.
func (r *featureRun) accuseOne(ctx context.Context, t *mortal, why error, life int) {
	if len(r.held) == 0 {
		r.diedBefore = why
		return // who opens it starts it again
	}
	output, suspects := outputOf(t), r.suspects(life)
	if len(suspects) == 0 {
		suspects = []*held{&r.held[len(r.held)-1]}
	}
	in := r.suspectsOf(suspects)
	left := in
	if len(suspects) > 1 && r.revive(ctx, t, in.name(in.accused())) {
		left = r.repeats(ctx, t, in).orAnyOf(in)
	}
	guilty := left.accuse(nil, why, output)
	r.failsFast(guilty.Scenario)
	r.revive(ctx, t, left.name(guilty)) // it may have died of it again
}

// revive brings the receiver back if it has died, and says whether it is there. Where it cannot be nothing more is run.
func (r *featureRun) revive(ctx context.Context, t *mortal, of string) bool {
	if r.gone || t.Ended() == nil {
		return !r.gone
	}
	err := ctx.Err()
	if err == nil {
		if t.ComesBack > 0 && r.options.Waits != nil {
			r.options.Waits(fmt.Sprintf("the receiver has died, and hookdrill did not start it: waiting for it to come back (%s at most)", t.ComesBack))
		}
		err = t.Revive(ctx)
	}
	switch {
	case err == nil:
		return true
	case ctx.Err() != nil: // that says nothing of the receiver
		r.end(interrupted)
		return false
	case t.Start == nil:
		r.end(fmt.Sprintf("the receiver died in %s and has not come back; hookdrill did not start it, so it cannot start it again (--exec)", of))
	default:
		why, _, _ := strings.Cut(err.Error(), "\n") // its output is that of a failure
		r.end(fmt.Sprintf("the receiver died in %s and could not be started again: %s", of, why))
	}
	r.gone = true
	return false
}

func nameOf(s report.Scenario) string { return fmt.Sprintf("%q (%s)", s.Name, s.ID()) }

func outputOf(t *mortal) string {
	if t.Output == nil {
		return ""
	}
	return t.Output()
}

// awaitEnd waits for the end of a receiver, and gives it: nil if it has outlived the context.
func awaitEnd(ctx context.Context, t *target.Target) error {
	every := time.Millisecond
	if t.Start == nil { // to see it costs a connection
		every = dying / 2
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		if err := t.Ended(); err != nil {
			return err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return t.Ended()
		}
	}
}
