package fault

import (
	"bytes"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

var malformed = Fault{
	Name: "malformed JSON",
	Doc:  "the first colon of the body is missing, so that it is not JSON; a body without a colon loses its first byte",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		// An escaped body stays a JSON string, and what is inside is broken: that is where its parser has to notice.
		at := max(bytes.IndexByte(r.Body, ':'), 0)
		if len(r.Body) > 0 {
			r.Body = append(bytes.Clone(r.Body[:at]), r.Body[at+1:]...)
		}
		return r
	},
}
