package form

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// apply is what a form does to a request that is its own. After an error its result is not looked at.
type apply func(mockplatforms.Request) (mockplatforms.Request, error)

// whole changes the body as it is, JSON inside a string or not.
func whole(change func(body []byte) []byte) apply {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if !gjson.ValidBytes(r.Body) {
			return r, errors.New("the body is not JSON")
		}
		r.Body = change(r.Body)
		return r, nil
	}
}

// inside changes the JSON text of the body: where it is a string that holds JSON, the text in that string. White space
// around the string stays. The text is valid JSON.
func inside(change func(text string) (string, error)) apply {
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if !gjson.ValidBytes(r.Body) {
			return r, errors.New("the body is not JSON")
		}
		inner, escaped := fixtures.Unescape(r.Body)
		if depth(inner) > deepest {
			return r, fmt.Errorf("the payload is nested more than %d deep", deepest)
		}
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

// deepest is how deep PHP reads. A rewriter's time grows with the square of the depth, and an indented body with it.
const deepest = 512

// depth is how deep objects and lists stand in each other in JSON text.
func depth(text []byte) (most int) {
	open, quoted := 0, false
	for i := 0; i < len(text); i++ {
		switch c := text[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			open++
			most = max(most, open)
		case c == '}' || c == ']':
			open--
		}
	}
	return most
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
