package delivery

import (
	"context"
	"net"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Line is a connection to the receiver on which a broken sender plays: what it writes are the bytes on the wire.
type Line struct {
	net.Conn
	Context context.Context
	Request mockplatforms.Request
	Timeout time.Duration // how long the platform waits for an answer
}
