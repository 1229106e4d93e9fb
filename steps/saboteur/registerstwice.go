package saboteur

import (
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var registersTwice = Saboteur{
	Name:  "registers-twice",
	Doc:   "asks for every hook twice",
	Needs: Needs{Registering: true},
	Catches: []string{
		"conformance/registration.feature: All that it asks for is registered once",
		"conformance/registration.feature: Registering again doubles nothing",
	},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.creates {
				c.pass()
			}
			return c.pass()
		})
	},
}
