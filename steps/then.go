package steps

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

func (w *World) acknowledges() error { return w.answers(expect.Acknowledged()) }
func (w *World) refuses() error      { return w.answers(expect.Refused()) }
func (w *World) handles() error      { return w.answers(expect.Handled()) }

func (w *World) answers(class expect.Class) error {
	sent, err := w.answered()
	if err != nil {
		return err
	}
	if err := expect.Answers(sent, class); err != nil {
		return err
	}
	return w.each(w.keepsNarrowed)
}

// each holds every callback of the last When to something.
func (w *World) each(judge func(journal.Entry) error) error {
	sent, err := w.answered()
	if err != nil {
		return err
	}
	for _, e := range sent {
		if err := judge(e); err != nil {
			return err
		}
	}
	return nil
}

// eachAnswer holds every answer of the last When to something: there is nothing to find in one that did not come.
func (w *World) eachAnswer(judge func(journal.Entry) error) error {
	sent, err := w.answered()
	if err == nil {
		err = expect.Answered(sent)
	}
	if err != nil {
		return err
	}
	return w.each(judge)
}

func (w *World) answersStatus(list string) error {
	var allowed []int
	for _, s := range strings.FieldsFunc(list, func(r rune) bool { return r < '0' || r > '9' }) {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		allowed = append(allowed, n)
	}
	return w.each(func(e journal.Entry) error { return expect.Status([]journal.Entry{e}, allowed) })
}

func (w *World) answersWithin(n int, unit string) error {
	return w.each(func(e journal.Entry) error { return expect.Within(e, durationOf(n, unit)) })
}

// durationOf reads a number with a unit of the vocabulary.
func durationOf(n int, unit string) time.Duration {
	return time.Duration(n) * map[string]time.Duration{
		"ms": time.Millisecond, "s": time.Second, "second": time.Second, "minute": time.Minute, "hour": time.Hour, "day": 24 * time.Hour,
	}[unit]
}

func (w *World) answerHeader(name, want string) error {
	return w.eachAnswer(func(e journal.Entry) error { return expect.Field(e, name, want) })
}

func (w *World) answerContains(text string) error {
	return w.eachAnswer(func(e journal.Entry) error { return expect.Contains(e, text) })
}

func (w *World) answerTellsNothing() error { return w.eachAnswer(expect.NoInsides) }

func (w *World) answerValue(path, want string) error {
	return w.eachAnswer(func(e journal.Entry) error { return expect.ValueIs(e.Response.Body, path, want) })
}

func (w *World) nothingSent() error {
	if len(w.events) == 0 {
		return errNothingHappened
	}
	return expect.NothingSent(w.sent)
}

// stillHandles sends a good callback about something new. The state counts where it can be seen, whether or not the
// scenario needs it elsewhere.
func (w *World) stillHandles(ctx context.Context, event string) error {
	if w.target.Probe != nil {
		w.needs |= NeedsProbe
	}
	if err := w.happensNew(ctx, event); err != nil {
		return fmt.Errorf("the receiver did not survive: %w", err)
	}
	if err := w.acknowledges(); err != nil || w.target.Probe == nil {
		return err
	}
	return w.takesEffect(ctx)
}

// stateBefore is the receiver's state before the last callback.
func (w *World) stateBefore() []byte { return w.states[len(w.states)-1] }

// awaitState judges the receiver's state again and again, until the judgement agrees or patience ends.
func (w *World) awaitState(ctx context.Context, judge func(state []byte) error) error {
	until, cancel := w.patience(ctx)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		state, err := w.readState(ctx)
		if err != nil {
			return err
		}
		if err = judge(state); err == nil {
			return nil
		}
		select {
		case <-tick.C:
		case <-until.Done():
			return err
		}
	}
}

// quietState gives the state after the receiver's quiet period.
func (w *World) quietState(ctx context.Context) ([]byte, error) {
	w.settle(ctx)
	return w.readState(ctx)
}

func (w *World) takesEffect(ctx context.Context) error {
	sent, err := w.callbacks()
	if err != nil {
		return err
	}
	return w.awaitState(ctx, func(state []byte) error { return expect.Changed(w.stateBefore(), state, sent) })
}

func (w *World) noEffect(ctx context.Context) error {
	if !w.named() {
		return w.notOffered("nothing tells this receiver what has happened: neither the payload nor its address ({event} in --receiver) names the event")
	}
	if err := w.unchanged(ctx, "the callback had an effect that it should not have"); err != nil {
		return err
	}
	return w.otherwiseTakesEffect(ctx)
}

// named says whether a receiver could know which event of no catalogue the last one is: from the payload, or from the address to
// which it came.
func (w *World) named() bool {
	if len(w.events) == 0 {
		return true
	}
	m := w.last().Message
	event := m.Meta.Event
	return w.setup.Fixtures.Has(w.platform.Name, event) || strings.Contains(string(m.Body), event) ||
		strings.Contains(w.target.URL(w.platform.Name, event), event)
}

func (w *World) unchanged(ctx context.Context, message string) error {
	sent, err := w.arrived()
	if err != nil {
		return err
	}
	after, err := w.quietState(ctx)
	if err != nil {
		return err
	}
	return expect.Unchanged(message, w.stateBefore(), after, sent)
}

func (w *World) refusedOrEffect(ctx context.Context) error {
	if err := w.handles(); err != nil {
		return err
	}
	if w.refuses() == nil {
		return nil
	}
	return w.takesEffect(ctx)
}

func (w *World) sameEffect(ctx context.Context) error {
	err := w.takesEffect(ctx)
	if err == nil {
		err = w.otherwiseTakesEffect(ctx)
	}
	if err != nil {
		return err
	}
	return w.sameAsUsual()
}

// sameAsUsual compares with what the same callback has left behind in its usual form.
func (w *World) sameAsUsual() error {
	usual := expect.Left{Before: w.control.state, After: w.control.after, Payload: w.control.payload}
	came := expect.Left{Before: w.stateBefore(), After: w.control.state, Payload: w.last().Message.Body}
	var point gjson.Type
	if f := w.last().Form; f != nil {
		point = f.Point
	}
	return expect.SameEffect(usual, came, point, w.sent)
}

func (w *World) refusedOrSame(ctx context.Context) error {
	if err := w.handles(); err != nil {
		return err
	}
	if w.refuses() == nil {
		return nil
	}
	return w.sameEffect(ctx)
}

var errNotTwice = errors.New(`this step is about a callback that came twice; "When the same callback is sent again" comes first`)

func (w *World) effectOnce(ctx context.Context) error {
	if len(w.states) < 2 {
		return errNotTwice
	}
	if sent, err := w.arrived(); err != nil {
		return err
	} else if err := expect.Changed(w.states[len(w.states)-2], w.stateBefore(), sent); err != nil {
		return err
	}
	return w.unchanged(ctx, w.copied()+" was processed twice")
}

// copied is in words what came twice.
func (w *World) copied() string {
	if w.last().Delivery != "" {
		return "the same event, under another delivery id,"
	}
	return "the same callback"
}

func (w *World) stateShows(ctx context.Context, want string) error {
	var before []byte
	if len(w.states) > 0 {
		before = w.states[0]
	}
	err := w.awaitState(ctx, func(state []byte) error { return expect.Shown(before, state, want, w.sent) })
	if errors.Is(err, expect.ErrNothingNew) {
		return w.notOffered(fmt.Sprintf("%v; give it a fresh one (%q)", err, want))
	}
	return err
}

func (w *World) stateShowsID(ctx context.Context) error {
	ids, err := w.namedIDs()
	if err != nil {
		return err
	}
	return w.stateShows(ctx, ids[len(ids)-1])
}

func (w *World) stateHides(ctx context.Context, text string) error {
	if _, err := w.arrived(); err != nil {
		return err
	}
	state, err := w.quietState(ctx)
	if err == nil {
		err = expect.Hidden(state, text, w.sent)
	}
	return w.ifMoved(ctx, state, err)
}

// ifMoved is a judgement over a state that the callbacks have changed, or others would have.
func (w *World) ifMoved(ctx context.Context, state []byte, judged error) error {
	if judged != nil || !expect.Equal(w.stateBefore(), state) {
		return judged
	}
	return w.otherwiseTakesEffect(ctx)
}

func (w *World) stateValue(ctx context.Context, path, want string) error {
	return w.awaitState(ctx, func(state []byte) error { return expect.ValueIs(state, path, want) })
}

func (w *World) fetched(ctx context.Context, resource, id, times string) error {
	if err := w.knownResource(resource); err != nil {
		return err
	}
	return w.fetchedEach(ctx, resource, []string{strings.Trim(id, `"`)}, count(times, -1))
}

// fetchedEach holds the lookups of several things to a number each, since the first of their callbacks.
func (w *World) fetchedEach(ctx context.Context, resource string, ids []string, want int) error {
	if err := w.couldHave(want); err != nil {
		return err
	}
	judge := func(want int) error {
		for _, id := range ids {
			if err := expect.Fetched(w.since(w.first.mark), resource, id, want); err != nil {
				return err
			}
		}
		return nil
	}
	if want != 0 {
		_ = w.await(ctx, func() error { return judge(-1) }) // judged below, with the number
	}
	w.settle(ctx) // one more could come
	return judge(want)
}

// couldHave refuses to say that the receiver did nothing after callbacks that it has not answered.
func (w *World) couldHave(want int) (err error) {
	if want == 0 {
		_, err = w.arrived()
	}
	return err
}

func (w *World) fetchedNamed(ctx context.Context, resource, times string) error {
	if err := w.knownResource(resource); err != nil {
		return err
	}
	ids, err := w.namedIDs()
	if err != nil {
		return err
	}
	return w.fetchedEach(ctx, resource, ids, count(times, -1))
}

// namedIDs are the ids that the callbacks of the last events named.
func (w *World) namedIDs() (ids []string, err error) {
	if len(w.events) == 0 {
		return nil, errNothingHappened
	}
	for _, ev := range w.events {
		id, err := namedID(ev.Message)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	return ids, nil
}

// namedID reads the id where the fixture of a callback has it.
func namedID(m *fixtures.Message) (string, error) {
	if len(m.Meta.Identity) == 0 {
		return "", fmt.Errorf("%s does not say where its id is (Fixture-Identity); name the id: the receiver fetched customer \"32\"", m.Name)
	}
	inner, _ := fixtures.Unescape(m.Body)
	id, err := expect.Value(inner, m.Meta.Identity[0])
	if err != nil {
		return "", err
	}
	if id.Type == gjson.String {
		return id.Str, nil
	}
	return id.Raw, nil
}

func (w *World) fetchedNothing(ctx context.Context) error {
	if err := w.couldHave(0); err != nil {
		return err
	}
	w.settle(ctx)
	return expect.FetchedNothing(w.since(w.mark))
}
