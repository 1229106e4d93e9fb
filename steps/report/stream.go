package report

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// streamFormat names the shape of the stream's lines. Fields are added to it; a change of another kind gets another number.
const streamFormat = "hookdrill-events/1"

// streamLimit bounds a stream: exchanges are left out when it has become so long. Scenarios are not.
const streamLimit = 1 << 30

// event is one line of a stream: what has just happened.
type event struct {
	Type     string        `json:"type"`             // begin, exchange, scenario, end
	Format   string        `json:"format,omitempty"` // of begin
	Total    int           `json:"total,omitempty"`  // of begin: how many scenarios were selected
	Run      *jsonRun      `json:"run,omitempty"`    // of begin and end
	Of       string        `json:"of,omitempty"`     // of exchange: the scenario
	Exchange *jsonExchange `json:"exchange,omitempty"`
	Scenario *jsonScenario `json:"scenario,omitempty"`
	Left     int           `json:"left_out,omitempty"` // of end: exchanges that were too many for the stream
}

// jsonRun is a run with what other documents say elsewhere.
type jsonRun struct {
	Run
	Catalogues []Catalogue `json:"catalogues"`
}

// Recorder is a printer that hears of a run while it goes: a run that is killed leaves what it has heard.
type Recorder interface {
	Printer
	// Begin is called twice: with what was asked for, before the receiver is waited for, and with what was opened.
	Begin(Run) error
	// Exchange is called from several goroutines at once.
	Exchange(scenario string, e journal.Entry) error
}

// stream writes one line of JSON for each thing that happens, at once: no report needs more than it, and nothing that was
// recorded is lost with the process.
type stream struct {
	Options
	shape jsonPrinter

	mu      sync.Mutex
	written int64
	counted map[string]int // exchanges, by scenario
	left    int
}

var _ Recorder = (*stream)(nil)

func newStream(o Options) Printer {
	return &stream{Options: o, shape: jsonPrinter{o}, counted: map[string]int{}}
}

func (s *stream) Begin(run Run) error {
	masked := s.run(run)
	return s.say(event{Type: "begin", Format: streamFormat, Total: s.Total, Run: &masked})
}

func (s *stream) run(run Run) jsonRun {
	return jsonRun{s.shape.run(run), append([]Catalogue{}, run.Catalogues...)}
}

func (s *stream) Exchange(scenario string, e journal.Entry) error {
	s.mu.Lock()
	s.counted[scenario]++
	full := s.counted[scenario] > MostExchanges || s.written > streamLimit
	if full {
		s.left++
	}
	s.mu.Unlock()
	if full {
		return nil
	}
	exchange := s.shape.exchange(e)
	return s.say(event{Type: "exchange", Of: scenario, Exchange: &exchange})
}

func (s *stream) Scenario(one Scenario) error {
	s.mu.Lock()
	delete(s.counted, one.ID())
	s.mu.Unlock()
	scenario := s.shape.scenario(one)
	return s.say(event{Type: "scenario", Scenario: &scenario})
}

func (s *stream) End(run Run, _ *Tally) error {
	masked := s.run(run)
	return s.say(event{Type: "end", Run: &masked, Left: s.left})
}

// say writes a line, whole or not at all.
func (s *stream) say(e event) error {
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("writing an event: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.Out.Write(append(escapeInvisible(line), '\n'))
	s.written += int64(n)
	return err
}
