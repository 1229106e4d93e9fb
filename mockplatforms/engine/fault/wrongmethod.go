package fault

import "github.com/hookdrill/hookdrill/mockplatforms"

var wrongMethod = Fault{
	Name: "wrong method",
	Doc:  "the callback comes with PUT instead of the platform's method",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		r.Method = "PUT"
		return r
	},
}
