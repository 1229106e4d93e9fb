package engine

import (
	"fmt"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
)

// outage is a time in which something stands in front of the receiver.
type outage struct {
	fault *fault.Fault
	until time.Duration // of the schedule; 0: no end
}

// Outage puts something in front of the receiver from now on: for a time of the schedule, or, if that is 0, until
// EndOutage. An outage that stands already is over. The error is a fault that stands in front of nothing.
func (e *Engine) Outage(f fault.Fault, lasts time.Duration) error {
	if f.Instead == nil {
		return fmt.Errorf("the fault %q does not stand in front of the receiver, so there is no outage with it (`hookdrill list faults` shows which do)", f.Name)
	}
	until := time.Duration(0)
	if lasts > 0 {
		until = e.Clock.Now() + lasts
	}
	e.watch.Lock()
	defer e.watch.Unlock()
	e.watch.outage = outage{&f, until}
	return nil
}

// EndOutage has the receiver reached again.
func (e *Engine) EndOutage() {
	e.watch.Lock()
	defer e.watch.Unlock()
	e.watch.outage = outage{}
}

// outage is what stands in front of the receiver now, or nil.
func (e *Engine) outage() *fault.Fault {
	now := e.Clock.Now()
	e.watch.Lock()
	defer e.watch.Unlock()
	if o := e.watch.outage; o.until == 0 || now < o.until {
		return o.fault
	}
	return nil
}
