package main

import (
	"fmt"
	"strings"

	"github.com/hookdrill/hookdrill/steps/report"
)

// listed is a line for each selected scenario.
func listed(p *plan) string {
	var b strings.Builder
	for _, f := range p.features {
		for _, s := range f.Scenarios {
			fmt.Fprintf(&b, "%s  %s\n", report.Visible(s.ID), report.Visible(s.Title()))
		}
	}
	return b.String()
}

// dry is what would run, with every step.
func dry(p *plan) string {
	var b strings.Builder
	count := 0
	for _, f := range p.features {
		fmt.Fprintf(&b, "%s  %s\n", report.Visible(f.Name), report.Visible(f.Path))
		for _, s := range f.Scenarios {
			fmt.Fprintf(&b, "  %s  %s\n", report.Visible(s.Title()), report.Visible(s.ID))
			list := s.Steps()
			for _, step := range list {
				fmt.Fprintf(&b, "    %s %s\n", step.Keyword, report.Visible(step.Text))
			}
			count += len(list)
		}
		b.WriteString("\n")
	}
	fmt.Fprintf(&b, "%d scenarios, %d steps: each is a step of the language, and all that they name is there\n", p.total, count)
	return b.String()
}
