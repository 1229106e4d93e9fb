// Package saboteur makes a receiver a bad one from outside: it stands between the platform and the receiver, and changes
// what passes. A suite that does not notice would not notice a receiver that does the same. A file each.
package saboteur

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Saboteur is one way in which receivers are bad. What it needs says where it can do anything at all: elsewhere a suite
// cannot be blamed for not noticing.
type Saboteur struct {
	Name  string
	Doc   string
	Needs Needs
	// Catches are the built-in scenarios that are there to catch it, by file and name as it is written.
	Catches       []string
	Harmless      string                // why a receiver may be none the worse for it; "": it always is
	AnswerTimeout time.Duration         // how long the platform waits for an answer; 0: as it does
	New           func() engine.Between // for one scenario
}

// Needs is what a receiver has to offer, or a platform to do.
type Needs struct {
	Registering bool // the receiver can be made to register
	Lookups     bool // it fetches what callbacks name
	Signatures  bool // the platform signs
	HeaderLimit bool // the platform limits the head of answers
	Retries     bool // the platform tries again
}

// tripper is what a saboteur does with a callback. It does not change the request that it is given.
type tripper func(r *http.Request) (*http.Response, error)

// RoundTrip has the signature of http.RoundTripper.
func (t tripper) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

var _ http.RoundTripper = tripper(nil)

// callbacks stands in the way of callbacks. Pass takes one on to the receiver.
func callbacks(do func(r *http.Request, pass tripper) (*http.Response, error)) engine.Between {
	return engine.Between{Callbacks: func(next http.RoundTripper) http.RoundTripper {
		return tripper(func(r *http.Request) (*http.Response, error) { return do(r, next.RoundTrip) })
	}}
}

// answers changes the answers to callbacks.
func answers(change func(a *http.Response)) func() engine.Between {
	return func() engine.Between {
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			a, err := pass(r)
			if err == nil {
				change(a)
			}
			return a, err
		})
	}
}

// requests changes callbacks before the receiver gets them.
func requests(change func(r *http.Request, body []byte) []byte) func() engine.Between {
	return func() engine.Between {
		return callbacks(func(r *http.Request, pass tripper) (*http.Response, error) {
			body, err := read(r)
			if err != nil {
				return nil, err
			}
			r = r.Clone(r.Context())
			return pass(with(r, change(r, body)))
		})
	}
}

func read(r *http.Request) ([]byte, error) {
	if r.Body == nil {
		return nil, nil
	}
	body, err := io.ReadAll(r.Body)
	_ = r.Body.Close() // it was read to its end
	return body, err
}

// with is a request with another body.
func with(r *http.Request, body []byte) *http.Request {
	r = r.Clone(r.Context())
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return r
}

// says is an answer of the saboteur's own.
func says(r *http.Request, status int) *http.Response {
	return &http.Response{
		StatusCode: status, Status: strconv.Itoa(status) + " " + http.StatusText(status), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Body: http.NoBody, Request: r,
	}
}

// call is a call of the receiver to the platform.
type call struct {
	*http.Request
	kind    journal.Kind
	creates bool // it asks for hooks
	body    []byte
	next    http.Handler
}

// pass takes the call on to the platform.
func (c *call) pass() *httptest.ResponseRecorder { return c.passAs(with(c.Request, c.body)) }

func (c *call) passAs(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c.next.ServeHTTP(w, r)
	return w
}

// calls stands in the way of the receiver's calls. What it gives is what the receiver gets.
func calls(do func(c *call) *httptest.ResponseRecorder) engine.Between {
	return engine.Between{Calls: func(next http.Handler, of engine.Classify) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, err := read(r)
			if err != nil {
				http.Error(w, err.Error(), http.StatusBadRequest)
				return
			}
			c := &call{Request: r, body: body, next: next}
			c.kind, c.creates = of(r)
			answer := do(c)
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			w.WriteHeader(answer.Code)
			_, _ = w.Write(answer.Body.Bytes()) // the receiver may be gone
		})
	}}
}

// answered is a call that the saboteur answers.
func answered(status int, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.WriteString(body)
	return w
}
