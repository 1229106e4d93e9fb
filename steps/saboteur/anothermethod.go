package saboteur

import (
	"net/http"
)

var anotherMethod = Saboteur{
	Name:    "another-method",
	Doc:     "passes callbacks on with PUT",
	Catches: []string{"conformance/duplicates.feature: It takes effect only once"},
	New: requests(func(r *http.Request, body []byte) []byte {
		r.Method = http.MethodPut
		return body
	}),
}
