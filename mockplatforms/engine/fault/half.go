package fault

import (
	"errors"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var halfAndFIN = Fault{
	Name: "half a body and FIN",
	Doc:  "Content-Length is right, half of the body comes, and the sender says that this was all (FIN)",
	Play: func(l *delivery.Line) error {
		if err := half(l); err != nil {
			return err
		}
		return l.CloseWrite()
	},
}

var halfAndRST = Fault{
	Name: "half a body and RST",
	Doc:  "Content-Length is right, half of the body comes, and the connection is reset (RST)",
	Play: func(l *delivery.Line) error {
		if err := half(l); err != nil {
			return err
		}
		// The receiver is to be reading the body, and not to find a connection that was reset before it was accepted.
		if err := l.Pause(20 * time.Millisecond); err != nil {
			return err
		}
		l.Reset()
		return errors.New("the connection was reset by us after half the body")
	},
}

func half(l *delivery.Line) error {
	body := l.Request.Body
	return l.Send(l.Head(contentLength(uncut(body))), body[:len(body)/2])
}
