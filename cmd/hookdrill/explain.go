package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
)

func (p *program) explainCommand() *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use: "explain PLATFORM [CONDITION]", Short: "say what a receiver may answer, and why",
		Long: `Prints the contract between a platform and its receivers: for each condition in which a callback comes, the answers
that are allowed, and why. It is what the step "the receiver answers as the contract allows" judges by. Honest receivers
differ in the number, so the contract asks for the class of an answer. What is no class of answer is never right: 5xx, a
redirect, 408, 429, a connection that breaks off.`,
		Example: `  hookdrill explain bigcommerce
  hookdrill explain bigcommerce forged`,
		Args: cobra.RangeArgs(1, 2),
		RunE: func(_ *cobra.Command, args []string) error { return p.explain(args, asJSON) },
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "as one JSON document")
	return cmd
}

func (p *program) explain(args []string, asJSON bool) error {
	platform, err := platformNamed(args[0])
	if err != nil {
		return err
	}
	clauses := platform.Contract()
	if len(args) == 2 {
		c, err := platform.Clause(args[1])
		if err != nil {
			return err
		}
		clauses = []mockplatforms.Clause{c}
	}
	if asJSON {
		text, err := json.MarshalIndent(clauses, "", "  ")
		if err != nil {
			return ourFault(err)
		}
		return p.show(string(text) + "\n")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "What a receiver of %s may answer. A project may narrow it (contract, in hookdrill.yaml).\n", platform.Title)
	for _, c := range clauses {
		fmt.Fprintf(&b, "\n  %s\n      comes    %s\n      allowed  %s\n      why      %s\n", c.Condition, c.What, c.Words(), c.Why)
	}
	return p.show(b.String())
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
