package target

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

// World is what a receiver that lives in this process is told.
type World struct {
	Self      string            // its own base URL
	Platforms map[string]string // the base URL of each platform that plays
	Vars      map[string]string // what platforms tell their receivers: "bigcommerce.token"
	Client    *http.Client      // reaches the platforms; in process it answers for their real hosts too
	Say       func(word string) // files what it does in the scenario's journal: "stored customer 32"
}

// Receiver is a receiver in this process. Only Handler is needed.
type Receiver struct {
	Handler  http.Handler
	Register func(context.Context) error // makes it register its hooks
	Probe    string                      // the path of its state
	LooksUp  bool                        // it fetches what a callback names
	Quiet    time.Duration               // how long it may go on working after it has answered
	Says     bool                        // it uses World.Say, so that scenarios may ask for its words
	Paths    func(platform, event string) string
}

// Make makes a receiver anew: for each scenario, and where a scenario starts it again.
type Make func(World) (Receiver, error)

// Platform is a platform that plays to a handler.
type Platform struct {
	Name    string
	Hosts   []string // its real hosts
	Handler http.Handler
	Vars    map[string]string
	Hear    func(word string) // what the receiver says
}

// inProcess is where a receiver without a socket is: an address that the strictest platform takes.
const inProcess = "https://receiver.test"

// OpenHandler makes a target of a receiver in this process, over sockets or without any. Without, both directions go
// through httpmock: callbacks to the handler, and the receiver's calls of the platforms' real hosts to the platforms.
func OpenHandler(make Make, platforms []Platform, sockets bool) (*Target, error) {
	h := &handler{make: make, platforms: platforms}
	if sockets {
		h.openSockets()
	} else {
		h.openInProcess()
	}
	if err := h.start(); err != nil {
		h.close()
		return nil, err
	}
	t := &Target{
		Name: "a handler in this process", Transport: h.transport, LooksUp: h.receiver.LooksUp, Quiet: h.receiver.Quiet, Says: h.receiver.Says,
		URL: func(platform, event string) string { return h.world.Self + h.current().Paths(platform, event) },
		Start: func(ctx context.Context) error {
			if err := h.start(); err != nil {
				return err
			}
			if r := h.current(); r.Register != nil {
				_ = r.Register(ctx) // what it asked for is judged, not what it says of it
			}
			return nil
		},
		Close: func() error { h.close(); return nil },
	}
	if h.receiver.Register != nil {
		t.Register = func(ctx context.Context) error { return h.current().Register(ctx) }
	}
	t.Get = func(ctx context.Context, where string) ([]byte, error) {
		return probe(ctx, t.Transport, at(h.world.Self, where), "")
	}
	if h.receiver.Probe != "" {
		t.Probe = func(ctx context.Context) ([]byte, error) {
			return probe(ctx, t.Transport, h.world.Self+h.receiver.Probe, "")
		}
	}
	return t, nil
}

type handler struct {
	make      Make
	platforms []Platform
	world     World
	transport http.RoundTripper
	closers   []func()

	mu       sync.Mutex
	receiver Receiver
}

// start puts a new receiver in the place of the old one.
func (h *handler) start() error {
	r, err := h.make(h.world)
	if err != nil {
		return err
	}
	if r.Handler == nil {
		return fmt.Errorf("the receiver has no Handler")
	}
	if r.Paths == nil {
		r.Paths = func(string, string) string { return "/" }
	}
	h.mu.Lock()
	h.receiver = r
	h.mu.Unlock()
	return nil
}

func (h *handler) current() Receiver {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.receiver
}

func (h *handler) close() {
	for _, c := range h.closers {
		c()
	}
}

func (h *handler) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h.current().Handler.ServeHTTP(w, r)
}

func (h *handler) tell(urls map[string]string, client *http.Client) {
	h.world = World{Platforms: urls, Vars: map[string]string{}, Client: client, Say: h.hear}
	for _, p := range h.platforms {
		for k, v := range p.Vars {
			h.world.Vars[p.Name+"."+k] = v
		}
	}
}

// hear passes on what the receiver says, to whoever listens.
func (h *handler) hear(word string) {
	for _, p := range h.platforms {
		if p.Hear != nil {
			p.Hear(word)
		}
	}
}

func (h *handler) openSockets() {
	urls := map[string]string{}
	for _, p := range h.platforms {
		server := httptest.NewServer(p.Handler)
		h.closers = append(h.closers, end(server))
		urls[p.Name] = server.URL
	}
	calls := delivery.Transport()
	h.tell(urls, &http.Client{Transport: calls})
	own := httptest.NewUnstartedServer(h)
	own.Config.ErrorLog = quiet()
	own.Start()
	h.world.Self = own.URL
	callbacks := delivery.Transport()
	h.transport = callbacks
	h.closers = append(h.closers, calls.CloseIdleConnections, callbacks.CloseIdleConnections, end(own))
}

// end closes a server without waiting for its handlers: a receiver under test may have one that never returns.
func end(s *httptest.Server) func() { return func() { _ = s.Config.Close() } }

func (h *handler) openInProcess() {
	answering, urls := map[string]http.Handler{}, map[string]string{}
	for _, p := range h.platforms {
		hosts := p.Hosts
		if len(hosts) == 0 { // no host of its own on the real network
			hosts = []string{p.Name + ".test"}
		}
		urls[p.Name] = "https://" + hosts[0]
		for _, host := range hosts {
			answering[host] = p.Handler
		}
	}
	h.tell(urls, &http.Client{Transport: network(answering)})
	h.world.Self = inProcess
	h.transport = network(map[string]http.Handler{strings.TrimPrefix(inProcess, "https://"): h})
}

// PathTemplate gives the path of each event's callbacks: {platform} and {event} are filled in.
func PathTemplate(path string) func(platform, event string) string {
	return func(platform, event string) string {
		return strings.NewReplacer("{platform}", platform, "{event}", event).Replace(path)
	}
}
