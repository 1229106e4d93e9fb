package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
)

func (p *program) explainCommand() *cobra.Command {
	var asJSON bool
	var o steps.Options
	cmd := &cobra.Command{
		Use: "explain PLATFORM [CONDITION] | statuses", Short: "say what a receiver may answer, and why",
		Long: `Prints the contract between a platform and its receivers: for each condition in which a callback comes, the answers
that are allowed, and why. It is what the step "the receiver answers as the contract allows" judges by. Honest receivers
differ in the number, so the contract asks for the class of an answer. What is neither success nor a refusal is never
right: a redirect, "later" (408, 425, 429, 503), breakage, a connection that breaks off. "explain statuses" prints the table
that says of each status what it is.`,
		Example: `  hookdrill explain bigcommerce
  hookdrill explain bigcommerce forged
  hookdrill explain statuses`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 || len(args) > 2 {
				return fmt.Errorf("explain takes a platform (%s), and may take a condition of its contract; or statuses", strings.Join(platformNames(all.Platforms()), ", "))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 1 && args[0] == "statuses" {
				return p.explainStatuses(asJSON)
			}
			return p.explain(&o, args, asJSON)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	cmd.Flags().AddFlagSet(only(&o, "config"))
	return cmd
}

func (p *program) explain(o *steps.Options, args []string, asJSON bool) error {
	platform, err := platformNamed(args[0])
	if err != nil {
		return err
	}
	clauses, err := projectContract(o, platform)
	if err != nil {
		return err
	}
	if len(args) == 2 {
		if _, err := platform.Clause(args[1]); err != nil {
			return err
		}
		clauses = slices.DeleteFunc(clauses, func(c mockplatforms.Clause) bool { return string(c.Condition) != args[1] })
	}
	if asJSON {
		return p.showJSON(clauses)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "What a receiver of %s may answer. A project may narrow it (contract, in hookdrill.yaml).\n", platform.Title)
	for _, c := range clauses {
		fmt.Fprintf(&b, "\n  %s\n      comes    %s\n      allowed  %s\n      why      %s\n", c.Condition, c.What, c.Words(), c.Why)
	}
	b.WriteString("\nWhich statuses refuse: `hookdrill explain statuses`.\n")
	return p.show(b.String())
}

// explainStatuses prints what each status says, which is what tells a refusal from breakage.
func (p *program) explainStatuses(asJSON bool) error {
	if asJSON {
		return p.showJSON(mockplatforms.Meanings())
	}
	var b strings.Builder
	b.WriteString("What a status says when a receiver answers a callback with it. A refusal is a deliberate no; later and breakage are not.\n\n")
	for _, m := range mockplatforms.Meanings() {
		fmt.Fprintf(&b, "  %d  %-8s  %s: %s\n", m.Status, m.Kind, m.Name(), m.Words)
		for _, t := range m.To {
			fmt.Fprintf(&b, "                 to %s\n", t)
		}
	}
	return p.show(b.String())
}

// projectContract is the platform's contract, narrowed by hookdrill.yaml, if there is one.
func projectContract(o *steps.Options, platform *mockplatforms.Platform) ([]mockplatforms.Clause, error) {
	file, err := o.ProjectFile()
	if err != nil || file == nil {
		return platform.Contract(), err
	}
	var setup steps.Setup
	if setup.Narrowed, err = steps.Narrow(file, all.Platforms()); err != nil {
		return nil, err
	}
	return setup.Contract(platform)
}

func platformNamed(name string) (*mockplatforms.Platform, error) {
	var names []string
	for _, p := range all.Platforms() {
		if p.Name == name || p.Title == name {
			return p, nil
		}
		names = append(names, p.Name)
	}
	return nil, fmt.Errorf("no platform %q%s (there are %s)", name, fixtures.Hint(name, names), strings.Join(names, ", "))
}
