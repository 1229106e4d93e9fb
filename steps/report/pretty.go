package report

import (
	"fmt"
	"slices"
)

// pretty writes a line a scenario. Rows of an outline that end alike one after the other are one line, which is held
// back until another scenario ends.
type pretty struct {
	Options
	file string // whose heading stands above
	held Scenario
	rows int // that held stands for; 0: none is held
}

var _ Printer = (*pretty)(nil)

func newPretty(o Options) Printer { return &pretty{Options: o} }

func (p *pretty) Scenario(s Scenario) error {
	if p.rows > 0 && alike(p.held, s) {
		p.rows++
		return nil
	}
	list := p.release()
	if s.File != p.file {
		if p.file != "" {
			list = append(list, "")
		}
		p.file = s.File
		list = append(list, p.paint(bold, p.line(s.Feature))+"  "+visible(s.File))
	}
	mark := "  ✗ "
	switch {
	case s.flaky():
		mark = "  ~ "
	case !s.Failed():
		p.held, p.rows = s, 1
		return p.write(list)
	}
	list = append(list, p.failed(mark, s))
	return p.write(append(append(list, indent("      ", Evidence(p.Options, s))...), ""))
}

// alike says whether two scenarios are rows of one outline that can share a line.
func alike(a, b Scenario) bool {
	return a.Row != "" && b.Row != "" && a.File == b.File && outline(a) == outline(b) && a.Verdict == b.Verdict && a.Reason == b.Reason &&
		!a.Failed() && slices.Equal(a.Consequences, b.Consequences)
}

// outline names what the rows of an outline share.
func outline(s Scenario) string {
	if s.Outline != "" {
		return s.Outline
	}
	return s.Name
}

// release gives the line that is held back.
func (p *pretty) release() []string {
	s, rows := p.held, p.rows
	p.rows = 0
	if rows == 0 {
		return nil
	}
	name := p.title(s)
	if rows > 1 {
		s.Row, s.Name = "", outline(s)
		name = fmt.Sprintf("%s (%d rows)", p.title(s), rows)
	}
	if s.Verdict == Pass {
		return append([]string{p.paint(green, "  ✓ ") + name}, indent("      → ", p.lines(s.Consequences))...)
	}
	return []string{p.paint(yellow, "  – ") + name + p.paint(yellow, fmt.Sprintf(" – %s: %s", s.Verdict, p.reason(s.Reason)))}
}

func (p *pretty) End(run Run, tally *Tally) error {
	list := append(p.release(), "")
	return p.write(append(list, p.summary(run, tally)...))
}
