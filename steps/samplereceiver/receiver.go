// Package samplereceiver is one correct receiver of Oliver POS, Cratejoy and BigCommerce callbacks, and the table of the
// bugs that can be switched on in it. A harness must be able to fail: the correct receiver passes every scenario, and
// each bug fails those that are there to catch it.
//
// It is written against the platforms' documents as any receiver is. Of hookdrill it uses nothing but the hint at a
// misspelt name: what harness and receiver shared, both could get wrong without anybody seeing it.
//
// # Endpoints
//
//	POST      /hooks/oliver              a callback in any of the three dialects
//	POST, GET /hooks/cratejoy/{event}    a target for each event: the payload does not say which one it is
//	POST      /hooks/bigcommerce         a signed callback
//	                                     (the first and the last take any path below theirs too, and do not read it)
//	GET       /state                     what has become of them, as JSON that holds no times
//	POST      /register                  registers the hooks (again): 200 when all stand, 502 otherwise
//	GET       /healthz                   200 while it lives
package samplereceiver

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Config is what the receiver is told. All of it may be left out, but without Self it cannot register its hooks.
type Config struct {
	Self        string            // its own base URL, "http://127.0.0.1:3000"; the registered targets are below it
	Platforms   map[string]string // the base URL of each platform to register with and to look things up at
	Credentials map[string]string // "bigcommerce.store_hash", ".token", ".secret", "cratejoy.user", ".password", "oliver.path"
	// Events is the catalogue of a platform; what is not in it is an unknown event. Nil: every event is known.
	Events func(platform string) []string
	Client *http.Client                                     // for its own calls; nil: one of its own
	Wait   func(ctx context.Context, d time.Duration) error // how it waits between tries; nil: in real time
	Say    func(word string)                                // hears what it has done; nil: nobody
	Bug    string                                           // a name of Bugs, "" is the correct receiver
}

// Receiver is the receiver. It starts no goroutines and keeps its state in memory.
type Receiver struct {
	config      Config
	client      http.Client
	platforms   []*platform         // in the order in which it registers with them
	known       map[string][]string // the catalogues
	registering chan struct{}       // holds a token while hooks are registered: two at once would register them twice

	turn sync.Mutex // of the bug that handles one callback at a time

	mu   sync.Mutex
	dead bool
	seen map[string]bool // callbacks that had their effect, or are about to

	newest int64 // for the bug that drops what is older than the newest
	state  state
}

// state is what GET /state shows. Its lists only grow, or are replaced as a whole.
type state struct {
	Processed int       `json:"processed"`
	Records   []record  `json:"records"`
	Fetched   []lookup  `json:"fetched"`
	Hooks     []hook    `json:"hooks"`
	Refused   []refusal `json:"hooks_refused"`
}

// record is the effect of one callback.
type record struct {
	Platform string   `json:"platform"`
	Event    string   `json:"event"`   // as it was received: with the channel's own id
	ID       any      `json:"id"`      // of the thing, as it was received; null where the platform sends none
	Texts    []string `json:"texts"`   // the string values of the payload, decoded, sorted by their keys
	Numbers  []any    `json:"numbers"` // the numbers of what the payload is about, as they were received, sorted by their keys
}

// lookup is something that was fetched after a callback, and what the platform answered.
type lookup struct {
	Platform string `json:"platform"`
	Path     string `json:"path"`
	Status   int    `json:"status"`
}

// hook is a hook that the receiver wants, and once it is in the state, one that stands.
type hook struct {
	Platform string `json:"platform"`
	Event    string `json:"event"`
	target   string
}

// refusal is a hook that could not be registered. Status 0 means that there was no answer.
type refusal struct {
	hook
	Status int `json:"status"`
}

// New makes a receiver. The error is a bug that is not in the table.
func New(config Config) (*Receiver, error) {
	var names []string
	for _, b := range Bugs() {
		names = append(names, b.Name)
	}
	if config.Bug != "" && !slices.Contains(names, config.Bug) {
		return nil, fmt.Errorf("the sample receiver has no bug %q%s", config.Bug, fixtures.Hint(config.Bug, names))
	}
	config.Self = strings.TrimSuffix(config.Self, "/")
	if config.Wait == nil {
		config.Wait = Wait
	}
	if config.Say == nil {
		config.Say = func(string) {}
	}
	r := &Receiver{
		config: config, registering: make(chan struct{}, 1), known: map[string][]string{}, seen: map[string]bool{},
		state: state{Records: []record{}, Fetched: []lookup{}, Hooks: []hook{}, Refused: []refusal{}},
	}
	if config.Client != nil {
		r.client = *config.Client
	}
	// A redirect is not followed: it would take the platform's token to wherever it points.
	r.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r.platforms = []*platform{r.bigcommerce(), r.cratejoy(), r.oliver()}
	for _, p := range r.platforms {
		p.base = strings.TrimSuffix(config.Platforms[p.name], "/")
		if config.Events != nil {
			r.known[p.name] = config.Events(p.name)
		}
	}
	return r, nil
}

// Path is where the receiver takes the callbacks of an event of a platform.
func Path(platform, event string) string {
	if platform == "cratejoy" {
		return "/hooks/cratejoy/" + event
	}
	return "/hooks/" + platform
}

var _ http.Handler = (*Receiver)(nil)

// ServeHTTP answers a callback, or a call to one of its own endpoints.
func (r *Receiver) ServeHTTP(w http.ResponseWriter, req *http.Request) {
	if r.isDead() {
		panic(http.ErrAbortHandler) // what is left of a process that has ended: connections that break off
	}
	path := strings.TrimSuffix(req.URL.Path, "/")
	if rest, ok := strings.CutPrefix(path, "/hooks/"); ok {
		if r.has("redirects") && path == req.URL.Path {
			http.Redirect(w, req, path+"/", http.StatusTemporaryRedirect)
			return
		}
		name, event, _ := strings.Cut(rest, "/")
		for _, p := range r.platforms {
			if p.name == name && (event != "" || name != "cratejoy") {
				a := r.receive(req, p, event)
				if a.status == http.StatusMethodNotAllowed {
					w.Header().Set("Allow", strings.Join(p.methods, ", "))
				}
				if r.has("chatty-headers") {
					w.Header().Set("X-Debug", strings.Repeat("all that is known ", 512))
				}
				a.write(w)
				return
			}
		}
	}
	switch {
	case path == "/healthz" && allowed(w, req, http.MethodGet):
		answer{http.StatusOK, "ok"}.write(w)
	case path == "/state" && allowed(w, req, http.MethodGet):
		r.show(w)
	case path == "/register" && allowed(w, req, http.MethodPost):
		a := answer{http.StatusOK, "all hooks stand"}
		if err := r.Register(req.Context()); err != nil {
			a = answer{http.StatusBadGateway, err.Error()}
		}
		a.write(w)
	case path != "/healthz" && path != "/state" && path != "/register":
		answer{http.StatusNotFound, "there is nothing here"}.write(w)
	}
}

// allowed answers a request that comes with another method.
func allowed(w http.ResponseWriter, req *http.Request, method string) bool {
	if req.Method == method {
		return true
	}
	w.Header().Set("Allow", method)
	answer{http.StatusMethodNotAllowed, "the method has to be " + method}.write(w)
	return false
}

// answer is what a request is answered. The zero value means that there is no answer yet.
type answer struct {
	status int
	text   string
}

func (a answer) given() bool { return a.status != 0 }

func (a answer) write(w http.ResponseWriter) {
	if a.text == "" {
		w.WriteHeader(a.status)
		return
	}
	body, _ := json.Marshal(map[string]string{"error": a.text}) // a text always has a JSON form
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(a.status)
	_, _ = w.Write(body) // the caller may be gone
}

// show answers with the state.
func (r *Receiver) show(w http.ResponseWriter) {
	r.mu.Lock()
	s := r.state
	r.mu.Unlock()
	var body bytes.Buffer
	e := json.NewEncoder(&body)
	e.SetEscapeHTML(false) // who looks for "a < b" finds it
	if err := e.Encode(s); err != nil {
		answer{http.StatusInternalServerError, "the state cannot be shown"}.write(w)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(body.Bytes()) // who asked may be gone
}

// has says whether a bug is switched on.
func (r *Receiver) has(bug string) bool { return r.config.Bug == bug }

// die ends the receiver after the answer that is being made.
func (r *Receiver) die() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.dead = true
}

func (r *Receiver) isDead() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.dead
}

// claim takes a callback's keys, unless one of them is taken: then it is a duplicate. Keys are claimed before the work
// begins, so that of two copies at once only one does it.
func (r *Receiver) claim(keys []string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range keys {
		if r.seen[k] && !r.has("no-dedupe") {
			return false
		}
	}
	for _, k := range keys {
		r.seen[k] = true
	}
	return true
}

// release gives the keys back when the work has failed: the platform sends the callback again, and it is no duplicate.
func (r *Receiver) release(keys []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, k := range keys {
		delete(r.seen, k)
	}
}

// keep files the effect of a callback.
func (r *Receiver) keep(rec record) {
	r.mu.Lock()
	r.state.Processed++
	r.state.Records = append(r.state.Records, rec)
	r.mu.Unlock()
	r.config.Say("processed " + rec.Event)
}

// Wait passes real time.
func Wait(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
