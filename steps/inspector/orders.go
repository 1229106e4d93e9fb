package inspector

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/target"
)

// Order is what POST /send takes: an event that is to happen.
type Order struct {
	Platform string       `json:"platform,omitempty"` // "": the one that has the event
	Event    string       `json:"event"`
	Values   []Assignment `json:"values,omitempty"`
	New      bool         `json:"new,omitempty"` // with new ids
	Faults   []string     `json:"faults,omitempty"`
	Target   string       `json:"target,omitempty"` // for which a hook is added first, unless one points there
}

// Assignment puts a value at a gjson path of the payload, as fixtures.Overlay does.
type Assignment struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// Receipt is what came of an order.
type Receipt struct {
	Hookdrill string    `json:"hookdrill"` // the version: also how send knows that it is us who answer
	Error     string    `json:"error,omitempty"`
	Said      string    `json:"said,omitempty"` // in words, for people
	Platform  string    `json:"platform,omitempty"`
	URL       string    `json:"url,omitempty"`   // of the platform: where a receiver registers
	Hooks     []string  `json:"hooks,omitempty"` // the events of all hooks, where none listens to this one
	Attempts  []Attempt `json:"attempts"`
	// Consequences are what the platform drew from it, in words: why nothing was sent, for one.
	Consequences []string `json:"consequences,omitempty"`
}

// Attempt is one request of a callback, and its answer.
type Attempt struct {
	Hook         int64  `json:"hook"`
	Method       string `json:"method"`
	URL          string `json:"url"`
	Status       int    `json:"status"` // 0: no answer
	Failure      string `json:"failure,omitempty"`
	Acknowledged bool   `json:"acknowledged"`
}

// String is the attempt in a line.
func (a Attempt) String() string {
	answered, judged := fmt.Sprint(a.Status), "not acknowledged"
	if a.Status == 0 {
		answered = "no answer"
	}
	if a.Failure != "" {
		answered += " (" + a.Failure + ")"
	}
	if a.Acknowledged {
		judged = "acknowledged"
	}
	return fmt.Sprintf("%s %s -> %s, %s (hook %d)", a.Method, a.URL, answered, judged, a.Hook)
}

// Nobody says that no hook listens to an event, and how to add one.
func (r Receipt) Nobody(event, how string) string {
	standing := "there are no hooks yet"
	if len(r.Hooks) > 0 {
		standing = fmt.Sprintf("there are hooks for %q", r.Hooks)
	}
	return fmt.Sprintf("no active hook of %s listens to %q (%s): have the receiver register at %s, or %s", r.Platform, event, standing, r.URL, how)
}

// take reads an order and has it carried out. An error is an order that cannot be.
func take[T any](i *Inspector, do func(context.Context, T) (Receipt, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
		switch {
		case r.Method != http.MethodPost:
			w.Header().Set("Allow", http.MethodPost)
			i.refuse(w, http.StatusMethodNotAllowed, "orders are POSTed")
			return
		case media != "application/json":
			i.refuse(w, http.StatusUnsupportedMediaType, "orders are application/json")
			return
		}
		var order T
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxOrder))
		if err == nil {
			err = json.Unmarshal(body, &order)
		}
		if err != nil {
			i.refuse(w, http.StatusBadRequest, "the order cannot be read: "+err.Error())
			return
		}
		done, err := do(r.Context(), order)
		status := http.StatusOK
		if err != nil {
			status, done.Error = http.StatusUnprocessableEntity, err.Error()
		}
		i.feed.wake() // hooks, faults or the time may be others now
		i.answer(w, status, done)
	}
}

func (i *Inspector) answer(w http.ResponseWriter, status int, done Receipt) {
	done.Hookdrill, done.Error, done.Said = i.Version, i.view.Line(done.Error), i.view.Line(done.Said)
	attempts := []Attempt{}
	for _, a := range done.Attempts {
		a.URL, a.Failure = i.view.Line(a.URL), i.view.Line(a.Failure)
		attempts = append(attempts, a)
	}
	done.Attempts = attempts
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(done) // who asked may be gone
}

// send lets an event happen.
func (i *Inspector) send(ctx context.Context, o Order) (Receipt, error) {
	s, err := i.storeWith(o.Platform, o.Event)
	if err != nil {
		return Receipt{}, err
	}
	ev, err := i.event(s, o)
	if err != nil {
		return Receipt{Platform: s.Platform.Name, URL: s.URL}, err
	}
	to := o.Target
	if to != "" {
		if err := target.CheckURL("the target", to); err != nil {
			return Receipt{}, err
		}
	}
	if to == "" && s.Target != nil && len(s.Engine.Listeners(ev.Message)) == 0 {
		to = s.Target(o.Event)
	}
	if to != "" {
		s.aim(ev.Message, to)
	}
	done, err := i.deliver(ctx, s, ev)
	if err != nil && s.Engine.State.Accounts()[0].Target == "" {
		err = fmt.Errorf("%w (start serve with --receiver URL, or send with --target URL)", err)
	}
	return done, err
}

// deliver sends an event, and says what came of it.
func (i *Inspector) deliver(ctx context.Context, s *store, ev engine.Event) (Receipt, error) {
	done := Receipt{Platform: s.Platform.Name, URL: s.URL}
	if len(s.Engine.Listeners(ev.Message)) == 0 {
		for _, h := range s.Engine.State.Hooks.List() {
			done.Hooks = append(done.Hooks, h.Event)
		}
		done.Said = done.Nobody(ev.Message.Meta.Event, "give the URL of a hook to add")
		return done, nil
	}
	from := i.feed.end()
	entries, err := s.send(ctx, ev)
	var said []string
	for _, e := range entries {
		a := attemptOf(e)
		done.Attempts, said = append(done.Attempts, a), append(said, a.String())
	}
	heard, _, _, _ := i.feed.since(from) // the journal may have let go of them
	for _, h := range heard {
		if h.entry.Kind == journal.Consequence && h.entry.Platform == s.Platform.Name {
			done.Consequences = append(done.Consequences, i.view.Line(h.entry.Says()))
		}
	}
	done.Said = strings.Join(append(said, done.Consequences...), "; ")
	return done, err
}

func attemptOf(e journal.Entry) Attempt {
	return Attempt{e.Hook, e.Request.Method, e.Request.URL, e.Response.Status, e.Failure, e.Acknowledged}
}

// mostParts are the values, and the faults, that an order may have: each value is a copy of the payload.
const mostParts = 1000

// event makes what is to happen.
func (i *Inspector) event(s *store, o Order) (engine.Event, error) {
	if len(o.Values) > mostParts || len(o.Faults) > mostParts {
		return engine.Event{}, fmt.Errorf("an order has at most %d values, and as many faults", mostParts)
	}
	m, err := i.Fixtures.Event(s.Platform.Name, o.Event)
	if err != nil {
		return engine.Event{}, err
	}
	if o.New {
		if m, err = i.renew(m); err != nil {
			return engine.Event{}, err
		}
	}
	changed := *m
	for _, v := range o.Values {
		if changed.Body, err = fixtures.Overlay(changed.Body, v.Path, v.Value); err != nil {
			return engine.Event{}, err
		}
	}
	ev := engine.Event{Message: &changed}
	var broken []error
	for _, name := range o.Faults {
		f, err := fault.Find(name)
		if err == nil {
			err = engine.Fits(s.Platform, f)
		}
		ev.Faults, broken = append(ev.Faults, f), append(broken, err)
	}
	return ev, errors.Join(broken...)
}

func (i *Inspector) renew(m *fixtures.Message) (*fixtures.Message, error) {
	return fixtures.Renew(m, i.Seed, i.renewed.Add(1))
}

// againOrder is what POST /again takes: a callback that is to be sent again.
type againOrder struct {
	Exchange string `json:"exchange"` // as the page names it
	New      bool   `json:"new"`      // as another event, with new ids; otherwise the same bytes under the same id
}

// again sends the callback of an exchange again, to where it went. It is signed anew, as each attempt is; what was wrong with it
// is wrong again, unless it is to be another event.
func (i *Inspector) again(ctx context.Context, o againOrder) (Receipt, error) {
	h, err := i.callback(o.Exchange)
	if err != nil {
		return Receipt{}, err
	}
	s, err := i.storeOf(h.entry.Platform)
	if err != nil {
		return Receipt{}, err
	}
	m, err := i.recorded(h.entry)
	if err != nil {
		return Receipt{}, err
	}
	ev := engine.Event{Message: m}
	if o.New {
		ev.Message, err = i.renew(m)
	} else {
		ev.ID, ev.Again, ev.Verbatim = h.entry.Delivery, true, true
		ev.Faults, err = beyond(h.entry)
	}
	if err != nil {
		return Receipt{}, err
	}
	target := h.entry.Request.URL
	if s.Anew {
		target = s.Target(h.entry.Event)
	}
	s.aim(m, target)
	ev.Hooks = s.pointsTo(target)
	return i.deliver(ctx, s, ev)
}

// recorded is the callback of an exchange as a message: its bytes, with the fields that the catalogue's message has. What
// proves the sender, and what a hook asks for, is added when it is sent. Its name is no fixture's: all in it that depends on
// the account, or on the event, may be set anew.
func (i *Inspector) recorded(e journal.Entry) (*fixtures.Message, error) {
	m := &fixtures.Message{Meta: fixtures.Meta{Platform: e.Platform, Event: e.Event}}
	if i.Fixtures.Has(e.Platform, e.Event) {
		of, err := i.Fixtures.Event(e.Platform, e.Event)
		if err != nil {
			return nil, err
		}
		m.Meta = of.Meta
		m.Header = slices.Clone(of.Header)
	}
	m.Name, m.Meta.SHA256, m.Meta.Dialect = "exchange", "", ""
	m.Start, m.Body = e.Request.Method+" / HTTP/1.1", e.Request.Body
	if e.Intact != nil {
		m.Body = e.Intact
	}
	m.Header = slices.DeleteFunc(m.Header, func(f fixtures.Field) bool { return strings.EqualFold(f.Name, "Content-Type") })
	if media := e.Request.Field("Content-Type"); media != "" {
		m.Header = append(m.Header, fixtures.Field{Name: "Content-Type", Value: media})
	}
	return m, nil
}

// faultOrder is what POST /fault takes.
type faultOrder struct {
	Platform string `json:"platform"`
	Fault    string `json:"fault"` // "": all are switched off
}

// fault switches one on, or all off.
func (i *Inspector) fault(_ context.Context, o faultOrder) (Receipt, error) {
	s, err := i.storeOf(o.Platform)
	if err != nil {
		return Receipt{}, err
	}
	if o.Fault == "" {
		s.switchOff()
		return Receipt{Said: "no fault is switched on"}, nil
	}
	f, err := fault.Find(o.Fault)
	if err == nil {
		err = s.switchOn(f)
	}
	if err != nil {
		return Receipt{}, err
	}
	return Receipt{Said: f.Name + ": " + f.Doc}, nil
}

// removeOrder is what POST /remove takes.
type removeOrder struct {
	Platform string `json:"platform"`
	Hook     int64  `json:"hook"`
}

// remove takes a hook off the platform.
func (i *Inspector) remove(_ context.Context, o removeOrder) (Receipt, error) {
	s, err := i.storeOf(o.Platform)
	if err != nil {
		return Receipt{}, err
	}
	if _, ok := s.Engine.State.Hooks.Delete(o.Hook); !ok {
		return Receipt{}, fmt.Errorf("%s has no hook %d", s.Platform.Title, o.Hook)
	}
	return Receipt{Platform: s.Platform.Name, Said: fmt.Sprintf("hook %d is removed", o.Hook)}, nil
}

// longest is how far time can be moved at once.
const longest = 366 * 24 * time.Hour

// passOrder is what POST /pass takes.
type passOrder struct {
	Platform string `json:"platform"`
	By       string `json:"by"` // a duration, "90m"; "": until the next callback is due
}

// pass lets the platform's time pass. What was due in it is sent.
func (i *Inspector) pass(ctx context.Context, o passOrder) (Receipt, error) {
	s, err := i.storeOf(o.Platform)
	if err != nil {
		return Receipt{}, err
	}
	by, due := s.Engine.Due()
	if o.By != "" {
		if by, err = time.ParseDuration(o.By); err != nil || by < 0 || by > longest {
			return Receipt{}, fmt.Errorf("%q is no time that can pass; write it as 90m or 48h, a year at most", o.By)
		}
	} else if !due {
		return Receipt{Platform: s.Platform.Name, Said: "no callback waits to be sent again"}, nil
	}
	attempts := 0
	err = s.Engine.Pass(ctx, by, func(journal.Entry) { attempts++ })
	return Receipt{Platform: s.Platform.Name, Said: fmt.Sprintf("it is %s later; attempts that were due: %d", mockplatforms.InWords(by.Round(time.Second)), attempts)}, err
}
