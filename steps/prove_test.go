package steps_test

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/saboteur"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
	"github.com/hookdrill/hookdrill/steps/target"
)

func proving(t testing.TB, receiver steps.Receiver, text string, only ...string) (*report.Proofs, error) {
	t.Helper()
	return setupOf(t, receiver).Prove(t.Context(), steps.ProveOptions{
		Sources: []steps.Source{{Path: "my.feature", Content: []byte(text)}}, Only: only,
	})
}

// proved gives the fate of each of these mutants.
func proved(t testing.TB, receiver steps.Receiver, text string, only ...string) map[string]report.Proof {
	t.Helper()
	proofs, err := proving(t, receiver, text, only...)
	if err != nil {
		t.Fatal(err)
	}
	list := map[string]report.Proof{}
	for _, p := range proofs.Proofs {
		list[p.Name] = p
	}
	return list
}

// TestProve: what a suite asks for is noticed when it is missing, and what it does not ask for is not.
func TestProve(t *testing.T) {
	answers := []string{aStore, aHook, happens, taken}
	effects := []string{aStore, aHook, happens, "it takes effect"}
	refused := []string{aStore, aHook, `"customer_new" happens but arrives with: truncated JSON`, "the receiver refuses it"}
	for _, row := range []struct {
		name, scenarios string
		fate            report.Fate
		by              string // the scenario that has noticed
		ran             int
	}{
		{"deaf", file(answers), report.Survived, "", 1},
		{"deaf", file(answers, effects), report.Killed, "number 2", 2},
		{"answers-a-redirect", file(answers, effects), report.Killed, "number 1", 1},
		{"hides-refusals", file(answers, effects), report.Survived, "", 2},
		{"hides-refusals", file(answers, refused), report.Killed, "number 2", 2},
		{"too-late", file(answers), report.Killed, "number 1", 1},
		{"strips-signatures", file(answers), report.NotApplicable, "", 0},
		{"chatty", file(answers), report.NotApplicable, "", 0},
		{"registers-twice", file(answers), report.NotApplicable, "", 0}, // this receiver does not register
		{"repeats-lookups", file(answers), report.NotApplicable, "", 0},
		{"hides-crashes", file(answers), report.NotApplicable, "", 0}, // Cratejoy does not try again
	} {
		p := proved(t, keeps(""), row.scenarios, row.name)[row.name]
		if p.Fate != row.fate || p.ByName != row.by || p.Ran != row.ran || (p.Reason != "") != (row.fate == report.NotApplicable) {
			t.Errorf("%s: %+v; want %s by %q after %d", row.name, p, row.fate, row.by, row.ran)
		}
		if row.fate == report.Survived && len(p.Would) == 0 {
			t.Errorf("%s: nothing is named that would have caught it", row.name)
		}
	}
}

// TestProveBaseline: what fails without a saboteur cannot notice one, and is counted.
func TestProveBaseline(t *testing.T) {
	broken := []string{aStore, aHook, happens, "the receiver refuses it"}
	proofs, err := proving(t, keeps(""), file(broken, good), "answers-a-redirect")
	if err != nil {
		t.Fatal(err)
	}
	if proofs.Suite != 1 || proofs.Failing != 1 || proofs.Proofs[0].ByName != "number 2" || proofs.Score != 100 {
		t.Errorf("%+v", proofs)
	}
	if _, err := proving(t, keeps(""), file(broken)); err == nil || !strings.Contains(err.Error(), "none of the scenarios (1) passes") {
		t.Errorf("nothing passes: %v", err)
	}
	if _, err := proving(t, keeps(""), file(good), "deef"); err == nil || !strings.Contains(err.Error(), `did you mean "deaf"?`) {
		t.Errorf("an unknown saboteur: %v", err)
	}
	if _, err := proving(t, keeps(""), file([]string{aStore, "gibberish"})); err == nil {
		t.Error("a step that is none")
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err = setupOf(t, keeps("")).Prove(ctx, steps.ProveOptions{Sources: []steps.Source{{Path: "my.feature", Content: []byte(file(good))}}})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

// TestProveBugs: the sample receiver's own bugs are taken where it is the one under test, and those about platforms that
// no scenario is about are not blamed on the suite.
func TestProveBugs(t *testing.T) {
	set := setupOf(t, steps.Receiver{}).Fixtures
	sample, err := steps.Sample(set, "", false)
	if err != nil {
		t.Fatal(err)
	}
	proofs, err := setupOf(t, sample).Prove(t.Context(), steps.ProveOptions{
		Sources: []steps.Source{{Path: "my.feature", Content: []byte(file(append(slices.Clone(good), `the receiver's state shows "José"`)))}},
		Only:    []string{"parses-once", "no-signature-check", "no-dedupe"},
		Bug:     func(name string) (steps.Receiver, error) { return steps.Sample(set, name, false) },
	})
	if err != nil {
		t.Fatal(err)
	}
	var fates []string
	for _, p := range proofs.Proofs {
		fates = append(fates, p.Kind+" "+p.Name+" "+string(p.Fate))
	}
	want := []string{"bug parses-once killed", "bug no-signature-check not applicable", "bug no-dedupe survived"}
	if !slices.Equal(fates, want) || proofs.Score != 50 {
		t.Errorf("%q, %v %%; want %q", fates, proofs.Score, want)
	}
}

// TestProveShares one receiver: it is sabotaged for the scenarios of a saboteur, and for no others.
func TestProveShares(t *testing.T) {
	calls := 0
	receiver := plain(func(http.ResponseWriter, *http.Request) { calls++ })
	open := receiver.Open
	var shared *target.Target
	receiver.Alone = true
	receiver.Open = func(ctx context.Context, e *engine.Engine) (*target.Target, error) {
		if shared != nil {
			return shared, nil
		}
		t, err := open(ctx, e)
		if err == nil {
			t.Close = nil
			shared = t
		}
		return t, err
	}
	got := proved(t, receiver, file(good), "answers-a-redirect", "deaf", "loses-the-path", "drops-one-of-three")
	if got["answers-a-redirect"].Fate != report.Killed || got["deaf"].Fate != report.Survived || got["loses-the-path"].Fate != report.Survived {
		t.Errorf("%+v", got)
	}
	if calls != 4 { // the baseline, and each but the deaf one
		t.Errorf("the receiver was called %d times", calls)
	}
}

// TestNamesOfMutants: one name, one mutant.
func TestNamesOfMutants(t *testing.T) {
	for _, s := range saboteur.All() {
		if slices.ContainsFunc(samplereceiver.Bugs(), func(b samplereceiver.Bug) bool { return b.Name == s.Name }) {
			t.Errorf("%s is a saboteur and a bug", s.Name)
		}
	}
}

// TestProveAsBadAlready: what fails without a saboteur cannot notice one, and that is not the suite's fault.
func TestProveAsBadAlready(t *testing.T) {
	const name = "Feature: The same callback twice\n  Scenario: It takes effect only once\n"
	twice := name + "    Given a Cratejoy store\n    And a hook for \"customer_new\"\n    When a new \"customer_new\" happens\n    Then the receiver refuses it\n" +
		"  Scenario: another\n    Given a Cratejoy store\n    And a hook for \"customer_new\"\n    When a new \"customer_new\" happens\n    Then the receiver acknowledges it\n"
	proofs, err := setupOf(t, plain(status(200))).Prove(t.Context(), steps.ProveOptions{
		Sources: []steps.Source{{Path: "features/conformance/duplicates.feature", Content: []byte(twice)}}, Only: []string{"doubles", "deaf"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs.Proofs {
		want := report.Survived // nothing of the suite is there to catch it
		if p.Name == "doubles" {
			want = report.NotApplicable
		}
		if p.Fate != want {
			t.Errorf("%s %s: %s", p.Name, p.Fate, p.Reason)
		}
	}
}

// TestProveNamesWhatCannotRun: a catcher that this receiver cannot be held to is named with the reason, and counted apart.
func TestProveNamesWhatCannotRun(t *testing.T) {
	text := "Feature: Every event\n  Scenario: It is acknowledged\n    Given a Cratejoy store\n    And a hook for \"customer_new\"\n    When a new \"customer_new\" happens\n    Then the receiver acknowledges it\n" +
		"  Scenario: It takes effect\n    Given a Cratejoy store\n    And a hook for \"customer_new\"\n    When a new \"customer_new\" happens\n    Then it takes effect\n"
	proofs, err := setupOf(t, plain(status(200))).Prove(t.Context(), steps.ProveOptions{
		Sources: []steps.Source{{Path: "features/cratejoy/events.feature", Content: []byte(text)}}, Only: []string{"deaf"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if p := proofs.Proofs[0]; p.Fate != report.Survived || !slices.ContainsFunc(p.Would, func(would string) bool {
		return strings.Contains(would, "events.feature: It takes effect, which is not run: ") && strings.Contains(would, "--probe")
	}) {
		t.Errorf("%+v", p)
	}
	if proofs.Suite != 1 || proofs.NotRun != 1 || proofs.Failing != 0 {
		t.Errorf("%+v", proofs)
	}
}

// TestProveABrokenReceiver: a suite that nearly all fails says nothing.
func TestProveABrokenReceiver(t *testing.T) {
	var scenarios [][]string
	for range 11 {
		scenarios = append(scenarios, []string{aStore, aHook, happens, taken})
	}
	scenarios = append(scenarios, []string{aStore, aHook, happens, "the receiver answers with status 500"})
	_, err := proving(t, plain(status(500)), file(scenarios...), "deaf")
	if err == nil || !strings.Contains(err.Error(), "11 scenarios fail with this receiver, and only 1 pass") {
		t.Errorf("%v", err)
	}
}
