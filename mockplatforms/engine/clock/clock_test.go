package clock_test

import (
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/clock"
)

func TestClock(t *testing.T) {
	var c clock.Clock
	if c.Now() != 0 {
		t.Errorf("the schedule begins at %s", c.Now())
	}
	for _, row := range []struct {
		reason    string
		by, after time.Duration
	}{
		{"time passes", 48 * time.Hour, 48 * time.Hour},
		{"and adds up", time.Second, 48*time.Hour + time.Second},
		{"it does not run backwards", -time.Hour, 48*time.Hour + time.Second},
		{"it may stand", 0, 48*time.Hour + time.Second},
	} {
		if got := c.Advance(row.by); got != row.after || c.Now() != row.after {
			t.Errorf("%s: %s and %s, want %s", row.reason, got, c.Now(), row.after)
		}
	}
}

// TestAdvanceTogether: no advance is lost when several come at once (with -race).
func TestAdvanceTogether(t *testing.T) {
	var (
		c       clock.Clock
		working sync.WaitGroup
	)
	for range 16 {
		working.Go(func() {
			for range 100 {
				c.Advance(time.Second)
			}
		})
	}
	working.Wait()
	if c.Now() != 1600*time.Second {
		t.Errorf("it is %s, want %s", c.Now(), 1600*time.Second)
	}
}
