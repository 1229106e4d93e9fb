package steps

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// asks are the requests that ask for hooks.
func asks(list []journal.Entry) (found []journal.Entry) {
	for _, e := range list {
		if e.Creates {
			found = append(found, e)
		}
	}
	return found
}

// registered waits until the hooks at the platform are as wanted, and gives them as they are in the end.
func (w *World) registered(ctx context.Context, wanted func([]mockplatforms.Hook) bool) ([]mockplatforms.Hook, []journal.Entry, error) {
	if w.engine == nil {
		return nil, nil, errNoStore
	}
	until, cancel := w.patience(ctx)
	defer cancel()
	entries, _ := w.engine.Journal.Await(until, 0, func([]journal.Entry) bool { return wanted(w.engine.State.Hooks.List()) })
	return w.engine.State.Hooks.List(), asks(entries), nil
}

func (w *World) registeredSome(ctx context.Context, n int) error {
	hooks, entries, err := w.registered(ctx, func(hooks []mockplatforms.Hook) bool { return len(hooks) >= n })
	if err != nil || len(hooks) >= n {
		return err
	}
	return &expect.Mismatch{
		Message: "the receiver's hooks do not stand at the platform", Want: fmt.Sprintf("at least %d", n),
		Got: fmt.Sprintf("%d: %q", len(hooks), eventsOf(hooks)), Entries: entries,
	}
}

func (w *World) registeredFor(ctx context.Context, event string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	covered := func([]mockplatforms.Hook) bool { return len(w.engine.Listeners(m)) > 0 }
	hooks, entries, err := w.registered(ctx, covered)
	if err != nil || covered(hooks) {
		return err
	}
	return &expect.Mismatch{
		Message: "the receiver has no hook for " + event, Want: "an active hook that covers it",
		Got: fmt.Sprintf("%q", eventsOf(hooks)), Entries: entries,
	}
}

func eventsOf(hooks []mockplatforms.Hook) []string {
	events := []string{}
	for _, h := range hooks {
		events = append(events, h.Event)
	}
	return events
}

// registeredOnce holds the hooks that stand to what was asked for, and to one of each.
func (w *World) registeredOnce(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	missing := func(hooks []mockplatforms.Hook) string {
		standing := map[string]bool{}
		for _, h := range hooks {
			standing[h.Event] = true
		}
		for _, e := range asks(w.engine.Journal.Since(0)) {
			for _, a := range w.asked(e) {
				if !standing[a.Event] {
					return a.Event
				}
			}
		}
		return ""
	}
	hooks, entries, err := w.registered(ctx, func(hooks []mockplatforms.Hook) bool { return len(hooks) > 0 && missing(hooks) == "" })
	if err != nil {
		return err
	}
	fail := func(message, want string) error {
		return &expect.Mismatch{Message: message, Want: want, Got: fmt.Sprintf("%q", eventsOf(hooks)), Entries: entries}
	}
	if len(entries) == 0 {
		return fail("the receiver asked for no hook", "at least one")
	}
	if event := missing(hooks); event != "" {
		return fail("the receiver asked for "+event+", was refused, and left it at that", "a hook for it in the end")
	}
	seen := map[string]bool{}
	for _, h := range hooks {
		key := h.Event + " " + h.Target
		if seen[key] {
			return fail("the hook for "+h.Event+" stands twice: each event will come twice", "one for each event and target")
		}
		seen[key] = true
	}
	return nil
}

func (w *World) asked(e journal.Entry) []mockplatforms.Ask {
	return w.platform.Asked(e.Request.Body, e.Response.Status, e.Response.Body)
}

func (w *World) askedOnlyRefused(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	w.settle(ctx)
	taken := map[string]bool{}
	for _, e := range asks(w.engine.Journal.Since(0)) {
		list := w.asked(e)
		for _, a := range list {
			if taken[a.Event] {
				return &expect.Mismatch{
					Message: "the receiver registers " + a.Event + " again although the platform has taken it",
					Want:    "only what was refused", Got: strings.TrimSpace(string(e.Request.Body)), Entries: []journal.Entry{e},
				}
			}
		}
		for _, a := range list {
			taken[a.Event] = taken[a.Event] || a.Accepted
		}
	}
	return nil
}

func (w *World) askedAtMost(ctx context.Context, n int) error {
	if w.engine == nil {
		return errNoStore
	}
	w.settle(ctx)
	entries := asks(w.engine.Journal.Since(w.mark))
	if len(entries) <= n {
		return nil
	}
	return &expect.Mismatch{
		Message: "the receiver hammers the registration API", Want: fmt.Sprintf("at most %d requests", n),
		Got: fmt.Sprintf("%d", len(entries)), Entries: entries[:1],
	}
}

func (w *World) pointsHome(ctx context.Context) error {
	hooks, entries, err := w.registered(ctx, func(hooks []mockplatforms.Hook) bool { return len(hooks) > 0 })
	if err != nil {
		return err
	}
	for _, h := range hooks {
		want := w.target.URL(w.platform.Name, h.Event)
		if h.Target != "" && !sameOrigin(h.Target, want) {
			return &expect.Mismatch{
				Message: "the hook for " + h.Event + " points elsewhere; its callbacks never arrive",
				Want:    "a target like " + want, Got: h.Target, Entries: entries,
			}
		}
	}
	return nil
}

func sameOrigin(a, b string) bool {
	x, errX := url.Parse(a)
	y, errY := url.Parse(b)
	return errX == nil && errY == nil && x.Host == y.Host
}

func (w *World) recordedShape(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	recorded := w.setup.Fixtures.List(w.platform.Name, ".request.http")
	for _, e := range asks(w.engine.Journal.Since(0)) {
		var nearest error
		fits := false
		for _, m := range recorded {
			if m.Method() != e.Request.Method || len(m.Body) == 0 {
				continue
			}
			if err := w.shaped(e, m); err != nil && nearest == nil {
				nearest = err
			} else if err == nil {
				fits = true
				break
			}
		}
		if fits {
			continue
		}
		var m *expect.Mismatch
		if errors.As(nearest, &m) {
			m.Entries = []journal.Entry{e}
		}
		return nearest
	}
	return nil
}

// shaped compares a request with a recorded one: by the schema of the recorded one where it has one, which says what may
// be left out, by its shape otherwise.
func (w *World) shaped(e journal.Entry, m *fixtures.Message) error {
	if m.Meta.Schema == "" {
		return expect.Shape(e.Request.Body, m.Body)
	}
	got := with(m, e.Request.Body)
	if err := w.setup.Fixtures.Validate(got); err != nil {
		return &expect.Mismatch{Message: "a registration request has not the recorded shape", Want: string(m.Body), Got: err.Error()}
	}
	return nil
}
