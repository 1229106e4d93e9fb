package main

import (
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/steps"
)

// only are some of the flags of `hookdrill run`, for commands that share them.
func only(o *steps.Options, names ...string) *pflag.FlagSet {
	all, some := pflag.NewFlagSet("", pflag.ContinueOnError), pflag.NewFlagSet("", pflag.ContinueOnError)
	o.Flags(all)
	for _, name := range names {
		some.AddFlag(all.Lookup(name))
	}
	return some
}
