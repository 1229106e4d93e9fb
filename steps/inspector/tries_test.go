package inspector

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestTries: a token cannot be guessed fast, neither at the form nor with a header; whoever has it gets in nevertheless.
func TestTries(t *testing.T) {
	const right = "the-right-token-0123456789"
	i := opened(t, func(o *Options) { o.Token = right })
	ask := func(login bool, from, token string) int {
		r := httptest.NewRequest(http.MethodGet, "/payload?platform=cratejoy&event=customer_new", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		if login {
			r = httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(url.Values{"token": {token}}.Encode()))
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		r.RemoteAddr = from
		w := httptest.NewRecorder()
		i.ServeHTTP(w, r)
		return w.Code
	}
	began := time.Now()
	const guesses = 3*placesToTry + 1
	for n := range guesses {
		if code := ask(n%2 == 0, "192.0.2.1:1234", "wrong"); code != http.StatusUnauthorized {
			t.Errorf("guess %d: %d", n, code)
		}
	}
	if took := time.Since(began); took < 3*wrongTakes {
		t.Errorf("%d guesses took %s, less than %s", guesses, took, 3*wrongTakes)
	}
	for _, from := range []string{"192.0.2.1:4321", "192.0.2.2:1", "[2001:db8::1]:1"} {
		if code := ask(true, from, right); code != http.StatusSeeOther {
			t.Errorf("the right token from %s: %d", from, code)
		}
		if code := ask(false, from, right); code != http.StatusOK {
			t.Errorf("the right token in a header from %s: %d", from, code)
		}
	}
}

// TestAddressOf: the ports of an address are one, and so are the addresses of a network of IPv6.
func TestAddressOf(t *testing.T) {
	for remote, want := range map[string]string{
		"192.0.2.1:1": "192.0.2.1", "[::ffff:192.0.2.1]:2": "192.0.2.1", "[2001:db8:1:2:3::4]:5": "2001:db8:1:2::/64", "[fe80::1%eth0]:5": "fe80::/64", "@": "@",
	} {
		if got := addressOf(remote); got != want {
			t.Errorf("%s: %s, want %s", remote, got, want)
		}
	}
}

// TestTriesAreForgotten: as many addresses as one likes take no more memory.
func TestTriesAreForgotten(t *testing.T) {
	var all tries
	for n := range 3 * mostTryFrom {
		all.from(time.Duration(n).String())
	}
	if len(all.places) > mostTryFrom {
		t.Errorf("%d addresses are kept", len(all.places))
	}
}
