package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
	"github.com/hookdrill/hookdrill/steps/report"
)

// limit ends a scenario that would hold up the run, unless Setup.Limit says otherwise: a receiver that never answers is
// cut off by the answer timeout, but may be sent many callbacks.
const limit = 2 * time.Minute

// InitializeScenario puts the language into an ordinary godog suite: `godog.TestSuite{ScenarioInitializer: setup.InitializeScenario}`.
// Run it with Options.Strict.
func (s *Setup) InitializeScenario(sc *godog.ScenarioContext) { s.initialize(sc, nil) }

// initialize registers the vocabulary for one scenario. The observer, if there is one, hears what becomes of it.
func (s *Setup) initialize(sc *godog.ScenarioContext, o *observer) {
	w := &World{setup: s, learnt: cmp.Or(s.learnt, &learnt{})}
	for i, step := range compiled().steps {
		sc.Step(compiled().patterns[i], w.excusing(step.Do(w)))
	}
	var cancel context.CancelFunc = func() {}
	sc.Before(func(ctx context.Context, pickle *godog.Scenario) (context.Context, error) {
		if o != nil && o.stopped(ctx) {
			return ctx, godog.ErrSkip // what is stopped does not begin
		}
		ctx, cancel = context.WithTimeout(ctx, cmp.Or(s.Limit, limit)) // from now: others may have been run again
		needs, err := needsOf(pickle)
		w.needs, w.seed = needs, s.Seed+" "+nodeKey(pickle)
		if o != nil {
			err = errors.Join(err, o.begin(pickle))
			w.seed = s.Seed + " " + o.id
			w.recorded = o.recorder()
		}
		return ctx, err
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		defer cancel()
		defer func() { *w = World{setup: s, over: true} }() // godog keeps the steps, and with them all that a world holds
		w.over = true
		if w.engine != nil {
			w.notRun = cmp.Or(w.notRun, w.engine.State.Unmet())
		}
		ended := w.ended(context.WithoutCancel(ctx), err)
		if o != nil {
			o.report.Died = ended != nil && !o.broken()
		}
		if w.excusable(ended) {
			if gap := w.gap(); gap != "" {
				w.notRun, ended = cmp.Or(w.notRun, gap), nil
			}
		}
		closing := w.close()
		if o != nil {
			o.end(w, errors.Join(ended, closing))
			return ctx, nil
		}
		if w.notRun != "" {
			godog.T(ctx).Log("not run: " + w.notRun)
		}
		return ctx, errors.Join(ended, closing)
	})
	sc.StepContext().Before(func(ctx context.Context, step *godog.Step) (context.Context, error) {
		if o != nil {
			o.stepBegan = time.Now()
		}
		return ctx, w.ready(step)
	})
	if o != nil {
		sc.StepContext().After(func(ctx context.Context, step *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
			o.step(step, status, err)
			return ctx, nil
		})
	}
}

// ready refuses a step of a scenario that has no store yet, unless it is the one that opens it, and one with the wrong thing below.
func (w *World) ready(step *godog.Step) error {
	found, err := Resolve(step.Text)
	switch {
	case err != nil || w.over: // a sentence that is not a step is for godog to say
		return nil
	case w.engine == nil && w.notRun == "" && found.Needs&opensStore == 0:
		return errNoStore
	}
	return found.checkArgument(step.Text, step.Argument)
}

// needsOf adds up what the steps of a scenario ask of the receiver.
func needsOf(pickle *godog.Scenario) (Need, error) {
	var needs Need
	for _, step := range pickle.Steps {
		found, err := Resolve(step.Text)
		if err != nil {
			return 0, err
		}
		needs |= found.Needs
	}
	return needs, nil
}

// dying is how long the end of a process may take to be seen after its connections have broken off.
const dying = 200 * time.Millisecond

// ended says that the receiver is gone that was there when the scenario began. Its end may take a moment to be seen where a callback
// was not answered. One that we have not started costs a connection to look at: that is done where something is wrong.
func (w *World) ended(ctx context.Context, wrong error) error {
	if w.target == nil || w.target.Ended == nil {
		return nil
	}
	wait := time.Duration(0)
	w.engine.Journal.Each(0, func(e journal.Entry) bool { // without a copy: there may be a million
		if e.Kind == journal.Attempt && e.Failure != "" && !e.InFront {
			wait = dying
		}
		return wait == 0
	})
	if wait == 0 && wrong == nil && w.target.Start == nil {
		return nil
	}
	bound, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	return awaitEnd(bound, w.target)
}

// observer turns what godog tells about one scenario into its report.
type observer struct {
	find      func(*messages.Pickle) (Scenario, error)
	file      Feature
	stopped   func(context.Context) bool
	broken    func() bool // the run was interrupted: what fails from then on says nothing of the receiver
	done      func(report.Scenario)
	beginning func(name string)
	heard     func(scenario string, e journal.Entry) // of every exchange; optional
	missed    func(scenario, gap string)             // hears of what hookdrill does not have
	misused   func(error)                            // hears of what cannot be sent as the scenario has it
	id        string                                 // of the scenario
	report    report.Scenario
	lines     map[string]int // of the steps, by their id
	began     time.Time
	err       error

	stepBegan time.Time
}

func (o *observer) begin(pickle *godog.Scenario) error {
	o.began = time.Now()
	scenario, err := o.find(pickle)
	if err != nil {
		return err
	}
	o.report = report.Scenario{
		File: scenario.Path, Feature: o.file.Name, Name: scenario.Name, Outline: scenario.Outline, Row: scenario.Row, Line: scenario.Line, Tags: scenario.Tags,
	}
	o.id, o.lines = scenario.ID, map[string]int{}
	if o.beginning != nil {
		o.beginning(scenario.Title())
	}
	for i, step := range scenario.Steps() {
		o.lines[pickle.Steps[i].Id] = i
		o.report.Steps = append(o.report.Steps, report.Step{
			Keyword: step.Keyword, Text: step.Text, Line: step.Line, Verdict: report.Skipped,
		})
	}
	return nil
}

// recorder hears of the exchanges of this scenario, and of those that come after its end.
func (o *observer) recorder() func(journal.Entry) {
	id := o.id
	return func(e journal.Entry) {
		if gap := e.Missing(); gap != "" {
			o.missed(id, gap)
		}
		if o.heard != nil {
			o.heard(id, e)
		}
	}
}

func (o *observer) step(step *godog.Step, status godog.StepResultStatus, err error) {
	i, ok := o.lines[step.Id]
	if !ok {
		return
	}
	o.report.Steps[i].Took = time.Since(o.stepBegan)
	if m := misuse(""); errors.As(err, &m) {
		err = m
	}
	var unsendable *delivery.Unsendable
	switch {
	case status == godog.StepPassed:
		o.report.Steps[i].Verdict = report.Pass
	case errors.As(err, &unsendable): // that says nothing of the receiver
		o.report.Steps[i].Verdict, o.report.Reason = report.NotRun, err.Error()
		o.misused(fmt.Errorf("%s:%d: %w", o.report.File, o.report.Steps[i].Line, err))
	case errors.Is(err, godog.ErrSkip):
		o.report.Steps[i].Verdict = report.NotRun
	case err != nil && o.broken():
		o.report.Steps[i].Verdict = report.NotRun
		o.report.Reason = interrupted
	case err != nil:
		o.report.Steps[i].Verdict = report.Fail
		o.err = err
	}
}

// end settles the verdict. Why is what went wrong around the steps.
func (o *observer) end(w *World, why error) {
	if o.report.File == "" {
		return // begin has failed; the runner misses the scenario and says so
	}
	o.report.Took = time.Since(o.began)
	if w.platform != nil {
		o.report.Platform = w.platform.Name
	}
	if o.broken() {
		why = nil
	}
	also := why // beside what a step says
	if o.err == nil {
		o.err, also = why, nil
	}
	o.report.Reason = cmp.Or(o.report.Reason, w.notRun)
	o.report.Consequences, o.report.Sent, o.report.Unsent = w.drawn(), w.reached(), w.unsent()
	o.report.Entries, o.report.Dropped = w.timeline()
	switch {
	case o.err != nil:
		o.report.Demanded = w.demanded
		o.report.Verdict, o.report.Failure, o.report.Reason = report.Fail, failureOf(w, o.err), ""
		if also != nil {
			o.report.Failure.Message += "; " + also.Error()
		}
	case o.report.Reason != "":
		o.report.Verdict = report.NotRun
	default:
		o.report.Verdict = report.Pass
		for _, step := range o.report.Steps {
			if step.Verdict != report.Pass { // no pass without all its steps
				o.report.Verdict = report.Fail
				o.report.Failure = &report.Failure{Message: "the step " + step.Text + " did not run"}
			}
		}
	}
	o.lines = nil // what godog tells of the rest of its steps is too late
	o.done(o.report)
}

func failureOf(w *World, err error) *report.Failure {
	f := &report.Failure{Message: err.Error(), Entries: w.sent}
	var m *expect.Mismatch
	if errors.As(err, &m) {
		f.Message, f.Want, f.Got = m.Message, m.Want, m.Got
		if len(m.Entries) > 0 {
			f.Entries = m.Entries
		}
	}
	f.Message += w.misspelt()
	f.Entries = append(slices.Clip(f.Entries), w.served(f.Entries)...)
	f.Output = w.output()
	return f
}
