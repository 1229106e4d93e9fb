package engine

import (
	"fmt"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

// CanSend says of a message whether a callback can be made of it, for a hook that has nothing special. It is asked before a run:
// what cannot be sent is nobody's fault but the author's.
func (e *Engine) CanSend(m *fixtures.Message, verbatim bool) error {
	hook := mockplatforms.Hook{Client: e.State.Accounts()[0].Client, Event: m.Meta.Event, Target: "http://127.0.0.1/", Active: true}
	request, _, err := e.request(hook, Event{Message: m, Verbatim: verbatim, ID: "msg_0", Delivery: "msg_0", At: e.stamp()})
	if err != nil {
		return err
	}
	if err := delivery.Check(request); err != nil {
		return fmt.Errorf("%s: %w", m.Name, err)
	}
	return nil
}
