package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps"
)

// The admin endpoint takes orders from `hookdrill send`: POST /send. No web page can give any: a browser sends no
// X-Hookdrill field to another origin without asking first, and that is not answered; a name that a page has turned
// into our address is not a loopback Host.
const (
	adminField = "X-Hookdrill"
	maxOrder   = 1 << 20
)

// order is what send asks for.
type order struct {
	Platform string       `json:"platform,omitempty"` // "": the one that has the event
	Event    string       `json:"event"`
	Values   []assignment `json:"values,omitempty"`
	New      bool         `json:"new,omitempty"`
	Faults   []string     `json:"faults,omitempty"`
	Target   string       `json:"target,omitempty"`
}

// assignment puts a value at a gjson path of the payload.
type assignment struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// receipt is what came of an order.
type receipt struct {
	Hookdrill string    `json:"hookdrill"` // the version: also how send knows that it is us who answer
	Error     string    `json:"error,omitempty"`
	Platform  string    `json:"platform,omitempty"`
	URL       string    `json:"url,omitempty"`   // of the platform: where a receiver registers
	Hooks     []string  `json:"hooks,omitempty"` // the events of all hooks, where none listens to this one
	Attempts  []attempt `json:"attempts"`
}

type attempt struct {
	Hook         int64  `json:"hook"`
	Method       string `json:"method"`
	URL          string `json:"url"`
	Status       int    `json:"status"` // 0: no answer
	Failure      string `json:"failure,omitempty"`
	Acknowledged bool   `json:"acknowledged"`
}

// office is where orders are carried out.
type office struct {
	served   []*served
	fixtures *fixtures.Set
	seed     string
	renewed  atomic.Int64
}

// adminServer is the endpoint.
type adminServer struct {
	*http.Server
	url string
}

func openAdmin(address string, o *office) (*adminServer, error) {
	host, _, err := net.SplitHostPort(address)
	if err != nil || !isLoopback(host) {
		return nil, fmt.Errorf("--admin %q is no loopback address; write it as 127.0.0.1:4009", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, cannotListen("--admin", address, err)
	}
	server := &http.Server{Handler: o, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	go func() { _ = server.Serve(listener) }() // ends with Close
	return &adminServer{server, "http://" + listener.Addr().String()}, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	host := r.Host
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	refuse := func(status int, text string) { answer(w, status, receipt{Error: text}) }
	switch {
	case !isLoopback(host):
		refuse(http.StatusForbidden, "the Host is not a loopback one")
	case r.Header.Get(adminField) == "":
		refuse(http.StatusForbidden, "the field "+adminField+" is missing")
	case r.URL.Path != "/send":
		refuse(http.StatusNotFound, "there is only /send here")
	case r.Method != http.MethodPost:
		w.Header().Set("Allow", http.MethodPost)
		refuse(http.StatusMethodNotAllowed, "orders are POSTed")
	case media != "application/json":
		refuse(http.StatusUnsupportedMediaType, "orders are application/json")
	default:
		o.take(w, r)
	}
}

func (o *office) take(w http.ResponseWriter, r *http.Request) {
	var wanted order
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
	if err == nil {
		err = json.Unmarshal(body, &wanted)
	}
	if err != nil {
		answer(w, http.StatusBadRequest, receipt{Error: "the order cannot be read: " + err.Error()})
		return
	}
	done, err := o.send(r.Context(), wanted)
	status := http.StatusOK
	if err != nil {
		status, done.Error = http.StatusUnprocessableEntity, err.Error()
	}
	answer(w, status, done)
}

func answer(w http.ResponseWriter, status int, done receipt) {
	done.Hookdrill = version()
	if done.Attempts == nil {
		done.Attempts = []attempt{}
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(done) // who asked may be gone
}

// send lets the event happen. The error is an order that cannot be carried out.
func (o *office) send(ctx context.Context, wanted order) (receipt, error) {
	s, err := o.platform(wanted)
	if err != nil {
		return receipt{}, err
	}
	done := receipt{Platform: s.platform.Name, URL: s.listener.URL}
	event, err := o.event(s, wanted)
	if err != nil {
		return done, err
	}
	if wanted.Target != "" {
		o.aim(s, event.Message, wanted.Target)
	}
	if len(s.engine.Listeners(event.Message)) == 0 {
		for _, h := range s.engine.State.Hooks.List() {
			done.Hooks = append(done.Hooks, h.Event)
		}
		return done, nil
	}
	entries, err := s.engine.Deliver(ctx, event)
	for _, e := range entries {
		done.Attempts = append(done.Attempts, attemptOf(e))
	}
	if err != nil && s.engine.State.Accounts()[0].Target == "" {
		err = fmt.Errorf("%w (start serve with --receiver URL, or send with --target URL)", err)
	}
	return done, err
}

func attemptOf(e journal.Entry) attempt {
	return attempt{e.Hook, e.Request.Method, e.Request.URL, e.Response.Status, e.Failure, e.Acknowledged}
}

// platform finds whose event it is.
func (o *office) platform(wanted order) (*served, error) {
	var having []*served
	var names, events []string
	for _, s := range o.served {
		names = append(names, s.platform.Name)
		if wanted.Platform == s.platform.Name {
			return s, nil
		}
		own := o.fixtures.Events(s.platform.Name)
		events = append(events, own...)
		if slices.Contains(own, wanted.Event) {
			having = append(having, s)
		}
	}
	switch {
	case wanted.Platform != "":
		return nil, fmt.Errorf("no platform %q is served%s (there are %s)", wanted.Platform, fixtures.Hint(wanted.Platform, names), strings.Join(names, ", "))
	case len(having) == 0:
		return nil, fmt.Errorf("no platform has an event %q%s (`hookdrill list events` lists them all)", wanted.Event, fixtures.Hint(wanted.Event, events))
	case len(having) > 1:
		return nil, fmt.Errorf("%q is an event of several platforms; say which with --platform", wanted.Event)
	}
	return having[0], nil
}

// event makes what is to happen.
func (o *office) event(s *served, wanted order) (engine.Event, error) {
	m, err := o.fixtures.Event(s.platform.Name, wanted.Event)
	if err != nil {
		return engine.Event{}, err
	}
	if wanted.New {
		if m, err = steps.Renew(m, o.seed, o.renewed.Add(1)); err != nil {
			return engine.Event{}, err
		}
	}
	changed := *m
	for _, v := range wanted.Values {
		if changed.Body, err = fixtures.Overlay(changed.Body, v.Path, v.Value); err != nil {
			return engine.Event{}, err
		}
	}
	ev := engine.Event{Message: &changed}
	var broken []error
	for _, name := range wanted.Faults {
		f, err := fault.Find(name)
		if err == nil {
			err = engine.Fits(s.platform, f)
		}
		ev.Faults, broken = append(ev.Faults, f), append(broken, err)
	}
	return ev, errors.Join(broken...)
}

// aim sees to it that a hook for the event points to the target.
func (o *office) aim(s *served, m *fixtures.Message, target string) {
	account := s.engine.State.Accounts()[0]
	for _, h := range s.engine.Listeners(m) {
		if h.Target == target || h.Target == "" && account.Target == target {
			return
		}
	}
	now := s.engine.State.Now()
	s.engine.State.Hooks.Add(mockplatforms.Hook{
		Client: account.Client, Event: m.Meta.Event, Target: target, Active: true, Fields: map[string]string{}, Created: now, Updated: now,
	}, nil)
}
