package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestDisarmed: nothing that a CI system takes for a command is written, however it is cut; all else is as it was.
func TestDisarmed(t *testing.T) {
	for text, want := range map[string]string{
		"::error::x\n":                     "\\u003a:error::x\n",
		"a ::error::x\n \t::warning::\n":   "a ::error::x\n \t\\u003a:warning::\n",
		"a\r::error::x":                    "a\r\\u003a:error::x",
		"\u200d\u0301\xff\u00a0::error::x": "\u200d\u0301\xff\u00a0\\u003a:error::x",
		"a ##[error]b ###[group]c":         "a \\u0023#[error]b #\\u0023#[group]c",
		"x ##VSO[task.setvariable]":        "x \\u0023#VSO[task.setvariable]",
		"x ##teamcity[testFailed]":         "x \\u0023#teamcity[testFailed]",
		"## heading\n: a\n::\n#":           "## heading\n: a\n\\u003a:\n#",
		`{"a":"##[b"}`:                     `{"a":"\u0023#[b"}`,
	} {
		for size := 1; size <= len(text); size++ {
			var out bytes.Buffer
			d := &disarmed{to: &out}
			for part := range strings.SplitSeq(text, "") { // whole characters, and then pieces of a size
				if size > 1 {
					break
				}
				_, _ = d.Write([]byte(part))
			}
			for from := 0; size > 1 && from < len(text); from += size {
				_, _ = d.Write([]byte(text[from:min(from+size, len(text))]))
			}
			d.flush()
			if out.String() != want {
				t.Errorf("%q in pieces of %d: %q, want %q", text, size, out.String(), want)
			}
		}
	}
}

// TestNamesGiveNoCommands: neither a file's name nor what stands in a file is taken for a command, whatever is called and
// wherever it is printed.
func TestNamesGiveNoCommands(t *testing.T) {
	folder := t.TempDir()
	name := filepath.Join(folder, "a\n::error::name\n##[error]##vso[x]\x1b[2J.feature")
	feature := "Feature: F\n  Scenario: ##[error]S\n    Given a Cratejoy store\n    And a hook for \"customer_new\"\n    When \"customer_new\" happens\n    Then the receiver refuses it\n"
	write := func(name, text string) string {
		t.Helper()
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	write(name, feature)
	wrong := write(filepath.Join(folder, "b\n::error::wrong.feature"), "Feature: F\n  Scenario: S\n    Given nonsense\n")
	events := filepath.Join(folder, "events.ndjson")
	taken := regexp.MustCompile(`(?im)^\s*::|##(\[|vso\[|teamcity\[)|\x1b\[2J`)
	for _, row := range []struct {
		args  []string
		code  int
		stops bool
	}{
		{[]string{"run", "--receiver", "sample", "--in-process", "--format", "events:" + events, "--format", "pretty", name}, 1, true},
		{[]string{"report", events}, 0, true},
		{[]string{"report", events, "--format", "json"}, 0, true},
		{[]string{"merge", events, "--format", "markdown:-"}, 1, true},
		{[]string{"run", "--list", name}, 0, true},
		{[]string{"run", "--receiver", "sample", "--dry-run", name}, 0, true},
		{[]string{"run", "--receiver", "sample", "--dry-run", wrong}, 2, true},
		{[]string{"run", name + ".no\n::error::"}, 2, true},
		{[]string{"prove", "--receiver", "sample", "--in-process", name}, 2, true},
		{[]string{"report", folder + "/\n::error::"}, 2, true},
		{[]string{"explain", "x\n::error::y"}, 2, true},
		{[]string{"list", "\n::error::y"}, 2, false},
		{[]string{"\n::error::x"}, 2, false},
		{[]string{"run", "--\n::error::x"}, 2, false},
		{[]string{"send", "x", "--to", "http://127.0.0.1:1/\n::error::x"}, 2, true},
	} {
		for _, ci := range []string{"GITHUB_ACTIONS=true", "TF_BUILD=True", "TEAMCITY_VERSION=1", "CI=1"} {
			var stdout, stderr bytes.Buffer
			code := run(context.Background(), row.args, []string{ci, "HOOKDRILL_RECEIVER=sample"}, strings.NewReader(""), &stdout, &stderr)
			log := stderr.String()
			if row.stops && strings.HasPrefix(ci, "GITHUB") {
				log = withoutStopped(t, row.args, log)
			}
			if found := taken.FindString(stdout.String() + "\n" + log); found != "" || code != row.code {
				t.Errorf("%q with %s: exit %d, and %q is taken for a command:\n%s\n%s", row.args, ci, code, found, stdout.String(), log)
			}
		}
	}
}

// withoutStopped takes away what is ours in the log of a workflow: commands are stopped before anything else is said, and are
// taken again at the end.
func withoutStopped(t *testing.T, args []string, log string) string {
	t.Helper()
	first, _, _ := strings.Cut(log, "\n")
	token, ok := strings.CutPrefix(first, "::stop-commands::")
	if !ok {
		t.Errorf("%q: commands are not stopped first:\n%s", args, log)
	}
	for ok {
		var before, ours string
		before, log, ok = strings.Cut(log, fmt.Sprintf("::%s::\n", token))
		if !ok {
			t.Errorf("%q: commands are not taken again:\n%s", args, log)
			break
		}
		ours, rest, again := strings.Cut(log, "::stop-commands::")
		if !again {
			return strings.TrimPrefix(before, first) + ours
		}
		for line := range strings.Lines(ours) {
			if !strings.HasPrefix(line, "::add-mask::") && !strings.HasPrefix(line, "::error file=") && !strings.HasPrefix(line, "::warning file=") {
				t.Errorf("%q: %q is not ours", args, line)
			}
		}
		token, rest, _ = strings.Cut(rest, "\n")
		log = strings.TrimPrefix(before, first) + rest
		first = ""
	}
	return log
}
