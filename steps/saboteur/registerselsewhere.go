package saboteur

import (
	"bytes"
	"net/http/httptest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var registersElsewhere = Saboteur{
	Name:    "registers-elsewhere",
	Doc:     "registers an address at which the receiver does not answer",
	Needs:   Needs{Registering: true},
	Catches: []string{"conformance/registration.feature: What it has registered for takes effect"},
	New: func() engine.Between {
		return calls(func(c *call) *httptest.ResponseRecorder {
			if c.creates {
				c.body = bytes.ReplaceAll(c.body, []byte("/hooks/"), []byte("/hook/"))
				c.body = bytes.ReplaceAll(c.body, []byte(`\/hooks\/`), []byte(`\/hook\/`))
			}
			return c.pass()
		})
	},
}
