package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// examined is a scenario at whose end the receiver was dead. It may have died of an earlier one.
func (r *featureRun) examined(ctx context.Context, t *mortal, s report.Scenario) report.Scenario {
	why, suspects, output := t.Ended(), r.suspects(lifeOf(t)), outputOf(t)
	if len(suspects) == 0 || s.Failure == nil {
		return s
	}
	last := suspects[len(suspects)-1]
	of := s
	if !touches(s) {
		of = last.Scenario
	}
	switch gone := !r.revive(ctx, t, nameOf(of)); {
	case gone && touches(s):
		s.Failure.Message += doubt(suspects)
		return s
	case gone:
		last.others = suspects[:len(suspects)-1]
		last.accuse(why, output)
		return r.notRun(s)
	}
	again := r.rerun(ctx, []*held{{Scenario: s, feature: r.feature}}, r.options.Exchange)
	switch {
	case again.died && brokeOff(s):
		return s // it died in the middle of it, twice
	case touches(s):
		last = r.repeats(ctx, t, suspects)
	default:
		last = r.guilty(ctx, t, suspects)
	}
	if last != nil {
		last.accuse(why, output)
	}
	if result, ok := again.results[s.ID()]; ok && !again.died && last != nil {
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

// repeats finds the one of which the receiver dies again, nil if it does of none: half of them are run, and half of those.
func (r *featureRun) repeats(ctx context.Context, t *mortal, suspects []*held) *held {
	for {
		some := suspects[len(suspects)/2:] // the latest first
		if ctx.Err() != nil || t.Ended() != nil && t.Revive(ctx) != nil {
			return nil
		}
		switch dies := r.rerun(ctx, some, nil).died; {
		case dies && len(some) == 1:
			return some[0]
		case dies:
			suspects = some
		case len(suspects) == 1:
			return nil
		default:
			suspects = suspects[:len(suspects)/2]
		}
	}
}

// guilty is the one of several of which the receiver died: it was one of them.
func (r *featureRun) guilty(ctx context.Context, t *mortal, suspects []*held) *held {
	last, others := suspects[len(suspects)-1], suspects[:len(suspects)-1]
	if len(others) == 0 {
		return last
	}
	if again := r.repeats(ctx, t, suspects); again != nil {
		return again
	}
	last.others = others
	return last
}

func (h *held) accuse(why error, output string) {
	h.Scenario = died(h.Scenario, fmt.Sprintf("the receiver died after this scenario: %v", why)+doubt(h.others), output)
}

// doubt names others of which the receiver may have died, where that cannot be found out.
func doubt(others []*held) string {
	if len(others) == 0 {
		return ""
	}
	var names []string
	for _, h := range others[max(len(others)-shownSuspects, 0):] {
		names = append(names, nameOf(h.Scenario))
	}
	return "; it may have died of what came before: " + strings.Join(names, ", ")
}

// shownSuspects are named at most.
const shownSuspects = 3

// died is a scenario of which the receiver died. What it died of may be ours: something that it asked for and hookdrill does not have.
func died(s report.Scenario, how, output string) report.Scenario {
	if missing := missing(s.Entries); missing != "" {
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
	}
	return once
}
