package engine

import (
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
)

// TestAddress: what a recorded start line adds to where the receiver is today.
func TestAddress(t *testing.T) {
	path := func(p string) string {
		return "m: the path " + p + " of its start line is not sent: the receiver's URL has its own"
	}
	for _, row := range []struct{ reason, target, start, to, unsent string }{
		{"the target's own path", "http://h/hooks", "POST / HTTP/1.1", "http://h/hooks", ""},
		{"and nothing of it changes", "http://h/a%2Fb/?#x", "POST / HTTP/1.1", "http://h/a%2Fb/?#x", ""},
		{"a message that is not a request", "http://h/hooks", "HTTP/1.1 200 OK", "http://h/hooks", ""},
		{"a message without a start line", "http://h/hooks", "", "http://h/hooks", ""},
		{"a query", "http://h/hooks", "GET /?id=4711 HTTP/1.1", "http://h/hooks?id=4711", ""},
		{"as it is spelt", "http://h/hooks", "GET /?a=%2f+b&&a=2&c HTTP/1.1", "http://h/hooks?a=%2f+b&a=2&c", ""},
		{"beside the target's", "http://h/hooks?token=t", "GET /?id=4711 HTTP/1.1", "http://h/hooks?token=t&id=4711", ""},
		{"before no fragment", "http://h/hooks#x", "GET /?id=4711 HTTP/1.1", "http://h/hooks?id=4711", ""},
		{"the target's parameters are today's", "http://h/hooks?token=t&n=1", "GET /?token=old&id=1&n=1 HTTP/1.1", "http://h/hooks?token=t&n=1&id=1",
			"m: the parameter token of its start line is not sent: the receiver's URL has its own"},
		{"a path where the target has none", "http://h:80", "POST /hooks/a%2Fb HTTP/1.1", "http://h:80/hooks/a%2Fb", ""},
		{"a path where the target has the root", "http://h/", "POST //x?y HTTP/1.1", "http://h//x?y", ""},
		{"the root, with a query of its own", "http://u:p@h/?a", "POST /x?b HTTP/1.1", "http://u:p@h/x?a&b", ""},
		{"the same path", "http://h/hooks?a", "POST /hooks?b HTTP/1.1", "http://h/hooks?a&b", ""},
		{"another path", "http://h/hooks", "POST /old/hooks?b HTTP/1.1", "http://h/hooks?b", path("/old/hooks")},
		{"a target that is not a URL", "http://h:x/", "POST /a HTTP/1.1", "http://h:x/", ""},
	} {
		to, unsent := address(row.target, &fixtures.Message{Name: "m", Start: row.start})
		if to != row.to || unsent != row.unsent {
			t.Errorf("%s: %q, %q; want %q, %q", row.reason, to, unsent, row.to, row.unsent)
		}
	}
}
