// Package form is the encoding matrix: one payload in many byte forms, all of the same event. Each is a value with a
// name. A form is applied to a request before the platform signs it, so that the signature fits the bytes that go out,
// and a receiver that fails has failed on the form. A form knows neither the platform, the engine nor the receiver.
//
// A form that would change nothing is a test that cannot fail. So a form that finds nothing in a payload to be written
// its way is an error, which says what the payload lacks. A payload that is written that way already is none.
//
// Where a body is one JSON string that holds JSON, forms of the JSON are forms of what is inside, escaped
// again with as few escapes as JSON allows; forms of the body as a whole (white space around, BOM, gzip …) are not.
package form

import (
	"bytes"
	"errors"
	"fmt"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Form is one way to write a callback's body down.
type Form struct {
	Name   string // as scenarios call it: "raw UTF-8", "key order reversed"
	Doc    string // what it does, in a sentence
	Expect Expect // what a correct receiver does with it
	// Point is the kind of value that it is about: a receiver that takes it keeps texts (gjson.String) to their last character, or
	// numbers (gjson.Number) to their last digit. Zero is none.
	Point gjson.Type
	// Apply writes a request in this form. The error says why there is no such request: what the payload lacks.
	Apply func(mockplatforms.Request) (mockplatforms.Request, error)
}

// Expect is what a correct receiver does with a form.
type Expect string

const (
	// Same is for the same JSON value, said otherwise: it is acknowledged, and takes the same effect.
	Same Expect = "same effect"
	// Either is for what is legal on the wire, but no receiver has to take: it may not be lost in silence.
	Either Expect = "refused or same effect"
	// Refused is for what is no JSON to any parser that people use: it may have no effect, and is not answered with 5xx.
	Refused Expect = "no effect"
)

// Condition is what a form makes of a callback.
func (f Form) Condition() mockplatforms.Condition {
	return map[Expect]mockplatforms.Condition{
		Same: mockplatforms.OtherForm, Either: mockplatforms.OddForm, Refused: mockplatforms.NoJSON,
	}[f.Expect]
}

// All lists the forms: what has to be taken first, what has to be refused last. What they give shares no memory with
// what they were given: fixtures and hooks lend their bytes to requests.
func All() []Form {
	list := slices.Concat(
		spaceForms(), textForms(), escapeForms(), separatorForms(), structureForms(), numberForms(), headerForms(),
		envelopeForms(), textBrokenForms(), structureBrokenForms(),
	)
	order := []Expect{Same, Either, Refused}
	slices.SortStableFunc(list, func(a, b Form) int { return slices.Index(order, a.Expect) - slices.Index(order, b.Expect) })
	for i := range list {
		list[i].Apply = owning(list[i].Apply)
	}
	return list
}

// owning applies a form to a request of its own. All forms are of a body, so there has to be one.
func owning(apply func(mockplatforms.Request) (mockplatforms.Request, error)) func(mockplatforms.Request) (mockplatforms.Request, error) {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if len(r.Body) == 0 {
			return r, errors.New("the callback has no body")
		}
		own := r
		own.Header, own.Body = slices.Clone(r.Header), bytes.Clone(r.Body)
		changed, err := apply(own)
		if err != nil {
			return r, err
		}
		return changed, nil
	}
}

// Find gives the form of a name. The error of an unknown one carries the nearest.
func Find(name string) (Form, error) {
	var names []string
	for _, f := range All() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Form{}, fmt.Errorf("no form %q%s (`hookdrill list forms` lists them all)", name, fixtures.Hint(name, names))
}
