package engine

import (
	"net/http"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Between stands between a platform and the receiver, and may change what passes in either direction. A field that is nil
// changes nothing.
type Between struct {
	Callbacks func(next http.RoundTripper) http.RoundTripper // the platform's, to the receiver
	Calls     func(next http.Handler, of Classify) http.Handler
}

// Classify says what a call of the receiver is to the platform, and whether it asks for hooks.
type Classify func(r *http.Request) (kind journal.Kind, creates bool)

// classify looks at the pattern that a call fits.
func (e *Engine) classify(r *http.Request) (journal.Kind, bool) {
	_, pattern := e.mux.Handler(r)
	route, ok := e.routes[pattern]
	switch {
	case ok:
		return route.kind, route.creates
	case len(mockplatforms.Find(e.lookups, r.Clone(r.Context()))) > 0 && (r.Method == http.MethodGet || r.Method == http.MethodHead):
		return journal.Lookup, false
	}
	return journal.Unknown, false
}

// routed is what a call is that fits a pattern.
type routed struct {
	kind    journal.Kind
	creates bool
}
