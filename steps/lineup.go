package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// lineup are the scenarios of one of which the receiver has died. Where nobody can find out which it was one has to be marked, and
// with it is said of which others it may have been.
type lineup struct {
	all  []*held       // in the order in which they ran
	over time.Duration // from the end of the first until it was seen dead
	dies func(s report.Scenario, how, output string) report.Scenario
}

func (r *featureRun) suspectsOf(list []*held) lineup {
	return lineup{list, max(time.Since(list[0].over), 100*time.Millisecond), r.dies}
}

// orAnyOf is a line-up, or all of another one where nobody is left in it.
func (l lineup) orAnyOf(other lineup) lineup {
	if len(l.all) == 0 {
		return other
	}
	return l
}

// accused is the one that is marked: the latest whose callback was not what a platform sends every day, else the latest.
func (l lineup) accused() *held {
	for _, h := range slices.Backward(l.all) {
		if odd(h.Scenario) {
			return h
		}
	}
	return l.all[len(l.all)-1]
}

// odd says whether a scenario has sent what no platform sends every day.
func odd(s report.Scenario) bool {
	return slices.ContainsFunc(s.Entries, func(e journal.Entry) bool {
		switch mockplatforms.Condition(e.Condition) {
		case "", mockplatforms.Good, mockplatforms.OtherForm, mockplatforms.Retried, mockplatforms.Repeated, mockplatforms.OutOfOrder:
			return false
		}
		return e.Kind == journal.Attempt
	})
}

// accuse marks one of them, nil for the one that is to be.
func (l lineup) accuse(h *held, why error, output string) *held {
	if h == nil {
		h = l.accused()
	}
	if len(l.all) > 1 {
		h.Scenario = l.dies(h.Scenario, fmt.Sprintf("the receiver died: %v", why)+l.doubt(h), output)
		h.Suspects = l.others(h)
		return h
	}
	h.Scenario = l.dies(h.Scenario, fmt.Sprintf("the receiver died after this scenario: %v", why), output)
	return h
}

// doubted is one of them that has failed by itself: it may have met what another has done.
func (l lineup) doubted(s report.Scenario) report.Scenario {
	own := l.all[len(l.all)-1]
	s.Failure.Message += l.doubt(own)
	s.Suspects = l.others(own)
	return s
}

// others are the IDs of all but one.
func (l lineup) others(but *held) (ids []string) {
	for _, h := range l.all {
		if h != but {
			ids = append(ids, h.ID())
		}
	}
	return ids
}

// name is what the one that is marked is called where the others are not told of.
func (l lineup) name(h *held) string {
	switch others := len(l.all) - 1; others {
	case 0:
		return nameOf(h.Scenario)
	case 1:
		return nameOf(h.Scenario) + " or in one other"
	default:
		return fmt.Sprintf("%s or in one of %d others", nameOf(h.Scenario), others)
	}
}

// doubt says of which others than this one the receiver may have died.
func (l lineup) doubt(but *held) string {
	var names []string
	for _, h := range l.all {
		if h != but {
			names = append(names, nameOf(h.Scenario))
		}
	}
	if more := len(names) - shownSuspects; more > 0 {
		names = slices.Concat(names[:shownSuspects-1], []string{fmt.Sprintf("%d more", more)}, names[len(names)-1:])
	}
	return fmt.Sprintf("; it died of one of the %d scenarios of the last %s, and nobody can tell of which: this one, %s",
		len(l.all), l.over.Round(100*time.Millisecond), strings.Join(names, ", "))
}

// shownSuspects are named at most, beside the one that is marked.
const shownSuspects = 4
