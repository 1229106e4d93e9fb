package mockplatforms

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Hook is a registration: which event goes to which target, and how.
type Hook struct {
	ID      int64
	Client  string            // who made it
	Event   string            // an event of the catalogue, or a wildcard scope
	Target  string            // a URL
	Method  string            // of the callback; "" is POST
	Active  bool              // a hook that is not active gets nothing
	Headers []fixtures.Field  // sent with every callback
	Fields  map[string]string // what only this platform's hooks have
	Created time.Time
	Updated time.Time
	Born    time.Duration // of the platform's schedule: when it was made
	Used    time.Duration // of the platform's schedule: when an event last came for it
	Off     string        // why the platform has switched it off; "" if it has not
	Given   bool          // a scenario has made it: its owner has not asked for it

	Elsewhere bool // it is not the receiver's: it stands in lists, and no callback goes to it
}

// Switch turns a hook on or off at its owner's wish: what the platform held against it is forgiven.
func (hook *Hook) Switch(on bool) {
	if on {
		hook.Off = ""
	}
	hook.Active = on
}

// Hooks is the state behind every registration API: the hooks of an account in the order in which they were made.
// It is safe for concurrent use; what it takes and gives are copies.
type Hooks struct {
	mu     sync.Mutex
	next   int64
	list   []Hook
	events map[string]int // how many hooks there are for an event

	elapsed func() time.Duration
}

// NewHooks gives an empty store whose first hook gets the id first.
func NewHooks(first int64) *Hooks {
	return &Hooks{next: max(first, 1), events: map[string]int{}, elapsed: func() time.Duration { return 0 }}
}

// Add files a hook, unless the rule objects to it in view of the hooks that are there, all in one step. It gives the
// hook with its id, or the rule's objection. A nil rule objects to nothing. The rule reads the hooks that are there; it
// does not keep or change them.
func (h *Hooks) Add(hook Hook, rule func(existing []Hook) string) (added Hook, objection string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if rule != nil {
		if objection = rule(h.list); objection != "" {
			return Hook{}, objection
		}
	}
	hook.ID, hook.Born, hook.Used = h.next, h.elapsed(), h.elapsed()
	h.next++
	h.list = append(h.list, hook.clone())
	h.events[hook.Event]++
	return hook, ""
}

// Get finds a hook by its id.
func (h *Hooks) Get(id int64) (Hook, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if i := h.index(id); i >= 0 {
		return h.list[i].clone(), true
	}
	return Hook{}, false
}

// Update changes a hook in place and gives it as it is then.
func (h *Hooks) Update(id int64, change func(*Hook)) (Hook, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.index(id)
	if i < 0 {
		return Hook{}, false
	}
	hook := &h.list[i]
	was := hook.Active
	h.events[hook.Event]--
	change(hook)
	h.events[hook.Event]++
	if hook.Active && !was {
		hook.Used = h.elapsed() // it counts as idle from now on
	}
	return hook.clone(), true
}

// Delete takes a hook out and gives it as it was.
func (h *Hooks) Delete(id int64) (Hook, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	i := h.index(id)
	if i < 0 {
		return Hook{}, false
	}
	hook := h.list[i]
	h.list = slices.Delete(h.list, i, i+1)
	h.events[hook.Event]--
	return hook, true
}

// Has says whether there is a hook for an event.
func (h *Hooks) Has(event string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.events[event] > 0
}

// List gives the hooks in the order in which they were made.
func (h *Hooks) List() []Hook {
	h.mu.Lock()
	defer h.mu.Unlock()
	list := make([]Hook, len(h.list))
	for i, hook := range h.list {
		list[i] = hook.clone()
	}
	return list
}

// LongestUnused is the active hook for which no event has come for the longest time.
func (h *Hooks) LongestUnused() (hook Hook, ok bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, other := range h.list {
		if other.Active && (!ok || other.Used < hook.Used) {
			hook, ok = other, true
		}
	}
	return hook.clone(), ok
}

func (hook Hook) clone() Hook {
	hook.Headers, hook.Fields = slices.Clone(hook.Headers), maps.Clone(hook.Fields)
	return hook
}

// index relies on ids that only grow.
func (h *Hooks) index(id int64) int {
	i, found := slices.BinarySearchFunc(h.list, id, func(hook Hook, id int64) int { return cmp.Compare(hook.ID, id) })
	if !found {
		return -1
	}
	return i
}
