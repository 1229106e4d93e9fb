package delivery

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// TestCheckIsNetHTTPs: what Check lets through net/http sends, and what it refuses net/http would not: there is no request of
// ours whose fault could be taken for the receiver's, and none that is refused though it could be sent.
func TestCheckIsNetHTTPs(t *testing.T) {
	through := &http.Transport{DialContext: func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("it dials") }}
	hold := func(r mockplatforms.Request) {
		t.Helper()
		r.URL = "http://receiver.example/"
		_, failure := Send(t.Context(), through, r, long)
		if err := Check(r); (err == nil) != strings.Contains(failure, "it dials") {
			t.Errorf("%q %q: checked %v, sent %q", r.Method, r.Header, err, failure)
		}
	}
	field := func(name, value string) mockplatforms.Request {
		return mockplatforms.Request{Method: "POST", Header: []fixtures.Field{{Name: name, Value: value}}}
	}
	for c := range 256 {
		text := "a" + string([]byte{byte(c)}) + "b"
		hold(field(text, "x"))
		hold(field("A", text))
		hold(mockplatforms.Request{Method: text})
	}
	for _, text := range []string{"é", "\u2028", "\ufeff"} {
		hold(field(text, "x"))
		hold(field("A", text))
		hold(mockplatforms.Request{Method: text})
	}
	hold(field("", "x"))
	hold(field("A", ""))
	hold(mockplatforms.Request{})
	var ours *Unsendable
	if err := Check(field("A", "secret\r\nB: c")); !errors.As(err, &ours) || strings.Contains(err.Error(), "secret") {
		t.Errorf("%v", err)
	}
}
