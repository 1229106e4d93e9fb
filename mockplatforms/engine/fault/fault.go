// Package fault is what broken senders and networks do to a callback: one file each, a value that changes a request.
// A fault does not know the platform, the engine or the receiver.
//
// A fault is applied before the platform signs, unless AfterSigning is set: the receiver is to fail on the body that it
// was sent, and not on a signature that no longer fits.
package fault

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Fault is one thing that goes wrong.
type Fault struct {
	Name         string // as scenarios call it
	Doc          string // what it does, in a sentence
	AfterSigning bool
	Apply        func(mockplatforms.Request) mockplatforms.Request
}

// All lists the faults, the mildest first. What they give shares no memory with what they were given: fixtures and
// hooks lend their bytes to requests.
func All() []Fault {
	list := []Fault{
		wrongMethod, noContentType, textContentType, formContentType,
		empty, malformed, truncated, html, large, noSignature, tampered, twoSignatures,
	}
	for i := range list {
		apply := list[i].Apply
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
