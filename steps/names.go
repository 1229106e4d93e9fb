package steps

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

	messages "github.com/cucumber/messages/go/v21"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
)

// storePattern is the step that says whose store a scenario is about.
const storePattern = `^an? (.+) store$`

// PlatformOf is the platform that a scenario is played on: the one whose store its steps name; nil where none is named.
// The error of an unknown platform names the nearest.
func PlatformOf(s Scenario, platforms []*mockplatforms.Platform) (*mockplatforms.Platform, error) {
	setup := Setup{Platforms: platforms}
	for _, step := range s.Steps() {
		found, err := Resolve(step.Text)
		if err != nil || found.Pattern != storePattern {
			continue
		}
		p, err := setup.platform(argumentsOf(found, step.Text)[0])
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", s.Path, step.Line, err)
		}
		return p, nil
	}
	return nil, nil
}

// sentence is a step that is checked before a run: what its pattern finds in its text, and what stands below it.
type sentence struct {
	args  []string
	below *messages.PickleStepArgument // of the kind that the step takes, and empty where it has none
}

// check is the check of what a step names.
type check func(w *World, s sentence) error

// names are the checks of what steps name: events, fixtures, faults, switches, things to look up. A step that is not here
// names nothing that could be unknown.
func names() map[string]check {
	all := named()
	maps.Copy(all, below())
	maps.Copy(all, bounded())
	return all
}

func event(w *World, s sentence) error {
	_, err := w.message(s.args[0])
	return err
}

// sentEvent is the check of an event that is sent as its fixture has it.
func sentEvent(w *World, s sentence) error {
	m, err := w.message(s.args[0])
	if err != nil {
		return err
	}
	return w.canSend(m, false)
}

// sentFixture is the check of a fixture that is sent.
func sentFixture(w *World, s sentence) error {
	m, err := w.fixture(s.args[0])
	if err != nil {
		return err
	}
	return w.canSend(m, true)
}

// sending is a message and whether it is sent word for word.
type sending struct {
	message  *fixtures.Message
	verbatim bool
}

// canSend says whether a callback can be made of a message. It is asked once for each: outlines have many rows.
func (w *World) canSend(m *fixtures.Message, verbatim bool) error {
	as := sending{m, verbatim}
	if err, known := w.sendable[as]; known {
		return err
	}
	if w.sendable == nil {
		w.sendable = map[sending]error{}
	}
	w.sendable[as] = w.engine.CanSend(m, verbatim)
	return w.sendable[as]
}

func named() map[string]check {
	scope := func(w *World, s sentence) error { return w.knownScope(s.args[0]) }
	resource := func(w *World, s sentence) error { return w.knownResource(s.args[0]) }
	return map[string]check{
		`^its "([^"]*)" is "([^"]*)"$`: func(w *World, s sentence) error {
			return w.platform.CheckSetting(w.setup.Fixtures, s.args[0], s.args[1])
		},
		`^a hook for "([^"]*)"$`:                   scope,
		`^the hook for "([^"]*)" is switched off$`: scope,
		`^the registration of "([^"]*)" is refused with status (\d+)( once| twice| [1-9]\d* times)?$`: scope,
		`^(\w+) "([^"]*)" does not exist$`: resource,
		`^"([^"]*)" happens$`:              sentEvent,
		`^a new "([^"]*)" happens$`:        sentEvent,
		`^"([^"]*)" happens but arrives with: (.+)$`: func(w *World, s sentence) error {
			_, err := w.faultsOf(s.args[1])
			return errors.Join(sentEvent(w, s), err)
		},
		`^the fixture "([^"]*)" is sent but arrives with: (.+)$`: func(w *World, s sentence) error {
			_, err := w.faultsOf(s.args[1])
			return errors.Join(sentFixture(w, s), err)
		},
		`^"([^"]*)" happens in the form: (.+)$`: func(w *World, s sentence) error {
			_, err := form.Find(s.args[1])
			return errors.Join(sentEvent(w, s), err)
		},
		`^the fixture "([^"]*)" is sent in the form: (.+)$`: func(w *World, s sentence) error {
			_, err := form.Find(s.args[1])
			return errors.Join(sentFixture(w, s), err)
		},
		`^it is sent again but arrives with: (.+)$`:                                         func(w *World, s sentence) error { _, err := w.faultsOf(s.args[0]); return err },
		`^"([^"]*)" was sent( once| twice| \d+ times)$`:                                     event,
		`^the hook for "([^"]*)" is switched on again$`:                                     scope,
		`^the platform has switched the hook for "([^"]*)" off$`:                            scope,
		`^the fixture "([^"]*)" is sent$`:                                                   sentFixture,
		`^the receiver still handles "([^"]*)"$`:                                            event,
		`^the receiver fetched (\w+) ("[^"]*"|\d+)(?: exactly)?( once| twice| \d+ times)?$`: resource,
		`^the receiver fetched the (\w+)(?: exactly)?( once| twice| \d+ times)?$`:           resource,
		`^it has registered a hook for "([^"]*)"$`:                                          event,
	}
}

// below are the checks of steps with something below them. They do with it what the step does.
func below() map[string]check {
	return map[string]check{
		`^a hook for "([^"]*)" with:$`: func(w *World, s sentence) error {
			return errors.Join(w.knownScope(s.args[0]), w.checkHookFields(s.below.DataTable))
		},
		`^"([^"]*)" happens with:$`: func(w *World, s sentence) error {
			m, err := w.message(s.args[0])
			if err == nil {
				_, err = overlaid(m, s.below.DataTable, "")
			}
			return err
		},
		`^"([^"]*)" happens with the body:$`: func(w *World, s sentence) error {
			_, err := exact(s.below.DocString)
			return errors.Join(event(w, s), err)
		},
		`^"([^"]*)" happens with the message:$`: func(w *World, s sentence) error {
			m, err := w.message(s.args[0])
			if err == nil {
				_, err = writtenMessage(m, s.below.DocString)
			}
			return err
		},
		`^the (\w+) ("[^"]*"|\d+) has:$`: func(w *World, s sentence) error { return w.has(s.args[0], s.args[1], s.below.DataTable) },
		`^every (\w+) has:$`:             func(w *World, s sentence) error { return w.everyHas(s.args[0], s.below.DataTable) },
		`^these happen and arrive in reverse order:$`: func(w *World, s sentence) error {
			_, err := w.listed(s.below.DataTable)
			return err
		},
	}
}

// bounded are the checks of numbers and times, and of what such steps name.
func bounded() map[string]check {
	return map[string]check{
		`^"([^"]*)" happens, signed (\d+) (second|minute|hour|day)s? (ago|ahead)$`: func(w *World, s sentence) error {
			_, err := w.skewOf(number(s.args[1]), s.args[2], s.args[3])
			return errors.Join(event(w, s), err)
		},
		`^(\d+) (second|minute|hour|day)s? pass(?:es)?$`: func(_ *World, s sentence) error {
			_, err := spanOf(number(s.args[0]), s.args[1])
			return err
		},
		`^"([^"]*)" happened (\d+) (second|minute|hour|day)s? ago and arrives now$`: func(w *World, s sentence) error {
			_, err := spanOf(number(s.args[1]), s.args[2])
			return errors.Join(event(w, s), err)
		},
		`^(\d+) new "([^"]*)" happen( at once)?$`: func(w *World, s sentence) error {
			return errors.Join(sentEvent(w, sentence{args: s.args[1:]}), manyOf(number(s.args[0]), s.args[2]))
		},
		`^a new "([^"]*)" happens and arrives (\d+) times at once$`: func(w *World, s sentence) error {
			return errors.Join(sentEvent(w, s), manyOf(number(s.args[1]), " at once"))
		},
		`^(\d+) idle connections to the receiver$`:              func(_ *World, s sentence) error { return idleOf(number(s.args[0])) },
		`^the platform waits (\d+) (ms|s) for an answer$`:       func(w *World, s sentence) error { return w.answerTimeout(number(s.args[0]), s.args[1]) },
		`^an outage of (\d+) (second|minute|hour|day)s?: (.+)$`: func(w *World, s sentence) error { return w.outageFor(number(s.args[0]), s.args[1], s.args[2]) },
		`^an outage: (.+)$`: func(w *World, s sentence) error { return w.outage(s.args[0], 0) },
	}
}

// number reads digits; what is too long for a number is too much for anything.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return math.MaxInt
	}
	return n
}

func argumentsOf(step Step, text string) []string {
	l := compiled()
	at := slices.IndexFunc(l.steps, func(s Step) bool { return s.Pattern == step.Pattern })
	return l.patterns[at].FindStringSubmatch(text)[1:]
}

// CheckNames holds what the steps name, and what stands below them, to what there is, before anything runs: a misspelt event is
// misuse, and not a fault of the receiver. The error has them all, with file and line.
func (s *Setup) CheckNames(features []Feature) error {
	checks := names()
	worlds := map[string]*World{} // by platform
	for _, p := range s.Platforms {
		e, err := engine.New(engine.Options{Platform: p, Fixtures: s.Fixtures})
		if err != nil {
			return err
		}
		worlds[p.Name] = &World{setup: s, platform: p, engine: e}
	}
	var broken []error
	seen := map[string]bool{}
	for _, f := range features {
		for _, scenario := range f.Scenarios {
			for _, err := range s.checkNames(scenario, worlds, checks) {
				if text := err.Error(); !seen[text] { // a background is part of many scenarios
					seen[text] = true
					broken = append(broken, err)
				}
			}
		}
	}
	return errors.Join(broken...)
}

func (s *Setup) checkNames(scenario Scenario, worlds map[string]*World, checks map[string]check) []error {
	p, err := PlatformOf(scenario, s.Platforms)
	switch {
	case err != nil:
		return []error{err}
	case p == nil: // its first step will say what is missing
		return nil
	}
	w := worlds[p.Name]
	var broken []error
	for _, step := range scenario.Steps() {
		found, err := Resolve(step.Text)
		if err != nil {
			continue // CheckSteps has it
		}
		check := checks[found.Pattern]
		if check == nil {
			continue
		}
		if err := check(w, sentence{argumentsOf(found, step.Text), found.below(step.Argument)}); err != nil {
			broken = append(broken, fmt.Errorf("%s:%d: %w", scenario.Path, step.Line, err))
		}
	}
	return broken
}
