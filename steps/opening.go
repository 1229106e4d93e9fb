package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
	"github.com/hookdrill/hookdrill/steps/target"
)

// openReceiver opens the platforms' addresses, and then the receiver, which may call them as soon as it starts.
func (o Options) openReceiver(ctx context.Context, opened *Opened) error {
	spec := o.Spec
	if err := o.urls(opened, &spec); err != nil {
		return err
	}
	if o.Seed != "" {
		opened.Notices = append(opened.Notices, fmt.Sprintf("ids derive from --seed %s: a receiver that remembers those of an earlier run with it takes this run's callbacks for repeats; leave --seed out for new ones", o.Seed))
	} else {
		opened.Seed = strconv.FormatInt(time.Now().UnixNano(), 36)
	}
	listeners, err := o.listeners(opened)
	if err != nil {
		return err
	}
	spec.Env = slices.Clone(o.Env)
	opened.Notices = append(opened.Notices, o.exampleSecrets(opened)...)
	values := map[string]string{}
	for _, p := range opened.Platforms {
		values[p.Name+".url"] = listeners[p.Name].URL
		for _, v := range p.Vars(opened.account(p)) {
			values[p.Name+"."+v.Name] = v.Value
		}
	}
	spec.Expand = expander(values)
	told := toldOf(spec, listeners)
	assumed := spec.Register == "" && spec.Exec != "" && len(told) > 0 // it may want the URL for lookups alone
	switch {
	case assumed:
		spec.Register = "start"
	case spec.Register == "none": // it was told for what it looks up
		spec.Register = ""
	}
	t, err := target.Open(ctx, spec)
	if err != nil {
		return err
	}
	opened.Setup.Receiver, opened.Receiver, opened.Listeners = Shared(t, listeners), t.Name, listeners
	closeListeners := opened.Close
	opened.Close = func() {
		_ = t.Close() // what does not end is killed
		closeListeners()
	}
	if spec.Exec != "" && spec.Register == "start" {
		arrive(ctx, slices.Collect(maps.Values(told)), startQuiet(spec.Quiet), spec.Tell)
	}
	if assumed {
		opened.heed(listeners)
	}
	return steady(ctx, t)
}

// arriving bounds how long a receiver that registers when it starts is waited for.
const arriving = 30 * time.Second

// toldOf are the listeners of the platforms that a command is told of.
func toldOf(spec target.Spec, listeners map[string]*engine.Listener) map[string]*engine.Listener {
	words := strings.Join(append(slices.Clone(spec.Env), spec.Exec), " ")
	told := maps.Clone(listeners)
	maps.DeleteFunc(told, func(name string, _ *engine.Listener) bool { return !strings.Contains(words, "{"+name+".url}") })
	return told
}

// arrive waits until a receiver that registers when it starts has done so: what it asks for is not to be taken for a part of the
// first scenario. It may take its time to begin.
func arrive(ctx context.Context, told []*engine.Listener, quiet time.Duration, tell target.Tell) {
	began := time.Now()
	bound, cancel := context.WithTimeout(ctx, silences(arriving, quiet))
	defer cancel()
	defer tell.While("the receiver to register its hooks", silences(arriving, quiet))()
	var waiting sync.WaitGroup
	for _, l := range told {
		waiting.Go(func() {
			j := l.Using().Journal
			first, stop := context.WithTimeout(bound, usualPatience)
			defer stop()
			j.Await(first, 0, func(list []journal.Entry) bool { return len(list) > 0 })
			still(ctx, ends(bound), j, began, quiet)
		})
	}
	waiting.Wait()
}

// SplitReceiver takes PLATFORM=URL apart. Of a URL alone, which may have a = of its own, the platform is "".
func SplitReceiver(text string) (platform, url string) {
	name, url, ok := strings.Cut(text, "=")
	if !ok || strings.ContainsAny(name, ":/{") {
		return "", text
	}
	return name, url
}

// urls reads the URLs of the callbacks: one for all platforms, or PLATFORM=URL for each.
func (o Options) urls(opened *Opened, spec *target.Spec) error {
	spec.Receivers = map[string]string{}
	for _, text := range o.Receivers {
		name, url := SplitReceiver(text)
		if name == "" {
			if spec.Receiver != "" {
				return errors.New("--receiver is given twice: write PLATFORM=URL for each platform")
			}
			spec.Receiver = text
			continue
		}
		p, err := opened.platformIn("--receiver", name, "PLATFORM=URL")
		if err != nil {
			return err
		}
		spec.Receivers[p.Name] = url
	}
	for _, p := range opened.Platforms {
		alone := len(opened.Platforms) == 1 || strings.Contains(spec.Receiver, "{platform}")
		switch {
		case spec.Receivers[p.Name] != "" || spec.Receiver != "" && alone:
		case spec.Receiver == "":
			return fmt.Errorf("--receiver has no URL for %s: name the platforms that play with --platform", p.Title)
		default:
			return errors.New("--receiver is one URL: name its platform with --platform, put {platform} into the URL, or write PLATFORM=URL for each")
		}
	}
	return nil
}

// exampleSecrets says which platforms sign with a secret that the receiver may not know.
func (o Options) exampleSecrets(opened *Opened) (notices []string) {
	for _, p := range opened.Platforms {
		told := slices.ContainsFunc(o.Env, func(e string) bool { return strings.Contains(e, "{"+p.Name+".secret}") })
		if p.Sign != nil && opened.account(p).Secret == p.Account.Secret && !told {
			notices = append(notices, p.Title+" signs with the secret of its example account, which this receiver was not told; one that checks signatures refuses everything (--secret-env)")
		}
	}
	return notices
}

// A state is looked at before a run for longer than the second in which clocks are shown, and again a few times: what a
// receiver does when it starts may show there, and comes to an end.
const (
	steadyFor   = 1100 * time.Millisecond
	steadyLooks = 4
)

// steady refuses a state that goes on changing while nothing is sent: every callback would seem to have an effect.
func steady(ctx context.Context, t *target.Target) error {
	if t.Look == nil {
		return nil
	}
	before, err := t.Look(ctx)
	difference := ""
	for look := 0; look < steadyLooks && err == nil; look++ {
		if err = samplereceiver.Wait(ctx, steadyFor); err != nil {
			break
		}
		var after []byte
		if after, err = t.Look(ctx); err == nil && expect.Equal(before, after) {
			return nil
		}
		before, difference = after, expect.Diff(before, after)
	}
	if err != nil {
		return err
	}
	return fmt.Errorf("the state that --probe shows changes by itself, so no effect can be seen in it; --probe-path names the part that counts:\n%s", difference)
}

// listeners opens an address for each platform. An engine of its own stands behind it before the first scenario does.
func (o Options) listeners(opened *Opened) (map[string]*engine.Listener, error) {
	addresses := map[string]string{}
	for _, text := range o.Listen {
		name, address, _ := strings.Cut(text, "=") // as Prepare has found
		p, err := opened.platformIn("--listen", name, "PLATFORM=127.0.0.1:4011")
		if err != nil {
			return nil, err
		}
		addresses[p.Name] = address
	}
	listen := engine.Listen
	if o.CAFile != "" {
		ca, err := Authority(o.CAFile, opened.Platforms, addresses)
		if err != nil {
			return nil, err
		}
		listen = func(address string) (*engine.Listener, error) { return engine.ListenTLS(address, ca) }
	}
	listeners := map[string]*engine.Listener{}
	opened.Close = func() {
		for _, l := range listeners {
			_ = l.Close() // the run is over
		}
	}
	for _, p := range opened.Platforms {
		address := addresses[p.Name]
		if address == "" {
			address = "127.0.0.1:0"
		}
		l, err := listen(address)
		if err != nil {
			return nil, err
		}
		account := opened.account(p)
		lobby, err := engine.New(engine.Options{Platform: p, Fixtures: opened.Fixtures, Account: &account, Settings: opened.Settings[p.Name]})
		if err != nil {
			return nil, err
		}
		l.Use(lobby)
		listeners[p.Name] = l
	}
	return listeners, nil
}
