package saboteur

import (
	"net/http"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

// together is how long the busy one waits for company: a receiver may be quicker than the next callback is on its way.
const together = 100 * time.Millisecond

var busy = Saboteur{
	Name:    "busy",
	Doc:     "answers 503 to a callback that comes while another is being handled",
	Catches: []string{"conformance/order.feature: Eight different ones at once are acknowledged"},
	New: func() engine.Between {
		var handling sync.Mutex
		company := make(chan struct{}, 1)
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			if !handling.TryLock() {
				select {
				case company <- struct{}{}:
				default:
				}
				return says(r, http.StatusServiceUnavailable), nil
			}
			defer handling.Unlock()
			select {
			case <-company:
			case <-time.After(together):
			case <-r.Context().Done():
			}
			return pass(r)
		})
	},
}
