package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/inspector"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// Where serve listens: the inspector, and the platforms behind it in the order of their list.
const (
	servedHost = "127.0.0.1"
	adminPort  = 4009
)

// serveOptions are the flags of `hookdrill serve`.
type serveOptions struct {
	steps.Options
	inspectorOptions
	admin, caFile, color string
	tls                  bool
	told                 []string // flags that a run of what the inspector keeps needs too
}

func (p *program) serveCommand() *cobra.Command {
	var o serveOptions
	cmd := &cobra.Command{
		Use: "serve", Short: "the platforms on fixed ports, until stopped", Args: noArguments,
		Long: fmt.Sprintf(`Plays the platforms on fixed loopback ports until it is stopped: %s.
Receivers register there and look things up. Hooks are kept until it stops. Each exchange is a line on stdout.

The inspector is a page at http://%s: it shows hooks and exchanges as they come, has events happen with values of yours,
sends callbacks again, switches faults on, lets time pass, and keeps a callback as a fixture with a feature that sends it.
"hookdrill send EVENT" has an event happen too.

Clients whose scheme is fixed need --tls: it makes a certificate authority for this run, writes its certificate to
--ca-file, and serves https for the platforms' real hosts, localhost, 127.0.0.1 and ::1. Have the client trust it by
SSL_CERT_FILE, NODE_EXTRA_CA_CERTS, REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE.`, fixedPorts(), fixed(adminPort)),
		RunE: func(cmd *cobra.Command, _ []string) error {
			cmd.Flags().Visit(func(f *pflag.Flag) {
				if slices.Contains([]string{"fixtures", "set", "secret-env", "allow-host"}, f.Name) {
					o.told = append(o.told, flagWords(f)...)
				}
			})
			return p.serve(cmd.Context(), &o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.admin, "admin", fixed(adminPort), "`ADDRESS` of the inspector, at which \"hookdrill send\" finds us too")
	o.inspectorFlags(f)
	f.BoolVar(&o.tls, "tls", false, "serve https, with a certificate authority of our own")
	f.StringVar(&o.caFile, "ca-file", "", "`PATH` to write the certificate of that authority to")
	f.StringVar(&o.color, "color", "auto", "`WHEN` to use colours: auto, always or never")
	f.AddFlagSet(only(&o.Options, "platform", "listen", "fixtures", "set", "account", "secret-env", "allow-host", "answer-timeout", "seed"))
	f.StringVar(&o.Receiver, "receiver", "", "`URL` of callbacks for which a registration names no target (Oliver POS); {platform} is filled in")
	f.Lookup("listen").Usage = "`PLATFORM=ADDRESS` of the platform's API in place of its fixed port"
	f.Lookup("seed").Usage = "ids that are made for send --new derive from it; default new each time"
	return cmd
}

func fixed(port int) string { return servedHost + ":" + strconv.Itoa(port) }

func fixedPorts() string {
	var list []string
	for i, p := range all.Platforms() {
		list = append(list, fmt.Sprintf("%s at %d", p.Name, adminPort+1+i))
	}
	return strings.Join(list, ", ")
}

// served is a platform at its address.
type served struct {
	platform *mockplatforms.Platform
	engine   *engine.Engine
	listener *engine.Listener
}

// serve is the whole command.
func (p *program) serve(ctx context.Context, o *serveOptions) error {
	color, err := p.colored(o.color, p.stdout)
	if err != nil {
		return err
	}
	if o.tls != (o.caFile != "") {
		return errors.New("--tls and --ca-file belong together: clients have to be told whom to trust")
	}
	if o.Receiver != "" {
		if err := target.CheckURL("--receiver", strings.NewReplacer("{platform}", "p", "{event}", "e").Replace(o.Receiver)); err != nil {
			return err
		}
	}
	opened, err := o.Prepare(all.Platforms())
	if err != nil {
		return err
	}
	p.conceal(given(opened)...)
	if opened.Seed == "" {
		opened.Seed = strconv.FormatInt(time.Now().UnixNano(), 36)
	}
	i, err := p.inspector(o.inspectorOptions, "hookdrill serve", opened, func(e journal.Entry) string {
		return strings.Join(append([]string{"hookdrill run --platform", e.Platform, "--receiver", quoted(e.Request.URL)}, o.told...), " ")
	})
	if err != nil {
		return err
	}
	list, err := o.open(opened, func(e journal.Entry) { i.Exchange("", e) })
	defer func() {
		for _, s := range list {
			_ = s.listener.Close() // we are ending
		}
	}()
	if err != nil {
		return err
	}
	var stores []inspector.Store
	for _, s := range list {
		stores = append(stores, inspector.Store{Platform: s.platform, Engine: s.engine, URL: s.listener.URL})
	}
	i.Play(stores)
	if err := i.Listen(o.admin); err != nil {
		return cannotListen("--admin", o.admin, err)
	}
	defer func() { _ = i.Close() }()
	p.introduce(list, opened, i, o.Receiver)
	return p.follow(ctx, list, traffic{mask: report.Mask(opened.Secrets), color: color})
}

// follow prints exchanges until the end.
func (p *program) follow(ctx context.Context, list []*served, t traffic) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	t.print = func(line string) {
		if err := p.show(line); err != nil {
			cancel(err)
		}
	}
	var followers sync.WaitGroup
	for _, s := range list {
		followers.Go(func() { t.follow(ctx, s.engine) })
		followers.Go(func() { live(ctx, s.engine) })
	}
	followers.Wait()
	var said *exit
	if errors.As(context.Cause(ctx), &said) {
		return said
	}
	return nil // being stopped is how it ends
}

// live lets the platform's time pass as ours does: what fails is tried again a minute later, and an hour.
func live(ctx context.Context, e *engine.Engine) {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	last := time.Now()
	for {
		select {
		case now := <-tick.C:
			_ = e.Pass(ctx, now.Sub(last), nil) // what comes of it is in the journal
			last = now
		case <-ctx.Done():
			return
		}
	}
}

// open makes the engines and opens their addresses. What was opened before an error is in the list.
func (o *serveOptions) open(opened *steps.Opened, recorded func(journal.Entry)) (list []*served, err error) {
	addresses, err := o.addresses(opened.Platforms)
	if err != nil {
		return nil, err
	}
	listen := engine.Listen
	if o.tls {
		ca, err := steps.Authority(o.caFile, opened.Platforms, addresses)
		if err != nil {
			return nil, err
		}
		listen = func(address string) (*engine.Listener, error) { return engine.ListenTLS(address, ca) }
	}
	for _, platform := range opened.Platforms {
		account, ok := opened.Accounts[platform.Name]
		if !ok {
			account = platform.Account
		}
		account.Target = strings.NewReplacer("{platform}", platform.Name, "{event}", "callback").Replace(o.Receiver)
		e, err := engine.New(engine.Options{
			Platform: platform, Fixtures: opened.Fixtures, Account: &account, Settings: opened.Settings[platform.Name],
			Timeout: o.AnswerTimeout, Seed: opened.Seed, Transport: delivery.Transport(o.AllowHosts...), Recorded: recorded,
		})
		if err != nil {
			return list, err
		}
		l, err := listen(addresses[platform.Name])
		if err != nil {
			return list, cannotListen("--listen "+platform.Name+"=ADDRESS", addresses[platform.Name], err)
		}
		l.Use(e)
		list = append(list, &served{platform, e, l})
	}
	return list, nil
}

// addresses are the fixed ones, unless --listen says otherwise.
func (o *serveOptions) addresses(platforms []*mockplatforms.Platform) (map[string]string, error) {
	addresses := map[string]string{}
	for i, p := range all.Platforms() {
		addresses[p.Name] = fixed(adminPort + 1 + i)
	}
	for _, text := range o.Listen {
		name, address, ok := strings.Cut(text, "=")
		known := slices.ContainsFunc(platforms, func(p *mockplatforms.Platform) bool { return p.Name == name })
		if !ok || !known {
			return nil, fmt.Errorf("%w%s", target.Misshapen("--listen", "PLATFORM=127.0.0.1:4011"), hintAtPlatform(name, platforms))
		}
		addresses[name] = address
	}
	return addresses, nil
}

// given are the secrets but for those of our examples, which whoever tries serve has to know.
func given(opened *steps.Opened) []string {
	var examples []string
	for _, platform := range opened.Platforms {
		examples = append(examples, steps.Masked(platform.Vars(platform.Account))...)
	}
	return slices.DeleteFunc(slices.Clone(opened.Secrets), func(s string) bool { return slices.Contains(examples, s) })
}

// introduce says where everything is, and with which credentials. One that the user has given is not shown.
func (p *program) introduce(list []*served, opened *steps.Opened, inspecting *inspector.Inspector, receiver string) {
	sending := ""
	if inspecting.URL != "http://"+fixed(adminPort) {
		sending = " --to " + inspecting.URL
	}
	if inspecting.Token != "" {
		sending += " --token-env VARIABLE"
	}
	for _, s := range list {
		var told []string
		for _, v := range s.platform.Vars(s.engine.State.Accounts()[0]) {
			told = append(told, v.Name+"="+v.Value)
		}
		p.talk("%-12s %s  %s", s.platform.Name, s.listener.URL, strings.Join(told, " "))
	}
	p.talk("%-12s %s  (open it in a browser; hookdrill send EVENT%s)", "inspector", inspecting.URL, sending)
	if receiver != "" {
		p.talk("callbacks of hooks without a target go to %s", receiver)
	}
	for _, notice := range opened.Notices {
		p.talk("notice: %s", notice)
	}
}
