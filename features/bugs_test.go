package features_test

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

var update = flag.Bool("update", false, "rewrite testdata from what is seen")

const caughtFile = "testdata/caught.txt"

// TestBugs runs every scenario against every bug of the sample receiver: each must fail the scenarios that its row of
// the table names, and no others than testdata/caught.txt lists. A scenario is named by its file and the name that is
// written there; the rows of an outline count as one. Scenarios that need sockets take real time: they are run for the
// bugs that they are there to catch.
func TestBugs(t *testing.T) {
	if testing.Short() {
		t.Skip("not run with -short: it is the whole set of scenarios a hundred times, and TestCorrectReceiver runs it once")
	}
	selected, overSockets := selection(t, "not @sockets"), selection(t, "@sockets")
	var seen strings.Builder
	for _, bug := range samplereceiver.Bugs() {
		t.Run(bug.Name, func(t *testing.T) {
			caught := failing(t, bug.Name, selected, false)
			if slices.ContainsFunc(bug.Catches, onSockets(overSockets)) {
				caught = slices.Sorted(slices.Values(append(caught, failing(t, bug.Name, overSockets, true)...)))
			}
			if len(bug.Catches) == 0 {
				t.Error("its row of the table names no scenario that catches it")
			}
			for _, name := range bug.Catches {
				if !slices.Contains(caught, name) {
					t.Errorf("not caught by %q; what fails is %q", name, caught)
				}
			}
			fmt.Fprintf(&seen, "%s\n", bug.Name)
			for _, name := range caught {
				fmt.Fprintf(&seen, "    %s\n", name)
			}
		})
	}
	if *update {
		if err := os.WriteFile(caughtFile, []byte(seen.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(caughtFile)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), seen.String()); diff != "" {
		t.Errorf("the bugs fail other scenarios than %s says (-said +seen); look at each, then go test ./features -run TestBugs -update:\n%s", caughtFile, diff)
	}
}

func selection(t *testing.T, tags string) []steps.Feature {
	t.Helper()
	selected, err := steps.Select(sources(t), steps.Selection{Tags: tags})
	if err != nil {
		t.Fatal(err)
	}
	return selected
}

// onSockets says of a name in a row of the table whether it is one of these features.
func onSockets(list []steps.Feature) func(string) bool {
	return func(name string) bool {
		return slices.ContainsFunc(list, func(f steps.Feature) bool { return strings.HasPrefix("features/"+name, f.Path+": ") })
	}
}

// failing gives the names of the scenarios that a bug fails.
func failing(t *testing.T, bug string, selected []steps.Feature, sockets bool) []string {
	t.Helper()
	s := setup(t, bug, sockets)
	// The sample receiver has done its work when it answers: waiting longer would only make the bugs slow.
	s.Patience, s.Idle, s.AnswerTimeout = 5*time.Millisecond, 5*time.Millisecond, 10*time.Second
	results, err := s.Run(t.Context(), selected, steps.RunOptions{Parallel: 8})
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, r := range results {
		if r.Verdict == report.Fail {
			names[strings.TrimPrefix(r.File, "features/")+": "+r.Outline] = true
		}
		// On a receiver on which nothing has an effect, or that refuses all, what should have none, or be refused, tests nothing.
		if r.Verdict == report.NotRun && !strings.HasPrefix(r.Reason, "nothing tells ") {
			t.Errorf("%s:%d was not run: %s", r.File, r.Line, r.Reason)
		}
	}
	return slices.Sorted(maps.Keys(names))
}
