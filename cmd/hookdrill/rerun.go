package main

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// notRepeated are the flags that a second run of the failed scenarios does without: they chose scenarios, and the line
// names these; or they said how a run is reported.
func notRepeated(flag string) bool {
	return slices.Contains([]string{
		"tags", "name", "format", "fail-fast", "strict", "watch", "inspect", "token-env", "keep-in", "shard", "shard-by", "rerun-failed", "retry", "min-coverage", "parallel", "dry-run", "list", "color", "exit-zero", "help",
	}, flag)
}

// maySecret are the flags whose values may be secrets. Those of the environment are not written down: the log of a CI
// job would show them.
func maySecret(flag string) bool {
	return slices.Contains([]string{"env", "account", "hook-header"}, flag)
}

// rerun is the command line that runs the failed scenarios again, and those of which a receiver may have died as well, "" where none
// failed. It makes new ids, unless a seed was given by hand: a receiver that outlives the run has seen the old ones, and takes them
// for repeats.
func (p *program) rerun(flags *pflag.FlagSet, tally *report.Tally) string {
	var order []string
	lines := map[string][]int{}
	add := func(id string) {
		colon := strings.LastIndex(id, ":")
		file := id[:colon]
		line, _ := strconv.Atoi(id[colon+1:]) // it is an ID
		if lines[file] == nil {
			order = append(order, file)
		}
		lines[file] = append(lines[file], line)
	}
	for _, s := range tally.Failures() {
		if !s.Failed() {
			continue
		}
		for _, id := range s.Suspects {
			add(id)
		}
		add(s.ID())
	}
	if len(order) == 0 {
		return ""
	}
	words := p.asGiven(flags)
	for _, file := range order {
		if file == stdinSource {
			words = append(words, "-") // "-:7" would be a flag
			continue
		}
		slices.Sort(lines[file])
		for _, line := range slices.Compact(lines[file]) {
			file += ":" + strconv.Itoa(line)
		}
		words = append(words, quoted(file))
	}
	return strings.Join(words, " ")
}

// asGiven is the command line that runs features as this one does, but for the features.
func (p *program) asGiven(flags *pflag.FlagSet) []string {
	words := []string{"hookdrill", "run"}
	flags.Visit(func(f *pflag.Flag) {
		if notRepeated(f.Name) || p.fromFile[f.Name] != "" || p.fromEnvironment[f.Name] && maySecret(f.Name) {
			return
		}
		words = append(words, flagWords(f)...)
	})
	return words
}

func flagWords(f *pflag.Flag) (words []string) {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		for _, value := range list.GetSlice() {
			words = append(words, "--"+f.Name, quoted(steps.Shown(f.Name, value)))
		}
		return words
	}
	if f.Value.Type() == "bool" {
		if f.Value.String() == "true" {
			return []string{"--" + f.Name}
		}
		return []string{"--" + f.Name + "=false"}
	}
	return []string{"--" + f.Name, quoted(f.Value.String())}
}

// quoted is a word as a shell reads it.
func quoted(text string) string {
	safe := func(r rune) bool {
		return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("-_./:=@%+,", r)
	}
	if text != "" && strings.IndexFunc(text, func(r rune) bool { return !safe(r) }) < 0 {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}
