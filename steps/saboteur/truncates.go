package saboteur

import (
	"net/http"
)

var truncates = Saboteur{
	Name:    "truncates",
	Doc:     "passes on half of every body",
	Catches: []string{"conformance/duplicates.feature: It takes effect only once"},
	New:     requests(func(_ *http.Request, body []byte) []byte { return body[:len(body)/2] }),
}
