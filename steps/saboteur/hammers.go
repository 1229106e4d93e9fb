package saboteur

import (
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var hammers = Saboteur{
	Name:    "hammers",
	Doc:     "asks twenty times more for a hook that is refused",
	Needs:   Needs{Registering: true},
	Catches: []string{"conformance/registration.feature: A lasting <status> is survived, and not hammered against"},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			answer := c.pass()
			for range 20 {
				if !c.creates || answer.Code < 400 {
					break
				}
				answer = c.pass()
			}
			return answer
		})
	},
}
