package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps/report"
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

// CheckEnv refuses a variable of the environment ("NAME=VALUE") that belongs to none of the flags: it would be left out in silence,
// and something else would be tested than was meant. The error names the nearest.
func CheckEnv(environ, flags []string) error {
	prefix := EnvName("")
	var names []string
	for _, flag := range flags {
		names = append(names, strings.TrimPrefix(EnvName(flag), prefix))
	}
	for _, entry := range environ {
		variable, value, _ := strings.Cut(entry, "=")
		name, ours := strings.CutPrefix(variable, prefix)
		if !ours || value == "" || slices.Contains(names, name) {
			continue
		}
		hint := strings.Replace(fixtures.Hint(name, names), `"`, `"`+prefix, 1)
		switch {
		case slices.Contains([]string{"URL", "URLS", "TARGET", "ENDPOINT", "WEBHOOK_URL"}, name):
			hint = "; did you mean " + EnvName("receiver") + "?"
		case slices.Contains([]string{"FEATURE", "FEATURES", "PATH", "PATHS"}, name):
			hint = "; features are arguments of hookdrill run"
		case hint == "" && othersVariable(name):
			continue
		}
		return fmt.Errorf("nothing reads the environment variable %s%s (hookdrill help environment lists them)", variable, hint)
	}
	return nil
}

// othersVariable says of a variable that is like no flag's whether somebody else has use for it: our tests, whoever installs hookdrill,
// --secret-env, which names one, and Kubernetes, which tells of a service that is called hookdrill.
func othersVariable(name string) bool {
	return name == "VERSION" || strings.HasPrefix(name, "TEST_") || strings.HasPrefix(name, "SERVICE_") || strings.HasPrefix(name, "PORT") || report.NamesSecret(name)
}

// CheckSuiteEnv is CheckEnv for a godog suite, which takes the variables of the options and none of those that are about a run: one
// that selects scenarios would have all of them run.
func CheckSuiteEnv(environ, flags []string) error {
	err := CheckEnv(environ, flags)
	if err == nil {
		return nil
	}
	var takes []string
	for _, flag := range flags {
		takes = append(takes, EnvName(flag))
	}
	return fmt.Errorf("%w; go test takes %s; scenarios are chosen with hookdrill run", err, strings.Join(takes, ", "))
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
