// Package clock gives the two times of a run. The schedule (when is the third retry due?) is virtual, so that two days
// pass in milliseconds. What goes inside signatures and timestamps is the receiver's time, or a correct receiver
// refuses it.
package clock

import (
	"sync"
	"time"
)

// Stamp tells the receiver's time, to the second as platforms write it.
type Stamp func() time.Time

// Clock is the virtual schedule of one scenario. The zero value stands at its start. It is safe for concurrent use.
type Clock struct {
	mu  sync.Mutex
	now time.Duration
}

// Now is how much virtual time has passed.
func (c *Clock) Now() time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// To has the clock stand at a time. Time does not run backwards: an earlier one changes nothing.
func (c *Clock) To(t time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = max(c.now, t)
}
