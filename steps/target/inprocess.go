package target

import (
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"

	"github.com/jarcoal/httpmock"
)

// network is a transport on which each host is a handler, whatever the method and the path.
func network(hosts map[string]http.Handler) *httpmock.MockTransport {
	t := httpmock.NewMockTransport()
	t.RegisterNoResponder(func(request *http.Request) (*http.Response, error) {
		h, ok := hosts[request.URL.Host]
		if !ok {
			return nil, fmt.Errorf("nobody answers for %s in this process", request.URL.Host)
		}
		return responder(h)(request)
	})
	return t
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
