package fault

import (
	"fmt"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

var unfinishedChunk = Fault{
	Name: "unfinished chunk",
	Doc:  "the body comes in chunks, and within the only one, after half of it, nothing more does (FIN)",
	Play: func(l *delivery.Line) error {
		body := l.Request.Body
		return chunks(l, fmt.Appendf(nil, "%x\r\n%s", uncut(body), body[:len(body)/2]))
	},
}

var noLastChunk = Fault{
	Name: "no last chunk",
	Doc:  "the body comes in one whole chunk, and the empty chunk that ends a body does not (FIN)",
	Play: func(l *delivery.Line) error {
		body := l.Request.Body
		if len(body) == 0 {
			return chunks(l, nil) // an empty chunk would be the last
		}
		return chunks(l, fmt.Appendf(nil, "%x\r\n%s\r\n", len(body), body))
	},
}

// chunks sends a body as it is, which is said to come in chunks, and then FIN.
func chunks(l *delivery.Line, framed []byte) error {
	if err := l.Send(l.Head(fixtures.Field{Name: "Transfer-Encoding", Value: "chunked"}), framed); err != nil {
		return err
	}
	return l.CloseWrite()
}
