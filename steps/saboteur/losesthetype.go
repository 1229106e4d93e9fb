package saboteur

import (
	"net/http"
)

var losesTheType = Saboteur{
	Name:    "loses-the-type",
	Doc:     "passes callbacks on as text/plain",
	Catches: []string{"conformance/duplicates.feature: It takes effect only once"},
	New: requests(func(r *http.Request, body []byte) []byte {
		r.Header.Set("Content-Type", "text/plain")
		return body
	}),
}
