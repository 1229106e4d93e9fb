package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/fixtures"
)

// FromEnv gives each flag that was not set the value of its environment variable: HOOKDRILL_ and the flag's name in
// capitals, with _ for -. Flags that take several values take them separated by newlines. The error names the variable. One
// that is empty is mostly one that was not filled in: another receiver would be tested.
func FromEnv(f *pflag.FlagSet, lookup func(string) (string, bool)) error {
	var broken []error
	f.VisitAll(func(flag *pflag.Flag) {
		name := EnvName(flag.Name)
		text, ok := lookup(name)
		text = strings.TrimRight(text, "\n") // a YAML block ends in one
		if !ok || flag.Changed || slices.Contains([]string{"help", "version"}, flag.Name) {
			return
		}
		_, several := flag.Value.(pflag.SliceValue)
		one := flag.Value.Type() == "string" || flag.Name == "receiver" || flag.Name == "secret-env" // which may be several, and are mostly one
		switch {
		case text == "" && one && !MayBeEmpty(flag.Name):
			broken = append(broken, fmt.Errorf("%s is given, but it is empty", name))
			return
		case text == "":
			return
		}
		values := []string{text}
		if several {
			values = strings.Split(text, "\n")
		}
		for _, v := range values {
			if err := f.Set(flag.Name, v); err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", name, err))
			}
		}
	})
	return errors.Join(broken...)
}

// MayBeEmpty are the flags for which an empty value means something: no restriction. Any other that is empty is a
// variable that was not set: `--receiver "$URL"` would have the sample receiver tested, and pass.
func MayBeEmpty(flag string) bool {
	return slices.Contains([]string{"tags", "name", "probe-path", "seed"}, flag)
}

// CheckEnv refuses a variable of the environment ("NAME=VALUE") that belongs to none of the flags but nearly does: it would
// be left out in silence.
func CheckEnv(environ, flags []string) error {
	prefix := EnvName("")
	var names []string
	for _, flag := range flags {
		names = append(names, strings.TrimPrefix(EnvName(flag), prefix))
	}
	for _, entry := range environ {
		variable, _, _ := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(variable, prefix)
		if hint := fixtures.Hint(name, names); ours && !slices.Contains(names, name) && hint != "" {
			return fmt.Errorf("no flag has the environment variable %s%s", variable, strings.Replace(hint, `"`, `"`+prefix, 1))
		}
	}
	return nil
}

// EnvName is the environment variable of a flag.
func EnvName(flag string) string {
	return "HOOKDRILL_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// InCI says that the environment is one of CI: a machine runs this, and nobody looks at what it says beside its exit code.
func InCI(lookup func(variable string) (string, bool)) bool {
	ci, _ := lookup("CI")
	return ci != "" && ci != "0" && ci != "false"
}
