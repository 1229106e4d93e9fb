package target_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps/target"
)

func TestURL(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	opened := open(t, target.Spec{Receiver: server.URL + "/{platform}/hooks/{event}?e={event}", LooksUp: true, Quiet: time.Minute})
	if got, want := opened.URL("cratejoy", "customer_new"), server.URL+"/cratejoy/hooks/customer_new?e=customer_new"; got != want {
		t.Errorf("the URL is %s, want %s", got, want)
	}
	if !opened.LooksUp || opened.Quiet != time.Minute || !strings.HasPrefix(opened.Name, server.URL) {
		t.Errorf("it is %+v", opened)
	}
	for what, offered := range map[string]bool{
		"Register": opened.Register != nil, "Start": opened.Start != nil, "Probe": opened.Probe != nil,
		"Output": opened.Output != nil, "Starts": opened.Starts != nil,
	} {
		if offered {
			t.Errorf("a URL alone offers %s", what)
		}
	}
}

// TestURLThatIsGone: nobody listens any more, and somebody else may start it again.
func TestURLThatIsGone(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	opened := open(t, target.Spec{Receiver: server.URL + "/{event}", WaitTimeout: deadline})
	if err := opened.Ended(); err != nil {
		t.Errorf("it is there, and said to have ended: %v", err)
	}
	server.Close()
	says(t, opened.Ended(), "connection refused")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := opened.Revive(ctx); err == nil {
		t.Error("nobody has started it again, and it is back")
	}
	l, err := net.Listen("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Skip(err) // another has the port now
	}
	defer func() { _ = l.Close() }()
	if err := opened.Revive(t.Context()); err != nil {
		t.Error(err)
	}
}

// What cannot be a receiver is misuse: refused at once, and never an *Unreachable.
func TestRefusedSpecs(t *testing.T) {
	const good = "http://127.0.0.1:1/x"
	tests := []struct {
		name string
		spec target.Spec
		says string
	}{
		{"empty", target.Spec{}, "--receiver"},
		{"no scheme", target.Spec{Receiver: "localhost:3000/hooks"}, "write it as http://127.0.0.1:3000/path"},
		{"another scheme", target.Spec{Receiver: "ftp://127.0.0.1/hooks"}, `"ftp://127.0.0.1/hooks" is not a URL`},
		{"no host", target.Spec{Receiver: "http:///hooks"}, "is not a URL"},
		{"a port but no host", target.Spec{Receiver: "http://:80/hooks"}, "is not a URL"},
		{"{port} as the port without a command", target.Spec{Receiver: "http://127.0.0.1:{port}/x"}, "only {port}, with --exec, and {platform} and {event}, can"},
		{"a misspelt placeholder", target.Spec{Receiver: "http://127.0.0.1:1/{evnet}"}, "{platform} and {event}, can be filled in"},
		{"a placeholder in the query", target.Spec{Receiver: "http://127.0.0.1:1/?p={port}"}, "can be filled in"},
		{"the probe", target.Spec{Receiver: good, Probe: "/state"}, "--probe"},
		{"the probe of which platform", target.Spec{Receiver: good, Probe: "http://127.0.0.1:1/{platform}"}, "--probe"},
		{"wait-for", target.Spec{Receiver: good, WaitFor: "127.0.0.1:3000"}, "--wait-for"},
		{"register", target.Spec{Receiver: good, Register: "POST /register"}, "--register"},
		{"register by another method", target.Spec{Receiver: good, Register: "PSOT http://127.0.0.1:1/"}, `by PSOT; did you mean "POST"?`},
		{"register, nearly", target.Spec{Receiver: good, Register: "startt"}, `did you mean "start"?`},
		{"register in other words", target.Spec{Receiver: good, Register: "sometimes"}, `write "start"`},
		{"the port of a command that has none", target.Spec{Receiver: "http://127.0.0.1:{prot}/", Exec: "true"}, "can be filled in"},
		{"an environment without a name", target.Spec{Receiver: good, Exec: "true", Env: []string{"=x"}}, "NAME=VALUE"},
		{"an environment without a value", target.Spec{Receiver: good, Exec: "true", Env: []string{"PORT"}}, "NAME=VALUE"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			test.spec.WaitTimeout = deadline
			_, err := target.Open(t.Context(), test.spec)
			says(t, err, test.says)
			var u *target.Unreachable
			if errors.As(err, &u) {
				t.Error("misuse is told as a receiver that is not reachable")
			}
		})
	}
}

func TestNeverReady(t *testing.T) {
	t.Parallel()
	address := closedPort(t)
	_, err := target.Open(t.Context(), target.Spec{Receiver: "http://" + address + "/hooks/{event}", WaitTimeout: 30 * time.Millisecond})
	u := unreachable(t, err)
	if !strings.Contains(u.Where, address) {
		t.Errorf("where is %q", u.Where)
	}
	says(t, err, "connection refused", "waited 30ms", "--wait-timeout")
}

// A receiver may come up while we wait.
func TestReadyLate(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/health" && calls.Add(1) < 4 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	defer server.Close()
	open(t, target.Spec{Receiver: server.URL, WaitFor: server.URL + "/health", WaitTimeout: deadline})
	if calls.Load() != 4 {
		t.Errorf("ready after %d calls, want 4", calls.Load())
	}
}

func TestWaitForIsNeverGood(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.RedirectHandler("/login", http.StatusFound))
	defer server.Close()
	_, err := target.Open(t.Context(), target.Spec{Receiver: server.URL, WaitFor: server.URL + "/health", WaitTimeout: 30 * time.Millisecond})
	if u := unreachable(t, err); u.Where != server.URL+"/health" {
		t.Errorf("where is %q", u.Where)
	}
	says(t, err, "302 Found")
}

// A health check that hangs is cut off with the wait.
func TestWaitForHangs(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer server.Close()
	defer close(hang)
	_, err := target.Open(t.Context(), target.Spec{Receiver: server.URL, WaitFor: server.URL, WaitTimeout: 30 * time.Millisecond})
	unreachable(t, err)
	says(t, err, "no answer")
}

// Ctrl-C while we wait is not a verdict on the receiver.
func TestInterruptedWait(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.WriteHeader(http.StatusServiceUnavailable)
	}))
	defer server.Close()
	_, err := target.Open(ctx, target.Spec{Receiver: server.URL, WaitFor: server.URL, WaitTimeout: deadline})
	var u *target.Unreachable
	if !errors.Is(err, context.Canceled) || errors.As(err, &u) {
		t.Errorf("the error is %v (%T)", err, err)
	}
}

func TestProbe(t *testing.T) {
	answers := map[string]string{
		"/state": `{"handled":{"orders":[9007199254740993]},"up":1}`, "/html": `<html>`, "/broken": `{"a":1`, "/empty": ``, "/long": "[" + strings.Repeat(" ", 17<<20) + "]",
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if text, ok := answers[r.URL.Path]; ok {
			_, _ = io.WriteString(w, text)
			return
		}
		http.Error(w, `{"a":1}`, http.StatusInternalServerError)
	}))
	defer server.Close()
	tests := []struct{ path, inside, want, says string }{
		{"/state", "", answers["/state"], ""},
		{"/state", "handled.orders", "[9007199254740993]", ""},
		{"/state", "handled.carts", "", `nothing at the path "handled.carts"`},
		{"/html", "", "", "did not answer with JSON"},
		{"/html", "a", "", "did not answer with JSON"},
		{"/broken", "a", "", "did not answer with JSON"},
		{"/empty", "", "", "did not answer with JSON"},
		{"/long", "", "", "answered with more than 16 MB, which is too long"},
		{"/500", "a", "", "500 Internal Server Error"},
	}
	for _, test := range tests {
		opened := open(t, target.Spec{Receiver: server.URL, Probe: server.URL + test.path, ProbePath: test.inside})
		state, err := opened.Probe(t.Context())
		if test.says != "" {
			says(t, err, test.says, server.URL+test.path)
			continue
		}
		if err != nil || string(state) != test.want {
			t.Errorf("%s %s: %s, %v", test.path, test.inside, state, err)
		}
	}
}

// TestUserAndPassword: those of a URL are sent, as net/http does, by all that hookdrill itself asks of a receiver.
func TestUserAndPassword(t *testing.T) {
	var paths []string // one request at a time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if user, password, _ := r.BasicAuth(); user != "us er" || password != "p@ss" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		paths = append(paths, r.Method+" "+r.URL.Path)
		_, _ = io.WriteString(w, "{}")
	}))
	defer server.Close()
	base := strings.Replace(server.URL, "://", "://us%20er:p%40ss@", 1)
	opened := open(t, target.Spec{Receiver: base + "/hooks", WaitFor: base + "/ready", Probe: base + "/state", Register: "get " + base + "/install"})
	_, probed := opened.Probe(t.Context())
	_, got := opened.Get(t.Context(), "/orders")
	if err := errors.Join(probed, got, opened.Register(t.Context())); err != nil {
		t.Fatal(err)
	}
	if want := []string{"GET /ready", "GET /state", "GET /orders", "GET /install"}; !slices.Equal(paths, want) {
		t.Errorf("what came is %q", paths)
	}
	opened = open(t, target.Spec{Receiver: base, Probe: strings.Replace(base, "p%40ss", "wr0ng", 1)})
	if _, err := opened.Probe(t.Context()); err == nil || strings.Contains(err.Error(), "wr0ng") || !strings.Contains(err.Error(), "401") {
		t.Errorf("the error is %v", err)
	}
}

// TestRegisterByPage: an app that registers by its own page leads to others. Those at its address are followed, and no other.
func TestRegisterByPage(t *testing.T) {
	var paths []string // one request at a time
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		paths = append(paths, r.Method+" "+r.URL.Path)
		switch r.URL.Path {
		case "/install":
			http.Redirect(w, r, "/install/", http.StatusMovedPermanently)
		case "/install/":
			http.Redirect(w, r, "https://login.bigcommerce.com/app/1", http.StatusFound)
		case "/round":
			http.Redirect(w, r, "/round", http.StatusFound)
		case "/gone":
			w.WriteHeader(http.StatusGone)
		}
	}))
	defer server.Close()
	for path, want := range map[string]string{"/install": "", "/round": "without end", "/gone": "410 Gone"} {
		opened := open(t, target.Spec{Receiver: server.URL, Register: "GET " + server.URL + path})
		if err := opened.Register(t.Context()); (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
	if n := len(slices.DeleteFunc(paths, func(p string) bool { return p == "GET /round" })); n != 3 {
		t.Errorf("what came is %q", paths)
	}
}

func TestRegisterByURL(t *testing.T) {
	var got atomic.Value
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got.Store(r.Method + " " + r.URL.String())
		if r.URL.Path == "/broken" {
			w.WriteHeader(http.StatusBadGateway)
		}
	}))
	defer server.Close()
	opened := open(t, target.Spec{Receiver: server.URL, Register: "PUT " + server.URL + "/setup?all=1"})
	if err := opened.Register(t.Context()); err != nil {
		t.Error(err)
	}
	if got.Load() != "PUT /setup?all=1" {
		t.Errorf("it was asked %v", got.Load())
	}
	opened = open(t, target.Spec{Receiver: server.URL, Register: "POST " + server.URL + "/broken"})
	says(t, opened.Register(t.Context()), "POST", "/broken", "502")
}

// outside listens on an address of this machine that is not loopback, and that can be reached.
func outside(t *testing.T) net.Listener {
	t.Helper()
	addresses, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range addresses {
		network, ok := a.(*net.IPNet)
		if !ok || network.IP.IsLoopback() || network.IP.To4() == nil {
			continue
		}
		l, err := net.Listen("tcp", net.JoinHostPort(network.IP.String(), "0"))
		if err != nil {
			continue
		}
		if conn, err := net.DialTimeout("tcp", l.Addr().String(), time.Second); err == nil {
			_ = conn.Close()
			return l
		}
		_ = l.Close()
	}
	t.Skip("this machine reaches itself by loopback only")
	return nil
}

// A host that is not loopback gets nothing unless it is named, not even when it is waited for.
func TestAllowHost(t *testing.T) {
	l := outside(t)
	host, _, err := net.SplitHostPort(l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	var calls atomic.Int32
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) })}}
	server.Start()
	defer server.Close()

	for _, waitFor := range []string{"", server.URL} {
		_, err = target.Open(t.Context(), target.Spec{Receiver: server.URL, WaitFor: waitFor, WaitTimeout: deadline})
		var down *target.Unreachable
		if errors.As(err, &down) {
			t.Errorf("a host that nobody has allowed is taken for one that is down: %v", err)
		}
		says(t, err, "--allow-host "+host)
	}
	if calls.Load() != 0 {
		t.Errorf("it was called %d times", calls.Load())
	}

	opened := open(t, target.Spec{Receiver: server.URL, AllowHosts: []string{host}})
	if _, _, _, err := send(t.Context(), opened.Transport, "POST", opened.URL("p", "e"), "x"); err != nil || calls.Load() != 1 {
		t.Errorf("%d calls, %v", calls.Load(), err)
	}
}

// TestGet reads whatever else a receiver shows: a URL, or a path at the address of its callbacks.
func TestGet(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/words" {
			_, _ = io.WriteString(w, "no JSON")
			return
		}
		_, _ = fmt.Fprintf(w, `{"asked":%q}`, r.URL.RequestURI())
	}))
	defer server.Close()
	opened := open(t, target.Spec{Receiver: server.URL + "/hooks/{platform}/{event}?x=1"})
	for _, row := range []struct{ where, want, says string }{
		{"/stats?of=today", `{"asked":"/stats?of=today"}`, ""},
		{server.URL + "/deep/stats", `{"asked":"/deep/stats"}`, ""},
		{"/words", "", "did not answer with JSON"},
		{"stats", "", "the probe failed"},
		{"http://192.0.2.1/stats", "", "192.0.2.1"}, // nothing leaves this machine unasked
	} {
		body, err := opened.Get(t.Context(), row.where)
		if row.says != "" {
			says(t, err, row.says)
		} else if err != nil || string(body) != row.want {
			t.Errorf("%s: %s, %v", row.where, body, err)
		}
	}
	if opened.Sockets() == nil || opened.Sockets() != opened.Transport {
		t.Error("a URL is called over sockets")
	}
}

// TestURLByPlatform: a receiver may have a path for each platform, and one for the others.
func TestURLByPlatform(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	opened := open(t, target.Spec{Receiver: server.URL + "/{platform}", Receivers: map[string]string{"cratejoy": server.URL + "/c/{event}"}})
	if got := opened.URL("cratejoy", "e"); got != server.URL+"/c/e" {
		t.Errorf("cratejoy's callbacks go to %s", got)
	}
	if got := opened.URL("oliver", "e"); got != server.URL+"/oliver" {
		t.Errorf("oliver's callbacks go to %s", got)
	}
}

// TestWhatIsBesideTheReceiverIsOnThisMachine: a --register at a host that is not allowed was a step that failed.
func TestWhatIsBesideTheReceiverIsOnThisMachine(t *testing.T) {
	for _, s := range []target.Spec{
		{Receiver: "http://127.0.0.1:1/", Register: "POST http://192.0.2.1/install"},
		{Receiver: "http://127.0.0.1:1/", Register: "PUT http://shop.example/install"},
		{Receiver: "http://127.0.0.1:1/", Probe: "http://192.0.2.1/state"},
	} {
		if _, err := target.Open(t.Context(), s); err == nil || !strings.Contains(err.Error(), "is not a loopback address") {
			t.Errorf("%+v: %v", s, err)
		}
	}
}
