package target_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps/target"
)

// TestLookIsBounded: a probe that never answers, or never to its end, holds a run up no longer than a receiver that is not ready,
// and it is said what is waited for.
func TestLookIsBounded(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(http.ResponseWriter){
		"no answer": func(http.ResponseWriter) {},
		"no end": func(w http.ResponseWriter) {
			_, _ = w.Write([]byte("{")) // the client may be gone
			_ = http.NewResponseController(w).Flush()
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				begin(w)
				<-r.Context().Done()
			}))
			defer server.Close()
			var told atomic.Value
			opened, err := target.Open(t.Context(), target.Spec{
				Receiver: server.URL, Probe: strings.Replace(server.URL, "://", "://u:secret@", 1), WaitTimeout: 2 * time.Second,
				Tell: func(text string) {
					if strings.Contains(text, "--probe") {
						told.Store(text)
					}
				},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, err = opened.Look(t.Context())
			unreachable(t, err)
			says(t, err, "the probe did not answer to its end", "--wait-timeout")
			text, _ := told.Load().(string)
			if !strings.Contains(text, "waiting for the state that --probe shows") || strings.Contains(text+err.Error(), "secret") {
				t.Errorf("it said %q, and %v", text, err)
			}
		})
	}
}

// TestLookInterrupted: a signal while the state is waited for says nothing of the receiver.
func TestLookInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	opened, err := target.Open(t.Context(), target.Spec{Receiver: server.URL, Probe: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := opened.Look(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
}
