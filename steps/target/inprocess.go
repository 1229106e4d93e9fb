package target

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"regexp"

	"github.com/jarcoal/httpmock"
)

// route answers every request to a host with a handler.
func route(t *httpmock.MockTransport, host string, h http.Handler) {
	anyURL := regexp.MustCompile(`^https?://` + regexp.QuoteMeta(host) + `(/|\?|$)`)
	for _, method := range []string{
		http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions,
	} {
		t.RegisterRegexpResponder(method, anyURL, responder(h))
	}
}

// responder delegates to a handler as a server would: what the handler sees is a server's request, and a handler that
// panics is a connection that breaks off.
func responder(h http.Handler) httpmock.Responder {
	return func(request *http.Request) (answer *http.Response, err error) {
		r := request.Clone(request.Context())
		if r.Host == "" {
			r.Host = r.URL.Host
		}
		r.RequestURI, r.RemoteAddr = r.URL.RequestURI(), "192.0.2.1:1234"
		// A server sees names in canonical form, whatever was sent.
		r.Header = http.Header{}
		for name, values := range request.Header {
			for _, v := range values {
				r.Header.Add(name, v)
			}
		}
		if r.Body == nil {
			r.Body = http.NoBody
		}
		defer func() {
			if p := recover(); p != nil {
				answer, err = nil, fmt.Errorf("the receiver's handler panicked: %v", p)
			}
		}()
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		answer = w.Result()
		answer.Request = request
		return answer, nil
	}
}

// quiet is the error log of servers whose receivers may be made to panic on purpose.
func quiet() *log.Logger { return log.New(io.Discard, "", 0) }
