package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/saboteur"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
	"github.com/hookdrill/hookdrill/steps/target"
)

// A suite is proved by receivers that are bad on purpose: it has to notice each. A mutant is one of them.
type mutant struct {
	report.Proof
	needs   saboteur.Needs
	equal   string // why a receiver that is proof against it is none the worse; "": it always is
	bad     func(Setup) (*Setup, error)
	catches []string
}

// Saboteurs are the mutants of any receiver, Bugs those of the sample receiver.
func saboteurs(list []saboteur.Saboteur) (mutants []mutant) {
	for _, s := range list {
		mutants = append(mutants, mutant{
			Proof: report.Proof{Name: s.Name, Kind: "saboteur", Doc: s.Doc}, needs: s.Needs, equal: s.Harmless, catches: s.Catches,
			bad: func(setup Setup) (*Setup, error) {
				setup.Between = s.New
				if s.AnswerTimeout > 0 {
					setup.AnswerTimeout = s.AnswerTimeout
				}
				return &setup, nil
			},
		})
	}
	return mutants
}

func bugs(list []samplereceiver.Bug, with func(bug string) (Receiver, error)) (mutants []mutant) {
	for _, b := range list {
		mutants = append(mutants, mutant{
			Proof: report.Proof{Name: b.Name, Kind: "bug", Doc: b.Doc}, catches: b.Catches,
			bad: func(setup Setup) (*Setup, error) {
				receiver, err := with(b.Name)
				setup.Receiver = receiver
				return &setup, err
			},
		})
	}
	return mutants
}

// ProveOptions say how a suite is proved.
type ProveOptions struct {
	Sources   []Source
	Selection Selection
	Parallel  int
	Only      []string                            // these mutants; none: all
	Begin     func(name string, n, of int)        // hears which mutant is next; optional
	Bug       func(name string) (Receiver, error) // the sample receiver with a bug; nil: the receiver is another one
}

// Prove runs the features against the receiver, and those that pass again against each receiver that is bad on purpose:
// by what stands between it and the platform and, for the sample receiver, by its own bugs. The first scenario that fails
// then has noticed. The error is a suite of which nothing passes, or one that cannot run.
func (s *Setup) Prove(ctx context.Context, o ProveOptions) (*report.Proofs, error) {
	mutants, err := o.mutants()
	if err != nil {
		return nil, err
	}
	p := &prover{setup: s, options: o, passing: map[string]bool{}, failing: map[string]bool{}, unrun: map[string]string{}, proofs: &report.Proofs{}}
	if err := p.baseline(ctx); err != nil {
		return nil, err
	}
	for i, m := range mutants {
		if o.Begin != nil {
			o.Begin(m.Name, i+1, len(mutants))
		}
		proof, err := p.prove(ctx, m)
		if err != nil {
			return p.proofs, fmt.Errorf("%s %s: %w", m.Kind, m.Name, err)
		}
		p.proofs.Add(proof)
	}
	return p.proofs, nil
}

// mutants are those that were asked for.
func (o ProveOptions) mutants() (list []mutant, err error) {
	list = saboteurs(saboteur.All())
	if o.Bug != nil {
		list = append(list, bugs(samplereceiver.Bugs(), o.Bug)...)
	}
	if len(o.Only) == 0 {
		return list, nil
	}
	for _, name := range o.Only {
		if !slices.ContainsFunc(list, func(m mutant) bool { return m.Name == name }) {
			if _, err := saboteur.Find(name); err != nil {
				return nil, err
			}
		}
	}
	return slices.DeleteFunc(list, func(m mutant) bool { return !slices.Contains(o.Only, m.Name) }), nil
}

// CheckMutants refuses names that no saboteur has and, where the sample receiver is the one under test, no bug of it.
func CheckMutants(names []string, sample bool) error {
	o := ProveOptions{Only: names}
	if sample {
		o.Bug = func(string) (Receiver, error) { return Receiver{}, nil }
	}
	_, err := o.mutants()
	return err
}

// prover is a suite while it is proved.
type prover struct {
	setup     *Setup
	options   ProveOptions
	passing   map[string]bool   // scenarios without a saboteur, by ID
	unrun     map[string]string // those that are not run, named likewise, and why
	failing   map[string]bool   // those that fail without one, as the tables of what catches what name them
	platforms []*mockplatforms.Platform
	offers    *target.Target
	proofs    *report.Proofs
}

// baseline finds out which scenarios pass, and what the receiver offers.
func (p *prover) baseline(ctx context.Context) error {
	features, err := Select(p.options.Sources, p.options.Selection)
	if err != nil {
		return err
	}
	ran := map[string]bool{}
	err = p.setup.Play(ctx, features, RunOptions{Parallel: p.options.Parallel, Each: func(r report.Scenario) {
		name := catcher(Scenario{Path: r.File, Name: r.Name, Outline: r.Outline})
		switch r.Verdict {
		case report.Pass:
			p.passing[r.ID()] = true
			p.proofs.Suite++
			ran[name] = true
		case report.NotRun:
			p.proofs.NotRun++
			p.unrun[name] = r.Reason
		default:
			p.proofs.Failing++
			p.failing[name], ran[name] = true, true
		}
	}})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return err
	}
	for name := range ran { // some rows of an outline may not be run, and others are
		delete(p.unrun, name)
	}
	switch {
	case p.proofs.Suite == 0:
		return fmt.Errorf("none of the scenarios (%d) passes with this receiver, so none can notice that it has become worse; run them first", p.proofs.Failing+p.proofs.NotRun)
	case p.proofs.Suite*10 < p.proofs.Failing:
		return fmt.Errorf("%d scenarios fail with this receiver, and only %d pass: mend it first (hookdrill run)", p.proofs.Failing, p.proofs.Suite)
	}
	return p.look(ctx, features)
}

// look opens the receiver once to see what it offers.
func (p *prover) look(ctx context.Context, features []Feature) error {
	for _, f := range features {
		for _, scenario := range f.Scenarios {
			of, err := PlatformOf(scenario, p.setup.Platforms)
			if err == nil && of != nil && p.passing[scenario.ID] && !slices.Contains(p.platforms, of) {
				p.platforms = append(p.platforms, of)
			}
		}
	}
	e, err := engine.New(engine.Options{Platform: p.platforms[0], Fixtures: p.setup.Fixtures, Settings: p.setup.Settings[p.platforms[0].Name]})
	if err != nil {
		return err
	}
	t, err := p.setup.Receiver.Open(ctx, e)
	if err != nil {
		return err
	}
	p.offers = t
	if t.Close != nil {
		err = t.Close()
	}
	return errors.Join(err, e.Close())
}

// cannot says why a mutant could not be any worse than the receiver, or "".
func (p *prover) cannot(needs saboteur.Needs) string {
	does := func(has func(*mockplatforms.Platform) bool) bool { return slices.ContainsFunc(p.platforms, has) }
	switch {
	case needs.Registering && p.offers.Register == nil:
		return "there is no way to make this receiver register (--register)"
	case needs.Lookups && !p.offers.LooksUp:
		return "it is not known that this receiver fetches what a callback names (--looks-up)"
	case needs.Signatures && !does(func(p *mockplatforms.Platform) bool { return p.Sign != nil }):
		return "the platform signs nothing"
	case needs.HeaderLimit && !does(func(p *mockplatforms.Platform) bool { return p.Policy.Limits != mockplatforms.AnswerLimits{} }):
		return "the platform takes any head of an answer"
	case needs.Retries && !does(func(p *mockplatforms.Platform) bool { return len(p.Policy.Retries) > 0 }):
		return "the platform does not try again"
	}
	return ""
}

// elsewhere says that a mutant is about another platform, if all that catches it is.
func (p *prover) elsewhere(catches []string) string {
	var about []string
	for _, c := range catches {
		of, _, _ := strings.Cut(c, "/") // the folder of a feature
		if of == "conformance" || slices.ContainsFunc(p.platforms, func(p *mockplatforms.Platform) bool { return p.Name == of }) {
			return ""
		}
		if !slices.Contains(about, of) {
			about = append(about, of)
		}
	}
	if len(about) == 0 {
		return ""
	}
	return "it is about " + strings.Join(about, " and ") + ", which no scenario is"
}

// prove runs against one mutant what is there to catch it, and then all the rest, until something fails.
func (p *prover) prove(ctx context.Context, m mutant) (report.Proof, error) {
	if m.Reason = cmp.Or(p.cannot(m.needs), p.elsewhere(m.catches)); m.Reason != "" {
		m.Fate = report.NotApplicable
		return m.Proof, nil
	}
	setup := *p.setup // ids are new: a receiver that remembers those of the run before would seem to be worse
	setup.Seed += ", " + m.Name
	bad, err := m.bad(setup)
	if err != nil {
		return m.Proof, err
	}
	meant := func(s Scenario) bool { return slices.Contains(m.catches, catcher(s)) }
	met := 0
	for _, first := range []bool{true, false} {
		killed, ran, err := p.until(ctx, bad, func(s Scenario) bool { return meant(s) == first && canMeet(s, m.needs) })
		m.Ran += ran
		if first {
			met = ran
		}
		if err != nil || killed != nil {
			m.kill(killed)
			return m.Proof, err
		}
	}
	m.Fate, m.Would = report.Survived, slices.DeleteFunc(slices.Clone(m.catches), func(c string) bool { return p.elsewhere([]string{c}) != "" })
	for i, name := range m.Would {
		if why := p.unrun[name]; why != "" {
			m.Would[i] += ", which is not run: " + why
		}
	}
	switch {
	case m.equal != "" && met > 0:
		m.Fate, m.Reason, m.Would = report.NotApplicable, m.equal, nil
	case met == 0 && len(m.Would) > 0 && p.allFail(m.Would):
		m.Fate, m.Reason, m.Would = report.NotApplicable, "this receiver is as bad already (what would notice fails without a saboteur)", nil
	}
	return m.Proof, nil
}

// allFail says of scenarios that they are in the suite, and fail without a saboteur.
func (p *prover) allFail(catchers []string) bool {
	return !slices.ContainsFunc(catchers, func(c string) bool { return !p.failing[c] })
}

func (m *mutant) kill(by *report.Scenario) {
	if by != nil {
		m.Fate, m.By, m.ByName = report.Killed, by.ID(), by.Name
	}
}

// until runs scenarios until one fails.
func (p *prover) until(ctx context.Context, bad *Setup, which func(Scenario) bool) (killed *report.Scenario, ran int, err error) {
	selection := p.options.Selection
	selection.Keep = func(s Scenario) bool { return p.passing[s.ID] && which(s) }
	features, err := Select(p.options.Sources, selection)
	if errors.Is(err, ErrNothingSelected) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	err = bad.Play(ctx, features, RunOptions{FailFast: true, Strict: true, Parallel: p.options.Parallel, Each: func(r report.Scenario) {
		if r.Verdict != report.NotRun {
			ran++
		}
		if r.Verdict == report.Fail && (killed == nil || r.File == killed.File && r.Line < killed.Line) {
			killed = &r
		}
	}})
	if err == nil {
		err = ctx.Err()
	}
	if err != nil {
		return nil, ran, err
	}
	return killed, ran, nil
}

// canMeet says whether a scenario has what a mutant spoils.
func canMeet(s Scenario, needs saboteur.Needs) bool {
	if !needs.Registering {
		return true
	}
	return slices.ContainsFunc(s.Steps(), func(step ScenarioStep) bool {
		found, err := Resolve(step.Text)
		return err == nil && found.Needs&NeedsRegistering != 0
	})
}

// catcher names a scenario as the tables of what catches what do: its file below the folder of all, and its name as it is
// written.
func catcher(s Scenario) string {
	name := s.Outline
	if name == "" {
		name = s.Name
	}
	return strings.TrimPrefix(s.Path, "features/") + ": " + name
}
