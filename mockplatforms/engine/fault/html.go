package fault

import "github.com/hookdrill/hookdrill/mockplatforms"

var html = Fault{
	Name: "HTML body",
	Doc:  "the body is the error page of a proxy",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		r.Body = []byte("<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>")
		return r
	},
}
