package saboteur

import (
	"net/http"
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var suppressesLookups = Saboteur{
	Name:    "suppresses-lookups",
	Doc:     "fetches nothing: every lookup finds nothing",
	Needs:   Needs{Lookups: true},
	Catches: []string{"conformance/effects.feature: Each of five callbacks is looked up once"},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.kind == journal.Lookup {
				return answered(http.StatusNotFound, `{}`)
			}
			return c.pass()
		})
	},
}
