package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

func (w *World) acknowledges() error { return w.answers(expect.Acknowledged()) }
func (w *World) refuses() error      { return w.answers(expect.Refused()) }
func (w *World) handles() error      { return w.answers(expect.Handled()) }

func (w *World) answers(class expect.Class) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	return expect.Answers(sent, class)
}

func (w *World) answersStatus(list string) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	var allowed []int
	for _, s := range strings.FieldsFunc(list, func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		allowed = append(allowed, n)
	}
	return expect.Status(sent, allowed)
}

func (w *World) answersWithin(n int, unit string) error {
	limit := time.Duration(n) * map[string]time.Duration{"ms": time.Millisecond, "s": time.Second}[unit]
	return w.each(func(e journal.Entry) error {
		if e.Took <= limit && e.Failure == "" {
			return nil
		}
		got := e.Took.Round(time.Millisecond).String()
		if e.Failure != "" {
			got = expect.Answer(e)
		}
		return &expect.Mismatch{Message: "the receiver answers too late", Want: "an answer within " + limit.String(), Got: got}
	})
}

// each holds every callback of the last When to something; the exchange is put into the evidence.
func (w *World) each(judge func(journal.Entry) error) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	for _, e := range sent {
		err := judge(e)
		var m *expect.Mismatch
		if errors.As(err, &m) && len(m.Entries) == 0 {
			m.Entries = []journal.Entry{e}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *World) answerHeader(name, want string) error {
	return w.each(func(e journal.Entry) error {
		if got := e.Response.Field(name); got != want {
			return &expect.Mismatch{Message: "the answer's header " + name + " is wrong", Want: strconv.Quote(want), Got: strconv.Quote(got)}
		}
		return nil
	})
}

func (w *World) answerContains(text string) error {
	return w.each(func(e journal.Entry) error {
		if !strings.Contains(string(e.Response.Body), text) {
			return &expect.Mismatch{Message: "the answer's body is wrong", Want: fmt.Sprintf("a body with %q in it", text), Got: fmt.Sprintf("%.200q", e.Response.Body)}
		}
		return nil
	})
}

// insides are what frameworks show in their default error pages: stack frames, source files, absolute paths.
var insides = regexp.MustCompile(`(?m)^\s*at .+\(.+:\d+:\d+\)|Traceback \(most recent call last\)|goroutine \d+ \[|(?:/[\w.-]+){2,}\.(?:js|ts|py|rb|php|go|java)\b|\.(?:js|py|rb|php|go):\d+`)

func (w *World) answerTellsNothing() error {
	return w.each(func(e journal.Entry) error {
		if found := insides.Find(e.Response.Body); found != nil {
			return &expect.Mismatch{
				Message: "the answer shows the receiver's insides to whoever calls it",
				Want:    "no stack trace and no path in the answer", Got: fmt.Sprintf("%.120q", found),
			}
		}
		return nil
	})
}

func (w *World) answerValue(path, want string) error {
	return w.each(func(e journal.Entry) error { return expect.ValueIs(e.Response.Body, path, want) })
}

func (w *World) nothingSent() error {
	if w.event == nil {
		return fmt.Errorf("no event happened yet; a When step comes first")
	}
	if len(w.sent) == 0 {
		return nil
	}
	return &expect.Mismatch{Message: "a callback was sent", Want: "none", Got: fmt.Sprintf("%d", len(w.sent)), Entries: w.sent}
}

// stillHandles sends a good callback about something new. The state counts where it can be seen, whether or not the
// scenario needs it elsewhere.
func (w *World) stillHandles(ctx context.Context, event string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	if m, err = w.renewed(m); err != nil {
		return err
	}
	if w.target.Probe != nil {
		w.needs |= NeedsProbe
	}
	if err := w.happen(ctx, engine.Event{Message: m}); err != nil {
		return fmt.Errorf("the receiver did not survive: %w", err)
	}
	if err := w.acknowledges(); err != nil || w.target.Probe == nil {
		return err
	}
	return w.takesEffect(ctx)
}

// state waits until the receiver's state is as wanted, and gives it as it is in the end.
func (w *World) state(ctx context.Context, wanted func(state []byte) bool) ([]byte, error) {
	if w.engine == nil {
		return nil, errNoStore
	}
	until, cancel := w.patience(ctx)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		state, err := w.target.Probe(ctx)
		if err != nil || wanted(state) {
			return state, err
		}
		select {
		case <-tick.C:
		case <-until.Done():
			return state, nil
		}
	}
}

// quietState gives the state after the receiver's quiet period.
func (w *World) quietState(ctx context.Context) ([]byte, error) {
	w.settle(ctx)
	return w.target.Probe(ctx)
}

func (w *World) takesEffect(ctx context.Context) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	before := w.states[len(w.states)-1]
	after, err := w.state(ctx, func(state []byte) bool { return !expect.Equal(before, state) })
	if err != nil || !expect.Equal(before, after) {
		return err
	}
	return &expect.Mismatch{
		Message: sent[0].Event + " was answered, and had no effect: 200 is not an effect",
		Want:    "another state than before the callback", Got: fmt.Sprintf("the same: %.300s", after), Entries: sent,
	}
}

func (w *World) noEffect(ctx context.Context) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	return w.unchanged(ctx, sent, "the callback had an effect that it should not have")
}

func (w *World) unchanged(ctx context.Context, sent []journal.Entry, message string) error {
	before := w.states[len(w.states)-1]
	after, err := w.quietState(ctx)
	if err != nil || expect.Equal(before, after) {
		return err
	}
	return &expect.Mismatch{
		Message: message, Want: "the state that was there before: " + string(before),
		Got: "this difference:\n" + expect.Diff(before, after), Entries: sent,
	}
}

func (w *World) refusedOrEffect(ctx context.Context) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	if expect.Answers(sent, expect.Refused()) == nil {
		return nil
	}
	if err := expect.Answers(sent, expect.Handled()); err != nil {
		return err
	}
	return w.takesEffect(ctx)
}

func (w *World) effectOnce(ctx context.Context) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	if len(w.states) < 2 {
		return fmt.Errorf(`this step is about a callback that came twice; "When the same callback is sent again" comes first`)
	}
	last := len(w.states) - 1
	if expect.Equal(w.states[last-1], w.states[last]) {
		return &expect.Mismatch{
			Message: "the first of the two callbacks had no effect", Want: "another state after it",
			Got: fmt.Sprintf("the same: %.300s", w.states[last]), Entries: sent,
		}
	}
	return w.unchanged(ctx, sent, "the same callback was processed twice")
}

func (w *World) stateShows(ctx context.Context, want string) error {
	state, err := w.state(ctx, func(state []byte) bool { return expect.Shows(state, want) })
	if err != nil || expect.Shows(state, want) {
		return err
	}
	return &expect.Mismatch{
		Message: "the receiver has not kept what the callback said", Want: fmt.Sprintf("%q somewhere in its state", want),
		Got: fmt.Sprintf("%.600s", state), Entries: w.sent,
	}
}

func (w *World) stateHides(ctx context.Context, text string) error {
	if w.engine == nil {
		return errNoStore
	}
	state, err := w.quietState(ctx)
	if err != nil || !expect.Shows(state, text) {
		return err
	}
	return &expect.Mismatch{
		Message: "the receiver keeps what it should not", Want: fmt.Sprintf("%q nowhere in its state", text),
		Got: fmt.Sprintf("%.600s", state), Entries: w.sent,
	}
}

func (w *World) stateValue(ctx context.Context, path, want string) error {
	state, err := w.state(ctx, func(state []byte) bool { return expect.ValueIs(state, path, want) == nil })
	if err != nil {
		return err
	}
	return expect.ValueIs(state, path, want)
}

func (w *World) fetched(ctx context.Context, resource, id, times string) error {
	if w.engine == nil {
		return errNoStore
	}
	if err := w.knownResource(resource); err != nil {
		return err
	}
	want := count(times, -1)
	until, cancel := w.patience(ctx)
	defer cancel()
	list, _ := w.engine.Journal.Await(until, w.mark, func(list []journal.Entry) bool {
		return expect.Fetched(list, resource, id, -1) == nil || want == 0
	})
	if want >= 0 {
		w.settle(ctx) // one more could come
		list = w.engine.Journal.Since(w.mark)
	}
	return expect.Fetched(list, resource, id, want)
}

// fetchedNamed reads the id where the fixture of the callback has it.
func (w *World) fetchedNamed(ctx context.Context, resource, times string) error {
	if _, err := w.callbacks(); err != nil {
		return err
	}
	m := w.event.Message
	if len(m.Meta.Identity) == 0 {
		return fmt.Errorf("%s does not say where its id is (Fixture-Identity); name the id: the receiver fetched %s \"32\"", m.Name, resource)
	}
	inner, _ := fixtures.Unescape(m.Body)
	id := gjson.GetBytes(inner, m.Meta.Identity[0])
	if !id.Exists() {
		return fmt.Errorf("the callback has no id at %q", m.Meta.Identity[0])
	}
	text := id.Raw
	if id.Type == gjson.String {
		text = id.Str
	}
	return w.fetched(ctx, resource, text, times)
}

func (w *World) fetchedNothing(ctx context.Context) error {
	if w.engine == nil {
		return errNoStore
	}
	w.settle(ctx)
	return expect.FetchedNothing(w.engine.Journal.Since(w.mark))
}
