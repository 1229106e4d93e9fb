package saboteur

import (
	"net/http"
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var hidesFailedLookups = Saboteur{
	Name:    "hides-failed-lookups",
	Doc:     "takes a lookup that failed for one that found nothing",
	Needs:   Needs{Lookups: true, Retries: true},
	Catches: []string{"conformance/outages.feature: What cannot be looked up now is looked up at the retry"},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			answer := c.pass()
			if c.kind == journal.Lookup && answer.Code >= 500 {
				return answered(http.StatusOK, `{"data":[]}`)
			}
			return answer
		})
	},
}
