package saboteur

import (
	"net/http"
	"strings"
)

var firstSignatureOnly = Saboteur{
	Name:     "first-signature-only",
	Doc:      "passes on the first of several signatures only, as receivers that split wrongly see it",
	Needs:    Needs{Signatures: true},
	Catches:  []string{"bigcommerce/signature.feature: <fault>: it is believed"},
	Harmless: "this receiver checks no signature",
	New: requests(func(r *http.Request, body []byte) []byte {
		for name, values := range r.Header {
			if strings.EqualFold(name, "webhook-signature") && len(values) > 0 {
				r.Header[name] = strings.Fields(values[0] + " ")[:1]
			}
		}
		return body
	}),
}
