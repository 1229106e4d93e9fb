package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	messages "github.com/cucumber/messages/go/v21"
)

// cucumber writes Cucumber messages, a line each, once the run is over: what @cucumber/html-formatter and others read. A
// row of an outline is a scenario of its own there; tables and doc strings of steps are not in reports, so not in it.
type cucumber struct{ Options }

func newCucumber(o Options) Printer { return &whole{write: cucumber{o}.write} }

// protocol is the version of the messages that are written.
const protocol = "21.0.1"

func (c cucumber) write(run Run, scenarios []Scenario) error {
	c.Color = false
	w := &messageWriter{Options: c.Options, clock: run.Started}
	w.say(&messages.Envelope{Meta: &messages.Meta{
		ProtocolVersion: protocol, Implementation: &messages.Product{Name: "hookdrill", Version: run.Version},
		Runtime: &messages.Product{Name: "go"}, Os: &messages.Product{Name: "unknown"}, Cpu: &messages.Product{Name: "unknown"}, // reports are made elsewhere
	}})
	for from := 0; from < len(scenarios); {
		to := from
		for to < len(scenarios) && scenarios[to].File == scenarios[from].File {
			to++
		}
		w.feature(scenarios[from:to], from)
		from = to
	}
	w.say(&messages.Envelope{TestRunStarted: &messages.TestRunStarted{Timestamp: timestamp(run.Started)}})
	failed := false
	for i, s := range scenarios {
		w.testCase(s, i)
		failed = failed || s.Fails()
	}
	w.say(&messages.Envelope{TestRunFinished: &messages.TestRunFinished{
		Success: !failed && run.Broken == "", Message: c.mask(run.Broken), Timestamp: timestamp(run.Started.Add(run.Took)),
	}})
	if w.err != nil {
		return fmt.Errorf("writing Cucumber messages: %w", w.err)
	}
	_, err := c.Out.Write(w.out.Bytes())
	return err
}

// messageWriter keeps what is written until all of it is there.
type messageWriter struct {
	Options
	out   bytes.Buffer
	clock time.Time // when the scenario that comes has begun: one after the other
	err   error
}

func (w *messageWriter) say(e *messages.Envelope) {
	line, err := json.Marshal(e)
	if err != nil && w.err == nil {
		w.err = err
	}
	w.out.Write(append(escapeInvisible(line), '\n'))
}

// Ids are made of the place of a scenario in the run, and of a step in it.
func id(kind string, n ...int) string {
	for _, i := range n {
		kind += "-" + strconv.Itoa(i)
	}
	return kind
}

// stepsOf are the steps of a scenario. One that never began has none, and readers of messages count no scenario without: it gets
// one that says so.
func stepsOf(s Scenario) []Step {
	if len(s.Steps) > 0 {
		return s.Steps
	}
	step := Step{Keyword: "*", Text: "none of its steps began", Line: s.Line, Verdict: Skipped}
	switch {
	case s.Verdict == Pass:
		step.Verdict = Pass
	case s.Fails():
		step.Verdict = Fail
	}
	return []Step{step}
}

// feature says what stands in a file: its text as far as reports have it, its tree, and its pickles.
func (w *messageWriter) feature(list []Scenario, first int) {
	f := &messages.Feature{Location: at(1), Tags: []*messages.Tag{}, Language: "en", Keyword: "Feature", Name: w.line(list[0].Feature), Children: []*messages.FeatureChild{}}
	uri, text := visible(list[0].File), "Feature: "+f.Name+"\n"
	var pickles []*messages.Pickle
	for i, s := range list {
		n := first + i
		scenario := &messages.Scenario{
			Id: id("s", n), Location: at(s.Line), Tags: []*messages.Tag{}, Keyword: "Scenario", Name: w.title(s), Steps: []*messages.Step{}, Examples: []*messages.Examples{},
		}
		pickle := &messages.Pickle{
			Id: id("p", n), Uri: uri, Name: scenario.Name, Language: "en", Steps: []*messages.PickleStep{}, Tags: []*messages.PickleTag{}, AstNodeIds: []string{scenario.Id},
		}
		text += "\n  Scenario: " + scenario.Name + "\n"
		for k, tag := range s.Tags {
			scenario.Tags = append(scenario.Tags, &messages.Tag{Id: id("t", n, k), Location: at(s.Line), Name: tag})
			pickle.Tags = append(pickle.Tags, &messages.PickleTag{Name: tag, AstNodeId: id("t", n, k)})
		}
		for k, step := range stepsOf(s) {
			words := w.line(step.Text)
			scenario.Steps = append(scenario.Steps, &messages.Step{Id: id("n", n, k), Location: at(step.Line), Keyword: step.Keyword + " ", Text: words})
			pickle.Steps = append(pickle.Steps, &messages.PickleStep{Id: id("ps", n, k), AstNodeIds: []string{id("n", n, k)}, Text: words})
			text += "    " + step.Keyword + " " + words + "\n"
		}
		f.Children = append(f.Children, &messages.FeatureChild{Scenario: scenario})
		pickles = append(pickles, pickle)
	}
	w.say(&messages.Envelope{Source: &messages.Source{Uri: uri, Data: text, MediaType: "text/x.cucumber.gherkin+plain"}})
	w.say(&messages.Envelope{GherkinDocument: &messages.GherkinDocument{Uri: uri, Feature: f, Comments: []*messages.Comment{}}})
	for _, p := range pickles {
		w.say(&messages.Envelope{Pickle: p})
	}
}

// testCase says what became of a scenario, with its evidence as an attachment of the step that failed.
func (w *messageWriter) testCase(s Scenario, n int) {
	tc := &messages.TestCase{Id: id("tc", n), PickleId: id("p", n), TestSteps: []*messages.TestStep{}}
	for k := range stepsOf(s) {
		tc.TestSteps = append(tc.TestSteps, &messages.TestStep{Id: id("ts", n, k), PickleStepId: id("ps", n, k), StepDefinitionIds: []string{}, StepMatchArgumentsLists: []*messages.StepMatchArgumentsList{}})
	}
	w.say(&messages.Envelope{TestCase: tc})
	started := id("tcs", n)
	w.say(&messages.Envelope{TestCaseStarted: &messages.TestCaseStarted{Id: started, TestCaseId: tc.Id, Timestamp: timestamp(w.clock)}})
	told := false
	for k, step := range stepsOf(s) {
		w.say(&messages.Envelope{TestStepStarted: &messages.TestStepStarted{TestCaseStartedId: started, TestStepId: id("ts", n, k), Timestamp: timestamp(w.clock)}})
		result := &messages.TestStepResult{Status: statusOf(s, step), Duration: duration(step.Took)}
		if step.Verdict == Fail || s.Fails() && k == len(stepsOf(s))-1 && !told {
			told = true
			if s.Fails() {
				result.Status = messages.TestStepResultStatus_FAILED
			}
			if s.Failure != nil {
				result.Message = strings.Join(w.hiding(s.exchanges()...).judgement(*s.Failure), "\n")
			}
			w.say(&messages.Envelope{Attachment: &messages.Attachment{
				TestCaseStartedId: started, TestStepId: id("ts", n, k), MediaType: "text/plain", ContentEncoding: "IDENTITY", Body: strings.Join(Evidence(w.Options, s), "\n"),
			}})
		}
		w.clock = w.clock.Add(step.Took)
		w.say(&messages.Envelope{TestStepFinished: &messages.TestStepFinished{TestCaseStartedId: started, TestStepId: id("ts", n, k), TestStepResult: result, Timestamp: timestamp(w.clock)}})
	}
	w.say(&messages.Envelope{TestCaseFinished: &messages.TestCaseFinished{TestCaseStartedId: started, Timestamp: timestamp(w.clock)}})
}

// statusOf is the status of a step: Cucumber has no word for "not run", nor for a failure that is none of the run's.
func statusOf(s Scenario, step Step) messages.TestStepResultStatus {
	switch {
	case step.Verdict == Pass || s.Verdict == Flaky:
		return messages.TestStepResultStatus_PASSED
	case step.Verdict == Fail && s.Fails():
		return messages.TestStepResultStatus_FAILED
	}
	return messages.TestStepResultStatus_SKIPPED
}

func at(line int) *messages.Location { return &messages.Location{Line: int64(max(line, 1)), Column: 1} }

func timestamp(t time.Time) *messages.Timestamp {
	return &messages.Timestamp{Seconds: t.Unix(), Nanos: int64(t.Nanosecond())}
}

func duration(d time.Duration) *messages.Duration {
	return &messages.Duration{Seconds: int64(d / time.Second), Nanos: int64(d % time.Second)}
}
