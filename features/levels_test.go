package features_test

import (
	"slices"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestEveryScenarioHasALevel: which failures fail a run is said by whoever wrote the scenario, not by a default.
func TestEveryScenarioHasALevel(t *testing.T) {
	for _, f := range selection(t, "") {
		for _, s := range f.Scenarios {
			levels := slices.DeleteFunc(slices.Clone(s.Tags), func(tag string) bool { return !slices.Contains(report.Levels(), report.Level(tag[1:])) })
			if len(levels) != 1 {
				t.Errorf("%s has the levels %q", s.ID, levels)
			}
		}
	}
}

// TestContractIsAsked: each clause of each platform's contract is asked for by a scenario that judges by it.
func TestContractIsAsked(t *testing.T) {
	const step = "the receiver answers as the contract allows"
	asks := func(s steps.Scenario) bool {
		return slices.ContainsFunc(s.Steps(), func(each steps.ScenarioStep) bool { return each.Text == step })
	}
	selected, err := steps.Select(sources(t), steps.Selection{Keep: asks})
	if err != nil {
		t.Fatal(err)
	}
	results, err := setup(t, "", true).Run(t.Context(), selected, steps.RunOptions{Parallel: parallel()})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, r := range results {
		for _, sent := range r.Sent {
			seen[r.Platform+" "+string(sent.Condition)] = true
		}
	}
	// What came as it should, and what came again as it should, is asked for in words: the receiver acknowledges it.
	inWords := []mockplatforms.Condition{mockplatforms.Good, mockplatforms.Retried}
	for _, p := range all.Platforms() {
		for _, c := range p.Contract() {
			if !seen[p.Name+" "+string(c.Condition)] && !slices.Contains(inWords, c.Condition) && len(c.Allowed) > 0 {
				t.Errorf("no scenario asks what %s's contract says of the condition %q", p.Title, c.Condition)
			}
		}
	}
}
