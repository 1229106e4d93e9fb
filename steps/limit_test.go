package steps_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
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
