package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
)

// builtinSource is what the built-in features are called where features are named.
const builtinSource = "builtin"

// fromProject has hookdrill.yaml say what neither the command line nor the environment does.
func (p *program) fromProject(ctx context.Context, flags *pflag.FlagSet, o *runOptions) error {
	project, err := contents(ctx, func() (*steps.Project, error) { // --config may name a pipe
		return o.FromProject(flags, all.Platforms(), p.inCI() && !o.list) // a list tests nothing
	})
	if err != nil {
		return err
	}
	o.project, p.fromFile = *project, project.From
	p.concealFlags(flags)
	return nil
}

// located puts before an error about a flag where hookdrill.yaml has set it.
func (p *program) located(err error) error {
	for flag, where := range p.fromFile {
		if rest, ok := strings.CutPrefix(err.Error(), "--"+flag); ok && strings.IndexAny(rest, " :") == 0 {
			return fmt.Errorf("%s: %w", where, err)
		}
	}
	return err
}

// configPath is where hookdrill.yaml is, "" where there is none.
func (o *runOptions) configPath() string {
	if o.project.File == nil {
		return ""
	}
	return filepath.Clean(o.project.File.Path())
}

// features are the arguments, or what the file names in their place.
func (o *runOptions) features(args []string) []string {
	if len(args) == 0 && o.project.File != nil {
		return o.project.File.FeaturePaths(builtinSource)
	}
	return args
}
