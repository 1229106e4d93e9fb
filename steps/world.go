package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/clock"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
	"github.com/hookdrill/hookdrill/steps/target"
)

// Setup is what all scenarios of a run share. Platforms, Fixtures and Receiver are needed.
type Setup struct {
	Platforms     []*mockplatforms.Platform
	Fixtures      *fixtures.Set
	Receiver      Receiver
	Settings      map[string]map[string]string     // platform, switch, value
	Accounts      map[string]mockplatforms.Account // by platform; where there is none, the platform's example account
	HookHeaders   []fixtures.Field                 // sent with every callback of a hook that a scenario gives: what the receiver checks
	Seed          string                           // ids that scenarios make derive from it
	AnswerTimeout time.Duration                    // how long an answer to a callback may take; 0: the platform's own
	Patience      time.Duration                    // how long a scenario waits for an effect; 0: 5 s
	Idle          time.Duration                    // how long a receiver that registers leaves its platform alone when it is done; 0: 5 s, or Patience if longer
	Limit         time.Duration                    // how long a scenario may take; 0: 2 min
	Stamp         clock.Stamp                      // the receiver's time; nil: time.Now
	Events        []string                         // that the receiver takes; none: all of the catalogue
	Narrowed      Narrowed                         // what the project asks of its receiver beyond the platforms' contracts
	Between       func() engine.Between            // what stands between platform and receiver in a scenario; optional

	learnt *learnt // by this run, and by those of copies of this Setup
	inert  *inert  // what this run has found to have no effect
}

// Narrowed are the only answers that a project allows in a condition of a platform's contract, by the platform's name.
type Narrowed map[string]map[mockplatforms.Condition][]mockplatforms.Answer

// Receiver gives each scenario its target: the receiver under test, with an engine for its platform to talk to.
type Receiver struct {
	Open  func(context.Context, *engine.Engine) (*target.Target, error)
	Alone bool // all scenarios share one receiver, so they run one at a time

	shared *mortal // that one
}

// platform finds a platform by its name or its title.
func (s *Setup) platform(name string) (*mockplatforms.Platform, error) {
	var titles, names []string
	for _, p := range s.Platforms {
		if strings.EqualFold(p.Name, name) || strings.EqualFold(p.Title, name) {
			return p, nil
		}
		titles, names = append(titles, p.Title), append(names, p.Title, p.Name)
	}
	return nil, fmt.Errorf("no platform %q%s (there are %s)", name, fixtures.Hint(name, names), strings.Join(titles, ", "))
}

// takes says whether the receiver takes an event. What is in no catalogue comes to all.
func (s *Setup) takes(p *mockplatforms.Platform, event string) bool {
	return len(s.Events) == 0 || slices.Contains(s.Events, event) || !s.Fixtures.Has(p.Name, event)
}

// takesOthers is why a scenario is not run that is about an event that the receiver does not take. It is one reason: reports count
// by it.
const takesOthers = "this receiver takes other events (--event)"

// World is one scenario while it runs.
type World struct {
	setup  *Setup
	needs  Need
	learnt *learnt
	seed   string // the run's, and the scenario's own place: alone, or beside others, it makes the same ids
	ids    int64  // made so far

	platform *mockplatforms.Platform
	engine   *engine.Engine
	target   *target.Target
	own      []mockplatforms.Hook // what the receiver registers, on a platform of several dialects

	mark     int                 // where the journal stood before the last When
	acted    time.Time           // when the receiver was last given something to do that the journal does not show: a start
	told     error               // what the receiver said when it was made to register
	lives    []int               // where the journal stood when the receiver was started again
	events   []engine.Event      // what happened last
	sent     []journal.Entry     // the attempts of the last When
	printed  int64               // how many bytes the receiver had printed when the scenario began
	nothing  string              // why there were none
	states   [][]byte            // the receiver's state before each When that sent something
	probes   []probe             // what the scenario looks at beside the state
	first    beginning           // of the events that happened last
	turned   []fixtures.Field    // the switches that the scenario has turned, with what they were
	control  *control            // what was sent to compare with, since the last When
	controls []*control          // all that were sent to compare with
	asking   bool                // the last When made the receiver register, and sent nothing
	demanded bool                // what failed is something that the project itself asks for
	notRun   string              // why the scenario is not run
	recorded func(journal.Entry) // hears of every exchange
	over     bool                // nothing more can happen: a step has failed, or all are done
	sendable map[sending]error   // before a run: whether a callback can be made of each
}

// beginning is how things stood before events happened for the first time: they may be sent again later.
type beginning struct {
	mark  int    // of the journal
	state []byte // of the receiver
}

// notOffered is the error of a scenario that needs what the receiver does not offer. It ends the scenario without a
// verdict on the receiver.
func (w *World) notOffered(reason string) error {
	w.notRun = reason
	return godog.ErrSkip
}

// open brings the platform and the receiver together.
func (w *World) open(ctx context.Context, p *mockplatforms.Platform) error {
	if w.engine != nil {
		return fmt.Errorf("the scenario already has a %s store; one scenario, one store", w.platform.Title)
	}
	if p.Dialect != "" {
		own, err := w.setup.ownHooks(ctx, p, w.learnt)
		if err != nil {
			return err
		}
		w.own = own
	}
	e, t, err := w.setup.Stage(ctx, p, w.seed, w.recorded)
	if err != nil {
		return err
	}
	w.platform, w.engine, w.target, w.acted = p, e, t, time.Now()
	if t.Printed != nil {
		w.printed = t.Printed()
	}
	for _, offer := range []struct {
		need    Need
		offered bool
		reason  string
	}{
		{NeedsRegistering, t.Register != nil, "there is no way to make this receiver register (--register)"},
		{NeedsStarting, t.Start != nil, "hookdrill did not start this receiver, so it cannot start it again (--exec)"},
		{NeedsProbe, t.Probe != nil, "this receiver's state cannot be seen (--probe)"},
		{NeedsLookups, t.LooksUp, "it is not known that this receiver fetches what a callback names (--looks-up)"},
		{NeedsEffect, t.Probe != nil || t.LooksUp, "no effect of this receiver can be seen (--probe, --looks-up)"},
		{NeedsWords, t.Says, "this receiver does not say what it does; one in a Go test can (target.World.Say)"},
	} {
		if w.needs&offer.need != 0 && !offer.offered {
			return w.notOffered(offer.reason)
		}
	}
	return w.fresh(ctx)
}

// output is the end of what the receiver has printed in this scenario. Of one that has died it is all: what it died of may have
// come before.
func (w *World) output() string {
	if w.target == nil || w.target.Output == nil {
		return ""
	}
	text := w.target.Output()
	if w.target.Printed == nil || w.target.Ended != nil && w.target.Ended() != nil {
		return text
	}
	own := min(w.target.Printed()-w.printed, int64(len(text)))
	return text[int64(len(text))-own:]
}

// Stage brings a platform and the receiver together, as each scenario has them: an account of its own, without hooks. Recorded
// hears of every exchange; it is optional. Both are to be closed.
func (s *Setup) Stage(ctx context.Context, p *mockplatforms.Platform, seed string, recorded func(journal.Entry)) (*engine.Engine, *target.Target, error) {
	account := s.account(p)
	options := engine.Options{
		Platform: p, Account: &account, Fixtures: s.Fixtures, Timeout: s.AnswerTimeout, Stamp: s.Stamp,
		Seed: seed, Settings: s.Settings[p.Name], Recorded: recorded,
	}
	if s.Between != nil {
		options.Between = s.Between()
	}
	e, err := engine.New(options)
	if err != nil {
		return nil, nil, err
	}
	t, err := s.Receiver.Open(ctx, e)
	if err != nil {
		return nil, nil, err
	}
	e.Travel(t.Transport)
	pointTo(e, t)
	return e, t, nil
}

// fresh starts a receiver anew that all scenarios share and that is about to register: the store is a new one, and a
// receiver that remembers its hooks would ask for none. Where registering is a start it is fresh anyway.
func (w *World) fresh(ctx context.Context) error {
	if w.needs&NeedsRegistering == 0 || !w.setup.Receiver.Alone || w.target.Start == nil || w.target.Restarts {
		return nil
	}
	err := w.target.Start(ctx)
	w.acted = time.Now()
	return err
}

// close ends what the scenario has opened.
func (w *World) close() error {
	var broken []error
	if w.target != nil {
		w.target.Rest()
		if w.target.Close != nil {
			broken = append(broken, w.target.Close())
		}
	}
	if w.engine != nil {
		broken = append(broken, w.engine.Close())
	}
	return errors.Join(broken...)
}

var errNothingHappened = errors.New("no callback was sent yet; a When step that lets something happen comes first")

const errNoStore = misuse(`the scenario has no store yet; begin with a step like "Given a Cratejoy store"`)

// happen lets an event happen and keeps what came of it.
func (w *World) happen(ctx context.Context, ev engine.Event) error {
	return w.letHappen(ctx, []engine.Event{ev}, func(events []engine.Event) ([]journal.Entry, error) {
		return w.engine.Deliver(ctx, events[0])
	})
}

// letHappen looks at the receiver and lets events happen. An event that has an id is one that happened before.
func (w *World) letHappen(ctx context.Context, events []engine.Event, deliver func([]engine.Event) ([]journal.Entry, error)) error {
	if len(events) == 0 {
		return errors.New("there is nothing that could happen: the receiver has registered no hook")
	}
	for _, ev := range events {
		if !w.setup.takes(w.platform, ev.Message.Meta.Event) {
			return w.notOffered(takesOthers)
		}
	}
	if err := w.look(ctx); err != nil {
		return err
	}
	w.control, w.asking = nil, false
	again := events[0].ID != ""
	if !again {
		w.first = beginning{mark: w.mark}
		if len(w.states) > 0 {
			w.first.state = w.states[len(w.states)-1]
		}
	}
	for i := range events {
		events[i].Again = again
		if events[i].ID == "" {
			events[i].ID = w.engine.NewID()
		}
		if events[i].At.IsZero() {
			events[i].At = w.engine.State.Now()
		}
	}
	sent, err := deliver(events)
	w.events, w.sent, w.nothing = events, sent, ""
	return w.broken(ctx, err)
}

// look keeps how things stand before a When: the journal's length, the receiver's state, and what else is probed.
func (w *World) look(ctx context.Context) error {
	if w.needs&(NeedsProbe|NeedsEffect) != 0 && w.target.Probe != nil {
		w.settle(ctx)
		state, err := w.target.Probe(ctx)
		if err != nil {
			return err
		}
		w.states = append(w.states, state)
	}
	if err := w.lookAtProbes(ctx); err != nil {
		return err
	}
	w.mark = w.engine.Journal.Len()
	return nil
}

// last is the event that happened last.
func (w *World) last() engine.Event { return w.events[len(w.events)-1] }

// callbacks gives the attempts of the last When, and an error if there were none.
func (w *World) callbacks() ([]journal.Entry, error) {
	switch {
	case len(w.events) == 0:
		return nil, errNothingHappened
	case len(w.sent) > 0:
		return w.sent, nil
	case w.nothing != "":
		return nil, errors.New(w.nothing)
	}
	var hooks []string
	for _, h := range w.engine.State.Hooks.List() {
		hooks = append(hooks, h.Event)
	}
	return nil, fmt.Errorf("no callback was sent: no active hook listens to %q (hooks: %q)%s", w.last().Message.Meta.Event, hooks, expect.Refusal(w.requests(0)))
}

// answered gives the attempts of the last When that the receiver itself has answered, and an error if there were none.
func (w *World) answered() ([]journal.Entry, error) {
	sent, err := w.callbacks()
	if err != nil {
		return nil, err
	}
	list := slices.DeleteFunc(slices.Clone(sent), func(e journal.Entry) bool { return e.InFront })
	if len(list) == 0 {
		return nil, errors.New("the receiver has answered no callback: something stood in front of it (" + sent[0].Fault + ")")
	}
	return list, nil
}

// message gives the message of an event of the catalogue.
func (w *World) message(event string) (*fixtures.Message, error) {
	return w.setup.Fixtures.Event(w.platform.Name, event)
}

// with gives a copy of a message with another body.
func with(m *fixtures.Message, body []byte) *fixtures.Message {
	changed := *m
	changed.Body = body
	return &changed
}

// renewed gives a message about something that no callback of this run was about: the ids that the fixture marks in
// Fixture-Identity are new ones of the same kind.
func (w *World) renewed(m *fixtures.Message) (*fixtures.Message, error) {
	w.ids++
	return fixtures.Renew(m, w.seed, w.ids)
}
