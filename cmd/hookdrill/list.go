package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// listing is something that is there: a table for people, and rows for programs.
type listing struct {
	head []string
	rows [][]string
	json any // a slice
}

// list is what `hookdrill list NAME` prints.
type list struct {
	name, short string
	read        func(listOptions) (*listing, error)
}

type listOptions struct {
	steps.Options
	json, policy bool
}

func lists() []list {
	return []list{
		{"platforms", "who plays, with switches and what a receiver is told", listPlatforms},
		{"events", "the catalogues of events", listEvents},
		{"features", "the built-in features", listFeatures},
		{"faults", "what can go wrong on the way of a callback", listFaults},
		{"forms", "ways to write the same callback down", listForms},
		{"bugs", "the bugs of the sample receiver", listBugs},
		{"saboteurs", "what makes any receiver a bad one, for prove", listSaboteurs},
		{"steps", "the language of features", listSteps},
		{"fixtures", "the recorded messages", listFixtures},
		{"lookups", "what a receiver can fetch from the platforms", listLookups},
		{"formats", "the formats of reports", listFormats},
	}
}

func (p *program) listCommand() *cobra.Command {
	var o listOptions
	var names []string
	long := "Lists what there is:\n\n"
	for _, l := range lists() {
		names = append(names, l.name)
		long += fmt.Sprintf("  %-10s %s\n", l.name, l.short)
	}
	cmd := &cobra.Command{
		Use: "list " + strings.Join(names, "|"), Short: "list what there is", Long: strings.TrimSpace(long),
		ValidArgs: names,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return fmt.Errorf("list takes one of: %s", strings.Join(names, ", "))
			}
			if !slices.Contains(names, args[0]) {
				return fmt.Errorf("nothing is listed as %q%s (there are %s)", args[0], fixtures.Hint(args[0], names), strings.Join(names, ", "))
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return p.list(o, args[0]) },
	}
	cmd.Flags().BoolVar(&o.json, "json", false, "as one JSON document")
	cmd.Flags().BoolVar(&o.policy, "policy", false, "with platforms: how each treats answers, with what no source settles marked as a default")
	cmd.Flags().AddFlagSet(only(&o.Options, "platform", "fixtures", "set"))
	cmd.Flags().Lookup("platform").Usage = "only what is this platform's, by `NAME` (may be given several times)"
	return cmd
}

func (p *program) list(o listOptions, name string) error {
	if o.policy && name != "platforms" {
		return fmt.Errorf("--policy belongs to list platforms; %s have none", name)
	}
	l := lists()[slices.IndexFunc(lists(), func(l list) bool { return l.name == name })]
	found, err := l.read(o)
	if err != nil {
		return err
	}
	if o.json {
		return p.showJSON(found.json)
	}
	return p.show(table(found.head, found.rows))
}

func (p *program) showJSON(value any) error {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(value); err != nil {
		return ourFault(err)
	}
	return p.show(b.String())
}

// table aligns rows under their heads.
func table(head []string, rows [][]string) string {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, row := range append([][]string{head}, rows...) {
		cells := slices.Clone(row)
		for i := range cells {
			cells[i] = report.Visible(cells[i])
		}
		_, _ = fmt.Fprintln(t, strings.Join(cells, "\t")) // into memory
	}
	_ = t.Flush()
	var lines []string
	for _, line := range strings.Split(b.String(), "\n") {
		lines = append(lines, strings.TrimRight(line, " "))
	}
	return strings.Join(lines, "\n")
}

// prepared gives the platforms that are meant, and the fixtures.
func (o listOptions) prepared() (*steps.Opened, error) { return o.Prepare(all.Platforms()) }
