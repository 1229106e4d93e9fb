package steps_test

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// limits is a receiver that takes three callbacks and sends the next five away: they are to come later.
func limits(status int, after string) steps.Receiver {
	return steps.Handler(func(target.World) (target.Receiver, error) {
		var mu sync.Mutex
		came, processed := 0, 0
		return target.Receiver{Probe: "/state", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			defer mu.Unlock()
			if r.Method == http.MethodGet {
				_, _ = fmt.Fprintf(w, `{"processed":%d}`, processed)
				return
			}
			if came++; came > 3 && came <= 8 {
				if after != "" {
					w.Header().Set("Retry-After", after)
				}
				w.WriteHeader(status)
				return
			}
			processed++
		})}, nil
	}, false)
}

// TestRateLimit: a limit that says when to come again is right where the platform does.
func TestRateLimit(t *testing.T) {
	const many, later, once = `8 new "store/customer/created" happen at once`, "1 hour passes", "it is processed once"
	for _, status := range []int{http.StatusTooManyRequests, http.StatusServiceUnavailable} {
		passed(t, play(t, limits(status, "30"), bigStore, bigHook, many, allows))
		passed(t, play(t, limits(status, "30"), bigStore, bigHook, many, later, once))
		failed(t, play(t, limits(status, ""), bigStore, bigHook, many, allows), "many at once", "with Retry-After")
		failed(t, play(t, limits(status, "30"), aStore, aHook, `8 new "customer_new" happen at once`, allows), "as the contract allows")
	}
	failed(t, play(t, limits(http.StatusInternalServerError, "30"), bigStore, bigHook, many, allows), "many at once")
	// One alone is not too many.
	failed(t, play(t, plain(answering(http.StatusTooManyRequests, "text/plain", "")), bigStore, bigHook, bigHappens, allows), "as the contract allows")
}

// TestOneThatAsksToSlowDownIsNotFailed: an honest rate limit was a failure wherever hookdrill itself went too fast for it.
func TestOneThatAsksToSlowDownIsNotFailed(t *testing.T) {
	const crowd, forged, refused = `8 new "store/customer/created" happen at once`, `"store/customer/created" happens but arrives with: no signature`, "the receiver refuses it"
	slow := func(s report.Scenario, reason string) {
		t.Helper()
		if s.Verdict != report.NotRun || s.Reason != reason || s.Failure != nil {
			t.Errorf("%s %q %+v", s.Verdict, s.Reason, s.Failure)
		}
	}
	const asked, down = "the receiver asked to slow down: 429, Retry-After 30", "the receiver asked to slow down: 503, Retry-After 30"
	slow(play(t, limits(429, "30"), bigStore, bigHook, crowd, taken), asked)
	slow(play(t, limits(503, "30"), bigStore, bigHook, crowd, taken), down)
	slow(play(t, limits(429, "30"), bigStore, bigHook, crowd, "it is processed once"), asked)
	failed(t, play(t, limits(429, ""), bigStore, bigHook, crowd, taken), "429")
	failed(t, play(t, limits(500, "30"), bigStore, bigHook, crowd, taken), "500")
	failed(t, play(t, limits(429, "30"), aStore, aHook, `8 new "customer_new" happen at once`, taken), "429") // nobody comes again
	limited := func(status int) steps.Receiver {
		return plain(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(status)
		})
	}
	slow(play(t, limited(429), bigStore, bigHook, forged, refused), asked)
	failed(t, play(t, limited(503), bigStore, bigHook, forged, refused), "503") // it may be what broke
	// What came again and was acknowledged has no excuse any more.
	failed(t, play(t, forgets(limits(429, "30")), bigStore, bigHook, crowd, "1 hour passes", "it is processed once"), "processed")
}

// forgets is a receiver that says of its state nothing at all.
func forgets(r steps.Receiver) steps.Receiver {
	return changed(r, func(o *target.Target) {
		o.Probe = func(context.Context) ([]byte, error) { return []byte(`{"processed":0}`), nil }
	})
}
