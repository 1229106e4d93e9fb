package features_test

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/cucumber/godog"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/features"
	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// sources reads the built-in features.
func sources(t testing.TB) (list []steps.Source) {
	t.Helper()
	err := fs.WalkDir(features.FS, ".", func(path string, _ fs.DirEntry, err error) error {
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
		Platforms: all.Platforms(), Fixtures: set, Receiver: receiver, Seed: "test", Patience: 50 * time.Millisecond, Idle: 50 * time.Millisecond,
	}
}

// TestCorrectReceiver: the correct receiver passes everything, over sockets and without any, and the verdicts are the
// same both ways; only what needs a socket is not run without one.
func TestCorrectReceiver(t *testing.T) {
	all := append(sources(t), ownFeature(t))
	selected, err := steps.Select(all, steps.Selection{})
	if err != nil {
		t.Fatal(err)
	}
	for _, way := range []struct {
		name    string
		sockets bool
	}{{"in process", false}, {"sockets", true}} {
		t.Run(way.name, func(t *testing.T) {
			results, err := setup(t, "", way.sockets).Run(t.Context(), selected, steps.RunOptions{Parallel: parallel()})
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range results {
				if slices.Contains(r.Tags, "@sockets") && !way.sockets {
					if r.Verdict != report.NotRun {
						t.Errorf("%s:%d needs a socket, and without one it is %s", r.File, r.Line, r.Verdict)
					}
					continue
				}
				if r.Verdict != report.Pass {
					t.Errorf("%s:%d %s [%s]: %s %s\n%s", r.File, r.Line, r.Name, r.Row, r.Verdict, r.Reason,
						strings.Join(report.Evidence(report.Options{}, r), "\n"))
				}
			}
			if len(results) < 1100 {
				t.Errorf("only %d scenarios ran", len(results))
			}
		})
	}
}

// ownFeature is the example of a feature of one's own.
func ownFeature(t testing.TB) steps.Source {
	t.Helper()
	content, err := os.ReadFile("testdata/own.feature")
	if err != nil {
		t.Fatal(err)
	}
	return steps.Source{Path: "features/testdata/own.feature", Content: content}
}

// parallel is how many scenarios run at once: CI asks for eight under the race detector.
func parallel() int {
	n, err := strconv.Atoi(os.Getenv("HOOKDRILL_TEST_PARALLEL"))
	if err != nil {
		return 2
	}
	return n
}

// TestContract is an ordinary godog suite over the built-in features, pointed at a receiver by the same environment
// variables as `hookdrill run`: HOOKDRILL_RECEIVER, HOOKDRILL_PLATFORM, HOOKDRILL_EXEC, …, and by the same hookdrill.yaml. Without
// any it is the sample receiver; where CI is set it has to be asked for: HOOKDRILL_RECEIVER=sample.
func TestContract(t *testing.T) {
	var options steps.Options
	flags := pflag.NewFlagSet("env", pflag.ContinueOnError)
	options.Flags(flags)
	var names []string
	flags.VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
	if err := errors.Join(steps.CheckSuiteEnv(os.Environ(), names), steps.FromEnv(flags, os.LookupEnv)); err != nil {
		t.Fatal(err)
	}
	if _, err := options.FromProject(flags, all.Platforms(), steps.InCI(os.LookupEnv)); err != nil {
		t.Fatal(err)
	}
	opened, selected := open(t, options)
	t.Logf("the receiver under test: %s", opened.Receiver)
	for _, f := range selected {
		t.Run(strings.TrimPrefix(f.Path, "features/"), func(t *testing.T) {
			suite := godog.TestSuite{
				Name: f.Path, ScenarioInitializer: opened.InitializeScenario,
				Options: &godog.Options{
					Format: "progress", Output: io.Discard, Strict: true, TestingT: t,
					FeatureContents: []godog.Feature{{Name: f.Path, Contents: f.Content}},
				},
			}
			if status := suite.Run(); status != 0 {
				t.Errorf("godog ends with status %d", status)
			}
		})
	}
}

// BenchmarkRun is a whole run of the built-in features; the time for each scenario is beside it.
func BenchmarkRun(b *testing.B) {
	selected, err := steps.Select(sources(b), steps.Selection{})
	if err != nil {
		b.Fatal(err)
	}
	for _, way := range []struct {
		name    string
		sockets bool
	}{{"in process", false}, {"sockets", true}} {
		b.Run(way.name, func(b *testing.B) {
			scenarios := 0
			for b.Loop() {
				results, err := setup(b, "", way.sockets).Run(b.Context(), selected, steps.RunOptions{})
				if err != nil {
					b.Fatal(err)
				}
				scenarios += len(results)
			}
			b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(scenarios), "µs/scenario")
		})
	}
}

// open opens a receiver and selects the built-in scenarios of the platforms that play to it.
func open(t *testing.T, options steps.Options) (*steps.Opened, []steps.Feature) {
	t.Helper()
	opened, err := options.Open(t.Context(), all.Platforms())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(opened.Close)
	plays := func(s steps.Scenario) bool {
		p, err := steps.PlatformOf(s, all.Platforms())
		return err == nil && slices.Contains(opened.Platforms, p)
	}
	selected, err := steps.Select(sources(t), steps.Selection{Keep: plays})
	if err != nil {
		t.Fatal(err)
	}
	return opened, selected
}
