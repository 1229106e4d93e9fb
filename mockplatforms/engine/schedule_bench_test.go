package engine_test

import (
	"net/http"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

// BenchmarkDayOutage is a receiver that is down for a day, under the schedule and the rules of BigCommerce: all retries
// until it takes the callback, with what an engine costs. The scenario is to be over long before anybody looks up.
func BenchmarkDayOutage(b *testing.B) {
	set := toys(b, nil)
	down := named(b, "answer 503")
	for b.Loop() {
		e, r := start(b, retrying(blocking), func(o *engine.Options) { o.Fixtures = set })
		hook(e, "made", "/200")
		if err := e.Outage(down, 24*time.Hour); err != nil {
			b.Fatal(err)
		}
		deliver(b, e, engine.Event{Message: load(b, e, "callbacks/made")})
		attempts := pass(b, e, twoDays)
		if last := attempts[len(attempts)-1]; len(attempts) != 10 || !last.Acknowledged || len(r.got) != 1 {
			b.Fatalf("%d retries, the last acknowledged: %v", len(attempts), last.Acknowledged)
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkMillionAttempts is a million of them in one engine: 10,000 hooks, and ten events to each of them that fail
// nine times and then succeed, all in one step of time. The receiver is in this process and answers at once.
func BenchmarkMillionAttempts(b *testing.B) {
	const hooks, events, attempts = 10_000, 10, 10
	set := toys(b, nil)
	for b.Loop() {
		began, calls := time.Now(), 0
		e, _ := start(b, retrying(), through(answers(func(*http.Request) int {
			if calls++; calls <= hooks*events*(attempts-1) {
				return 503
			}
			return 200
		})), func(o *engine.Options) { o.Fixtures = set })
		for range hooks {
			hook(e, "made", "/")
		}
		for range events {
			deliver(b, e, engine.Event{Message: load(b, e, "callbacks/made")})
		}
		if err := e.Pass(b.Context(), twoDays, nil); err != nil {
			b.Fatal(err)
		}
		if calls != hooks*events*attempts || e.Waiting() != 0 || e.Journal.Len() != calls {
			b.Fatalf("%d attempts, %d entries, %d wait", calls, e.Journal.Len(), e.Waiting())
		}
		if err := e.Close(); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(time.Since(began).Microseconds())/float64(calls), "µs/attempt") // of the last op
		b.ReportMetric(peak(), "MiB-peak")
	}
}

// peak is the most memory that this process has had, in MiB; 0 where the system does not tell.
func peak() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kib, _ := strconv.ParseFloat(strings.TrimSpace(line), 64)
	return kib / 1024
}
