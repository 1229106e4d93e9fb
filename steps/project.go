package steps

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/steps/config"
)

// Project is what hookdrill.yaml says of a run.
type Project struct {
	File     *config.File      // optional
	Receiver string            // which of its receivers is under test; "": another one
	From     map[string]string // the flags that it has set, and where each stands in it
}

// ProjectFile reads the file that --config names, or the nearest. Without any it gives nil.
func (o *Options) ProjectFile() (*config.File, error) {
	if o.Config != "" {
		return config.Load(o.Config)
	}
	here, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	path, err := config.Find(here)
	if err != nil || path == "" {
		if err == nil && o.Use != "" {
			err = fmt.Errorf("--use %s: there is no %s here or in a folder above; hookdrill init writes one", o.Use, config.Name)
		}
		return nil, err
	}
	if relative, err := filepath.Rel(here, path); err == nil {
		path = relative
	}
	return config.Load(path)
}

// FromProject gives the flags that neither the command line nor the environment has set what hookdrill.yaml says, and settles
// what is under test; where CI is set, the sample receiver has to be asked for.
func (o *Options) FromProject(flags *pflag.FlagSet, platforms []*mockplatforms.Platform, inCI bool) (*Project, error) {
	file, err := o.ProjectFile()
	if err != nil {
		return nil, err
	}
	project := &Project{File: file, From: map[string]string{}}
	if file != nil {
		if err := project.apply(flags, o, platforms); err != nil {
			return nil, err
		}
	}
	return project, o.settle(file, inCI)
}

// apply sets the flags.
func (p *Project) apply(flags *pflag.FlagSet, o *Options, platforms []*mockplatforms.Platform) (err error) {
	all := &Setup{Platforms: platforms}
	if o.Use != "" || !o.named() && o.Bug == "" {
		if p.Receiver, err = p.File.Receiver(o.Use); err != nil {
			return err
		}
	}
	if err := p.confused(o); err != nil {
		return err
	}
	var broken []error
	for _, named := range p.File.PlatformNames(p.Receiver) {
		if _, err := all.platform(named.Platform); err != nil {
			broken = append(broken, fmt.Errorf("%s: %w", named.Where, err))
		}
	}
	for _, f := range p.File.Flags(p.Receiver) {
		if given := flags.Lookup(f.Name); given.Changed && p.From[f.Name] == "" {
			continue
		}
		p.From[f.Name] = f.Where
		for _, value := range f.Values {
			if !all.plays(o.Platforms, f.Name, value) {
				continue
			}
			if err := flags.Set(f.Name, value); err != nil {
				broken = append(broken, fmt.Errorf("%s: %w", f.Where, err))
			}
		}
	}
	if p.Receiver != "" && len(o.Receivers) == 0 {
		broken = append(broken, fmt.Errorf("%s: the receiver %q has no URL for %s (--platform)", p.File.Where("receivers", p.Receiver), p.Receiver, strings.Join(o.Platforms, ", ")))
	}
	o.Dir, o.Known = p.File.Folder(), known(p.File)
	o.Narrowed, err = Narrow(p.File, platforms)
	return errors.Join(append(broken, err)...)
}

// confused refuses what says of two receivers that they are under test.
func (p *Project) confused(o *Options) error {
	for _, given := range o.Receivers {
		switch {
		case slices.Contains(p.File.Names(), given):
			return fmt.Errorf("--receiver %s: it takes a URL; the receiver of %s is chosen with --use %s", given, p.File.Path(), given)
		case given == config.Sample && o.Use != "":
			return fmt.Errorf("--receiver %s and --use %s: one of them is to be tested", given, o.Use)
		}
	}
	return nil
}

// plays says whether a value of a flag is for a run of these platforms: the file may say of one what another run needs.
func (s *Setup) plays(platforms []string, flag, value string) bool {
	if len(platforms) == 0 || !slices.Contains([]string{"receiver", "secret-env", "listen", "set"}, flag) {
		return true
	}
	of, err := s.platform(value[:max(strings.IndexAny(value, "=.:"), 0)])
	return err != nil || slices.ContainsFunc(platforms, func(name string) bool {
		p, err := s.platform(name)
		return err == nil && p == of
	})
}

// known are the known failures of the file. A path in it begins where the file is, if something is there.
func known(file *config.File) (list []KnownFailure) {
	for i, k := range file.KnownFailures {
		path, which, ok := strings.Cut(k.Scenario, ".feature:")
		below := filepath.ToSlash(filepath.Join(file.Folder(), path+".feature"))
		if _, err := os.Stat(below); ok && err == nil {
			k.Scenario = below + ":" + which // which is a line or a name, and no path
		}
		list = append(list, KnownFailure{Scenario: k.Scenario, Because: k.Because, Where: file.Where("known-failures", fmt.Sprint(i), "scenario")})
	}
	return list
}

// Narrow is what the file asks beyond the platforms' contracts.
func Narrow(file *config.File, platforms []*mockplatforms.Platform) (Narrowed, error) {
	var broken []error
	narrowed, all := Narrowed{}, &Setup{Platforms: platforms}
	for name, conditions := range file.Contract {
		platform, err := all.platform(name)
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
