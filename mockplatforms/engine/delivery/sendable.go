package delivery

import (
	"errors"
	"strconv"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Unsendable is the error of a request that HTTP cannot carry: nothing was sent. Whoever wrote it is to blame, and never
// the receiver.
type Unsendable struct{ Why error }

func (e *Unsendable) Error() string { return "nothing was sent: " + e.Why.Error() }

func (e *Unsendable) Unwrap() error { return e.Why }

// Check refuses a request whose method or fields are not sent as they are; the error is an *Unsendable. A URL is not looked
// at: it is the target of a hook, which the receiver may have asked for.
func Check(r mockplatforms.Request) error {
	var broken []error
	if r.Method != "" { // it is GET then, for net/http
		broken = append(broken, fixtures.CheckMethod(r.Method))
	}
	for i, f := range r.Header {
		if strings.EqualFold(f.Name, "Content-Length") && f.Value == strconv.Itoa(len(r.Body)) {
			continue // it is counted again
		}
		broken = append(broken, f.SendableBeside(r.Header[:i]))
	}
	if err := errors.Join(broken...); err != nil {
		return &Unsendable{err}
	}
	return nil
}
