package steps_test

import (
	"context"
	"encoding/base64"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

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
	failed(t, playFor(t, 200*time.Millisecond, late(0, func(ask func()) {
		tick := time.NewTicker(30 * time.Millisecond)
		defer tick.Stop()
		for {
			ask()
			select {
			case <-tick.C:
			case <-done:
				return
			}
		}
	}), aStore, "registrations are answered with status 401", "the receiver registers", "it asked at most 1000 times"), "hammers")
}

// playFor is play with another patience.
func playFor(t *testing.T, patience time.Duration, receiver steps.Receiver, lines ...string) report.Scenario {
	t.Helper()
	setup := setupOf(t, receiver)
	setup.Patience = patience
	return run(t, setup, file(lines), steps.RunOptions{})[0]
}
