package steps_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// The registrations of a receiver that takes customerCreated, in each dialect.
const (
	inA = `{"command":"Callback","version":"1.0","method":"POST","data":[{"event":"Customer","hookName":"customerCreated"}]}`
	inB = `{"command":"registerCallback","version":1,"method":"post","data":[{"callBackCommand":"Customer","hookName":"customerCreated"}]}`
	inC = `{"command":"registerCallBack","data":[{"command":"mine","onAction":"customerCreated"}]}`
)

// speaksOnly is a receiver of Oliver's callbacks that refuses what has not this in it. It registers with a request, unless that is "".
func speaksOnly(part, registration string) steps.Receiver {
	return steps.Handler(func(w target.World) (target.Receiver, error) {
		r := target.Receiver{
			Paths: target.PathTemplate("/{event}"),
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if body, _ := io.ReadAll(r.Body); !strings.Contains(string(body), part) {
					w.WriteHeader(http.StatusUnprocessableEntity)
				}
			}),
		}
		if registration == "" {
			return r, nil
		}
		r.Register = func(ctx context.Context) error {
			url := w.Platforms["oliver"] + w.Vars["oliver.path"]
			request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader(registration))
			if err != nil {
				return err
			}
			response, err := w.Client.Do(request)
			if err != nil {
				return err
			}
			return response.Body.Close()
		}
		return r, nil
	}, false)
}

// TestDialectsAreFoundOutLater: a receiver that could not be started to find out is not taken for one that does not register.
func TestDialectsAreFoundOutLater(t *testing.T) {
	starts := 0
	receiver := changed(speaksOnly("", inA), func(o *target.Target) {
		o.Start = func(context.Context) error {
			if starts++; starts == 1 {
				return errors.New("its port is in use")
			}
			return nil
		}
	})
	receiver.Alone = true
	inC := []string{"an Oliver POS store", `a hook for "customerCreated" with:`, "  | dialect | C |", `"customerCreated" happens`, taken}
	results := run(t, setupOf(t, receiver), file(inC, inC), steps.RunOptions{})
	failed(t, results[0], "its port is in use")
	notJudged(t, results[1], "this receiver registers in dialect A")
}

// TestDialectsAreFoundOutOnce: also in a godog suite of one's own the receiver is not made to register before each scenario.
func TestDialectsAreFoundOutOnce(t *testing.T) {
	var oliver *engine.Listener
	registered := 0 // one request at a time
	var server *httptest.Server
	server = httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/register" {
			return
		}
		registered++
		url := oliver.URL + steps.Vars(oliver.Using())["path"]
		response, err := server.Client().Post(url, "application/json", strings.NewReader(inA))
		if err != nil || response.Body.Close() != nil || response.StatusCode != http.StatusOK {
			t.Error(err)
		}
	}))
	defer server.Close()
	options := steps.Options{Platforms: []string{"oliver"}}
	options.Receiver, options.Register = server.URL+"/{event}", "POST "+server.URL+"/register"
	opened, err := options.Open(t.Context(), all.Platforms())
	if err != nil {
		t.Fatal(err)
	}
	defer opened.Close()
	oliver = opened.Listeners["oliver"]
	scenario := []string{"an Oliver POS store", `a hook for "customerCreated"`, `"customerCreated" happens`, taken}
	status := godog.TestSuite{ScenarioInitializer: opened.InitializeScenario, Options: &godog.Options{
		Format: "progress", Output: io.Discard, Strict: true, FeatureContents: []godog.Feature{{Name: "my.feature", Contents: []byte(file(scenario, scenario, scenario))}},
	}}.Run()
	if status != 0 || registered != 1 {
		t.Errorf("status %d; it was made to register %d times", status, registered)
	}
}

// TestAReceiverIsJudgedInItsDialect: those that registered in A or B were held to C, and those in B and C to A.
func TestAReceiverIsJudgedInItsDialect(t *testing.T) {
	const (
		store, created = "an Oliver POS store", `"customerCreated" happens`
		made, viewed   = `a hook for "customerCreated"`, `a hook for "customer-detail-view"`
		a, b, c        = `"event":"Customer"`, `"callbackCommand":"Customer"`, `"command":"mine"`
		wordForWord    = `the fixture "oliver/callbacks/variants/customerAddedToCart-checkout-page" is sent`
		unknown        = "it is not known which dialects this receiver speaks (--register, or --set oliver.dialect)"
		saved          = `a hook for "customer-save-notification"`
		textInA        = `it is not known what "customer-save-notification" looks like in dialect A: it is recorded in C alone`
		others         = ", and for other events (--set oliver.dialect)"
	)
	in := func(dialect string) []string {
		return []string{store, made + " with:", "  | dialect | " + dialect + " |", created, taken}
	}
	own := []string{store, made, created, taken}
	for _, test := range []struct {
		name     string
		receiver steps.Receiver
		lines    []string
		notRun   string // "": it passes
	}{
		{"A", speaksOnly(a, inA), own, ""},
		{"B", speaksOnly(b, inB), own, ""},
		{"C, under its own command", speaksOnly(c, inC), own, ""},
		{"B", speaksOnly(b, inB), in("B"), ""},
		{"A to C", speaksOnly(a, inA), in("C"), "this receiver registers in dialect A" + others},
		{"B to A", speaksOnly(b, inB), in("A"), "this receiver registers in dialect B" + others},
		{"A to an event of C's", speaksOnly(a, inA), []string{store, viewed, `"customer-detail-view" happens`, taken}, "this receiver registers in dialect A" + others},
		{"A to B's words", speaksOnly(a, inA), []string{store, made, wordForWord, taken}, "this receiver registers in dialect A" + others},
		{"B in another form", speaksOnly(b, inB), []string{store, made, `the fixture "oliver/forms/customer" is sent in the form: raw UTF-8`, taken}, ""},
		{"what nobody knows, in B", speaksOnly(`"callbackCommand"`, inB), []string{store, "something happens that no receiver knows", taken}, ""},
		{"a form that C has no place for", speaksOnly(c, inC), []string{store, made, `the fixture "oliver/forms/customer" is sent in the form: raw UTF-8`, taken}, "in this receiver's dialect the payload has nothing that this form writes otherwise"},
		{"one of C's refused", speaksOnly(c, inC), []string{store, "the 1st hook that it asks for is refused with status 402", "the receiver registers", "it has registered at least 1 hook"}, "this receiver registers in dialect C, where one status is for all hooks: none is refused alone"},
		{"one of A's refused", speaksOnly(a, inA), []string{store, "the 1st hook that it asks for is refused with status 402", "the receiver registers", "the receiver registers again", "it has registered at least 1 hook"}, ""},
		{"C's shape", speaksOnly(c, inC), []string{store, "the receiver registers", "its requests have the recorded shape"}, ""},
		{"nobody knows", speaksOnly(a, ""), own, ""},
		{"nobody knows", speaksOnly(a, ""), in("A"), ""}, // as it was recorded
		{"nobody knows", speaksOnly(a, ""), in("C"), unknown},
		{"a flag says it", speaksOnly(b, ""), append([]string{store, `its "dialect" is "B"`}, own[1:]...), ""},
		{"a flag says it", speaksOnly(b, ""), append([]string{store, `its "dialect" is "B"`}, in("C")[1:]...), "this receiver speaks dialect B alone (--set oliver.dialect)"},
		{"a flag says it, an event of C's in C", speaksOnly(a, inA), []string{store, `its "dialect" is "A"`, saved + " with:", "  | dialect | C |", `"customer-save-notification" happens`, taken}, "this receiver speaks dialect A alone (--set oliver.dialect)"},
		{"a flag says it, a text in A", speaksOnly(a, inA), []string{store, `its "dialect" is "A"`, saved, `"customer-save-notification" happens`, taken}, textInA},
		{"a flag says it, an object of C's in A", speaksOnly(`"event":"customer-detail-view"`, ""), []string{store, `its "dialect" is "A"`, viewed, `"customer-detail-view" happens`, taken}, ""},
		{"asked for in A, a text", speaksOnly(a, strings.ReplaceAll(inA, "customerCreated", "customer-save-notification")), []string{store, saved, `"customer-save-notification" happens`, taken}, textInA},
		{"a flag says all", speaksOnly("", ""), append([]string{store, `its "dialect" is "every"`}, in("C")[1:]...), ""},
	} {
		s := play(t, test.receiver, test.lines...)
		s.Name = test.name
		if test.notRun == "" {
			passed(t, s)
		} else if s.Verdict != report.NotRun || s.Reason != test.notRun {
			t.Errorf("%s: %s %q %+v", s.Name, s.Verdict, s.Reason, s.Failure)
		}
	}
}
