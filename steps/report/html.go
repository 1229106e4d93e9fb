package report

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"slices"
	"strings"
)

// html writes one page that needs nothing around it, once the run is over. All that is from payloads goes through the
// templates' escaping; the page's own policy lets no other script run than the one that is in it.
type html struct{ *View }

func newHTML(o Options) Printer { return &whole{write: html{NewView(o)}.write, all: true} }

// page is what the page's template shows.
type page struct {
	Run              Run
	Good             bool
	Verdict, Started string
	Facts            []string
	Coverage         []Coverage
	Filters          []filter
	Files            []*fileRows
	Kept             template.JS // what rows hold that are not in the page: see pack
	Packed           int
	Shown            string
	Style            template.CSS
	Script           template.JS
	Policy           string
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
	scenarioHead
	ID, Tags             string
	Number, Line         int
	Open, Inline, Hidden bool
	Body                 template.HTML
	kept                 string
}

// mostOpen failures are open when the page is: more is more than anybody reads at once.
const mostOpen = 20

func (h html) write(run Run, scenarios []Scenario) error {
	script, err := pages.ReadFile("html/script.js")
	if err != nil {
		return err
	}
	tally := TallyOf(scenarios)
	sum := sha256.Sum256(script)
	p := page{
		Packed: packed,
		Run:    run, Started: run.Started.UTC().Format("2006-01-02 15:04:05 UTC"), Coverage: h.coverage(tally.Cover(run.Catalogues)),
		Style: h.Style(), Script: template.JS(script), // ours, from the binary
		Policy: "default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'",
	}
	p.Run.Receiver = h.line(run.Receiver)
	c := tally.Counts
	p.Good = c.Failed == 0 && run.Broken == "" && len(tally.Uncovered(run)) == 0
	summary := h.summary(run, tally)
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
	if p.Kept, err = pack(kept); err != nil {
		return err
	}
	var out bytes.Buffer
	if err := h.pages.ExecuteTemplate(&out, "page", p); err != nil {
		return fmt.Errorf("writing the HTML report: %w", err)
	}
	_, err = h.Out.Write(out.Bytes())
	return err
}

// packed is so many scenarios that are unpacked together.
const packed = 50

// pack is what rows hold as JSON in a script element, for the script to unpack: a list of texts, each the deflated list of some
// rows' in base64. What is much the same in each scenario takes a hundredth of its place so, and is not parsed before anybody
// looks.
func pack(list []string) (template.JS, error) {
	chunks := []string{}
	for chunk := range slices.Chunk(list, packed) {
		var small bytes.Buffer
		deflate, err := flate.NewWriter(&small, flate.BestSpeed)
		if err == nil {
			err = json.NewEncoder(deflate).Encode(chunk)
		}
		if err == nil {
			err = deflate.Close()
		}
		if err != nil {
			return "", fmt.Errorf("writing the HTML report: %w", err)
		}
		chunks = append(chunks, base64.StdEncoding.EncodeToString(small.Bytes()))
	}
	text, err := json.Marshal(chunks) // nothing in base64 ends a script
	return template.JS(text), err
}

// coverage is that of the catalogues, with names as they can be shown.
func (h html) coverage(list []Coverage) []Coverage {
	for i := range list {
		list[i].NeverSent, list[i].Beyond = h.lines(list[i].NeverSent), h.lines(list[i].Beyond)
		for k := range list[i].Events {
			list[i].Events[k].Event = h.line(list[i].Events[k].Event)
		}
	}
	return list
}

func (h html) row(s Scenario, n int) (row, error) {
	r := row{ID: visible(s.ID()), scenarioHead: h.head(s), Number: n, Line: s.Line}
	r.Tags = h.line(strings.Join(append([]string{s.Platform}, s.Tags...), " "))
	body, err := h.Scenario(s)
	if r.Inline = s.Fails(); r.Inline {
		r.Body = body
	} else {
		r.kept = string(body)
	}
	return r, err
}
