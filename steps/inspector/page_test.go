package inspector

import (
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// TestHooksStand: the page says in a word whether the platform calls a hook.
func TestHooksStand(t *testing.T) {
	i := opened(t, nil)
	s, err := i.storeOf("bigcommerce")
	if err != nil {
		t.Fatal(err)
	}
	state := s.Engine.State
	client := state.Accounts()[0].Client
	const target = "http://127.0.0.1:1/hooks"
	hook, _ := state.Hooks.Add(mockplatforms.Hook{Client: client, Event: "store/customer/created", Target: target, Active: true}, nil)
	for _, c := range []struct {
		want   string
		change func()
	}{
		{"on", func() {}},
		{"blocked", func() {
			state.Block(mockplatforms.Block{Client: client, Domain: mockplatforms.Domain(target), Until: s.Engine.Clock.Now() + time.Hour})
		}},
		{"off", func() { state.Hooks.Update(hook.ID, func(h *mockplatforms.Hook) { h.Active = false }) }},
	} {
		c.change()
		if hooks := string(i.live(s)["hooks"]); !strings.Contains(hooks, ">"+c.want+"</td>") {
			t.Errorf("the hook is not %s: %s", c.want, hooks)
		}
	}
}
