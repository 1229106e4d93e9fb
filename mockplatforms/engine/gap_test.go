package engine_test

import (
	"net/http"
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

// TestARouteThatIsAlmostOneIsNotAGap: a lookup of a wrong URL was excused as something that hookdrill does not have.
func TestARouteThatIsAlmostOneIsNotAGap(t *testing.T) {
	for target, near := range map[string]string{
		"/shops/s1/v2/customer":       "it asked for GET /shops/{shop}/v2/customer; did you mean GET /shops/{shop}/v2/customers?",
		"/shops/s1/v2/custumer/7":     "it asked for GET /shops/{shop}/v2/custumer/{id}; did you mean GET /shops/{shop}/v2/customers/{id}?",
		"/shops/s1/v2/consumer":       "", // another word
		"/shops/s1/v3/customers":      "", // another version
		"/shops/s1/v2/bag/7":          "", // a word of its own
		"/shops/s1/v2/customers/7/it": "",
	} {
		e, _ := start(t, func(o *engine.Options) {
			o.Platform.API = []string{"/shops/{shop}/v2/", "/shops/{shop}/v3/"}
			o.Fixtures = toys(t, fstest.MapFS{
				"toy/lookups/c.response.http": lookup("GET /shops/{shop}/v2/customers", `[]`),
				"toy/lookups/d.response.http": lookup("GET /shops/{shop}/v2/customers/{id}", `{"id":1}`),
				"toy/lookups/e.response.http": lookup("GET /shops/{shop}/v2/bags/{id}", `{"id":1}`),
			})
		})
		w := call(e, http.MethodGet, target, "")
		if entry := last(t, e, 1); w.Code != 404 || entry.Text != near || (entry.Gap == "") != (near != "") {
			t.Errorf("%s: %d, %q, the gap %q", target, w.Code, entry.Text, entry.Gap)
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
