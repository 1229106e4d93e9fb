// Package fault is what broken senders and networks do to a callback: one file each, a value. A fault does not know the
// platform, the engine or the receiver. It is one of three kinds:
//
//   - Apply changes the request: before the platform signs it, unless AfterSigning is set. The receiver is to fail on
//     the body that it was sent, and not on a signature that no longer fits.
//   - Instead is what the platform sees in the place of the receiver's answer: something stands in front of it.
//   - Play writes the request on a connection of its own, as no HTTP client would. It needs a socket.
package fault

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

// Fault is one thing that goes wrong. Exactly one of Apply, Instead and Play is set.
type Fault struct {
	Name         string // as scenarios call it
	Doc          string // what it does, in a sentence
	AfterSigning bool
	Apply        func(mockplatforms.Request) mockplatforms.Request
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

// All lists the faults, the mildest first. What they give shares no memory with what they were given: fixtures and
// hooks lend their bytes to requests.
func All() []Fault {
	list := slices.Concat([]Fault{
		wrongMethod, noContentType, textContentType, formContentType,
		empty, malformed, truncated, html, large, noSignature, tampered, twoSignatures,
	}, signatureFaults(), outages(), brokenSenders())
	for i := range list {
		apply := list[i].Apply
		if apply == nil {
			continue
		}
		list[i].Apply = func(r mockplatforms.Request) mockplatforms.Request {
			r.Header, r.Body = slices.Clone(r.Header), bytes.Clone(r.Body)
			return apply(r)
		}
	}
	return list
}

// Find gives the fault of a name. The error of an unknown one carries the nearest.
func Find(name string) (Fault, error) {
	var names []string
	for _, f := range All() {
		if f.Name == name {
			return f, nil
		}
		names = append(names, f.Name)
	}
	return Fault{}, fmt.Errorf("no fault %q%s (`hookdrill list faults` lists them all)", name, fixtures.Hint(name, names))
}
