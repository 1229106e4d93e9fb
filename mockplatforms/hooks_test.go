package mockplatforms_test

import (
	"math"
	"reflect"
	"sync"
	"testing"

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
