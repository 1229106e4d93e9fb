package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// RunOptions say how the features run.
type RunOptions struct {
	FailFast bool
	Retries  int                                    // how often a scenario that failed is run again; one that passes then is flaky
	Strict   bool                                   // a failure of any level fails the run
	Known    map[string]string                      // scenarios that are known to fail, by ID, and why: see MatchKnown
	Parallel int                                    // scenarios at once; 0 or 1: one at a time
	Begin    func(name string)                      // called as scenarios begin; optional
	Exchange func(scenario string, e journal.Entry) // called as exchanges are recorded, of several scenarios at once
	Each     func(report.Scenario)                  // called as scenarios end, one at a time
	Waits    func(what string)                      // called when a receiver that has died is waited for; optional
}

// Run runs the features and gives what became of each of their scenarios, in their order. It is Play for those who can hold all.
func (s *Setup) Run(ctx context.Context, features []Feature, o RunOptions) ([]report.Scenario, error) {
	var all []report.Scenario
	each := o.Each
	o.Each = func(one report.Scenario) {
		all = append(all, one)
		if each != nil {
			each(one)
		}
	}
	err := s.Play(ctx, features, o)
	return report.InOrder(all), err
}

// atOnce scenarios of a file are handed to godog together: it keeps the results of each step until all of them are over.
const atOnce = 100

// Play runs the features, hands on what became of each of their scenarios, and keeps nothing of it. The error is our own fault or
// a feature that cannot run: a sentence that is not a step. A context that ends leaves the rest not run.
func (s *Setup) Play(ctx context.Context, features []Feature, o RunOptions) error {
	if err := CheckSteps(features); err != nil {
		return err
	}
	if o.Parallel > 1 && s.Receiver.Alone {
		return fmt.Errorf("one receiver for all scenarios takes them one at a time; leave --parallel out")
	}
	registerFormatter()
	s.learnt = cmp.Or(s.learnt, &learnt{})
	run := *s
	run.inert = newInert()
	stop, left := "", 0
	for _, feature := range features {
		left += len(feature.Scenarios)
	}
	var before vigil // what is held of one slice is told of in the next
	for _, feature := range features {
		for scenarios := range slices.Chunk(feature.Scenarios, atOnce) {
			left -= len(scenarios)
			r := featureRun{setup: &run, feature: feature, scenarios: scenarios, options: o, results: map[string]report.Scenario{}, stop: stop, vigil: before}
			r.goesOn = left > 0 && o.Retries == 0
			if err := r.play(ctx); err != nil {
				return err
			}
			stop, before = r.stop, r.vigil
		}
	}
	return nil
}

// Misuse is the error of a run in which a scenario could not be played as it is written: that is not the receiver's fault.
// It ends the run.
type Misuse struct{ Why error }

func (e *Misuse) Error() string { return e.Why.Error() }

func (e *Misuse) Unwrap() error { return e.Why }

// CheckSteps holds every sentence of the features to be exactly one step, with what it takes below it. The error has them all, with
// file and line.
func CheckSteps(features []Feature) error {
	var broken []error
	for _, f := range features {
		seen := map[int]bool{}
		for _, scenario := range f.Scenarios {
			list := scenario.Steps()
			if len(list) == 0 {
				broken = append(broken, fmt.Errorf("%s:%d: the scenario %q has no steps, so it can only pass", f.Path, scenario.Line, scenario.Name))
			}
			for _, step := range list {
				found, err := Resolve(step.Text)
				if err == nil {
					err = found.checkArgument(step.Text, step.Argument)
				}
				if err != nil && !seen[step.Line] {
					seen[step.Line] = true
					broken = append(broken, fmt.Errorf("%s:%d: %w", f.Path, step.Line, err))
				}
			}
		}
	}
	return errors.Join(broken...)
}

// failedFast is why scenarios are not run after one has failed.
const failedFast = "an earlier scenario failed (--fail-fast)"

// interrupted is why scenarios are not run after the context of the run has ended.
const interrupted = "the run was interrupted"

// CheckThens holds every scenario to judge something. One that only lets things happen looks like one that passed.
func CheckThens(features []Feature) error {
	var broken []error
	for _, f := range features {
		for _, scenario := range f.Scenarios {
			judges := slices.ContainsFunc(scenario.Steps(), func(s ScenarioStep) bool {
				found, err := Resolve(s.Text)
				return err != nil || found.Kind == "Then" // a sentence that is not a step is refused elsewhere
			})
			if !judges {
				broken = append(broken, fmt.Errorf("%s:%d: the scenario %q has no Then step, so it can only pass", f.Path, scenario.Line, scenario.Name))
			}
		}
	}
	return errors.Join(broken...)
}

// featureRun are some scenarios of a feature file, handed to godog.
type featureRun struct {
	setup     *Setup
	feature   Feature
	scenarios []Scenario
	options   RunOptions
	goesOn    bool // more scenarios follow, and with them what is known of the receiver

	vigil

	mu      sync.Mutex
	results map[string]report.Scenario // by ID
	stop    string                     // why nothing more is run
	misused []error                    // by scenarios that cannot be played as they are written
	silent  bool                       // what becomes of the scenarios is not told yet: they are being run again, or may be
}

// play runs the scenarios, those that failed again, and tells of all of them.
func (r *featureRun) play(ctx context.Context) error {
	r.silent = r.options.Retries > 0
	if r.halted(ctx) {
		r.flush(ctx)
	} else {
		err := r.run(ctx)
		if err == nil {
			err = r.again(ctx)
		}
		if err != nil {
			return err
		}
	}
	r.tellRest()
	if r.misused != nil {
		return &Misuse{errors.Join(r.misused...)}
	}
	return nil
}

func (r *featureRun) run(ctx context.Context) error {
	e := r.feature.excerpt(r.scenarios)
	index, err := newIndex(e)
	if err != nil {
		return err
	}
	suite := godog.TestSuite{
		Name: r.feature.Path,
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			broken := func() bool { return ctx.Err() != nil }
			r.setup.initialize(sc, &observer{find: index.Scenario, file: r.feature, stopped: r.stopped, broken: broken, done: func(s report.Scenario) { r.hold(ctx, s) }, missed: r.misses, misused: r.misuse, heard: r.options.Exchange, beginning: r.options.Begin})
		},
		Options: &godog.Options{
			Format: formatterName, Output: io.Discard, NoColors: true, Strict: true, Concurrency: max(r.options.Parallel, 1),
			FeatureContents: []godog.Feature{{Name: e.path, Contents: e.content}}, DefaultContext: ctx,
		},
	}
	status := suite.Run()
	if !r.goesOn || r.halted(ctx) {
		r.flush(ctx)
	}
	if status > 1 {
		return fmt.Errorf("%s: godog cannot run it (status %d)", r.feature.Path, status)
	}
	return nil
}

// stopped says whether the run is over before its end: interrupted, by FailFast, or with its receiver.
func (r *featureRun) stopped(ctx context.Context) bool {
	if !r.halted(ctx) {
		r.begins(ctx)
	}
	return r.halted(ctx)
}

func (r *featureRun) halted(ctx context.Context) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.stop == "" && ctx.Err() != nil {
		r.stop = interrupted
	}
	return r.stop != ""
}

func (r *featureRun) keep(s report.Scenario) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s = r.options.settle(s)
	r.results[s.ID()] = s
	if r.options.Each != nil && !r.silent {
		r.options.Each(s)
	}
	if r.options.FailFast && s.Fails() && r.stop == "" && !r.silent {
		r.stop = failedFast
	}
}

func (r *featureRun) misuse(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.misused = append(r.misused, err)
	r.stop = cmp.Or(r.stop, "another scenario cannot be played as it is written")
}

// tellRest tells of the scenarios that were not told of. One of which godog has told nothing is not run, with the reason; it is
// never taken as passed.
func (r *featureRun) tellRest() {
	for _, s := range r.scenarios {
		result, known := r.results[s.ID]
		if slices.ContainsFunc(r.held, func(h held) bool { return h.ID() == s.ID }) {
			continue // its time comes
		}
		if !known {
			result = report.Scenario{
				File: s.Path, Feature: r.feature.Name, Name: s.Name, Outline: s.Outline, Row: s.Row, Line: s.Line, Tags: s.Tags,
				Verdict: report.NotRun, Reason: r.stop,
			}
			if r.stop == "" {
				result.Verdict = report.Fail
				result.Failure = &report.Failure{Message: "godog told nothing of this scenario: a fault of hookdrill, please report it"}
			}
			result = r.options.settle(result)
		}
		if r.options.Each != nil && (!known || r.silent) {
			r.options.Each(result)
		}
	}
}
