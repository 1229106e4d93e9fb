package form

import (
	"errors"
	"unicode/utf8"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// headerForms are about what the header says of the body.
func headerForms() []Form {
	return []Form{{
		Name: "chunked", Expect: Either, // RFC 9112, 6.3: a server may refuse what has no Content-Length with 411
		Doc: "the body goes out in chunks, without a Content-Length",
		Apply: func(r mockplatforms.Request) (mockplatforms.Request, error) {
			r.Chunked = true
			return r, nil
		},
	}, {
		Name: "charset utf-8", Expect: Same,
		Doc:   "the content type is application/json; charset=utf-8",
		Apply: contentType("application/json; charset=utf-8"),
	}, {
		Name: "quoted charset", Expect: Same,
		Doc:   `the content type is application/json; charset="UTF-8"`,
		Apply: contentType(`application/json; charset="UTF-8"`),
	}, {
		Name: "capital content type", Expect: Same,
		Doc:   "the content type is Application/JSON; its case means nothing",
		Apply: contentType("Application/JSON"),
	}, {
		Name: "no content type", Expect: Either,
		Doc:   "the Content-Type field is missing",
		Apply: contentType(""),
	}, {
		Name: "text/plain", Expect: Either,
		Doc:   "the content type is text/plain",
		Apply: contentType("text/plain"),
	}, {
		Name: "text/json", Expect: Either,
		Doc:   "the content type is text/json",
		Apply: contentType("text/json"),
	}, {
		Name: "application/vnd.api+json", Expect: Either,
		Doc:   "the content type is application/vnd.api+json",
		Apply: contentType("application/vnd.api+json"),
	}, {
		Name: "charset iso-8859-1", Expect: Either,
		Doc:   `the content type is application/json; charset=iso-8859-1; the body is ASCII, by \u escapes, so that it is the same text`,
		Apply: asciiOnly().then(contentType("application/json; charset=iso-8859-1")),
	}}
}

// asciiOnly writes a body in ASCII. A payload that is so already is as good.
func asciiOnly() apply {
	respell := respelled(only(beyondASCII, escaped))
	ascii := inside(func(text string) (string, error) { return rewriter{key: respell, text: respell}.write(text), nil })
	return func(r mockplatforms.Request) (mockplatforms.Request, error) {
		if !utf8.Valid(r.Body) {
			return r, errors.New("the body has bytes that are no UTF-8, so it cannot be written in ASCII")
		}
		return ascii(r)
	}
}
