package main

import (
	"bytes"
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
