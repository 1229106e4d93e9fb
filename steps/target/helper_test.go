package target_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps/target"
)

// asReceiver says in the environment of a command what this test program is to be instead.
const asReceiver = "HOOKDRILL_TEST_RECEIVER"

func TestMain(m *testing.M) {
	switch os.Getenv(asReceiver) {
	case "":
		os.Exit(m.Run())
	case "serve":
		receive()
	case "ends":
		fmt.Fprintln(os.Stdout, "no configuration found")
		fmt.Fprintln(os.Stderr, "giving up")
		os.Exit(4)
	case "hookdrill":
		hold()
	}
}

// hold is a hookdrill that holds the receiver of the command in its environment until it is killed.
func hold() {
	opened, err := target.Open(context.Background(), target.Spec{
		Receiver: "http://127.0.0.1:{port}/", Exec: os.Getenv("HELD"), Env: []string{asReceiver + "=serve", "PORT={port}"}, WaitTimeout: deadline,
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Fprint(os.Stdout, opened.Output(), "held\n")
	select {}
}

// receive is a receiver that tells what it is: its pid, its arguments and its environment.
func receive() {
	if n := os.Getenv("NOISE"); n != "" {
		fmt.Fprintln(os.Stdout, "the beginning "+strings.Repeat("x", 100_000)+" the end")
	}
	waits := 2 // before it is ready
	mux := http.NewServeMux()
	mux.HandleFunc("/ready", func(w http.ResponseWriter, _ *http.Request) {
		if waits--; waits >= 0 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})
	mux.HandleFunc("/state", func(w http.ResponseWriter, _ *http.Request) {
		_ = json.NewEncoder(w).Encode(map[string]any{"pid": os.Getpid(), "args": os.Args[1:], "env": os.Getenv("TOLD"), "waits": waits})
	})
	mux.HandleFunc("/die", func(http.ResponseWriter, *http.Request) {
		fmt.Fprintln(os.Stdout, "dying")
		os.Exit(3)
	})
	err := http.ListenAndServe("127.0.0.1:"+os.Getenv("PORT"), mux)
	fmt.Fprintln(os.Stdout, err)
	os.Exit(1)
}

// command is the spec of this program as a receiver.
func command(role string) target.Spec {
	return target.Spec{
		Exec: "exec '" + os.Args[0] + "'", Receiver: "http://127.0.0.1:{port}/hooks/{event}", Probe: "http://127.0.0.1:{port}/state",
		Env: []string{asReceiver + "=" + role, "PORT={port}"}, WaitTimeout: deadline,
	}
}

// deadline is when a test gives up on a fact.
const deadline = 20 * time.Second

// open opens a target and closes it when the test is over.
func open(t *testing.T, s target.Spec) *target.Target {
	t.Helper()
	opened, err := target.Open(t.Context(), s)
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

// state is what the receiver under receive tells.
type state struct {
	PID  int
	Args []string
	Env  string
}

func probed(t *testing.T, opened *target.Target) (s state) {
	t.Helper()
	body, err := opened.Probe(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(body, &s); err != nil {
		t.Fatal(err)
	}
	return s
}

// await waits for a fact.
func await(t *testing.T, what string, holds func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), deadline)
	defer cancel()
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("it did not come to pass that %s", what)
		}
	}
}

// send makes one request the way callbacks travel. The address is a path of the target, or a whole URL.
func send(ctx context.Context, transport http.RoundTripper, method, address, body string) (status int, answer string, header http.Header, err error) {
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		return 0, "", nil, err
	}
	request.Header["x-lower-case"] = []string{"as written"}
	response, err := transport.RoundTrip(request)
	if err != nil {
		return 0, "", nil, err
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	return response.StatusCode, string(text), response.Header, err
}

// closedPort is an address where nobody listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// unreachable asks for an error that exits with 3.
func unreachable(t *testing.T, err error) *target.Unreachable {
	t.Helper()
	var u *target.Unreachable
	if !errors.As(err, &u) {
		t.Fatalf("%v (%T) is no *Unreachable", err, err)
	}
	return u
}

// says holds an error to what it has to tell.
func says(t *testing.T, err error, parts ...string) {
	t.Helper()
	if err == nil {
		t.Fatalf("no error, want one that says %q", parts)
	}
	for _, p := range parts {
		if !strings.Contains(err.Error(), p) {
			t.Errorf("the error is %q, want %q in it", err, p)
		}
	}
}
