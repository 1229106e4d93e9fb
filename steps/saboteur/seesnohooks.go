package saboteur

import (
	"net/http"
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var seesNoHooks = Saboteur{
	Name:  "sees-no-hooks",
	Doc:   "believes that it has no hooks yet, however often it looks",
	Needs: Needs{Registering: true},
	Catches: []string{
		"conformance/registration.feature: Registering again doubles nothing",
		"bigcommerce/registration.feature: A restarted receiver finds its hooks again",
	},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.kind == journal.Registration && c.Method == http.MethodGet && !c.creates {
				return answered(http.StatusOK, `{"data":[],"results":[],"count":0}`)
			}
			return c.pass()
		})
	},
}
