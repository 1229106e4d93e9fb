package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/steps/report"
)

// summaryLimit is below the 1 MiB above which GitHub drops a step summary, with all that others have written into it.
const summaryLimit = 1_000_000

// onGitHub says whether this is a step of a GitHub workflow.
func (p *program) onGitHub() bool { return p.env("GITHUB_ACTIONS") == "true" }

// guardLog has nothing of what a payload, a file name or a receiver says be taken for a command by the CI system that reads
// what we print, until the function that it gives is called.
func (p *program) guardLog() (resume func()) {
	if !p.inCI() && !p.onGitHub() && p.env("TF_BUILD") == "" && p.env("TEAMCITY_VERSION") == "" {
		return func() {}
	}
	stdout, stderr := &disarmed{to: p.stdout}, &disarmed{to: p.stderr}
	p.log, p.stdout, p.stderr = p.stderr, stdout, stderr
	return func() {
		stdout.flush()
		stderr.flush()
		p.resume()
	}
}

// stopCommands has GitHub take no commands either from what we print by another way: a report whose path is /dev/stdout.
// What goes on in the background is left out: commands of others come meanwhile.
func (p *program) stopCommands(command string) {
	if p.onGitHub() && !slices.Contains([]string{"serve", "receiver", "version", "help"}, command) {
		p.stop()
	}
}

// command gives workflow commands, which GitHub reads off stderr too: stdout is the report.
func (p *program) command(lines []string) {
	if len(lines) == 0 {
		return
	}
	stopped := p.resumes != ""
	p.resume()
	p.say(strings.Join(lines, "\n"))
	if stopped {
		p.stop()
	}
}

func (p *program) stop() {
	p.resumes = rand.Text()
	p.say("::stop-commands::" + p.resumes)
}

// resume has GitHub take commands again.
func (p *program) resume() {
	if p.resumes != "" {
		p.say("::" + p.resumes + "::")
		p.resumes = ""
	}
}

func (p *program) say(command string) {
	_, _ = fmt.Fprintln(p.log, command) // there is nobody left to tell
}

// maskLog has GitHub hide secrets, also in what other programs print.
func (p *program) maskLog(secrets []string) {
	if p.onGitHub() {
		short := func(secret string) bool { return len(secret) < report.LongSecret } // GitHub would hide it in other words
		p.command(report.Masks(slices.DeleteFunc(slices.Clone(secrets), short)))
	}
}

// tellGitHub annotates failures and writes the step summary and outputs, where there are files for them.
func (p *program) tellGitHub(o report.Options, run report.Run, tally *report.Tally) error {
	if !p.onGitHub() {
		return nil
	}
	p.command(report.Annotations(o, tally, p.inRepository))
	c := tally.Counts
	outputs := fmt.Sprintf("passed=%d\nfailed=%d\nfailed-below-must=%d\nflaky=%d\nknown-failures=%d\nnot-run=%d\n", c.Passed, c.Failed, c.Tolerated, c.Flaky, c.Known, c.NotRun)
	return errors.Join(
		appendTo(p.env("GITHUB_STEP_SUMMARY"), func(size int64) string {
			return report.Markdown(o, run, tally, int(max(summaryLimit-size, 0)))
		}),
		appendTo(p.env("GITHUB_OUTPUT"), func(int64) string { return outputs }),
	)
}

// inRepository is a feature file as GitHub names it: from the top of the checkout. A built-in one is not there, and keeps its name.
func (p *program) inRepository(file string) string {
	path, err := filepath.Abs(file)
	if err != nil {
		return file
	}
	name, err := filepath.Rel(p.env("GITHUB_WORKSPACE"), path)
	if _, absent := os.Stat(path); err != nil || absent != nil || !filepath.IsLocal(name) {
		return file
	}
	return filepath.ToSlash(name)
}

// appendTo writes behind what a file holds. Text is told how much that is. Without a file there is nothing to do.
func appendTo(path string, text func(size int64) string) error {
	if path == "" {
		return nil
	}
	file, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	var size int64
	if info, err := file.Stat(); err == nil {
		size = info.Size()
	}
	_, err = file.WriteString(text(size))
	return errors.Join(err, file.Close())
}
