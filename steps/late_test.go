package steps_test

import (
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// late is a receiver that registers one hook, with every start anew, some time after the start is over: as one does that
// needs longer to start than to accept connections.
func late(after time.Duration, again func(ask func())) steps.Receiver {
	return steps.Receiver{Open: func(_ context.Context, e *engine.Engine) (*target.Target, error) {
		ask := func() {
			r := httptest.NewRequest(http.MethodPost, "/v1/hooks/", strings.NewReader(
				`{"event":"customer_new","request_type":"POST","target":"http://127.0.0.1:3000/","name":"late"}`))
			account := e.State.Accounts()[0]
			r.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(account.Client+":"+account.Secret)))
			e.ServeHTTP(httptest.NewRecorder(), r)
		}
		return &target.Target{
			Name: "late", URL: func(string, string) string { return "http://127.0.0.1:3000/" }, Restarts: true, Quiet: 10 * time.Millisecond,
			Register: func(context.Context) error {
				time.AfterFunc(after, func() { again(ask) })
				return nil
			},
		}, nil
	}}
}

// TestLateRegistration: what a start has begun later than the quiet period lasts is judged all the same.
func TestLateRegistration(t *testing.T) {
	failed(t, playFor(t, time.Second, late(100*time.Millisecond, func(ask func()) { ask() }), aStore,
		"the receiver registers", "the receiver registers again", "every hook that it asked for stands once"), "stands twice")
}

// TestEndlessCaller: a receiver that never stops asking is waited for no longer than patience lasts, and is not taken for
// one that has come to an end.
func TestEndlessCaller(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	failed(t, playFor(t, time.Second, late(0, func(ask func()) { // as fast as it is answered: no clock decides
		for {
			ask()
			select {
			case <-done:
				return
			default:
			}
		}
	}), aStore, "registrations are answered with status 401", "the receiver registers", "it asked at most 1000 times"), "hammers")
}

// playFor is play with another patience.
func playFor(t *testing.T, patience time.Duration, receiver steps.Receiver, lines ...string) report.Scenario {
	t.Helper()
	setup := setupOf(t, receiver)
	setup.Patience, setup.Idle = patience, patience
	return run(t, setup, file(lines), steps.RunOptions{})[0]
}

// TestStateThatChangesByItself: a state in which every callback would seem to have an effect is refused before the run.
func TestStateThatChangesByItself(t *testing.T) {
	t.Parallel()
	var reads atomic.Int64
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = fmt.Fprintf(w, `{"reads":%d,"stored":0}`, reads.Add(1))
	}))
	defer server.Close()
	for path, want := range map[string]string{"": "changes by itself", "stored": ""} {
		options := steps.Options{Platforms: []string{"cratejoy"}}
		options.Receiver, options.Probe, options.ProbePath = server.URL+"/{event}", server.URL+"/state", path
		opened, err := options.Open(t.Context(), all.Platforms())
		opened.Close()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("--probe-path %q: error %v, want %q", path, err, want)
		}
	}
}

// TestFlagsOfNoReceiver: what says something about a receiver is not left out in silence where the sample is tested.
func TestFlagsOfNoReceiver(t *testing.T) {
	for flag, options := range map[string]steps.Options{
		"--listen":   {Listen: []string{"cratejoy=127.0.0.1:0"}},
		"--ca-file":  {CAFile: "ca.pem"},
		"--probe":    {Spec: target.Spec{Probe: "http://127.0.0.1/state"}},
		"--env":      {Spec: target.Spec{Env: []string{"A=B"}}},
		"--receiver": {Spec: target.Spec{Exec: "true"}},
	} {
		options.Receivers = []string{"sample"}
		if flag == "--receiver" {
			options.Receivers = nil
		}
		if _, err := options.Open(t.Context(), all.Platforms()); err == nil || !strings.Contains(err.Error(), flag) {
			t.Errorf("%s: error %v", flag, err)
		}
	}
}

// TestConnectionsEndWithTheScenario: a receiver that leaves half a request unread stumbles over it on the same connection.
// That is the fault of the scenario that sent it, and not of the next.
func TestConnectionsEndWithTheScenario(t *testing.T) {
	t.Parallel()
	conns := map[string]bool{} // one request at a time
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { conns[r.RemoteAddr] = true }))
	defer server.Close()
	options := steps.Options{Platforms: []string{"cratejoy"}}
	options.Receiver = server.URL + "/{event}"
	o, err := options.Open(t.Context(), all.Platforms())
	if err != nil {
		t.Fatal(err)
	}
	defer o.Close()
	scenario := []string{aStore, aHook, happens, taken, happens, taken}
	for _, s := range run(t, o.Setup, file(scenario, scenario), steps.RunOptions{}) {
		passed(t, s)
	}
	if len(conns) != 2 {
		t.Errorf("two scenarios of two callbacks each came over %d connections", len(conns))
	}
}

// slowing is a receiver that asks again when it is refused, each time after a longer pause, and then leaves it at that.
func slowing(quiet time.Duration, pauses ...time.Duration) steps.Receiver {
	r := late(0, func(ask func()) {
		ask()
		for _, pause := range pauses {
			<-time.After(pause)
			ask()
		}
	})
	open := r.Open
	r.Open = func(ctx context.Context, e *engine.Engine) (*target.Target, error) {
		t, err := open(ctx, e)
		t.Quiet = quiet
		return t, err
	}
	return r
}

// TestRetriesAreNoHammering: a few retries with pauses that grow come to an end, however long the silence is that is waited for.
func TestRetriesAreNoHammering(t *testing.T) {
	t.Parallel()
	for _, quiet := range []time.Duration{10 * time.Millisecond, 300 * time.Millisecond, time.Second} {
		const ms = time.Millisecond
		passed(t, playFor(t, 200*ms, slowing(quiet, 100*ms, 200*ms, 400*ms, 600*ms), aStore,
			"registrations are answered with status 401", "the receiver registers", "it asked at most 50 times"))
	}
}

// TestRetriesAreNoHammeringThoughTheyGoOn: one that comes again after a pause without an end is held to the number.
func TestRetriesAreNoHammeringThoughTheyGoOn(t *testing.T) {
	t.Parallel()
	var pauses []time.Duration
	for range 8 {
		pauses = append(pauses, 600*time.Millisecond)
	}
	passed(t, playFor(t, 100*time.Millisecond, slowing(time.Second, pauses...), aStore,
		"registrations are answered with status 401", "the receiver registers", "it asked at most 50 times"))
}
