package steps

import (
	"errors"
	"slices"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// excused is why a scenario that failed is not the receiver's failure: it has asked the platform for something that hookdrill does
// not have. That excuses nothing that the receiver did too much of, and what nobody should have believed is no reason to ask.
func (w *World) excused(err error) string {
	wrong, judged := misuse(""), new(expect.Mismatch)
	if w.engine == nil || err == nil || errors.As(err, &wrong) || errors.As(err, &judged) && judged.TooMuch {
		return ""
	}
	for _, e := range w.sent {
		if slices.Contains([]mockplatforms.Condition{mockplatforms.Forged, mockplatforms.NoJSON, mockplatforms.BrokenOff}, mockplatforms.Condition(e.Condition)) {
			return ""
		}
	}
	missing := ""
	w.engine.Journal.Each(0, func(e journal.Entry) bool {
		missing = e.Missing()
		return missing == ""
	})
	return missing
}
