package fault

import (
	"errors"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var headersOnly = Fault{
	Name: "headers only",
	Doc:  "the head comes and the body never does, and the connection stays open until the scenario ends",
	Play: func(l *delivery.Line) error {
		if err := l.Send(l.Head(contentLength(uncut(l.Request.Body)))); err != nil {
			return err
		}
		l.Keep()
		// No answer is waited for: a receiver that serves one request at a time is now stuck, or it is not.
		return errors.New("the body never came: we left the connection open after the headers")
	},
}
