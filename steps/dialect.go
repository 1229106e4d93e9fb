package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// A platform may speak several dialects. A receiver is judged in those in which it registers: that is found out once, before the
// first scenario about such a platform.

// learnt is what a run has found out about its receiver.
type learnt struct {
	mu    sync.Mutex
	hooks map[string][]mockplatforms.Hook // that it registers, by platform

	refused bool          // it was refused a hook, and has not come again in the longest time that is waited for
	again   time.Duration // after how long it has come again
}

// ownHooks are the hooks that the receiver registers at a platform, in a store of their own; none where it does not register.
func (s *Setup) ownHooks(ctx context.Context, p *mockplatforms.Platform, found *learnt) ([]mockplatforms.Hook, error) {
	found.mu.Lock()
	defer found.mu.Unlock()
	if hooks, ok := found.hooks[p.Name]; ok {
		return hooks, nil
	}
	e, t, err := s.Stage(ctx, p, s.Seed+" dialects", nil)
	if err != nil {
		return nil, err
	}
	w := &World{setup: s, needs: NeedsRegistering, platform: p, engine: e, target: t}
	var hooks []mockplatforms.Hook
	if t.Register != nil {
		if err = w.fresh(ctx); err == nil {
			_ = w.registers(ctx) // whether it asks for a hook is for scenarios to judge
		}
		hooks = w.hooks()
	}
	if err = errors.Join(err, w.close()); err != nil { // the next scenario finds out
		return nil, err
	}
	if found.hooks == nil {
		found.hooks = map[string][]mockplatforms.Hook{}
	}
	found.hooks[p.Name] = hooks
	return hooks, nil
}

// dialects are those that the receiver speaks: as the platform's switch says, or as it registers. Not known: it does not register.
func (w *World) dialects() (list []string, known bool) {
	key := w.platform.Dialect
	if set := w.engine.State.Setting(key); set != w.platform.DefaultOf(key) {
		if set != mockplatforms.EveryDialect {
			return []string{set}, true
		}
		for _, m := range w.setup.Fixtures.List(w.platform.Name, ".callback.http") {
			list = append(list, m.Meta.Dialect)
		}
	}
	for _, h := range w.own {
		list = append(list, h.Fields[key])
	}
	slices.Sort(list)
	return slices.Compact(list), len(list) > 0
}

// speak gives a hook that a scenario makes the dialect, and what else goes with it, in which the receiver has asked for the
// event. A scenario about another dialect than the receiver's is not run, and neither is one about an event that it has not
// asked for and that is not recorded in a dialect that it speaks. A wildcard has no message of its own.
func (w *World) speak(h *mockplatforms.Hook, m *fixtures.Message) error {
	key := w.platform.Dialect
	if key == "" {
		return nil
	}
	recorded := ""
	if m != nil {
		recorded = m.Meta.Dialect
	}
	spoken, known := w.dialects()
	said := h.Fields[key]
	asked := slices.IndexFunc(w.own, func(own mockplatforms.Hook) bool {
		return own.Event == h.Event && (said == "" || said == own.Fields[key]) && slices.Contains(spoken, own.Fields[key])
	})
	if asked >= 0 {
		fields := maps.Clone(w.own[asked].Fields)
		maps.Copy(fields, h.Fields)
		h.Fields = fields
		return w.legible(m, fields[key])
	}
	if err := w.inDialect(cmp.Or(said, recorded), said != "", said == recorded, spoken, known); err != nil || said != "" || !w.fixed() {
		return err
	}
	return w.legible(m, spoken[0])
}

// legible refuses to run what is about a message of which nobody knows what it is in a dialect.
func (w *World) legible(m *fixtures.Message, dialect string) error {
	if m == nil || w.platform.Unknown == nil || !w.platform.Unknown(m, dialect) {
		return nil
	}
	return w.notOffered(fmt.Sprintf("it is not known what %q looks like in dialect %s: it is recorded in %s alone", m.Meta.Event, dialect, m.Meta.Dialect))
}

// fixed says whether a switch says which one dialect the receiver speaks.
func (w *World) fixed() bool {
	set := w.engine.State.Setting(w.platform.Dialect)
	return set != w.platform.DefaultOf(w.platform.Dialect) && set != mockplatforms.EveryDialect
}

// inDialect refuses to run what is about a dialect that the receiver does not speak, or is not known to speak. What a scenario does
// not want in this one goes out in the one that the switch says; what is recorded in it goes out to whoever does not say.
func (w *World) inDialect(dialect string, wanted, recorded bool, spoken []string, known bool) error {
	flag := fmt.Sprintf("--set %s.%s", w.platform.Name, w.platform.Dialect)
	fixed := w.fixed()
	switch {
	case dialect == "" || slices.Contains(spoken, dialect) || !known && (!wanted || recorded) || fixed && !wanted:
		return nil
	case !known:
		return w.notOffered("it is not known which dialects this receiver speaks (--register, or " + flag + ")")
	case fixed:
		return w.notOffered(fmt.Sprintf("this receiver speaks dialect %s alone (%s)", strings.Join(spoken, " and "), flag))
	}
	return w.notOffered(fmt.Sprintf("this receiver registers in dialect %s, and for other events (%s)", strings.Join(spoken, " and "), flag))
}

// alone says whether the platform can refuse one hook of several: not where one status is for all that a receiver asks for.
func (w *World) alone() error {
	if spoken, known := w.dialects(); w.platform.Dialect != "" && known && len(spoken) == 1 && spoken[0] == w.platform.OneStatus {
		return w.notOffered("this receiver registers in dialect " + spoken[0] + ", where one status is for all hooks: none is refused alone")
	}
	return nil
}

// translated says whether a message goes out in another dialect than it was recorded in.
func (w *World) translated(m *fixtures.Message) bool {
	return w.platform.Dialect != "" && slices.ContainsFunc(w.engine.Listeners(m), func(h mockplatforms.Hook) bool {
		said := h.Fields[w.platform.Dialect]
		return said != "" && said != m.Meta.Dialect
	})
}
