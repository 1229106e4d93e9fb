package report

import (
	"encoding/xml"
	"fmt"
	"strings"
	"time"
)

// junit writes JUnit XML once the run is over: a suite a feature file, a case a scenario or row.
type junit struct{ Options }

func newJUnit(o Options) Printer { return &whole{write: junit{o}.write} }

type junitSuites struct {
	XMLName xml.Name `xml:"testsuites"`
	Name    string   `xml:"name,attr"`
	junitCounts
	Suites []*junitSuite `xml:"testsuite"`
}

type junitCounts struct {
	Tests    int    `xml:"tests,attr"`
	Failures int    `xml:"failures,attr"`
	Errors   int    `xml:"errors,attr"`
	Skipped  int    `xml:"skipped,attr"`
	Time     string `xml:"time,attr"`
}

type junitSuite struct {
	Name string `xml:"name,attr"`
	junitCounts
	Timestamp  string          `xml:"timestamp,attr,omitempty"`
	Properties []junitProperty `xml:"properties>property,omitempty"`
	Cases      []junitCase     `xml:"testcase"`

	took time.Duration
	seen map[string]bool // names of cases
}

type junitProperty struct {
	Name  string `xml:"name,attr"`
	Value string `xml:"value,attr"`
}

type junitCase struct {
	Class   string        `xml:"classname,attr"`
	Name    string        `xml:"name,attr"`
	File    string        `xml:"file,attr,omitempty"`
	Line    int           `xml:"line,attr,omitempty"`
	Time    string        `xml:"time,attr"`
	Skipped *junitMessage `xml:"skipped"`
	Failure *junitMessage `xml:"failure"`
	Error   *junitMessage `xml:"error"`
	Output  *junitText    `xml:"system-out"`
}

type junitMessage struct {
	Type    string `xml:"type,attr,omitempty"`
	Message string `xml:"message,attr"`
	Text    string `xml:",cdata"`
}

type junitText struct {
	Text string `xml:",cdata"`
}

func (j junit) write(run Run, scenarios []Scenario) error {
	j.Color = false
	suites, byFile := []*junitSuite{}, map[string]*junitSuite{}
	for _, s := range scenarios {
		suite := byFile[s.File]
		if suite == nil {
			suite = j.suite(visible(s.File), run)
			byFile[s.File] = suite
			suites = append(suites, suite)
		}
		j.add(suite, s)
	}
	if run.Broken != "" {
		// Whoever reads the cases alone must not take what is left of a run for the whole.
		suite := j.suite("hookdrill", run)
		suite.Tests, suite.Errors = 1, 1
		broken := &junitMessage{Type: "run", Message: legal(j.line(run.Broken))}
		suite.Cases = []junitCase{{Class: "hookdrill", Name: "the run came to its end", Time: seconds(0), Error: broken}}
		suites = append(suites, suite)
	}
	all := junitSuites{Name: "hookdrill", Suites: suites}
	for _, s := range suites {
		s.Time = seconds(s.took)
		all.Tests += s.Tests
		all.Failures += s.Failures
		all.Errors += s.Errors
		all.Skipped += s.Skipped
	}
	all.Time = seconds(run.Took)
	text, err := xml.MarshalIndent(all, "", "  ")
	if err != nil {
		return fmt.Errorf("writing JUnit XML: %w", err)
	}
	_, err = j.Out.Write([]byte(xml.Header + string(text) + "\n"))
	return err
}

func (j junit) suite(name string, run Run) *junitSuite {
	s := &junitSuite{Name: legal(name), seen: map[string]bool{}}
	if !run.Started.IsZero() {
		s.Timestamp = run.Started.UTC().Format("2006-01-02T15:04:05")
	}
	property := func(name, value string) {
		if value != "" {
			s.Properties = append(s.Properties, junitProperty{name, legal(j.line(value))})
		}
	}
	property("hookdrill", run.Version)
	property("receiver", run.Receiver)
	property("platforms", strings.Join(run.Platforms, ", "))
	property("seed", run.Seed)
	for _, notice := range run.Notices {
		property("notice", notice)
	}
	return s
}

// classOf is a feature file as a class in packages: Jenkins takes what stands behind the last dot for the class, and would call
// every one "feature".
func classOf(file string) string {
	return strings.TrimLeft(strings.ReplaceAll(strings.TrimSuffix(file, ".feature"), "/", "."), ".")
}

func (j junit) add(suite *junitSuite, s Scenario) {
	name := legal(j.title(s))
	if suite.seen[name] { // two of one name would be one test with two results to most readers
		name = fmt.Sprintf("%s (line %d)", name, s.Line)
	}
	suite.seen[name] = true
	c := junitCase{Class: classOf(suite.Name), Name: name, File: suite.Name, Line: s.Line, Time: seconds(s.Took)}
	suite.Tests++
	suite.took += s.Took
	j.Options = j.hiding(s.exchanges()...)
	switch s.Verdict {
	case NotRun:
		suite.Skipped++
		c.Skipped = &junitMessage{Message: legal(j.reason(s.Reason))}
	case KnownFailure:
		suite.Skipped++
		c.Skipped = &junitMessage{Message: legal("known failure: " + j.reason(s.Reason))}
		c.Output = &junitText{legal(strings.Join(Evidence(j.Options, s), "\n"))}
	case Flaky: // a pass to those who read the file, with what speaks against it
		c.Output = &junitText{legal(strings.Join(Evidence(j.Options, s), "\n"))}
	case UnexpectedPass:
		suite.Failures++
		text := strings.Join(Evidence(j.Options, s), "\n")
		c.Failure = &junitMessage{Type: "unexpected pass", Message: "it passed, and is listed as a known failure", Text: legal(text)}
	case Fail:
		failure := Failure{Message: unexplained}
		if s.Failure != nil {
			failure = *s.Failure
		}
		text := legal(strings.Join(j.judgement(failure), "\n"))
		message := legal(strings.Join(clipped(j.mask(failure.Message)), " "))
		if s.Tolerated { // who reads the file must not see another result than the exit code
			suite.Skipped++
			c.Skipped = &junitMessage{Message: fmt.Sprintf("failed, and is only @%s: %s", s.Level, message)}
		} else {
			suite.Failures++
			c.Failure = &junitMessage{Type: "expectation", Message: message, Text: text}
		}
		c.Output = &junitText{legal(strings.Join(Evidence(j.Options, s), "\n"))}
	}
	suite.Cases = append(suite.Cases, c)
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }

// legal leaves out what XML cannot hold. Payloads are made visible before, so this is for what is not from a payload.
func legal(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\t', r == '\n', r == '\r', r >= 0x20 && r <= 0xd7ff, r >= 0xe000 && r <= 0xfffd, r >= 0x10000 && r <= 0x10ffff:
			return r
		}
		return -1
	}, text)
}
