package steps_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

const (
	noEffect = "it has no effect"
	broken   = `"customer_new" happens but arrives with: truncated JSON`
	unsigned = `"store/customer/created" happens but arrives with: no signature`
	allows   = "the receiver answers as the contract allows"
)

// notJudged is a scenario that says nothing of the receiver.
func notJudged(t *testing.T, s report.Scenario, reason string) {
	t.Helper()
	if s.Verdict != report.NotRun || !strings.Contains(s.Reason, reason) {
		t.Errorf("%s: %s %q, want not run: %s", s.Name, s.Verdict, s.Reason, reason)
	}
}

// TestNothingToCompareWith: that a receiver did nothing is no merit of one that never does anything.
func TestNothingToCompareWith(t *testing.T) {
	passed(t, play(t, keeps(""), aStore, aHook, broken, noEffect))
	notJudged(t, play(t, keeps("drops"), aStore, aHook, broken, noEffect), "a good callback has none either")
	notJudged(t, play(t, keeps("drops"), aStore, aHook, broken, `the receiver's state does not show "undefined"`), "a good callback has none either")
	passed(t, play(t, keeps(""), aStore, aHook, happens, `the receiver's state does not show "undefined"`))
	notJudged(t, play(t, plain(status(401)), bigStore, bigHook, unsigned, allows), "a good callback is not acknowledged either")
	// What is refused without a doubt is refused, whatever becomes of the next.
	failed(t, play(t, plain(status(200)), bigStore, bigHook, unsigned, allows), "did not answer store/customer/created as the contract allows")
	passed(t, play(t, plain(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Webhook-Signature") == "" {
			w.WriteHeader(http.StatusUnauthorized)
		}
	}), bigStore, bigHook, unsigned, allows))
	// An event of no catalogue is compared with one of it, and another body with the platform's own.
	byPath := func(how string) steps.Receiver {
		return changed(keeps(how), func(o *target.Target) {
			url := o.URL
			o.URL = func(platform, event string) string { return url(platform, event) + event }
		})
	}
	passed(t, play(t, byPath("picky"), aStore, "something happens that no receiver knows", noEffect))
	notJudged(t, play(t, byPath("drops"), aStore, "something happens that no receiver knows", noEffect), "a good callback has none either")
	failed(t, play(t, byPath(""), aStore, "something happens that no receiver knows", noEffect), "an effect that it should not have")
	// Whose address is one for all events of Cratejoy cannot know.
	notJudged(t, play(t, keeps(""), aStore, "something happens that no receiver knows", noEffect), "{event} in --receiver")
}

// TestNoAnswerNoVerdict: a callback that was not answered, or never arrived, tells nothing.
func TestNoAnswerNoVerdict(t *testing.T) {
	silent := changed(keeps(""), func(o *target.Target) {
		o.LooksUp, o.Says = true, true
		o.Transport = unreached{o.Transport}
		o.Get = func(ctx context.Context, _ string) ([]byte, error) { return o.Probe(ctx) }
	})
	answers := []string{"the answer tells nothing about the receiver's insides", `the answer's "X-None" header is ""`}
	for _, judgement := range append(answers, noEffect, `the receiver's state does not show "undefined"`, `the receiver fetched customer "7" 0 times`, "the receiver made no call to the platform",
		`the probe "n" stays as it was`, `the receiver said "a" 0 times`, "it asked at most 0 times",
	) {
		lines := []string{aStore, aHook, `the probe "n" is "count" of "/state"`, happens, judgement}
		if strings.Contains(judgement, "asked") {
			lines[2] = "the receiver registers again"
		}
		receiver := changed(silent, func(o *target.Target) { o.Register = func(context.Context) error { return nil } })
		if s := play(t, receiver, lines...); slices.Contains(answers, judgement) {
			failed(t, s, "did not answer customer_new")
		} else {
			notJudged(t, s, "nothing tells what comes of a callback")
		}
		lines[3] = broken
		lines = append([]string{aStore, aHook, `an outage: answer 503`}, lines[2:]...)
		failed(t, play(t, receiver, lines...), "something stood in front of it")
	}
}

// unreached is a way on which no callback arrives. The state is read on another one.
type unreached struct{ http.RoundTripper }

func (way unreached) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.Method == http.MethodGet {
		return way.RoundTripper.RoundTrip(r)
	}
	return nil, errors.New("dial tcp: connection refused")
}

// TestComparedLeavesNoTrace: what is sent to compare with is not what the scenario is about.
func TestComparedLeavesNoTrace(t *testing.T) {
	looks := steps.Handler(func(w target.World) (target.Receiver, error) {
		keep := newKeeper("")
		return target.Receiver{LooksUp: true, Probe: "/state", Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			if gjson.ValidBytes(body) {
				_, _ = getBy(r.Context(), w.Client.Transport, w.Platforms["cratejoy"]+"/v1/customers/586402305/")
			}
			keep.ServeHTTP(rw, r)
		})}, nil
	}, false)
	for _, after := range []string{
		"the receiver made no call to the platform",
		`"customer_new" was sent once`, noEffect, `in the receiver's state "count" is 0`,
		`the receiver fetched customer "586402305" 0 times`,
	} {
		passed(t, play(t, looks, aStore, aHook, broken, noEffect, after))
	}
	// The next When has it behind it.
	passed(t, play(t, looks, aStore, aHook, broken, noEffect, happens, taken, "it takes effect", `in the receiver's state "count" is 2`))
	passed(t, play(t, looks, aStore, aHook, broken, noEffect, "it is sent again as it should be", taken, "it is processed once", `the receiver fetched customer "586402305" once`))
	probed := changed(keeps(""), func(o *target.Target) {
		o.Get = func(ctx context.Context, _ string) ([]byte, error) { return o.Probe(ctx) }
	})
	const probe, stays = `the probe "n" is "count" of "/state"`, `the probe "n" stays as it was`
	passed(t, play(t, probed, aStore, aHook, probe, broken, noEffect, stays, happens, `the probe "n" goes from 1 to 2`))
	// The platform speaks as usual to compare with, and then as the scenario wants it again.
	passed(t, play(t, keeps("escaped only"), aStore, `its "body" is "plain"`, aHook, happens, noEffect, happens, noEffect))
}

// TestComparedOnlyTwice: a receiver on which nothing has an effect is not waited for in each scenario.
func TestComparedOnlyTwice(t *testing.T) {
	sent := 0
	receiver := steps.Handler(func(target.World) (target.Receiver, error) {
		return target.Receiver{Probe: "/state", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				sent++
				return
			}
			_, _ = w.Write([]byte("{}"))
		})}, nil
	}, false)
	one := []string{aStore, aHook, broken, noEffect}
	for _, s := range run(t, setupOf(t, receiver), file(one, one, one, one), steps.RunOptions{}) {
		notJudged(t, s, "a good callback has none either")
	}
	if sent != 4+2 {
		t.Errorf("%d callbacks came, of which 4 were broken", sent)
	}
}

// TestComparedByEvent: that one event has no effect tells nothing of another.
func TestComparedByEvent(t *testing.T) {
	receiver := steps.Handler(func(target.World) (target.Receiver, error) {
		keep := newKeeper("")
		return target.Receiver{Probe: "/state", Paths: target.PathTemplate("/{event}"), Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path != "/order_new" {
				keep.ServeHTTP(w, r)
			}
		})}, nil
	}, false)
	orders := []string{aStore, `a hook for "order_new"`, `"order_new" happens but arrives with: truncated JSON`, noEffect}
	results := run(t, setupOf(t, receiver), file(orders, orders, []string{aStore, aHook, broken, noEffect}), steps.RunOptions{})
	notJudged(t, results[1], "a good callback has none either")
	passed(t, results[2])
}

// TestUnmetRefusals: a refusal that the platform never came to make is no test of the receiver.
func TestUnmetRefusals(t *testing.T) {
	customer := ask("customer_new")
	const registering, some = "the receiver registers", "it has registered at least 1 hook"
	for given, reason := range map[string]string{
		"the 2nd hook that it asks for is refused with status 429":           "fewer than 2 hooks",
		`the registration of "order_new" is refused with status 429`:         "did not ask for order_new",
		`the registration of "order_new" is refused with status 429 3 times`: "did not ask for order_new",
	} {
		notJudged(t, play(t, registers(customer), aStore, given, registering, some), reason)
	}
	passed(t, play(t, registers(customer, customer), aStore, "the 1st hook that it asks for is refused with status 429", registering, some))
	passed(t, play(t, registers(customer, customer), aStore, "registrations are answered with status 503 once", registering, some))
	notJudged(t, play(t, changed(keeps(""), func(o *target.Target) { o.LooksUp = true }), aStore, aHook, "lookups are answered with status 503 once", happens, taken), "looked nothing up")
	// One that never asks for the rest because of the refusal is judged by what it has asked for.
	const first, others = "the 1st hook that it asks for is refused with status 400", "the other hooks that it asks for stand"
	passed(t, play(t, registers(customer, ask("order_new")), aStore, first, registering, others))
	notJudged(t, play(t, registers(customer), aStore, first, registering, others), "one hook only")
	failed(t, play(t, stopsAtRefusals(customer, ask("order_new")), aStore, first, registering, others), "do not stand")
}

// stopsAtRefusals is a receiver that gives up when a hook is refused.
func stopsAtRefusals(requests ...string) steps.Receiver {
	return steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{Handler: status(200), Register: func(ctx context.Context) error {
			for _, body := range requests {
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Platforms["cratejoy"]+"/v1/hooks/", strings.NewReader(strings.ReplaceAll(body, "{self}", w.Self)))
				if err != nil {
					return err
				}
				r.Header.Set("Content-Type", "application/json")
				r.SetBasicAuth(w.Vars["cratejoy.user"], w.Vars["cratejoy.password"])
				response, err := w.Client.Do(r)
				if err != nil || response.StatusCode >= http.StatusBadRequest {
					return errors.Join(err, errors.New("refused"))
				}
				if err := response.Body.Close(); err != nil {
					return err
				}
			}
			return nil
		}}, nil
	}, false)
}
