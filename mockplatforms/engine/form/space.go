package form

import (
	"bytes"
	"errors"
	"slices"
	"strings"
)

// spaceForms are about the white space between tokens, and around them all.
func spaceForms() []Form {
	return []Form{{
		Name: "compact", Expect: Same,
		Doc:   "no white space between the tokens",
		Apply: inside(func(text string) (string, error) { return rewriter{gap: bare}.write(text), nil }),
	}, {
		Name: "indented", Expect: Same,
		Doc:   "one line for each member, indented by four spaces",
		Apply: inside(indented("\n", "    ")),
	}, {
		Name: "CRLF and tabs", Expect: Same,
		Doc:   "one line for each member, indented by tabs, and all lines end in CRLF",
		Apply: inside(indented("\r\n", "\t")),
	}, {
		Name: "final newline", Expect: Same,
		Doc: "a newline ends the body",
		Apply: whole(func(body []byte) []byte {
			return append(bytes.TrimSuffix(body, []byte("\n")), '\n')
		}),
	}, {
		Name: "white space around", Expect: Same,
		Doc:   "space, tab, carriage return and newline stand before the body and behind it",
		Apply: whole(func(body []byte) []byte { return slices.Concat([]byte("\r\n\t "), body, []byte(" \t\r\n")) }),
	}}
}

// bare is a gap without its white space.
func bare(gap string, _ int) string { return strings.Join(strings.Fields(gap), "") }

// indented gives each member a line of its own.
func indented(newline, indent string) func(string) (string, error) {
	return func(text string) (string, error) {
		lines := 0
		gap := func(gap string, depth int) string {
			switch gap = bare(gap, depth); gap {
			case ":":
				return ": "
			case "{", "[", ",":
				lines++
				return gap + newline + strings.Repeat(indent, depth)
			case "}", "]":
				return newline + strings.Repeat(indent, depth-1) + gap
			}
			return gap // what is empty stays in its line
		}
		text = rewriter{gap: gap}.write(text)
		if lines == 0 {
			return "", errors.New("the payload is neither an object nor a list with something in it")
		}
		return text, nil
	}
}
