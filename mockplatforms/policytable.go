package mockplatforms

import (
	"fmt"
	"slices"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Rule is a row of a policy's table.
type Rule struct {
	Name    string
	Value   string
	Unknown bool // no source settles it: the value is a default of ours
}

// Table is the policy for people, a row for each thing that it says, also for what the platform does not do.
func (p Policy) Table() []Rule {
	rules := []Rule{
		{Name: "acknowledged", Value: p.Acknowledges},
		{Name: "answer timeout", Value: InWords(p.Timeout) + ", real time"},
		{Name: "redirects", Value: "not followed, a failure"},
		{Name: "answer header", Value: p.Limits.words()},
		{Name: "retries", Value: retriesInWords(p.Retries)},
		{Name: "after the last", Value: either(p.SwitchOff, "the hook is switched off, and its owner gets a mail", "nothing; the event is lost")},
		{Name: "idle hook", Value: either(p.Idle > 0, "switched off after "+InWords(p.Idle)+" without an event", "stays on")},
		{Name: "new hook", Value: either(p.Activation > 0, "gets nothing for "+InWords(p.Activation), "works at once")},
		{Name: "blocked domain", Value: p.Block.words()},
		{Name: "exceptions", Value: p.Exceptions.words()},
		{Name: "signature", Value: either(p.Tolerance > 0, "good within "+InWords(p.Tolerance)+" of the receiver's time", "none")},
	}
	for i := range rules {
		rules[i].Unknown = slices.Contains(p.Defaults, rules[i].Name)
	}
	return rules
}

// validate refuses delays that are none, and defaults of rules that there are not.
func (p Policy) validate() error {
	for i, d := range p.Retries {
		if d <= 0 {
			return fmt.Errorf("delay %d between attempts is %s; time does not run backwards", i+1, d)
		}
	}
	var names []string
	for _, r := range p.Table() {
		names = append(names, r.Name)
	}
	for _, name := range p.Defaults {
		if !slices.Contains(names, name) {
			return fmt.Errorf("no rule %q%s, so it can be no default", name, fixtures.Hint(name, names))
		}
	}
	return nil
}

func either(yes bool, then, otherwise string) string {
	if yes {
		return then
	}
	return otherwise
}

func (l AnswerLimits) words() string {
	if l == (AnswerLimits{}) {
		return "no limits"
	}
	return fmt.Sprintf("at most %d fields, names of %d bytes, values of %d bytes; else a failure", l.Fields, l.Name, l.Value)
}

func retriesInWords(delays []time.Duration) string {
	if len(delays) == 0 {
		return "none: one attempt"
	}
	text, sum := "", time.Duration(0)
	for _, d := range delays {
		text += fmt.Sprintf(" %d", d/time.Second)
		sum += d
	}
	return fmt.Sprintf("%d attempts in %s, after%s s, each from the one before", len(delays)+1, InWords(sum), text)
}

func (b *Blocklist) words() string {
	if b == nil {
		return "never"
	}
	return fmt.Sprintf("for %s, with all its hooks of one client, if under %g %% of at least %d answers in %s are successes; events wait in the retry queue",
		InWords(b.For), b.Success*100, b.Minimum, InWords(b.Window))
}

func (e *Exceptions) words() string {
	if e == nil {
		return "nobody is told"
	}
	return fmt.Sprintf("a hook for %s is told of a failure (at most once in %s for a destination), of the last one, and of a block", e.Event, InWords(e.Every))
}
