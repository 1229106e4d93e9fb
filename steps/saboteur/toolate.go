package saboteur

import (
	"errors"
	"net/http"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var tooLate = Saboteur{
	Name:          "too-late",
	Doc:           "passes callbacks on, and answers when the platform has stopped waiting",
	Catches:       []string{"conformance/duplicates.feature: The second one is acknowledged too"},
	AnswerTimeout: 250 * time.Millisecond,
	New: func() engine.Between {
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			a, err := pass(r)
			if err != nil {
				return nil, err
			}
			<-r.Context().Done()
			return nil, errors.Join(r.Context().Err(), a.Body.Close())
		})
	},
}
