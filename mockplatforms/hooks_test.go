package mockplatforms_test

import (
	"math"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

func events(list []mockplatforms.Hook) (names []string, ids []int64) {
	for _, h := range list {
		names, ids = append(names, h.Event), append(ids, h.ID)
	}
	return names, ids
}

func TestHooks(t *testing.T) {
	h := mockplatforms.NewHooks(7)
	if got := h.List(); len(got) != 0 {
		t.Fatalf("a new store has %v", got)
	}
	for _, event := range []string{"b", "a", "c"} {
		if _, objection := h.Add(mockplatforms.Hook{Event: event, ID: 99}, nil); objection != "" {
			t.Fatal(objection)
		}
	}
	if _, objection := h.Add(mockplatforms.Hook{Event: "d"}, func([]mockplatforms.Hook) string { return "no room" }); objection != "no room" {
		t.Errorf("the rule's objection comes as %q", objection)
	}
	if taken, ok := h.Delete(8); !ok || taken.Event != "a" || taken.ID != 8 {
		t.Errorf("deleted %+v, %v", taken, ok)
	}
	added, _ := h.Add(mockplatforms.Hook{Event: "e"}, func(existing []mockplatforms.Hook) string {
		if names, _ := events(existing); !reflect.DeepEqual(names, []string{"b", "c"}) {
			return "the rule sees something else"
		}
		return ""
	})
	if added.ID != 10 { // neither is the id of a deleted hook given again, nor is one used up by an objection
		t.Errorf("the next hook got the id %d", added.ID)
	}
	if names, ids := events(h.List()); !reflect.DeepEqual(names, []string{"b", "c", "e"}) || !reflect.DeepEqual(ids, []int64{7, 9, 10}) {
		t.Errorf("the hooks are %v with the ids %v, want b, c, e in the order in which they were made", names, ids)
	}
	if changed, ok := h.Update(9, func(h *mockplatforms.Hook) { h.Active = true }); !ok || !changed.Active || changed.Event != "c" {
		t.Errorf("changed to %+v, %v", changed, ok)
	}
	for _, row := range []struct {
		id     int64
		event  string
		active bool
	}{{7, "b", false}, {9, "c", true}, {10, "e", false}} {
		if got, ok := h.Get(row.id); !ok || got.ID != row.id || got.Event != row.event || got.Active != row.active {
			t.Errorf("hook %d is %+v, %v", row.id, got, ok)
		}
	}
}

// TestHooksUnknownIDs: ids come out of paths that a receiver wrote, so any may come.
func TestHooksUnknownIDs(t *testing.T) {
	h := mockplatforms.NewHooks(7)
	h.Add(mockplatforms.Hook{Event: "a"}, nil)
	for _, id := range []int64{0, -1, 6, 8, 7 + 1<<32, math.MaxInt64, math.MinInt64, math.MinInt64 + 7} {
		if got, ok := h.Get(id); ok {
			t.Errorf("Get(%d) = %+v", id, got)
		}
		if got, ok := h.Delete(id); ok {
			t.Errorf("Delete(%d) = %+v", id, got)
		}
		if got, ok := h.Update(id, func(*mockplatforms.Hook) { t.Errorf("Update(%d) changes something", id) }); ok {
			t.Errorf("Update(%d) = %+v", id, got)
		}
	}
	if first, _ := mockplatforms.NewHooks(0).Add(mockplatforms.Hook{}, nil); first.ID != 1 {
		t.Errorf("without a first id the first hook gets %d; 0 is no id", first.ID)
	}
}

// TestHooksAreCopies: whoever has a hook cannot change the store with it, and whoever files one neither.
func TestHooksAreCopies(t *testing.T) {
	h := mockplatforms.NewHooks(7)
	spoil := func(hook mockplatforms.Hook) {
		hook.Event, hook.Headers[0].Value, hook.Fields["name"] = "spoilt", "spoilt", "spoilt"
	}
	given := mockplatforms.Hook{
		Event: "a", Headers: []fixtures.Field{{Name: "X", Value: "1"}}, Fields: map[string]string{"name": "n"},
	}
	added, _ := h.Add(given, nil)
	spoil(given)
	spoil(added)
	list := h.List()
	spoil(list[0])
	list[0].Event = "spoilt"
	got, _ := h.Get(7)
	spoil(got)
	updated, _ := h.Update(7, func(*mockplatforms.Hook) {})
	spoil(updated)
	want := mockplatforms.Hook{
		ID: 7, Event: "a", Headers: []fixtures.Field{{Name: "X", Value: "1"}}, Fields: map[string]string{"name": "n"},
	}
	if got, _ := h.Get(7); !reflect.DeepEqual(got, want) {
		t.Errorf("the store has %+v, want %+v", got, want)
	}
}

// TestRuleIsAtomic: of many who register the same event at once, a rule against doubles lets one through. It catches a
// rule that is asked before the lock, or under another one.
func TestRuleIsAtomic(t *testing.T) {
	h := mockplatforms.NewHooks(7)
	var (
		clients  sync.WaitGroup
		start    = make(chan struct{})
		mu       sync.Mutex
		accepted int
	)
	for range 32 {
		clients.Go(func() {
			<-start
			for range 20 {
				_, objection := h.Add(mockplatforms.Hook{Event: "a"}, func(existing []mockplatforms.Hook) string {
					if len(existing) > 0 {
						return "there is one"
					}
					return ""
				})
				if objection == "" {
					mu.Lock()
					accepted++
					mu.Unlock()
				}
				h.Update(7, func(hook *mockplatforms.Hook) { hook.Headers = append(hook.Headers, fixtures.Field{Name: "X"}) })
				for _, hook := range h.List() {
					for i := range hook.Headers {
						hook.Headers[i].Value = "mine"
					}
				}
			}
		})
	}
	close(start)
	clients.Wait()
	if got, _ := h.Get(7); accepted != 1 || len(got.Headers) != 32*20 || got.Headers[0].Value != "" {
		t.Errorf("%d were accepted, %d of %d updates stand", accepted, len(got.Headers), 32*20)
	}
}

// TestHooksOnTheSchedule: Born and Used are the platform's time, and an idle hook counts from when it was switched on.
func TestHooksOnTheSchedule(t *testing.T) {
	s, now := scheduled(t)
	h := s.Hooks
	*now = time.Minute
	added, _ := h.Add(mockplatforms.Hook{Event: "a", Active: true, Born: time.Hour, Used: time.Hour}, nil)
	if added.Born != time.Minute || added.Used != time.Minute {
		t.Errorf("made after a minute: %+v", added)
	}
	for _, row := range []struct {
		reason string
		at     time.Duration
		change func(*mockplatforms.Hook)
		used   time.Duration
	}{
		{"another field", 2 * time.Minute, func(h *mockplatforms.Hook) { h.Target = "x" }, time.Minute},
		{"switched on while it is on", 3 * time.Minute, func(h *mockplatforms.Hook) { h.Switch(true) }, time.Minute},
		{"an event has come", 4 * time.Minute, func(h *mockplatforms.Hook) { h.Used = 4 * time.Minute }, 4 * time.Minute},
		{"switched off", 5 * time.Minute, func(h *mockplatforms.Hook) { h.Switch(false) }, 4 * time.Minute},
		{"switched off again", 6 * time.Minute, func(h *mockplatforms.Hook) { h.Switch(false) }, 4 * time.Minute},
		{"switched on: it counts as idle from now on", 7 * time.Minute, func(h *mockplatforms.Hook) { h.Switch(true) }, 7 * time.Minute},
		{"off and on in one change is no change", 8 * time.Minute, func(h *mockplatforms.Hook) { h.Switch(false); h.Switch(true) }, 7 * time.Minute},
	} {
		*now = row.at
		changed, ok := h.Update(added.ID, row.change)
		got, _ := h.Get(added.ID)
		if !ok || changed.Used != row.used || got.Used != row.used || got.Born != time.Minute {
			t.Errorf("%s: %+v, want one used at %s and born at 1m0s", row.reason, got, row.used)
		}
	}
	if next, _ := h.Add(mockplatforms.Hook{Event: "b"}, nil); next.Born != *now || next.Used != *now {
		t.Errorf("the next hook: %+v", next)
	}
	if alone, _ := mockplatforms.NewHooks(7).Add(mockplatforms.Hook{}, nil); alone.Born != 0 || alone.Used != 0 {
		t.Errorf("without a schedule: %+v", alone)
	}
}

func TestSwitch(t *testing.T) {
	for _, row := range []struct {
		reason string
		hook   mockplatforms.Hook
		on     bool
		want   mockplatforms.Hook
	}{
		{"on", mockplatforms.Hook{}, true, mockplatforms.Hook{Active: true}},
		{"on forgives what the platform held against it", mockplatforms.Hook{Off: "500 × 12"}, true, mockplatforms.Hook{Active: true}},
		{"on while it is on", mockplatforms.Hook{Active: true}, true, mockplatforms.Hook{Active: true}},
		{"off is its owner's wish", mockplatforms.Hook{Active: true}, false, mockplatforms.Hook{}},
		{"all else stays", mockplatforms.Hook{ID: 7, Event: "a", Used: 1, Born: 1, Off: "x"}, true, mockplatforms.Hook{ID: 7, Event: "a", Used: 1, Born: 1, Active: true}},
	} {
		got := row.hook
		if got.Switch(row.on); !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %+v, want %+v", row.reason, got, row.want)
		}
	}
}

// TestHas follows an event through all that can happen to its hooks.
func TestHas(t *testing.T) {
	h := mockplatforms.NewHooks(7)
	add := func(event string) { h.Add(mockplatforms.Hook{Event: event}, nil) }
	to := func(event string) func(*mockplatforms.Hook) { return func(h *mockplatforms.Hook) { h.Event = event } }
	for _, row := range []struct {
		reason string
		do     func()
		a, b   bool
	}{
		{"a new store", func() {}, false, false},
		{"one hook; whether it is on does not matter", func() { add("a") }, true, false},
		{"an objection adds none", func() {
			h.Add(mockplatforms.Hook{Event: "b"}, func([]mockplatforms.Hook) string { return "no" })
		}, true, false},
		{"a second hook", func() { add("a") }, true, false},
		{"a third for another event", func() { add("b") }, true, true},
		{"one of two is gone", func() { h.Delete(7) }, true, true},
		{"gone once more", func() { h.Delete(7) }, true, true},
		{"the other is changed, but not its event", func() { h.Update(8, to("a")) }, true, true},
		{"it moves to the other event", func() { h.Update(8, to("b")) }, false, true},
		{"and back", func() { h.Update(8, to("a")) }, true, true},
		{"an update of no hook", func() { h.Update(99, to("c")) }, true, true},
		{"the last one of b moves", func() { h.Update(9, to("a")) }, true, false},
		{"both are gone", func() { h.Delete(8); h.Delete(9) }, false, false},
		{"and another comes", func() { add("b") }, false, true},
	} {
		row.do()
		if h.Has("a") != row.a || h.Has("b") != row.b || h.Has("") || h.Has("c") {
			t.Errorf("%s: a %v, b %v, no event %v, c %v", row.reason, h.Has("a"), h.Has("b"), h.Has(""), h.Has("c"))
		}
	}
}

func TestLongestUnused(t *testing.T) {
	s, now := scheduled(t)
	h := s.Hooks
	if hook, ok := h.LongestUnused(); ok {
		t.Errorf("a store without hooks has %+v", hook)
	}
	for i, active := range []bool{false, true, true, true} { // 7 to 10
		*now = time.Duration(i) * time.Minute
		h.Add(mockplatforms.Hook{Event: "a", Active: active, Headers: []fixtures.Field{{Name: "X", Value: "1"}}}, nil)
	}
	used := func(id int64, at time.Duration) { h.Update(id, func(h *mockplatforms.Hook) { h.Used = at }) }
	for _, row := range []struct {
		reason string
		do     func()
		want   int64 // 0: none
	}{
		{"the first that is on: one that is off cannot be idle", func() {}, 8},
		{"it gets an event", func() { used(8, time.Hour) }, 9},
		{"as long as another: the first that was made", func() { used(9, 3*time.Minute) }, 9},
		{"it is switched off", func() { h.Update(9, func(h *mockplatforms.Hook) { h.Switch(false) }) }, 10},
		{"it is gone", func() { h.Delete(10) }, 8},
		{"the oldest is switched on, and counts from now on", func() {
			*now = 2 * time.Hour
			h.Update(7, func(h *mockplatforms.Hook) { h.Switch(true) })
		}, 8},
		{"the platform's clock goes on", func() { used(8, 3*time.Hour) }, 7},
		{"none is left", func() { h.Delete(7); h.Delete(8) }, 0},
	} {
		row.do()
		hook, ok := h.LongestUnused()
		if ok != (row.want != 0) || hook.ID != row.want {
			t.Errorf("%s: hook %d, %v, want %d", row.reason, hook.ID, ok, row.want)
		}
		if ok { // a copy
			hook.Headers[0].Value = "spoilt"
			if again, _ := h.Get(hook.ID); again.Headers[0].Value != "1" {
				t.Errorf("%s: whoever has it can change the store", row.reason)
			}
		}
	}
}
