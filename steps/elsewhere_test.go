package steps_test

import (
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestOtherHooks: hooks that lead elsewhere stand in lists and in nothing else: no callback goes to them, they are not taken for what
// the receiver has registered, and no receiver is judged by them.
func TestOtherHooks(t *testing.T) {
	t.Parallel()
	const others = "60 other hooks"
	customer := ask("customer_new")
	passed(t, play(t, plain(status(200)), aStore, others, aHook, happens, taken))
	passed(t, play(t, registers(customer), aStore, others, "the receiver registers", others, "everything that it has registered for happens", taken))
	passed(t, play(t, registers(customer), aStore, others, "the receiver registers", "every hook points to the receiver"))
	passed(t, play(t, plain(status(200)), "a BigCommerce store", "191 other hooks", `a hook for "store/customer/created"`,
		`"store/customer/created" happens but arrives with: answer 500`, "1 callback waits in the retry queue"))

	refused := "registrations are answered with status 503"
	for step, says := range map[string]string{
		"every hook that it asked for stands once":      "asked for customer_new, was refused",
		"it has registered at least 1 hook":             "do not stand at the platform",
		`it has registered a hook for "customer_new"`:   "has no hook for customer_new",
		"everything that it has registered for happens": "the receiver has registered no hook",
	} {
		failed(t, play(t, registers(customer), aStore, others, refused, "the receiver registers", step), says)
	}
}

// TestGivenHookOfAnotherEvent: the platform itself makes callbacks to a hook for exceptions, whatever the scenario lets happen. A
// receiver that does not take these is not asked.
func TestGivenHookOfAnotherEvent(t *testing.T) {
	t.Parallel()
	const created, exception = "store/customer/created", "store/hook/deliveryException"
	lines := []string{"a BigCommerce store", `a hook for "` + created + `"`, `a hook for "` + exception + `"`,
		`"` + created + `" happens but arrives with: answer 500`, `"` + exception + `" was sent once`, "1 callback waits in the retry queue"}
	for _, row := range []struct {
		takes []string
		want  report.Verdict
	}{
		{nil, report.Pass},
		{[]string{created, exception}, report.Pass},
		{[]string{created}, report.NotRun},
	} {
		setup := setupOf(t, plain(status(200)))
		setup.Events = row.takes
		s := run(t, setup, file(lines), steps.RunOptions{})[0]
		if s.Verdict != row.want {
			t.Errorf("of a receiver that takes %q it is %q (%s) %+v", row.takes, s.Verdict, s.Reason, s.Failure)
		}
		if s.Verdict == report.NotRun && s.Reason != "this receiver takes other events (--event)" {
			t.Errorf("it is not run: %q", s.Reason)
		}
	}
}
