package main

import (
	"cmp"
	"fmt"
	"runtime"
	"runtime/debug"

	"github.com/spf13/cobra"
)

func (p *program) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "say which hookdrill this is", Args: noArguments,
		RunE: func(*cobra.Command, []string) error {
			return p.show(fmt.Sprintf("hookdrill %s (%s, %s/%s)\n", version(), runtime.Version(), runtime.GOOS, runtime.GOARCH))
		},
	}
}

// showVersion is what --version prints.
func (p *program) showVersion() error { return p.show("hookdrill " + version() + "\n") }

// version is what the build says of itself.
func version() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "(devel)"
	}
	return cmp.Or(info.Main.Version, "(devel)")
}

// noArguments is for commands that take flags only.
func noArguments(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("%s takes no arguments, and got %q (hookdrill %s --help)", cmd.CommandPath(), args[0], cmd.Name())
	}
	return nil
}
