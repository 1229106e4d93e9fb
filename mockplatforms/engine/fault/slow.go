package fault

import (
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var slowBody = Fault{
	Name: "slow body",
	Doc:  "the last five bytes of the body come one by one, 100 ms apart; the callback is complete",
	Play: func(l *delivery.Line) error {
		body := l.Request.Body
		at := max(len(body)-5, 0)
		err := l.Send(l.Head(contentLength(len(body))), body[:at])
		for ; err == nil && at < len(body); at++ {
			if err = l.Pause(100 * time.Millisecond); err == nil {
				err = l.Send(body[at : at+1])
			}
		}
		return err
	},
}
