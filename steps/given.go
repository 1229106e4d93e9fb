package steps

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

func (w *World) store(ctx context.Context, name string) error {
	p, err := w.setup.platform(name)
	if err != nil {
		return err
	}
	return w.open(ctx, p)
}

func (w *World) anotherClient(name string) error {
	first := w.engine.State.Accounts()[0]
	first.Client, first.Token, first.Secret = name, name+"-token", name+"-secret"
	w.engine.State.AddAccount(first)
	return nil
}

func (w *World) setting(name, value string) error {
	before := w.engine.State.Setting(name)
	if err := w.engine.State.Set(name, value); err != nil {
		return err
	}
	w.turned = append(w.turned, fixtures.Field{Name: name, Value: before})
	return nil
}

func (w *World) hook(event string) error { return w.addHook(event, nil) }

func (w *World) hookWith(event string, table *godog.Table) error {
	pairs, err := pairsOf(table)
	if err != nil {
		return err
	}
	return w.addHook(event, pairs)
}

func (w *World) addHook(event string, pairs []fixtures.Field) error {
	if err := w.knownScope(event); err != nil {
		return err
	}
	if event == w.tells() && !w.setup.takes(w.platform, event) {
		return w.notOffered(takesOthers)
	}
	h := w.newHook(event)
	given := h.Headers
	h.Headers = nil
	for _, p := range pairs {
		if err := w.setField(&h, p); err != nil {
			return err
		}
	}
	h.Headers = mockplatforms.Replace(given, h.Headers...)
	m, err := w.message(event)
	if err != nil { // a wildcard has no message of its own
		m = nil
	}
	if err := w.speak(&h, m); err != nil {
		return err
	}
	w.engine.State.Hooks.Add(h, nil)
	return nil
}

// setField puts a row of a table into a hook. The error of an unknown name or client carries the nearest.
func (w *World) setField(h *mockplatforms.Hook, row fixtures.Field) error {
	header, isHeader := strings.CutPrefix(row.Name, "header ")
	switch {
	case isHeader:
		field := fixtures.Field{Name: header, Value: row.Value}
		err := field.SendableBeside(h.Headers)
		if w.platform.Signs(w.setup.account(w.platform), header) {
			err = fmt.Errorf("%s sets %s itself when it signs, so what is given is not sent; leave it out", w.platform.Title, header)
		}
		h.Headers = append(h.Headers, field)
		return unsendable(err)
	case row.Name == "method":
		h.Method = row.Value
		return unsendable(fixtures.CheckMethod(row.Value))
	case row.Name == "client":
		var known []string
		for _, a := range w.engine.State.Accounts() {
			known = append(known, a.Client)
		}
		if !slices.Contains(known, row.Value) {
			return fmt.Errorf("the store has no client %q%s (it has %q)", row.Value, fixtures.Hint(row.Value, known), known)
		}
		h.Client = row.Value
	case slices.Contains(w.platform.HookFields, row.Name):
		h.Fields[row.Name] = row.Value
	default:
		known := append([]string{"method", "client", "header NAME"}, w.platform.HookFields...)
		return fmt.Errorf("a hook of %s has no %q%s (it has %q)", w.platform.Title, row.Name, fixtures.Hint(row.Name, known), known)
	}
	return nil
}

// unsendable marks an error as a fault of what was to be sent, and not of the receiver.
func unsendable(err error) error {
	if err == nil {
		return nil
	}
	return &delivery.Unsendable{Why: err}
}

// tells is the event whose callbacks the platform makes by itself, when deliveries to other hooks fail; "" if it tells nobody. No step
// lets it happen, and yet it comes.
func (w *World) tells() string {
	if x := w.engine.State.Policy().Exceptions; x != nil {
		return x.Event
	}
	return ""
}

// otherHooks go through the catalogue again and again, each with a target of its own. A client has one hook for exceptions at most,
// and that is the receiver's.
func (w *World) otherHooks(n int) error {
	events := slices.DeleteFunc(w.setup.Fixtures.Events(w.platform.Name), func(event string) bool { return event == w.tells() })
	there := len(w.engine.State.Hooks.List())
	for i := there; i < there+n; i++ {
		h := w.newHook(events[i%len(events)])
		h.Target, h.Elsewhere = fmt.Sprintf("https://other.example.com/hooks/%d", i+1), true
		w.engine.State.Hooks.Add(h, nil)
	}
	return nil
}

// newHook is a hook of the account under test that points to the receiver.
func (w *World) newHook(event string) mockplatforms.Hook {
	now := w.engine.State.Now()
	return mockplatforms.Hook{
		Client: w.engine.State.Accounts()[0].Client, Event: event, Target: w.target.URL(w.platform.Name, event),
		Active: true, Given: true, Headers: slices.Clone(w.setup.HookHeaders), Fields: map[string]string{}, Created: now, Updated: now,
	}
}

// knownScope accepts the events of the catalogue and the wildcards that their fixtures name.
func (w *World) knownScope(event string) error {
	if w.setup.Fixtures.Scopes(w.platform.Name)[event] {
		return nil
	}
	names := w.setup.Fixtures.Events(w.platform.Name)
	for _, name := range names {
		m, err := w.message(name)
		if err != nil {
			return err
		}
		if w.platform.Matches != nil && w.platform.Matches(mockplatforms.Hook{Event: event}, m) {
			return nil
		}
	}
	return fmt.Errorf("%s has no event %q%s", w.platform.Title, event, fixtures.Hint(event, names))
}

func (w *World) refuseAll(status int, times string) error {
	return w.refuse(mockplatforms.Refusal{Status: status, Times: count(times, 0)})
}

func (w *World) refuseNth(nth string, status int) error {
	n, err := strconv.Atoi(strings.TrimRight(nth, "stndrh"))
	if err == nil {
		err = w.alone()
	}
	if err != nil {
		return err
	}
	return w.refuse(mockplatforms.Refusal{Nth: n, Status: status, Times: 1})
}

func (w *World) refuseEvent(event string, status int, times string) error {
	if err := w.knownScope(event); err != nil {
		return err
	}
	if err := w.alone(); err != nil {
		return err
	}
	return w.refuse(mockplatforms.Refusal{Event: event, Status: status, Times: count(times, 0)})
}

func (w *World) refuse(r mockplatforms.Refusal) error { return w.engine.State.Refuse(r) }

func (w *World) gone(resource, id string) error {
	if err := w.knownResource(resource); err != nil {
		return err
	}
	w.engine.State.Forget(resource, id)
	return nil
}

func (w *World) everyHas(resource string, table *godog.Table) error {
	return w.has(resource, "", table)
}

func (w *World) has(resource, id string, table *godog.Table) error {
	pairs, err := pairsOf(table)
	for _, p := range pairs {
		if err := w.engine.State.SetValue(resource, strings.Trim(id, `"`), p.Name, p.Value); err != nil {
			return err
		}
	}
	return err
}

// knownResource accepts the nouns of the platform's lookups.
func (w *World) knownResource(resource string) error {
	var names []string
	for _, l := range mockplatforms.Lookups(w.setup.Fixtures, w.platform.Name) {
		if l.Resource == resource {
			return nil
		}
		names = append(names, l.Resource)
	}
	return fmt.Errorf("nothing on %s is looked up as %q%s", w.platform.Title, resource, fixtures.Hint(resource, names))
}

// count reads " once", " twice" and " 3 times"; without any of them it is the fallback.
func count(words string, fallback int) int {
	switch words = strings.TrimSpace(words); words {
	case "":
		return fallback
	case "once":
		return 1
	case "twice":
		return 2
	}
	n, err := strconv.Atoi(strings.TrimSuffix(words, " times"))
	if err != nil {
		return fallback // the pattern lets nothing else through
	}
	return n
}

// pairsOf reads a table of two columns.
func pairsOf(table *godog.Table) ([]fixtures.Field, error) {
	var pairs []fixtures.Field
	for _, row := range table.Rows {
		if len(row.Cells) != 2 {
			return nil, fmt.Errorf("the table has %d columns; write | name | value |", len(row.Cells))
		}
		name := row.Cells[0].Value
		again := slices.ContainsFunc(pairs, func(p fixtures.Field) bool { return p.Name == name })
		if again && !strings.HasPrefix(name, "header ") && name != "-1" && !strings.HasSuffix(name, ".-1") { // which adds to a list
			return nil, fmt.Errorf("the table has %q twice, and only the last would count; give it once", name)
		}
		pairs = append(pairs, fixtures.Field{Name: name, Value: row.Cells[1].Value})
	}
	return pairs, nil
}
