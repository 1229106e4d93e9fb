package steps

import (
	"errors"
	"reflect"
	"slices"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// excused is why a scenario that failed is not the receiver's failure: something that it asked the platform for, or a callback that
// was due to it, is not in hookdrill. That does not excuse what the receiver should not have done, or what a callback led to that it
// should not have believed.
func (w *World) excused(err error) string {
	wrong, unsendable, judged := misuse(""), new(delivery.Unsendable), new(expect.Mismatch)
	switch {
	case w.engine == nil || err == nil || errors.Is(err, godog.ErrSkip) || errors.As(err, &wrong) || errors.As(err, &unsendable):
		return ""
	case errors.As(err, &judged) && judged.TooMuch:
		return ""
	}
	for _, e := range w.sent {
		if slices.Contains([]mockplatforms.Condition{mockplatforms.Forged, mockplatforms.NoJSON, mockplatforms.BrokenOff}, mockplatforms.Condition(e.Condition)) {
			return ""
		}
	}
	found := ""
	w.engine.Journal.Each(0, func(e journal.Entry) bool { // without a copy: there may be a million
		found = e.Missing()
		return found == ""
	})
	return found
}

// excusing is the method of a step that ends the scenario without a verdict where its failure is excused.
func (w *World) excusing(do any) any {
	method := reflect.ValueOf(do)
	return reflect.MakeFunc(method.Type(), func(args []reflect.Value) []reflect.Value {
		result := method.Call(args)
		err, _ := result[0].Interface().(error)
		if gap := w.excused(err); gap != "" {
			err = w.notOffered(gap)
			result[0] = reflect.ValueOf(&err).Elem()
		}
		return result
	}).Interface()
}

// missing says what the first call met that hookdrill does not have.
func missing(entries []journal.Entry) string {
	for _, e := range entries {
		if text := e.Missing(); text != "" {
			return text
		}
	}
	return ""
}

// mostServed is how many answers to lookups a failure shows.
const mostServed = 3

// served are the answers to what the receiver has looked up since the event happened: what an app does depends on them. Those that a
// failure shows anyway are left out.
func (w *World) served(shown []journal.Entry) (list []journal.Entry) {
	if w.engine == nil || len(w.events) == 0 {
		return nil
	}
	w.engine.Journal.Each(w.first.mark, func(e journal.Entry) bool {
		isShown := slices.ContainsFunc(shown, func(other journal.Entry) bool { return other.Seq == e.Seq })
		if e.Kind == journal.Lookup && !isShown {
			list = append(list, e)
		}
		return len(list) < mostServed
	})
	return list
}
