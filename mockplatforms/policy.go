package mockplatforms

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Policy is how a platform treats answers, as data and pure functions: nothing here waits or reads a clock. A field
// that is zero means "does not do that". Timeout is real time; all others are of the platform's schedule.
type Policy struct {
	Acknowledged func(status int) bool // which answers count as success
	Acknowledges string                // the same in words: "200 to 299"
	Timeout      time.Duration         // how long it waits for an answer
	Limits       AnswerLimits          // of an answer's header
	Retries      []time.Duration       // from one attempt to the next; none: a callback that failed is lost
	SwitchOff    bool                  // a hook whose last attempt failed gets nothing more
	Idle         time.Duration         // a hook without an event for so long is switched off
	Activation   time.Duration         // so long after it was made a hook gets nothing
	Block        *Blocklist            // when a domain gets nothing for a while
	Exceptions   *Exceptions           // who hears of deliveries that fail
	Tolerance    time.Duration         // how far from its own time a receiver takes a signature
	Defaults     []string              // the rows of Table that no source settles: UNKNOWN/default
}

// Success2xx is the acknowledgement rule of platforms that take any 2xx.
func Success2xx(status int) bool { return status >= 200 && status < 300 }

// AnswerLimits are how much header an answer may have and still count. Zero: as much as it likes.
type AnswerLimits struct {
	Fields int // how many
	Name   int // bytes of a name
	Value  int // bytes of a value
}

// Judge says why an answer is no success to this platform, in words; "" if it is one.
func (p Policy) Judge(status int, header []fixtures.Field) (rejected string) {
	switch {
	case status >= 300 && status < 400 && !p.Acknowledged(status):
		return fmt.Sprintf("status %d: redirects are not followed", status)
	case !p.Acknowledged(status):
		return fmt.Sprintf("status %d", status)
	case p.Limits.Fields > 0 && len(header) > p.Limits.Fields:
		return fmt.Sprintf("its header has %d fields, more than %d", len(header), p.Limits.Fields)
	}
	for _, f := range header {
		switch {
		case p.Limits.Name > 0 && len(f.Name) > p.Limits.Name:
			return fmt.Sprintf("the name of a header field has %d bytes, more than %d", len(f.Name), p.Limits.Name)
		case p.Limits.Value > 0 && len(f.Value) > p.Limits.Value:
			return fmt.Sprintf("the header field %s has %d bytes, more than %d", f.Name, len(f.Value), p.Limits.Value)
		}
	}
	return ""
}

// Delay is the time from the nth attempt, which failed, to the next one; ok is false if there is none.
func (p Policy) Delay(n int) (d time.Duration, ok bool) {
	if n < 1 || n > len(p.Retries) {
		return 0, false
	}
	return p.Retries[n-1], true
}

// Blocklist is when a domain gets nothing of one client for a while, so that all hooks there suffer.
type Blocklist struct {
	Window  time.Duration // the answers of so long count
	Minimum int           // fewer answers than this in the window say nothing
	Success float64       // a smaller share of successes blocks
	For     time.Duration
}

// Trips says whether answers in the window block their domain.
func (b Blocklist) Trips(successes, failures int) bool {
	all := successes + failures
	return all >= b.Minimum && float64(successes) < b.Success*float64(all)
}

// Outcomes are the answers of a domain within a sliding window. The zero value has none.
type Outcomes struct {
	moments             []moment
	successes, failures int
}

// moment is what came at one time of the schedule: a thousand callbacks may be due at once.
type moment struct {
	at                  time.Duration
	successes, failures int
}

// Add files an answer at a time, which is never before that of the last one, and gives how many of each kind are left
// in the window that ends there.
func (o *Outcomes) Add(at, window time.Duration, success bool) (successes, failures int) {
	if n := len(o.moments); n == 0 || o.moments[n-1].at != at {
		o.moments = append(o.moments, moment{at: at})
	}
	last := &o.moments[len(o.moments)-1]
	if success {
		last.successes++
		o.successes++
	} else {
		last.failures++
		o.failures++
	}
	gone := 0
	for o.moments[gone].at <= at-window {
		o.successes -= o.moments[gone].successes
		o.failures -= o.moments[gone].failures
		gone++
	}
	o.moments = slices.Delete(o.moments, 0, gone)
	return o.successes, o.failures
}

// Exceptions is the platform telling a hook of its own how deliveries to the others fail. The names are those of
// fixtures of the platform, "exceptions/90001"; {destination} in them is the target, and Fixture-Identity the hook.
type Exceptions struct {
	Event     string        // what a hook has to be registered for to be told
	Every     time.Duration // at most one Retrying for a destination in so long
	Retrying  string        // it failed, and will be tried again
	Exhausted string        // the last attempt failed
	Blocked   string        // the domain is blocked for a while
}

// Policy is the platform's policy with the account's switches as they stand.
func (s *State) Policy() Policy { return s.Platform.PolicyWith(s.Setting) }

// PolicyWith is the policy under the values of the switches.
func (p *Platform) PolicyWith(setting func(string) string) Policy {
	if p.Vary == nil {
		return p.Policy
	}
	return p.Vary(p.Policy, setting)
}

// InWords writes a time of the schedule as people say it: "48 h 04 min", "90 days", "30 s".
func InWords(d time.Duration) string {
	const day = 24 * time.Hour
	seconds := int64(d / time.Second)
	switch {
	case d >= 4*day && d%day == 0:
		return fmt.Sprintf("%d days", d/day)
	case seconds >= 3600 && seconds%60 == 0:
		return strings.TrimSuffix(fmt.Sprintf("%d h %02d min", seconds/3600, seconds/60%60), " 00 min")
	case seconds >= 3600:
		return fmt.Sprintf("%d h %02d min %02d s", seconds/3600, seconds/60%60, seconds%60)
	case seconds >= 60:
		return strings.TrimSuffix(fmt.Sprintf("%d min %02d s", seconds/60, seconds%60), " 00 s")
	}
	if d%time.Second == 0 {
		return fmt.Sprintf("%d s", seconds)
	}
	return d.Round(time.Millisecond).String()
}
