// Package report says what a run was: the data, and its printers, one file each. A printer reads this data and nothing
// else, so any report can be made again from what was kept.
package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Verdict is what became of a scenario or of a step.
type Verdict string

// The verdicts.
const (
	Pass   Verdict = "pass"
	Fail   Verdict = "fail"
	NotRun Verdict = "not run" // with the reason; never counted as passed

	KnownFailure   Verdict = "known failure"   // it failed, and is listed as one that does; with the reason
	UnexpectedPass Verdict = "unexpected pass" // it passed, and is listed as one that fails
	Flaky          Verdict = "flaky"           // it failed, and passed when it was run again (--retry); the failure is kept
	// Skipped is for steps only: an earlier step of the scenario had ended it.
	Skipped Verdict = "skipped"
)

// Level is how much a scenario matters.
type Level string

// The levels.
const (
	Must   Level = "must"   // else the contract breaks: a hook is lost, a forged callback believed, an event lost or doubled
	Should Level = "should" // robust
	May    Level = "may"    // nice
)

// Levels are all of them, the gravest first.
func Levels() []Level { return []Level{Must, Should, May} }

// Run is everything about one run but its scenarios.
type Run struct {
	Version     string        `json:"version"`   // of hookdrill
	Receiver    string        `json:"receiver"`  // the receiver under test, in words: "http://127.0.0.1:3000/hooks", "the sample receiver"
	Platforms   []string      `json:"platforms"` // who played
	Notices     []string      `json:"notices"`   // where the run is laxer than the platform
	Seed        string        `json:"seed"`
	Shard       string        `json:"shard,omitempty"`    // of a run that was dealt out: which part it is of how many, "2/3"
	Loose       bool          `json:"loose,omitempty"`    // its number does not say what the part holds: it was dealt out by times, or joined of several
	Selected    string        `json:"selected,omitempty"` // a digest of the scenarios that were selected, in all shards
	Rerun       string        `json:"rerun"`              // the command line that runs the failed scenarios again
	Started     time.Time     `json:"started"`
	Took        time.Duration `json:"took_ns"`
	Catalogues  []Catalogue   `json:"-"`                      // the events of the platforms that played
	MinCoverage float64       `json:"min_coverage,omitempty"` // percent of each catalogue that has to be acknowledged
	Broken      string        `json:"broken,omitempty"`       // why the run ended early: interrupted, --fail-fast, receiver gone
}

// TheSample is what the sample receiver is called.
const TheSample = "the sample receiver"

// OfSample says that the sample receiver was under test, or one of its bugs.
func (r Run) OfSample() bool { return strings.HasPrefix(r.Receiver, TheSample) }

// Scenario is one scenario, or one row of an outline.
type Scenario struct {
	File     string   `json:"file"`    // as it was named: "features/cratejoy/registration.feature"
	Feature  string   `json:"feature"` // the feature's name
	Name     string   `json:"name"`
	Outline  string   `json:"outline"`       // the name as it is written; rows of one outline share it
	Row      string   `json:"row,omitempty"` // an outline's row: its cells, "customer_new, 200"
	Line     int      `json:"line"`          // of the scenario, or of its row
	Tags     []string `json:"tags"`
	Platform string   `json:"platform"`
	Level    Level    `json:"level"`
	Verdict  Verdict  `json:"verdict"`
	// Demanded says of a failure that the project itself asks for what is missing: it is a must.
	Demanded bool `json:"demanded,omitempty"`
	Died     bool `json:"died,omitempty"` // the receiver died of it: that is a must, whatever its level
	// Suspects are the IDs of the other scenarios of which the receiver may have died, where that could not be found out.
	Suspects []string `json:"suspects,omitempty"`
	Retries  int      `json:"retries,omitempty"` // how often it was run again
	// Tolerated says of a failure that the run does not fail by it: its level is below must.
	Tolerated bool            `json:"tolerated,omitempty"`
	Reason    string          `json:"reason,omitempty"` // of NotRun, KnownFailure and UnexpectedPass
	Took      time.Duration   `json:"took_ns"`
	Steps     []Step          `json:"steps"`
	Failure   *Failure        `json:"failure,omitempty"`
	Entries   []journal.Entry `json:"-"`                 // all exchanges, in their order, but for those beyond MostExchanges
	Dropped   int             `json:"dropped,omitempty"` // how many those are
	Sent      []Sent          `json:"sent,omitempty"`    // the callbacks that reached the receiver
	// Consequences are what the platform drew from the receiver's answers, in words: "500 × 12: hook 7 switched off …".
	Consequences []string `json:"consequences,omitempty"`
	// Unsent is what its callbacks say and their requests did not, in words: the path of a recording.
	Unsent []string `json:"unsent,omitempty"`
}

// MostExchanges of a scenario are kept in reports: one may let a day of a million callbacks pass.
const MostExchanges = 1000

// Step is one step of a scenario.
type Step struct {
	Keyword string        `json:"keyword"` // "Given", "When", "Then", "And", "But"
	Text    string        `json:"text"`
	Line    int           `json:"line"`
	Verdict Verdict       `json:"verdict"`
	Took    time.Duration `json:"took_ns"`
}

// Failure is why a scenario failed, with its evidence.
type Failure struct {
	Message string          `json:"message"` // one sentence
	Want    string          `json:"want,omitempty"`
	Got     string          `json:"got,omitempty"`
	Entries []journal.Entry `json:"-"`                // the exchanges that it is about; secrets are masked when they are printed
	Output  string          `json:"output,omitempty"` // the end of what the receiver printed, where hookdrill started it
}

// ID names a scenario: "features/a.feature:7".
func (s Scenario) ID() string { return fmt.Sprintf("%s:%d", s.File, s.Line) }

// Failed says whether a scenario failed, or passed where it should not have.
func (s Scenario) Failed() bool { return s.Verdict == Fail || s.Verdict == UnexpectedPass }

// Fails says whether it fails the run.
func (s Scenario) Fails() bool { return s.Failed() && !s.Tolerated }

// below says whether it failed, and the run does not by it.
func (s Scenario) below() bool { return s.Failed() && s.Tolerated }

func (s Scenario) flaky() bool { return s.Verdict == Flaky }

// Counts are the verdicts of a run. Failed are those that fail it.
type Counts struct{ Passed, Failed, Tolerated, Known, Flaky, NotRun int }

// Count adds the verdicts up.
func Count(scenarios []Scenario) (c Counts) {
	for _, s := range scenarios {
		c.Add(s)
	}
	return c
}

// Add counts one scenario more.
func (c *Counts) Add(s Scenario) {
	switch {
	case s.Fails():
		c.Failed++
	case s.Tolerated:
		c.Tolerated++
	case s.Verdict == Pass:
		c.Passed++
	case s.Verdict == Flaky:
		c.Flaky++
	case s.Verdict == KnownFailure:
		c.Known++
	case s.Verdict == NotRun:
		c.NotRun++
	}
}

// Printer writes one format. Scenario is called once for each scenario as it ends, one at a time; End once, with what
// they come to.
type Printer interface {
	Scenario(Scenario) error
	End(Run, *Tally) error
}

// Options are what a printer is made with.
type Options struct {
	Out   io.Writer
	Color bool
	Width int                 // of the terminal, 0 if it is none
	Mask  func(string) string // hides the secrets of the accounts; applied to all evidence
	Total int                 // how many scenarios were selected
}
