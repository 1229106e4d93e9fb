package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// errCameBack is the end of a receiver that somebody else has started again already.
var errCameBack = errors.New("it took no connection, and came back by itself")

// examined is a scenario at whose end the receiver was dead. It may have died of an earlier one.
func (r *featureRun) examined(ctx context.Context, t *mortal, s report.Scenario) report.Scenario {
	why, suspects, output := cmp.Or(t.Ended(), errCameBack), r.suspects(lifeOf(t)), outputOf(t)
	if len(suspects) == 0 || s.Failure == nil {
		return s
	}
	in, own := r.suspectsOf(suspects), &held{Scenario: s, over: time.Now()}
	if touches(s) {
		in.all = append(in.all, own)
	}
	accused := in.accused()
	if accused != own && touches(s) && (!brokeOff(s) || !odd(accused.Scenario)) {
		accused = own // it has failed already
	}
	if !r.revive(ctx, t, in.name(accused)) {
		if accused == own {
			return in.doubted(s)
		}
		r.failsFast(in.accuse(accused, why, output).Scenario)
		return r.notRun(s)
	}
	again := r.rerun(ctx, []*held{{Scenario: s, feature: r.feature}}, r.options.Exchange)
	if again.died && brokeOff(s) {
		return s // it died in the middle of it, twice
	}
	before := in
	before.all = suspects
	left := r.repeats(ctx, t, before)
	switch {
	case len(left.all) == 0 && touches(s) && ctx.Err() != nil:
		return in.doubted(s)
	case len(left.all) == 0 && touches(s):
		return s
	}
	r.failsFast(left.orAnyOf(before).accuse(nil, why, output).Scenario)
	if result, ok := again.results[s.ID()]; ok && !again.died {
		return result
	}
	return s
}

// suspects are those that are held and have had to do with the receiver in this life of it.
func (r *featureRun) suspects(life int) (list []*held) {
	for i := range r.held {
		if h := &r.held[i]; h.life == life && touches(h.Scenario) {
			list = append(list, h)
		}
	}
	return list
}

// touches says whether a scenario has had to do with the receiver: one whose callbacks are all refused has found it dead.
func touches(s report.Scenario) bool {
	return slices.ContainsFunc(s.Entries, func(e journal.Entry) bool {
		return e.Call() || e.Kind == journal.Attempt && !e.InFront && !strings.Contains(e.Failure, syscall.ECONNREFUSED.Error())
	})
}

// brokeOff says whether a callback of a scenario was on its way when the receiver died.
func brokeOff(s report.Scenario) bool {
	return touches(s) && slices.ContainsFunc(s.Entries, func(e journal.Entry) bool { return e.Kind == journal.Attempt && !e.InFront && e.Failure != "" })
}

// repeats finds those of which the receiver dies again: half of them are run, and half of those. There is one, none if it does not
// die, and more where it is gone before there is one.
func (r *featureRun) repeats(ctx context.Context, t *mortal, in lineup) lineup {
	for all, found := in.all, false; ; {
		if ctx.Err() != nil || !r.revive(ctx, t, in.name(in.accused())) {
			if !found {
				all = nil
			}
			in.all = all
			return in
		}
		some := all[len(all)/2:] // the latest first
		switch found = r.rerun(ctx, some, nil).died; {
		case found && len(some) == 1:
			in.all = some
			return in
		case found:
			all = some
		case len(all) == 1:
			in.all = nil
			return in
		default:
			all = all[:len(all)/2]
		}
	}
}

// dies is a scenario of which the receiver died. What it died of may be ours: something that it asked for and hookdrill does not have.
func (r *featureRun) dies(s report.Scenario, how, output string) report.Scenario {
	if missing := r.missed(s); missing != "" {
		s.Verdict, s.Died, s.Reason, s.Failure = report.NotRun, true, missing, nil
		return s
	}
	s.Verdict, s.Died, s.Reason = report.Fail, true, ""
	if s.Failure != nil {
		failure := *s.Failure
		failure.Message += "; " + how
		s.Failure = &failure
		return s
	}
	s.Failure = &report.Failure{Message: how, Output: output}
	for _, e := range slices.Backward(s.Entries) {
		if e.Kind == journal.Attempt {
			s.Failure.Entries = []journal.Entry{e}
			break
		}
	}
	return s
}

// rerun runs scenarios once more by themselves, those of each file together, and sees whether the receiver dies. What it gives is
// of the last file that was run.
func (r *featureRun) rerun(ctx context.Context, list []*held, heard func(string, journal.Entry)) (once *featureRun) {
	anew := *r.setup // a receiver that remembers the ids of an earlier time would take them for repeats
	r.reruns++
	anew.Seed = fmt.Sprintf("%s, again %d", anew.Seed, r.reruns)
	for len(list) > 0 && (once == nil || !once.died) {
		once = &featureRun{setup: &anew, feature: list[0].feature, results: map[string]report.Scenario{}, silent: true, vigil: vigil{rehearsal: true}}
		once.options.Exchange = heard
		var ids []string
		for len(list) > 0 && list[0].feature.Path == once.feature.Path {
			ids, list = append(ids, list[0].ID()), list[1:]
		}
		for _, s := range once.feature.Scenarios {
			if slices.Contains(ids, s.ID) {
				once.scenarios = append(once.scenarios, s)
			}
		}
		once.goesOn = len(list) > 0
		_ = once.run(ctx) // they have run before: it cannot fail
		r.learn(once)
	}
	return once
}
