package fault

import "github.com/hookdrill/hookdrill/mockplatforms"

var truncated = Fault{
	Name: "truncated JSON",
	Doc:  "the second half of the body is missing, and Content-Length says so",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		r.Body = r.Body[:len(r.Body)/2]
		return r
	},
}
