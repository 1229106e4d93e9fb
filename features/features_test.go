package features_test

import (
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/features"
	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// sources reads the built-in features.
func sources(t testing.TB) (list []steps.Source) {
	t.Helper()
	err := fs.WalkDir(features.FS, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".feature") {
			return err
		}
		content, err := fs.ReadFile(features.FS, path)
		list = append(list, steps.Source{Path: "features/" + path, Content: content})
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}

func setup(t testing.TB, bug string, sockets bool) *steps.Setup {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	receiver, err := steps.Sample(set, bug, sockets)
	if err != nil {
		t.Fatal(err)
	}
	return &steps.Setup{
		Platforms: all.Platforms(), Fixtures: set, Receiver: receiver, Seed: "test", Patience: 50 * time.Millisecond,
	}
}

func TestCorrectReceiver(t *testing.T) {
	selected, err := steps.Select(sources(t), steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	results, err := setup(t, "", false).Run(t.Context(), selected, steps.RunOptions{Parallel: 1})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range results {
		if r.Verdict != report.Pass {
			t.Errorf("%s:%d %s [%s]: %s %s", r.File, r.Line, r.Name, r.Row, r.Verdict, r.Reason)
			if r.Failure != nil {
				t.Logf("    %s | want %.300s | got %.300s", r.Failure.Message, r.Failure.Want, r.Failure.Got)
			}
		}
	}
	t.Logf("%d scenarios", len(results))
}
