package steps

import (
	"fmt"
	"slices"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
)

// What may stand below a step. The Gherkin parser takes time by the square of a doc string's lines, and a payload in which values
// are set one after the other by the square of their number.
const (
	mostRows  = 1000
	mostLines = 10_000
	mostBelow = 1 << 20 // bytes, of either
)

// amount is how much stands below a step. The zero value is outside of it.
type amount struct {
	of          gherkin.RuleType // a table or a doc string
	lines, size int
	full        bool // it is too much, and that has been said
}

// add counts a line, and says whether it fits. The error is that of the first that does not.
func (a *amount) add(t *gherkin.Token) (fits bool, err error) {
	what, most, lines := "table", mostRows, "rows"
	switch {
	case a.of == gherkin.RuleTypeDocString && t.Type == gherkin.TokenTypeOther:
		what, most, lines = "doc string", mostLines, "lines"
	case a.of != gherkin.RuleTypeDataTable || t.Type != gherkin.TokenTypeTableRow:
		return true, nil
	}
	if a.full {
		return false, nil
	}
	a.lines++
	a.size += len(t.Text)
	for _, cell := range t.Items {
		a.size += len(cell.Text)
	}
	switch {
	case a.lines > most:
		err = fmt.Errorf("(%d:%d): the %s has more than %d %s, the most that may stand below a step", t.Location.Line, t.Location.Column, what, most, lines)
	case a.size > mostBelow:
		err = fmt.Errorf("(%d:%d): the %s has more than %d MiB, the most that may stand below a step", t.Location.Line, t.Location.Column, what, mostBelow>>20)
	}
	a.full = err != nil
	return !a.full, err
}

// places is how often each column of an outline stands in one of its texts.
type places struct {
	size  int // of the text
	times []int
}

// placesOf are those of the outline's name and of its steps.
func placesOf(w *written) (list []places) {
	texts := [][]string{{w.name}}
	for _, step := range w.steps {
		if !step.background {
			texts = append(texts, append(textsOf(step.Argument), step.Text))
		}
	}
	for _, parts := range texts {
		p := places{times: make([]int, len(w.columns))}
		for _, text := range parts {
			p.size += len(text)
			for i, column := range w.columns {
				p.times[i] += strings.Count(text, "<"+column+">")
			}
		}
		list = append(list, p)
	}
	return list
}

// overflows says whether a text gets longer than may stand below a step, once the cells of a row are in the place of the columns. They
// are filled in one after the other, so what a cell holds of a column that comes later is filled in as well.
func (p places) overflows(columns, cells []string) bool {
	size, times := p.size, slices.Clone(p.times)
	for i, column := range columns {
		name := "<" + column + ">"
		size += times[i] * (len(cells[i]) - len(name))
		if size > mostBelow {
			return true
		}
		for later := i + 1; later < len(columns) && times[i] > 0; later++ {
			times[later] += times[i] * strings.Count(cells[i], "<"+columns[later]+">")
		}
	}
	return false
}
