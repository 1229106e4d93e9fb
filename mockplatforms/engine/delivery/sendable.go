package delivery

import (
	"errors"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Unsendable is the error of a request that HTTP cannot carry: nothing was sent. Whoever wrote it is to blame, and never
// the receiver.
type Unsendable struct{ Why error }

func (e *Unsendable) Error() string { return "nothing was sent: " + e.Why.Error() }

func (e *Unsendable) Unwrap() error { return e.Why }

// Check refuses a request whose method or fields net/http would not send; the error is an *Unsendable. A URL is not looked
// at: it is the target of a hook, which the receiver may have asked for.
func Check(r mockplatforms.Request) error {
	var broken []error
	if r.Method != "" { // it is GET then, for net/http
		broken = append(broken, fixtures.CheckMethod(r.Method))
	}
	for _, f := range r.Header {
		broken = append(broken, f.Check())
	}
	if err := errors.Join(broken...); err != nil {
		return &Unsendable{err}
	}
	return nil
}
