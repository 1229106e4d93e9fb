package report

import (
	"bytes"
	"embed"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

//go:embed html
var pages embed.FS

// View shows scenarios and exchanges as HTML: in the report, and in the inspector. All that is from payloads goes through the
// templates' escaping, and secrets are masked.
type View struct {
	Options
	pages  *template.Template
	tokens *regexp.Regexp
}

// NewView makes a view. Of the options it uses Mask.
func NewView(o Options) *View {
	o.Color = false
	return &View{o, template.Must(template.ParseFS(pages, "html/*.tmpl")), tokens()}
}

// Style is the style sheet of what a view shows.
func (v *View) Style() template.CSS {
	text, err := pages.ReadFile("html/style.css")
	if err != nil {
		panic(err) // it is in the binary
	}
	return template.CSS(text)
}

// Line is a text on one line, masked, with nothing in it that acts on what shows it. It is not escaped.
func (v *View) Line(text string) string { return v.line(text) }

// Counts says how many scenarios there are of each verdict.
func (v *View) Counts(c Counts) string { return strings.Join(v.counted(c), ", ") }

// Head is a scenario in a line: its verdict and its title.
func (v *View) Head(s Scenario) (template.HTML, error) { return v.shown("scenario-head", v.head(s)) }

// Scenario is what a scenario holds: its steps, why it failed, and its timeline.
func (v *View) Scenario(s Scenario) (template.HTML, error) { return v.shown("scenario", v.scenario(s)) }

// Heading is an exchange in a line, or what an entry says that is none.
func (v *View) Heading(e journal.Entry) (template.HTML, error) {
	return v.shown("heading", v.exchangeView(e, journal.Entry{}))
}

// Messages is what an exchange holds: both messages, the curl line, and what differs from the attempt before, if there was
// one.
func (v *View) Messages(e, before journal.Entry) (template.HTML, error) {
	return v.shown("messages", v.exchangeView(e, before))
}

func (v *View) shown(name string, data any) (template.HTML, error) {
	var out bytes.Buffer
	if err := v.pages.ExecuteTemplate(&out, name, data); err != nil {
		return "", fmt.Errorf("writing HTML: %w", err)
	}
	return template.HTML(out.String()), nil // made by the template, so it is escaped
}

// scenarioHead is a scenario in a line.
type scenarioHead struct{ Class, Mark, Title, What, Took string }

func (v *View) head(s Scenario) scenarioHead {
	h := scenarioHead{Title: v.title(s), Took: took(s.Took)}
	h.Class, h.Mark = class(s)
	var what []string
	switch s.Verdict {
	case Pass:
	case Fail:
		what = append(what, "failed")
	default:
		what = append(what, string(s.Verdict))
	}
	if s.Level != Must && s.Level != "" {
		what = append(what, "@"+string(s.Level))
	}
	h.What = strings.Join(what, ", ")
	return h
}

// class is how a scenario is filed, with its sign.
func class(s Scenario) (name, mark string) {
	switch {
	case s.Fails():
		return "fail", "✗"
	case s.Tolerated:
		return "below", "✗"
	case s.Verdict == Flaky:
		return "flaky", "~"
	case s.Verdict == KnownFailure:
		return "known", "–"
	case s.Verdict == Pass:
		return "pass", "✓"
	}
	return "notrun", "–"
}

// scenarioView is what the template of a scenario shows.
type scenarioView struct {
	ID, Reason string
	Steps      []stepView
	Failure    *failureView
	Timeline   []exchangeView
	Dropped    int
}

type stepView struct{ Class, Mark, Keyword, Text string }

type failureView struct{ Message, Want, Got, Output string }

// exchangeView is one thing on the timeline: an exchange, or words.
type exchangeView struct {
	When, Kind, Heading, Status, Class, Note, Curl string
	Words                                          string
	Request, Answer                                messageView
	Diff                                           template.HTML
}

func (v *View) scenario(s Scenario) scenarioView {
	v = &View{v.hiding(s.exchanges()...), v.pages, v.tokens}
	shown := scenarioView{ID: visible(s.ID()), Reason: v.line(s.Reason), Dropped: s.Dropped}
	for _, step := range s.Steps {
		one := stepView{Class: "notrun", Mark: "–", Keyword: step.Keyword, Text: v.line(step.Text)}
		switch step.Verdict {
		case Pass:
			one.Class, one.Mark = "pass", "✓"
		case Fail:
			one.Class, one.Mark = "fail", "✗"
		}
		shown.Steps = append(shown.Steps, one)
	}
	if f := s.Failure; f != nil {
		shown.Failure = &failureView{
			Message: strings.Join(clipped(v.mask(f.Message)), " "), Want: strings.Join(clipped(v.mask(f.Want)), "\n"),
			Got: strings.Join(clipped(v.mask(f.Got)), "\n"), Output: strings.Join(clippedEnd(v.mask(f.Output)), "\n"),
		}
	}
	before := map[string]journal.Entry{} // the last attempt of each callback
	for _, e := range s.Entries {
		shown.Timeline = append(shown.Timeline, v.exchangeView(e, before[e.Delivery]))
		if e.Kind == journal.Attempt {
			before[e.Delivery] = e
		}
	}
	return shown
}

func (v *View) exchangeView(e, before journal.Entry) exchangeView {
	v = &View{v.hiding(e), v.pages, v.tokens}
	shown := exchangeView{When: "+" + e.Virtual.Round(time.Millisecond).String(), Kind: string(e.Kind), Heading: v.line(strings.TrimSpace(about(e) + withFault(e)))}
	if e.Kind == journal.Consequence || e.Kind == journal.Word {
		shown.Words = v.line(e.Says())
		return shown
	}
	if e.Call() {
		shown.Heading = strings.TrimSpace(v.line(e.Request.Method) + " " + visible(v.url(e.Request.Path())) + v.line(about(e)))
	}
	start := strings.TrimSpace(v.line(e.Request.Method+" ") + visible(v.url(e.Request.URL)))
	shown.Request = v.messageView("request", start, e.Request)
	shown.Status, shown.Class = "no answer", "fail"
	if e.Response.Status != 0 {
		shown.Status = fmt.Sprint(e.Response.Status)
		shown.Answer = v.messageView("answer", shown.Status, e.Response)
		if e.Acknowledged || e.Call() && e.Response.Status < 400 {
			shown.Class = "pass"
		}
	}
	shown.Note = v.line(strings.TrimSpace(e.Failure + " " + e.Rejected))
	shown.Curl = strings.Join(v.curl(e), "\n")
	if e.Kind == journal.Attempt && before.Kind == journal.Attempt {
		shown.Diff = byteDiff(v.mask(string(before.Request.Body)), v.mask(string(e.Request.Body)))
	}
	return shown
}
