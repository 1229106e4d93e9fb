package saboteur

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var registersOnCallbacks = Saboteur{
	Name:    "registers-on-callbacks",
	Doc:     "asks for its first hook again with every callback",
	Needs:   Needs{Registering: true},
	Catches: []string{"conformance/registration.feature: A callback is no reason to register"},
	New:     registersAgain,
}

func registersAgain() engine.Between {
	var mu sync.Mutex
	var first *call
	between := calls(func(c *call) *httptest.ResponseRecorder {
		mu.Lock()
		if c.creates && first == nil {
			again := *c
			again.Request = c.Clone(context.WithoutCancel(c.Context()))
			first = &again
		}
		mu.Unlock()
		return c.pass()
	})
	between.Callbacks = callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
		mu.Lock()
		again := first
		mu.Unlock()
		if again != nil {
			again.pass()
		}
		return pass(r)
	}).Callbacks
	return between
}
