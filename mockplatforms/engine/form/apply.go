package form

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// apply is what a form does to a request that is its own. After an error its result is not looked at.
type apply func(mockplatforms.Request) (mockplatforms.Request, error)

// whole changes the body as it is, JSON inside a string or not.
func whole(change func(body []byte) []byte) apply {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if err := readable(r.Body); err != nil {
			return r, err
		}
		r.Body = change(r.Body)
		return r, nil
	}
}

// inside changes the JSON text of the body: where it is a string that holds JSON, the text in that string. White space
// around the string stays. The text is valid JSON.
func inside(change func(text string) (string, error)) apply {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if err := readable(r.Body); err != nil {
			return r, err
		}
		inner, escaped := fixtures.Unescape(r.Body)
		changed, err := change(string(inner))
		if err != nil {
			return r, err
		}
		text := []byte(changed)
		if escaped {
			first, last := bytes.IndexByte(r.Body, '"'), bytes.LastIndexByte(r.Body, '"')+1
			text = slices.Concat(r.Body[:first], quote(text), r.Body[last:])
		}
		r.Body = text
		return r, nil
	}
}

// readable refuses a body that is not JSON, or nested so deep that a rewriter's time, which grows with the square of the
// depth, has no bound.
func readable(body []byte) error {
	switch {
	case fixtures.TooDeep(body):
		return fmt.Errorf("the payload is nested more than %d deep", fixtures.MaxDepth)
	case !fixtures.ValidJSON(body):
		return errors.New("the body is not JSON")
	}
	return nil
}

// contentType says that the body is of a type. No name is no field.
func contentType(name string) apply {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if name == "" {
			return r.WithoutHeader("Content-Type"), nil
		}
		return r.WithHeader("Content-Type", name), nil
	}
}

// then applies one after the other.
func (first apply) then(second apply) apply {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		r, err := first(r)
		if err != nil {
			return r, err
		}
		return second(r)
	}
}

// lacks is the error of a payload in which there is nothing for a form to write otherwise.
func lacks(what string) error { return fmt.Errorf("the payload has no %s", what) }

// quote writes text as a JSON string literal that escapes only what it has to, so that raw UTF-8 inside stays raw.
// fixtures.Escape makes all of it ASCII.
func quote(text []byte) []byte {
	b := append(make([]byte, 0, len(text)+2), '"')
	for _, c := range text {
		switch short := strings.IndexByte(shortEscaped, c); {
		case short >= 0:
			b = append(b, '\\', shortEscapes[short])
		case c < ' ':
			b = fmt.Appendf(b, `\u%04x`, c)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

// The characters that JSON may not hold raw and has a short escape for, and the letters of these escapes.
const (
	shortEscaped = "\b\t\n\f\r\"\\"
	shortEscapes = `btnfr"\`
)
