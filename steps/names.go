package steps

import (
	"errors"
	"fmt"
	"maps"
	"math"
	"slices"
	"strconv"

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

// check is the check of what the text of a step names.
type check func(w *World, args []string) error

// names are the checks of what steps name: events, fixtures, faults, switches, things to look up. A step that is not here
// names nothing that could be unknown.
func names() map[string]check {
	all := named()
	maps.Copy(all, bounded())
	return all
}

func event(w *World, args []string) error {
	_, err := w.message(args[0])
	return err
}

// sentEvent is the check of an event that is sent as its fixture has it.
func sentEvent(w *World, args []string) error {
	m, err := w.message(args[0])
	if err != nil {
		return err
	}
	return w.canSend(m, false)
}

// sentFixture is the check of a fixture that is sent.
func sentFixture(w *World, args []string) error {
	m, err := w.fixture(args[0])
	if err != nil {
		return err
	}
	return w.canSend(m, true)
}

// canSend says whether a callback can be made of a message. It is asked once for each: outlines have many rows.
func (w *World) canSend(m *fixtures.Message, verbatim bool) error {
	if err, known := w.sendable[m]; known {
		return err
	}
	if w.sendable == nil {
		w.sendable = map[*fixtures.Message]error{}
	}
	w.sendable[m] = w.engine.CanSend(m, verbatim)
	return w.sendable[m]
}

func named() map[string]check {
	scope := func(w *World, args []string) error { return w.knownScope(args[0]) }
	resource := func(w *World, args []string) error { return w.knownResource(args[0]) }
	return map[string]check{
		`^its "([^"]*)" is "([^"]*)"$`: func(w *World, args []string) error {
			return w.platform.CheckSetting(w.setup.Fixtures, args[0], args[1])
		},
		`^a hook for "([^"]*)"$`:                   scope,
		`^a hook for "([^"]*)" with:$`:             scope,
		`^the hook for "([^"]*)" is switched off$`: scope,
		`^the registration of "([^"]*)" is refused with status (\d+)( once| twice| [1-9]\d* times)?$`: scope,
		`^(\w+) "([^"]*)" does not exist$`:      resource,
		`^"([^"]*)" happens$`:                   sentEvent,
		`^a new "([^"]*)" happens$`:             sentEvent,
		`^the (\w+) ("[^"]*"|\d+) has:$`:        resource,
		`^every (\w+) has:$`:                    resource,
		`^"([^"]*)" happens with:$`:             event,
		`^"([^"]*)" happens with the body:$`:    event,
		`^"([^"]*)" happens with the message:$`: event,
		`^"([^"]*)" happens but arrives with: (.+)$`: func(w *World, args []string) error {
			_, err := w.faultsOf(args[1])
			return errors.Join(sentEvent(w, args), err)
		},
		`^the fixture "([^"]*)" is sent but arrives with: (.+)$`: func(w *World, args []string) error {
			_, err := w.faultsOf(args[1])
			return errors.Join(sentFixture(w, args), err)
		},
		`^"([^"]*)" happens in the form: (.+)$`: func(w *World, args []string) error {
			_, err := form.Find(args[1])
			return errors.Join(sentEvent(w, args), err)
		},
		`^the fixture "([^"]*)" is sent in the form: (.+)$`: func(w *World, args []string) error {
			_, err := form.Find(args[1])
			return errors.Join(sentFixture(w, args), err)
		},
		`^it is sent again but arrives with: (.+)$`:                                         func(w *World, args []string) error { _, err := w.faultsOf(args[0]); return err },
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

// bounded are the checks of numbers and times, and of what such steps name.
func bounded() map[string]check {
	return map[string]check{
		`^"([^"]*)" happens, signed (\d+) (second|minute|hour|day)s? (ago|ahead)$`: func(w *World, args []string) error {
			_, err := w.skewOf(number(args[1]), args[2], args[3])
			return errors.Join(event(w, args), err)
		},
		`^(\d+) (second|minute|hour|day)s? pass(?:es)?$`: func(_ *World, args []string) error {
			_, err := spanOf(number(args[0]), args[1])
			return err
		},
		`^"([^"]*)" happened (\d+) (second|minute|hour|day)s? ago and arrives now$`: func(w *World, args []string) error {
			_, err := spanOf(number(args[1]), args[2])
			return errors.Join(event(w, args), err)
		},
		`^(\d+) new "([^"]*)" happen( at once)?$`: func(w *World, args []string) error {
			return errors.Join(sentEvent(w, args[1:]), manyOf(number(args[0]), args[2]))
		},
		`^a new "([^"]*)" happens and arrives (\d+) times at once$`: func(w *World, args []string) error {
			return errors.Join(sentEvent(w, args), manyOf(number(args[1]), " at once"))
		},
		`^(\d+) idle connections to the receiver$`:              func(_ *World, args []string) error { return idleOf(number(args[0])) },
		`^the platform waits (\d+) (ms|s) for an answer$`:       func(w *World, args []string) error { return w.answerTimeout(number(args[0]), args[1]) },
		`^an outage of (\d+) (second|minute|hour|day)s?: (.+)$`: func(w *World, args []string) error { return w.outageFor(number(args[0]), args[1], args[2]) },
		`^an outage: (.+)$`: func(w *World, args []string) error { return w.outage(args[0], 0) },
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

// CheckNames holds what the steps name, and what stands below them, to what there is, before anything runs: a misspelt event is misuse, and no fault
// of the receiver. The error has them all, with file and line.
func (s *Setup) CheckNames(features []Feature) error {
	checks, below := names(), arguments()
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
			for _, err := range s.checkNames(scenario, worlds, checks, below) {
				if text := err.Error(); !seen[text] { // a background is part of many scenarios
					seen[text] = true
					broken = append(broken, err)
				}
			}
		}
	}
	return errors.Join(broken...)
}

func (s *Setup) checkNames(scenario Scenario, worlds map[string]*World, checks map[string]check, below map[string]argumentCheck) []error {
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
		args := argumentsOf(found, step.Text)
		if check := checks[found.Pattern]; check != nil {
			err = check(w, args)
		}
		if check := below[found.Pattern]; check != nil && err == nil && found.takes() == kindOf(step.Argument) {
			err = check(w, args, step.Argument)
		}
		if err != nil {
			broken = append(broken, fmt.Errorf("%s:%d: %w", scenario.Path, step.Line, err))
		}
	}
	return broken
}
