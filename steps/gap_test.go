package steps_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

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
	failed(t, play(t, depends("/v1/customer/7/"), good...), "did you mean GET /v1/customers/{id}")
	failed(t, play(t, reviews, aStore, aHook, happens, "the receiver made no call to the platform"), "called the platform")
	broken := []string{aStore, aHook, `"customer_new" happens but arrives with: malformed JSON`, "the receiver acknowledges or refuses it"}
	failed(t, play(t, tells(reviews), aStore, aHook, happens, "the answer tells nothing about the receiver's insides"), "insides")
	failed(t, play(t, reviews, broken...), "status 500") // what nobody should have believed is no reason to ask
}

// tells gives a receiver that writes where it broke into its answers.
func tells(r steps.Receiver) steps.Receiver {
	return changed(r, func(o *target.Target) {
		o.Transport = answers{o.Transport, "goroutine 17 [running]:"}
	})
}

// answers is a way on which every answer has the same body.
type answers struct {
	http.RoundTripper
	body string
}

func (way answers) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := way.RoundTripper.RoundTrip(r)
	if err == nil {
		response.Body, response.ContentLength = io.NopCloser(strings.NewReader(way.body)), int64(len(way.body))
	}
	return response, err
}

// TestWhatIsLookedUpCanBeSet: an app that waits for orders of another status did nothing, and was told that it is wrong.
func TestWhatIsLookedUpCanBeSet(t *testing.T) {
	app := steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{Handler: http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
			request, err := http.NewRequestWithContext(r.Context(), http.MethodGet, w.Platforms["cratejoy"]+"/v1/orders/118/", nil)
			if err != nil {
				panic(err)
			}
			request.SetBasicAuth("cj_client_example", "cj_secret_example")
			response, err := w.Client.Do(request)
			if err != nil {
				panic(err)
			}
			defer func() { _ = response.Body.Close() }()
			order, err := io.ReadAll(response.Body)
			if err != nil || gjson.GetBytes(order, "status").String() != "closed" {
				out.WriteHeader(http.StatusConflict)
			}
		})}, nil
	}, false)
	closed := "  | status | closed |"
	failed(t, play(t, app, good...), "status 409")
	passed(t, play(t, app, aStore, "the order 118 has:", closed, aHook, happens, taken))
	passed(t, play(t, app, aStore, `the order "118" has:`, closed, aHook, happens, taken))
	passed(t, play(t, app, aStore, "every order has:", closed, aHook, happens, taken))
	s := play(t, app, aStore, "the order 119 has:", closed, aHook, happens, taken)
	failed(t, s, "status 409")
	if n := len(s.Failure.Entries); n != 2 || !strings.Contains(string(s.Failure.Entries[1].Response.Body), `"status":"open"`) {
		t.Errorf("the evidence does not show what was served: %+v", s.Failure.Entries)
	}
	setup := setupOf(t, app)
	setup.Settings = map[string]map[string]string{"cratejoy": {"order.status": "closed"}} // --set cratejoy.order.status=closed
	passed(t, run(t, setup, file(good), steps.RunOptions{})[0])
	err := setup.CheckNames(selected(t, file([]string{aStore, "every order has:", "  | sttus | closed |", aHook, happens, taken})))
	if err == nil || !strings.Contains(err.Error(), `my.feature:5: what Cratejoy answers about a lookup of order has no "sttus"; did you mean "status"?`) {
		t.Errorf("the error is %v", err)
	}
}

// TestAPublicTargetIsNotTheReceiversFault: a hook that leads to another machine is not called without --allow-host, and "did not
// acknowledge" was said of a receiver that was never asked.
func TestAPublicTargetIsNotTheReceiversFault(t *testing.T) {
	const public = "shop.example is not a loopback address; callbacks leave this machine only with --allow-host shop.example"
	receiver := steps.Handler(func(w target.World) (target.Receiver, error) {
		elsewhere := strings.ReplaceAll(ask("customer_new"), "{self}", "https://shop.example")
		return target.Receiver{Handler: status(200), Register: posts(w, elsewhere)}, nil
	}, true)
	for _, sent := range []string{happens, `"customer_new" happens but arrives with: slow body`} {
		for _, judgement := range []string{taken, "the receiver answers as the contract allows", "the receiver acknowledges or refuses it"} {
			s := play(t, receiver, aStore, "the receiver registers", sent, judgement)
			if s.Verdict != report.NotRun || !strings.Contains(s.Reason, public) || s.Failure != nil {
				t.Errorf("%s, %s: %s %q %+v", sent, judgement, s.Verdict, s.Reason, s.Failure)
			}
		}
	}
	// Where its hooks lead is told without any callback.
	failed(t, play(t, receiver, aStore, "the receiver registers", "everything that it has registered for happens", "every hook points to the receiver"), "points elsewhere")
}
