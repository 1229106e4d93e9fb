package saboteur

import (
	"net/http"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var deaf = Saboteur{
	Name: "deaf",
	Doc:  "answers 200 to everything, and passes nothing on",
	Catches: []string{
		"bigcommerce/events.feature: It takes effect",
		"cratejoy/events.feature: It takes effect",
		"oliver/events.feature: It takes effect",
	},
	New: func() engine.Between {
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			return says(r, http.StatusOK), nil
		})
	},
}
