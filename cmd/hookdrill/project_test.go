package main

import (
	"testing"

	"github.com/hookdrill/hookdrill/steps/report"
)

// TestFlakyIsTested: a run whose scenarios are all flaky has tested something.
func TestFlakyIsTested(t *testing.T) {
	h := &heldRun{options: &runOptions{}}
	for verdict, tested := range map[report.Verdict]bool{report.Flaky: true, report.Pass: true, report.KnownFailure: true, report.NotRun: false} {
		if err := h.verdict(t.Context(), nil, report.Run{}, report.TallyOf([]report.Scenario{{Verdict: verdict}}), nil); (err == nil) != tested {
			t.Errorf("one scenario, %s: %v", verdict, err)
		}
	}
}
