package steps_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
	"github.com/hookdrill/hookdrill/steps/target"
)

// ask is a registration request of Cratejoy for a hook that leads home.
func ask(event string) string {
	return fmt.Sprintf(`{"event":%q,"request_type":"POST","target":"{self}/%s","name":"n"}`, event, event)
}

// posts registers with these requests, whatever the platform says to them.
func posts(w target.World, requests ...string) func(context.Context) error {
	return func(ctx context.Context) error {
		for _, body := range requests {
			body = strings.ReplaceAll(body, "{self}", w.Self)
			r, err := http.NewRequestWithContext(ctx, http.MethodPost, w.Platforms["cratejoy"]+"/v1/hooks/", strings.NewReader(body))
			if err != nil {
				return err
			}
			r.Header.Set("Content-Type", "application/json")
			r.SetBasicAuth(w.Vars["cratejoy.user"], w.Vars["cratejoy.password"])
			response, err := w.Client.Do(r)
			if err != nil {
				return err
			}
			if err := response.Body.Close(); err != nil {
				return err
			}
		}
		return nil
	}
}

// registers is a receiver that posts these requests when it is made to register.
func registers(requests ...string) steps.Receiver {
	return steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{
			Handler: status(200), Paths: target.PathTemplate("/{event}"), Register: posts(w, requests...),
		}, nil
	}, false)
}

func TestRegistrations(t *testing.T) {
	const (
		registering, again = "the receiver registers", "the receiver registers again"
		once, onlyRefused  = "every hook that it asked for stands once", "it did not ask again for what had been accepted"
		home, shape        = "every hook points to the receiver", "its requests have the recorded shape"
	)
	customer, order := ask("customer_new"), ask("order_new")
	elsewhere := strings.ReplaceAll(customer, "{self}", "https://staging.example.com")
	tests := []struct {
		requests []string
		lines    []string
		says     string // "" passes
	}{
		{[]string{customer}, []string{registering, "it has registered at least 1 hook"}, ""},
		{[]string{customer}, []string{registering, "it has registered at least 2 hooks"}, `at least 2, got 1: ["customer_new"]`},
		{nil, []string{registering}, "did not ask the platform for a single hook"},
		{[]string{customer}, []string{registering, `it has registered a hook for "customer_new"`}, ""},
		{[]string{customer}, []string{registering, `it has registered a hook for "order_new"`}, "has no hook for order_new"},
		{[]string{customer}, []string{registering, `it has registered a hook for "order_nwe"`}, `did you mean "order_new"?`},
		{[]string{customer}, []string{registering, `the hook for "customer_new" is switched off`, `it has registered a hook for "customer_new"`}, "has no hook for customer_new"},

		{[]string{customer, order}, []string{registering, once}, ""},
		{[]string{customer, customer}, []string{registering, once}, "customer_new stands twice"},
		{[]string{customer}, []string{registering, again, once}, "customer_new stands twice"},
		{[]string{customer, order}, []string{"registrations are answered with status 503 once", registering, once}, "asked for customer_new, was refused"},
		{[]string{customer, order}, []string{"the 2nd hook that it asks for is refused with status 429", registering, once}, "asked for order_new, was refused"},
		{[]string{customer, order, order}, []string{"the 2nd hook that it asks for is refused with status 429", registering, once}, ""},
		{[]string{customer, order, order, order}, []string{`the registration of "order_new" is refused with status 429 twice`, registering, once}, ""},
		{[]string{customer, order, order}, []string{`the registration of "order_new" is refused with status 429`, registering, once}, "asked for order_new"},
		{[]string{customer, customer, customer}, []string{"registrations are answered with status 500 2 times", registering, once}, ""},

		{[]string{customer, order, order}, []string{"the 2nd hook that it asks for is refused with status 429", registering, onlyRefused}, ""},
		{[]string{customer, order, customer, order}, []string{"the 2nd hook that it asks for is refused with status 429", registering, onlyRefused}, "registers customer_new again"},
		{[]string{customer}, []string{registering, again, onlyRefused}, "registers customer_new again"},

		{[]string{customer, order}, []string{registering, "it asked at most 2 times"}, ""},
		{[]string{customer, order}, []string{registering, "it asked at most 1 times"}, "at most 1 requests, got 2"},
		{[]string{customer, order}, []string{registering, again, "it asked at most 2 times"}, ""}, // since the last When

		{[]string{customer, order}, []string{registering, home}, ""},
		{[]string{order, elsewhere}, []string{registering, home}, "got https://staging.example.com/customer_new"},

		{[]string{customer}, []string{registering, shape}, ""},
		{[]string{customer, strings.Replace(order, `,"name":"n"`, "", 1)}, []string{registering, shape}, "name is missing"},
		{[]string{strings.Replace(customer, `"n"`, "7", 1)}, []string{registering, shape}, "name is a number"},
		{[]string{"event=customer_new"}, []string{registering, shape}, "not JSON"},
		{[]string{customer}, []string{shape}, "asked for no hook"},
		{[]string{customer}, []string{once}, "asked for no hook"},
	}
	for _, test := range tests {
		s := play(t, registers(test.requests...), append([]string{aStore}, test.lines...)...)
		s.Name = fmt.Sprintf("%q %q", test.requests, test.lines)
		if test.says == "" {
			passed(t, s)
			continue
		}
		failed(t, s, test.says)
	}
}

// What is wrong with a registration is shown with the requests.
func TestRegistrationEvidence(t *testing.T) {
	s := play(t, registers(ask("customer_new"), ask("customer_new")), aStore, "the receiver registers", "every hook that it asked for stands once")
	failed(t, s)
	if len(s.Failure.Entries) != 2 || s.Failure.Entries[0].Request.Method != "POST" || s.Failure.Entries[0].Response.Status/100 != 2 {
		t.Errorf("the evidence is %+v", s.Failure.Entries)
	}
}

// A receiver may go on registering after it was made to: its hooks are waited for.
func TestRegistrationComesLater(t *testing.T) {
	answered := make(chan struct{})
	receiver := steps.Handler(func(w target.World) (target.Receiver, error) {
		later := posts(w, ask("order_new"))
		return target.Receiver{Handler: status(200), Register: func(ctx context.Context) error {
			if err := posts(w, ask("customer_new"))(ctx); err != nil {
				return err
			}
			go func() {
				defer close(answered)
				_ = later(ctx)
			}()
			return nil
		}}, nil
	}, false)
	setup := setupOf(t, receiver)
	setup.Patience, setup.Idle = deadline, deadline
	passed(t, run(t, setup, file([]string{aStore, "the receiver registers", `it has registered a hook for "order_new"`}), steps.RunOptions{})[0])
	<-answered
}

// TestComesAgainLater: many come again after a fixed time, which may be longer than a receiver usually is silent while it registers.
func TestComesAgainLater(t *testing.T) {
	t.Parallel()
	receiver := steps.Handler(func(w target.World) (target.Receiver, error) {
		ask := posts(w, ask("customer_new"))
		return target.Receiver{Handler: status(200), Paths: target.PathTemplate("/{event}"), Register: func(ctx context.Context) error {
			go func() {
				if err := samplereceiver.Wait(ctx, 2*time.Second); err == nil {
					_ = ask(ctx) // what comes of it is judged
				}
			}()
			return ask(ctx)
		}}, nil
	}, false)
	setup := setupOf(t, receiver)
	setup.Patience, setup.Idle = time.Millisecond, time.Second
	for _, s := range run(t, setup, file(
		[]string{aStore, "registrations are answered with status 503 once", "the receiver registers", "every hook that it asked for stands once"},
	), steps.RunOptions{}) {
		passed(t, s)
	}
}

// TestRegistrationIsNoEffect: a receiver that comes again with what was refused is waited for, however soon an effect has to come.
func TestRegistrationIsNoEffect(t *testing.T) {
	t.Parallel()
	receiver := steps.Handler(func(w target.World) (target.Receiver, error) {
		ask := posts(w, ask("customer_new"))
		return target.Receiver{Handler: status(200), Paths: target.PathTemplate("/{event}"), Register: func(ctx context.Context) error {
			go func() {
				for range 3 {
					if err := samplereceiver.Wait(ctx, 200*time.Millisecond); err != nil || ask(ctx) != nil {
						return
					}
				}
			}()
			return nil
		}}, nil
	}, false)
	setup := setupOf(t, receiver)
	setup.Patience, setup.Idle = time.Millisecond, 0
	refused, registers := "registrations are answered with status 503 2 times", "the receiver registers"
	for _, s := range run(t, setup, file(
		[]string{aStore, refused, registers, "every hook that it asked for stands once"},
		[]string{aStore, refused, registers, `it has registered a hook for "customer_new"`},
		[]string{aStore, refused, registers, "it has registered at least 1 hook", "every hook points to the receiver"},
	), steps.RunOptions{}) {
		passed(t, s)
	}
}
