package saboteur

import (
	"net/http"
)

var hidesRefusals = Saboteur{
	Name: "hides-refusals",
	Doc:  "turns every 4xx into 200: what is refused, and a forged callback too, seems to be welcome",
	Catches: []string{
		"conformance/abuse.feature: <fault>: it is not lost in silence",
		"bigcommerce/signature.feature: <fault>: it is not believed",
	},
	New: answers(func(a *http.Response) {
		if a.StatusCode >= 400 && a.StatusCode < 500 {
			a.StatusCode, a.Status = http.StatusOK, "200 OK"
		}
	}),
}
