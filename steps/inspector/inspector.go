// Package inspector is the page on which a person watches the platforms and the receiver, and plays the platforms by hand:
// has events happen, callbacks come again, faults begin, time pass, and keeps an exchange as a fixture and a feature. What
// `hookdrill send` asks for is done here too. It shows exchanges with the templates of the HTML report.
package inspector

import (
	"fmt"
	"html/template"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// Options are what an inspector is made of.
type Options struct {
	Title     string // what is inspected: "hookdrill serve", or the receiver of a run
	Version   string
	Platforms []*mockplatforms.Platform
	Fixtures  *fixtures.Set
	Seed      string                              // ids that are made derive from it
	Mask      func(string) string                 // hides secrets
	Token     string                              // asked of whoever comes; "": nobody but this machine can come
	Folder    string                              // where exchanges are kept as fixtures and features
	Command   func(callback journal.Entry) string // the command that runs a feature against the receiver of a callback, but for the feature
	Scenarios int                                 // how many are to run; 0: it is no run
}

// Inspector is the page and what stands behind it. It hears of exchanges (Exchange) and of scenarios (Begin, Scenario), and
// once it has stores (Play) it takes orders about them.
type Inspector struct {
	Options
	URL string // where it is, after Listen

	feed    feed
	guard   *guard
	view    *report.View
	pages   *template.Template
	mux     *http.ServeMux
	stores  atomic.Pointer[[]*store]
	renewed atomic.Int64
	clients chan struct{} // one for each that watches
	drawing chan struct{} // one for each page that is being made
	server  *http.Server
}

// How much an inspector takes at a time: orders are small, and a browser watches once or twice.
const (
	maxOrder   = 1 << 20
	maxClients = 32
	maxDrawing = 2 // pages: making one is work, and orders come in between
)

// New makes an inspector that has no stores yet.
func New(o Options) *Inspector {
	i := &Inspector{
		Options: o, guard: newGuard(o.Token), view: report.NewView(report.Options{Mask: o.Mask}), pages: templates(),
		mux: http.NewServeMux(), clients: make(chan struct{}, maxClients), drawing: make(chan struct{}, maxDrawing),
	}
	i.feed.begin()
	i.stores.Store(&[]*store{})
	i.routes()
	return i
}

func (i *Inspector) routes() {
	i.mux.HandleFunc("GET /{$}", i.drawn(i.page))
	i.mux.HandleFunc("GET /style.css", i.asset("inspector.css", "text/css", string(i.view.Style())))
	i.mux.HandleFunc("GET /script.js", i.asset("inspector.js", "text/javascript", ""))
	i.mux.HandleFunc("GET /events", i.events)
	i.mux.HandleFunc("GET /payload", i.drawn(i.payload))
	i.mux.HandleFunc("GET /exchanges/{exchange}", i.drawn(i.exchange))
	i.mux.HandleFunc("GET /scenarios/{number}", i.drawn(i.scenario))
	i.mux.HandleFunc("POST /login", i.login)
	i.mux.HandleFunc("/send", take(i, i.send))
	i.mux.HandleFunc("/again", take(i, i.again))
	i.mux.HandleFunc("/fault", take(i, i.fault))
	i.mux.HandleFunc("/pass", take(i, i.pass))
	i.mux.HandleFunc("/remove", take(i, i.remove))
	i.mux.HandleFunc("/save", take(i, i.save))
	i.mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
		i.refuse(w, http.StatusNotFound, "there is nothing here")
	})
}

// Play gives the inspector stores to take orders about.
func (i *Inspector) Play(stores []Store) {
	var list []*store
	for _, s := range stores {
		list = append(list, &store{Store: s})
	}
	i.stores.Store(&list)
	i.feed.wake()
}

func (i *Inspector) playing() []*store { return *i.stores.Load() }

// Listen serves the inspector at an address ("127.0.0.1:0": any free port). Other addresses than loopback are taken only
// with a token.
func (i *Inspector) Listen(address string) error {
	host, err := engine.HostOf(address)
	switch {
	case err != nil:
		return err
	case !isLoopback(host) && i.Token == "":
		return fmt.Errorf("%s is not a loopback address: whoever reaches it could give orders. Choose 127.0.0.1 or [::1], or have it ask for a token with --token-env VARIABLE", address)
	}
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1" // where a browser of this machine finds it
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	i.URL = "http://" + net.JoinHostPort(host, port)
	i.server = &http.Server{Handler: i, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second, MaxHeaderBytes: 64 << 10}
	go func() { _ = i.server.Serve(&crowd{Listener: listener, most: maxConnections}) }() // ends with Close
	return err
}

// Close ends the address and its connections.
func (i *Inspector) Close() error {
	if i.server == nil {
		return nil
	}
	return i.server.Close()
}

func isLoopback(host string) bool {
	ip := net.ParseIP(strings.Trim(host, "[]"))
	return strings.EqualFold(host, "localhost") || ip != nil && ip.IsLoopback()
}

// ServeHTTP answers what the guard lets through.
func (i *Inspector) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w = hasty{w}
	for name, value := range headers() {
		w.Header().Set(name, value)
	}
	status, why := i.guard.refuses(r)
	switch {
	case status == http.StatusUnauthorized && r.Method == http.MethodGet && r.URL.Path == "/":
		i.askForToken(w, false)
	case status != 0:
		i.refuse(w, status, why)
	case !i.current(r):
		i.refuse(w, http.StatusConflict, "hookdrill was started anew since this page was loaded; load it anew")
	default:
		i.mux.ServeHTTP(w, r)
	}
}

// current says whether a request is not from a page of another process: what that calls exchange 7 is another one here.
func (i *Inspector) current(r *http.Request) bool {
	from := r.Header.Get(OrderField)
	return from == "" || from == FromSend || from == i.feed.instance
}

func (i *Inspector) refuse(w http.ResponseWriter, status int, text string) {
	i.answer(w, status, Receipt{Error: text})
}
