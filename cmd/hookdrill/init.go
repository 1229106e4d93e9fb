package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/config"
	"github.com/hookdrill/hookdrill/steps/target"
)

// firstFeature is where init writes a feature to begin with.
const firstFeature = "hookdrill/first.feature"

// initOptions are the flags of `hookdrill init`: what run is told of a receiver.
type initOptions struct {
	steps.Options
	name string
}

func (p *program) initCommand() *cobra.Command {
	var o initOptions
	cmd := &cobra.Command{
		Use: "init", Short: "write a hookdrill.yaml and a first feature", Args: noArguments,
		Long: `Writes hookdrill.yaml, which describes your receiver, and hookdrill/first.feature, in this folder. What no flag says is
asked for; an empty answer leaves it out. Nothing is overwritten.`,
		Example: `  hookdrill init
  hookdrill init --platform bigcommerce --receiver http://127.0.0.1:3000/webhooks/bigcommerce --secret-env BC_CLIENT_SECRET
  hookdrill init --platform cratejoy --receiver http://127.0.0.1:{port}/hooks/{event} --exec "node server.js" --env PORT={port}`,
		RunE: func(*cobra.Command, []string) error { return p.init(&o) },
	}
	f := cmd.Flags()
	f.StringVar(&o.name, "as", "receiver", "what the receiver is called: any `NAME`")
	f.AddFlagSet(only(&o.Options, "platform", "event", "receiver", "exec", "env", "wait-for", "register", "probe", "probe-path", "looks-up", "secret-env", "set"))
	return cmd
}

func (p *program) init(o *initOptions) error {
	there, err := config.In(".")
	if err != nil {
		return err
	}
	if _, err := os.Stat(firstFeature); there == "" && !errors.Is(err, fs.ErrNotExist) {
		there = firstFeature
	}
	if there != "" {
		return fmt.Errorf("%s is there already; init overwrites nothing", there)
	}
	if err := p.ask(o); err != nil {
		return err
	}
	platforms, err := chosen(o.Platforms)
	if err != nil {
		return err
	}
	for _, text := range o.Receivers {
		_, url := steps.SplitReceiver(text)
		if err := target.CheckURL("--receiver", strings.NewReplacer("{platform}", "p", "{event}", "e", "{port}", "3000").Replace(url)); err != nil {
			return err
		}
	}
	if _, _, err := target.RegisteredBy(strings.ReplaceAll(o.Register, "{port}", "3000")); err != nil {
		return err
	}
	for _, text := range o.SecretEnv {
		if err := steps.CheckSecretEnv(text); err != nil {
			return err
		}
	}
	text, err := o.file(platforms)
	if err != nil {
		return err
	}
	feature, err := featureFor(platforms[0], o.Events)
	if err != nil {
		return err
	}
	here, err := os.OpenRoot(".") // a link leads nowhere else
	if err != nil {
		return &exit{exitFault, err}
	}
	defer func() { _ = here.Close() }() // it only names what is below
	for _, f := range []struct{ path, text string }{{config.Name, text}, {firstFeature, feature}} {
		err := here.MkdirAll(filepath.Dir(f.path), 0o755)
		if err == nil {
			err = here.WriteFile(f.path, []byte(f.text), 0o644)
		}
		if err != nil {
			return &exit{exitFault, err}
		}
		p.talk("%s is written", f.path)
	}
	p.talk("hookdrill run holds the receiver to the built-in features and to %s", firstFeature)
	return nil
}

// ask asks for what no flag says, if the URL is missing: whoever gives that has said what there is to say.
func (p *program) ask(o *initOptions) error {
	if len(o.Receivers) > 0 {
		return nil
	}
	answers := bufio.NewScanner(p.stdin)
	for _, q := range []struct {
		question string
		needed   bool
		take     func(string)
		skip     bool
	}{
		{"Platforms that call it (oliver, cratejoy, bigcommerce), with spaces between: ", true, func(s string) { o.Platforms = strings.Fields(strings.ReplaceAll(s, ",", " ")) }, len(o.Platforms) > 0},
		{"Command that starts it, {port} is filled in (empty: it is running already): ", false, func(s string) { o.Exec = s }, o.Exec != ""},
		{"URL that gets the callbacks; {port}, {platform} and {event} are filled in: ", true, func(s string) { o.Receivers = strings.Fields(s) }, false},
		{"Events that it takes (empty: all of the catalogue): ", false, func(s string) { o.Events = strings.Fields(strings.ReplaceAll(s, ",", " ")) }, len(o.Events) > 0},
		{"Environment variable with the client secret, for a platform that signs (empty: none): ", false, func(s string) { o.SecretEnv = strings.Fields(s) }, len(o.SecretEnv) > 0},
		{"How it is made to register its hooks: start, POST URL or GET URL (empty: it does not, or when it starts): ", false, func(s string) { o.Register = s }, o.Register != ""},
		{"URL of its state as JSON, where effects are seen (empty: none): ", false, func(s string) { o.Probe = s }, o.Probe != ""},
	} {
		if q.skip {
			continue
		}
		_, _ = fmt.Fprint(p.stderr, q.question) // whoever cannot read it will not answer
		said := ""
		if answers.Scan() {
			said = strings.TrimSpace(answers.Text())
		}
		if !isTerminal(p.stderr) || said == "" {
			_, _ = fmt.Fprintln(p.stderr) // the answer has not ended the line
		}
		if said == "" && q.needed {
			return errors.New("init needs a platform and the URL of the receiver; answer, or give --platform and --receiver")
		}
		if said != "" {
			q.take(said)
		}
	}
	return nil
}

func chosen(names []string) (list []*mockplatforms.Platform, err error) {
	if len(names) == 0 {
		return all.Platforms(), nil
	}
	for _, name := range names {
		platform, err := platformNamed(name)
		if err != nil {
			return nil, err
		}
		list = append(list, platform)
	}
	return list, nil
}

// file is hookdrill.yaml for what is known of the receiver. It is read again, as a run will.
func (o *initOptions) file(platforms []*mockplatforms.Platform) (string, error) {
	r := config.Receiver{
		Events: o.Events, Command: o.Exec, Register: o.Register, LooksUp: o.LooksUp, Ready: config.Ready{URL: o.WaitFor},
		Probe: config.Probe{URL: o.Probe, Path: o.ProbePath}, Env: mapped(o.Env, ""), Secrets: mapped(o.SecretEnv, platforms[0].Name), Settings: mapped(o.Settings, ""),
	}
	for _, platform := range platforms {
		r.Platforms = append(r.Platforms, platform.Name)
	}
	r.URLs = map[string]string{}
	for _, text := range o.Receivers {
		if name, url := steps.SplitReceiver(text); name != "" {
			r.URLs[name] = url
		} else {
			r.URL = url
		}
	}
	text, err := yaml.Marshal(config.File{Receivers: map[string]config.Receiver{o.name: r}, Features: []string{builtinSource, filepath.Dir(firstFeature)}})
	if err != nil {
		return "", ourFault(err)
	}
	written := "# yaml-language-server: $schema=https://raw.githubusercontent.com/hookdrill/hookdrill/main/steps/config/hookdrill.schema.json\n" +
		"# `hookdrill config` prints what comes of it; a flag wins over the environment, that over this file.\n" + string(text)
	_, err = config.Parse(config.Name, []byte(written))
	return written, err
}

// mapped reads NAME=VALUE; a value without a name has the one that is given.
func mapped(list []string, name string) map[string]string {
	m := map[string]string{}
	for _, text := range list {
		if key, value, ok := strings.Cut(text, "="); ok {
			m[key] = value
		} else {
			m[name] = text
		}
	}
	return m
}

// plainest is the shortest event whose name holds a word, or the first.
func plainest(events []string, word string) string {
	found := events[0]
	for _, event := range events {
		if strings.Contains(event, word) && (!strings.Contains(found, word) || len(event) < len(found)) {
			found = event
		}
	}
	return found
}

// featureFor is a feature to begin with, about the first event of a platform.
func featureFor(platform *mockplatforms.Platform, taken []string) (string, error) {
	set, err := fixtures.Builtin()
	if err != nil {
		return "", ourFault(err)
	}
	events := slices.DeleteFunc(set.Events(platform.Name), func(event string) bool { return len(taken) > 0 && !slices.Contains(taken, event) })
	if len(events) == 0 {
		return "", fmt.Errorf("--event: %s has none of the events %q (hookdrill list events shows those that it has)", platform.Title, taken)
	}
	event := plainest(events, "customer")
	return fmt.Sprintf(`@%s @must
Feature: What our receiver promises

  Scenario: A callback is acknowledged, also the second time
    Given a %s store
    And a hook for "%s"
    When a new "%s" happens
    Then the receiver acknowledges it
    When the same callback is sent again
    Then the receiver acknowledges it
`, platform.Name, platform.Title, event, event), nil
}
