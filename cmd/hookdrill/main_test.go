package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"hookdrill": main, "mortal": mortal})
}

func TestScripts(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			// Nothing of the environment of whoever runs the tests, but the ports that scripts listen on.
			for _, name := range []string{"CI", "NO_COLOR", "FORCE_COLOR", "CLICOLOR_FORCE"} {
				env.Setenv(name, "")
			}
			for i := 1; i <= 5; i++ {
				port, err := freePort()
				if err != nil {
					return err
				}
				env.Setenv(fmt.Sprintf("PORT%d", i), port)
			}
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"await": await, "exits": exits, "silent": silent, "records": records},
	})
}

// Ports are counted up, so that no two scripts get the same one. They are below those that systems hand out to connections
// (from 32768 or 49152 on), which would take one before the script listens there.
var (
	firstPort = 10_000 + rand.Int64N(20_000)
	portsUsed atomic.Int64
)

// freePort is one that nobody listened on a moment ago.
func freePort() (string, error) {
	var last error
	for range 100 {
		port := strconv.FormatInt(firstPort+portsUsed.Add(1), 10)
		l, err := net.Listen("tcp", "127.0.0.1:"+port)
		if err == nil {
			return port, l.Close()
		}
		last = err
	}
	return "", last
}

// silent is a receiver that takes callbacks and never answers: `silent PORT FILE`. FILE gets the port when one comes.
func silent(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: silent PORT FILE")
	}
	l, err := net.Listen("tcp", "127.0.0.1:"+args[0])
	ts.Check(err)
	var taken []net.Conn
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			if n, _ := c.Read(make([]byte, 1)); n > 0 { // what only looks whether somebody listens says nothing
				_ = os.WriteFile(ts.MkAbs(args[1]), []byte(args[0]), 0o600)
			}
			taken = append(taken, c)
		}
	}()
	ts.Defer(func() {
		_ = l.Close()
		<-done
		for _, c := range taken {
			_ = c.Close()
		}
	})
}

// await waits for a fact, with a deadline: `await url URL [TEXT]`, an answer that holds the text; `await file PATH [TEXT]`;
// `await gone URL`, where nothing answers any more.
func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 3 {
		ts.Fatalf("usage: await url|file|gone NAME [TEXT]")
	}
	text := ""
	if len(args) == 3 {
		text = args[2]
	}
	read := func() (string, error) { return fetch(args[1]) }
	if args[0] == "file" {
		read = func() (string, error) {
			content, err := os.ReadFile(ts.MkAbs(args[1]))
			return string(content), err
		}
	}
	tick, deadline := time.NewTicker(5*time.Millisecond), time.After(10*time.Second)
	defer tick.Stop()
	for {
		content, err := read()
		if args[0] == "gone" && err != nil || args[0] != "gone" && err == nil && strings.Contains(content, text) {
			return
		}
		select {
		case <-tick.C:
		case <-deadline:
			ts.Fatalf("%q did not come at %s: %v, %s", text, args[1], err, content)
		}
	}
}

func fetch(url string) (string, error) {
	answer, err := http.Get(url) //nolint:noctx // the deadline is that of await
	if err != nil {
		return "", err
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	return string(body), err
}

// exits runs hookdrill and holds it to an exit code: `exits CODE ARG...`. The outputs are as after exec.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: exits CODE ARG...")
	}
	err := ts.Exec("hookdrill", args[1:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s", code, args[0])
	}
}

// In process: what scripts cannot see.
func TestPanicIsOurFault(t *testing.T) {
	var stderr bytes.Buffer
	code := run(context.Background(), []string{"version"}, nil, nil, panicking{}, &stderr)
	if code != exitFault || !strings.Contains(stderr.String(), "fault of hookdrill") {
		t.Errorf("code %d, stderr %s", code, stderr.String())
	}
}

type panicking struct{}

func (panicking) Write([]byte) (int, error) { panic("no output today") }

func TestColored(t *testing.T) {
	for _, c := range []struct {
		flag    string
		environ []string
		want    bool
	}{
		{"auto", nil, false},
		{"always", []string{"NO_COLOR=1"}, true},
		{"never", []string{"FORCE_COLOR=1"}, false},
		{"auto", []string{"FORCE_COLOR=1"}, true},
		{"auto", []string{"CLICOLOR_FORCE=1", "TERM=dumb"}, true},
		{"auto", []string{"FORCE_COLOR=0"}, false},
		{"auto", []string{"FORCE_COLOR=1", "NO_COLOR=1"}, false},
		{"auto", []string{"FORCE_COLOR=1", "NO_COLOR="}, true},
	} {
		p := &program{environ: c.environ}
		got, err := p.colored(c.flag, io.Writer(&bytes.Buffer{}))
		if err != nil || got != c.want {
			t.Errorf("%s %q: %v, %v", c.flag, c.environ, got, err)
		}
	}
	if _, err := (&program{}).colored("allways", nil); err == nil || !strings.Contains(err.Error(), `did you mean "always"?`) {
		t.Errorf("%v", err)
	}
}

func TestQuoted(t *testing.T) {
	for text, want := range map[string]string{
		"": `''`, "a.feature:12": "a.feature:12", "it's": `'it'\''s'`, "{port}": `'{port}'`, "a b": `'a b'`, "$HOME": `'$HOME'`,
	} {
		if got := quoted(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestSecondSignal: one that comes at once with the first, as GNU timeout sends it, does not end the process. Without what is
// tested here it would end this one.
func TestSecondSignal(t *testing.T) {
	ctx, stop := interruptible(t.Context())
	defer stop()
	for range 2 {
		if err := syscall.Kill(os.Getpid(), syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(10 * time.Second):
			t.Fatal("the signal has ended nothing")
		}
	}
	if cause := context.Cause(ctx); !errors.Is(cause, interruption{syscall.SIGTERM}) {
		t.Errorf("ended by %v", cause)
	}
}
