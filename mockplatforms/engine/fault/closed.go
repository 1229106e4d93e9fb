package fault

import (
	"fmt"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var closedConnection = Fault{
	Name: "a connection that the receiver has closed",
	Doc:  "the callback is sent, its answer is lost on the sender, and it comes again on the same connection, which the receiver was told to close",
	Play: func(l *delivery.Line) error {
		head := l.Head(fixtures.Field{Name: "Connection", Value: "close"}, contentLength(len(l.Request.Body)))
		if err := l.Send(head, l.Request.Body); err != nil {
			return err
		}
		if _, err := l.Receive(); err != nil {
			return err
		}
		l.Drain(time.Second)             // a receiver that does not close answers the second one too
		_ = l.Send(head, l.Request.Body) // it may fail or not: the answer tells
		if _, err := l.Receive(); err != nil {
			return fmt.Errorf("sent again on a connection that the receiver had been told to close: %w", err)
		}
		return nil
	},
}
