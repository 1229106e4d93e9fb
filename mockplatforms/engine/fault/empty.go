package fault

import "github.com/hookdrill/hookdrill/mockplatforms"

var empty = Fault{
	Name: "empty body",
	Doc:  "the body has no bytes",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		r.Body = nil
		return r
	},
}
