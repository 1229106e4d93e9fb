package engine

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// MaxRequest is how many bytes of body the platform's API takes; a longer one gets the platform's own 413.
const MaxRequest = 1 << 20

// exchange is one call of the receiver while it is answered: the answer, and what the journal says about the call.
type exchange struct {
	entry  journal.Entry
	header http.Header
	status int
	body   bytes.Buffer
}

func (x *exchange) Header() http.Header { return x.header }

func (x *exchange) WriteHeader(status int) {
	if x.status == 0 {
		x.status = status
	}
}

func (x *exchange) Write(p []byte) (int, error) {
	x.WriteHeader(http.StatusOK)
	return x.body.Write(p)
}

var _ http.ResponseWriter = (*exchange)(nil)

type exchangeKey struct{}

// newMux files the registration API under its patterns, and reads the lookups. What each call is, is known by its pattern.
func (e *Engine) newMux() error {
	e.mux, e.routes = http.NewServeMux(), map[string]routed{}
	routes := e.Platform.Routes(e.State)
	for _, route := range routes {
		_, path, _ := strings.Cut(route.Pattern, " ")
		e.own = append(e.own, path)
		for _, pattern := range bothForms(route.Pattern) {
			err := e.file(pattern, routed{journal.Registration, route.Creates}, func(w http.ResponseWriter, r *http.Request) {
				x := r.Context().Value(exchangeKey{}).(*exchange)
				x.entry.Kind, x.entry.Creates = journal.Registration, route.Creates
				e.answer(w, r, func(a mockplatforms.Account) {
					if route.Creates {
						if status, refused := e.State.Refused(""); refused {
							e.State.Error(w, r, status)
							return
						}
					}
					route.Serve(w, r, a)
				})
			})
			if err != nil {
				return err
			}
		}
	}
	e.lookups = mockplatforms.Lookups(e.State.Fixtures, e.Platform.Name)
	for _, l := range e.lookups {
		if err := l.Check(routes); err != nil {
			return fmt.Errorf("%s: the route %q cannot be served: %w", e.Platform.Name, l.Route(), err)
		}
	}
	return nil
}

// file puts a handler under its pattern. A pattern may be a user's Fixture-Route, so what net/http panics with becomes an error.
func (e *Engine) file(pattern string, is routed, h http.HandlerFunc) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%s: the route %q cannot be served: %v", e.Platform.Name, pattern, p)
		}
	}()
	e.mux.HandleFunc(pattern, h)
	e.routes[pattern] = is
	return nil
}

func (e *Engine) lookUp(x *exchange, r *http.Request, candidates []mockplatforms.Lookup) {
	x.entry.Kind = journal.Lookup
	lookup := candidates[0]
	for _, l := range candidates {
		if l.Takes(r) {
			lookup = l
		}
	}
	x.entry.Resource, x.entry.IDs = lookup.Resource, lookup.IDs(r)
	e.answer(x, r, func(mockplatforms.Account) {
		if status, refused := e.State.LookupRefused(); refused {
			e.State.Error(x, r, status)
			return
		}
		lookup.Answer(e.State, x, r)
	})
}

// answer lets serve answer a call that carries the credentials of an account, and refuses any other.
func (e *Engine) answer(w http.ResponseWriter, r *http.Request, serve func(mockplatforms.Account)) {
	account := e.State.Accounts()[0]
	if e.Platform.Authorize != nil {
		found, ok := e.Platform.Authorize(e.State, r)
		if !ok {
			e.State.Error(w, r, e.Platform.Denied)
			return
		}
		account = found
	}
	r.Context().Value(exchangeKey{}).(*exchange).entry.Client = account.Client
	serve(account)
}

// bothForms accepts each path with a slash at its end and without it: vendors' own clients write both.
func bothForms(pattern string) []string {
	bare := strings.TrimSuffix(pattern, "/")
	if bare == "" || strings.HasSuffix(bare, " ") { // "POST /"
		return []string{bare + "/{$}"}
	}
	return []string{bare, bare + "/{$}"}
}

// ServeHTTP answers a call of the receiver: to the registration API, to a lookup, or to something that the platform
// does not have. Whatever comes is answered in the platform's own words and journaled.
func (e *Engine) ServeHTTP(w http.ResponseWriter, r *http.Request) { e.calls.ServeHTTP(w, r) }

// serve answers what has come through, if anything stands between the receiver and the platform.
func (e *Engine) serve(w http.ResponseWriter, r *http.Request) {
	x := &exchange{header: http.Header{}, entry: journal.Entry{
		Kind: journal.Unknown, Platform: e.Platform.Name, At: time.Now(), Virtual: e.Clock.Now(),
	}}
	e.inFlight.Add(1)
	defer e.inFlight.Add(-1)
	body, err := io.ReadAll(io.LimitReader(r.Body, MaxRequest+1))
	x.entry.Request = journal.Message{
		Method: r.Method, URL: r.URL.RequestURI(), Header: delivery.Fields(r.Header), Body: body,
	}
	if host := r.Host; host != "" {
		scheme := "http://"
		if r.TLS != nil {
			scheme = "https://"
		}
		x.entry.Request.URL = scheme + host + r.URL.RequestURI()
	}
	e.reply(x, r, body, err)
	x.WriteHeader(http.StatusOK)
	answer := x.body.Bytes()
	if r.Method == http.MethodHead {
		w.Header().Set("Content-Length", strconv.Itoa(len(answer)))
		answer = nil
	}
	x.entry.Took = time.Since(x.entry.At)
	x.entry.Response = journal.Message{Status: x.status, Header: delivery.Fields(x.header), Body: answer}
	// Journaled before it is answered: who has the answer may rely on the entry.
	e.Journal.Append(x.entry)
	maps.Copy(w.Header(), x.header)
	w.WriteHeader(x.status)
	_, _ = w.Write(answer) // the receiver may be gone
}

// reply has the platform answer a call whose body was read, or was not. What breaks in us is a 500 that the journal explains.
func (e *Engine) reply(x *exchange, r *http.Request, body []byte, err error) {
	defer func() {
		if p := recover(); p != nil {
			x.entry.Failure = fmt.Sprintf("hookdrill broke while it answered: %v", p)
			x.status, x.header = 0, http.Header{}
			x.body.Reset()
			http.Error(x, x.entry.Failure, http.StatusInternalServerError)
		}
	}()
	switch {
	case err != nil:
		x.entry.Failure = "the request broke off: " + err.Error()
		e.State.Error(x, r, http.StatusBadRequest)
	case len(body) > MaxRequest:
		x.entry.Request.Body, x.entry.Request.Truncated = body[:MaxRequest], true
		e.State.Error(x, r, http.StatusRequestEntityTooLarge)
	default:
		r = r.WithContext(context.WithValue(r.Context(), exchangeKey{}, x))
		r = mockplatforms.WithReason(r, func(why string) { x.entry.Rejected = why })
		r.Body = io.NopCloser(bytes.NewReader(body))
		e.dispatch(x, r)
	}
}

func (e *Engine) dispatch(x *exchange, r *http.Request) {
	handler, pattern := e.mux.Handler(r)
	clean := path.Clean(r.URL.Path)
	if clean != "/" && strings.HasSuffix(r.URL.Path, "/") {
		clean += "/"
	}
	if pattern != "" && clean == r.URL.Path {
		e.mux.ServeHTTP(x, r)
		return
	}
	probe := &exchange{header: http.Header{}}
	handler.ServeHTTP(probe, r)
	var found []mockplatforms.Lookup
	var missing string
	if clean == r.URL.Path {
		found = mockplatforms.Find(e.lookups, r)
		if _, own := mockplatforms.Below(e.own, r); !own {
			missing, _ = mockplatforms.Below(e.Platform.API, r)
		}
	}
	switch reads := r.Method == http.MethodGet || r.Method == http.MethodHead; {
	case probe.status == http.StatusMethodNotAllowed:
		x.header.Set("Allow", probe.header.Get("Allow"))
		e.State.Error(x, r, http.StatusMethodNotAllowed)
	case len(found) > 0 && reads:
		e.lookUp(x, r, found)
	case missing != "":
		e.gap(x, r, missing, len(found) > 0)
	case len(found) > 0:
		x.header.Set("Allow", "GET, HEAD")
		e.State.Error(x, r, http.StatusMethodNotAllowed)
	default:
		e.State.Error(x, r, http.StatusNotFound)
	}
}

// gap answers as the platform answers for what it does not have, and says that it is hookdrill that does not have it.
func (e *Engine) gap(x *exchange, r *http.Request, route string, known bool) {
	e.answer(x, r, func(mockplatforms.Account) {
		status, near := http.StatusNotFound, mockplatforms.Misspelt(e.lookups, r.Method+" "+route)
		if near == "" || known || r.Method != http.MethodGet {
			x.entry.Gap = r.Method + " " + route
		} else { // the platform has no such thing either
			x.entry.Text = fmt.Sprintf("it asked for %s %s; did you mean %s?", r.Method, route, near)
		}
		if known {
			x.header.Set("Allow", "GET, HEAD")
			status = http.StatusMethodNotAllowed
		}
		e.State.Error(x, r, status)
	})
}

// Idle says whether no call of the receiver is being answered.
func (e *Engine) Idle() bool { return e.inFlight.Load() == 0 }
