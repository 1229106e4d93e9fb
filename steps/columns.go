package steps

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Gherkin leaves what is not a column of an Examples table as it is written: a misspelt <evnet> would be sent to the receiver.

// columnPattern finds what may be meant as a column.
var columnPattern = regexp.MustCompile(`<([^<>"]+)>`)

// columns refuses what looks like a column of an Examples table and is not.
func (f *sourceFile) columns() error {
	var broken []error
	seen := map[string]bool{}
	var last *written
	for _, s := range f.scenarios {
		if s.source == last { // rows of one table
			continue
		}
		last = s.source
		for _, step := range last.steps {
			if why := last.unfilled(step); why != "" && !seen[idOf(f.path, step.Line)] {
				seen[idOf(f.path, step.Line)] = true
				broken = append(broken, fmt.Errorf("%s:%d: %s", f.path, step.Line, why))
			}
		}
	}
	return errors.Join(broken...)
}

// unfilled says what in a step is nothing that could be filled in, "" if all is well.
func (w *written) unfilled(step writtenStep) string {
	for _, name := range namesIn(step.Text) {
		switch known := slices.Contains(w.columns, name); {
		case step.background && (known || isName(name, step.Text)):
			return fmt.Sprintf("<%s> stands for nothing in a Background: columns are filled in only in the steps of an outline", name)
		case !step.background && !known && (isName(name, step.Text) || w.slipOf(name)):
			return w.noColumn(name)
		}
	}
	if step.background {
		return ""
	}
	for _, text := range textsOf(step.Argument) { // a payload: <b> may well be meant
		for _, name := range namesIn(text) {
			whole := step.Argument.DataTable != nil && text == "<"+name+">" && len(w.columns) > 0 && isName(name, text) // as no markup is
			if !slices.Contains(w.columns, name) && (w.slipOf(name) || whole) && !strings.Contains(text, "</"+name+">") {
				return w.noColumn(name)
			}
		}
	}
	return ""
}

func (w *written) noColumn(name string) string {
	if len(w.columns) == 0 {
		return fmt.Sprintf("<%s> stands for nothing: the scenario has no Examples table", name)
	}
	return fmt.Sprintf("<%s> is not a column of its Examples%s (there are %s)", name, fixtures.Hint(name, w.columns), strings.Join(w.columns, ", "))
}

// slipOf says whether a name is a column but for a letter, its case or blanks around it.
func (w *written) slipOf(name string) bool {
	bare := strings.ToLower(strings.TrimSpace(name))
	return slices.ContainsFunc(w.columns, func(column string) bool {
		column = strings.ToLower(column)
		short := min(len(bare), len(column))
		return bare == column || (short > 2 || short == 2 && len(bare) != len(column)) && oneSlip(bare, column)
	})
}

// isName tells a column from markup, and from two signs of comparison.
func isName(name, text string) bool {
	return strings.TrimSpace(name) == name && !strings.ContainsAny(name, "=/!?") && !strings.Contains(text, "</"+name+">")
}

func namesIn(text string) (names []string) {
	for _, found := range columnPattern.FindAllStringSubmatch(text, -1) {
		names = append(names, found[1])
	}
	return names
}
