package steps_test

import (
	"fmt"
	"io"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// manyRows is a feature of so many rows, with a scenario before and a rule behind them.
func manyRows(n int) string {
	var b strings.Builder
	b.WriteString(file(good) + `
  Scenario Outline: <name> arrives
    * a Cratejoy store
    * a hook for "customer_new"

    # the names are many
    * "customer_new" happens with:
      | first_name | <name> |
    * the receiver acknowledges it

    Examples: many
      | name |
`)
	for i := range n {
		fmt.Fprintf(&b, "      | name-%d |\n", i)
		if i%50 == 0 {
			b.WriteString("      # a remark\n\n")
		}
	}
	return b.String() + "\n  Rule: behind them\n    Background:\n      * a Cratejoy store\n    Example: last\n      * a hook for \"customer_new\"\n      * \"customer_new\" happens\n      * the receiver acknowledges it\n"
}

// refusing answers 500 to the callbacks that name one of the names.
func refusing(names ...string) steps.Receiver {
	return plain(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || slices.ContainsFunc(names, func(name string) bool { return strings.Contains(string(body), name+`\"`) }) {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
}

// A file is handed to godog in slices. Nothing of that shows: neither in the order, nor in lines, nor in verdicts.
func TestSlices(t *testing.T) {
	text := manyRows(333)
	lines := strings.Split(text, "\n")
	for name, o := range map[string]steps.RunOptions{"alone": {}, "parallel": {Parallel: 8}, "retry": {Retries: 1}} {
		t.Run(name, func(t *testing.T) {
			var told []string
			o.Each = func(s report.Scenario) { told = append(told, s.ID()) }
			results := run(t, setupOf(t, refusing("name-99", "name-100", "name-332")), text, o)
			var got, want []string
			for _, s := range selected(t, text)[0].Scenarios {
				want = append(want, s.ID)
			}
			for _, s := range results {
				got = append(got, s.ID())
				fails := slices.Contains([]string{"name-99", "name-100", "name-332"}, s.Row)
				if (s.Verdict == report.Fail) != fails || s.Verdict != report.Pass && !fails {
					t.Errorf("%s [%s]: %s %+v", s.ID(), s.Row, s.Verdict, s.Failure)
				}
				if s.Row != "" && !strings.Contains(lines[s.Line-1], "| "+s.Row+" |") {
					t.Errorf("%s is said to be %q", s.ID(), lines[s.Line-1])
				}
				for _, step := range s.Steps {
					if !strings.HasSuffix(lines[step.Line-1], "* "+step.Text) {
						t.Errorf("%s: the step %q is said to be %q", s.ID(), step.Text, lines[step.Line-1])
					}
				}
			}
			if !slices.Equal(got, want) || len(got) != 335 {
				t.Errorf("%d scenarios: %q", len(got), got)
			}
			if slices.Sort(told); len(slices.Compact(told)) != 335 {
				t.Errorf("told of %d", len(told))
			}
		})
	}
}

// A failure in one slice ends the run before the next.
func TestFailFastBetweenSlices(t *testing.T) {
	results := run(t, setupOf(t, refusing("name-50")), manyRows(333), steps.RunOptions{FailFast: true})
	c := report.Count(results)
	if c.Passed != 51 || c.Failed != 1 || c.NotRun != 335-52 {
		t.Errorf("%+v", c)
	}
}

// A run keeps nothing of scenarios that are over.
func TestMemoryOfARun(t *testing.T) {
	const rows, atLeast = 1100, 300
	features := selected(t, manyRows(rows))
	number, before := 0, uint64(0)
	err := setupOf(t, refusing()).Play(t.Context(), features, steps.RunOptions{Each: func(report.Scenario) {
		switch number++; number {
		case atLeast: // at the same place in a slice
			before = held()
		case rows - 100 + atLeast%100:
			if grown := int64(held()-before) / (rows - 100 - atLeast); grown > 2<<10 {
				t.Errorf("each scenario leaves %d bytes behind", grown)
			}
			before = 0
		}
	}})
	if err != nil || before != 0 {
		t.Errorf("%v; %d scenarios", err, number)
	}
}

func held() uint64 {
	var m runtime.MemStats
	runtime.GC()
	runtime.GC() // what has a finalizer takes two
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}
