package engine

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Event is something that happens on the platform.
type Event struct {
	Message  *fixtures.Message
	Verbatim bool                            // the body goes out as it is in the message
	ID       string                          // "": a new one. The same id again is the same event again
	Again    bool                            // it was sent before
	At       time.Time                       // zero: now
	Delivery string                          // the id that the callback is sent under; "": ID. Another one makes it another delivery of the same event
	Skew     time.Duration                   // signed at another time than now: before (negative) or after
	Form     *form.Form                      // how the body is written down; nil: as the platform does
	Faults   []fault.Fault                   // what goes wrong on the way; a retry has none of them
	Hooks    func(h mockplatforms.Hook) bool // which of the matching hooks get it; nil: all
}

// Fits says whether callbacks of a platform can have a fault: one that signs nothing has no signature to get wrong.
func Fits(p *mockplatforms.Platform, f fault.Fault) error {
	if f.Signature && p.Sign == nil {
		return fmt.Errorf("%s signs nothing, so its callbacks cannot have the fault %q", p.Title, f.Name)
	}
	return nil
}

// NeedsSocket is the error of a fault that only a real connection can have, where callbacks travel in this process.
type NeedsSocket struct{ Fault string }

func (e *NeedsSocket) Error() string {
	return fmt.Sprintf("the fault %q needs a real connection, and this receiver is called in process", e.Fault)
}

// Unwritable is the error of a body that has nothing in it that a form writes otherwise.
type Unwritable struct {
	Message, Form string
	Why           error
}

func (e *Unwritable) Error() string {
	return fmt.Sprintf("%s cannot be written in the form %s: %v", e.Message, e.Form, e.Why)
}

// fault finds the one fault of an event for which ask is true, or nil.
func (ev Event) fault(ask func(fault.Fault) bool) *fault.Fault {
	if i := slices.IndexFunc(ev.Faults, ask); i >= 0 {
		return &ev.Faults[i]
	}
	return nil
}

// send makes one attempt and gives its entry, which is not in the journal yet. The error is a callback that could not
// be made, never a bad answer.
func (e *Engine) send(ctx context.Context, hook mockplatforms.Hook, c *callback) (journal.Entry, error) {
	request, names, err := e.request(hook, c.event)
	if err != nil {
		return journal.Entry{}, &delivery.Unsendable{Why: err}
	}
	began := time.Now()
	entry := journal.Entry{
		Kind: journal.Attempt, Platform: e.Platform.Name, At: began, Virtual: e.Clock.Now(),
		Event: c.event.Message.Meta.Event, Delivery: c.event.Delivery, Hook: hook.ID, Number: c.number,
	}
	request.URL, entry.Unsent = address(request.URL, c.event.Message)
	if entry.Request, err = delivery.Outgoing(request); err != nil {
		return entry, fmt.Errorf("%s: %w", c.event.Message.Name, err)
	}
	player := c.event.fault(func(f fault.Fault) bool { return f.Play != nil })
	front := c.event.fault(func(f fault.Fault) bool { return f.Instead != nil })
	if front == nil {
		front = e.outage()
	}
	if reaches(front) {
		entry.Condition = string(e.condition(hook, c))
	}
	switch {
	case front != nil:
		names = append(names, front.Name)
		e.standIn(ctx, *front.Instead, request, &entry)
	case player != nil:
		names = append(names, player.Name)
		if err := e.play(ctx, *player, request, &entry); err != nil {
			return entry, err
		}
	default:
		entry.Response, entry.Failure = delivery.Send(ctx, e.transport, request, e.timeout)
	}
	entry.Took, entry.Fault = time.Since(began), strings.Join(names, ", ")
	if entry.Failure == "" {
		entry.Rejected = e.State.Policy().Judge(entry.Response.Status, entry.Response.Header)
	}
	entry.Acknowledged = entry.Failure == "" && entry.Rejected == ""
	return entry, nil
}

// standIn has what is in front of the receiver answer in its place.
func (e *Engine) standIn(ctx context.Context, a fault.Answer, request mockplatforms.Request, entry *journal.Entry) {
	entry.InFront = true
	failure := strings.ReplaceAll(a.Failure, "{timeout}", e.timeout.String())
	if a.Reaches {
		answer, broken := delivery.Send(ctx, e.transport, request, e.timeout)
		lost := cmp.Or(broken, fmt.Sprintf("the receiver had answered with status %d", answer.Status))
		failure = fmt.Sprintf("%s (%s)", failure, lost)
	}
	entry.Failure = failure
	if a.Status != 0 {
		entry.Failure, entry.Response = "", journal.Message{Status: a.Status, Header: a.Header}
	}
}

// play has a broken sender write the request on a connection of its own. What it wrote is what the journal has.
func (e *Engine) play(ctx context.Context, f fault.Fault, request mockplatforms.Request, entry *journal.Entry) error {
	sockets, ok := e.transport.(*http.Transport)
	if !ok {
		return &NeedsSocket{f.Name}
	}
	var line *delivery.Line
	answer, failure, kept := delivery.Play(ctx, sockets, request, e.timeout, func(l *delivery.Line) error {
		line = l
		return f.Play(l)
	})
	if kept != nil {
		e.Keep(kept)
	}
	entry.Response, entry.Failure = answer, failure
	if line == nil {
		return nil // nobody was reached
	}
	if entry.Request = line.Sent(); !bytes.Equal(entry.Request.Body, request.Body) {
		entry.Intact = request.Body
	}
	return nil
}

// request makes what goes out to a hook's target, with what is done to it on purpose.
func (e *Engine) request(hook mockplatforms.Hook, ev Event) (request mockplatforms.Request, names []string, err error) {
	account := e.accountOf(hook)
	request, err = e.Platform.Encode(e.State, mockplatforms.Callback{
		Account: account, Hook: hook, Message: ev.Message, Verbatim: ev.Verbatim, ID: ev.ID, At: ev.At,
	})
	if err != nil {
		return request, nil, fmt.Errorf("%s cannot send %s: %w", e.Platform.Title, ev.Message.Name, err)
	}
	if ev.Verbatim {
		request = verbatim(request, ev.Message)
	}
	request = request.With(hook.Headers...)
	if !slices.ContainsFunc(request.Header, func(f fixtures.Field) bool { return strings.EqualFold(f.Name, "User-Agent") }) {
		request = request.WithHeader("User-Agent", "hookdrill") // which name platforms give themselves is not published
	}
	if ev.Form != nil {
		if request, err = ev.Form.Apply(request); err != nil {
			return request, nil, &Unwritable{ev.Message.Name, ev.Form.Name, err}
		}
		names = append(names, "the form "+ev.Form.Name)
	}
	request, early := apply(request, ev.Faults, false)
	request, err = e.sign(request, account, ev)
	request, late := apply(request, ev.Faults, true)
	return request, slices.Concat(names, early, late), err
}

// sign adds the fields that prove the sender. A fault may sign with another secret, or another body.
func (e *Engine) sign(request mockplatforms.Request, account mockplatforms.Account, ev Event) (mockplatforms.Request, error) {
	if e.Platform.Sign == nil {
		return request, nil
	}
	secret, body := account.Secret, request.Body
	for _, f := range ev.Faults {
		if f.Sign != nil {
			secret, body = f.Sign(secret, body)
		}
	}
	account.Secret = secret
	fields, err := e.Platform.Sign(account, ev.Delivery, skewed(e.stamp(), ev.Skew, e.State.Policy().Tolerance), body)
	if err != nil {
		return request, err
	}
	return request.With(fields...), nil // a recording may carry those of its own time
}

// skewed gives the time of a signature that is made before or after now. Timestamps are whole seconds: the rounding
// leads away from the edge at which receivers begin to refuse, so that the second in which a callback travels does not
// decide what it is taken for.
func skewed(now time.Time, skew, tolerance time.Duration) time.Time {
	if skew == 0 {
		return now
	}
	exact := now.Add(skew)
	at := exact.Truncate(time.Second)
	if taken := skew.Abs() <= tolerance; (skew < 0) == taken && at.Before(exact) {
		at = at.Add(time.Second)
	}
	return at
}

// verbatim has the method and the fields of the message in the place of the platform's: the scenario wrote them.
func verbatim(r mockplatforms.Request, m *fixtures.Message) mockplatforms.Request {
	if method := m.Method(); method != "" {
		r.Method = method
	}
	return r.With(m.Header...)
}

// apply puts the request through the faults of one side of the signature.
func apply(r mockplatforms.Request, faults []fault.Fault, afterSigning bool) (changed mockplatforms.Request, names []string) {
	for _, f := range faults {
		switch {
		case f.Sign != nil && !afterSigning:
			names = append(names, f.Name)
		case f.Apply != nil && f.AfterSigning == afterSigning:
			r, names = f.Apply(r), append(names, f.Name)
		}
	}
	return r, names
}
