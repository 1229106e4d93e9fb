package engine_test

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

// A client that trusts the authority, and it alone, reaches us under all names.
func TestListenTLS(t *testing.T) {
	ca, err := engine.NewCA("api.example.com")
	if err != nil {
		t.Fatal(err)
	}
	l, err := engine.ListenTLS("127.0.0.1:0", ca)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	pool := x509.NewCertPool()
	if !pool.AppendCertsFromPEM(ca.PEM()) {
		t.Fatal("PEM holds no certificate")
	}
	get := func(name string, roots *x509.CertPool) (string, error) {
		transport := &http.Transport{TLSClientConfig: &tls.Config{RootCAs: roots, ServerName: name}} //nolint:gosec // the default version is ours
		defer transport.CloseIdleConnections()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.URL, nil)
		if err != nil {
			return "", err
		}
		answer, err := transport.RoundTrip(request)
		if err != nil {
			return "", err
		}
		defer func() { _ = answer.Body.Close() }()
		body, err := io.ReadAll(answer.Body)
		return string(body), err
	}
	if !strings.HasPrefix(l.URL, "https://127.0.0.1:") {
		t.Errorf("the URL is %s", l.URL)
	}
	for _, name := range []string{"api.example.com", "localhost", "127.0.0.1", "::1"} {
		if body, err := get(name, pool); err != nil || !strings.Contains(body, "no scenario") {
			t.Errorf("%s: %q, %v", name, body, err)
		}
	}
	if _, err := get("other.example.com", pool); err == nil {
		t.Error("the certificate is good for any host")
	}
	if _, err := get("localhost", x509.NewCertPool()); err == nil {
		t.Error("who does not trust the authority gets through")
	}
	if _, err := engine.ListenTLS("0.0.0.0:0", ca); err == nil {
		t.Error("an address beyond loopback is taken")
	}
}
