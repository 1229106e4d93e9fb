package steps

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/http"
	"slices"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
	"github.com/hookdrill/hookdrill/steps/report"
)

// Contract is what a receiver may answer to a platform's callbacks: the platform's own contract, narrowed by the project.
func (s *Setup) Contract(p *mockplatforms.Platform) (clauses []mockplatforms.Clause, err error) {
	for _, c := range p.Contract() {
		if allowed, ok := s.Narrowed[p.Name][c.Condition]; ok {
			wider := c.Words()
			if c, err = p.Narrow(c, allowed); err != nil {
				return nil, fmt.Errorf("the contract with %s: %w", p.Title, err)
			}
			c.Why = "this project asks for it (contract, in hookdrill.yaml), where the platform allows " + wider
		}
		clauses = append(clauses, c)
	}
	for _, condition := range slices.Sorted(maps.Keys(s.Narrowed[p.Name])) {
		if _, err := p.Clause(string(condition)); err != nil {
			return nil, err
		}
	}
	return clauses, nil
}

// clause is what the contract says of a callback. The error is one that it says nothing of.
func (w *World) clause(e journal.Entry) (mockplatforms.Clause, error) {
	clauses, err := w.setup.Contract(w.platform)
	if err != nil {
		return mockplatforms.Clause{}, err
	}
	for _, c := range clauses {
		if string(c.Condition) == e.Condition {
			return c, nil
		}
	}
	return mockplatforms.Clause{}, fmt.Errorf("the contract does not say what to answer to a callback that the scenario itself has written; "+
		"say whether the receiver acknowledges or refuses it (%s)", e.Event)
}

// keepsContract holds each callback of the last When to the contract. A refusal that is due tells nothing of a receiver that refuses
// all callbacks.
func (w *World) keepsContract(ctx context.Context) error {
	refused := false
	err := w.each(func(e journal.Entry) error {
		c, err := w.clause(e)
		refused = refused || slices.Equal(c.Allowed, []mockplatforms.Answer{mockplatforms.Refused})
		return cmp.Or(err, w.allowed(e, c))
	})
	if err != nil || !refused {
		return err
	}
	return w.otherwiseAcknowledges(ctx)
}

// allowed holds an answer to a clause. What the project itself has narrowed is a must, whatever the level of the scenario.
func (w *World) allowed(e journal.Entry, c mockplatforms.Clause) error {
	err := expect.Allowed(e, w.platform.Name, c)
	if err != nil && w.narrowed(e) {
		w.demanded = true
	}
	return err
}

// narrowed says whether the project asks more of an answer than the platform does.
func (w *World) narrowed(e journal.Entry) bool {
	_, ok := w.setup.Narrowed[w.platform.Name][mockplatforms.Condition(e.Condition)]
	return ok
}

// reached adds up which events reached the receiver in which condition.
func (w *World) reached() (list []report.Sent) {
	if w.engine == nil {
		return nil
	}
	w.engine.Journal.Each(0, func(e journal.Entry) bool {
		if e.Condition == "" {
			return true
		}
		i := slices.IndexFunc(list, func(s report.Sent) bool { return s.Event == e.Event && string(s.Condition) == e.Condition })
		if i < 0 {
			i, list = len(list), append(list, report.Sent{Event: e.Event, Condition: mockplatforms.Condition(e.Condition)})
		}
		list[i].Times++
		if e.Acknowledged {
			list[i].Acknowledged++
		}
		if w.declined(e) {
			list[i].Declined++
		}
		return true
	})
	return list
}

// declined says whether the receiver may have said no to a callback because it does not take this event: it came as it should, over
// a hook that the receiver had not asked for. Who does not believe a signature says 401 or 403.
func (w *World) declined(e journal.Entry) bool {
	if e.Condition != string(mockplatforms.Good) || e.Response.Status == http.StatusUnauthorized || e.Response.Status == http.StatusForbidden {
		return false
	}
	hook, there := w.engine.State.Hooks.Get(e.Hook)
	return there && hook.Given && expect.Answers([]journal.Entry{e}, expect.Refused()) == nil
}

// timeline gives the exchanges of the scenario, and how many there were beyond those that a report keeps.
func (w *World) timeline() (entries []journal.Entry, dropped int) {
	if w.engine == nil {
		return nil, 0
	}
	w.engine.Journal.Each(0, func(e journal.Entry) bool {
		entries = append(entries, e)
		return len(entries) < report.MostExchanges
	})
	return entries, max(w.engine.Journal.Len()-len(entries), 0)
}

// keepsNarrowed holds an answer of the class that a step asked for to what the project asks beyond it.
func (w *World) keepsNarrowed(e journal.Entry) error {
	if !w.narrowed(e) {
		return nil
	}
	c, err := w.clause(e)
	if err != nil {
		return err
	}
	return w.allowed(e, c)
}
