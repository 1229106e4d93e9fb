package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/config"
)

// builtinSource is what the built-in features are called where features are named.
const builtinSource = "builtin"

// project is what hookdrill.yaml says of this run.
type project struct {
	file     *config.File
	receiver string // which of its receivers; "": none
}

// projectFlags are the flags that say which file, and which of its receivers.
func (o *runOptions) projectFlags(f *pflag.FlagSet) {
	f.StringVar(&o.config, "config", "", "`FILE` that describes the receivers; default hookdrill.yaml here or in a folder above")
	f.StringVar(&o.use, "use", "", "which of its receivers is under test, by `NAME`; default the only one")
}

// fromProject gives the flags that neither the command line nor the environment has set what hookdrill.yaml says.
func (p *program) fromProject(flags *pflag.FlagSet, o *runOptions) error {
	file, err := o.projectFile()
	if err != nil || file == nil {
		return err
	}
	receiver := ""
	if o.use != "" || !ownReceiver(flags) {
		if receiver, err = file.Receiver(o.use); err != nil {
			return err
		}
	}
	var broken []error
	for _, named := range file.PlatformNames(receiver) {
		if _, err := platformNamed(named.Platform); err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", named.Where, err))
		}
	}
	for _, f := range file.Flags(receiver) {
		if given := flags.Lookup(f.Name); given.Changed && p.fromFile[f.Name] == "" {
			continue
		}
		p.fromFile[f.Name] = f.Where
		for _, value := range f.Values {
			if !plays(o.Platforms, f.Name, value) {
				continue
			}
			if err := flags.Set(f.Name, value); err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", f.Where, err))
			}
		}
	}
	o.Dir, o.project = file.Folder(), project{file, receiver}
	o.Known = known(file)
	o.Narrowed, err = narrowed(file)
	return errors.Join(append(broken, err)...)
}

// plays says whether a value of a flag is for a run of these platforms: the file may say of one what another run needs.
func plays(platforms []string, flag, value string) bool {
	if len(platforms) == 0 || !slices.Contains([]string{"receiver", "secret-env", "listen", "set"}, flag) {
		return true
	}
	name := value[:max(strings.IndexAny(value, "=.:"), 0)]
	_, err := platformNamed(name)
	return err != nil || slices.Contains(platforms, name)
}

// projectFile reads the file that --config names, or the nearest. Without any it gives nil.
func (o *runOptions) projectFile() (*config.File, error) {
	if o.config != "" {
		return config.Load(o.config)
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, ourFault(err)
	}
	path, err := config.Find(here)
	if err != nil || path == "" {
		if o.use != "" {
			err = errors.Join(err, fmt.Errorf("--use %s: there is no %s here or in a folder above; hookdrill init writes one", o.use, config.Name))
		}
		return nil, err
	}
	if relative, err := filepath.Rel(here, path); err == nil {
		path = relative
	}
	return config.Load(path)
}

// ownReceiver says that the command line or the environment says what is under test: the file's receivers are others.
func ownReceiver(flags *pflag.FlagSet) bool {
	return slices.ContainsFunc([]string{"receiver", "exec", "bug", "in-process"}, func(name string) bool {
		flag := flags.Lookup(name)
		return flag != nil && flag.Changed
	})
}

// known are the known failures of the file. A path in it begins where the file is, if something is there.
func known(file *config.File) (list []steps.KnownFailure) {
	for i, k := range file.KnownFailures {
		path, which, ok := strings.Cut(k.Scenario, ".feature:")
		below := filepath.ToSlash(filepath.Join(file.Folder(), path+".feature"))
		if _, err := os.Stat(below); ok && err == nil {
			k.Scenario = below + ":" + which // which is a line or a name, and no path
		}
		list = append(list, steps.KnownFailure{Scenario: k.Scenario, Because: k.Because, Where: file.Where("known-failures", fmt.Sprint(i), "scenario")})
	}
	return list
}

// narrowed is what the file asks beyond the platforms' contracts.
func narrowed(file *config.File) (steps.Narrowed, error) {
	var broken []error
	narrowed := steps.Narrowed{}
	for name, conditions := range file.Contract {
		platform, err := platformNamed(name)
		if err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", file.Where("contract", name), err))
			continue
		}
		narrowed[platform.Name] = map[mockplatforms.Condition][]mockplatforms.Answer{}
		for condition, answers := range conditions {
			var allowed []mockplatforms.Answer
			for _, a := range answers {
				allowed = append(allowed, mockplatforms.Answer(a))
			}
			clause, err := platform.Clause(condition)
			if err == nil {
				_, err = platform.Narrow(clause, allowed)
			}
			if err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", file.Where("contract", name, condition), err))
			}
			narrowed[platform.Name][clause.Condition] = allowed
		}
	}
	slices.SortFunc(broken, func(a, b error) int { return strings.Compare(a.Error(), b.Error()) })
	return narrowed, errors.Join(broken...)
}

// features are the arguments, or what the file names in their place.
func (o *runOptions) features(args []string) []string {
	if len(args) == 0 && o.project.file != nil {
		return o.project.file.FeaturePaths(builtinSource)
	}
	return args
}
