package steps

import (
	"slices"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/steps/report"
)

const levelled = `@cratejoy @should
Feature: Levels

  Scenario: it takes that of its feature
    Given a Cratejoy store

  @must
  Scenario: its own is nearer
    Given a Cratejoy store

  @may
  Scenario Outline: that of its rows is nearest
    Given a <platform> store

    Examples:
      | platform |
      | Cratejoy |

    @must
    Examples:
      | platform   |
      | Oliver POS |
`

func TestLevels(t *testing.T) {
	selected, err := Select([]Source{{"levels.feature", []byte(levelled)}}, Selection{})
	if err != nil {
		t.Fatal(err)
	}
	var levels []report.Level
	for _, s := range selected[0].Scenarios {
		levels = append(levels, levelOf(s.Tags))
	}
	if want := []report.Level{"should", "must", "may", "must"}; !slices.Equal(levels, want) {
		t.Errorf("the levels are %q, not %q", levels, want)
	}
	if levelOf([]string{"@cratejoy"}) != report.Must {
		t.Error("a scenario without a level is no must")
	}
	for tag, lines := range map[string][]int{"@should": {4}, "@must": {8, 22}, "@may": {17}} {
		selected, err := Select([]Source{{"levels.feature", []byte(levelled)}}, Selection{Tags: tag})
		if err != nil {
			t.Fatal(err)
		}
		var got []int
		for _, s := range selected[0].Scenarios {
			got = append(got, s.Line)
		}
		if !slices.Equal(got, lines) {
			t.Errorf("--tags %s selects the lines %d, not %d", tag, got, lines)
		}
	}
}

// TestSettle: what a scenario did is not yet what it means for the run.
func TestSettle(t *testing.T) {
	known := map[string]string{"a.feature:1": "ticket 7"}
	for _, c := range []struct {
		name      string
		line      int
		tag       string
		verdict   report.Verdict
		strict    bool
		want      report.Verdict
		fails     bool
		tolerated bool
	}{
		{"a failed must", 2, "@must", report.Fail, false, report.Fail, true, false},
		{"a failed should", 2, "@should", report.Fail, false, report.Fail, false, true},
		{"a failed may, strictly", 2, "@may", report.Fail, true, report.Fail, true, false},
		{"a should that passed", 2, "@should", report.Pass, false, report.Pass, false, false},
		{"a known failure", 1, "@must", report.Fail, true, report.KnownFailure, false, false},
		{"a known failure that passed", 1, "@may", report.Pass, false, report.UnexpectedPass, true, false},
		{"a known failure that was not run", 1, "@must", report.NotRun, false, report.NotRun, false, false},
	} {
		s := RunOptions{Strict: c.strict, Known: known}.settle(report.Scenario{File: "a.feature", Line: c.line, Tags: []string{c.tag}, Verdict: c.verdict})
		if s.Verdict != c.want || s.Fails() != c.fails || s.Tolerated != c.tolerated {
			t.Errorf("%s: %s, fails the run: %t, tolerated: %t", c.name, s.Verdict, s.Fails(), s.Tolerated)
		}
	}
}

func TestMatchKnown(t *testing.T) {
	sources := []Source{{"my/levels.feature", []byte(levelled)}}
	elsewhere := func(path string) bool { return path == "features/cratejoy/events.feature" }
	twice := []KnownFailure{{"my/levels.feature:8", "because", "y.yaml:3"}, {"my/levels.feature: its own is nearer", "because", "y.yaml:5"}}
	if _, err := MatchKnown(twice, sources, elsewhere); err == nil || !strings.Contains(err.Error(), "y.yaml:5: known failure") {
		t.Errorf("one that is listed twice: %v", err)
	}
	for _, c := range []struct {
		scenario string
		lines    string // that it means
		err      string
	}{
		{"my/levels.feature:8", "8", ""},
		{"my/levels.feature:17:22", "17 22", ""},
		{"my/levels.feature: its own is nearer", "8", ""},
		{"my/levels.feature: that of its rows is nearest", "17 22", ""},
		{"my/levels.feature: that of its rows is nearest [Cratejoy]", "17", ""},
		{"features/cratejoy/events.feature:7", "", ""},
		{"my/levels.feature:9", "", `y.yaml:3: known failure "my/levels.feature:9": no scenario is that`},
		{"my/levels.feature: its own is nearr", "", `did you mean "its own is nearer"?`},
		{"my/level.feature:8", "", "there is no such file"},
		{"my/levels.feature", "", `write "FILE:LINE"`},
		{"my/levels.feature:0", "", "not a line number"},
	} {
		got, err := MatchKnown([]KnownFailure{{c.scenario, "because", "y.yaml:3"}}, sources, elsewhere)
		var lines []string
		for _, line := range []string{"4", "8", "17", "22"} {
			if got["my/levels.feature:"+line] == "because" {
				lines = append(lines, line)
			}
		}
		if strings.Join(lines, " ") != c.lines {
			t.Errorf("%q means the lines %q, not %q", c.scenario, lines, c.lines)
		}
		if (err != nil) != (c.err != "") || err != nil && !strings.Contains(err.Error(), c.err) {
			t.Errorf("%q: the error is %v", c.scenario, err)
		}
	}
}
