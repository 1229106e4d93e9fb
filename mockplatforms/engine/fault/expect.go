package fault

import (
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var expectContinue = Fault{
	Name: "Expect 100-continue",
	Doc:  "the sender asks with Expect: 100-continue whether the body is wanted, and sends it when told to, or after a second without a word",
	Play: func(l *delivery.Line) error {
		head := l.Head(fixtures.Field{Name: "Expect", Value: "100-continue"}, contentLength(len(l.Request.Body)))
		if err := l.Send(head); err != nil {
			return err
		}
		// PHP's own server and others never answer 100, and a sender that waited for it would wait for ever.
		wanted, err := l.Continue(time.Second)
		if err != nil || !wanted {
			return err
		}
		return l.Send(l.Request.Body)
	},
}
