package mockplatforms_test

import (
	"net/http"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

func TestCarries(t *testing.T) {
	for _, row := range []struct {
		reason string
		header http.Header
		want   bool
	}{
		{"as it is written", http.Header{"X-Auth-Token": {"t"}}, true},
		{"in lower case, as HTTP/2 and tests in process have it", http.Header{"x-auth-token": {"t"}}, true},
		{"in any case", http.Header{"X-AUTH-Token": {"t"}}, true},
		{"beside others", http.Header{"Accept": {"*/*"}, "X-Auth-Token": {"t"}}, true},
		{"no header", nil, false},
		{"another value", http.Header{"X-Auth-Token": {"T"}}, false},
		{"a longer value", http.Header{"X-Auth-Token": {"t "}}, false},
		{"an empty value", http.Header{"X-Auth-Token": {""}}, false},
		{"a name without values", http.Header{"X-Auth-Token": {}}, false},
		{"twice the same: which counts is not said", http.Header{"X-Auth-Token": {"t", "t"}}, false},
		{"the right one first", http.Header{"X-Auth-Token": {"t", "x"}}, false},
		{"a list in one field", http.Header{"X-Auth-Token": {"t, x"}}, false},
		{"another name", http.Header{"X-Auth-Tokens": {"t"}}, false},
	} {
		if got := mockplatforms.Carries(&http.Request{Header: row.header}, "X-Auth-Token", "t"); got != row.want {
			t.Errorf("%s: %v carries it: %v", row.reason, row.header, got)
		}
	}
	if !mockplatforms.Carries(&http.Request{Header: http.Header{"X-A": {""}}}, "x-a", "") {
		t.Error("an empty value is not found where one is asked for")
	}
}

// TestTargets: what strict platforms deliver to, what we add to that, and what blocks go by.
func TestTargets(t *testing.T) {
	for _, row := range []struct {
		reason, target   string
		secure, loopback bool
		domain           string
	}{
		{"https", "https://shop.example/hooks", true, false, "shop.example"},
		{"with its port", "https://shop.example:443", true, false, "shop.example"},
		{"with an empty port", "https://shop.example:/", true, false, "shop.example"},
		{"in capitals", "HTTPS://SHOP.EXAMPLE/Hooks", true, false, "shop.example"},
		{"with a name and a password", "https://u:p@shop.example/", true, false, "shop.example"},
		{"another port", "https://shop.example:8443/", false, false, "shop.example"},
		{"a port that begins like it", "https://shop.example:4430/", false, false, "shop.example"},
		{"http", "http://shop.example/", false, false, "shop.example"},
		{"http on port 443", "http://shop.example:443/", false, false, "shop.example"},
		{"a password that looks like a host", "http://localhost:80@shop.example/", false, false, "shop.example"},
		{"loopback and secure", "https://127.0.0.1/", true, true, "127.0.0.1"},
		{"loopback on any port", "http://127.0.0.1:3000/hooks", false, true, "127.0.0.1"},
		{"all of 127/8", "http://127.255.0.9/", false, true, "127.255.0.9"},
		{"the next network", "http://128.0.0.1/", false, false, "128.0.0.1"},
		{"all addresses are not this one", "http://0.0.0.0:3000/", false, false, "0.0.0.0"},
		{"IPv6", "http://[::1]:3000/", false, true, "::1"},
		{"IPv4 in IPv6", "http://[::ffff:127.0.0.1]/", false, true, "::ffff:127.0.0.1"},
		{"another address of IPv6", "https://[2001:db8::1]/", true, false, "2001:db8::1"},
		{"by name", "http://localhost:3000/", false, true, "localhost"},
		{"by name, in capitals", "http://LocalHost/", false, true, "localhost"},
		{"a name below it", "http://app.localhost/", false, true, "app.localhost"},
		{"a name that ends like it", "http://mylocalhost/", false, false, "mylocalhost"},
		{"a name that begins with it", "https://localhost.example/", true, false, "localhost.example"},
		{"a name that begins with the address", "https://127.0.0.1.example/", true, false, "127.0.0.1.example"},
		{"a local network", "http://192.168.0.1/", false, false, "192.168.0.1"},
		{"another scheme", "ftp://127.0.0.1/", false, false, "127.0.0.1"},
		{"a blank in the path", "https://shop.example/web hooks", false, false, "shop.example"},
		{"a blank in the query, on loopback", "http://127.0.0.1:3000/?a=b c", false, false, "127.0.0.1"},
		{"a tab", "https://shop.example/a\tb", false, false, "https://shop.example/a\tb"},
		{"DEL", "https://shop.example/a\x7f", false, false, "https://shop.example/a\x7f"},
		{"what is left of a template", "https://shop.example/{event}", false, false, "shop.example"},
		{"a backslash", "https://shop.example/a\\b", false, false, "shop.example"},
		{"a lonely % in the query", "https://shop.example/?a=100%", false, false, "shop.example"},
		{"a lonely % in the path", "https://shop.example/100%", false, false, "https://shop.example/100%"},
		{"a blank that is written as one", "https://shop.example/a%20b?c=d+e", true, false, "shop.example"},
		{"letters beyond ASCII: nobody says", "https://shop.example/caf\u00e9", true, false, "shop.example"},
		{"a fragment: nobody says", "https://shop.example/a#b", true, false, "shop.example"},
		{"no host", "https:///hooks", false, false, ""},
		{"a port alone", "https://:443/", false, false, ""},
		{"a host without a scheme", "shop.example/hooks", false, false, ""},
		{"an opaque URL", "https:shop.example", false, false, ""},
		{"nothing", "", false, false, ""},
		{"what cannot be read is its own domain", "https://shop example/", false, false, "https://shop example/"},
		{"a port that is none", "https://shop.example:x/", false, false, "https://shop.example:x/"},
	} {
		if got := mockplatforms.Secure(row.target); got != row.secure {
			t.Errorf("%s: %q is secure: %v", row.reason, row.target, got)
		}
		if got := mockplatforms.Loopback(row.target); got != row.loopback {
			t.Errorf("%s: %q is on this machine: %v", row.reason, row.target, got)
		}
		if got := mockplatforms.Domain(row.target); got != row.domain {
			t.Errorf("%s: the domain of %q is %q, want %q", row.reason, row.target, got, row.domain)
		}
	}
}
