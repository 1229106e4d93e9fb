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

// longestLine bounds a line of a stream, for who writes it and for who reads it: a scenario with all that its failure shows, and a
// payload of the largest fixture in base64. What makes one longer is left out.
const longestLine = 128 << 20

// event is one line of a stream: what has just happened.
type event struct {
	Type     string        `json:"type"`             // begin, exchange, scenario, end
	Format   string        `json:"format,omitempty"` // of begin
	Total    int           `json:"total,omitempty"`  // of begin: how many scenarios were selected
	Run      *jsonRun      `json:"run,omitempty"`    // of begin and end
	Of       string        `json:"of,omitempty"`     // of exchange: the scenario
	Exchange *jsonExchange `json:"exchange,omitempty"`
	Scenario *jsonScenario `json:"scenario,omitempty"`
	Left     int           `json:"left_out,omitempty"` // of end: exchanges that were too many or too long for the stream
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
	most  int // bytes of a line

	mu      sync.Mutex
	written int64
	counted map[string]int // exchanges, by scenario
	left    int
}

var _ Recorder = (*stream)(nil)

func newStream(o Options) Printer {
	return &stream{Options: o, shape: jsonPrinter{o}, most: longestLine, counted: map[string]int{}}
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
	line, err := encoded(event{Type: "exchange", Of: scenario, Exchange: &exchange})
	if err == nil && len(line) > s.most {
		s.leave(1)
		return nil
	}
	return s.write(line, err)
}

func (s *stream) Scenario(one Scenario) error {
	s.mu.Lock()
	delete(s.counted, one.ID())
	s.mu.Unlock()
	scenario := s.shape.scenario(one)
	line, err := encoded(event{Type: "scenario", Scenario: &scenario})
	if err == nil && len(line) > s.most && scenario.Failure != nil {
		s.leave(len(scenario.Failure.Evidence))
		scenario.Failure.Evidence = jsonEvidence{}
		line, err = encoded(event{Type: "scenario", Scenario: &scenario})
	}
	return s.write(line, err)
}

// leave counts exchanges that are left out.
func (s *stream) leave(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.left += n
}

func (s *stream) End(run Run, _ *Tally) error {
	masked := s.run(run)
	return s.say(event{Type: "end", Run: &masked, Left: s.left})
}

func (s *stream) say(e event) error { return s.write(encoded(e)) }

// encoded is the line of an event.
func encoded(e event) ([]byte, error) {
	line, err := json.Marshal(e)
	if err != nil {
		return nil, fmt.Errorf("writing an event: %w", err)
	}
	return append(escapeInvisible(line), '\n'), nil
}

// write writes a line, whole or not at all.
func (s *stream) write(line []byte, err error) error {
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	n, err := s.Out.Write(line)
	s.written += int64(n)
	return err
}
