package report

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/browsertest"
)

// served is a page at an address of loopback.
func served(t *testing.T, page string) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(page)) // the browser may be gone
	}))
	t.Cleanup(server.Close)
	return server.URL + "/"
}

// hostile is a run whose every text would like to be more than text.
func hostile() (Run, []Scenario) {
	const evil = `</script></details><img src=x onerror="window.executed=1"><script>window.executed=1</script>` + "\x1b[31m\u202e"
	run := Run{Receiver: evil, Notices: []string{evil}, Catalogues: []Catalogue{{"p", []string{evil}}}}
	var scenarios []Scenario
	for i, verdict := range []Verdict{Pass, Fail, NotRun} {
		scenarios = append(scenarios, Scenario{
			File: "features/" + evil, Feature: evil, Name: evil, Row: evil, Line: i + 1, Level: Must, Platform: "p", Verdict: verdict, Reason: evil,
			Steps: []Step{{Keyword: "Given", Text: evil, Verdict: verdict}}, Failure: &Failure{Message: evil, Want: evil, Got: evil, Output: evil},
			Entries: []journal.Entry{
				{Seq: 1, Kind: journal.Attempt, Event: evil, Fault: evil, Request: journal.Message{Method: "POST", URL: "http://127.0.0.1/" + evil, Body: []byte(`"` + evil + `"`)}, Response: journal.Message{Status: 200, Body: []byte(evil)}},
				{Seq: 2, Kind: journal.Attempt, Event: evil, Request: journal.Message{Method: "POST", URL: "http://127.0.0.1/", Body: []byte(evil + "x")}, Failure: evil},
				{Seq: 3, Kind: journal.Consequence, Text: evil},
			},
		})
	}
	return run, scenarios
}

// openAll opens every scenario and every exchange, and has the browser lay out also what is not in sight.
const openAll = `(async () => {
	document.head.append(Object.assign(document.createElement('style'), { textContent: '.row { content-visibility: visible !important }' }));
	for (const d of document.querySelectorAll('details.row')) { d.open = true; await fill(d) }
	for (const d of document.querySelectorAll('details')) d.open = true;
	return true;
})()`

// TestPageIsHarmless: nothing of a payload is run, and all of it is shown.
func TestPageIsHarmless(t *testing.T) {
	ctx := browsertest.Open(t)
	run, scenarios := hostile()
	browsertest.Do(ctx, t, chromedp.Navigate(served(t, printed(t, "html", Options{}, run, scenarios))))
	browsertest.Asked[bool](ctx, t, openAll)
	executed, images := browsertest.Asked[int](ctx, t, `window.executed || 0`), browsertest.Asked[int](ctx, t, `document.images.length`)
	rows, text := browsertest.Asked[int](ctx, t, `document.querySelectorAll('details.row').length`), browsertest.Asked[string](ctx, t, `document.body.innerText`)
	if executed != 0 || images != 0 || rows != 3 {
		t.Errorf("executed: %d, images: %d, %d scenarios", executed, images, rows)
	}
	if strings.Count(text, `<img src=x onerror="window.executed=1">`) < 20 || strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("what was sent is not shown as it is:\n%s", text)
	}
}

// TestPageIsAccessible: axe finds no violation, in light and in dark, with everything open.
func TestPageIsAccessible(t *testing.T) {
	ctx := browsertest.Open(t)
	run, scenarios := sampleRun(t)
	url := served(t, printed(t, "html", Options{Mask: maskSecret}, run, scenarios))
	browsertest.Accessible(ctx, t, url, openAll)
}

// TestPageIsUsed as a person does: it searches, filters, follows a link, and goes on with the keyboard.
func TestPageIsUsed(t *testing.T) {
	ctx := browsertest.Open(t)
	run, scenarios := sampleRun(t)
	url := served(t, printed(t, "html", Options{Mask: maskSecret}, run, scenarios))
	browsertest.Do(ctx, t, chromedp.EmulateViewport(360, 740), chromedp.Navigate(url))
	shown, wide := browsertest.Asked[string](ctx, t, `shown.textContent`), browsertest.Asked[bool](ctx, t, `document.documentElement.scrollWidth > innerWidth`)
	browsertest.Type(ctx, t, "/indescribable")
	found := browsertest.Asked[string](ctx, t, `shown.textContent`)
	browsertest.Do(ctx, t, chromedp.Navigate("about:blank"), chromedp.Navigate(url+"#features/conformance/lookup.feature:40"))
	focused := browsertest.Asked[string](ctx, t, `new Promise((done) => {
		const look = () => { const row = document.activeElement.closest('details.row'); row ? done(row.id) : requestAnimationFrame(look) };
		look();
	})`)
	if covered := browsertest.Asked[bool](ctx, t, `document.activeElement.getBoundingClientRect().top < document.getElementById('filters').getBoundingClientRect().bottom - 1`); covered {
		t.Error("the scenario that a link leads to is below the filters")
	}
	timeline := browsertest.Asked[string](ctx, t, `document.activeElement.closest('details.row').querySelector('.timeline').textContent`)
	if shown != fmt.Sprintf("%d of %d shown", len(scenarios)-2, len(scenarios)) || found != "0 of 11 shown" || wide {
		t.Errorf("shown: %q, after a search: %q, wider than a phone: %t", shown, found, wide)
	}
	if focused != "features/conformance/lookup.feature:40" || !strings.Contains(timeline, "attempt") {
		t.Errorf("the link leads to %s; its timeline is %q", focused, timeline)
	}
	browsertest.Asked[bool](ctx, t, `location.hash = '#features/old.feature:1', true`)
	browsertest.Await(ctx, t, `shown.textContent === 'This report has no scenario #features/old.feature:1'`)
	browsertest.Type(ctx, t, "j"+kb.Enter)
	next := browsertest.Asked[string](ctx, t, `(() => { const r = document.activeElement.closest('details.row'); return r.id + ' ' + r.open })()`)
	if next != "features/conformance/lookup.feature:50 true" {
		t.Errorf("j and Enter lead to %s", next)
	}
}

// TestPageOfThousands: five thousand scenarios do not make the browser heavier than their rows.
func TestPageOfThousands(t *testing.T) {
	ctx := browsertest.Open(t)
	_, sample := sampleRun(t)
	var scenarios []Scenario
	notRun := 0 // what was not run, where something failed
	for i := range 5000 {
		s := sample[i%len(sample)]
		s.Line, s.File = i+1, fmt.Sprintf("features/%d.feature", i/100)
		if i > 50 {
			s.Verdict, s.Failure, s.Tolerated = Pass, nil, false
		}
		if s.Verdict == NotRun {
			notRun++
		}
		scenarios = append(scenarios, s)
	}
	page := printed(t, "html", Options{Mask: maskSecret}, Run{Receiver: "r"}, scenarios)
	browsertest.Do(ctx, t, chromedp.Navigate(served(t, page)))
	shown, elements := browsertest.Asked[string](ctx, t, `shown.textContent`), browsertest.Asked[int](ctx, t, `document.querySelectorAll('*').length`)
	if shown != fmt.Sprintf("%d of 5000 shown", 5000-notRun) || elements > 35_000 || len(page) > 4<<20 {
		t.Errorf("%s, %d elements, %d MiB", shown, elements, len(page)>>20)
	}
	ms := browsertest.Asked[float64](ctx, t, `performance.getEntriesByType('navigation')[0].duration`)
	t.Logf("%d MiB, opened in %.0f ms, %d elements", len(page)>>20, ms, elements)
}
