package report

import (
	"fmt"
	"strings"
	"testing"
)

// TestMarkdownRendersNothing of what a payload or a name holds, and ends before its limit.
func TestMarkdownRendersNothing(t *testing.T) {
	var scenarios []Scenario
	for i := range 50 {
		scenarios = append(scenarios, Scenario{
			File: "features/<b>.feature", Line: i + 1, Name: "a </summary><script>alert(1)</script> `x` |", Level: Must, Verdict: Fail,
			Failure: &Failure{Message: "```\n<img src=x>\n````", Got: "[a](javascript:b)"},
		})
	}
	run := Run{Receiver: "http://127.0.0.1/<img> [x](y)", Notices: []string{"<script>"}}
	text := Markdown(Options{}, run, TallyOf(scenarios), 8000)
	if len(text) > 8000 || !strings.Contains(text, "more that failed or are flaky: they did not fit here") {
		t.Errorf("%d bytes, and at most 8000 are taken:\n%s", len(text), text[max(len(text)-300, 0):])
	}
	fence := ""
	for _, line := range strings.Split(text, "\n") {
		if fence == "" && strings.HasPrefix(line, "```") {
			fence = strings.TrimSuffix(line, "text")
			continue
		}
		if line == fence {
			fence = ""
		}
		if fence != "" { // in a block of code nothing is rendered
			continue
		}
		for _, tag := range []string{"<script", "<img", "[x](", "</summary><s"} {
			if strings.Contains(line, tag) {
				t.Errorf("%q is rendered in %q", tag, line)
			}
		}
	}
	if fence != "" {
		t.Error("a block of code is not closed")
	}
}

func TestAnnotations(t *testing.T) {
	failed := func(n int, level Level, tolerated bool) (list []Scenario) {
		for i := range n {
			list = append(list, Scenario{
				File: "a,b.feature", Line: i + 1, Name: "50%: it fails", Level: level, Tolerated: tolerated, Verdict: Fail,
				Failure: &Failure{Message: "one\ntwo", Want: "x", Got: "secret"},
			})
		}
		return list
	}
	o := Options{Mask: func(s string) string { return strings.ReplaceAll(s, "secret", hidden) }}
	lines := Annotations(o, TallyOf(append(append(failed(1, Should, true), failed(1, Must, false)...), Scenario{
		File: "a,b.feature", Line: 7, Name: "shaky", Verdict: Flaky, Reason: "passed at the 2nd go", Failure: &Failure{Message: "one"},
	})), func(file string) string { return "sub/" + file })
	want := []string{
		"::error file=sub/a%2Cb.feature,line=1,title=50%25%3A it fails::one%0Atwo%0Aexpected: x%0Agot: ***",
		"::warning file=sub/a%2Cb.feature,line=1,title=50%25%3A it fails::one%0Atwo%0Aexpected: x%0Agot: ***",
		"::warning file=sub/a%2Cb.feature,line=7,title=shaky::flaky: passed at the 2nd go%0Aone",
	}
	if fmt.Sprintf("%q", lines) != fmt.Sprintf("%q", want) {
		t.Errorf("%q", lines)
	}
	for n, last := range map[int]string{10: "line=10", 11: "and 2 more,", 300: "and 291 more,"} {
		lines := Annotations(Options{}, TallyOf(failed(n, Must, false)), strings.Clone)
		if len(lines) != 10 || !strings.Contains(lines[9], last) {
			t.Errorf("of %d failures %d are told, the last as %q", n, len(lines), lines[len(lines)-1])
		}
	}
	if got := Masks([]string{"a\nb%"}); got[0] != "::add-mask::a%0Ab%25" {
		t.Errorf("%q", got)
	}
}

// TestFlakyIsNamed: a run that is green by a second go says whose it was, with the first failure.
func TestFlakyIsNamed(t *testing.T) {
	s := Scenario{File: "a.feature", Line: 7, Name: "shaky", Verdict: Flaky, Reason: "passed at the 2nd go", Failure: &Failure{Message: "lost one"}}
	for _, format := range []string{"progress", "markdown", "pretty"} {
		text := printed(t, format, Options{}, Run{}, []Scenario{s})
		for _, want := range []string{"shaky", "lost one", "passed at the 2nd go"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s does not say %q:\n%s", format, want, text)
			}
		}
	}
}
