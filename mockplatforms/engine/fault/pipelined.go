package fault

import (
	"fmt"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var pipelined = Fault{
	Name: "two callbacks in one write",
	Doc:  "the same callback comes twice on one connection, the second before the first is answered; the answer to the second counts",
	Play: func(l *delivery.Line) error {
		one := append(l.Head(fixtures.Field{Name: "Connection", Value: "keep-alive"}, contentLength(len(l.Request.Body))), l.Request.Body...)
		_ = l.Send(one, one) // a receiver may answer early and close: the answers tell
		if _, err := l.Receive(); err != nil {
			return err
		}
		if _, err := l.Receive(); err != nil {
			return fmt.Errorf("the first callback was answered, and not the second: %w", err)
		}
		return nil
	},
}
