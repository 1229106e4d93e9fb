package saboteur

import (
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var repeatsLookups = Saboteur{
	Name:    "repeats-lookups",
	Doc:     "fetches everything twice",
	Needs:   Needs{Lookups: true},
	Catches: []string{"conformance/effects.feature: Each of five callbacks is looked up once"},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.kind == journal.Lookup {
				c.pass()
			}
			return c.pass()
		})
	},
}
