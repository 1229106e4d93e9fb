package report

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// jsonFormat names the shape of the document. Fields are added to it; a change of another kind gets another number.
const jsonFormat = "hookdrill-report/1"

// jsonPrinter writes one document once the run is over.
type jsonPrinter struct{ Options }

func newJSON(o Options) Printer { return &whole{write: jsonPrinter{o}.write} }

type jsonDocument struct {
	Format    string         `json:"format"`
	Run       Run            `json:"run"`
	Counts    jsonCounts     `json:"counts"`
	Coverage  []Coverage     `json:"coverage"`
	Scenarios []jsonScenario `json:"scenarios"`
}

type jsonCounts struct {
	Passed    int `json:"passed"`
	Failed    int `json:"failed"`
	Tolerated int `json:"tolerated"`
	Known     int `json:"known_failures"`
	Flaky     int `json:"flaky"`
	NotRun    int `json:"not_run"`
}

type jsonScenario struct {
	Scenario
	Failure *jsonFailure `json:"failure,omitempty"` // in the place of the one inside
}

type jsonFailure struct {
	Failure
	Evidence jsonEvidence `json:"evidence"`
}

type jsonExchange struct {
	Seq          int           `json:"seq"`
	Kind         journal.Kind  `json:"kind"`
	Platform     string        `json:"platform"`
	At           time.Time     `json:"at"`
	Virtual      time.Duration `json:"virtual_ns"` // when it was due on the platform's schedule
	Took         time.Duration `json:"took_ns"`
	Event        string        `json:"event,omitempty"`
	Condition    string        `json:"condition,omitempty"`
	Delivery     string        `json:"delivery,omitempty"`
	Hook         int64         `json:"hook,omitempty"`
	Number       int           `json:"attempt,omitempty"`
	Fault        string        `json:"fault,omitempty"`
	Acknowledged bool          `json:"acknowledged"`
	Rejected     string        `json:"rejected,omitempty"`
	Unsent       string        `json:"unsent,omitempty"`   // of the message, which the request does not say
	InFront      bool          `json:"in_front,omitempty"` // the answer is of what stands in front of the receiver
	Creates      bool          `json:"creates,omitempty"`
	Client       string        `json:"client,omitempty"`
	Resource     string        `json:"resource,omitempty"`
	IDs          []string      `json:"ids,omitempty"`
	Text         string        `json:"text,omitempty"` // of a consequence, or a word of the receiver
	To           []string      `json:"to,omitempty"`
	Request      jsonMessage   `json:"request"`
	Response     *jsonMessage  `json:"response,omitempty"`
	NoAnswer     string        `json:"no_answer,omitempty"` // why there was none, or only a part of one
}

// noAnswer stands where there was none, and nothing says why.
const noAnswer = "no answer"

type jsonMessage struct {
	Method    string          `json:"method,omitempty"`
	URL       string          `json:"url,omitempty"`
	Status    int             `json:"status,omitempty"`
	Header    []jsonField     `json:"header"`
	Body      string          `json:"body"`
	Encoding  string          `json:"encoding,omitempty"` // of Body: base64 where the bytes are no UTF-8
	Decoded   json.RawMessage `json:"decoded,omitempty"`  // the JSON inside a body that is one JSON string
	Truncated bool            `json:"truncated,omitempty"`
	Early     bool            `json:"early,omitempty"` // the receiver closed the connection before it had read all of the request
}

type jsonField struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}

func (j jsonPrinter) write(run Run, scenarios []Scenario) error {
	run, tally := j.run(run), TallyOf(scenarios)
	document := jsonDocument{Format: jsonFormat, Run: run, Counts: jsonCounts(tally.Counts), Coverage: tally.Cover(run.Catalogues), Scenarios: []jsonScenario{}}
	for _, s := range scenarios {
		document.Scenarios = append(document.Scenarios, j.scenario(s))
	}
	return j.document(document)
}

// document writes one, for people to read too.
func (o Options) document(d any) error {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(d); err != nil {
		return fmt.Errorf("writing JSON: %w", err)
	}
	_, err := o.Out.Write(escapeInvisible(out.Bytes()))
	return err
}

// run is a run without secrets.
func (j jsonPrinter) run(run Run) Run {
	run.Receiver, run.Rerun, run.Broken = j.mask(run.Receiver), j.mask(run.Rerun), j.mask(run.Broken)
	run.Platforms, run.Notices = j.masked(run.Platforms), j.masked(run.Notices)
	return run
}

// masked copies a list, so that an empty one is [] and not null.
func (j jsonPrinter) masked(list []string) []string {
	copied := []string{}
	for _, text := range list {
		copied = append(copied, j.mask(text))
	}
	return copied
}

func (j jsonPrinter) scenario(s Scenario) jsonScenario {
	s.Feature, s.Outline, s.Name, s.Row, s.Reason = j.mask(s.Feature), j.mask(s.Outline), j.mask(s.Name), j.mask(s.Row), j.mask(s.Reason)
	s.Consequences = j.masked(s.Consequences)
	s.Tags = append([]string{}, s.Tags...)
	steps := []Step{}
	for _, step := range s.Steps {
		step.Text = j.mask(step.Text)
		steps = append(steps, step)
	}
	s.Steps = steps
	shown := jsonScenario{Scenario: s}
	j.Options = j.hiding(s.exchanges()...)
	if f := s.Failure; f != nil {
		shown.Failure = &jsonFailure{
			Failure:  Failure{Message: j.mask(f.Message), Want: j.mask(f.Want), Got: j.mask(f.Got), Output: j.mask(f.Output)},
			Evidence: jsonEvidence{},
		}
		for _, e := range f.Entries {
			shown.Failure.Evidence = append(shown.Failure.Evidence, j.exchange(e))
		}
	}
	return shown
}

func (j jsonPrinter) exchange(e journal.Entry) jsonExchange {
	j.Options = j.hiding(e)
	shown := jsonExchange{
		Seq: e.Seq, Kind: e.Kind, Platform: e.Platform, At: e.At, Virtual: e.Virtual, Took: e.Took,
		Event: e.Event, Delivery: e.Delivery, Hook: e.Hook, Number: e.Number, Fault: j.mask(e.Fault), Acknowledged: e.Acknowledged,
		Condition: e.Condition, Rejected: j.mask(e.Rejected), Unsent: j.mask(e.Unsent), InFront: e.InFront, Creates: e.Creates, Text: j.mask(e.Text), To: j.masked(e.To),
		Client: j.mask(e.Client), Resource: j.mask(e.Resource), IDs: j.masked(e.IDs),
		Request: j.message(e.Request), NoAnswer: j.mask(e.Failure),
	}
	if e.Response.Status != 0 {
		answer := j.message(e.Response)
		shown.Response = &answer
	} else if shown.NoAnswer == "" {
		shown.NoAnswer = noAnswer
	}
	return shown
}

func (j jsonPrinter) message(m journal.Message) jsonMessage {
	shown := jsonMessage{
		Method: m.Method, URL: j.url(m.URL), Status: m.Status, Header: j.fields(m), Truncated: m.Truncated, Early: m.Early,
	}
	if shown.Body, shown.Encoding = j.body(m); shown.Encoding != "" {
		return shown
	}
	if inner, escaped := fixtures.Unescape([]byte(shown.Body)); escaped {
		inner = []byte(j.mask(string(inner))) // a secret may have been written with escapes
		if json.Valid(inner) && utf8.Valid(inner) {
			shown.Decoded = inner
		}
	}
	return shown
}

// fields are those of a header, without secrets.
func (o Options) fields(m journal.Message) []jsonField {
	list := []jsonField{}
	for _, f := range m.Header {
		value, _ := o.fieldValue(f)
		list = append(list, jsonField{f.Name, value})
	}
	return list
}

// body is a body as text, or in base64 where it is none.
func (o Options) body(m journal.Message) (text, encoding string) {
	text = o.mask(string(m.Body))
	if !utf8.ValidString(text) {
		return base64.StdEncoding.EncodeToString([]byte(text)), "base64"
	}
	return text, ""
}

// escapeInvisible writes what a terminal would act on as \u escapes, which mean the same: encoding/json leaves marks of
// direction and the like as they are. They can stand only inside strings.
func escapeInvisible(text []byte) []byte {
	var b bytes.Buffer
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		switch {
		case r == '\n' || unicode.IsPrint(r):
			b.Write(text[:n])
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.Write(fixtures.ASCII(text[:n]))
		}
		text = text[n:]
	}
	return b.Bytes()
}
