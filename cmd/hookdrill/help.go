package main

import (
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
)

const exitCodes = `Exit codes of hookdrill. They do not change.

  0        no scenario failed that is a @must (with --strict: none at all), and at least one was run, or
           its --shard holds none
  1        a scenario failed that is a @must (with --strict: any), the receiver died, a known failure passed, or less than --min-coverage or
           --min-score was reached; send: the callback was not acknowledged, or no hook listens to it
  2        misuse: a flag, an argument, hookdrill.yaml, no receiver that is named, a fixture or feature that cannot be read, an unknown step, nothing
           selected, or nothing that this receiver could be tested with
  3        the receiver was never reachable, or never ready; send: no "hookdrill serve" answers
  4        a fault of hookdrill itself, or output that could not be written; merge: the run is not whole
  130 143  run was interrupted by SIGINT, by SIGTERM (129: SIGHUP); the receiver was ended and reports are written

serve and receiver run until they are stopped, and end with 0 then. --exit-zero has run end with 0 where it were 1.
`

const otherVariables = `
Variables of others that are respected:

  NO_COLOR                     not empty: no colours
  FORCE_COLOR, CLICOLOR_FORCE  neither empty nor 0: colours also where no terminal is
  CLICOLOR=0, TERM=dumb        no colours
  GITHUB_ACTIONS               failures are annotated, GITHUB_STEP_SUMMARY and GITHUB_OUTPUT are written
  CI, TF_BUILD,                what a payload says is not taken for a command of the log: ##[ is printed as \u0023#[,
  TEAMCITY_VERSION             and a line that begins with :: begins with \u003a:. With CI the default of --format is progress,
                               and the sample receiver is tested only if it is asked for (--receiver sample)
  COLUMNS                      how wide the terminal is

What "hookdrill receiver" is told of the platforms:

`

// topic is something that help tells which is not a command.
type topic struct {
	name, short string
	text        func(root *cobra.Command) string
}

func topics() []topic {
	var list []topic
	for _, p := range all.Platforms() {
		list = append(list, topic{p.Name, "how " + p.Title + " is played", func(*cobra.Command) string { return p.Manual }})
	}
	return append(list,
		topic{"steps", "the language of features", func(*cobra.Command) string { return stepsText() }},
		topic{"fixtures", "recorded messages, and how to add one", func(*cobra.Command) string { return fixtures.Manual() }},
		topic{"exit-codes", "what the program ends with", func(*cobra.Command) string { return exitCodes }},
		topic{"environment", "the variables that are read", environmentText},
	)
}

func (p *program) helpCommand() *cobra.Command {
	return &cobra.Command{
		Use: "help [COMMAND or TOPIC]", Short: "tell more about a command or a topic",
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("help takes one command or topic, and got %q", args)
			}
			names := []string{""}
			for _, t := range topics() {
				names = append(names, t.name)
			}
			for _, c := range cmd.Root().Commands() {
				names = append(names, c.Name())
			}
			if name := strings.Join(args, ""); !slices.Contains(names, name) {
				return fmt.Errorf("no command or topic %q%s", name, fixtures.Hint(name, names[1:]))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			root := cmd.Root()
			if len(args) == 0 {
				return p.show(root.Long + "\n\n" + root.UsageString() + "\nTopics:\n" + topicList())
			}
			for _, t := range topics() {
				if t.name == args[0] {
					return p.show(t.text(root))
				}
			}
			command, _, err := root.Find(args)
			if err != nil {
				return err
			}
			return command.Help()
		},
	}
}

func topicList() string {
	var b strings.Builder
	for _, t := range topics() {
		fmt.Fprintf(&b, "  %-12s %s\n", t.name, t.short)
	}
	return b.String()
}

// stepsText is the vocabulary, a paragraph a step.
func stepsText() string {
	var b strings.Builder
	b.WriteString("The steps of features: an example of each, the pattern that it matches, and what it does.\n")
	kind := ""
	for _, s := range steps.Vocabulary() {
		if s.Kind != kind {
			kind = s.Kind
			fmt.Fprintf(&b, "\n# %s\n", kind)
		}
		fmt.Fprintf(&b, "\n  %s %s\n      %s\n      %s\n", s.Kind, s.Example, s.Pattern, s.Doc)
		for _, need := range needs(s.Needs) {
			fmt.Fprintf(&b, "      Needs %s; a scenario with it is not run otherwise.\n", need)
		}
	}
	return b.String()
}

// needs are in words what a step asks of the receiver.
func needs(n steps.Need) (list []string) {
	for _, need := range []struct {
		bit  steps.Need
		text string
	}{
		{steps.NeedsRegistering, "a way to make the receiver register (--register)"},
		{steps.NeedsStarting, "a receiver that hookdrill starts (--exec)"},
		{steps.NeedsProbe, "the receiver's state (--probe)"},
		{steps.NeedsLookups, "a receiver that fetches what a callback names (--looks-up)"},
		{steps.NeedsEffect, "the receiver's state, or that it fetches (--probe, --looks-up)"},
		{steps.NeedsWords, "a receiver in a Go test that says what it does (target.World.Say)"},
	} {
		if n&need.bit != 0 {
			list = append(list, need.text)
		}
	}
	return list
}

// environmentText is made of the flags of all commands: a line for what commands share.
func environmentText(root *cobra.Command) string {
	type variable struct{ name, usage string }
	var order []variable
	commands := map[variable][]string{}
	for _, name := range []string{"run", "prove", "init", "config", "report", "merge", "explain", "serve", "send", "list", "receiver"} {
		cmd, _, err := root.Find([]string{name})
		if err != nil {
			continue
		}
		cmd.LocalFlags().VisitAll(func(f *pflag.Flag) {
			_, usage := pflag.UnquoteUsage(f)
			v := variable{steps.EnvName(f.Name), usage}
			if f.Name == "help" {
				return
			}
			if commands[v] == nil {
				order = append(order, v)
			}
			commands[v] = append(commands[v], name)
		})
	}
	var b strings.Builder
	b.WriteString("Every flag has a variable. A flag that is given wins. Flags that may be given several times take a line for each.\n\n")
	table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, v := range order {
		_, _ = fmt.Fprintf(table, "  %s\t%s\t%s\n", v.name, strings.Join(commands[v], ", "), v.usage) // into memory
	}
	_ = table.Flush()
	b.WriteString(otherVariables)
	for _, v := range receiverVariables() {
		_, _ = fmt.Fprintf(table, "  %s\t%s\n", v.name, v.doc)
	}
	_ = table.Flush()
	return b.String()
}
