package target

import (
	"bufio"
	"bytes"
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

// responder delegates to a handler as a server would: the request is written down and read again, so that what the handler
// sees of it is what a server sees, and a handler that panics is a connection that breaks off.
func responder(h http.Handler) httpmock.Responder {
	return func(request *http.Request) (answer *http.Response, err error) {
		var wire bytes.Buffer
		if err := request.Write(&wire); err != nil {
			return nil, err
		}
		r, err := http.ReadRequest(bufio.NewReader(&wire))
		if err != nil {
			return nil, err
		}
		r = r.WithContext(request.Context())
		r.RemoteAddr = "192.0.2.1:1234"
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
