package saboteur

import (
	"net/http"
	"strings"
)

var chatty = Saboteur{
	Name:    "chatty",
	Doc:     "puts a header field of 9 KiB into every answer",
	Needs:   Needs{HeaderLimit: true},
	Catches: []string{"bigcommerce/events.feature: It is acknowledged"},
	New:     answers(func(a *http.Response) { a.Header.Set("X-Debug-Trace", strings.Repeat("x", 9<<10)) }),
}
