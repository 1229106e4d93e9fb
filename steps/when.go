package steps

import (
	"context"
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
	defer w.settleStart(ctx)
	return w.awaitRegistering(ctx, w.hasAsked)
}

func (w *World) hasAsked() error {
	if len(w.requests(w.mark)) == 0 {
		return errors.Join(errors.New("the receiver did not ask the platform for a single hook; if it does not register by itself, say --register none"), fmt.Errorf("it was waited for %s; --timeout gives it longer", w.idle()), w.told)
	}
	return nil
}

func (w *World) registersAgain(ctx context.Context) error {
	if err := w.register(ctx); err != nil {
		return err
	}
	w.settleStart(ctx)
	return nil
}

// register makes the receiver register. That it reports a failure is its right: what it asked for is what is judged.
func (w *World) register(ctx context.Context) error {
	w.mark, w.control, w.asking = w.engine.Journal.Len(), nil, true
	if w.target.Restarts {
		w.lives = append(w.lives, w.mark)
	}
	w.told = w.target.Register(ctx)
	w.acted = time.Now()
	var down *target.Unreachable
	if errors.As(w.told, &down) {
		return w.told
	}
	return nil
}

func (w *World) restarted(ctx context.Context) error {
	w.mark, w.control, w.asking = w.engine.Journal.Len(), nil, true
	w.lives = append(w.lives, w.mark)
	if err := w.target.Start(ctx); err != nil {
		return err
	}
	w.acted = time.Now()
	w.settleStart(ctx)
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
	m, err := w.newMessage(event)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m})
}

// newMessage gives the message of an event about something that the receiver cannot have seen.
func (w *World) newMessage(event string) (*fixtures.Message, error) {
	m, err := w.message(event)
	if err != nil {
		return nil, err
	}
	return w.renewed(m)
}

func (w *World) happensWith(ctx context.Context, event string, table *godog.Table) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	if m, err = overlaid(m, table, w.seed); err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m})
}

// ownID stands in a table for an id that is the same in the whole scenario, and another one in each run: a receiver that remembers
// has not seen it.
const ownID = "{new id}"

// overlaid gives a message with the values of a table.
func overlaid(m *fixtures.Message, table *godog.Table, seed string) (*fixtures.Message, error) {
	pairs, err := pairsOf(table)
	if err != nil {
		return nil, err
	}
	body := m.Body
	for _, p := range pairs {
		value := strings.ReplaceAll(p.Value, ownID, strconv.FormatInt(fixtures.NewNumber(seed, 0), 10))
		if body, err = fixtures.Overlay(body, p.Name, value); err != nil {
			return nil, unsendable(err)
		}
	}
	return with(m, body), nil
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
	written, err := writtenMessage(m, text)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: written, Verbatim: true})
}

// writtenMessage reads a whole message out of a feature; it is about the event that the message of the catalogue is
// about.
func writtenMessage(m *fixtures.Message, text *godog.DocString) (*fixtures.Message, error) {
	file, err := exact(text)
	if err != nil {
		return nil, err
	}
	written, err := fixtures.Parse("the message in the feature", file)
	if err != nil {
		return nil, unsendable(err)
	}
	if err := isCallback(written, m); err != nil {
		return nil, unsendable(err)
	}
	written.Meta.Platform, written.Meta.Event, written.Meta.Scopes = m.Meta.Platform, m.Meta.Event, m.Meta.Scopes
	return written, nil
}

// isCallback refuses a message that is not a callback about the event of another: what it says of itself would be dropped.
func isCallback(written, of *fixtures.Message) error {
	said, meant := written.Meta, of.Meta
	switch {
	case written.Status() != 0:
		return fmt.Errorf("%s:1: this is an answer, and a callback is a request; begin with %q", written.Name, "POST / HTTP/1.1")
	case said.Platform != "" && said.Platform != meant.Platform:
		return fmt.Errorf("%s: Fixture-Platform is %s, and the store is one of %s; leave it out", written.Name, said.Platform, meant.Platform)
	case said.Event != "" && said.Event != meant.Event:
		return fmt.Errorf("%s: Fixture-Event is %s, and %s happens; leave it out", written.Name, said.Event, meant.Event)
	}
	return nil
}

func (w *World) fixtureSent(ctx context.Context, name string) error {
	m, err := w.fixture(name)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m, Verbatim: true})
}

func (w *World) fixtureArrivesWith(ctx context.Context, name, names string) error {
	m, err := w.fixture(name)
	if err != nil {
		return err
	}
	faults, err := w.faultsOf(names)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m, Verbatim: true, Faults: faults})
}

// fixture gives a message of this platform.
func (w *World) fixture(name string) (*fixtures.Message, error) {
	m, err := w.setup.Fixtures.Load(name)
	if err == nil && m.Meta.Platform != w.platform.Name {
		err = fmt.Errorf("the fixture %s belongs to %s, and the store is one of %s", m.Name, m.Meta.Platform, w.platform.Title)
	}
	if err == nil && w.platform.Dialect != "" { // it goes out word for word
		spoken, known := w.dialects()
		err = w.inDialect(m.Meta.Dialect, known, true, spoken, known)
	}
	return m, err
}

func (w *World) arrivesWith(ctx context.Context, event, names string) error {
	faults, err := w.faultsOf(names)
	if err != nil {
		return err
	}
	m, err := w.newMessage(event)
	if err != nil {
		return err
	}
	return w.happen(ctx, engine.Event{Message: m, Faults: faults})
}

// faultsOf reads a list of faults that this platform's callbacks can have.
func (w *World) faultsOf(names string) (faults []fault.Fault, err error) {
	for _, name := range strings.Split(names, ",") {
		f, err := fault.Find(strings.TrimSpace(name))
		if err == nil {
			err = engine.Fits(w.platform, f)
		}
		if err != nil {
			return nil, err
		}
		faults = append(faults, f)
	}
	return faults, nil
}

// unknownHappens sends the platform's abuse/unknown-event to a hook that is made for it.
func (w *World) unknownHappens(ctx context.Context) error {
	m, err := w.setup.Fixtures.Load(w.platform.Name + "/abuse/unknown-event.callback.http")
	if err != nil {
		return err
	}
	h := w.newHook(m.Meta.Event)
	if spoken, known := w.dialects(); known {
		h.Fields[w.platform.Dialect] = spoken[0]
	}
	w.engine.State.Hooks.Add(h, nil)
	return w.happen(ctx, engine.Event{Message: m})
}

func (w *World) registeredHappens(ctx context.Context) error {
	var events []engine.Event
	for _, h := range w.hooks() {
		ev, err := w.eventFor(h)
		if err != nil {
			return err
		}
		events = append(events, ev)
	}
	return w.letHappen(ctx, events, w.inTurn(ctx))
}

// eventFor is the first event that a hook listens to, for this hook alone.
func (w *World) eventFor(h mockplatforms.Hook) (engine.Event, error) {
	m, err := w.firstCovered(h)
	if err == nil {
		m, err = w.renewed(m)
	}
	return engine.Event{Message: m, Hooks: func(other mockplatforms.Hook) bool { return other.ID == h.ID }}, err
}

// inTurn delivers events one after the other.
func (w *World) inTurn(ctx context.Context) func([]engine.Event) ([]journal.Entry, error) {
	return func(events []engine.Event) (sent []journal.Entry, err error) {
		for _, ev := range events {
			attempts, err := w.engine.Deliver(ctx, ev)
			if sent = append(sent, attempts...); err != nil {
				return sent, err
			}
		}
		return sent, nil
	}
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
	return w.happen(ctx, w.last())
}

func (w *World) sentAnew(ctx context.Context) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	again := w.last()
	again.Delivery = w.engine.NewID()
	return w.happen(ctx, again)
}

// sentUnbroken is the platform's retry of what was broken on its way.
func (w *World) sentUnbroken(ctx context.Context) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	again := w.last()
	again.Faults, again.Skew = nil, 0
	return w.happen(ctx, again)
}
