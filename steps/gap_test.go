package steps_test

import (
	"net/http"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// depends gives a receiver that answers as the platform answers it.
func depends(path string) steps.Receiver {
	return steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{Handler: http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			status, err := getBy(r.Context(), w.Client.Transport, w.Platforms["cratejoy"]+path)
			if err != nil || status != http.StatusOK {
				out.WriteHeader(http.StatusInternalServerError)
			}
		})}, nil
	}, false)
}

// TestWhatHookdrillDoesNotHaveIsNotTheReceiversFault: an app that breaks on our 404 was told that it is wrong.
func TestWhatHookdrillDoesNotHaveIsNotTheReceiversFault(t *testing.T) {
	const gap = "hookdrill has no GET /v1/product_reviews/{id}; add a fixture with this Fixture-Route (hookdrill help fixtures)"
	reviews := depends("/v1/product_reviews/7/")
	for _, judgement := range []string{taken, "the receiver answers as the contract allows", `the receiver still handles "customer_new"`} {
		s := play(t, reviews, aStore, aHook, happens, judgement)
		if s.Verdict != report.NotRun || s.Reason != gap || s.Failure != nil || s.Steps[3].Verdict != report.NotRun {
			t.Errorf("%s: %s %q %+v", judgement, s.Verdict, s.Reason, s.Failure)
		}
	}
	passed(t, play(t, depends("/v1/customers/7/"), good...))
	failed(t, play(t, depends("/customers/7/"), good...), "status 500") // no platform has this
	failed(t, play(t, reviews, aStore, aHook, happens, "the receiver made no call to the platform"), "called the platform")
	broken := []string{aStore, aHook, `"customer_new" happens but arrives with: malformed JSON`, "the receiver acknowledges or refuses it"}
	failed(t, play(t, reviews, broken...), "status 500") // what nobody should have believed is no reason to ask
}
