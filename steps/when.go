package steps

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/target"
)

func (w *World) registers(ctx context.Context) error {
	if err := w.register(ctx); err != nil {
		return err
	}
	until, cancel := w.patience(ctx)
	defer cancel()
	calls, asked := w.engine.Journal.Await(until, w.mark, func(list []journal.Entry) bool { return len(asks(list)) > 0 })
	if !asked {
		return fmt.Errorf("the receiver did not ask the platform for a single hook (it made %d other calls); if it does not register by itself, leave --register out", len(calls))
	}
	w.settle(ctx)
	return nil
}

func (w *World) registersAgain(ctx context.Context) error {
	if err := w.register(ctx); err != nil {
		return err
	}
	w.settle(ctx)
	return nil
}

// register makes the receiver register. That it reports a failure is its right: what it asked for is what is judged.
func (w *World) register(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	w.mark = w.engine.Journal.Len()
	err := w.target.Register(ctx)
	var down *target.Unreachable
	if errors.As(err, &down) {
		return err
	}
	return nil
}

func (w *World) restarted(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	w.mark = w.engine.Journal.Len()
	if err := w.target.Start(ctx); err != nil {
		return err
	}
	w.settle(ctx)
	return nil
}

func (w *World) happens(ctx context.Context, event string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m})
}

func (w *World) happensNew(ctx context.Context, event string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	if m, err = w.renewed(m); err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m})
}

func (w *World) happensWith(ctx context.Context, event string, table *godog.Table) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	pairs, err := pairsOf(table)
	if err != nil {
		return err
	}
	body := m.Body
	for _, p := range pairs {
		if body, err = fixtures.Overlay(body, p.Name, p.Value); err != nil {
			return err
		}
	}
	return w.happen(ctx, engine.Event{Message: with(m, body)})
}

func (w *World) happensWithBody(ctx context.Context, event string, text *godog.DocString) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	body, err := exact(text)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: with(m, body), Verbatim: true})
}

func (w *World) happensWithMessage(ctx context.Context, event string, text *godog.DocString) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	file, err := exact(text)
	if err != nil {
		return err
	}
	written, err := fixtures.Parse("the message in the feature", file)
	if err != nil {
		return err
	}
	written.Meta.Platform, written.Meta.Event, written.Meta.Scopes = w.platform.Name, event, m.Meta.Scopes
	return w.happen(ctx, engine.Event{Message: written, Verbatim: true})
}

// exact gives the bytes that a doc string stands for. Gherkin has changed them: it takes off the indentation and the
// last newline, and turns CRLF into LF. The media types base64, hex and go (a Go string literal) keep every byte.
func exact(text *godog.DocString) ([]byte, error) {
	packed := strings.Join(strings.Fields(text.Content), "")
	switch text.MediaType {
	case "", "json", "text", "http", "message/http", "application/json":
		return []byte(text.Content), nil
	case "base64":
		return base64.StdEncoding.DecodeString(packed)
	case "hex":
		return hex.DecodeString(packed)
	case "go":
		s, err := strconv.Unquote(strings.TrimSpace(text.Content))
		if err != nil {
			return nil, fmt.Errorf("the doc string is no Go string literal; write it in double quotes, on one line")
		}
		return []byte(s), nil
	}
	return nil, fmt.Errorf("the media type %q of the doc string is not known%s (base64, hex, go, or json, text and http for the text as it is)",
		text.MediaType, fixtures.Hint(text.MediaType, []string{"base64", "hex", "go", "json", "text", "http"}))
}

func (w *World) fixtureSent(ctx context.Context, name string) error {
	if w.engine == nil {
		return errNoStore
	}
	m, err := w.setup.Fixtures.Load(name)
	if err != nil {
		return err
	}
	if m.Meta.Platform != w.platform.Name {
		return fmt.Errorf("the fixture %s belongs to %s, and the store is one of %s", m.Name, m.Meta.Platform, w.platform.Title)
	}
	return w.happen(ctx, engine.Event{Message: m, Verbatim: true})
}

func (w *World) arrivesWith(ctx context.Context, event, names string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	var faults []fault.Fault
	for _, name := range strings.Split(names, ",") {
		f, err := fault.Find(strings.TrimSpace(name))
		if err != nil {
			return err
		}
		faults = append(faults, f)
	}
	if m, err = w.renewed(m); err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m, Faults: faults})
}

// unknownHappens sends the platform's abuse/unknown-event to a hook that is made for it.
func (w *World) unknownHappens(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	m, err := w.setup.Fixtures.Load(w.platform.Name + "/abuse/unknown-event.callback.http")
	if err != nil {
		return err
	}
	w.engine.State.Hooks.Add(w.newHook(m.Meta.Event), nil)
	return w.happen(ctx, engine.Event{Message: m})
}

// registeredHappens keeps the attempts of all the events as those of one When.
func (w *World) registeredHappens(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	var sent []journal.Entry
	mark, states := w.engine.Journal.Len(), len(w.states)
	for _, h := range w.engine.State.Hooks.List() {
		m, err := w.firstCovered(h)
		if err != nil {
			return err
		}
		if m, err = w.renewed(m); err != nil {
			return err
		}
		only := func(other mockplatforms.Hook) bool { return other.ID == h.ID }
		if err := w.happen(ctx, engine.Event{Message: m, Hooks: only}); err != nil {
			return err
		}
		sent = append(sent, w.sent...)
	}
	w.sent, w.mark = sent, mark
	if len(w.states) > states {
		w.states = w.states[:states+1] // the state before the first of them
	}
	return nil
}

// firstCovered is the first event of the catalogue that a hook listens to.
func (w *World) firstCovered(h mockplatforms.Hook) (*fixtures.Message, error) {
	for _, name := range w.setup.Fixtures.Events(w.platform.Name) {
		m, err := w.message(name)
		if err != nil {
			return nil, err
		}
		if w.engine.Hears(h, m) {
			return m, nil
		}
	}
	return nil, fmt.Errorf("the receiver has registered for %q, and no event of %s is that", h.Event, w.platform.Title)
}

func (w *World) sentAgain(ctx context.Context) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	return w.happen(ctx, *w.event)
}

func (w *World) sentAnew(ctx context.Context) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	again := *w.event
	again.Delivery = w.engine.NewID()
	return w.happen(ctx, again)
}

// sentUnbroken is the platform's retry of what was broken on its way.
func (w *World) sentUnbroken(ctx context.Context) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	again := *w.event
	again.Faults, again.Skew = nil, 0
	return w.happen(ctx, again)
}

func (w *World) signedAt(ctx context.Context, event string, n int, unit, direction string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	if w.platform.Sign == nil {
		return fmt.Errorf("%s signs nothing, so there is no time of a signature", w.platform.Title)
	}
	if m, err = w.renewed(m); err != nil {
		return err
	}
	skew := time.Duration(n) * map[string]time.Duration{"seconds": time.Second, "minutes": time.Minute}[unit]
	if direction == "ago" {
		skew = -skew
	}
	return w.happen(ctx, engine.Event{Message: m, Skew: skew})
}
