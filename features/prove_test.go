package features_test

import (
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestProve: the built-in features notice every saboteur that does harm. The bugs of the sample receiver are TestBugs'.
func TestProve(t *testing.T) {
	proofs, err := setup(t, "", false).Prove(t.Context(), steps.ProveOptions{Sources: sources(t), Parallel: parallel()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs.Proofs {
		// The correct receiver takes a callback for one, however often it comes, so nothing can notice that it comes twice.
		if harmless := p.Name == "doubles" && p.Fate == report.NotApplicable; p.Fate != report.Killed && !harmless {
			t.Errorf("%s %s %s (%d scenarios): it %s", p.Kind, p.Name, p.Fate, p.Ran, p.Doc)
		}
	}
	if len(proofs.Proofs) < 25 {
		t.Errorf("only %d saboteurs", len(proofs.Proofs))
	}
}
