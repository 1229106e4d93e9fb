// Package engine brings any platform to life: it serves the registration API and the lookups, delivers callbacks, and
// records both. It names no platform. Only the engine acts; all that is judged later is read from its journal.
package engine

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/clock"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Engine is one account of one platform, in one scenario.
type Engine struct {
	Platform *mockplatforms.Platform
	State    *mockplatforms.State
	Journal  *journal.Journal
	Clock    *clock.Clock

	transport http.RoundTripper
	timeout   time.Duration
	stamp     clock.Stamp
	seed      string
	events    atomic.Int64
	inFlight  atomic.Int64
	mux       *http.ServeMux
}

// Options are what an engine is made of. Platform and Fixtures are needed; the rest has defaults.
type Options struct {
	Platform  *mockplatforms.Platform
	Fixtures  *fixtures.Set
	Transport http.RoundTripper      // how callbacks travel; nil: sockets, to loopback only
	Timeout   time.Duration          // how long an answer may take; 0: the platform's own
	Stamp     clock.Stamp            // the receiver's time; nil: time.Now
	Seed      string                 // ids of events derive from it: two scenarios with one seed send the same ids
	Settings  map[string]string      // switches of the platform
	Account   *mockplatforms.Account // nil: the platform's example account
}

// New makes an engine. The error is a switch that the platform does not have, or a route that cannot be served.
func New(o Options) (*Engine, error) {
	e := &Engine{
		Platform: o.Platform, Journal: &journal.Journal{}, Clock: &clock.Clock{},
		transport: o.Transport, timeout: o.Timeout, stamp: o.Stamp, seed: o.Seed,
	}
	if e.stamp == nil {
		e.stamp = time.Now
	}
	if e.timeout == 0 {
		e.timeout = o.Platform.Policy.Timeout
	}
	if e.transport == nil {
		e.transport = delivery.Transport()
	}
	e.State = mockplatforms.NewState(o.Platform, o.Fixtures, e.stamp)
	if o.Account != nil {
		e.State.SetAccount(*o.Account)
	}
	for name, value := range o.Settings {
		if err := e.State.Set(name, value); err != nil {
			return nil, err
		}
	}
	if err := e.newMux(); err != nil {
		return nil, err
	}
	return e, nil
}

// Travel says how callbacks travel from now on; nil leaves it as it is. It is set before the first callback.
func (e *Engine) Travel(transport http.RoundTripper) {
	if transport != nil {
		e.transport = transport
	}
}

// Event is something that happens on the platform.
type Event struct {
	Message  *fixtures.Message
	Verbatim bool                            // the body goes out as it is in the message
	ID       string                          // "": a new one. The same id again is the same event again
	At       time.Time                       // zero: now
	Delivery string                          // the id that the callback is sent under; "": ID. Another one makes it another delivery of the same event
	Skew     time.Duration                   // signed at another time than now: before (negative) or after
	Faults   []fault.Fault                   // what goes wrong on the way
	Hooks    func(h mockplatforms.Hook) bool // which of the matching hooks get it; nil: all
}

// NewID gives the next event id of this engine. It is a function of the seed and of how many came before.
func (e *Engine) NewID() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", e.seed, e.Platform.Name, e.events.Add(1)))
	return "msg_" + hex.EncodeToString(sum[:12])
}

// Listeners are the hooks that get an event: active, and registered for it or for a wildcard that covers it.
func (e *Engine) Listeners(m *fixtures.Message) []mockplatforms.Hook {
	var list []mockplatforms.Hook
	for _, h := range e.State.Hooks.List() {
		if h.Active && e.Hears(h, m) {
			list = append(list, h)
		}
	}
	return list
}

// Hears says whether a hook is registered for an event: by its name, or by a wildcard that covers it.
func (e *Engine) Hears(h mockplatforms.Hook, m *fixtures.Message) bool {
	if e.Platform.Matches != nil {
		return e.Platform.Matches(h, m)
	}
	return h.Event == m.Meta.Event
}

// Deliver sends an event to each of its listeners, one after the other, and gives the attempts as they stand in the
// journal. No listener, no attempt. The error is a callback that could not be made, never a bad answer.
func (e *Engine) Deliver(ctx context.Context, ev Event) ([]journal.Entry, error) {
	if ev.ID == "" {
		ev.ID = e.NewID()
	}
	if ev.Delivery == "" {
		ev.Delivery = ev.ID
	}
	if ev.At.IsZero() {
		ev.At = e.stamp()
	}
	var attempts []journal.Entry
	for _, hook := range e.Listeners(ev.Message) {
		if ev.Hooks != nil && !ev.Hooks(hook) {
			continue
		}
		attempt, err := e.attempt(ctx, hook, ev)
		if err != nil {
			return attempts, err
		}
		attempts = append(attempts, attempt)
	}
	return attempts, nil
}

func (e *Engine) attempt(ctx context.Context, hook mockplatforms.Hook, ev Event) (journal.Entry, error) {
	account := e.accountOf(hook)
	request, err := e.Platform.Encode(e.State, mockplatforms.Callback{
		Account: account, Hook: hook, Message: ev.Message, Verbatim: ev.Verbatim, ID: ev.ID, At: ev.At,
	})
	if err != nil {
		return journal.Entry{}, fmt.Errorf("%s cannot send %s: %w", e.Platform.Title, ev.Message.Name, err)
	}
	if ev.Verbatim {
		request = verbatim(request, ev.Message)
	}
	if !slices.ContainsFunc(request.Header, func(f fixtures.Field) bool { return strings.EqualFold(f.Name, "User-Agent") }) {
		request = request.WithHeader("User-Agent", "hookdrill") // which name platforms give themselves is not published
	}
	request, names := apply(request, ev.Faults, false)
	if e.Platform.Sign != nil {
		fields, err := e.Platform.Sign(account, ev.Delivery, e.stamp().Add(ev.Skew), request.Body)
		if err != nil {
			return journal.Entry{}, err
		}
		request.Header = append(slices.Clip(request.Header), fields...) // the platform may have lent us a fixture's
	}
	request, late := apply(request, ev.Faults, true)
	names = strings.Trim(names+", "+late, ", ")
	began := time.Now()
	answer, failure := delivery.Send(ctx, e.transport, request, e.timeout)
	entry := journal.Entry{
		Kind: journal.Attempt, Platform: e.Platform.Name, At: began, Virtual: e.Clock.Now(), Took: time.Since(began),
		Request:  journal.Message{Method: request.Method, URL: request.URL, Header: request.Header, Body: request.Body},
		Response: answer, Failure: failure,
		Event: ev.Message.Meta.Event, Delivery: ev.Delivery, Hook: hook.ID, Number: 1, Fault: names,
		Acknowledged: failure == "" && e.Platform.Policy.Acknowledged(answer.Status),
	}
	entry.Seq = e.Journal.Append(entry)
	return entry, nil
}

// verbatim has the method and the fields of the message in the place of the platform's: the scenario wrote them.
func verbatim(r mockplatforms.Request, m *fixtures.Message) mockplatforms.Request {
	if method := m.Method(); method != "" {
		r.Method = method
	}
	for _, f := range m.Header {
		r = r.WithoutHeader(f.Name)
	}
	r.Header = append(slices.Clip(r.Header), m.Header...)
	return r
}

// apply puts the request through the faults of one side of the signature.
func apply(r mockplatforms.Request, faults []fault.Fault, afterSigning bool) (changed mockplatforms.Request, names string) {
	for _, f := range faults {
		if f.AfterSigning == afterSigning {
			r = f.Apply(r)
			if names != "" {
				names += ", "
			}
			names += f.Name
		}
	}
	return r, names
}

// accountOf finds the client that a hook belongs to: its secret signs.
func (e *Engine) accountOf(hook mockplatforms.Hook) mockplatforms.Account {
	for _, a := range e.State.Accounts() {
		if a.Client == hook.Client {
			return a
		}
	}
	return e.State.Accounts()[0]
}
