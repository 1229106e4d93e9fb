package saboteur

import (
	"net/http"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var busy = Saboteur{
	Name:    "busy",
	Doc:     "answers 503 to a callback that comes while another is being handled",
	Catches: []string{"conformance/order.feature: Eight different ones at once are acknowledged"},
	New: func() engine.Between {
		var handling sync.Mutex
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			if !handling.TryLock() {
				return says(r, http.StatusServiceUnavailable), nil
			}
			defer handling.Unlock()
			return pass(r)
		})
	},
}
