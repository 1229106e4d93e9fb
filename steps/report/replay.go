package report

import (
	"bufio"
	"bytes"
	"cmp"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// mostEvidence are read of a failure: an exchange of two characters takes a thousand times as much memory.
const mostEvidence = 20_000

// jsonEvidence are the exchanges that a failure is about.
type jsonEvidence []jsonExchange

// UnmarshalJSON counts them before it makes any.
func (e *jsonEvidence) UnmarshalJSON(text []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(text, &parts); err != nil {
		return err
	}
	if len(parts) > mostEvidence {
		return fmt.Errorf("a failure with %d exchanges; there are %d at most", len(parts), mostEvidence)
	}
	*e = make(jsonEvidence, len(parts))
	for i, part := range parts {
		if err := json.Unmarshal(part, &(*e)[i]); err != nil {
			return err
		}
	}
	return nil
}

// killed is why a run ended of which the stream has no end.
const killed = "the run was killed: its stream has no end"

// Recorded is a run as a stream holds it. Secrets in it are masked.
type Recorded struct {
	Run       Run
	Scenarios []Scenario
	Total     int // how many scenarios were selected
	Left      int // exchanges that were left out, because there were too many
}

// ReadStream reads a stream, also of a run that was killed: what was recorded until then is there. Name is what errors call
// it; they say the line.
func ReadStream(name string, r io.Reader) (*Recorded, error) {
	reading := reading{Recorded: Recorded{}, exchanges: map[string][]journal.Entry{}}
	lines := bufio.NewReaderSize(r, 64<<10)
	for n := 1; ; n++ {
		line, err := readLine(lines)
		if errors.Is(err, io.EOF) { // what stands behind the last line end was not written to its end
			break
		}
		if err == nil {
			err = reading.take(line, n == 1)
		}
		if err != nil {
			return nil, fmt.Errorf("%s:%d: %w", name, n, err)
		}
	}
	if !reading.begun {
		return nil, fmt.Errorf("%s: it is empty, and holds no run", name)
	}
	reading.finish()
	return &reading.Recorded, nil
}

// readLine gives a line with its end; it is good until the next is read. One that is too long is kept no further than to the bound.
func readLine(r *bufio.Reader) ([]byte, error) {
	var parts [][]byte
	for size := 0; ; {
		part, err := r.ReadSlice('\n')
		size += len(part)
		switch {
		case size > longestLine:
			return nil, fmt.Errorf("the line is longer than %d MiB, the most that --format events writes", longestLine>>20)
		case errors.Is(err, bufio.ErrBufferFull):
			parts = append(parts, bytes.Clone(part))
		case len(parts) == 0:
			return part, err
		default:
			return bytes.Join(append(parts, part), nil), err
		}
	}
}

// reading is a stream while it is read.
type reading struct {
	Recorded
	begun, ended bool
	exchanges    map[string][]journal.Entry // by scenario; taken out when it ends
	order        []string                   // of the scenarios that have exchanges
	last         time.Time                  // when the last exchange ended
}

func (r *reading) take(line []byte, first bool) error {
	var e event
	if err := json.Unmarshal(line, &e); err != nil {
		return fmt.Errorf("this is not a line of a stream that --format events wrote: %w", err)
	}
	switch {
	case first && (e.Type != "begin" || e.Format != streamFormat):
		return fmt.Errorf("this is not a stream of the format %s, which --format events writes", streamFormat)
	case e.Type == "begin" && e.Run != nil:
		r.begun, r.Run, r.Total = true, e.Run.run(), e.Total
	case e.Type == "exchange" && e.Exchange != nil:
		entry, err := e.Exchange.entry()
		if err != nil {
			return err
		}
		if r.exchanges[e.Of] == nil {
			r.order = append(r.order, e.Of)
		}
		r.exchanges[e.Of] = append(r.exchanges[e.Of], entry)
		if end := entry.At.Add(entry.Took); end.After(r.last) {
			r.last = end
		}
	case e.Type == "scenario" && e.Scenario != nil:
		s, err := e.Scenario.scenario()
		if err != nil {
			return err
		}
		s.Entries = r.exchanges[s.ID()]
		delete(r.exchanges, s.ID())
		r.Scenarios = append(r.Scenarios, s)
	case e.Type == "end" && e.Run != nil:
		r.ended, r.Run, r.Left = true, e.Run.run(), e.Left
	}
	return nil // what a later version has added is not for us
}

// finish makes of a stream that breaks off a run that says so.
func (r *reading) finish() {
	if !r.ended {
		r.Run.Broken = cmp.Or(r.Run.Broken, killed)
		r.Run.Took = max(r.Run.Took, r.last.Sub(r.Run.Started))
	}
	for _, id := range r.order {
		entries, ok := r.exchanges[id]
		if !ok {
			continue
		}
		s := Scenario{Name: "it was running when the run ended", Verdict: NotRun, Reason: r.Run.Broken, Entries: entries}
		s.File, s.Line = place(id)
		r.Scenarios = append(r.Scenarios, s)
	}
	for i := range r.Scenarios {
		slices.SortStableFunc(r.Scenarios[i].Entries, func(a, b journal.Entry) int { return a.Seq - b.Seq })
	}
}

// place takes the ID of a scenario apart.
func place(id string) (file string, line int) {
	if i := strings.LastIndexByte(id, ':'); i >= 0 {
		if _, err := fmt.Sscan(id[i+1:], &line); err == nil {
			return id[:i], line
		}
	}
	return id, 0
}

func (j jsonRun) run() Run {
	run := j.Run
	run.Catalogues = j.Catalogues
	return run
}

func (j jsonScenario) scenario() (Scenario, error) {
	s := j.Scenario
	s.Failure = nil
	if j.Failure != nil {
		failure := j.Failure.Failure
		for _, e := range j.Failure.Evidence {
			entry, err := e.entry()
			if err != nil {
				return s, err
			}
			failure.Entries = append(failure.Entries, entry)
		}
		s.Failure = &failure
	}
	return s, nil
}

// entry is the exchange as the journal had it, but for secrets.
func (j jsonExchange) entry() (journal.Entry, error) {
	e := journal.Entry{
		Seq: j.Seq, Kind: j.Kind, Platform: j.Platform, At: j.At, Virtual: j.Virtual, Took: j.Took, Event: j.Event, Delivery: j.Delivery,
		Hook: j.Hook, Number: j.Number, Fault: j.Fault, Condition: j.Condition, Acknowledged: j.Acknowledged, Rejected: j.Rejected,
		Unsent: j.Unsent, InFront: j.InFront, Creates: j.Creates, Client: j.Client, Resource: j.Resource, IDs: j.IDs, Text: j.Text, To: j.To,
	}
	var err error
	if e.Request, err = j.Request.message(); err != nil {
		return e, err
	}
	if j.Response != nil {
		e.Response, err = j.Response.message()
	}
	if j.Response != nil || j.NoAnswer != noAnswer {
		e.Failure = j.NoAnswer
	}
	return e, err
}

func (j jsonMessage) message() (journal.Message, error) {
	m := journal.Message{Method: j.Method, URL: j.URL, Status: j.Status, Truncated: j.Truncated, Early: j.Early, Body: []byte(j.Body)}
	if j.Encoding == "base64" {
		body, err := base64.StdEncoding.DecodeString(j.Body)
		if err != nil {
			return m, fmt.Errorf("a body is no base64: %w", err)
		}
		m.Body = body
	}
	for _, f := range j.Header {
		m.Header = append(m.Header, fixtures.Field{Name: f.Name, Value: f.Value})
	}
	return m, nil
}
