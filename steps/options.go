package steps

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/steps/target"
)

// Options say which receiver is under test and how it is reached. They are the flags of `hookdrill run`, and the
// environment variables HOOKDRILL_RECEIVER, … of both `hookdrill run` and `go test`.
type Options struct {
	target.Spec
	Config        string         // hookdrill.yaml; "": the nearest
	Use           string         // which of its receivers is under test; "": the only one
	Events        []string       // that the receiver takes; none: all of the catalogue
	Platforms     []string       // names; none: all of them
	Fixtures      []string       // folders in front of the built-in fixtures
	Settings      []string       // NAME.SWITCH=VALUE
	Accounts      []string       // NAME.FIELD=VALUE
	Receivers     []string       // URL of the callbacks, or PLATFORM=URL; or config.Sample: the sample receiver
	SecretEnv     []string       // the environment variable that holds the client secret of the one platform, or PLATFORM=VARIABLE
	Narrowed      Narrowed       // what the project asks beyond the platforms' contracts
	Known         []KnownFailure // scenarios that are known to fail
	Listen        []string       // NAME=ADDRESS of a platform's API
	CAFile        string         // where the certificate goes of the authority that the platforms' https has; "": they speak http
	HookHeaders   []string       // "Name: value"
	Seed          string
	Patience      time.Duration
	AnswerTimeout time.Duration
	Limit         time.Duration
	Bug           string // of the sample receiver
	InProcess     bool   // the sample receiver without sockets
}

// Flags defines a flag for each option. Every flag NAME-NAME has an environment variable HOOKDRILL_NAME_NAME; see FromEnv.
func (o *Options) Flags(f *pflag.FlagSet) {
	f.StringVar(&o.Config, "config", "", "`FILE` that describes the receivers; default hookdrill.yaml here or in a folder above")
	f.StringVar(&o.Use, "use", "", "which of its receivers is under test, by `NAME`; default the only one")
	f.StringSliceVar(&o.Platforms, "platform", nil, "play only this `NAME` (may be given several times; default all)")
	f.StringArrayVar(&o.Receivers, "receiver", nil, "`URL` that gets the callbacks, or PLATFORM=URL for each; {event} and {platform} are filled in; or sample, the receiver that hookdrill brings, which is the default without hookdrill.yaml and where CI is not set")
	f.StringVar(&o.Exec, "exec", "", "`COMMAND` that is the receiver, started on a free {port}")
	f.StringArrayVar(&o.Env, "env", nil, "`NAME=VALUE` for the command; {port}, {PLATFORM.url}, {bigcommerce.token} … are filled in")
	f.StringVar(&o.WaitFor, "wait-for", "", "`URL` that answers 2xx when the receiver is ready; default its port accepts connections")
	f.DurationVar(&o.WaitTimeout, "wait-timeout", 30*time.Second, "how long the receiver may take to be ready")
	f.StringVar(&o.Probe, "probe", "", "`URL` of the receiver's state, as JSON: effects are seen there")
	f.StringVar(&o.ProbePath, "probe-path", "", "gjson `PATH` of the part of the state that counts")
	f.StringVar(&o.Register, "register", "", "how the receiver is made to register its hooks: \"start\", \"POST `URL`\" (or GET, PUT, PATCH), or \"none\" if it does not; default start, if --env tells it the platform's url and it then asks for a hook")
	f.BoolVar(&o.LooksUp, "looks-up", false, "the receiver fetches from the platform what a callback names")
	f.DurationVar(&o.Quiet, "quiet", 100*time.Millisecond, "how long the receiver may go on working after it has answered; after a start five times that, a second more at most")
	f.StringSliceVar(&o.AllowHosts, "allow-host", nil, "`HOST` beyond loopback that callbacks may go to")
	f.StringSliceVar(&o.Events, "event", nil, "the receiver takes only this `EVENT` (may be given several times); default the whole catalogue")
	f.StringArrayVar(&o.Fixtures, "fixtures", nil, "`FOLDER` of fixtures in front of the built-in ones")
	f.StringArrayVar(&o.Settings, "set", nil, "`PLATFORM.SWITCH=VALUE`; `hookdrill list platforms` shows the switches. PLATFORM.RESOURCE.PATH=VALUE, as in bigcommerce.order.status_id=10, is a value of what is looked up")
	f.StringArrayVar(&o.Accounts, "account", nil, "`PLATFORM.FIELD=VALUE` of the account: store, number, client, secret or token")
	f.StringArrayVar(&o.SecretEnv, "secret-env", nil, "environment `VARIABLE` that holds the client secret which callbacks are signed with, or PLATFORM=VARIABLE for each")
	f.StringArrayVar(&o.Listen, "listen", nil, "`PLATFORM=ADDRESS` of the platform's API; default a free port on 127.0.0.1")
	f.StringVar(&o.CAFile, "ca-file", "", "the platforms speak https; `PATH` gets the certificate of their authority, for NODE_EXTRA_CA_CERTS and the like")
	f.StringArrayVar(&o.HookHeaders, "hook-header", nil, "`\"Name: value\"` that callbacks of given hooks carry, for receivers that check one")
	f.StringVar(&o.Seed, "seed", "", "ids that scenarios make derive from it, so that a run can be repeated; a receiver that has seen them takes them for repeats; default new each time and printed, and 1 for the sample receiver")
	f.DurationVar(&o.Patience, "timeout", 0, "how long a scenario waits for an effect; default 5s, for the sample receiver 500ms")
	f.DurationVar(&o.AnswerTimeout, "answer-timeout", 0, "how long an answer to a callback may take; default the platform's own")
	f.DurationVar(&o.Limit, "scenario-timeout", limit, "how long a scenario may take; what is not done by then has failed")
	f.StringVar(&o.Bug, "bug", "", "switch this `BUG` of the sample receiver on; `hookdrill list bugs` shows them")
	f.BoolVar(&o.InProcess, "in-process", false, "the sample receiver without sockets")
}

// Opened is a setup with what was opened for it.
type Opened struct {
	*Setup
	Receiver string   // the receiver in words
	Notices  []string // where the run is laxer than the platforms
	Secrets  []string // what reports must not show
	Close    func()

	// Listeners are where a receiver that is reached from outside finds the platforms, by name.
	Listeners map[string]*engine.Listener

	Bug func(name string) (Receiver, error) // the sample receiver with another bug; nil where it is not the one under test
}

// Open makes the setup that the options describe, with its receiver. The platforms are those that there are; the error is
// a misuse, or a *target.Unreachable. What was opened until then is to be closed.
func (o Options) Open(ctx context.Context, platforms []*mockplatforms.Platform) (*Opened, error) {
	opened, err := o.Prepare(platforms)
	if err != nil {
		return nil, err
	}
	if err := o.CheckReceiver(opened); err != nil {
		return opened, err
	}
	if o.TestsSample() {
		return opened, o.openSample(opened)
	}
	return opened, o.openReceiver(ctx, opened)
}

// Prepare makes the setup but for its receiver: nothing is opened or started. The error is a misuse.
func (o Options) Prepare(platforms []*mockplatforms.Platform) (*Opened, error) {
	if err := errors.Join(mockplatforms.Validate(platforms), o.times(), o.hosts(), o.twice(), o.listens()); err != nil {
		return nil, err
	}
	setup := &Setup{
		Platforms: platforms, Narrowed: o.Narrowed, Patience: o.Patience, AnswerTimeout: o.AnswerTimeout, Limit: o.Limit, Seed: o.Seed,
		Settings: map[string]map[string]string{}, Accounts: map[string]mockplatforms.Account{},
		learnt: &learnt{}, inert: newInert(),
	}
	opened := &Opened{Setup: setup, Close: func() {}, Receiver: o.Subject()}
	var err error
	if setup.Platforms, err = o.platforms(setup); err != nil {
		return nil, err
	}
	if setup.Fixtures, err = o.fixtures(); err != nil {
		return nil, err
	}
	if err := errors.Join(o.events(setup), o.settings(setup), o.accounts(setup), o.hookHeaders(setup)); err != nil {
		return nil, err
	}
	opened.Notices, opened.Secrets = notices(setup), o.secrets(setup)
	return opened, nil
}

// hosts finds those that cannot be allowed.
func (o Options) hosts() error {
	var wrong []error
	for _, host := range o.AllowHosts {
		if err := delivery.Refused(host); err != nil {
			wrong = append(wrong, fmt.Errorf("--allow-host: %w", err))
		}
	}
	for _, f := range []struct{ flag, text string }{
		{"receiver", o.Receiver}, {"receiver", strings.Join(o.Receivers, " ")}, {"wait-for", o.WaitFor}, {"probe", o.Probe}, {"register", o.Register},
	} {
		for _, word := range strings.Fields(f.text) { // PLATFORM=URL, POST URL
			_, rest, _ := strings.Cut(strings.ReplaceAll(word, "{port}", "1"), "://")
			if u, err := url.Parse("http://" + rest); err == nil {
				if err := delivery.Refused(u.Hostname()); err != nil {
					wrong = append(wrong, fmt.Errorf("--%s: %w", f.flag, err))
				}
			}
		}
	}
	return errors.Join(wrong...)
}

// listens finds addresses at which listening is not possible.
func (o Options) listens() error {
	var wrong []error
	for _, text := range o.Listen {
		platform, address, ok := strings.Cut(text, "=")
		if !ok {
			wrong = append(wrong, target.Misshapen("--listen", "PLATFORM=127.0.0.1:4011"))
		} else if err := engine.CheckAddress(address); err != nil {
			wrong = append(wrong, fmt.Errorf("--listen %s: %w", platform, err))
		}
	}
	return errors.Join(wrong...)
}

// twice finds what is said of one thing twice, and differs: only the last would count. It repeats no value, as they may be secrets.
func (o Options) twice() error {
	var wrong []error
	for _, list := range []struct {
		flag  string
		given []string
	}{
		{"receiver", o.Receivers}, {"env", o.Env}, {"set", o.Settings}, {"account", o.Accounts}, {"secret-env", o.SecretEnv}, {"listen", o.Listen},
	} {
		first := map[string]string{}
		for _, text := range list.given {
			key, _, ok := strings.Cut(text, "=")
			if list.flag == "receiver" {
				key, _ = SplitReceiver(text)
				ok = key != ""
			}
			if list.flag != "env" {
				key = strings.ToLower(key) // a platform's
			}
			if before, there := first[key]; ok && there && before != text {
				wrong = append(wrong, fmt.Errorf("--%s %s is given twice, with different values; give it once", list.flag, key))
			}
			first[key] = text
		}
	}
	return errors.Join(wrong...)
}

// longestTime is more than anybody waits for a receiver, and far from what a computation with times can hold.
const longestTime = 24 * time.Hour

// times finds those that run backwards, or last too long.
func (o Options) times() error {
	var wrong []error
	for _, t := range []struct {
		flag  string
		given time.Duration
	}{
		{"wait-timeout", o.WaitTimeout}, {"quiet", o.Quiet}, {"timeout", o.Patience}, {"answer-timeout", o.AnswerTimeout}, {"scenario-timeout", o.Limit},
	} {
		switch {
		case t.given < 0:
			wrong = append(wrong, fmt.Errorf("--%s %s: a time cannot run backwards; give it 0 or more", t.flag, t.given))
		case t.given > longestTime:
			wrong = append(wrong, fmt.Errorf("--%s %s: nobody waits that long; give it %s at most", t.flag, t.given, longestTime))
		}
	}
	return errors.Join(wrong...)
}

func (o Options) platforms(setup *Setup) ([]*mockplatforms.Platform, error) {
	if len(o.Platforms) == 0 {
		return setup.Platforms, nil
	}
	var chosen []*mockplatforms.Platform
	for _, name := range o.Platforms {
		p, err := setup.platform(name)
		if err != nil {
			return nil, err
		}
		if !slices.Contains(chosen, p) {
			chosen = append(chosen, p)
		}
	}
	return chosen, nil
}

func (o Options) fixtures() (*fixtures.Set, error) {
	if len(o.Fixtures) == 0 {
		return fixtures.Builtin()
	}
	var layers []fixtures.Layer
	for _, dir := range o.Fixtures {
		if info, err := os.Stat(dir); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("--fixtures %s is not a folder", dir)
		}
		layers = append(layers, fixtures.Layer{FS: os.DirFS(dir), Dir: dir})
	}
	return fixtures.New(layers...)
}

// events checks that those which the receiver takes are events of a platform that plays.
func (o Options) events(setup *Setup) error {
	var all []string
	for _, p := range setup.Platforms {
		all = append(all, setup.Fixtures.Events(p.Name)...)
	}
	for _, event := range o.Events {
		if !slices.Contains(all, event) {
			return fmt.Errorf("--event %q: no platform that plays has this event%s (hookdrill list events shows them)", event, fixtures.Hint(event, all))
		}
	}
	setup.Events = o.Events
	return nil
}

// assignment reads PLATFORM.KEY=VALUE.
func (s *Setup) assignment(flag, text string) (p *mockplatforms.Platform, key, value string, err error) {
	left, value, ok := strings.Cut(text, "=")
	name, key, dotted := strings.Cut(left, ".")
	shape := "PLATFORM.NAME=VALUE"
	if flag == "--set" {
		shape += " or PLATFORM.RESOURCE.PATH=VALUE"
	}
	if !ok || !dotted {
		return nil, "", "", target.Misshapen(flag, shape)
	}
	p, err = s.platformIn(flag, name, shape)
	return p, key, value, err
}

func (o Options) settings(setup *Setup) error {
	for _, text := range o.Settings {
		p, key, value, err := setup.assignment("--set", text)
		if err != nil {
			return err
		}
		if err := p.CheckSetting(setup.Fixtures, key, value); err != nil {
			return err
		}
		if setup.Settings[p.Name] == nil {
			setup.Settings[p.Name] = map[string]string{}
		}
		setup.Settings[p.Name][key] = value
	}
	return nil
}

func (o Options) accounts(setup *Setup) error {
	given := slices.Clone(o.Accounts)
	for _, text := range o.SecretEnv {
		name, variable, ok := strings.Cut(text, "=")
		if !ok {
			name, variable = setup.Platforms[0].Name, text
		}
		secret := os.Getenv(variable)
		if secret == "" {
			return NoVariable("--secret-env", variable)
		}
		if !ok && len(setup.Platforms) != 1 {
			return fmt.Errorf("--secret-env is the secret of one platform; name it with --platform, or write PLATFORM=VARIABLE")
		}
		given = append(given, name+".secret="+secret)
	}
	for _, text := range given {
		p, key, value, err := setup.assignment("--account", text)
		if err != nil {
			return err
		}
		a, ok := setup.Accounts[p.Name]
		if !ok {
			a = p.Account
		}
		field, ok := map[string]*string{
			"store": &a.Store, "number": &a.Number, "client": &a.Client, "secret": &a.Secret, "token": &a.Token,
		}[key]
		if !ok {
			names := []string{"store", "number", "client", "secret", "token"}
			return fmt.Errorf("--account: an account has no %q%s (it has %q)", key, fixtures.Hint(key, names), names)
		}
		*field = value
		setup.Accounts[p.Name] = a
	}
	return nil
}

func (o Options) hookHeaders(setup *Setup) error {
	for _, text := range o.HookHeaders {
		name, value, ok := strings.Cut(text, ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return target.Misshapen("--hook-header", `"Name: value"`)
		}
		field := fixtures.Field{Name: name, Value: strings.TrimSpace(value)}
		if field.Check() != nil {
			return errors.New("--hook-header: a name holds only letters, digits and !#$%&'*+-.^_`|~, and a value no line break and no other control character; one that was given is not so (it is not shown: it may be a secret)")
		}
		if err := field.SendableBeside(setup.HookHeaders); err != nil {
			return fmt.Errorf("--hook-header: %w", err)
		}
		setup.HookHeaders = append(setup.HookHeaders, field)
	}
	return nil
}

func notices(setup *Setup) (list []string) {
	for _, p := range setup.Platforms {
		for _, s := range p.Switches {
			if value, set := setup.Settings[p.Name][s.Name]; s.Notice != "" && (!set || value == s.Values[0]) {
				list = append(list, s.Notice+fmt.Sprintf(" (--set %s.%s=%s)", p.Name, s.Name, s.Values[1]))
			}
		}
		for _, f := range setup.HookHeaders {
			if p.Signs(setup.account(p), f.Name) {
				list = append(list, fmt.Sprintf("--hook-header %s: %s sets this field itself when it signs, so what was given is not sent", f.Name, p.Title))
			}
		}
	}
	return list
}

func (s *Setup) account(p *mockplatforms.Platform) mockplatforms.Account {
	if a, ok := s.Accounts[p.Name]; ok {
		return a
	}
	return p.Account
}
