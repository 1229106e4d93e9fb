package delivery

import (
	"errors"
	"fmt"
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
	hosts := 0
	if r.Method != "" { // it is GET then, for net/http
		broken = append(broken, fixtures.CheckMethod(r.Method))
	}
	for _, f := range r.Header {
		switch {
		case strings.EqualFold(f.Name, "Content-Length") && f.Value == strconv.Itoa(len(r.Body)):
			continue // it is counted again
		case strings.EqualFold(f.Name, "Host"):
			hosts++
		}
		broken = append(broken, f.Sendable())
	}
	if hosts > 1 {
		broken = append(broken, fmt.Errorf("a message has one Host, and here are %d", hosts))
	}
	if err := errors.Join(broken...); err != nil {
		return &Unsendable{err}
	}
	return nil
}
