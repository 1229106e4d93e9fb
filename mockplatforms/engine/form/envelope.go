package form

import (
	"bytes"
	"compress/gzip"
	"net/url"
	"slices"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// envelopeForms are about what the body is wrapped in.
func envelopeForms() []Form {
	escapedOnce := whole(quote)
	return []Form{{
		Name: "BOM", Expect: Either,
		Doc:   "a byte order mark (EF BB BF) stands before the body",
		Apply: whole(func(body []byte) []byte { return slices.Concat([]byte("\xef\xbb\xbf"), body) }),
	}, {
		Name: "escaped once", Expect: Either,
		Doc:   "the body is a JSON string that holds the JSON; one that was that already is escaped once more",
		Apply: escapedOnce,
	}, {
		Name: "escaped twice", Expect: Either,
		Doc:   "the body is a JSON string that holds a JSON string that holds the JSON",
		Apply: escapedOnce.then(escapedOnce),
	}, {
		Name: "form payload", Expect: Either,
		Doc: "the body is a form (application/x-www-form-urlencoded) whose field payload is the JSON",
		Apply: whole(func(body []byte) []byte {
			return []byte("payload=" + url.QueryEscape(string(body)))
		}).then(contentType("application/x-www-form-urlencoded")),
	}, {
		Name: "gzip", Expect: Either,
		Doc:   "the body is compressed, and Content-Encoding says so",
		Apply: compressed,
	}}
}

// compressed makes the same bytes each time: gzip's header has no time in it.
func compressed(r mockplatforms.Request) (mockplatforms.Request, error) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(r.Body); err != nil {
		return r, err
	}
	if err := w.Close(); err != nil {
		return r, err
	}
	r.Body = b.Bytes()
	return r.WithHeader("Content-Encoding", "gzip"), nil
}
