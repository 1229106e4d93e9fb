package saboteur

import (
	"net/http"
	"regexp"
)

var manglesAccents = Saboteur{
	Name:    "mangles-accents",
	Doc:     "puts a question mark in the place of all that is not ASCII, escaped or not",
	Catches: []string{"conformance/forms.feature: <form>: it has the same effect"},
	New:     requests(func(_ *http.Request, body []byte) []byte { return beyondASCII.ReplaceAll(body, []byte("?")) }),
}

// beyondASCII are characters as they stand, and as escapes, of which a string in a string has more backslashes.
var beyondASCII = regexp.MustCompile(`[^\x00-\x7f]|\\+u(?:00[89a-fA-F]|0[1-9a-fA-F]|[1-9a-fA-F][0-9a-fA-F])[0-9a-fA-F]+`)
