package saboteur

import (
	"net/http"
	"strings"
)

var stripsSignatures = Saboteur{
	Name:     "strips-signatures",
	Doc:      "passes callbacks on without what proves their sender",
	Needs:    Needs{Signatures: true},
	Catches:  []string{"bigcommerce/events.feature: It is acknowledged"},
	Harmless: "this receiver checks no signature",
	New: requests(func(r *http.Request, body []byte) []byte {
		for name := range r.Header {
			if strings.Contains(strings.ToLower(name), "signature") {
				delete(r.Header, name)
			}
		}
		return body
	}),
}
