package engine_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
)

// TestCondition: the journal says in which condition a callback reached the receiver, the worst of all that are true.
func TestCondition(t *testing.T) {
	faults := func(names ...string) (list []fault.Fault) {
		for _, name := range names {
			list = append(list, named(t, name))
		}
		return list
	}
	written := func(name string) *form.Form {
		f, err := form.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		return &f
	}
	for _, c := range []struct {
		name  string
		event engine.Event
		want  mockplatforms.Condition
	}{
		{"as it is", engine.Event{}, mockplatforms.Good},
		{"once more", engine.Event{Again: true}, mockplatforms.Repeated},
		{"older than the last", engine.Event{At: time.Unix(1, 0)}, mockplatforms.OutOfOrder},
		{"an older one once more", engine.Event{At: time.Unix(1, 0), Again: true}, mockplatforms.Repeated},
		{"form", engine.Event{Form: written("indented")}, mockplatforms.OtherForm},
		{"a form once more", engine.Event{Form: written("indented"), Again: true}, mockplatforms.OtherForm},
		{"odd form", engine.Event{Form: written("BOM")}, mockplatforms.OddForm},
		{"method", engine.Event{Faults: faults("wrong method")}, mockplatforms.OddEnvelope},
		{"body", engine.Event{Faults: faults("empty body")}, mockplatforms.NoJSON},
		{"size", engine.Event{Faults: faults("1 MiB body")}, mockplatforms.Large},
		{"signature", engine.Event{Faults: faults("no signature")}, mockplatforms.Forged},
		{"two signatures", engine.Event{Faults: faults("two signatures")}, mockplatforms.OddSignature},
		{"two signatures over another key", engine.Event{Faults: faults("two signatures", "wrong key")}, mockplatforms.Forged},
		{"a forged body that is none", engine.Event{Faults: faults("empty body", "no signature")}, mockplatforms.Forged},
		{"a little early", engine.Event{Skew: -time.Second}, mockplatforms.OddSignature},
		{"an hour late", engine.Event{Skew: time.Hour}, mockplatforms.OddTimestamp},
		{"a minute early", engine.Event{Skew: -time.Minute}, mockplatforms.OddTimestamp},
		{"a day early", engine.Event{Skew: -24 * time.Hour}, mockplatforms.Forged},
		{"letters behind the timestamp", engine.Event{Faults: faults("letters behind the timestamp")}, mockplatforms.OddTimestamp},
		{"word for word", engine.Event{Verbatim: true}, mockplatforms.AsWritten},
		{"not reached", engine.Event{Faults: faults("connection refused")}, ""},
		{"an answer that is lost", engine.Event{Faults: faults("answer lost")}, mockplatforms.Good},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, _ := start(t, func(o *engine.Options) { o.Platform.Policy.Tolerance = time.Minute }) // which decides nothing
			hook(e, "made", "/200")
			deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), ID: "first"})
			c.event.Message, c.event.ID = load(t, e, "callbacks/made"), "second"
			if got := deliver(t, e, c.event)[0].Condition; got != string(c.want) {
				t.Errorf("it is %q, not %q", got, c.want)
			}
		})
	}
	t.Run("a method that nobody has asked for", func(t *testing.T) {
		for _, h := range []struct {
			hook mockplatforms.Hook
			want mockplatforms.Condition
		}{
			{mockplatforms.Hook{Given: true, Method: "GET"}, mockplatforms.OddEnvelope},
			{mockplatforms.Hook{Method: "GET"}, mockplatforms.Good}, // the receiver registered it so
			{mockplatforms.Hook{Given: true, Method: "POST"}, mockplatforms.Good},
		} {
			e, _ := start(t)
			hook(e, "made", "/200", func(made *mockplatforms.Hook) { made.Given, made.Method = h.hook.Given, h.hook.Method })
			if got := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0].Condition; got != string(h.want) {
				t.Errorf("%+v: it is %q, not %q", h.hook, got, h.want)
			}
		}
	})
	t.Run("copies at once", func(t *testing.T) {
		e, _ := start(t)
		hook(e, "made", "/200")
		message := load(t, e, "callbacks/made")
		sent, err := e.DeliverAtOnce(context.Background(), []engine.Event{{Message: message, ID: "a"}, {Message: message, ID: "b"}, {Message: message, ID: "a"}})
		if err != nil {
			t.Fatal(err)
		}
		var seen []string
		for _, entry := range sent {
			seen = append(seen, entry.Delivery+" "+entry.Condition)
		}
		if slices.Sort(seen); !slices.Equal(seen, []string{"a copies at once", "a copies at once", "b many at once"}) {
			t.Errorf("they are %q", seen)
		}
	})
	t.Run("retry", func(t *testing.T) {
		e, _ := start(t, retrying())
		hook(e, "made", "/500")
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), Faults: faults("empty body")})
		if next := pass(t, e, time.Minute); len(next) != 1 || next[0].Condition != string(mockplatforms.Retried) {
			t.Errorf("the next attempt is %+v", next)
		}
	})
}
