package saboteur

import (
	"net/http"
)

var crashesInstead = Saboteur{
	Name:    "crashes-instead",
	Doc:     "turns every refusal into 500: a platform tries again what will never be taken",
	Catches: []string{"conformance/abuse.feature: <fault>: it is answered"},
	New: answers(func(a *http.Response) {
		if a.StatusCode >= 400 && a.StatusCode < 500 {
			a.StatusCode, a.Status = http.StatusInternalServerError, "500 Internal Server Error"
		}
	}),
}
