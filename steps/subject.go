package steps

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps/config"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

// What is under test is settled here: a receiver that is named, or the sample receiver, where nobody could mean anything else.

// errNoReceiver is the error of options that name nothing to be tested.
var errNoReceiver = errors.New("nothing says which receiver is under test: give --receiver URL (HOOKDRILL_RECEIVER), or --receiver sample for the one that hookdrill brings")

// named says that something is named that is to be tested.
func (o *Options) named() bool { return o.Receiver != "" || len(o.Receivers) > 0 || o.Exec != "" }

// TestsSample says that the sample receiver is under test: it was asked for, or one of its bugs was, and nothing else.
func (o *Options) TestsSample() bool {
	return slices.Contains(o.Receivers, config.Sample) || o.Bug != "" && !o.named()
}

// Subject is in words what is under test.
func (o *Options) Subject() string {
	switch {
	case !o.TestsSample():
		return strings.Join(o.Receivers, " ")
	case o.Bug != "":
		return report.TheSample + " with the bug " + o.Bug
	}
	return report.TheSample
}

// CheckSame refuses that what was found out about one receiver is used on another: on the sample receiver in the place of one of
// yours, or the other way around. Before is the earlier run, and file where it is recorded.
func (o *Options) CheckSame(file string, before report.Run) error {
	if before.OfSample() == o.TestsSample() || before.Receiver == "" {
		return nil
	}
	return fmt.Errorf("%s is of a run against %s, and this one is against %s; give --receiver as it was", file, before.Receiver, o.Subject())
}

// settle takes the sample receiver where nothing is named. That is an error where something else was meant, or may have been: a
// run that tests another receiver than was meant is green, and says nothing.
func (o *Options) settle(file *config.File, inCI bool) error {
	switch {
	case o.TestsSample():
		return o.onlySample()
	case o.named():
		return o.onlyAnother()
	case file != nil:
		return fmt.Errorf("%s names no receiver, so nothing says what is to be tested; write one:\n"+
			"  receivers:\n    shop: {platforms: [cratejoy], url: \"http://127.0.0.1:3000/hooks/{event}\"}\n"+
			"or give --receiver URL, or --receiver %s for the one that hookdrill brings", file.Path(), config.Sample)
	case inCI:
		return fmt.Errorf("%w. There is no %s here or in a folder above; and where CI is set, the sample receiver has to be asked for", errNoReceiver, config.Name)
	}
	for _, flag := range slices.Concat(o.ofAnother(), o.ofReceivers()) {
		if flag.given {
			return fmt.Errorf("--%s says something of a receiver, and %w", flag.name, errNoReceiver)
		}
	}
	o.Receivers = []string{config.Sample}
	return nil
}

// about is a flag that says something of a receiver.
type about struct {
	name  string
	given bool
}

// ofAnother are the flags that the sample receiver has no use for.
func (o *Options) ofAnother() []about {
	return []about{
		{"exec", o.Exec != ""}, {"env", len(o.Env) > 0}, {"wait-for", o.WaitFor != ""}, {"probe", o.Probe != ""}, {"probe-path", o.ProbePath != ""},
		{"register", o.Register != ""}, {"looks-up", o.LooksUp}, {"listen", len(o.Listen) > 0}, {"ca-file", o.CAFile != ""}, {"allow-host", len(o.AllowHosts) > 0},
	}
}

// ofReceivers are flags that nobody gives who does not mean a receiver, and be it the sample receiver.
func (o *Options) ofReceivers() []about {
	return []about{
		{"event", len(o.Events) > 0}, {"secret-env", len(o.SecretEnv) > 0}, {"account", len(o.Accounts) > 0}, {"hook-header", len(o.HookHeaders) > 0},
	}
}

// CheckReceiver refuses what cannot be tested, before anything is opened. The error is a misuse.
func (o Options) CheckReceiver(opened *Opened) error {
	switch {
	case o.TestsSample():
		return o.onlySample()
	case !o.named():
		return errNoReceiver
	case o.Receiver == "" && len(o.Receivers) == 0:
		return errors.New("--exec needs --receiver: the URL at which the command takes callbacks, http://127.0.0.1:{port}/path")
	case o.Exec == "" && o.Register == "start":
		return errors.New("--register start: hookdrill did not start this receiver; give --exec, or a URL that makes it register")
	}
	if err := o.onlyAnother(); err != nil {
		return err
	}
	spec := o.Spec
	if err := o.urls(opened, &spec); err != nil {
		return err
	}
	return spec.Check()
}

// onlyAnother refuses what is about the sample receiver, or neither that nor a URL.
func (o *Options) onlyAnother() error {
	if o.Bug != "" || o.InProcess {
		return fmt.Errorf("--bug and --in-process are about the sample receiver, and another one is under test here; --receiver %s has that one tested", config.Sample)
	}
	for _, given := range o.Receivers {
		if !strings.ContainsAny(given, ":/=") {
			return fmt.Errorf("--receiver: what was given is not a URL%s; write it as http://127.0.0.1:3000/path", fixtures.Hint(given, []string{config.Sample}))
		}
	}
	return nil
}

// onlySample refuses what is about another receiver.
func (o *Options) onlySample() error {
	if slices.ContainsFunc(o.Receivers, func(given string) bool { return given != config.Sample }) {
		return fmt.Errorf("--receiver %s is given, and another --receiver: one of them is to be tested", config.Sample)
	}
	for _, flag := range o.ofAnother() {
		if flag.given {
			return fmt.Errorf("--%s is about a receiver of yours, and the sample receiver is under test: give --receiver URL", flag.name)
		}
	}
	_, err := samplereceiver.New(samplereceiver.Config{Bug: o.Bug})
	return err
}

// openSample opens the sample receiver.
func (o Options) openSample(opened *Opened) error {
	receiver, err := Sample(opened.Fixtures, o.Bug, !o.InProcess)
	if err != nil {
		return err
	}
	opened.Setup.Receiver = receiver
	opened.Bug = func(name string) (Receiver, error) { return Sample(opened.Fixtures, name, !o.InProcess) }
	if opened.Seed == "" {
		opened.Seed = "1"
	}
	opened.Idle = 500 * time.Millisecond // it has done its work when it answers
	opened.Patience = cmp.Or(opened.Patience, opened.Idle)
	return nil
}
