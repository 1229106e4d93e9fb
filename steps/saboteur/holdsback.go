package saboteur

import (
	"context"
	"net/http"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var holdsBack = Saboteur{
	Name:    "holds-back",
	Doc:     "answers 200 and keeps each callback until the next one comes: the last is always missing",
	Catches: []string{"conformance/duplicates.feature: It takes effect only once"},
	New: func() engine.Between {
		var mu sync.Mutex
		var held *http.Request
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			body, err := read(r)
			if err != nil {
				return nil, err
			}
			mu.Lock()
			defer mu.Unlock()
			earlier := held
			held = with(r.Clone(context.WithoutCancel(r.Context())), body)
			if earlier == nil {
				return says(r, http.StatusOK), nil
			}
			return pass(earlier)
		})
	},
}
