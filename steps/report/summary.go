package report

import (
	"fmt"
	"strings"
)

// summary is how the reports for people end: counts, what was not run and why, where the run was lax, and how to run the
// failures again.
func (o Options) summary(run Run, tally *Tally) []string {
	c := tally.Counts
	parts := o.counted(c)
	if missing := o.Total - tally.Scenarios; missing > 0 {
		parts = append(parts, o.paint(yellow, fmt.Sprintf("%d never begun", missing)))
	}
	total := max(o.Total, tally.Scenarios)
	list := []string{fmt.Sprintf("%s: %s, in %s", plural(total, "scenario"), strings.Join(parts, ", "), took(run.Took))}
	if run.Broken != "" {
		first, rest, _ := strings.Cut(run.Broken, "\n")
		list = append(list, o.paint(red, "the run ended early: "+o.line(first)))
		for _, line := range strings.FieldsFunc(rest, func(r rune) bool { return r == '\n' }) {
			list = append(list, "  "+o.line(line))
		}
	}
	for _, r := range tally.reasons() {
		list = append(list, fmt.Sprintf("not run (%d): %s", r.times, o.reason(r.text)))
	}
	for _, c := range tally.Uncovered(run) {
		gaps := o.gaps(c)
		list = append(append(list, gaps[:len(gaps)-1]...), o.paint(red, fmt.Sprintf("%s, less than --min-coverage %g", gaps[len(gaps)-1], run.MinCoverage)))
	}
	for _, notice := range run.Notices {
		list = append(list, "notice: "+o.line(notice))
	}
	if run.Seed != "" {
		list = append(list, "seed: "+o.line(run.Seed))
	}
	if run.Rerun != "" && c.Failed+c.Tolerated > 0 {
		again := o.line(run.Rerun)
		if list = append(list, "run the failed scenarios again: "+again); strings.Contains(again, hidden) {
			list = append(list, putBack)
		}
	}
	return list
}

func (o Options) reason(reason string) string {
	if reason == "" {
		return "no reason given"
	}
	return o.line(reason)
}

// write prints lines at once, so that what others print cannot stand between them.
func (o Options) write(lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	_, err := o.Out.Write([]byte(strings.Join(lines, "\n") + "\n"))
	return err
}

// counted are the verdicts that there were, with how many of each.
func (o Options) counted(c Counts) []string {
	parts := []string{o.paint(green, fmt.Sprintf("%d passed", c.Passed))}
	if c.Failed > 0 {
		parts = append(parts, o.paint(red, fmt.Sprintf("%d failed", c.Failed)))
	}
	if c.Tolerated > 0 {
		parts = append(parts, o.paint(yellow, fmt.Sprintf("%d failed below @must (--strict counts them)", c.Tolerated)))
	}
	if c.Flaky > 0 {
		parts = append(parts, o.paint(yellow, fmt.Sprintf("%d flaky", c.Flaky)))
	}
	if c.Known > 0 {
		parts = append(parts, o.paint(yellow, plural(c.Known, "known failure")))
	}
	if c.NotRun > 0 {
		parts = append(parts, o.paint(yellow, fmt.Sprintf("%d not run", c.NotRun)))
	}
	return parts
}
