package saboteur

import (
	"net/http"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var doubles = Saboteur{
	Name:     "doubles",
	Doc:      "passes every callback on twice",
	Catches:  []string{"conformance/duplicates.feature: It takes effect only once"},
	Harmless: "this receiver takes a callback for one, however often it comes",
	New: func() engine.Between {
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			body, err := read(r)
			if err != nil {
				return nil, err
			}
			if first, err := pass(with(r, body)); err == nil {
				_ = first.Body.Close() // the second answer counts
			}
			return pass(with(r, body))
		})
	},
}
