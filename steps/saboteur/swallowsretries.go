package saboteur

import (
	"net/http"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var swallowsRetries = Saboteur{
	Name:  "swallows-retries",
	Doc:   "answers 200 to a callback that it has seen, whatever became of it, and passes it to nobody",
	Needs: Needs{Retries: true},
	Catches: []string{
		"conformance/outages.feature: <outage>: it comes again, and is processed once",
		"conformance/outages.feature: What cannot be looked up now is looked up at the retry",
	},
	New: func() engine.Between {
		var seen sync.Map
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			body, err := read(r)
			if err != nil {
				return nil, err
			}
			if _, again := seen.LoadOrStore(r.URL.String()+string(body), true); again {
				return says(r, http.StatusOK), nil
			}
			return pass(with(r, body))
		})
	},
}
