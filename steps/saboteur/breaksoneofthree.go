package saboteur

import (
	"io"
	"net/http"
	"sync/atomic"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

var breaksOneOfThree = Saboteur{
	Name:    "breaks-one-of-three",
	Doc:     "breaks the connection of every third callback",
	Catches: []string{"conformance/order.feature: Eight different ones at once are acknowledged"},
	New: func() engine.Between {
		var n atomic.Int64
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			if n.Add(1)%3 == 0 {
				return nil, io.ErrUnexpectedEOF
			}
			return pass(r)
		})
	},
}
