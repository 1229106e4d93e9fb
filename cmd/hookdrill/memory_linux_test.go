package main

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// mostMemory is what a run of manyRows passing scenarios may take, in MiB: reports that go as they come hold none of them.
const (
	mostMemory = 64
	manyRows   = 50_000
)

// BenchmarkManyScenarios runs an outline of many rows, with dots on stdout and a stream beside them.
func BenchmarkManyScenarios(b *testing.B) {
	folder := b.TempDir()
	program, feature := filepath.Join(folder, "hookdrill"), filepath.Join(folder, "many.feature")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var rows strings.Builder
	for i := range manyRows {
		fmt.Fprintf(&rows, "      | name %d |\n", i)
	}
	text := `Feature: many
  Scenario Outline: the name <name> arrives
    Given a Cratejoy store
    And a hook for "customer_new"
    When "customer_new" happens with:
      | first_name | <name> |
    Then the receiver acknowledges it
    Examples:
      | name |
` + rows.String()
	if err := os.WriteFile(feature, []byte(text), 0o600); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		cmd := exec.Command(program, "run", "--format", "progress,events:"+filepath.Join(folder, "events.ndjson"), feature)
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), fmt.Sprintf("%d scenarios: %d passed", manyRows, manyRows)) {
			b.Fatalf("%v\n%s", err, out)
		}
		usage, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		if !ok {
			b.Fatal("the system does not say what the program took")
		}
		took := float64(usage.Maxrss) / 1024
		b.ReportMetric(took, "MiB")
		if took > mostMemory {
			b.Errorf("it took %.0f MiB, and may take %d", took, mostMemory)
		}
	}
}
