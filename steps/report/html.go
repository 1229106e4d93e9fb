package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"regexp"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

//go:embed html
var pages embed.FS

// html writes one page that needs nothing around it, once the run is over. All that is from payloads goes through the
// templates' escaping; the page's own policy lets no other script run than the one that is in it.
type html struct {
	Options
	pages  *template.Template
	tokens *regexp.Regexp
}

var _ Printer = html{}

func newHTML(o Options) Printer {
	o.Color = false
	return html{o, template.Must(template.ParseFS(pages, "html/*.tmpl")), tokens()}
}

// page is what the page's template shows.
type page struct {
	Run                    Run
	Good                   bool
	Verdict, Started, Took string
	Facts                  []string
	Coverage               []Coverage
	Filters                []filter
	Files                  []*fileRows
	Kept                   template.JS // what rows hold that are not in the page, a list by their number
	Shown                  string
	Style                  template.CSS
	Script                 template.JS
	Policy                 string
}

type filter struct {
	Class, Name string
	Number      int
	On          bool
}

type fileRows struct {
	File, Feature string
	Rows          []row
}

// row is a scenario: a line that can be opened. What failed is open and in the page; the rest is kept as text until it is
// opened, so that a page of thousands is there at once.
type row struct {
	ID, Class, Mark, Title, What, Took, Tags string
	Number, Line                             int
	Open, Inline, Hidden                     bool
	Body                                     template.HTML
	kept                                     string
}

func (html) Scenario(Scenario) error { return nil }

// mostOpen failures are open when the page is: more is more than anybody reads at once.
const mostOpen = 20

func (h html) End(run Run, scenarios []Scenario) error {
	style, script, err := assets()
	if err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(script))
	p := page{
		Run: run, Started: run.Started.UTC().Format("2006-01-02 15:04:05 UTC"), Took: took(run.Took), Coverage: h.coverage(run, scenarios),
		Style: template.CSS(style), Script: template.JS(script), // ours, from the binary
		Policy: "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
	p.Run.Receiver = h.line(run.Receiver)
	c := Count(scenarios)
	p.Good = c.Failed == 0 && run.Broken == "" && len(run.Uncovered(scenarios)) == 0
	summary := h.summary(run, scenarios)
	p.Verdict, p.Facts = summary[0], summary[1:]
	open, files, kept, hiddenRows := 0, map[string]*fileRows{}, []string{}, 0
	for _, s := range scenarios {
		r, err := h.row(s, len(kept))
		if err != nil {
			return err
		}
		if !r.Inline {
			kept = append(kept, r.kept)
		}
		if r.Hidden = s.Verdict == NotRun && c.Failed > 0; r.Hidden { // there is something graver to look at
			hiddenRows++
		}
		if s.Fails() && open < mostOpen {
			r.Open, open = true, open+1
		}
		if files[s.File] == nil {
			files[s.File] = &fileRows{File: visible(s.File), Feature: h.line(s.Feature)}
			p.Files = append(p.Files, files[s.File])
		}
		files[s.File].Rows = append(files[s.File].Rows, r)
	}
	p.Filters = []filter{
		{"fail", "failed", c.Failed, true}, {"below", "failed below must", c.Tolerated, true}, {"flaky", "flaky", c.Flaky, true},
		{"known", "known failures", c.Known, true}, {"notrun", "not run", c.NotRun, c.Failed == 0}, {"pass", "passed", c.Passed, true},
	}
	p.Shown = fmt.Sprintf("%d of %d shown", len(scenarios)-hiddenRows, len(scenarios))
	if p.Kept, err = asScript(kept); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.pages.ExecuteTemplate(&out, "page", p); err != nil {
		return fmt.Errorf("writing the HTML report: %w", err)
	}
	_, err = h.Out.Write(out.Bytes())
	return err
}

// asScript is a list as JSON that can stand in a script element: nothing in it ends that, or begins a comment. It is a third
// shorter than with every < escaped.
func asScript(list []string) (template.JS, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(list); err != nil {
		return "", fmt.Errorf("writing the HTML report: %w", err)
	}
	return template.JS(strings.NewReplacer("</", `<\/`, "<!", `\u003c!`, "<script", `\u003cscript`).Replace(out.String())), nil
}

// coverage is that of the catalogues, with names as they can be shown.
func (h html) coverage(run Run, scenarios []Scenario) []Coverage {
	list := Cover(run.Catalogues, scenarios)
	for i := range list {
		list[i].NeverSent, list[i].Beyond = h.lines(list[i].NeverSent), h.lines(list[i].Beyond)
		for k := range list[i].Events {
			list[i].Events[k].Event = h.line(list[i].Events[k].Event)
		}
	}
	return list
}

func assets() (style, script string, err error) {
	css, err := pages.ReadFile("html/style.css")
	if err != nil {
		return "", "", err
	}
	js, err := pages.ReadFile("html/script.js")
	return string(css), string(js), err
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

func (h html) row(s Scenario, n int) (row, error) {
	r := row{ID: visible(s.ID()), Title: h.title(s), Took: took(s.Took), Number: n, Line: s.Line}
	r.Class, r.Mark = class(s)
	if s.Verdict != Pass || s.Level != Must {
		r.What = strings.TrimSpace(strings.Join([]string{string(s.Verdict), string(s.Level)}, " "))
	}
	r.Tags = h.line(strings.Join(append([]string{s.Platform}, s.Tags...), " "))
	var out bytes.Buffer
	if err := h.pages.ExecuteTemplate(&out, "scenario", h.scenario(s)); err != nil {
		return r, fmt.Errorf("writing the HTML report: %w", err)
	}
	body := out.String() // made by the template, so it is escaped
	if r.Inline = s.Fails(); r.Inline {
		r.Body = template.HTML(body)
	} else {
		r.kept = body
	}
	return r, nil
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

func (h html) scenario(s Scenario) scenarioView {
	v := scenarioView{ID: visible(s.ID()), Reason: h.line(s.Reason), Dropped: s.Dropped}
	for _, step := range s.Steps {
		one := stepView{Class: "notrun", Mark: "–", Keyword: step.Keyword, Text: h.line(step.Text)}
		switch step.Verdict {
		case Pass:
			one.Class, one.Mark = "pass", "✓"
		case Fail:
			one.Class, one.Mark = "fail", "✗"
		}
		v.Steps = append(v.Steps, one)
	}
	if f := s.Failure; f != nil {
		v.Failure = &failureView{
			Message: strings.Join(clipped(h.mask(f.Message)), " "), Want: strings.Join(clipped(h.mask(f.Want)), "\n"),
			Got: strings.Join(clipped(h.mask(f.Got)), "\n"), Output: strings.Join(clippedEnd(h.mask(f.Output)), "\n"),
		}
	}
	before := map[string]journal.Entry{} // the last attempt of each event
	for _, e := range s.Entries {
		v.Timeline = append(v.Timeline, h.exchangeView(e, before[e.Event]))
		if e.Kind == journal.Attempt {
			before[e.Event] = e
		}
	}
	return v
}

func (h html) exchangeView(e, before journal.Entry) exchangeView {
	v := exchangeView{When: "+" + e.Virtual.Round(time.Millisecond).String(), Kind: string(e.Kind), Heading: h.heading(e)}
	if e.Kind == journal.Consequence || e.Kind == journal.Word {
		v.Words = h.line(e.Says())
		return v
	}
	start := strings.TrimSpace(h.line(e.Request.Method+" ") + visible(h.url(e.Request.URL)))
	v.Request = h.messageView("request", start, e.Request)
	v.Status, v.Class = "no answer", "fail"
	if e.Response.Status != 0 {
		v.Status = fmt.Sprint(e.Response.Status)
		v.Answer = h.messageView("answer", v.Status, e.Response)
		if e.Acknowledged || e.Call() && e.Response.Status < 400 {
			v.Class = "pass"
		}
	}
	v.Note = h.line(strings.TrimSpace(e.Failure + " " + e.Rejected))
	v.Curl = strings.Join(h.curl(e), "\n")
	if e.Kind == journal.Attempt && before.Kind == journal.Attempt {
		v.Diff = byteDiff(h.mask(string(before.Request.Body)), h.mask(string(e.Request.Body)))
	}
	return v
}
