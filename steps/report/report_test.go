package report

import (
	"bytes"
	"compress/flate"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

var update = flag.Bool("update", false, "write what is printed into testdata")

const secret = "s3cr3t-token"

func maskSecret(text string) string { return strings.ReplaceAll(text, secret, hidden) }

// cratejoyCallback is a recorded callback whose body is a JSON string holding JSON.
func cratejoyCallback(t *testing.T) journal.Message {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	m, err := set.Event("cratejoy", "customer_new")
	if err != nil {
		t.Fatal(err)
	}
	return journal.Message{Method: m.Method(), URL: "http://127.0.0.1:3000/hooks/cratejoy?key=" + secret, Header: m.Header, Body: m.Body}
}

// sampleRun has one of each: passed rows before and after a failed one, a failure with payloads that would like to play
// tricks on a terminal, an attempt without an answer, scenarios not run.
func sampleRun(t *testing.T) (Run, []Scenario) {
	t.Helper()
	run := Run{
		Version: "1.2.3", Receiver: "http://127.0.0.1:3000/hooks", Platforms: []string{"cratejoy", "bigcommerce"},
		Notices: []string{"retries are 100 times faster than Cratejoy's"}, Seed: "42",
		Rerun:   "hookdrill run features/cratejoy/delivery.feature:22:40",
		Started: time.Date(2026, 11, 22, 3, 4, 5, 0, time.UTC), Took: 1234567 * time.Microsecond,
	}
	run.Catalogues = []Catalogue{{"cratejoy", []string{"customer_new", "order_new", "order_updated"}}}
	row := func(line int, cells string, v Verdict) Scenario {
		return Scenario{
			File: "features/cratejoy/delivery.feature", Feature: "Delivery", Name: "every event is acknowledged", Row: cells,
			Line: line, Platform: "cratejoy", Verdict: v, Took: 10 * time.Millisecond,
		}
	}
	refused := row(22, "customer_new", Fail)
	refused.Steps = []Step{
		{Keyword: "Given", Text: "a Cratejoy store", Line: 9, Verdict: Pass},
		{Keyword: "When", Text: "customer_new happens", Line: 10, Verdict: Fail},
		{Keyword: "Then", Text: "the receiver acknowledges it", Line: 11, Verdict: Skipped},
	}
	refused.Failure = &Failure{
		Message: "the receiver did not acknowledge customer_new", Want: "a status from 200 to 299", Got: "500 Internal Server Error",
		Entries: []journal.Entry{{
			Seq: 3, Kind: journal.Attempt, Platform: "cratejoy", Event: "customer_new", Hook: 17, Number: 2, Virtual: 90 * time.Minute,
			Took: 3 * time.Millisecond, Request: cratejoyCallback(t),
			Response: journal.Message{
				Status: 500, Header: []fixtures.Field{{Name: "Content-Type", Value: "text/html"}, {Name: "Set-Cookie", Value: "id=7"}},
				Body: []byte("<h1>\x1b[31mboom\u202e\r\n</h1>\x00\n"),
			},
		}},
		Output: "panic: " + secret + "\n\tat main.js:3\n",
	}
	gone := Scenario{
		File: "features/conformance/lookup.feature", Feature: "Lookups", Name: "a <lookup> & its \"answer\"", Line: 40, Verdict: Fail,
		Failure: &Failure{Message: "the receiver never answered", Entries: []journal.Entry{
			{Seq: 1, Kind: journal.Lookup, Platform: "bigcommerce", Client: "abc", Resource: "customer", IDs: []string{"32"},
				Request: journal.Message{Method: "GET", URL: "http://127.0.0.1:4011/stores/x/v2/customers/32", Header: []fixtures.Field{
					{Name: "Accept", Value: "application/json"}, {Name: "X-Auth-Token", Value: "tok"}, {Name: "Authorization", Value: "Bearer abc"},
					{Name: "User-Agent", Value: "shop/1"}}},
				Response: journal.Message{Status: 204}},
			{Seq: 2, Kind: journal.Attempt, Event: "store/customer/created", Hook: 1, Number: 1, Fault: "truncated body", Failure: "no answer within 10s",
				Request: journal.Message{Method: "POST", URL: "http://127.0.0.1:3000/", Body: []byte("{\"a\xff\n")}},
		}},
	}
	same := gone
	same.Line, same.Verdict, same.Failure = 50, Pass, nil
	slow := Scenario{File: gone.File, Feature: gone.Feature, Name: "slow", Line: 60, Verdict: NotRun, Reason: "needs --allow-slow"}
	slower := slow
	slower.Name, slower.Line = "slower", 70
	sent := row(23, "shipment_shipped", Pass)
	sent.Sent = []Sent{{"shipment_shipped", mockplatforms.Good, 2, 2, 0}, {"order_new", mockplatforms.Repeated, 3, 1, 0}, {"customer_new", mockplatforms.NoJSON, 1, 0, 0}}
	robust := refused
	robust.Row, robust.Line, robust.Level, robust.Tolerated = "robust", 24, Should, true
	known, mended := refused, row(26, "mended", UnexpectedPass)
	known.Row, known.Line, known.Verdict, known.Reason, mended.Reason = "known", 25, KnownFailure, "ticket 7", "ticket 8"
	list := []Scenario{
		row(20, "order_new", Pass), row(21, "order_updated", Pass), refused, sent, gone, same, slow, slower, robust, known, mended,
	}
	for i := range list {
		if f := list[i].Failure; f != nil {
			list[i].Entries = f.Entries
		}
	}
	return run, list
}

func printed(t *testing.T, format string, o Options, run Run, scenarios []Scenario) string {
	t.Helper()
	var out bytes.Buffer
	f, err := Find(format)
	if err != nil {
		t.Fatal(err)
	}
	o.Out = &out
	p := f.New(o)
	for _, s := range scenarios {
		if err := p.Scenario(s); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.End(run, TallyOf(scenarios)); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// Each format against its golden file; -update writes them.
func TestFormats(t *testing.T) {
	run, scenarios := sampleRun(t)
	for _, f := range Formats() {
		t.Run(f.Name, func(t *testing.T) {
			got := printed(t, f.Name, Options{Mask: maskSecret, Width: 6, Total: 9}, run, scenarios)
			if f.Name == "html" {
				got = unpacked(t, got)
			}
			name := filepath.Join("testdata", f.Name+".golden")
			if *update {
				if err := os.WriteFile(name, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("printed differs from %s (-update writes it):\n%s", name, diff)
			}
			for _, forbidden := range []string{secret, "\x1b", "\u202e", "\x00", "\xff", "\r", "Bearer abc"} {
				if strings.Contains(got, forbidden) {
					t.Errorf("%q is in what was printed", forbidden)
				}
			}
			if again := printed(t, f.Name, Options{Mask: maskSecret, Width: 6, Total: 9}, run, scenarios); again != got && unpacked(t, again) != got {
				t.Error("printed twice, it is not the same")
			}
		})
	}
}

// unpacked is a page whose script element has what is packed in it as it is.
func unpacked(t *testing.T, page string) string {
	t.Helper()
	before, rest, found := strings.Cut(page, `id="kept" data-packed="50">`)
	text, after, ended := strings.Cut(rest, "</script>")
	var chunks []string
	if err := json.Unmarshal([]byte(text), &chunks); !found || !ended || err != nil {
		t.Fatalf("the page has nothing packed in it: %v", err)
	}
	for i, chunk := range chunks {
		small, err := base64.StdEncoding.DecodeString(chunk)
		if err != nil {
			t.Fatal(err)
		}
		whole, err := io.ReadAll(flate.NewReader(bytes.NewReader(small)))
		if err != nil {
			t.Fatal(err)
		}
		var rows []string
		if err := json.Unmarshal(whole, &rows); err != nil {
			t.Fatal(err)
		}
		chunks[i] = strings.Join(rows, "\n\n")
	}
	return before + strings.Join(chunks, "\n\n") + after
}

func TestFormatsAreDescribed(t *testing.T) {
	for _, f := range Formats() {
		if f.Doc == "" || f.New == nil {
			t.Errorf("%s has no text or no printer", f.Name)
		}
	}
	if _, err := Find("juint"); err == nil || !strings.Contains(err.Error(), `did you mean "junit"?`) {
		t.Errorf("the error of an unknown format is %v", err)
	}
}

func TestPrettyCollapsesRows(t *testing.T) {
	row := Scenario{File: "a.feature", Feature: "A", Name: "n", Row: "r", Verdict: Pass}
	failed, idle, other := row, row, row
	failed.Verdict, failed.Line = Fail, 3
	idle.Verdict, idle.Reason = NotRun, "why"
	other.Name, other.Row = "o", ""
	list := []Scenario{row, row, row, failed, row, idle, idle, other, other}
	got := printed(t, "pretty", Options{}, Run{}, list)
	want := `A  a.feature
  ✓ n (3 rows)
  ✗ n [r]  a.feature:3
      the scenario failed, and did not say why

  ✓ n [r]
  – n (2 rows) – not run: why
  ✓ o
  ✓ o

9 scenarios: 6 passed, 1 failed, 2 not run, in 0s
not run (2): why
`
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestColourIsAskedFor(t *testing.T) {
	run, scenarios := sampleRun(t)
	for _, f := range []string{"pretty", "progress"} {
		if got := printed(t, f, Options{Color: true}, run, scenarios); !strings.Contains(got, "\x1b[31m") || !strings.Contains(got, "\x1b[0m") {
			t.Errorf("%s has no colour", f)
		}
	}
	for _, f := range []string{"junit", "json"} {
		if got := printed(t, f, Options{Color: true}, run, scenarios); strings.Contains(got, "\x1b") {
			t.Errorf("%s has colour", f)
		}
	}
}

// What JUnit readers rely on: it is XML, its counts are true, no two cases of a suite share a name.
func TestJUnitCounts(t *testing.T) {
	run, scenarios := sampleRun(t)
	run.Broken = "interrupted"
	type suite struct {
		Tests    int `xml:"tests,attr"`
		Failures int `xml:"failures,attr"`
		Skipped  int `xml:"skipped,attr"`
		Errors   int `xml:"errors,attr"`
		Cases    []struct {
			Name    string    `xml:"name,attr"`
			Failure *struct{} `xml:"failure"`
			Skipped *struct{} `xml:"skipped"`
			Error   *struct{} `xml:"error"`
		} `xml:"testcase"`
	}
	var all struct {
		suite
		Suites []suite `xml:"testsuite"`
	}
	if err := xml.Unmarshal([]byte(printed(t, "junit", Options{}, run, append(scenarios, scenarios...))), &all); err != nil {
		t.Fatal(err)
	}
	sum := suite{}
	for _, s := range all.Suites {
		counted, names := suite{Tests: len(s.Cases)}, map[string]bool{}
		for _, c := range s.Cases {
			if c.Failure != nil {
				counted.Failures++
			}
			if c.Skipped != nil {
				counted.Skipped++
			}
			if c.Error != nil {
				counted.Errors++
			}
			names[c.Name] = true
		}
		if s.Tests != counted.Tests || s.Failures != counted.Failures || s.Skipped != counted.Skipped || s.Errors != counted.Errors {
			t.Errorf("a suite says %+v, and has %+v", s, counted)
		}
		sum.Tests, sum.Failures, sum.Skipped, sum.Errors = sum.Tests+s.Tests, sum.Failures+s.Failures, sum.Skipped+s.Skipped, sum.Errors+s.Errors
	}
	if all.Tests != sum.Tests || all.Tests != 23 || all.Failures != 6 || all.Skipped != 8 || all.Errors != 1 || all.Failures != sum.Failures {
		t.Errorf("all suites say %+v, the suites %+v", all.suite, sum)
	}
}

// Bodies can be had back from the JSON, whatever they hold.
func TestJSONHoldsBodies(t *testing.T) {
	run, scenarios := sampleRun(t)
	var document struct {
		Format    string
		Counts    map[string]int
		Scenarios []struct {
			Name    string
			Failure *struct {
				Evidence []struct {
					Request struct {
						Body, Encoding string
						Decoded        map[string]any
					}
				}
			}
		}
	}
	if err := json.Unmarshal([]byte(printed(t, "json", Options{}, run, scenarios)), &document); err != nil {
		t.Fatal(err)
	}
	refused := document.Scenarios[2].Failure.Evidence[0].Request
	if refused.Body != string(cratejoyCallback(t).Body) || refused.Decoded["first_name"] != "José" {
		t.Errorf("the callback is %+v", refused)
	}
	if broken := document.Scenarios[7].Failure.Evidence[1].Request; broken.Body != "eyJh/wo=" || broken.Encoding != "base64" {
		t.Errorf("bytes that are no UTF-8 are %+v", broken)
	}
	if want := map[string]int{"passed": 4, "failed": 3, "tolerated": 1, "known_failures": 1, "flaky": 0, "not_run": 2}; !cmp.Equal(document.Counts, want) || document.Format != jsonFormat {
		t.Errorf("%v of %s", document.Counts, document.Format)
	}
	if got := printed(t, "json", Options{}, Run{}, nil); strings.Contains(got, "null") {
		t.Errorf("an empty run has null in it:\n%s", got)
	}
}

func TestRunThatEndedEarly(t *testing.T) {
	run, scenarios := sampleRun(t)
	run.Broken = "interrupted"
	for _, f := range Formats() {
		if got := printed(t, f.Name, Options{}, run, scenarios[:2]); !strings.Contains(got, "interrupted") {
			t.Errorf("%s does not say that the run was interrupted:\n%s", f.Name, got)
		}
	}
}

type brokenWriter struct{}

var errBroken = errors.New("disk full")

func (brokenWriter) Write([]byte) (int, error) { return 0, errBroken }

func TestWriteErrorsAreReported(t *testing.T) {
	run, scenarios := sampleRun(t)
	for _, f := range Formats() {
		p := f.New(Options{Out: io.Writer(brokenWriter{})})
		err := p.Scenario(scenarios[2])
		if err = errors.Join(err, p.End(run, TallyOf(scenarios))); !errors.Is(err, errBroken) {
			t.Errorf("%s hides that it could not write: %v", f.Name, err)
		}
	}
}
