package inspector

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Store is one that orders are about: a platform, its hooks, and the receiver that it calls.
type Store struct {
	Platform *mockplatforms.Platform
	Engine   *engine.Engine
	URL      string                    // of the platform: where a receiver registers
	Target   func(event string) string // where callbacks go of an event that no hook listens to; nil: nowhere
	Anew     bool                      // the receiver is another one than that of earlier exchanges: what comes again goes to Target
}

// store is a Store with what is switched on in it.
type store struct {
	Store
	mu     sync.Mutex
	faults []fault.Fault
}

// switchOn has a fault happen from now on. One that stands in front of the receiver is an outage; any other befalls the
// callbacks that are sent by hand.
func (s *store) switchOn(f fault.Fault) error {
	if err := engine.Fits(s.Platform, f); err != nil {
		return err
	}
	if f.Instead != nil {
		if err := s.Engine.Outage(f, 0); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = slices.DeleteFunc(s.faults, func(other fault.Fault) bool {
		return other.Name == f.Name || other.Instead != nil && f.Instead != nil // only one thing stands in front
	})
	s.faults = append(s.faults, f)
	return nil
}

func (s *store) switchOff() {
	s.Engine.EndOutage()
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
}

// on are the faults that are switched on.
func (s *store) on() []fault.Fault {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.faults)
}

// send delivers an event with the faults that are switched on. What stands in front of the receiver is there by itself.
func (s *store) send(ctx context.Context, ev engine.Event) ([]journal.Entry, error) {
	for _, f := range s.on() {
		if f.Instead == nil {
			ev.Faults = append(ev.Faults, f)
		}
	}
	return s.Engine.Deliver(ctx, ev)
}

// aim sees to it that a hook for the event points to the target.
func (s *store) aim(m *fixtures.Message, target string) {
	if slices.ContainsFunc(s.Engine.Listeners(m), s.pointsTo(target)) {
		return
	}
	account := s.Engine.State.Accounts()[0]
	now := s.Engine.State.Now()
	s.Engine.State.Hooks.Add(mockplatforms.Hook{
		Client: account.Client, Event: m.Meta.Event, Target: target, Active: true, Fields: map[string]string{}, Created: now, Updated: now,
	}, nil)
}

// pointsTo says of hooks whether their callbacks go to a target.
func (s *store) pointsTo(target string) func(mockplatforms.Hook) bool {
	account, target := s.Engine.State.Accounts()[0].Target, mockplatforms.SentURL(target)
	return func(h mockplatforms.Hook) bool {
		return mockplatforms.SentURL(cmp.Or(h.Target, account)) == target
	}
}

// storeOf finds the store of a platform.
func (i *Inspector) storeOf(platform string) (*store, error) {
	var names []string
	for _, s := range i.playing() {
		if s.Platform.Name == platform {
			return s, nil
		}
		names = append(names, s.Platform.Name)
	}
	if len(names) == 0 {
		return nil, errors.New("the run goes on, and an order would disturb it; there will be stores to order about when it is over")
	}
	return nil, fmt.Errorf("no platform %q is served%s (there are %s)", platform, fixtures.Hint(platform, names), strings.Join(names, ", "))
}

// storeWith finds the store whose platform has an event. Platform is "" where it is to be found.
func (i *Inspector) storeWith(platform, event string) (*store, error) {
	if platform != "" || len(i.playing()) == 0 {
		return i.storeOf(platform)
	}
	var having []*store
	var events []string
	for _, s := range i.playing() {
		own := i.Fixtures.Events(s.Platform.Name)
		events = append(events, own...)
		if slices.Contains(own, event) {
			having = append(having, s)
		}
	}
	switch len(having) {
	case 0:
		return nil, fmt.Errorf("no platform has an event %q%s (`hookdrill list events` lists them all)", event, fixtures.Hint(event, events))
	case 1:
		return having[0], nil
	}
	return nil, fmt.Errorf("%q is an event of several platforms; say which with --platform", event)
}
