package inspector

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

//go:embed html
var assets embed.FS

func templates() *template.Template { return template.Must(template.ParseFS(assets, "html/*.tmpl")) }

// shownAtOnce is how many exchanges, and how many scenarios, a page has when it is opened.
const shownAtOnce = 200

// pageView is what the page's template shows.
type pageView struct {
	Options
	At        string // how far the page has seen
	Stores    []storeView
	Catalogue []catalogueView
	Faults    []fault.Fault
	Exchanges []itemView
	Rows      []itemView
	Heard     int // exchanges, and scenarios, so far: the page may have only some
	Over      int
	Running   string
	Playing   bool
}

type storeView struct {
	Name, Title, URL string
	Live             map[string]template.HTML
	Faults           []fault.Fault // that fit
}

type catalogueView struct {
	Name, Title string
	Events      []string
}

// itemView is a line that can be opened: an exchange, or a scenario.
type itemView struct {
	Name     string // of an exchange; of a scenario: its number
	Class    string
	Scenario string // that it belongs to
	At, Of   string // an exchange: when it ended, and on which platform
	Again    bool   // it was sent by hand once more
	Heading  template.HTML
	Opens    bool
}

func (i *Inspector) page(*http.Request) sheet {
	exchanges, scenarios, at, _ := i.feed.since(position{})
	v := pageView{Options: i.Options, At: i.mark(at), Running: i.running(), Playing: len(i.playing()) > 0, Heard: at.exchanges, Over: at.scenarios}
	for _, p := range i.Platforms {
		v.Catalogue = append(v.Catalogue, catalogueView{p.Name, p.Title, i.Fixtures.Events(p.Name)})
		s := storeView{Name: p.Name, Title: p.Title, Live: map[string]template.HTML{}}
		for _, f := range fault.All() {
			if engine.Fits(p, f) == nil {
				s.Faults = append(s.Faults, f)
			}
		}
		if playing, err := i.storeOf(p.Name); err == nil {
			s.URL = playing.URL
			s.Live = i.live(playing)
		}
		v.Stores = append(v.Stores, s)
	}
	v.Faults = fault.All()
	first := max(0, len(exchanges)-shownAtOnce)
	for _, h := range exchanges[first:] {
		v.Exchanges = append(v.Exchanges, i.item(h))
	}
	slices.Reverse(v.Exchanges)
	failed := 0
	for n, s := range slices.Backward(scenarios) {
		if s.Failed() {
			failed++
		}
		if len(v.Rows) < shownAtOnce || s.Failed() && failed <= shownAtOnce { // what failed is what is looked for
			v.Rows = append(v.Rows, i.row(s, at.scenarios-len(scenarios)+n+1))
		}
	}
	return sheet{name: "inspector", data: v}
}

// sheet is what is shown: a template with its data, or why there is none.
type sheet struct {
	name string
	data any
	err  error
}

// drawn shows what is made, only so much of it at once. While it is sent to those who may not read it nothing is held up.
func (i *Inspector) drawn(make func(*http.Request) sheet) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		select {
		case i.drawing <- struct{}{}:
		case <-r.Context().Done():
			return
		}
		status := http.StatusOK
		text, err := func() (template.HTML, error) {
			defer func() { <-i.drawing }()
			s := make(r)
			if s.err != nil {
				status = http.StatusNotFound
				return "", s.err
			}
			return i.made(s.name, s.data)
		}()
		switch {
		case err == nil:
			i.html(w, status, text)
		case status == http.StatusOK:
			i.refuse(w, http.StatusInternalServerError, err.Error())
		default:
			i.refuse(w, status, err.Error())
		}
	}
}

// show writes a page, whole or not at all.
func (i *Inspector) show(w http.ResponseWriter, status int, name string, data any) {
	text, err := i.made(name, data)
	if err != nil {
		i.refuse(w, http.StatusInternalServerError, err.Error())
		return
	}
	i.html(w, status, text)
}

func (i *Inspector) html(w http.ResponseWriter, status int, text template.HTML) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // who asked may be gone
}

func (i *Inspector) made(name string, data any) (template.HTML, error) {
	var out bytes.Buffer
	if err := i.pages.ExecuteTemplate(&out, name, data); err != nil {
		return "", fmt.Errorf("writing the page: %w", err)
	}
	return template.HTML(out.String()), nil // made by the template, so it is escaped
}

// item is an exchange in a line.
func (i *Inspector) item(h heard) itemView {
	heading, err := i.view.Heading(h.entry)
	if err != nil {
		heading = template.HTML(template.HTMLEscapeString(err.Error()))
	}
	words := h.entry.Kind == journal.Consequence || h.entry.Kind == journal.Word
	return itemView{
		Name: h.name, Class: string(h.entry.Kind), Scenario: i.view.Line(h.of), At: h.entry.At.Add(h.entry.Took).Format(time.TimeOnly),
		Of: h.entry.Platform, Again: h.again(), Heading: heading, Opens: !words,
	}
}

// row is a scenario in a line.
func (i *Inspector) row(s report.Scenario, number int) itemView {
	heading, err := i.view.Head(s)
	if err != nil {
		heading = template.HTML(template.HTMLEscapeString(err.Error()))
	}
	class := "scenario"
	if s.Failed() {
		class += " failed"
	}
	return itemView{Name: strconv.Itoa(number), Class: class, Scenario: i.view.Line(s.ID()), Heading: heading, Opens: true}
}

// exchange is what an exchange holds, and what can be done with it.
func (i *Inspector) exchange(r *http.Request) sheet {
	h, ok := i.feed.find(r.PathValue("exchange"))
	if !ok {
		return sheet{err: fmt.Errorf("exchange %s is not kept any more", r.PathValue("exchange"))}
	}
	messages, err := i.view.Messages(h.entry, h.before)
	return sheet{"exchange", struct {
		Name, File string
		Messages   template.HTML
		Callback   bool
	}{h.name, slug(h.entry.Event + "-" + h.name), messages, h.entry.Kind == journal.Attempt}, err}
}

// slug is an event's name as one of a file.
func slug(event string) string {
	return strings.Trim(strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '-'
	}, strings.ToLower(event)), "-")
}

// scenario is what a scenario holds, with its exchanges.
func (i *Inspector) scenario(r *http.Request) sheet {
	number := r.PathValue("number")
	s, ok := i.feed.scenario(number)
	if !ok {
		return sheet{err: errors.New("this scenario is not kept any more")}
	}
	var items []itemView
	for _, h := range exchangesOf(s, number) {
		items = append(items, i.item(h))
	}
	s.Entries = nil // they are shown below it
	text, err := i.view.Scenario(s)
	return sheet{"scenario", struct {
		Text  template.HTML
		Items []itemView
	}{text, items}, err}
}

// payload is the values of an event, to be edited.
func (i *Inspector) payload(r *http.Request) sheet {
	m, err := i.Fixtures.Event(r.FormValue("platform"), r.FormValue("event"))
	if err != nil {
		return sheet{err: err}
	}
	return sheet{name: "payload", data: fixtures.Leaves(m.Body)}
}

// asset serves a file of ours, behind what comes first.
func (i *Inspector) asset(name, media, first string) http.HandlerFunc {
	text, err := assets.ReadFile("html/" + name)
	if err != nil {
		panic(err) // it is in the binary
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", media+"; charset=utf-8")
		_, _ = w.Write(append([]byte(first), text...)) // who asked may be gone
	}
}

// running says what a run is doing.
func (i *Inspector) running() string {
	if i.Scenarios == 0 {
		return ""
	}
	title, over, counts := i.feed.running()
	text := fmt.Sprintf("%d of %d scenarios are over", over, i.Scenarios)
	if over > 0 {
		text += ": " + i.view.Counts(counts)
	}
	if title != "" && len(i.playing()) == 0 {
		text += "; now: " + i.view.Line(title)
	}
	return text
}

// mostHooks are listed; more is more than anybody reads.
const mostHooks = 100

type hookView struct {
	ID            int64
	Event, Target string
	Is            string // on, off (the platform calls it no more), or blocked (its domain gets nothing for a while)
}

// live are the parts of a store that change by themselves.
func (i *Inspector) live(s *store) map[string]template.HTML {
	var hooks []hookView
	account := s.Engine.State.Accounts()[0].Target
	all := s.Engine.State.Hooks.List()
	for _, h := range all[:min(len(all), mostHooks)] {
		hooks = append(hooks, hookView{h.ID, short(i.view.Line(h.Event)), short(i.view.Line(leadsTo(h, account))), standing(s.Engine.State, h)})
	}
	parts := map[string]template.HTML{}
	for name, data := range map[string]any{
		"hooks":  map[string]any{"Title": s.Platform.Title, "Hooks": hooks, "More": len(all) - len(hooks)},
		"clock":  clockOf(s.Engine),
		"faults": s.on(),
	} {
		text, err := i.made(name, data)
		if err != nil {
			text = template.HTML(template.HTMLEscapeString(err.Error()))
		}
		parts[name] = text
	}
	return parts
}

// longestShown is what a line of a table has room for.
const longestShown = 160

func short(text string) string {
	if runes := []rune(text); len(runes) > longestShown {
		return string(runes[:longestShown]) + "…"
	}
	return text
}

// standing says in a word whether the platform calls a hook.
func standing(state *mockplatforms.State, h mockplatforms.Hook) string {
	switch {
	case !h.Active:
		return "off"
	case state.Blocked(h):
		return "blocked"
	}
	return "on"
}

func leadsTo(h mockplatforms.Hook, account string) string {
	if h.Target == "" {
		return account
	}
	return h.Target
}

// clockOf is the platform's time in words.
func clockOf(e *engine.Engine) string {
	text := "virtual time passed: " + mockplatforms.InWords(e.Clock.Now().Round(time.Second))
	if due, ok := e.Due(); ok {
		text += fmt.Sprintf("; callbacks that will be sent again: %d, the next in %s", e.Waiting(), mockplatforms.InWords(max(due, 0).Round(time.Second)))
	}
	return text
}
