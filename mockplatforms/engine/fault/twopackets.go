package fault

import (
	"bytes"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var twoPackets = Fault{
	Name: "head in two packets",
	Doc:  "the head comes in two packets, 20 ms apart, the first of which ends within the name of Content-Length; the callback is complete",
	Play: func(l *delivery.Line) error {
		length := contentLength(len(l.Request.Body))
		head := l.Head(length)
		at := bytes.LastIndex(head, []byte(length.Name)) + len("Content")
		if err := l.Send(head[:at]); err != nil {
			return err
		}
		if err := l.Pause(20 * time.Millisecond); err != nil {
			return err
		}
		return l.Send(head[at:], l.Request.Body)
	},
}
