package target_test

import (
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps/target"
)

// TestLastOutput: of a receiver that does not become ready the newest lines are shown, of the process that did not.
func TestLastOutput(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	file := t.TempDir() + "/started"
	spec.Exec = `if [ -e ` + file + ` ]; then i=0; while [ $i -lt 300 ]; do i=$((i+1)); echo "second $i of a longer line"; done; exit 5; fi
		touch ` + file + `; echo first; ` + spec.Exec
	opened := open(t, spec)
	await(t, "it has printed", func() bool { return opened.Output() != "" })
	err := opened.Start(t.Context())
	says(t, err, "exit status 5", "second 300 of a longer line")
	if strings.Contains(err.Error(), "first") || strings.Contains(err.Error(), "second 1 ") || len(err.Error()) > 2500 {
		t.Errorf("the error is %v", err)
	}
	if u := unreachable(t, err); strings.Contains(u.Output, "first") {
		t.Errorf("the output is that of an earlier process: %.200q", u.Output)
	}
	if !strings.HasPrefix(opened.Output(), "first\n") {
		t.Errorf("a scenario that starts it again is not told what it printed before: %.200q", opened.Output())
	}
}

// TestEndedIsNotWaitedFor: also where a health check of another program hangs.
func TestEndedIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	hang := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-hang }))
	defer server.Close()
	defer close(hang)
	spec := command("ends")
	spec.WaitFor, spec.WaitTimeout = server.URL, time.Hour
	_, err := target.Open(t.Context(), spec)
	unreachable(t, err)
	says(t, err, "exit status 4")
}

// TestUnknownHost: a host that has no address and that nobody has allowed is refused at once, and the flag is named.
func TestUnknownHost(t *testing.T) {
	t.Parallel()
	_, err := target.Open(t.Context(), target.Spec{Receiver: "http://receiver.invalid:3000/", WaitTimeout: time.Hour})
	says(t, err, "--allow-host receiver.invalid")
	var u *target.Unreachable
	if errors.As(err, &u) {
		t.Error("misuse is told as a receiver that is not reachable")
	}
	_, err = target.Open(t.Context(), target.Spec{Receiver: "http://receiver.invalid:3000/", WaitTimeout: 30 * time.Millisecond, AllowHosts: []string{"Receiver.invalid"}})
	unreachable(t, err) // it may come
}

// TestTell: whoever waits says what for, soon and again, and that it is over.
func TestTell(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var told []string
	server := &httptest.Server{Listener: l, Config: &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if len(told) < 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	})}}
	server.Start()
	defer server.Close()
	open(t, target.Spec{Receiver: server.URL, WaitFor: server.URL + "/up", WaitTimeout: deadline, Tell: func(text string) {
		mu.Lock()
		defer mu.Unlock()
		told = append(told, text)
	}})
	want := regexp.MustCompile(`^waiting for ` + regexp.QuoteMeta(server.URL) + `/up \(\d+s of 20s\)$`)
	if len(told) < 3 || !want.MatchString(told[0]) || !want.MatchString(told[1]) || told[len(told)-1] != "" {
		t.Errorf("told: %q", told)
	}
}
