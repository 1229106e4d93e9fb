package report

import (
	"fmt"
	"io"
)

// defaultWidth is that of lines that go to no terminal.
const defaultWidth = 80

// progress writes a character a scenario, and the failures at the end.
type progress struct {
	Options
	column int
}

var _ Printer = (*progress)(nil)

func newProgress(o Options) Printer {
	if o.Width <= 0 {
		o.Width = defaultWidth
	}
	return &progress{Options: o}
}

func (p *progress) Scenario(s Scenario) error {
	mark := p.paint(yellow, "-")
	switch s.Verdict {
	case Pass:
		mark = p.paint(green, ".")
	case Fail, UnexpectedPass:
		mark = p.paint(grave(s), "F")
	case Flaky:
		mark = p.paint(yellow, "~")
	}
	if p.column == p.Width {
		mark, p.column = "\n"+mark, 0
	}
	p.column++
	_, err := io.WriteString(p.Out, mark)
	return err
}

func (p *progress) End(run Run, tally *Tally) error {
	var list []string
	if p.column > 0 {
		list = append(list, "", "")
	}
	for i, s := range tally.Failures() {
		list = append(list, p.failed(fmt.Sprintf("%d) ", i+1), s))
		list = append(append(list, indent("   ", Evidence(p.Options, s))...), "")
	}
	return p.write(append(list, p.summary(run, tally)...))
}
