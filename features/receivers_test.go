package features_test

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/config"
	"github.com/hookdrill/hookdrill/steps/report"
)

const receiversFolder = "testdata/receivers"

// real are receivers on frameworks that people use: what each needs on this machine, and what becomes of the smallest of
// Cratejoy's callbacks, a JSON string that holds JSON.
var real = []struct {
	name    string
	runtime []string // a command that ends well where the receiver can run
	escaped string   // how the scenario fails; "": it passes
}{
	{"express-strict", []string{"node", "-e", "require('express')"}, "did not acknowledge"},
	{"express-lenient", []string{"node", "-e", "require('express')"}, ""},
	{"fastify", []string{"node", "-e", "require('fastify')"}, "has not kept"},
	{"flask", []string{"/usr/bin/python3", "-c", "import flask"}, "did not acknowledge"},
	{"php", []string{"php", "--version"}, "has not kept"},
	{"webhook", []string{"webhook", "-version"}, "has not kept"},
}

// TestRealReceivers holds real receivers to the pack, each from testdata/receivers/hookdrill.yaml: what fails of it is
// written down in verdicts/, and nothing else may. A runtime that is absent is not run; in CI, which installs them all
// (HOOKDRILL_TEST_TOOLS=all), that is a failure.
func TestRealReceivers(t *testing.T) {
	if testing.Short() {
		t.Skip("not run with -short: it waits for six receivers of others")
	}
	file, err := config.Load(filepath.Join(receiversFolder, config.Name))
	if err != nil {
		t.Fatal(err)
	}
	if len(file.Names()) != len(real) {
		t.Errorf("%s has the receivers %q, and the table has %d", file.Path(), file.Names(), len(real))
	}
	for _, r := range real {
		t.Run(r.name, func(t *testing.T) {
			t.Parallel()
			check := exec.Command(r.runtime[0], r.runtime[1:]...)
			check.Dir = receiversFolder
			if out, err := check.CombinedOutput(); err != nil {
				missing := fmt.Sprintf("not run: %s: %v %s (make tools installs it)", strings.Join(r.runtime, " "), err, firstLine(out))
				if os.Getenv("HOOKDRILL_TEST_TOOLS") == "all" {
					t.Fatal(missing)
				}
				t.Skip(missing)
			}
			results := verdicts(t, file, r.name)
			smallest := slices.IndexFunc(results, func(s report.Scenario) bool { return s.Name == "The smallest escaped payload" })
			said := ""
			if f := results[smallest].Failure; f != nil {
				said = f.Message
			}
			if (said == "") != (r.escaped == "") || !strings.Contains(said, r.escaped) {
				t.Errorf("of Cratejoy's escaped body is said %q, not %q", said, r.escaped)
			}
			compare(t, filepath.Join(receiversFolder, "verdicts", r.name+".txt"), failures(results))
		})
	}
}

// verdicts runs the built-in features against a receiver of a file.
func verdicts(t *testing.T, file *config.File, name string) []report.Scenario {
	t.Helper()
	var options steps.Options
	flags := pflag.NewFlagSet(name, pflag.ContinueOnError)
	options.Flags(flags)
	for _, f := range file.Flags(name) {
		for _, value := range f.Values {
			if err := flags.Set(f.Name, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	// These receivers have done their work when they answer.
	options.Dir, options.Seed, options.Quiet, options.Patience = file.Folder(), "test", 10*time.Millisecond, 200*time.Millisecond
	opened, selected := open(t, options)
	opened.Idle = options.Patience
	results, err := opened.Run(t.Context(), selected, steps.RunOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// failures are the scenarios that failed, by level; rows of an outline are counted together.
func failures(results []report.Scenario) string {
	all, failed := map[string]int{}, map[string]int{}
	for _, r := range results {
		name := fmt.Sprintf("%-7s%s: %s", r.Level, strings.TrimPrefix(r.File, "features/"), outlineOf(r))
		all[name]++
		if r.Verdict == report.Fail {
			failed[name]++
		}
	}
	var b strings.Builder
	for _, level := range report.Levels() {
		var lines []string
		for name, n := range failed {
			if strings.HasPrefix(name, string(level)+" ") {
				lines = append(lines, fmt.Sprintf("%s  %d of %d\n", name, n, all[name]))
			}
		}
		slices.Sort(lines)
		b.WriteString(strings.Join(lines, ""))
	}
	return b.String()
}

func outlineOf(r report.Scenario) string {
	if r.Outline != "" {
		return r.Outline
	}
	return r.Name
}

// compare holds what was seen to what a file says; -update writes the file.
func compare(t *testing.T, file, seen string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(seen), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), seen); diff != "" {
		t.Errorf("other scenarios fail than %s says (-said +seen); look at each, then go test ./features -update:\n%s", file, diff)
	}
}

func firstLine(out []byte) string {
	line, _, _ := strings.Cut(strings.TrimSpace(string(out)), "\n")
	return line
}
