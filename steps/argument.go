package steps

import (
	"fmt"
	"reflect"

	"github.com/cucumber/godog"
)

// What can stand below a step.
const (
	nothing   = "nothing"
	table     = "a table"
	docString = "a doc string"
)

// argumentOf names what stands below a step.
func argumentOf(step *godog.Step) string {
	switch {
	case step.Argument == nil:
		return nothing
	case step.Argument.DataTable != nil:
		return table
	}
	return docString
}

// takes is what the step's method wants below it.
func (s Step) takes() string {
	method := reflect.TypeOf(s.Do(&World{}))
	for i := range method.NumIn() {
		switch method.In(i) {
		case reflect.TypeFor[*godog.Table]():
			return table
		case reflect.TypeFor[*godog.DocString]():
			return docString
		}
	}
	return nothing
}

// checkArgument refuses what godog would drop without a word: a table below a step that does not read it.
func (s Step) checkArgument(text, has string) error {
	if wants := s.takes(); wants != has {
		return misuse(fmt.Sprintf("below the step %s stands %s; it takes %s", text, has, wants))
	}
	return nil
}

// misuse is the error of a scenario that is written wrongly, found in a hook: godog puts words of its own around it.
type misuse string

func (m misuse) Error() string { return string(m) }
