package saboteur

import (
	"net/http/httptest"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var looksUpOnce = Saboteur{
	Name:    "looks-up-once",
	Doc:     "fetches each thing once, and gives the same again to whoever asks later",
	Needs:   Needs{Lookups: true},
	Catches: []string{"conformance/duplicates.feature: Another update of the same product is no duplicate"},
	New: func() engine.Between {
		var kept sync.Map
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.kind != journal.Lookup {
				return c.pass()
			}
			if earlier, ok := kept.Load(c.URL.String()); ok {
				return earlier.(*httptest.ResponseRecorder)
			}
			answer := c.pass()
			kept.Store(c.URL.String(), answer)
			return answer
		})
	},
}
