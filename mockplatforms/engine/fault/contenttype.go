package fault

import "github.com/hookdrill/hookdrill/mockplatforms"

var noContentType = Fault{
	Name:  "no content type",
	Doc:   "the Content-Type field is missing",
	Apply: func(r mockplatforms.Request) mockplatforms.Request { return r.WithoutHeader("Content-Type") },
}

var textContentType = Fault{
	Name: "text content type",
	Doc:  "the body is the platform's, but it says that it is text/plain",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		return r.WithHeader("Content-Type", "text/plain; charset=utf-8")
	},
}

var formContentType = Fault{
	Name: "form content type",
	Doc:  "the body is the platform's, but it says that it is application/x-www-form-urlencoded",
	Apply: func(r mockplatforms.Request) mockplatforms.Request {
		return r.WithHeader("Content-Type", "application/x-www-form-urlencoded")
	},
}
