package report

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// browser starts a real one, without a window. Without one the test is not run; in CI (HOOKDRILL_TEST_TOOLS=all) that is a
// failure.
func browser(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		if os.Getenv("HOOKDRILL_TEST_TOOLS") == "all" {
			t.Fatal(err)
		}
		t.Skipf("not run: %v (make tools installs it)", err)
	}
	limited, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	t.Cleanup(cancel)
	for range 5 { // a browser that does not start says nothing about our page
		ctx, end := chromedp.NewContext(limited, chromedp.WithAllocatorOptions(
			chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.Flag("disable-dev-shm-usage", true)))
		if err = chromedp.Do(ctx, chromedp.Navigate("about:blank")); err == nil {
			t.Cleanup(end)
			return ctx
		}
		end()
	}
	t.Fatal(err)
	return nil
}

func do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// asked gives the value of an expression, or of what it promises.
func asked[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", expression, err)
	}
	return value
}

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

// openAll opens every scenario and every exchange.
const openAll = `for (const d of document.querySelectorAll('details.row')) { d.open = true; fill(d) } for (const d of document.querySelectorAll('details')) d.open = true; true`

// TestPageIsHarmless: nothing of a payload is run, and all of it is shown.
func TestPageIsHarmless(t *testing.T) {
	ctx := browser(t)
	run, scenarios := hostile()
	do(ctx, t, chromedp.Navigate(served(t, printed(t, "html", Options{}, run, scenarios))))
	asked[bool](ctx, t, openAll)
	executed, images := asked[int](ctx, t, `window.executed || 0`), asked[int](ctx, t, `document.images.length`)
	rows, text := asked[int](ctx, t, `document.querySelectorAll('details.row').length`), asked[string](ctx, t, `document.body.innerText`)
	if executed != 0 || images != 0 || rows != 3 {
		t.Errorf("executed: %d, images: %d, %d scenarios", executed, images, rows)
	}
	if strings.Count(text, `<img src=x onerror="window.executed=1">`) < 20 || strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("what was sent is not shown as it is:\n%s", text)
	}
}

// TestPageIsAccessible: axe finds no violation, in light and in dark, with everything open.
func TestPageIsAccessible(t *testing.T) {
	axe, err := os.ReadFile(filepath.Join("testdata", "validators", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		if os.Getenv("HOOKDRILL_TEST_TOOLS") == "all" {
			t.Fatal(err)
		}
		t.Skipf("not run: %v (make tools installs it)", err)
	}
	ctx := browser(t)
	run, scenarios := sampleRun(t)
	page := strings.Replace(printed(t, "html", Options{Mask: maskSecret}, run, scenarios), "<meta http-equiv", "<meta data-was", 1) // which would keep axe out
	url := served(t, page)
	for _, scheme := range []string{"light", "dark"} {
		type violation struct {
			ID    string `json:"id"`
			Help  string `json:"help"`
			Nodes []struct {
				HTML           string `json:"html"`
				FailureSummary string `json:"failureSummary"`
			} `json:"nodes"`
		}
		features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
		if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
			t.Fatal(err)
		}
		do(ctx, t, chromedp.Navigate(url))
		asked[bool](ctx, t, openAll)
		asked[bool](ctx, t, string(axe)+";true")
		violations := asked[[]violation](ctx, t, `axe.run().then((r) => r.violations)`)
		for _, v := range violations {
			t.Errorf("%s: %s (%s): %s", scheme, v.Help, v.ID, v.Nodes[0].HTML+" "+v.Nodes[0].FailureSummary)
		}
	}
}

// TestPageIsUsed as a person does: it searches, filters, follows a link, and goes on with the keyboard.
func TestPageIsUsed(t *testing.T) {
	ctx := browser(t)
	run, scenarios := sampleRun(t)
	url := served(t, printed(t, "html", Options{Mask: maskSecret}, run, scenarios))
	do(ctx, t, chromedp.EmulateViewport(360, 740), chromedp.Navigate(url))
	shown, wide := asked[string](ctx, t, `shown.textContent`), asked[bool](ctx, t, `document.documentElement.scrollWidth > innerWidth`)
	do(ctx, t, chromedp.KeyEvent("/"), chromedp.KeyEvent("indescribable"))
	found := asked[string](ctx, t, `shown.textContent`)
	do(ctx, t, chromedp.Navigate("about:blank"), chromedp.Navigate(url+"#features/conformance/lookup.feature:40"))
	focused := asked[string](ctx, t, `new Promise((done) => {
		const look = () => { const row = document.activeElement.closest('details.row'); row ? done(row.id) : requestAnimationFrame(look) };
		look();
	})`)
	timeline := asked[string](ctx, t, `document.activeElement.closest('details.row').querySelector('.timeline').textContent`)
	if shown != fmt.Sprintf("%d of %d shown", len(scenarios)-2, len(scenarios)) || found != "0 of 11 shown" || wide {
		t.Errorf("shown: %q, after a search: %q, wider than a phone: %t", shown, found, wide)
	}
	if focused != "features/conformance/lookup.feature:40" || !strings.Contains(timeline, "attempt") {
		t.Errorf("the link leads to %s; its timeline is %q", focused, timeline)
	}
	do(ctx, t, chromedp.KeyEvent("j"), chromedp.KeyEvent(kb.Enter))
	next := asked[string](ctx, t, `(() => { const r = document.activeElement.closest('details.row'); return r.id + ' ' + r.open })()`)
	if next != "features/conformance/lookup.feature:50 true" {
		t.Errorf("j and Enter lead to %s", next)
	}
}

// TestPageOfThousands: five thousand scenarios do not make the browser heavier than their rows.
func TestPageOfThousands(t *testing.T) {
	ctx := browser(t)
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
	do(ctx, t, chromedp.Navigate(served(t, page)))
	shown, elements := asked[string](ctx, t, `shown.textContent`), asked[int](ctx, t, `document.querySelectorAll('*').length`)
	if shown != fmt.Sprintf("%d of 5000 shown", 5000-notRun) || elements > 60_000 {
		t.Errorf("%s, %d elements, %d MiB", shown, elements, len(page)>>20)
	}
	ms := asked[float64](ctx, t, `performance.getEntriesByType('navigation')[0].duration`)
	t.Logf("%d MiB, opened in %.0f ms, %d elements", len(page)>>20, ms, elements)
}
