package saboteur

import (
	"net/http"
)

var losesThePath = Saboteur{
	Name: "loses-the-path",
	Doc:  "passes all callbacks on to the root",
	Catches: []string{
		"cratejoy/events.feature: It takes effect",
		"conformance/duplicates.feature: It takes effect only once",
	},
	New: requests(func(r *http.Request, body []byte) []byte {
		r.URL.Path, r.URL.RawPath = "/", ""
		return body
	}),
}
