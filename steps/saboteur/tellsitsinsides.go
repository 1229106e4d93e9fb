package saboteur

import (
	"io"
	"net/http"
	"strconv"
	"strings"
)

var tellsItsInsides = Saboteur{
	Name:    "tells-its-insides",
	Doc:     "puts a stack trace into the body of every refusal",
	Catches: []string{"conformance/abuse.feature: An error answer does not show the receiver's insides"},
	New: answers(func(a *http.Response) {
		if a.StatusCode >= 400 {
			trace := "SyntaxError: Unexpected token\n    at JSON.parse (<anonymous>)\n    at /srv/app/node_modules/body-parser/lib/types/json.js:92:19\n"
			a.Body, a.ContentLength = io.NopCloser(strings.NewReader(trace)), int64(len(trace))
			a.Header.Set("Content-Length", strconv.Itoa(len(trace)))
		}
	}),
}
