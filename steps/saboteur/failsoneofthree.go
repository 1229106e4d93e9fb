package saboteur

import (
	"net/http"
	"sync/atomic"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var failsOneOfThree = Saboteur{
	Name:    "fails-one-of-three",
	Doc:     "answers 503 to every third callback, and passes it to nobody",
	Catches: []string{"conformance/order.feature: Eight different ones at once are acknowledged"},
	New: func() engine.Between {
		var n atomic.Int64
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			if n.Add(1)%3 == 0 {
				return says(r, http.StatusServiceUnavailable), nil
			}
			return pass(r)
		})
	},
}
