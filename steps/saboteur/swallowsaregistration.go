package saboteur

import (
	"net/http/httptest"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var swallowsARegistration = Saboteur{
	Name:    "swallows-a-registration",
	Doc:     "loses the second hook that the receiver asks for on the way to the platform, and tells it what it was told of the first",
	Needs:   Needs{Registering: true},
	Catches: []string{"conformance/registration.feature: Registering once is enough"},
	New: func() engine.Between {
		var mu sync.Mutex
		var first *promise
		lost := false
		return calls(func(c *call) *httptest.ResponseRecorder {
			mu.Lock()
			defer mu.Unlock()
			if !c.creates || lost {
				return c.pass()
			}
			if first != nil {
				lost = true
				return first.to(c.body)
			}
			answer := c.pass()
			if answer.Code < 300 {
				first = &promise{c.body, answer}
			}
			return answer
		})
	},
}
