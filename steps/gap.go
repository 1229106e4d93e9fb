package steps

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"reflect"
	"slices"

	"github.com/cucumber/godog"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
	"github.com/hookdrill/hookdrill/steps/report"
)

// excusable says whether what failed may be no failure of the receiver's: not what it should not have done.
func (w *World) excusable(err error) bool {
	wrong, unsendable, judged := misuse(""), new(delivery.Unsendable), new(expect.Mismatch)
	switch {
	case w.engine == nil || err == nil || errors.Is(err, godog.ErrSkip) || errors.As(err, &wrong) || errors.As(err, &unsendable):
		return false
	}
	return !errors.As(err, &judged) || !judged.TooMuch
}

// gap is something that the receiver asked the platform for, or a callback that was due to it, and that is not in hookdrill. It does
// not excuse what a callback led to that the receiver should not have believed.
func (w *World) gap() (found string) {
	if slices.ContainsFunc(w.sent, unbelievable) {
		return ""
	}
	w.engine.Journal.Each(0, func(e journal.Entry) bool { // without a copy: there may be a million
		found = e.Missing()
		return found == ""
	})
	return found
}

// slowed is how the receiver has asked hookdrill to slow down, where the platform would come again: a callback that it put off, and
// has not acknowledged since. What should be refused anyway may be put off with 429 alone: 503 may be what broke.
func (w *World) slowed() string {
	if len(w.platform.Policy.Retries) == 0 || w.demanded { // the project itself asks for another answer
		return ""
	}
	type callback struct {
		delivery string
		hook     int64
	}
	off := map[callback]string{}
	w.engine.Journal.Each(0, func(e journal.Entry) bool {
		switch of := (callback{e.Delivery, e.Hook}); {
		case e.Kind != journal.Attempt || e.InFront:
		case expect.PutsOff(e) && (e.Response.Status == http.StatusTooManyRequests || !unbelievable(e)):
			off[of] = fmt.Sprintf("the receiver asked to slow down: %d, Retry-After %s", e.Response.Status, e.Response.Field("Retry-After"))
		case e.Acknowledged:
			delete(off, of)
		}
		return true
	})
	if len(off) == 0 {
		return ""
	}
	return slices.Min(slices.Collect(maps.Values(off)))
}

// excusing is the method of a step that ends the scenario without a verdict where its failure is excused: by what hookdrill lacks, or
// by how fast it goes.
func (w *World) excusing(do any) any {
	method := reflect.ValueOf(do)
	return reflect.MakeFunc(method.Type(), func(args []reflect.Value) []reflect.Value {
		result := method.Call(args)
		err, _ := result[0].Interface().(error)
		if !w.excusable(err) {
			return result
		}
		if excuse := cmp.Or(w.gap(), w.slowed()); excuse != "" {
			err = w.notOffered(excuse)
			result[0] = reflect.ValueOf(&err).Elem()
		}
		return result
	}).Interface()
}

// unbelievable says whether a callback is one that a receiver should not have believed.
func unbelievable(e journal.Entry) bool {
	return slices.Contains([]mockplatforms.Condition{mockplatforms.Forged, mockplatforms.NoJSON, mockplatforms.BrokenOff}, mockplatforms.Condition(e.Condition))
}

// misspelt says what the receiver has asked for that is near to what there is.
func (w *World) misspelt() (hint string) {
	if w.engine == nil {
		return ""
	}
	w.engine.Journal.Each(0, func(e journal.Entry) bool {
		if e.Kind == journal.Unknown && e.Text != "" {
			hint = "; " + e.Text
		}
		return hint == ""
	})
	return hint
}

// misses keeps what a scenario has met that hookdrill does not have: a receiver that has answered already may ask for it after the
// scenario is over.
func (r *featureRun) misses(scenario, gap string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.gaps == nil {
		r.gaps = map[string]string{}
	}
	r.gaps[scenario] = cmp.Or(r.gaps[scenario], gap)
}

// learn takes over what scenarios have met that were run once more.
func (r *featureRun) learn(once *featureRun) {
	once.mu.Lock()
	gaps := maps.Clone(once.gaps) // a late call may come yet
	once.mu.Unlock()
	for id, gap := range gaps {
		r.misses(id, gap)
	}
}

// missed is the first that a scenario has met that hookdrill does not have; "" also where what it sent last should not have been
// believed, so that there was no reason to ask.
func (r *featureRun) missed(s report.Scenario) string {
	for _, e := range slices.Backward(s.Entries) {
		if e.Kind == journal.Attempt && !e.InFront {
			if unbelievable(e) {
				return ""
			}
			break
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.gaps[s.ID()]
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
