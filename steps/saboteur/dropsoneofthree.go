package saboteur

import (
	"net/http"
	"sync/atomic"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var dropsOneOfThree = Saboteur{
	Name:    "drops-one-of-three",
	Doc:     "answers 200 to every third callback, and passes it to nobody",
	Catches: []string{"conformance/order.feature: Eight different ones at once are each processed once"},
	New: func() engine.Between {
		var n atomic.Int64
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			if n.Add(1)%3 == 0 {
				return says(r, http.StatusOK), nil
			}
			return pass(r)
		})
	},
}
