package report

import (
	"fmt"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Format is a way to write a run down.
type Format struct {
	Name string
	Doc  string
	New  func(Options) Printer
	Live bool // it is written in its place as the run goes; the others appear when they are whole
}

// Formats are all the formats there are.
func Formats() []Format {
	return []Format{
		{"pretty", "for people: a line a scenario, each failure with its evidence, a summary", newPretty, false},
		{"progress", "for logs: a character a scenario, then the failures with their evidence, a summary", newProgress, false},
		{"html", "one page for a browser: every scenario with its timeline, messages and evidence", newHTML, false},
		{"junit", "JUnit XML, as GitHub, GitLab and Jenkins read it", newJUnit, false},
		{"coverage", "a table for each platform: what of its catalogue was delivered, acknowledged, duplicated, forged …", newCoverage, false},
		{"events", "a line of JSON for each thing that happens, written as it does; `hookdrill report` makes any other format of it", newStream, true},
		{"markdown", "a summary for a pull request: counts, coverage, failures that can be opened", newMarkdown, false},
		{"messages", "Cucumber messages, as @cucumber/html-formatter reads them", newCucumber, false},
		{"ctrf", "Common Test Report Format, JSON", newCTRF, false},
		{"har", "HTTP Archive 1.2: every exchange of the run", newHAR, false},
		{"json", "one JSON document: the run, its scenarios, and every exchange of a failure in full", newJSON, false},
	}
}

// Find gives a format by its name.
func Find(name string) (Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Format{}, fmt.Errorf("no format %q%s (there are %s)", name, fixtures.Hint(name, names), strings.Join(names, ", "))
}
