package saboteur

import (
	"net/http/httptest"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var believesInHooks = Saboteur{
	Name:    "believes-in-hooks",
	Doc:     "takes a hook that is refused, after one that was not, for registered",
	Needs:   Needs{Registering: true},
	Catches: []string{"conformance/registration.feature: One hook of several is refused for a moment: it stands without a restart"},
	New: func() engine.Between {
		var mu sync.Mutex
		var good *promise
		return calls(func(c *call) *httptest.ResponseRecorder {
			answer := c.pass()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case !c.creates:
			case answer.Code < 300:
				good = &promise{c.body, answer}
			case good != nil:
				return good.to(c.body)
			}
			return answer
		})
	},
}
