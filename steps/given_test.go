package steps_test

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// rich is a receiver that offers everything, and does nothing.
func rich(h http.HandlerFunc) steps.Receiver {
	return changed(plain(h), func(o *target.Target) {
		o.LooksUp = true
		o.Register = o.Start
		o.Probe = probeOf(`{"a":1}`)
		o.Says = true
		o.Get = func(context.Context, string) ([]byte, error) { return []byte(`{"processed":0}`), nil }
	})
}

// No step breaks where the scenario has no store: each says so.
func TestEveryStepNeedsAStore(t *testing.T) {
	for _, step := range steps.Vocabulary() {
		if step.Example == aStore {
			continue
		}
		s := play(t, rich(status(200)), append(withArgument(step), aStore)...)
		failed(t, s, "the scenario has no store yet", `Given a Cratejoy store`)
		if want := []report.Verdict{report.Fail, report.Skipped}; !slices.Equal(verdicts(s), want) {
			t.Errorf("%s: the steps are %q", step.Example, verdicts(s))
		}
	}
}

// A store is not enough for what is about a callback.
func TestEveryJudgementNeedsACallback(t *testing.T) {
	aboutHooks := []string{"registered", "stands once", "other hooks", "asked", "ask again", "points to", "recorded shape", "fetched customer", "made no call", "state", "still handles",
		"probe", "was sent", "the hook for", "every hook", "domain", "retry queue", "platform says", "a mail"}
	for _, step := range steps.Vocabulary() {
		if step.Kind != "Then" || slices.ContainsFunc(aboutHooks, func(s string) bool { return strings.Contains(step.Example, s) }) {
			continue
		}
		s := play(t, rich(status(200)), append([]string{aStore}, withArgument(step)...)...)
		if step.Example == "it has taken effect only once" {
			failed(t, s, "came twice")
			continue
		}
		s.Name = step.Example
		failed(t, s, "no callback was sent yet", "a When step")
	}
	for _, again := range []string{"the same callback is sent again", "the same event is sent again as another delivery"} {
		failed(t, play(t, rich(status(200)), aStore, again), "no callback was sent yet")
	}
}

// A judgement over no callbacks at all would always agree.
func TestNoHookNoVerdict(t *testing.T) {
	for _, judgement := range []string{taken, "the receiver refuses it", "the receiver acknowledges or refuses it", "the receiver answers with status 200", "the receiver answers within 1 s"} {
		failed(t, play(t, plain(status(200)), aStore, `a hook for "order_new"`, happens, judgement),
			`no active hook listens to "customer_new"`, `"order_new"`)
	}
}

func TestMisusedGivens(t *testing.T) {
	tests := []struct {
		lines []string
		says  []string
	}{
		{[]string{"a Cratejoi store"}, []string{`no platform "Cratejoi"`, `did you mean "Cratejoy"?`}},
		{[]string{aStore, "an Oliver POS store"}, []string{"already has a Cratejoy store"}},
		{[]string{aStore, aStore}, []string{"already has a Cratejoy store"}},
		{[]string{aStore, `a hook for "customer_nwe"`}, []string{`Cratejoy has no event "customer_nwe"`, `did you mean "customer_new"?`}},
		{[]string{aStore, `a hook for "customer_nwe" with:`, " | method | GET |"}, []string{`no event "customer_nwe"`}},
		{[]string{aStore, `a hook for "customer_new" with:`, " | method | GET | x |"}, []string{"3 columns", "| name | value |"}},
		{[]string{aStore, `a hook for "customer_new" with:`, " | method |"}, []string{"1 columns"}},
		{[]string{aStore, `its "bdy" is "plain"`}, []string{`no switch "bdy"`, `did you mean "body"?`}},
		{[]string{aStore, `its "body" is "plan"`}, []string{`takes ["escaped" "plain"], not "plan"`}},
		{[]string{aStore, aHook, `the hook for "order_new" is switched off`}, []string{`no hook for "order_new" to switch off`}},
		{[]string{aStore, "registrations are answered with status 418"}, []string{"no recorded error answer 418", `"503"`}},
		{[]string{aStore, "the 2nd hook that it asks for is refused with status 418"}, []string{"no recorded error answer 418"}},
		{[]string{aStore, `the registration of "customer_nwe" is refused with status 503`}, []string{`did you mean "customer_new"?`}},
		{[]string{aStore, `custmer "32" does not exist`}, []string{`nothing on Cratejoy is looked up as "custmer"`, `did you mean "customer"?`}},
	}
	for _, test := range tests {
		s := play(t, rich(status(200)), test.lines...)
		failed(t, s, test.says...)
		if last := s.Steps[len(s.Steps)-1]; last.Verdict != report.Fail {
			t.Errorf("%q: the steps are %q", test.lines, verdicts(s))
		}
	}
}

// callback is what a receiver was sent.
type callback struct {
	*http.Request
	body string
}

// heard is a receiver that says 200 and keeps what it was sent.
func heard(into *[]callback) steps.Receiver {
	return plain(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*into = append(*into, callback{r, string(body)})
	})
}

// sent gives what a receiver gets in a scenario that has to pass.
func sent(t *testing.T, lines ...string) []callback {
	t.Helper()
	var got []callback
	passed(t, play(t, heard(&got), lines...))
	return got
}

func TestHook(t *testing.T) {
	got := sent(t, good...)
	if len(got) != 1 || got[0].Method != "POST" || got[0].URL.Path != "/hooks/customer_new" || !strings.HasPrefix(got[0].body, `"{\"`) {
		t.Errorf("got %+v", got)
	}
	if got := sent(t, aStore, aHook, aHook, `a hook for "order_new"`, happens, taken); len(got) != 2 {
		t.Errorf("two hooks for an event got %d callbacks", len(got))
	}
}

func TestWildcardHook(t *testing.T) {
	got := sent(t, "a BigCommerce store", `a hook for "store/customer/*"`, `"store/customer/created" happens`, taken)
	if len(got) != 1 {
		t.Errorf("got %+v", got)
	}
	failed(t, play(t, plain(status(200)), "a BigCommerce store", `a hook for "store/customr/*"`), `no event "store/customr/*"`)
}

func TestHookWith(t *testing.T) {
	got := sent(t, aStore, `a hook for "customer_new" with:`,
		"  | method         | GET                     |",
		"  | querystring    | id={id}&name={last_name} |",
		"  | header X-Shop  | a: b                    |",
		"  | header x-other | c                       |",
		happens, taken)
	if len(got) != 1 || got[0].Method != "GET" || got[0].URL.RawQuery != "id=586402305&name=Doe" || got[0].body != "" ||
		got[0].Header.Get("X-Shop") != "a: b" || got[0].Header.Get("X-Other") != "c" {
		t.Errorf("got %+v", got)
	}
}

// What --hook-header says is sent with the hooks of all scenarios.
func TestHookHeaders(t *testing.T) {
	var got []callback
	setup := setupOf(t, heard(&got))
	setup.HookHeaders = append(setup.HookHeaders, field("X-Key", "k"))
	for _, s := range run(t, setup, file(good, good), steps.RunOptions{}) {
		passed(t, s)
	}
	for _, c := range got {
		if len(c.Header.Values("X-Key")) != 1 {
			t.Errorf("the header is %q", c.Header)
		}
	}
}

func TestSetting(t *testing.T) {
	if got := sent(t, append([]string{aStore, `its "body" is "plain"`}, good[1:]...)...); !strings.HasPrefix(got[0].body, `{"`) {
		t.Errorf("got %s", got[0].body)
	}
}

// The switches and accounts of the run are those of each scenario.
func TestSetupSettingsAndAccounts(t *testing.T) {
	var got []callback
	setup := setupOf(t, heard(&got))
	setup.Settings = map[string]map[string]string{"cratejoy": {"body": "plain"}}
	setup.Accounts = map[string]mockplatforms.Account{"bigcommerce": {Store: "other-store", Secret: "other-secret"}}
	bc := []string{"a BigCommerce store", `a hook for "store/customer/created"`, `"store/customer/created" happens`, taken}
	for _, s := range run(t, setup, file(good, bc), steps.RunOptions{}) {
		passed(t, s)
	}
	if !strings.HasPrefix(got[0].body, `{"`) || !strings.Contains(got[1].body, "stores/other-store") {
		t.Errorf("got %s and %s", got[0].body, got[1].body)
	}
}

// A fixture goes out byte for byte, and with what is done to it on the way.
func TestFixtureArrivesWith(t *testing.T) {
	const fixture = `the fixture "bigcommerce/callbacks/store/customer/created"`
	got := sent(t, "a BigCommerce store", `a hook for "store/customer/created"`,
		fixture+" is sent", taken, fixture+" is sent but arrives with: no signature", "the receiver acknowledges or refuses it",
		fixture+" is sent but arrives with: no content type, truncated JSON", "the receiver acknowledges or refuses it")
	if len(got) != 3 || got[0].Header.Get("Webhook-Signature") == "" {
		t.Fatalf("got %+v", got)
	}
	forged, broken := got[1], got[2]
	if forged.body != got[0].body || forged.Header.Get("Webhook-Signature") != "" {
		t.Errorf("forged is %+v", forged)
	}
	if !strings.HasPrefix(got[0].body, broken.body) || len(broken.body) >= len(got[0].body) || broken.Header.Get("Content-Type") != "" || broken.Header.Get("Webhook-Signature") == "" {
		t.Errorf("broken is %+v", broken)
	}
}

func TestSwitchedOff(t *testing.T) {
	off := []string{aStore, aHook, aHook, `a hook for "order_new"`, `the hook for "customer_new" is switched off`}
	if got := sent(t, append(off, happens, "nothing is sent")...); len(got) != 0 {
		t.Errorf("got %+v", got)
	}
	if got := sent(t, append(off, `"order_new" happens`, taken)...); len(got) != 1 {
		t.Errorf("got %+v", got)
	}
}

// A second client's hooks are signed with its own secret.
func TestAnotherClient(t *testing.T) {
	got := sent(t, "a BigCommerce store", `another API client "billing app" of that store`,
		`a hook for "store/customer/created"`,
		`a hook for "store/customer/created" with:`, "  | client | billing app |",
		`"store/customer/created" happens`, taken)
	if len(got) != 2 || got[0].body != got[1].body || got[0].Header.Get("Webhook-Signature") == got[1].Header.Get("Webhook-Signature") {
		t.Errorf("got %+v", got)
	}
}
