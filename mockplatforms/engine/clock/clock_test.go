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
		if c.To(c.Now() + row.by); c.Now() != row.after {
			t.Errorf("%s: %s, want %s", row.reason, c.Now(), row.after)
		}
	}
}

// TestTogether: of several times that are set at once the latest stands (with -race).
func TestTogether(t *testing.T) {
	var (
		c       clock.Clock
		working sync.WaitGroup
	)
	for n := range 16 {
		working.Go(func() {
			for m := range 100 {
				c.To(time.Duration(n*m) * time.Second)
			}
		})
	}
	working.Wait()
	if c.Now() != 15*99*time.Second {
		t.Errorf("it is %s, want %s", c.Now(), 15*99*time.Second)
	}
}
