package report

import (
	"strings"
	"time"
)

// ctrf writes the Common Test Report Format (https://ctrf.io, specification 0.0.0 of its JSON Schema) once the run is over.
type ctrf struct{ Options }

func newCTRF(o Options) Printer { return &whole{write: ctrf{o}.write} }

type ctrfDocument struct {
	Format      string      `json:"reportFormat"` // "CTRF"
	Spec        string      `json:"specVersion"`
	GeneratedBy string      `json:"generatedBy"`
	Results     ctrfResults `json:"results"`
}

type ctrfResults struct {
	Tool        ctrfTool        `json:"tool"`
	Summary     ctrfSummary     `json:"summary"`
	Tests       []ctrfTest      `json:"tests"`
	Environment ctrfEnvironment `json:"environment"`
}

type ctrfTool struct {
	Name    string `json:"name"`
	Version string `json:"version,omitempty"`
}

type ctrfSummary struct {
	Tests   int   `json:"tests"`
	Passed  int   `json:"passed"`
	Failed  int   `json:"failed"`
	Skipped int   `json:"skipped"`
	Pending int   `json:"pending"`
	Other   int   `json:"other"`
	Flaky   int   `json:"flaky"`
	Start   int64 `json:"start"` // ms since 1970
	Stop    int64 `json:"stop"`
}

type ctrfTest struct {
	Name      string   `json:"name"`
	Status    string   `json:"status"`
	RawStatus string   `json:"rawStatus"` // hookdrill's verdict
	Duration  int64    `json:"duration"`  // ms
	Suite     []string `json:"suite,omitempty"`
	Message   string   `json:"message,omitempty"`
	Trace     string   `json:"trace,omitempty"`
	File      string   `json:"filePath,omitempty"`
	Line      int      `json:"line,omitempty"`
	Tags      []string `json:"tags,omitempty"`
	Flaky     bool     `json:"flaky,omitempty"`
	Retries   int      `json:"retries,omitempty"`
}

type ctrfEnvironment struct {
	Name    string            `json:"testEnvironment"` // the receiver
	Healthy bool              `json:"healthy"`         // the run came to its end
	Extra   map[string]string `json:"extra,omitempty"` // broken: why it did not
}

func (c ctrf) write(run Run, scenarios []Scenario) error {
	c.Color = false
	d := ctrfDocument{Format: "CTRF", Spec: "0.0.0", GeneratedBy: "hookdrill", Results: ctrfResults{
		Tool: ctrfTool{"hookdrill", run.Version}, Tests: []ctrfTest{},
		Environment: ctrfEnvironment{Name: c.line(run.Receiver), Healthy: run.Broken == ""},
		Summary:     ctrfSummary{Tests: len(scenarios), Start: run.Started.UnixMilli(), Stop: run.Started.Add(run.Took).UnixMilli()},
	}}
	if run.Broken != "" {
		d.Results.Environment.Extra = map[string]string{"broken": c.mask(run.Broken)}
	}
	for _, s := range scenarios {
		d.Results.Tests = append(d.Results.Tests, c.test(s, &d.Results.Summary))
	}
	return c.document(d)
}

// test is a scenario as CTRF has it. A failure that does not fail the run is "other": a reader counts what is failed.
func (c ctrf) test(s Scenario, sum *ctrfSummary) ctrfTest {
	c.Options = c.hiding(s.exchanges()...)
	t := ctrfTest{
		Name: c.title(s), RawStatus: string(s.Verdict), Duration: int64(s.Took / time.Millisecond), File: visible(s.File), Line: s.Line,
		Tags: s.Tags, Message: c.mask(s.Reason), Flaky: s.Verdict == Flaky, Retries: s.Retries,
	}
	if s.Feature != "" {
		t.Suite = []string{c.line(s.Feature)}
	}
	if s.Failure != nil {
		t.Message = strings.Join(clipped(c.mask(s.Failure.Message)), " ")
		t.Trace = strings.Join(Evidence(c.Options, s), "\n")
	}
	switch {
	case s.Fails():
		t.Status, sum.Failed = "failed", sum.Failed+1
	case s.Verdict == Pass || s.Verdict == Flaky:
		t.Status, sum.Passed = "passed", sum.Passed+1
	case s.Verdict == NotRun:
		t.Status, sum.Skipped = "skipped", sum.Skipped+1
	default:
		t.Status, sum.Other = "other", sum.Other+1
	}
	if t.Flaky {
		sum.Flaky++
	}
	return t
}
