package journal_test

import (
	"bytes"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// attempt is an entry like those of a long run: bodies of size bytes, and fields that no other entry shares.
func attempt(body []byte) journal.Entry {
	header := make([]fixtures.Field, 6)
	for i := range header {
		header[i] = fixtures.Field{Name: "X-Header", Value: strings.Repeat("v", 32)}
	}
	return journal.Entry{
		Kind: journal.Attempt, Platform: "toy", At: time.Now(), Event: "customer_new",
		Request:  journal.Message{Method: "POST", URL: "http://127.0.0.1:8080/hook", Header: header, Body: bytes.Clone(body)},
		Response: journal.Message{Status: 200},
	}
}

// BenchmarkMillion is a million attempts in one journal, with bodies of 600 bytes: an op is all of them. How long an
// entry takes and the longest that one had to wait are without the time to make it.
func BenchmarkMillion(b *testing.B) {
	const n = 1_000_000
	body := bytes.Repeat([]byte("0123456789"), 60)
	for b.Loop() {
		var (
			j       journal.Journal
			memory  runtime.MemStats
			peak    uint64
			working time.Duration
			waits   []time.Duration // the long ones
		)
		for i := range n {
			entry := attempt(body)
			began := time.Now()
			j.Append(entry)
			took := time.Since(began)
			working += took
			if took > 100*time.Microsecond {
				waits = append(waits, took)
			}
			if i%4096 == 0 {
				runtime.ReadMemStats(&memory)
				peak = max(peak, memory.HeapInuse)
			}
		}
		slices.Sort(waits)
		b.ReportMetric(float64(working.Nanoseconds())/1e3/n, "µs/entry")
		b.ReportMetric(float64(len(waits)), "waits>100µs")
		if len(waits) > 0 {
			b.ReportMetric(waits[len(waits)/2].Seconds()*1e3, "ms-median-wait")
			b.ReportMetric(waits[len(waits)-1].Seconds()*1e3, "ms-longest-wait")
		}
		b.ReportMetric(float64(peak)/(1<<20), "MiB-heap")
		b.ReportMetric(highWater(), "MiB-VmHWM")
	}
}

// highWater is the most memory that this process has had, in MiB; 0 where the system does not tell.
func highWater() float64 {
	status, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(status), "VmHWM:")
	line, _, _ := strings.Cut(rest, "kB")
	kib, _ := strconv.ParseFloat(strings.TrimSpace(line), 64)
	return kib / 1024
}
