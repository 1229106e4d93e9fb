package target_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/steps/target"
)

// bothWays runs a test over sockets and in process: what holds one way holds the other.
func bothWays(t *testing.T, run func(t *testing.T, sockets bool)) {
	for _, sockets := range []bool{true, false} {
		t.Run(fmt.Sprintf("sockets %t", sockets), func(t *testing.T) {
			t.Parallel()
			run(t, sockets)
		})
	}
}

// openHandler opens a receiver that is made of a handler alone.
func openHandler(t *testing.T, sockets bool, make target.Make, platforms ...target.Platform) *target.Target {
	t.Helper()
	opened, err := target.OpenHandler(make, platforms, sockets)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
	return opened
}

func simple(h http.HandlerFunc) target.Make {
	return func(target.World) (target.Receiver, error) {
		return target.Receiver{Handler: h, Paths: target.PathTemplate("/{platform}/{event}")}, nil
	}
}

// What a handler sees of a request, and what comes back, is the same both ways.
func TestHandlerSeesTheSame(t *testing.T) {
	var seen [2]string
	for i, sockets := range []bool{true, false} {
		opened := openHandler(t, sockets, simple(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			seen[i] = fmt.Sprintf("%s %s path %s host %t remote %t header %q body %q length %d", r.Method, r.RequestURI, r.URL.Path,
				r.Host != "", r.RemoteAddr != "", r.Header["X-Lower-Case"], body, r.ContentLength)
			w.Header().Add("Set-Cookie", "a=1")
			w.Header().Add("Set-Cookie", "b=2")
			w.WriteHeader(http.StatusTeapot)
			_, _ = io.WriteString(w, "short and stout")
		}))
		status, answer, header, err := send(t.Context(), opened.Transport, "POST", opened.URL("cratejoy", "order_new")+"?q=%20", "\x00\xff")
		if err != nil || status != http.StatusTeapot || answer != "short and stout" || len(header["Set-Cookie"]) != 2 {
			t.Errorf("sockets %t: %d %q %v, %v", sockets, status, answer, header, err)
		}
	}
	const want = `POST /cratejoy/order_new?q=%20 path /cratejoy/order_new host true remote true header ["as written"] body "\x00\xff" length 2`
	if seen[0] != want || seen[1] != want {
		t.Errorf("over sockets: %s\nin process:   %s\nwant:         %s", seen[0], seen[1], want)
	}
}

// What frames a callback, and whom it is for, is the same both ways too.
func TestHandlerSeesTheFraming(t *testing.T) {
	for _, row := range []struct {
		reason string
		r      mockplatforms.Request
		want   string
	}{
		{"a length", mockplatforms.Request{Body: []byte("{}")}, `map["Content-Length":["2"]] 2 [] ""`},
		{"no body", mockplatforms.Request{}, `map["Content-Length":["0"]] 0 [] ""`},
		{"chunks", mockplatforms.Request{Body: []byte("{}"), Chunked: true}, `map[] -1 ["chunked"] ""`},
		{"who sends it", mockplatforms.Request{Header: []fixtures.Field{{Name: "user-agent", Value: "Toy/1"}}}, `map["Content-Length":["0"] "User-Agent":["Toy/1"]] 0 [] ""`},
		{"another host", mockplatforms.Request{Header: []fixtures.Field{{Name: "host", Value: "shop.example"}}}, `map["Content-Length":["0"]] 0 [] "shop.example"`},
	} {
		bothWays(t, func(t *testing.T, sockets bool) {
			saw := make(chan string, 1)
			opened := openHandler(t, sockets, simple(func(_ http.ResponseWriter, r *http.Request) {
				host := r.Host
				if host != "shop.example" {
					host = ""
				}
				saw <- fmt.Sprintf("%q %d %q %q", r.Header, r.ContentLength, r.TransferEncoding, host)
			}))
			r := row.r
			r.Method, r.URL = "POST", opened.URL("cratejoy", "order_new")
			if _, failure := delivery.Send(t.Context(), opened.Transport, r, 30*time.Second); failure != "" {
				t.Fatal(failure)
			}
			if got := <-saw; got != row.want {
				t.Errorf("%s: %s, want %s", row.reason, got, row.want)
			}
		})
	}
}

func TestMethods(t *testing.T) {
	bothWays(t, func(t *testing.T, sockets bool) {
		opened := openHandler(t, sockets, simple(func(w http.ResponseWriter, r *http.Request) { w.Header().Set("X-Method", r.Method) }))
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} {
			status, _, header, err := send(t.Context(), opened.Transport, method, opened.URL("p", "e"), "")
			if err != nil || status != http.StatusOK || header.Get("X-Method") != method {
				t.Errorf("%s: %d %q, %v", method, status, header.Get("X-Method"), err)
			}
		}
	})
}

// A handler that panics is a connection that breaks off; the next callback is served.
func TestPanicIsABrokenConnection(t *testing.T) {
	for name, value := range map[string]any{"an error": errors.New("boom"), "on purpose": http.ErrAbortHandler} {
		t.Run(name, func(t *testing.T) {
			bothWays(t, func(t *testing.T, sockets bool) {
				opened := openHandler(t, sockets, simple(func(_ http.ResponseWriter, r *http.Request) {
					if r.Method == "POST" {
						panic(value)
					}
				}))
				for _, ctx := range []context.Context{t.Context(), context.Background()} { // with and without an end
					if status, _, _, err := send(ctx, opened.Transport, "POST", opened.URL("p", "e"), "x"); err == nil {
						t.Errorf("a handler that panicked answered %d", status)
					}
				}
				if status, _, _, err := send(t.Context(), opened.Transport, "PUT", opened.URL("p", "e"), "x"); err != nil || status != 200 {
					t.Errorf("after a panic: %d, %v", status, err)
				}
			})
		})
	}
}

// A handler that never returns holds up neither the callback nor the end of the scenario.
func TestHandlerThatHangs(t *testing.T) {
	bothWays(t, func(t *testing.T, sockets bool) {
		forever, called := make(chan struct{}), make(chan struct{})
		t.Cleanup(func() { close(forever) })
		opened := openHandler(t, sockets, simple(func(http.ResponseWriter, *http.Request) {
			close(called)
			<-forever
		}))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-called
			cancel()
		}()
		if _, _, _, err := send(ctx, opened.Transport, "POST", opened.URL("p", "e"), "x"); !errors.Is(err, context.Canceled) {
			t.Errorf("the error is %v", err)
		}
		if err := opened.Close(); err != nil {
			t.Error(err)
		}
	})
}

// platform answers with its name and what was asked.
func platform(name string, hosts ...string) target.Platform {
	return target.Platform{
		Name: name, Hosts: hosts, Vars: map[string]string{"token": name + " token"},
		Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = io.WriteString(w, name+" "+r.Method+" "+r.URL.RequestURI())
		}),
	}
}

// worldOf gives what a receiver is told.
func worldOf(t *testing.T, sockets bool, platforms ...target.Platform) (world target.World) {
	t.Helper()
	openHandler(t, sockets, func(w target.World) (target.Receiver, error) {
		world = w
		return target.Receiver{Handler: http.NotFoundHandler()}, nil
	}, platforms...)
	return world
}

func get(t *testing.T, client *http.Client, url string) (string, error) {
	t.Helper()
	response, err := client.Get(url)
	if err != nil {
		return "", err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	return string(body), err
}

func TestReceiverReachesItsPlatforms(t *testing.T) {
	bothWays(t, func(t *testing.T, sockets bool) {
		world := worldOf(t, sockets, platform("red", "api.red.example", "payments.red.example"), platform("blue"))
		for _, name := range []string{"red", "blue"} {
			body, err := get(t, world.Client, world.Platforms[name]+"/v1/hooks?page=2")
			if err != nil || body != name+" GET /v1/hooks?page=2" {
				t.Errorf("%s: %q, %v", name, body, err)
			}
		}
		if world.Vars["red.token"] != "red token" || world.Vars["blue.token"] != "blue token" || len(world.Vars) != 2 {
			t.Errorf("it is told %q", world.Vars)
		}
		if !strings.HasPrefix(world.Self, "http") {
			t.Errorf("it is at %q", world.Self)
		}
	})
}

// A receiver that has the platforms' real hosts written into it reaches them in process, and nothing else.
func TestRealHostsInProcess(t *testing.T) {
	t.Parallel()
	world := worldOf(t, false, platform("red", "api.red.example", "payments.red.example"), platform("blue", "api.blue.example"))
	for url, want := range map[string]string{
		"https://api.red.example/v1":             "red GET /v1",
		"https://payments.red.example/v1":        "red GET /v1",
		"http://api.blue.example/":               "blue GET /",
		"https://api.blue.example?page=2":        "blue GET /?page=2",
		"https://api.red.example.evil.example/x": "",
		"https://evil-api.red.example/x":         "",
		"https://apiXred.example/x":              "",
		"https://other.example/":                 "",
	} {
		body, err := get(t, world.Client, url)
		if body != want || (err == nil) != (want != "") {
			t.Errorf("%s: %q, %v", url, body, err)
		}
	}
}

// Started again, a receiver is a new one at the same address.
func TestHandlerRestart(t *testing.T) {
	bothWays(t, func(t *testing.T, sockets bool) {
		var made, registered atomic.Int32
		opened := openHandler(t, sockets, func(target.World) (target.Receiver, error) {
			n, calls := made.Add(1), 0
			return target.Receiver{
				Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					calls++
					_, _ = fmt.Fprintf(w, `{"receiver":%d,"calls":%d}`, n, calls)
				}),
				Register: func(context.Context) error { registered.Store(n); return errors.New("refused") },
				Probe:    "/state", LooksUp: true,
			}, nil
		})
		url := opened.URL("p", "e")
		for _, want := range []string{`{"receiver":1,"calls":1}`, `{"receiver":1,"calls":2}`} {
			if state, err := opened.Probe(t.Context()); err != nil || string(state) != want {
				t.Errorf("the state is %s, %v, want %s", state, err, want)
			}
		}
		if err := opened.Start(t.Context()); err != nil { // that its registration fails is no failure to start
			t.Fatal(err)
		}
		if state, err := opened.Probe(t.Context()); err != nil || string(state) != `{"receiver":2,"calls":1}` {
			t.Errorf("started again, the state is %s, %v", state, err)
		}
		if registered.Load() != 2 || opened.URL("p", "e") != url || !opened.LooksUp {
			t.Errorf("registered by receiver %d, at %s", registered.Load(), opened.URL("p", "e"))
		}
		says(t, opened.Register(t.Context()), "refused")
	})
}

// What a receiver does not offer is nil: scenarios that need it are not run.
func TestHandlerOffersNoMore(t *testing.T) {
	bothWays(t, func(t *testing.T, sockets bool) {
		opened := openHandler(t, sockets, simple(func(http.ResponseWriter, *http.Request) {}))
		if opened.Register != nil || opened.Probe != nil || opened.LooksUp || opened.Start == nil {
			t.Errorf("it offers %+v", opened)
		}
	})
}

func TestHandlerThatCannotBeMade(t *testing.T) {
	bothWays(t, func(t *testing.T, sockets bool) {
		broken := errors.New("no database")
		_, err := target.OpenHandler(func(target.World) (target.Receiver, error) { return target.Receiver{}, broken }, nil, sockets)
		if !errors.Is(err, broken) {
			t.Errorf("the error is %v", err)
		}
		_, err = target.OpenHandler(func(target.World) (target.Receiver, error) { return target.Receiver{}, nil }, nil, sockets)
		says(t, err, "no Handler")

		n := 0
		opened := openHandler(t, sockets, func(target.World) (target.Receiver, error) {
			if n++; n > 1 {
				return target.Receiver{}, broken
			}
			return target.Receiver{Handler: http.NotFoundHandler()}, nil
		})
		if err := opened.Start(t.Context()); !errors.Is(err, broken) {
			t.Errorf("started again: %v", err)
		}
	})
}
