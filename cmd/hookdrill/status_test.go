package main

import (
	"bytes"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/steps/report"
)

// TestStatus: the line goes away before anything else is printed, and is never longer than the terminal is wide.
func TestStatus(t *testing.T) {
	var out bytes.Buffer
	s := &status{out: &out, width: 24, total: 3}
	s.wait("what comes")
	s.wait("")
	s.begin("one")
	s.wait("another")
	s.wait("")
	s.aside(report.Scenario{Verdict: report.Fail}, func() { out.WriteString("PRINTED\n") })
	s.begin("a na\x1bme that is too long")
	s.end()
	s.begin("nobody looks any more")
	const line = "\r\x1b[K"
	want := line + "what comes" + line + line + "0 of 3: one" + line + line + "0 of 3: another" + line + line + "0 of 3: one" + line + "PRINTED\n" + line + "1 of 3, 1 failed: one" + line + "1 of 3, 1 failed: a na…" + line
	if out.String() != want {
		t.Errorf("%q\nwant\n%q", out.String(), want)
	}
	var silent status
	silent.begin("x")
	if silent.wait("x") {
		t.Error("somebody is said to look")
	}
	printed := false
	silent.aside(report.Scenario{}, func() { printed = true })
	silent.end()
	if !printed {
		t.Error("where nobody looks nothing is printed")
	}
}

// TestStatusWidth: a line takes no more columns than there are, whatever its characters are; what fits is not cut.
func TestStatusWidth(t *testing.T) {
	for _, row := range []struct {
		text, want string
		columns    int
	}{
		{"abcde", "abcde", 5},
		{"abcdef", "abcd…", 5},
		{"日本語", "日本語", 6},
		{"日本語", "日本…", 5},
		{"日本語", "日…", 4},
		{"e\u0301e\u0301e\u0301", "e\u0301e\u0301e\u0301", 3},
		{"👩\u200d👩x", "👩\u200d👩x", 5},
		{"ｆｕｌｌ", "ｆ…", 4},
		{"🇩🇪🇩🇪", "🇩🇪…", 6},
		{"a", "", 0},
	} {
		got := within(row.columns, row.text)
		if row.columns == 0 {
			got = strings.TrimSuffix(got, "…") // there is no such terminal
		}
		if got != row.want {
			t.Errorf("%q in %d columns: %q, want %q", row.text, row.columns, got, row.want)
		}
	}
	var out bytes.Buffer
	s := &status{out: &out, width: 80, total: 3}
	s.begin(strings.Repeat("漢字", 40))
	columns := 0
	for _, r := range strings.TrimPrefix(out.String(), "\r\x1b[K") {
		columns += columnsOf(r)
	}
	if columns >= 80 || columns < 76 {
		t.Errorf("%d columns of 80 are taken: %q", columns, out.String())
	}
}
