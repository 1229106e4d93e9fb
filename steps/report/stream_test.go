package report

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// streamed is the stream of a run.
func streamed(t testing.TB, run Run, scenarios []Scenario, ended bool) string {
	t.Helper()
	var out bytes.Buffer
	s := newStream(Options{Out: &out, Mask: maskSecret, Total: 9}).(Recorder)
	errs := []error{s.Begin(run)}
	for _, one := range scenarios {
		for _, e := range one.Entries {
			errs = append(errs, s.Exchange(one.ID(), e))
		}
		errs = append(errs, s.Scenario(one))
	}
	if ended {
		errs = append(errs, s.End(run, TallyOf(scenarios)))
	}
	for _, err := range errs {
		if err != nil {
			t.Fatal(err)
		}
	}
	return out.String()
}

// TestReportsFromAStream are those of the run itself, in every format, byte for byte.
func TestReportsFromAStream(t *testing.T) {
	run, scenarios := sampleRun(t)
	text := streamed(t, run, scenarios, true)
	for _, forbidden := range []string{secret, "\x1b", "\u202e", "\x00", "\xff", "Bearer abc"} {
		if strings.Contains(text, forbidden) {
			t.Errorf("%q is in the stream", forbidden)
		}
	}
	recorded, err := ReadStream("s", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if len(recorded.Scenarios[2].Entries) != 1 || recorded.Total != 9 {
		t.Errorf("%d exchanges, %d selected", len(recorded.Scenarios[2].Entries), recorded.Total)
	}
	for _, f := range Formats() {
		if f.Live {
			continue
		}
		want, err := os.ReadFile(filepath.Join("testdata", f.Name+".golden"))
		if err != nil {
			t.Fatal(err)
		}
		got := printed(t, f.Name, Options{Width: 6, Total: recorded.Total}, recorded.Run, recorded.Scenarios)
		if f.Name == "html" {
			got = unpacked(t, got)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			t.Errorf("%s: -of the run +of its stream:\n%s", f.Name, diff)
		}
	}
	if again := streamed(t, recorded.Run, recorded.Scenarios, true); again != text {
		t.Errorf("the stream of what a stream holds is another one:\n%s", cmp.Diff(text, again))
	}
}

// TestStreamOfARunThatWasKilled: all that was written is there, also of the scenario that was running.
func TestStreamOfARunThatWasKilled(t *testing.T) {
	run, scenarios := sampleRun(t)
	text := streamed(t, run, scenarios[:3], false)
	text += `{"type":"exchange","of":"features/a.feature:7","exchange":{"seq":2,"kind":"attempt","event":"e","request":{"header":[],"body":"x"}}}` + "\n" +
		`{"type":"exchange","of":"features/a.feature:7","exchange":{"seq":1,"kind":"lookup","request":{"header":[],"body":""}}}` + "\n" +
		`{"type":"exchange","of":"features/a.f` // the kill came here
	recorded, err := ReadStream("s", strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	last := recorded.Scenarios[len(recorded.Scenarios)-1]
	if len(recorded.Scenarios) != 4 || last.ID() != "features/a.feature:7" || last.Verdict != NotRun || last.Reason != killed {
		t.Errorf("%d scenarios, the last is %+v", len(recorded.Scenarios), last)
	}
	if len(last.Entries) != 2 || last.Entries[0].Seq != 1 || string(last.Entries[1].Request.Body) != "x" {
		t.Errorf("its exchanges are %+v", last.Entries)
	}
	if recorded.Run.Broken != killed || recorded.Run.Seed != run.Seed {
		t.Errorf("%+v", recorded.Run)
	}
}

// TestStreamIsBounded: a scenario of a million callbacks does not fill the disk, and says what it has left out.
func TestStreamIsBounded(t *testing.T) {
	var out bytes.Buffer
	s := newStream(Options{Out: &out}).(*stream)
	if err := s.Begin(Run{}); err != nil {
		t.Fatal(err)
	}
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			for i := range MostExchanges {
				if err := s.Exchange("a.feature:1", journal.Entry{Seq: i}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	senders.Wait()
	s.written = streamLimit + 1
	if err := s.Exchange("a.feature:2", journal.Entry{}); err != nil {
		t.Fatal(err)
	}
	if err := s.Scenario(Scenario{File: "a.feature", Line: 1}); err != nil {
		t.Fatal(err)
	}
	if err := s.End(Run{}, nil); err != nil {
		t.Fatal(err)
	}
	recorded, err := ReadStream("s", &out)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(recorded.Scenarios[0].Entries); n != MostExchanges || recorded.Left != 3*MostExchanges+1 {
		t.Errorf("%d exchanges are kept, %d left out", n, recorded.Left)
	}
}

func TestJoin(t *testing.T) {
	part := func(seed string, lines ...int) *Recorded {
		r := &Recorded{Run: Run{Seed: seed, Receiver: "r", Platforms: []string{seed}, Catalogues: []Catalogue{{Platform: seed}}}, Total: len(lines)}
		for _, line := range lines {
			r.Scenarios = append(r.Scenarios, Scenario{File: "a.feature", Line: line})
		}
		return r
	}
	all, err := Join([]string{"x", "y"}, []*Recorded{part("1", 3, 7), part("2", 5)})
	if err != nil {
		t.Fatal(err)
	}
	var lines []int
	for _, s := range all.Scenarios {
		lines = append(lines, s.Line)
	}
	if fmt.Sprint(lines) != "[3 5 7]" || all.Total != 3 || all.Run.Seed != "1; 2" || all.Run.Receiver != "r" || len(all.Run.Catalogues) != 2 || len(all.Run.Platforms) != 2 {
		t.Errorf("%d %+v", lines, all.Run)
	}
	if _, err := Join([]string{"x", "y"}, []*Recorded{part("1", 3), part("1", 3)}); err == nil || !strings.Contains(err.Error(), "a.feature:3 is in x and in y") {
		t.Errorf("a scenario that is in two: %v", err)
	}
	tampered := part("1", 3)
	tampered.Run.Shard = "1/2000000000 auto/9"
	if all, err := Join([]string{"x"}, []*Recorded{tampered}); err != nil || all.Run.Broken != "" {
		t.Errorf("a shard of too many: %v, %q", err, all.Run.Broken)
	}
}

func FuzzReadStream(f *testing.F) {
	run, scenarios := Run{Seed: "1"}, []Scenario{{File: "a.feature", Line: 3, Verdict: Fail, Entries: []journal.Entry{{Seq: 1, Kind: journal.Attempt}}, Failure: &Failure{Message: "m"}}}
	f.Add(streamed(f, run, scenarios, true))
	f.Add(streamed(f, run, scenarios, false))
	f.Add(`{"type":"begin","format":"hookdrill-events/1","run":{}}` + "\n" + `{"type":"scenario","scenario":{"failure":{"evidence":[{"request":{"body":"%","encoding":"base64"}}]}}}` + "\n")
	f.Fuzz(func(t *testing.T, text string) {
		var recorded *Recorded
		var err error
		if cost := allocated(func() { recorded, err = ReadStream("s", strings.NewReader(text)) }); cost > uint64(1<<20+4096*len(text)) {
			t.Errorf("%d bytes take %d", len(text), cost)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "s:") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		for _, format := range Formats() {
			var out bytes.Buffer
			p := format.New(Options{Out: &out})
			for _, s := range recorded.Scenarios {
				if err := p.Scenario(s); err != nil {
					t.Fatal(err)
				}
			}
			if err := p.End(recorded.Run, TallyOf(recorded.Scenarios)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// allocated is how many bytes something takes, also those that are free again.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestStreamCost: a line takes no more memory than a small multiple of its length, whatever it is full of.
func TestStreamCost(t *testing.T) {
	const size = 1 << 20
	begin := `{"type":"begin","format":"` + streamFormat + `","run":{}}` + "\n"
	for name, c := range map[string]struct{ line, says string }{
		"evidence": {`{"type":"scenario","scenario":{"failure":{"evidence":[{}` + strings.Repeat(",{}", size/3) + `]}}}`, "exchanges; there are 20000 at most"},
		"steps":    {`{"type":"scenario","scenario":{"steps":[{}` + strings.Repeat(",{}", size/3) + `]}}`, ""},
		"header":   {`{"type":"exchange","of":"a","exchange":{"request":{"header":[{}` + strings.Repeat(",{}", size/3) + `]}}}`, ""},
		"deep":     {`{"type":"x","y":` + strings.Repeat("[", size), "s:2: "},
		"lines":    {strings.TrimSuffix(strings.Repeat(`{"type":"exchange","of":"a","exchange":{}}`+"\n", size/43), "\n"), ""},
	} {
		var err error
		cost := allocated(func() { _, err = ReadStream("s", strings.NewReader(begin+c.line+"\n")) })
		if cost > 256*size {
			t.Errorf("%s: %d bytes take %d", name, len(c.line), cost)
		}
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
