package steps

import (
	"context"
	"net/http"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/target"
)

// Handler has every scenario talk to a receiver of its own in this process, made anew each time: over sockets, or
// without any, which is faster and needs no port. Verdicts are the same both ways.
func Handler(make target.Make, sockets bool) Receiver {
	return Receiver{Open: func(_ context.Context, e *engine.Engine) (*target.Target, error) {
		return target.OpenHandler(make, []target.Platform{platformOf(e)}, sockets)
	}}
}

// Simple makes a receiver of a plain http.Handler that is shared by all scenarios; callbacks go to a path of it, in
// which {event} is filled in.
func Simple(h http.Handler, path string) target.Make {
	return func(target.World) (target.Receiver, error) {
		return target.Receiver{Handler: h, Paths: target.PathTemplate(path)}, nil
	}
}

func platformOf(e *engine.Engine) target.Platform {
	hear := func(word string) {
		e.Journal.Append(journal.Entry{Kind: journal.Word, Platform: e.Platform.Name, At: time.Now(), Virtual: e.Clock.Now(), Text: word})
	}
	return target.Platform{Name: e.Platform.Name, Hosts: e.Platform.Hosts, Handler: e, Vars: Vars(e), Hear: hear}
}

// Vars is what a platform tells its receivers about the account: "token", "secret", …
func Vars(e *engine.Engine) map[string]string {
	vars := map[string]string{}
	for _, f := range e.Platform.Vars(e.State.Accounts()[0]) {
		vars[f.Name] = f.Value
	}
	return vars
}

// Shared has all scenarios talk to one receiver. The listeners are where it reaches the platforms, by name; each
// scenario's engine stands behind its platform's. Behind the others stand those that they have now: what an earlier
// scenario had its platform refuse would hold the receiver up. A receiver that has ended is started again for the next
// scenario.
func Shared(t *target.Target, listeners map[string]*engine.Listener) Receiver {
	idle := map[string]*engine.Engine{}
	for name, l := range listeners {
		idle[name] = l.Using()
	}
	shared := &mortal{Target: t}
	return Receiver{Alone: true, shared: shared, Open: func(ctx context.Context, e *engine.Engine) (*target.Target, error) {
		pointTo(e, t)
		for name, l := range listeners {
			if name == e.Platform.Name {
				l.Use(e)
			} else {
				l.Use(idle[name])
			}
		}
		if err := shared.reopen(ctx); err != nil {
			return nil, err
		}
		lent := *t
		lent.Close = nil // it outlives the scenario
		return &lent, nil
	}}
}

// pointTo says where callbacks go whose registration has no word for it. It comes before the receiver can call the engine.
func pointTo(e *engine.Engine, t *target.Target) {
	if e.State.Accounts()[0].Target == "" {
		e.State.SetTarget(t.URL(e.Platform.Name, "callback"))
	}
}

// Masked gives the values that reports must not show: what Vars calls a token, a secret or a password.
func Masked(vars []fixtures.Field) (secrets []string) {
	for _, f := range vars {
		switch f.Name {
		case "token", "secret", "password":
			if f.Value != "" { // which stands between any two letters
				secrets = append(secrets, f.Value)
			}
		}
	}
	return secrets
}
