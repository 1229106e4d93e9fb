package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hookdrill/hookdrill/steps/config"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestKnownNamesAreNoPaths: what stands behind the file is a name, and keeps its slashes and dots.
func TestKnownNamesAreNoPaths(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.feature"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for scenario, want := range map[string]string{
		"a.feature: GET //x/../y/ fails": filepath.Join(folder, "a.feature") + ": GET //x/../y/ fails",
		"a.feature:12":                   filepath.Join(folder, "a.feature") + ":12",
		"features/b.feature: one // two": "features/b.feature: one // two", // built in
	} {
		file, err := config.Parse(filepath.Join(folder, config.Name), []byte("known-failures: [{scenario: '"+scenario+"', because: x}]"))
		if err != nil {
			t.Fatal(err)
		}
		if got := known(file)[0].Scenario; got != want {
			t.Errorf("%q means %q, not %q", scenario, got, want)
		}
	}
}

// TestFlakyIsTested: a run whose scenarios are all flaky has tested something.
func TestFlakyIsTested(t *testing.T) {
	h := &heldRun{options: &runOptions{}}
	for verdict, tested := range map[report.Verdict]bool{report.Flaky: true, report.Pass: true, report.KnownFailure: true, report.NotRun: false} {
		if err := h.verdict(t.Context(), nil, report.Run{}, []report.Scenario{{Verdict: verdict}}, nil); (err == nil) != tested {
			t.Errorf("one scenario, %s: %v", verdict, err)
		}
	}
}
