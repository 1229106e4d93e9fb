// Package target is our handle on the receiver under test: a URL, a command that we start, or an http.Handler.
package target

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

// Target is one receiver under test. A field that is nil is something that this receiver does not offer: a scenario
// that needs it is not run.
type Target struct {
	Name      string                              // in words, for reports
	URL       func(platform, event string) string // where callbacks of an event go
	Transport http.RoundTripper                   // how they travel
	LooksUp   bool                                // it fetches what a callback names
	Restarts  bool                                // Register starts it anew: what it remembered is gone
	Says      bool                                // it says in words what it does
	Quiet     time.Duration                       // how long it may go on working after it has answered

	Register func(context.Context) error           // makes it register its hooks
	Start    func(context.Context) error           // ends it and starts it again
	Probe    func(context.Context) ([]byte, error) // its state, as JSON
	Look     func(context.Context) ([]byte, error) // Probe before there are scenarios that bound it
	// Get reads something else of it, as JSON: a URL, or a path at the address of its callbacks.
	Get     func(ctx context.Context, url string) ([]byte, error)
	Output  func() string // the end of what it printed
	Printed func() int64  // how many bytes it has printed so far
	Ended   func() error  // why it is no longer there, nil while it is
	Starts  func() int    // how often it was started
	// Revive brings one that has ended back, or waits for whoever else does.
	Revive    func(context.Context) error
	ComesBack time.Duration // how long Revive waits for somebody else at most; 0: it brings it back itself
	Close     func() error

	dial func(ctx context.Context, network, address string) (net.Conn, error) // of Transport
}

// Sockets is the transport of callbacks where they travel over sockets, nil where they do not.
func (t *Target) Sockets() *http.Transport {
	sockets, _ := t.Transport.(*http.Transport)
	return sockets
}

// Rest ends the connections that wait for another callback: what one scenario has left on them is not the next one's to
// trip over.
func (t *Target) Rest() {
	if sockets := t.Sockets(); sockets != nil {
		sockets.CloseIdleConnections()
	}
}

// Spec says how to reach a receiver that speaks HTTP: what the flags of `hookdrill run` say. {port}, in all texts, is the
// free port that a command is given; {platform} and {event}, in Receiver, are what a callback is about; {NAME.KEY}, in
// Exec and Env, is what platform NAME tells its receivers.
type Spec struct {
	Receiver    string            // URL template of the callbacks
	Receivers   map[string]string // the same by platform, for those that have one of their own
	Exec        string            // a command that is the receiver; "": it is there already
	Dir         string            // where the command runs; "": here
	Env         []string          // NAME=VALUE for the command
	WaitFor     string            // URL that answers 2xx when the receiver is ready; "": its port accepts connections
	WaitTimeout time.Duration     // how long it may take to be ready; 0: 30 s
	Probe       string            // URL of its state
	ProbePath   string            // gjson path to the part of the state that counts
	Register    string            // "start", or a method and a URL, "POST http://…": how to make it register; "": it does not
	LooksUp     bool
	Quiet       time.Duration
	AllowHosts  []string                     // hosts beyond loopback that may be called
	Tell        Tell                         // hears what is waited for
	Expand      func(string) (string, error) // fills in {NAME.KEY}; the error of an unknown one names the nearest
}

// Check refuses what cannot be meant, before anything is opened or started.
func (s Spec) Check() error {
	for _, e := range s.Env {
		if name, _, ok := strings.Cut(e, "="); !ok || name == "" {
			return Misshapen("--env", "NAME=VALUE")
		}
	}
	fill := func(text string) string { return text }
	if s.Exec != "" {
		fill = func(text string) string { return strings.ReplaceAll(text, "{port}", "1") }
	}
	_, err := overHTTP(s, fill)
	return err
}

// Open makes a target of a Spec and waits until it is ready. The error is an *Unreachable if it never is.
func Open(ctx context.Context, s Spec) (*Target, error) {
	if err := s.Check(); err != nil {
		return nil, err
	}
	if s.WaitTimeout == 0 {
		s.WaitTimeout = 30 * time.Second
	}
	if err := s.near(ctx); err != nil {
		return nil, err
	}
	if s.Exec != "" {
		return openCommand(ctx, s)
	}
	return openURL(ctx, s)
}

func openURL(ctx context.Context, s Spec) (*Target, error) {
	t, err := overHTTP(s, func(text string) string { return text })
	if err != nil {
		return nil, err
	}
	t.Close = func() error { return nil }
	t.Ended = func() error { return refuses(t, s.first()) }
	t.ComesBack = min(s.WaitTimeout, comesBack)
	t.Revive = func(ctx context.Context) error {
		s := s
		s.WaitTimeout = t.ComesBack
		return ready(ctx, t, s, s.first(), s.WaitFor, process{})
	}
	if err := ready(ctx, t, s, s.first(), s.WaitFor, process{}); err != nil {
		return nil, err
	}
	return t, nil
}

// comesBack is how long a receiver that has ended is waited for where somebody else may start it again: a container, systemd.
const comesBack = 10 * time.Second

// overHTTP fills in what a URL and a command have in common. Fill puts the port into a text.
func overHTTP(s Spec, fill func(string) string) (*Target, error) {
	for _, template := range s.templates() {
		if err := checkURL("--receiver", example(fill(template)), ", and {platform} and {event},"); err != nil {
			return nil, err
		}
	}
	if s.WaitFor != "" {
		if err := checkURL("--wait-for", fill(s.WaitFor), ""); err != nil {
			return nil, err
		}
	}
	transport := delivery.Transport(s.AllowHosts...)
	t := &Target{
		Name: fill(strings.Join(s.templates(), " ")), Transport: transport, dial: transport.DialContext, LooksUp: s.LooksUp, Quiet: s.Quiet,
		URL: func(platform, event string) string {
			return strings.NewReplacer("{platform}", platform, "{event}", event).Replace(fill(cmp.Or(s.Receivers[platform], s.Receiver, s.first())))
		},
	}
	t.Get = func(ctx context.Context, where string) ([]byte, error) {
		return probe(ctx, t.Transport, at(t.URL("p", "e"), fill(where)), "")
	}
	if s.Probe != "" {
		if err := checkURL("--probe", fill(s.Probe), ""); err != nil {
			return nil, err
		}
		t.Probe = func(ctx context.Context) ([]byte, error) { return probe(ctx, t.Transport, fill(s.Probe), s.ProbePath) }
		t.Look = func(ctx context.Context) ([]byte, error) { return s.look(ctx, redacted(fill(s.Probe)), t.Probe) }
	}
	method, address, err := RegisteredBy(fill(s.Register))
	if err != nil {
		return nil, err
	}
	if address != "" {
		t.Register = func(ctx context.Context) error { return call(ctx, t.Transport, method, address) }
	}
	return t, nil
}

// templates are the URLs of the callbacks, each once.
func (s Spec) templates() []string {
	list := slices.Sorted(maps.Values(s.Receivers))
	if s.Receiver != "" || len(list) == 0 {
		list = append(list, s.Receiver)
	}
	return slices.Compact(list)
}

// first is one of them: all are at one receiver.
func (s Spec) first() string { return s.templates()[0] }

// at is a URL as it stands, or a path at the address of another.
func at(base, where string) string {
	u, err := url.Parse(base)
	if err != nil || !strings.HasPrefix(where, "/") {
		return where
	}
	return (&url.URL{Scheme: u.Scheme, User: u.User, Host: u.Host}).String() + where
}

// example is the URL of some callback.
func example(template string) string {
	return strings.NewReplacer("{platform}", "p", "{event}", "e").Replace(template)
}

// checkURL refuses what is not a URL, and what is left of placeholders. Filled says what beside {port} can be filled in.
func checkURL(flag, text, filled string) error {
	if strings.ContainsAny(text, "{}") {
		return fmt.Errorf("%s %q: only {port}, with --exec%s can be filled in here", flag, shown(text), filled)
	}
	return CheckURL(flag, text)
}

// CheckURL refuses what is not a URL that callbacks can go to, http or https. Flag is how it was given.
func CheckURL(flag, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return fmt.Errorf("%s %q is not a URL; write it as http://127.0.0.1:3000/path", flag, shown(text))
	}
	if port, err := strconv.ParseUint(cmp.Or(u.Port(), "80"), 10, 16); err != nil || port == 0 {
		return fmt.Errorf("%s: %s is not a port; one is 1 to 65535", flag, u.Port())
	}
	if err := delivery.Refused(u.Hostname()); err != nil {
		return fmt.Errorf("%s: %w", flag, err)
	}
	return nil
}
