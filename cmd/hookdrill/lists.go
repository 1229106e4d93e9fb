package main

import (
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/saboteur"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

func listEvents(o listOptions) (*listing, error) {
	type event struct {
		Platform string   `json:"platform"`
		Event    string   `json:"event"`
		Scopes   []string `json:"scopes"` // wildcards that cover it
		Evidence string   `json:"evidence"`
		Source   string   `json:"source"`
		Date     string   `json:"date,omitempty"`
		Fixture  string   `json:"fixture"`
	}
	opened, err := o.prepared()
	if err != nil {
		return nil, err
	}
	l := &listing{head: []string{"PLATFORM", "EVENT", "EVIDENCE", "SOURCE"}}
	found := []event{}
	for _, p := range opened.Platforms {
		for _, name := range opened.Fixtures.Events(p.Name) {
			m, err := opened.Fixtures.Event(p.Name, name)
			if err != nil {
				return nil, err
			}
			found = append(found, event{p.Name, name, append([]string{}, m.Meta.Scopes...), m.Meta.Evidence, m.Meta.Source, m.Meta.Date, m.Name})
			l.rows = append(l.rows, []string{p.Name, name, m.Meta.Evidence, m.Meta.Source})
		}
	}
	l.json = found
	return l, nil
}

func listFeatures(o listOptions) (*listing, error) {
	type file struct {
		File      string   `json:"file"`
		Name      string   `json:"name"`
		Scenarios int      `json:"scenarios"`
		Platforms []string `json:"platforms"`
	}
	opened, err := o.prepared()
	if err != nil {
		return nil, err
	}
	sources, err := builtin(builtinFolder)
	if err != nil {
		return nil, err
	}
	selected, err := steps.Select(sources, steps.Selection{Keep: onPlatform(opened.Platforms), Kept: "the platform"})
	if err != nil {
		return nil, err
	}
	l := &listing{head: []string{"FILE", "SCENARIOS", "PLATFORM", "FEATURE"}}
	found := []file{}
	for _, f := range selected {
		one := file{f.Path, f.Name, len(f.Scenarios), []string{}}
		for _, s := range f.Scenarios {
			p, err := steps.PlatformOf(s, all.Platforms())
			if err == nil && p != nil && !slices.Contains(one.Platforms, p.Name) {
				one.Platforms = append(one.Platforms, p.Name)
			}
		}
		found = append(found, one)
		l.rows = append(l.rows, []string{one.File, strconv.Itoa(one.Scenarios), strings.Join(one.Platforms, ", "), one.Name})
	}
	l.json = found
	return l, nil
}

// named is a row of a list that has nothing but names and docs.
type named struct {
	Name string `json:"name"`
	Doc  string `json:"doc"`
}

func listFormats(listOptions) (*listing, error) {
	l, found := &listing{head: []string{"FORMAT", "WHAT IT IS"}}, []named{}
	for _, f := range report.Formats() {
		found = append(found, named{f.Name, f.Doc})
		l.rows = append(l.rows, []string{f.Name, f.Doc})
	}
	l.json = found
	return l, nil
}

func listBugs(listOptions) (*listing, error) {
	type bug struct {
		named
		Catches []string `json:"catches"` // the scenarios that fail with it
	}
	l, found := &listing{head: []string{"BUG", "WHAT GOES WRONG"}}, []bug{}
	for _, b := range samplereceiver.Bugs() {
		found = append(found, bug{named{b.Name, b.Doc}, append([]string{}, b.Catches...)})
		l.rows = append(l.rows, []string{b.Name, b.Doc})
	}
	l.json = found
	return l, nil
}

func listSaboteurs(listOptions) (*listing, error) {
	type bad struct {
		named
		Catches []string `json:"catches"` // the built-in scenarios that are there to catch it
	}
	l, found := &listing{head: []string{"SABOTEUR", "WHAT IT DOES"}}, []bad{}
	for _, s := range saboteur.All() {
		found = append(found, bad{named{s.Name, s.Doc}, s.Catches})
		l.rows = append(l.rows, []string{s.Name, s.Doc})
	}
	l.json = found
	return l, nil
}

func listSteps(listOptions) (*listing, error) {
	type step struct {
		Kind    string   `json:"kind"`
		Pattern string   `json:"pattern"`
		Example string   `json:"example"`
		Doc     string   `json:"doc"`
		Needs   []string `json:"needs"`
	}
	l, found := &listing{head: []string{"KIND", "EXAMPLE", "PATTERN"}}, []step{}
	for _, s := range steps.Vocabulary() {
		found = append(found, step{s.Kind, s.Pattern, s.Example, s.Doc, append([]string{}, needs(s.Needs)...)})
		l.rows = append(l.rows, []string{s.Kind, s.Example, s.Pattern})
	}
	l.json = found
	return l, nil
}

func listFixtures(o listOptions) (*listing, error) {
	type fixture struct {
		Name     string `json:"name"`
		Platform string `json:"platform"`
		Kind     string `json:"kind"`
		Event    string `json:"event,omitempty"`
		Evidence string `json:"evidence"`
		Source   string `json:"source"`
	}
	opened, err := o.prepared()
	if err != nil {
		return nil, err
	}
	l, found := &listing{head: []string{"FIXTURE", "EVENT", "EVIDENCE"}}, []fixture{}
	for _, p := range opened.Platforms {
		for _, m := range opened.Fixtures.List(p.Name, ".http") {
			kind := strings.TrimPrefix(path.Ext(strings.TrimSuffix(m.Name, ".http")), ".")
			found = append(found, fixture{m.Name, p.Name, kind, m.Meta.Event, m.Meta.Evidence, m.Meta.Source})
			l.rows = append(l.rows, []string{m.Name, m.Meta.Event, m.Meta.Evidence})
		}
	}
	l.json = found
	return l, nil
}
