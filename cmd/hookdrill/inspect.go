package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/inspector"
	"github.com/hookdrill/hookdrill/steps/report"
)

// inspectorOptions are the flags of the inspector, in serve and in run.
type inspectorOptions struct{ tokenEnv, folder string }

func (o *inspectorOptions) inspectorFlags(f *pflag.FlagSet) {
	f.StringVar(&o.tokenEnv, "token-env", "", "`VARIABLE` of the environment with the token that the inspector asks for; it has to be given to listen beyond loopback")
	f.StringVar(&o.folder, "keep-in", "hookdrill", "`FOLDER` for what the inspector keeps: features, and below it fixtures")
}

// shortestToken is what cannot be guessed by trying.
const shortestToken = 16

// token reads the token of the inspector out of the environment.
func (p *program) token(variable string) (string, error) {
	if variable == "" {
		return "", nil
	}
	token := p.env(variable)
	if len(token) < shortestToken {
		if token == "" {
			return "", steps.NoVariable("--token-env", variable)
		}
		return "", fmt.Errorf("--token-env: the variable holds less than %d characters; `openssl rand -hex 16` makes a good token", shortestToken)
	}
	return token, nil
}

// inspector makes one about what was opened. It is not listening yet. The command is that of inspector.Options.
func (p *program) inspector(o inspectorOptions, title string, opened *steps.Opened, command func(journal.Entry) string) (*inspector.Inspector, error) {
	token, err := p.token(o.tokenEnv)
	if err != nil {
		return nil, err
	}
	return inspector.New(inspector.Options{
		Title: title, Version: version(), Platforms: opened.Platforms, Fixtures: opened.Fixtures, Seed: opened.Seed,
		Mask: report.Mask(append(slices.Clone(opened.Secrets), token)), Token: token, Folder: o.folder, Command: command,
	}), nil
}

// inspect has an inspector hear of a run too, if it was asked for; otherwise it gives none.
func (p *program) inspect(h *heldRun, opened *steps.Opened, o *steps.RunOptions) (*inspector.Inspector, error) {
	if h.options.inspect == "" {
		return nil, nil
	}
	i, err := p.inspector(h.options.inspectorOptions, "hookdrill run: "+opened.Receiver, opened, func(journal.Entry) string { return strings.Join(p.asGiven(h.flags), " ") })
	if err != nil {
		return nil, err
	}
	i.Scenarios = h.plan.total
	begin, exchange, each := o.Begin, o.Exchange, o.Each
	o.Begin = func(name string) { i.Begin(name); begin(name) }
	o.Exchange = func(of string, e journal.Entry) { i.Exchange(of, e); exchange(of, e) }
	o.Each = func(s report.Scenario) { i.Scenario(s); each(s) }
	if err := i.Listen(h.options.inspect); err != nil {
		return nil, cannotListen("--inspect", h.options.inspect, err)
	}
	p.talk("the inspector is at %s", i.URL)
	return i, nil
}

// checkInspect finds before a run that its inspector cannot be served.
func (o *runOptions) checkInspect(args []string) error {
	if o.inspect == "" {
		return nil
	}
	for _, arg := range args {
		if host, err := engine.HostOf(arg); err == nil && (host == "localhost" || net.ParseIP(host) != nil) {
			return fmt.Errorf("no feature file or folder %q; an address is given as --inspect=%s", arg, arg)
		}
	}
	if o.watch {
		return errors.New("--inspect and --watch do not go together: the inspector stays with one run")
	}
	if _, err := engine.HostOf(o.inspect); err != nil {
		return fmt.Errorf("--inspect: %w", err)
	}
	return nil
}

// stay keeps the receiver and the inspector when the run is over, for a person to look and to play the platforms by hand,
// until somebody ends it.
func (p *program) stay(ctx context.Context, i *inspector.Inspector, opened *steps.Opened) error {
	var stores []inspector.Store
	for _, platform := range opened.Platforms {
		e, t, err := opened.Stage(ctx, platform, opened.Seed, func(e journal.Entry) { i.Exchange("", e) })
		if err != nil {
			return err
		}
		defer func() {
			_ = e.Close() // we are ending
			if t.Close != nil {
				_ = t.Close()
			}
		}()
		stores = append(stores, inspector.Store{
			Platform: platform, Engine: e, Target: func(event string) string { return t.URL(platform.Name, event) },
			Anew: !opened.Setup.Receiver.Alone,
		})
	}
	for n, s := range stores { // each scenario has put those of the others away
		if l := opened.Listeners[s.Platform.Name]; l != nil {
			l.Use(s.Engine)
			stores[n].URL = l.URL
		}
	}
	i.Play(stores)
	p.talk("the run is over, and its reports are written; look at it, and play the platforms by hand, at %s; Ctrl-C ends", i.URL)
	<-ctx.Done()
	return nil
}
