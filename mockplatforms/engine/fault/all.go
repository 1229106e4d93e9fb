package fault

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// All lists the faults, the mildest first. What they give shares no memory with what they were given: fixtures and
// hooks lend their bytes to requests.
func All() []Fault {
	signatures := append([]Fault{noSignature, tampered, twoSignatures}, signatureFaults()...)
	for i, f := range signatures {
		signatures[i].Signature, signatures[i].Condition = true, cmp.Or(f.Condition, mockplatforms.Forged)
	}
	list := slices.Concat(
		makes(mockplatforms.OddEnvelope, wrongMethod, noContentType, textContentType, formContentType),
		makes(mockplatforms.NoJSON, empty, malformed, truncated, html), makes(mockplatforms.Large, large),
		signatures, outages(), brokenSenders(),
	)
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

// makes says of faults in which condition a callback with one of them is.
func makes(c mockplatforms.Condition, faults ...Fault) []Fault {
	for i := range faults {
		faults[i].Condition = c
	}
	return faults
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
