package main

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps"
)

const about = `hookdrill plays commerce platforms to a webhook receiver and says what it got right.

  hookdrill run --receiver sample               all features against the receiver that hookdrill brings
  hookdrill run --platform bigcommerce --receiver http://127.0.0.1:3000/webhooks/bigcommerce
  hookdrill prove my/features                   would these features notice a bad receiver?
  hookdrill serve                               the platforms on fixed ports, to develop against
  hookdrill send customer_new                   a callback from them

More than flags say: hookdrill help TOPIC, where the topic is oliver, cratejoy, bigcommerce, steps, fixtures, exit-codes
or environment.`

func newRoot(p *program) *cobra.Command {
	var showVersion bool
	root := &cobra.Command{
		Use: "hookdrill", Short: "plays commerce platforms to a webhook receiver", Long: about,
		SilenceErrors: true, SilenceUsage: true,
		Args: unknownCommand,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if showVersion {
				return p.showVersion()
			}
			// What does nothing must not look like a run that passed.
			_, _ = fmt.Fprintln(p.stderr, cmd.Long+"\n\n"+cmd.UsageString())
			return &exit{code: exitMisuse}
		},
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			p.stopCommands(cmd.Name())
			err := p.flagsFromEnvironment(cmd)
			p.concealFlags(cmd.Flags())
			return err
		},
		CompletionOptions: cobra.CompletionOptions{HiddenDefaultCmd: true},
	}
	root.Flags().BoolVarP(&showVersion, "version", "v", false, "print the version") // cobra's own would leave out what stands beside it
	help := root.HelpFunc()
	root.SetHelpFunc(func(cmd *cobra.Command, args []string) {
		words := cmd.Flags().Args()
		if err := cmd.ValidateArgs(words); len(words) > 0 && err != nil {
			p.refused = err // an unknown command has no help
			return
		}
		help(cmd, args)
	})
	root.SetFlagErrorFunc(flagError)
	root.SetIn(p.stdin)
	root.SetOut(p.stdout)
	root.SetErr(p.stderr)
	root.AddCommand(p.runCommand(), p.proveCommand(), p.initCommand(), p.configCommand(), p.explainCommand(), p.reportCommand(), p.mergeCommand(), p.serveCommand(), p.sendCommand(), p.listCommand(), p.receiverCommand(), p.versionCommand())
	root.SetHelpCommand(p.helpCommand())
	for _, cmd := range root.Commands() {
		cmd.Flags().SortFlags = false
		takeOnce(cmd)
	}
	return root
}

func unknownCommand(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	var names []string
	for _, c := range cmd.Commands() {
		names = append(names, c.Name())
	}
	hint := fixtures.Hint(args[0], append(names, "help"))
	if _, err := os.Stat(args[0]); hint == "" && (err == nil || strings.HasPrefix(args[0], builtinFolder)) {
		hint = fmt.Sprintf("; features are run with: hookdrill run %s", args[0])
	}
	return fmt.Errorf("no command %q%s", args[0], hint)
}

// flagError puts the nearest flag behind the name of an unknown one.
func flagError(cmd *cobra.Command, err error) error {
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) && errors.Is(err, errTwice) {
		return fmt.Errorf("--%s %w", invalid.GetFlag().Name, errTwice)
	}
	var unknown *pflag.NotExistError
	if !errors.As(err, &unknown) {
		said := regexp.MustCompile(`strconv\.Parse\w+: parsing "[^"]*": `).ReplaceAllString(err.Error(), "")
		return fmt.Errorf("%s (hookdrill %s --help)", said, cmd.Name())
	}
	name := "--" + unknown.GetSpecifiedName()
	written := name
	if group := unknown.GetSpecifiedShortnames(); group != "" {
		name, written = "--"+group, "-"+group // one dash, and a whole word behind it
	}
	var names []string
	cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, "--"+f.Name) })
	return fmt.Errorf("%s has no flag %s%s (hookdrill %s --help shows them all)", cmd.CommandPath(), written, fixtures.Hint(name, names), cmd.Name())
}

// flagsFromEnvironment gives the flags that were not given the values of their environment variables.
func (p *program) flagsFromEnvironment(cmd *cobra.Command) error {
	if err := p.misspeltVariables(cmd); err != nil {
		return err
	}
	var empty []error
	given := map[string]bool{}
	cmd.Flags().Visit(func(f *pflag.Flag) {
		given[f.Name] = true
		if isEmpty(f) && !steps.MayBeEmpty(f.Name) {
			empty = append(empty, fmt.Errorf("--%s is given, but it is empty", f.Name))
		}
	})
	err := steps.FromEnv(cmd.Flags(), p.lookup)
	cmd.Flags().Visit(func(f *pflag.Flag) { p.fromEnvironment[f.Name] = !given[f.Name] })
	return errors.Join(append(empty, err)...)
}

func isEmpty(f *pflag.Flag) bool {
	if list, ok := f.Value.(pflag.SliceValue); ok {
		return strings.Join(list.GetSlice(), "") == ""
	}
	return f.Value.String() == ""
}

// misspeltVariables refuses a HOOKDRILL_ variable that is not a flag's: it would be left out in silence. That of another command's
// flag is not a mistake, but where it names a receiver and this command tests another.
func (p *program) misspeltVariables(cmd *cobra.Command) error {
	const elsewhere = "target" // of send
	var flags []string
	for _, cmd := range cmd.Root().Commands() {
		cmd.Flags().VisitAll(func(f *pflag.Flag) { flags = append(flags, f.Name) })
	}
	receiver := cmd.Flags().Lookup("receiver")
	if value := p.env(steps.EnvName(elsewhere)); value != "" && receiver != nil && cmd.Flags().Lookup(elsewhere) == nil {
		return fmt.Errorf("%s is a variable of hookdrill send; the receiver of hookdrill %s is %s", steps.EnvName(elsewhere), cmd.Name(), steps.EnvName(receiver.Name))
	}
	return steps.CheckEnv(p.environ, flags)
}
