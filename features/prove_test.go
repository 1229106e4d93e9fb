package features_test

import (
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestProve: the built-in features notice every saboteur. The bugs of the sample receiver are TestBugs'.
func TestProve(t *testing.T) {
	proofs, err := setup(t, "", false).Prove(t.Context(), steps.ProveOptions{Sources: sources(t), Parallel: parallel()})
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range proofs.Proofs {
		if p.Fate != report.Killed {
			t.Errorf("%s %s %s (%d scenarios): it %s", p.Kind, p.Name, p.Fate, p.Ran, p.Doc)
		}
	}
	if len(proofs.Proofs) < 25 {
		t.Errorf("only %d saboteurs", len(proofs.Proofs))
	}
}
