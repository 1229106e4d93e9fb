// Package fault is what broken senders and networks do to a callback: one file each, a value. A fault does not know the
// platform, the engine or the receiver. It is one of four kinds:
//
//   - Apply changes the request: before the platform signs it, unless AfterSigning is set. The receiver is to fail on
//     the body that it was sent, and not on a signature that no longer fits.
//   - Sign has the platform sign with another secret, or another body, than it should.
//   - Instead is what the platform sees in the place of the receiver's answer: something stands in front of it.
//   - Play writes the request on a connection of its own, as no HTTP client would. It needs a socket.
package fault

import (
	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

// Fault is one thing that goes wrong. Exactly one of Apply, Sign, Instead and Play is set.
type Fault struct {
	Name         string // as scenarios call it
	Doc          string // what it does, in a sentence
	AfterSigning bool
	Signature    bool                    // it is about a signature: a platform that signs nothing cannot have it
	Condition    mockplatforms.Condition // what it makes of a callback; "": nothing, the receiver is not reached
	Apply        func(mockplatforms.Request) mockplatforms.Request
	Sign         func(secret string, body []byte) (string, []byte)
	Instead      *Answer
	Play         func(*delivery.Line) error
}

// Answer is what the platform sees instead of the receiver's answer.
type Answer struct {
	Status  int              // 0: no answer
	Header  []fixtures.Field // of the answer
	Failure string           // why there is no answer
	Reaches bool             // the receiver gets the request, and its own answer is lost
}
