package fault

import (
	"bytes"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// largeSize is what most frameworks still take; Express and Bottle refuse more than 100 KiB.
const largeSize = 1 << 20

var large = Fault{
	Name: "1 MiB body",
	Doc:  "white space before the body makes it exactly 1 MiB long; it is still valid JSON",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		if pad := largeSize - len(r.Body); pad > 0 {
			r.Body = append(bytes.Repeat([]byte(" "), pad), r.Body...)
		}
		return r
	},
}
