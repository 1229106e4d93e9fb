// Package engine brings any platform to life: it serves the registration API and the lookups, delivers callbacks, and
// records both. It names no platform. Only the engine acts; all that is judged later is read from its journal.
package engine

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"sync/atomic"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/clock"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
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
	mux       *http.ServeMux // the registration API
	own       []string       // its paths: all that is below them is modelled
	lookups   []mockplatforms.Lookup
	routes    map[string]routed // by pattern
	between   Between
	calls     http.Handler // what the receiver calls: serve, with what stands before it

	schedule schedule
	watch    watch
	newest   newest
	opened   []io.Closer // connections that broken senders have left open
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
	Recorded  func(journal.Entry)    // hears of every entry of the journal as it is filed; optional
	Between   Between                // what stands between the platform and the receiver
}

// New makes an engine. The error is a switch that the platform does not have, or a route that cannot be served.
func New(o Options) (*Engine, error) {
	e := &Engine{
		Platform: o.Platform, Journal: &journal.Journal{Told: o.Recorded}, Clock: &clock.Clock{},
		timeout: o.Timeout, stamp: o.Stamp, seed: o.Seed, between: o.Between,
	}
	if e.stamp == nil {
		e.stamp = time.Now
	}
	if e.timeout == 0 {
		e.timeout = o.Platform.Policy.Timeout
	}
	if o.Transport == nil {
		o.Transport = delivery.Transport()
	}
	e.Travel(o.Transport)
	e.calls = http.HandlerFunc(e.serve)
	if o.Between.Calls != nil {
		e.calls = o.Between.Calls(e.calls, e.classify)
	}
	e.State = mockplatforms.NewState(o.Platform, o.Fixtures, e.stamp)
	e.State.Elapsed = e.Clock.Now
	if o.Account != nil {
		e.State.SetAccount(*o.Account)
	}
	for _, name := range slices.Sorted(maps.Keys(o.Settings)) {
		if err := e.State.Set(name, o.Settings[name]); err != nil {
			return nil, err
		}
	}
	if err := e.newMux(); err != nil {
		return nil, err
	}
	return e, nil
}

// Close ends what scenarios have left open: connections of broken senders, and the journal's file.
func (e *Engine) Close() error {
	for _, c := range e.opened {
		_ = c.Close() // the receiver may have closed it first
	}
	e.opened = nil
	return errors.Join(e.Journal.Err(), e.Journal.Close())
}

// Keep closes something when the scenario ends.
func (e *Engine) Keep(c io.Closer) {
	e.watch.Lock()
	defer e.watch.Unlock()
	e.opened = append(e.opened, c)
}

// Wait says how long an answer may take from now on, in real time.
func (e *Engine) Wait(timeout time.Duration) { e.timeout = timeout }

// Travel says how callbacks travel from now on; nil leaves it as it is. It is set before the first callback.
func (e *Engine) Travel(transport http.RoundTripper) {
	if transport == nil {
		return
	}
	e.transport = transport
	if e.between.Callbacks != nil {
		e.transport = e.between.Callbacks(transport)
	}
}

// NewID gives the next event id of this engine. It is a function of the seed and of how many came before.
func (e *Engine) NewID() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d", e.seed, e.Platform.Name, e.events.Add(1)))
	return "msg_" + hex.EncodeToString(sum[:12])
}

// Listeners are the hooks of the receiver that get an event: active, and registered for it or for a wildcard that covers it.
func (e *Engine) Listeners(m *fixtures.Message) []mockplatforms.Hook {
	var list []mockplatforms.Hook
	for _, h := range e.State.Hooks.List() {
		if h.Active && !h.Elsewhere && e.Hears(h, m) {
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

// accountOf finds the client that a hook belongs to: its secret signs.
func (e *Engine) accountOf(hook mockplatforms.Hook) mockplatforms.Account {
	for _, a := range e.State.Accounts() {
		if a.Client == hook.Client {
			return a
		}
	}
	return e.State.Accounts()[0]
}
