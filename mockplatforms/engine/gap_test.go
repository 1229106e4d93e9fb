package engine_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// TestGap: what hookdrill does not have and the platform may have is said, as a fixture would write it. What is not below the API is
// the receiver's own mistake, and so is what is below a path that is modelled.
func TestGap(t *testing.T) {
	for _, row := range []struct {
		method, target string
		status         int
		gap            string
	}{
		{"GET", "/shops/s1/v2/products/7/rules", 404, "GET /shops/{shop}/v2/products/{id}/rules"},
		{"GET", "/shops/s1/v2/products/7/rules/?page=2", 404, "GET /shops/{shop}/v2/products/{id}/rules"},
		{"GET", "/shops/s1/v2/carts/09346904-4175-44fd-be53-f7e598531b6c", 404, "GET /shops/{shop}/v2/carts/{id}"},
		{"PUT", "/shops/s1/v2/orders/7", 405, "PUT /shops/{shop}/v2/orders/{id}"},
		{"GET", "/shops/s1/v2/orders/7", 200, ""},
		{"GET", "/shops/s1/v2", 404, ""},
		{"GET", "/shops/s1/v9/products/7", 404, ""},
		{"GET", "/hooks/7", 404, ""},
	} {
		e, _ := start(t, func(o *engine.Options) {
			o.Platform.API = []string{"/shops/{shop}/v2/", "/hooks/"}
			o.Fixtures = toys(t, fstest.MapFS{"toy/lookups/o.response.http": lookup("GET /shops/{shop}/v2/orders/{id}", `{"id":1}`)})
		})
		w := call(e, row.method, row.target, "")
		entry := last(t, e, 1)
		if w.Code != row.status || entry.Gap != row.gap || (entry.Kind == journal.Unknown) != (w.Code != 200) {
			t.Errorf("%s %s: %d, the gap %q (%s), want %d, %q", row.method, row.target, w.Code, entry.Gap, entry.Kind, row.status, row.gap)
		}
		if row.gap != "" && !strings.Contains(entry.Missing(), "hookdrill has no "+row.gap+"; add a fixture") {
			t.Errorf("%s: %q does not say what to do", row.target, entry.Missing())
		}
	}
}

// TestLookupsOverlap: paths that net/http's mux would refuse to file together.
func TestLookupsOverlap(t *testing.T) {
	e, _ := start(t, func(o *engine.Options) {
		o.Fixtures = toys(t, fstest.MapFS{
			"toy/lookups/a.response.http": lookup("GET /customers/subscribers/{id}", `{"subscriber":true}`),
			"toy/lookups/b.response.http": lookup("GET /customers/{id}/consent", `{"consent":true}`),
			"toy/lookups/c.response.http": lookup("GET /customers/{id}", `{"customer":true}`),
			"toy/lookups/d.response.http": lookup("GET /customers/count", `{"count":true}`),
		})
	})
	for target, want := range map[string]string{
		"/customers/subscribers/5": "subscriber", "/customers/5/consent": "consent", "/customers/5": "customer", "/customers/count/": "count",
		"/customers/subscribers/consent": "subscriber",
	} {
		if got := call(e, "GET", target, "").Body.String(); !strings.Contains(got, `"`+want+`":true`) {
			t.Errorf("%s gives %s, want that of the %s", target, got, want)
		}
	}
}
