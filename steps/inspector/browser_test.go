package inspector

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/browsertest"
	"github.com/hookdrill/hookdrill/steps/report"
)

// click presses the button of a form that has a text.
func click(ctx context.Context, t *testing.T, form, button string) {
	t.Helper()
	if !browsertest.Asked[bool](ctx, t, fmt.Sprintf(`(() => {
		for (const b of document.querySelectorAll('%s button')) if (b.textContent === %q && !b.matches(':disabled')) { b.click(); return true }
		return false;
	})()`, form, button)) {
		t.Fatalf("%s has no button %q that can be pressed", form, button)
	}
}

// choose has a list show an option, as a person does.
func choose(ctx context.Context, t *testing.T, list, option string) {
	t.Helper()
	browsertest.Asked[bool](ctx, t, fmt.Sprintf(`(() => {
		const list = document.querySelector(%q); list.value = %q; list.dispatchEvent(new Event('change', { bubbles: true })); return list.value === %[2]q;
	})()`, list, option))
	browsertest.Await(ctx, t, fmt.Sprintf(`document.querySelector(%q).value === %q`, list, option))
}

// registers has a receiver ask Cratejoy for a hook.
func registers(t *testing.T, i *Inspector, event, target string) {
	t.Helper()
	s, err := i.storeOf("cratejoy")
	if err != nil {
		t.Fatal(err)
	}
	body := fmt.Sprintf(`{"name":%q,"event":%[1]q,"target":%q,"request_type":"POST"}`, event, target)
	r := httptest.NewRequest(http.MethodPost, "/v1/hooks/", strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.SetBasicAuth(s.Platform.Account.Client, s.Platform.Account.Secret)
	w := httptest.NewRecorder()
	s.Engine.ServeHTTP(w, r)
	if w.Code/100 != 2 {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
}

// TestInspectorIsUsed as a person does: who waits for a receiver to register, has an event happen with a value of theirs, looks
// at what went over the wire, has it come again, switches a fault on, lets time pass, and keeps what they found.
func TestInspectorIsUsed(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, nil)
	target, bodies, _ := receiver(t)
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL))
	browsertest.Await(ctx, t, `document.body.innerText.includes('Nothing yet')`)

	registers(t, i, "customer_new", target)
	const hooks = `document.querySelector('.store[data-platform=cratejoy] [data-live=hooks]').innerText`
	browsertest.Await(ctx, t, hooks+`.includes('customer_new')`)
	browsertest.Await(ctx, t, `timeline.innerText.includes('registration POST /v1/hooks/')`)

	choose(ctx, t, "#event", "customer_new")
	browsertest.Asked[bool](ctx, t, `document.getElementById('values').open = true`)
	browsertest.Await(ctx, t, `payload.querySelector('[data-path=first_name]').value === '"Jos\\u00e9"'`)
	browsertest.Do(ctx, t, chromedp.Focus(`#payload [data-path=first_name]`))
	browsertest.Asked[bool](ctx, t, `document.activeElement.select(), true`)
	browsertest.Type(ctx, t, "Zoë <b>&")
	choose(ctx, t, "#event", "order_new") // a look at another event loses nothing
	browsertest.Await(ctx, t, `payload.querySelector('input') !== null && payload.querySelector('[data-path=first_name]') === null`)
	choose(ctx, t, "#event", "customer_new")
	browsertest.Await(ctx, t, `payload.querySelector('input.changed')?.value === 'Zoë <b>&'`)
	click(ctx, t, "[data-order=send]", "send")
	browsertest.Await(ctx, t, `document.querySelector('[data-order=send] output').textContent.includes('200, acknowledged')`)
	if len(*bodies) != 1 || !strings.Contains((*bodies)[0], `\"first_name\": \"Zo\\u00eb <b>&\"`) {
		t.Fatalf("the receiver got %q", *bodies)
	}

	const newest = `timeline.querySelector('li.attempt details')`
	browsertest.Await(ctx, t, newest+` !== null`)
	browsertest.Asked[bool](ctx, t, newest+`.querySelector('summary').click(), true`)
	browsertest.Await(ctx, t, newest+`.innerText.includes('the JSON in that string') && `+newest+`.innerText.includes('Zo\\u00eb <b>&')`)
	browsertest.Asked[bool](ctx, t, `window.wasAt = timeline.querySelector('details[open]').getBoundingClientRect().top, true`)
	click(ctx, t, "#timeline", "send again, same id")
	browsertest.Await(ctx, t, `timeline.querySelectorAll('li.attempt').length === 2`)
	browsertest.Await(ctx, t, `Math.abs(timeline.querySelector('details[open]').getBoundingClientRect().top - wasAt) < 2`) // what comes moves nothing
	click(ctx, t, "#timeline", "send again, new ids")
	browsertest.Await(ctx, t, `timeline.querySelectorAll('li.attempt').length === 3`)
	if b := *bodies; len(b) != 3 || b[0] != b[1] || b[1] == b[2] {
		t.Errorf("the receiver got %q", b)
	}

	click(ctx, t, "#timeline", "keep as fixture and feature")
	browsertest.Await(ctx, t, `timeline.innerText.includes('customer-new-2.feature are written')`)
	if kept, err := os.ReadFile(filepath.Join(i.Folder, "fixtures", "cratejoy", "customer-new-2.callback.http")); err != nil || !strings.HasSuffix(string(kept), (*bodies)[0][len("POST "):]) {
		t.Errorf("%v, %s", err, kept)
	}
}

// TestInspectorMovesTime: a fault is switched on, the callback fails and is due again, and comes when its time has.
func TestInspectorMovesTime(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, nil)
	target, bodies, _ := receiver(t)
	const store = `.store[data-platform=bigcommerce]`
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL))
	choose(ctx, t, store+" [name=fault]", "answer 503")
	click(ctx, t, store+" [data-order=fault]", "switch on")
	browsertest.Await(ctx, t, `document.querySelector('`+store+` [data-live=faults]').innerText.startsWith('answer 503')`)
	choose(ctx, t, "#event", "store/customer/created")
	browsertest.Do(ctx, t, chromedp.SetValue("[data-order=send] [name=target]", target))
	click(ctx, t, "[data-order=send]", "send")
	browsertest.Await(ctx, t, `document.querySelector('[data-order=send] output').textContent.includes('503, not acknowledged')`)
	browsertest.Await(ctx, t, `document.querySelector('`+store+` [data-live=clock]').innerText.includes('sent again: 1, the next in 1 min')`)
	click(ctx, t, store+" [data-order=fault]", "all off")
	browsertest.Await(ctx, t, `document.querySelector('`+store+` [data-live=faults]').innerText === 'no fault is switched on'`)
	click(ctx, t, store+" [data-order=pass]", "until the next is due")
	browsertest.Await(ctx, t, `document.querySelector('`+store+` [data-order=pass] output').textContent.includes('due: 1')`)
	browsertest.Await(ctx, t, `timeline.innerText.includes('attempt 2 of store/customer/created')`)
	if len(*bodies) != 1 {
		t.Errorf("the receiver got %q", *bodies)
	}
	browsertest.Type(ctx, t, "/+1m0s")
	browsertest.Await(ctx, t, `[...timeline.children].filter((li) => !li.hidden).length === 1 && document.activeElement.id === 'filter'`)
	browsertest.Type(ctx, t, kb.Tab+kb.Enter) // the keyboard is enough to open what was found
	browsertest.Await(ctx, t, `document.activeElement.closest('li').innerText.includes('to send it again')`)
}

// hostile is what no callback should look like, and some do.
const hostile = `</script></details><img src=x onerror="window.executed=1"><script>window.executed=1</script>` + "\x1b[31m\u202e"

// ofARun is an inspector of a run of so many scenarios.
func ofARun(scenarios int) func(*Options) { return func(o *Options) { o.Scenarios = scenarios } }

// heardAll has the inspector hear of scenarios and exchanges whose every text would like to be more than text.
func heardAll(t *testing.T, i *Inspector, text string) {
	t.Helper()
	message := journal.Message{Method: "POST", URL: "http://127.0.0.1/" + text, Body: []byte(`"` + text + `"`)}
	entries := []journal.Entry{
		{Seq: 1, Kind: journal.Attempt, Platform: "cratejoy", Event: text, Fault: text, Request: message, Response: journal.Message{Status: 200, Body: []byte(text)}},
		{Seq: 2, Kind: journal.Attempt, Platform: "cratejoy", Event: text, Request: journal.Message{Method: "POST", URL: "http://127.0.0.1/", Body: []byte(text + "x")}, Failure: text},
		{Seq: 3, Kind: journal.Lookup, Platform: "cratejoy", Resource: text, IDs: []string{text}, Client: text, Request: message},
		{Seq: 4, Kind: journal.Consequence, Platform: "cratejoy", Text: text},
	}
	i.Begin(text)
	for _, e := range entries {
		i.Exchange(text, e)
	}
	i.Scenario(report.Scenario{
		File: text, Name: text, Row: text, Verdict: report.Fail, Level: report.Must, Steps: []report.Step{{Keyword: "Given", Text: text}},
		Failure: &report.Failure{Message: text, Want: text, Got: text, Output: text}, Entries: entries,
	})
	i.Begin(text)
}

const openAll = `new Promise((done) => {
	const look = () => {
		for (const d of document.querySelectorAll('details')) d.open = true; // what is opened may hold more
		const left = [...document.querySelectorAll('.body')].filter((b) => !b.innerHTML).length;
		if (left) setTimeout(look, 10); else done(true);
	};
	look();
})`

// TestInspectorIsHarmless: nothing that a receiver, or a feature, says is run. It is shown as it is, also a line of 5 MiB.
func TestInspectorIsHarmless(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, ofARun(3))
	heardAll(t, i, hostile)
	registers(t, i, "customer_new", "http://127.0.0.1:1/")
	s, err := i.storeOf("cratejoy")
	if err != nil {
		t.Fatal(err)
	}
	s.Engine.State.Hooks.Add(mockplatforms.Hook{Event: "customer_new", Target: "http://127.0.0.1:1/" + hostile, Active: true}, nil) // Cratejoy itself would not take it
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL))
	heardAll(t, i, hostile) // and live
	browsertest.Await(ctx, t, `timeline.childElementCount === 9`)
	browsertest.Asked[bool](ctx, t, openAll)
	executed, images := browsertest.Asked[int](ctx, t, `window.executed || 0`), browsertest.Asked[int](ctx, t, `document.images.length`)
	text := browsertest.Asked[string](ctx, t, `document.body.innerText`)
	if executed != 0 || images != 0 || strings.Count(text, `<img src=x onerror="window.executed=1">`) < 40 || strings.ContainsAny(text, "\x1b\u202e") {
		t.Errorf("executed: %d, images: %d:\n%.5000s", executed, images, text)
	}
	i.Exchange("", journal.Entry{Kind: journal.Attempt, Platform: "cratejoy", Event: "long", Request: journal.Message{Method: "POST", URL: "http://127.0.0.1/", Body: []byte(strings.Repeat("<b>", 5<<20/3))}})
	browsertest.Await(ctx, t, `timeline.firstElementChild.innerText.includes('long')`)
	browsertest.Asked[bool](ctx, t, openAll)
	if size := browsertest.Asked[int](ctx, t, `timeline.firstElementChild.innerText.length`); size < 1000 || size > 200_000 {
		t.Errorf("a line of 5 MiB is shown in %d characters", size)
	}
}

// TestInspectorIsAccessible: axe finds no violation, with everything open, and the page fits a phone.
func TestInspectorIsAccessible(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, ofARun(3))
	target, _, _ := receiver(t)
	heardAll(t, i, "text")
	registers(t, i, "customer_new", target)
	ordered(t, i, "/send", Order{Event: "customer_new"})
	ordered(t, i, "/fault", faultOrder{"cratejoy", "answer 503"})
	browsertest.Accessible(ctx, t, i.URL, openAll)
	browsertest.Do(ctx, t, chromedp.EmulateViewport(360, 740), chromedp.Navigate(i.URL))
	browsertest.Asked[bool](ctx, t, openAll)
	if browsertest.Asked[bool](ctx, t, `document.documentElement.scrollWidth > innerWidth`) {
		t.Error("the page is wider than a phone")
	}
}

// TestInspectorAsksForItsToken: who has it comes in by the form, and sees what happens.
func TestInspectorAsksForItsToken(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, func(o *Options) { o.Token = "0123456789abcdef" })
	browsertest.Accessible(ctx, t, i.URL, `true`)
	for _, token := range []string{"wrong", "0123456789abcdef"} {
		browsertest.Do(ctx, t, chromedp.Focus("[name=token]"))
		browsertest.Type(ctx, t, token+kb.Enter)
		if token == "wrong" {
			browsertest.Await(ctx, t, `document.body.innerText.includes('not the token')`)
		}
	}
	browsertest.Await(ctx, t, `document.getElementById('timeline') !== null`)
	target, _, _ := receiver(t)
	registers(t, i, "customer_new", target)
	browsertest.Await(ctx, t, `timeline.innerText.includes('registration')`)
}

// TestInspectorOfARun shows what runs, and what became of it, as it comes; orders are for when it is over.
func TestInspectorOfARun(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, ofARun(601))
	stores := i.playing()
	i.Play(nil)
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL))
	i.Begin("The first")
	browsertest.Await(ctx, t, `running.textContent === '0 of 601 scenarios are over; now: The first'`)
	browsertest.Await(ctx, t, `document.querySelector('[data-order=send] button').matches(':disabled') && document.querySelector('.store').hidden && !waiting.hidden`)
	i.Scenario(report.Scenario{File: "own.feature", Line: 3, Name: "The first", Verdict: report.Fail, Level: report.Must, Failure: &report.Failure{Message: "it was lost"}})
	browsertest.Await(ctx, t, `rows.innerText.includes('✗ The first')`)
	browsertest.Asked[bool](ctx, t, `rows.querySelector('summary').click(), true`)
	browsertest.Await(ctx, t, `rows.innerText.includes('it was lost')`)
	for n := range 600 {
		i.Scenario(report.Scenario{File: "own.feature", Line: 9 + n, Name: "A later one", Verdict: report.Pass, Level: report.Must})
	}
	browsertest.Await(ctx, t, `rows.childElementCount === 500 && rows.innerText.includes('✗ The first')`)
	i.stores.Store(&stores)
	i.feed.wake()
	browsertest.Await(ctx, t, `running.textContent === '601 of 601 scenarios are over: 600 passed, 1 failed'`)
	browsertest.Await(ctx, t, `!document.querySelector('[data-order=send] button').matches(':disabled') && !document.querySelector('.store').hidden && waiting.hidden`)
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL)) // also who comes later sees what failed
	browsertest.Await(ctx, t, `rows.childElementCount === 201 && rows.lastElementChild.innerText.includes('✗ The first')`)
	if err := i.Close(); err != nil {
		t.Fatal(err)
	}
	browsertest.Await(ctx, t, `line.textContent.includes('does not answer')`)
}

// TestExchangesOfAScenario: what was seen in a scenario that is over can be sent again, to the receiver that is there now.
func TestExchangesOfAScenario(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, ofARun(1))
	target, bodies, _ := receiver(t)
	e := journal.Entry{
		Seq: 1, Kind: journal.Attempt, Platform: "cratejoy", Event: "customer_new", Delivery: "d", Hook: 1, Number: 1,
		Request: journal.Message{Method: "POST", URL: target, Body: []byte(`"{\"id\": 7}"`)}, Response: journal.Message{Status: 500},
	}
	i.Scenario(report.Scenario{File: "own.feature", Line: 3, Name: "It was lost", Verdict: report.Fail, Level: report.Must, Entries: []journal.Entry{e}})
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL+"#own.feature:3"))
	browsertest.Await(ctx, t, `rows.querySelector('.body .timeline summary').textContent.includes('customer_new')`)
	browsertest.Asked[bool](ctx, t, `rows.querySelector('.body .timeline summary').click(), true`)
	browsertest.Await(ctx, t, `rows.querySelector('[data-order=again]') !== null`)
	click(ctx, t, "#rows", "send again, same id")
	browsertest.Await(ctx, t, `rows.querySelector('[data-order=again] output').textContent.includes('200, acknowledged')`)
	if b := *bodies; len(b) != 1 || b[0] != `POST "{\"id\": 7}"` {
		t.Errorf("the receiver got %q", b)
	}
	browsertest.Await(ctx, t, `document.querySelector('.store[data-platform=cratejoy] [data-live=hooks] button') !== null`)
	click(ctx, t, ".store[data-platform=cratejoy] [data-live=hooks]", "remove")
	browsertest.Await(ctx, t, `document.querySelector('.store[data-platform=cratejoy] [data-live=hooks]').innerText.includes('No hook')`)
}

// TestManyTabs: a browser has six connections for all its tabs, and one that is not in sight uses none. It goes on when it is
// looked at.
func TestManyTabs(t *testing.T) {
	ctx, i := browsertest.Open(t), listening(t, nil)
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL))
	browsertest.Await(ctx, t, `events.readyState === EventSource.OPEN`)
	const hide = `Object.defineProperty(document, 'hidden', { value: %t, configurable: true }), document.dispatchEvent(new Event('visibilitychange')), true`
	browsertest.Asked[bool](ctx, t, fmt.Sprintf(hide, true))
	browsertest.Await(ctx, t, `events === undefined`)
	awaitClients(t, i, 0)
	registers(t, i, "customer_new", "http://127.0.0.1:1/")
	browsertest.Asked[bool](ctx, t, fmt.Sprintf(hide, false))
	browsertest.Await(ctx, t, `timeline.innerText.includes('registration')`)
	for range maxClients { // as many others as there is room for, and more
		i.clients <- struct{}{}
		if len(i.clients) == maxClients {
			break
		}
	}
	browsertest.Do(ctx, t, chromedp.Navigate("about:blank"))
	awaitClients(t, i, maxClients-1)
	i.clients <- struct{}{}
	browsertest.Do(ctx, t, chromedp.Navigate(i.URL))
	browsertest.Await(ctx, t, `line.textContent.includes('too many watch')`)
	<-i.clients
	browsertest.Await(ctx, t, `line.textContent === '' && events.readyState === EventSource.OPEN`)
}

// awaitClients waits until so many watch.
func awaitClients(t *testing.T, i *Inspector, want int) {
	t.Helper()
	limit, tick := time.After(10*time.Second), time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for len(i.clients) != want {
		select {
		case <-tick.C:
		case <-limit:
			t.Fatalf("%d watch, want %d", len(i.clients), want)
		}
	}
}

var update = flag.Bool("update", false, "write the README's pictures of the inspector")

// TestPictures: the README shows the inspector as it is, in light and in dark; with -update they are taken anew.
func TestPictures(t *testing.T) {
	readme, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	for name, dark := range map[string]bool{"inspector.png": false, "inspector-dark.png": true} {
		path := filepath.Join("..", "..", ".github", name)
		if *update {
			if err := os.WriteFile(path, picture(t, dark), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		taken, err := os.ReadFile(path)
		if err != nil || http.DetectContentType(taken) != "image/png" || !strings.Contains(string(readme), ".github/"+name) {
			t.Errorf("%s: %v, %d bytes, and the README has to show it", name, err, len(taken))
		}
	}
}

func picture(t *testing.T, dark bool) []byte {
	ctx, i := browsertest.Open(t), listening(t, func(o *Options) { o.Title = "hookdrill serve" })
	for n, s := range i.playing() {
		s.URL = fmt.Sprintf("http://127.0.0.1:%d", 4010+n) // where serve has them
	}
	target, _, _ := receiver(t, 200, 500)
	registers(t, i, "customer_new", target+"/customer_new")
	registers(t, i, "order_new", target+"/order_new")
	ordered(t, i, "/send", Order{Event: "order_new"})
	ordered(t, i, "/send", Order{Event: "customer_new"})
	ordered(t, i, "/fault", faultOrder{"bigcommerce", "answer 503"})
	ordered(t, i, "/send", Order{Event: "store/customer/created", Target: target})
	ordered(t, i, "/pass", passOrder{"bigcommerce", ""})
	browsertest.Dark(ctx, t, dark)
	browsertest.Do(ctx, t, chromedp.EmulateViewport(1360, 1000), chromedp.Navigate(i.URL))
	choose(ctx, t, "#event", "customer_new")
	browsertest.Asked[bool](ctx, t, `[...timeline.querySelectorAll('summary')].find((s) => s.textContent.includes('customer_new')).click(), true`)
	browsertest.Await(ctx, t, `timeline.innerText.includes('the JSON in that string')`)
	taken, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		t.Fatal(err)
	}
	return taken
}
