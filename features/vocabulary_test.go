package features_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
)

// TestEveryPatternIsUsed: a sentence that no feature speaks is not known to work. That each sentence matches exactly
// one pattern is held by CheckSteps.
func TestEveryPatternIsUsed(t *testing.T) {
	selected, err := steps.Select(append(sources(t), ownFeature(t)), steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	if err := steps.CheckSteps(selected); err != nil {
		t.Fatal(err)
	}
	used := map[string]bool{}
	for _, f := range selected {
		for _, scenario := range f.Scenarios {
			for _, step := range scenario.Steps {
				found, err := steps.Resolve(step.Text)
				if err != nil {
					t.Fatal(err)
				}
				used[found.Pattern] = true
			}
		}
	}
	for _, s := range steps.Vocabulary() {
		if !used[s.Pattern] {
			t.Errorf("no built-in feature uses %s", s.Pattern)
		}
	}
}

// TestEventTables: the tables of the events features are the catalogue, no more and no less.
func TestEventTables(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	selected, err := steps.Select(sources(t), steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all.Platforms() {
		rows := map[string]map[string]bool{}
		for _, f := range selected {
			if f.Path != "features/"+p.Name+"/events.feature" {
				continue
			}
			for _, scenario := range f.Scenarios {
				if rows[scenario.Outline] == nil {
					rows[scenario.Outline] = map[string]bool{}
				}
				rows[scenario.Outline][scenario.Row] = true
			}
		}
		if len(rows) != 2 {
			t.Errorf("%s: %d outlines in its events.feature, expected 2", p.Name, len(rows))
		}
		for outline, events := range rows {
			if diff := cmp.Diff(set.Events(p.Name), slices.Sorted(maps.Keys(events))); diff != "" {
				t.Errorf("%s: the table of %q is not the catalogue (-catalogue +table):\n%s", p.Name, outline, diff)
			}
		}
	}
}

// TestTags: a feature is tagged with its folder's platform, which is what --tags @bigcommerce means.
func TestTags(t *testing.T) {
	selected, err := steps.Select(sources(t), steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range selected {
		folder := strings.Split(f.Path, "/")[1]
		for _, s := range f.Scenarios {
			if folder != "conformance" && !slices.Contains(s.Tags, "@"+folder) {
				t.Errorf("%s has no tag @%s", s.ID, folder)
			}
		}
	}
}
