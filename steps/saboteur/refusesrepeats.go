package saboteur

import (
	"net/http"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var refusesRepeats = Saboteur{
	Name:    "refuses-repeats",
	Doc:     "answers 409 to a callback that it has seen: the platform takes an event that was processed for lost",
	Catches: []string{"conformance/duplicates.feature: The second one is acknowledged too"},
	New: func() engine.Between {
		var seen sync.Map
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			body, err := read(r)
			if err != nil {
				return nil, err
			}
			if _, again := seen.LoadOrStore(r.URL.String()+string(body), true); again {
				return says(r, http.StatusConflict), nil
			}
			return pass(with(r, body))
		})
	},
}
