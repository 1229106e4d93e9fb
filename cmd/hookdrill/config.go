package main

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/config"
	"github.com/hookdrill/hookdrill/steps/report"
)

func (p *program) configCommand() *cobra.Command {
	var o runOptions
	var schema bool
	cmd := &cobra.Command{
		Use: "config", Short: "print the effective configuration, and where each value is from", Args: noArguments,
		Long: `Prints what hookdrill run would work with: each flag, its value, and whether it is from the command line, from the
environment, from hookdrill.yaml (with its line), or the default. A flag wins over the environment, that over the file.
The file is looked for here and in the folders above, as hookdrill.yaml, hookdrill.yml, or one of them in .config.`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if schema {
				return p.show(string(config.Schema()))
			}
			return p.effective(cmd.Context(), cmd.Flags(), &o)
		},
	}
	o.flags(cmd.Flags())
	cmd.Flags().BoolVar(&schema, "schema", false, "print the JSON Schema of hookdrill.yaml instead")
	return cmd
}

func (p *program) effective(ctx context.Context, flags *pflag.FlagSet, o *runOptions) error {
	if err := p.fromProject(ctx, flags, o); err != nil {
		return err
	}
	prepared, err := o.Prepare(all.Platforms())
	if err != nil {
		return p.located(err)
	}
	p.conceal(prepared.Secrets...)
	var b strings.Builder
	if o.project.File != nil {
		fmt.Fprintf(&b, "# %s", o.project.File.Path())
		if o.project.Receiver != "" {
			fmt.Fprintf(&b, ", receiver %s", o.project.Receiver)
		}
		b.WriteString("\n")
	}
	flags.VisitAll(func(f *pflag.Flag) {
		if f.Name != "help" && f.Name != "schema" && f.Name != "config" && f.Name != "use" {
			fmt.Fprintf(&b, "%s: %s  # %s\n", f.Name, yamlValue(f), p.origin(f))
		}
	})
	for _, k := range o.Known {
		fmt.Fprintf(&b, "# known failure: %s (%s)\n", k.Scenario, k.Because)
	}
	for _, platform := range slices.Sorted(maps.Keys(o.Narrowed)) {
		for _, condition := range slices.Sorted(maps.Keys(o.Narrowed[platform])) {
			fmt.Fprintf(&b, "# contract of %s, %s: only %q\n", platform, condition, o.Narrowed[platform][condition])
		}
	}
	return p.show(report.Printable(b.String()))
}

// origin says where the value of a flag is from.
func (p *program) origin(f *pflag.Flag) string {
	switch {
	case p.fromFile[f.Name] != "":
		return p.fromFile[f.Name]
	case p.fromEnvironment[f.Name]:
		return steps.EnvName(f.Name)
	case f.Changed:
		return "--" + f.Name
	}
	return "default"
}

// yamlValue is the value of a flag on one line.
func yamlValue(f *pflag.Flag) string {
	var value any = f.Value.String()
	if list, ok := f.Value.(pflag.SliceValue); ok {
		var shown []string
		for _, one := range list.GetSlice() {
			shown = append(shown, steps.Shown(f.Name, one))
		}
		value = shown
	}
	text, err := yaml.MarshalWithOptions(value, yaml.Flow(true), yaml.JSON())
	if err != nil {
		return fmt.Sprintf("%q", fmt.Sprint(value))
	}
	return strings.TrimSpace(string(text))
}
