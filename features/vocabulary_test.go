package features_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
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
			for _, step := range scenario.Steps() {
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

// TestFormTables: each form stands in the outlines that ask for what a correct receiver does with it, on every platform
// whose payload can be written so, and no form in those that ask for something else.
func TestFormTables(t *testing.T) {
	outlines := map[form.Expect][]string{
		form.Same:    {"<form>: it is acknowledged", "<form>: it has the same effect"},
		form.Either:  {"<form>: it answers and lives on", "<form>: it is refused, or has the same effect"},
		form.Refused: {"<form>: it answers and lives on", "<form>: it has no effect"},
	}
	selected, err := steps.Select(sources(t), steps.Selection{Tags: "not @sockets"})
	if err != nil {
		t.Fatal(err)
	}
	rows := map[string]bool{} // "outline: platform: form"
	for _, f := range selected {
		for _, s := range f.Scenarios {
			if cells := strings.Split(s.Row, ", "); f.Path == "features/conformance/forms.feature" && len(cells) == 4 {
				rows[s.Outline+": "+cells[0]+": "+cells[3]] = true
			}
		}
	}
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all.Platforms() {
		m, err := set.Load(p.Name + "/forms/customer.callback.http")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range form.All() {
			_, cannot := f.Apply(mockplatforms.Request{Method: "POST", Header: m.Header, Body: m.Body})
			for _, outline := range outlines[f.Expect] {
				name := outline + ": " + p.Title + ": " + f.Name
				if rows[name] != (cannot == nil) {
					t.Errorf("%s: stands there %v; the form fits the payload: %v", name, rows[name], cannot)
				}
				delete(rows, name)
			}
		}
	}
	for name := range rows {
		t.Errorf("%s: there is no such form, or another outcome is expected of it", name)
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
