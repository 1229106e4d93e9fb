// Package browsertest opens our pages in a real browser, for tests. It is imported by tests only.
package browsertest

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// Open starts a browser without a window, that ends with the test. Without one the test is not run; where
// HOOKDRILL_TEST_TOOLS is "all", as in CI, that is a failure.
func Open(t *testing.T) context.Context {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
		missing(t, err)
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

func missing(t *testing.T, err error) {
	t.Helper()
	if os.Getenv("HOOKDRILL_TEST_TOOLS") == "all" {
		t.Fatal(err)
	}
	t.Skipf("not run: %v (make tools installs it)", err)
}

// Do does things in the browser, one after the other.
func Do(ctx context.Context, t *testing.T, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// Type presses keys as a keyboard does, each with the text that it makes: a page that takes a key for itself keeps the text
// out. (chromedp.KeyEvent sends the two apart, and the text comes anyway.)
func Type(ctx context.Context, t *testing.T, keys string) {
	t.Helper()
	for _, r := range keys {
		events := kb.Encode(r)
		down, up := *events[0], *events[len(events)-1]
		if len(events) > 2 {
			down.Text, down.UnmodifiedText = events[1].Text, events[1].UnmodifiedText
		}
		for _, event := range []input.DispatchKeyEventParams{down, up} {
			if _, err := chromedp.Call(ctx, input.DispatchKeyEvent, event); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Asked gives the value of a JavaScript expression, or of what it promises.
func Asked[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", expression, err)
	}
	return value
}

// Await waits until a JavaScript expression is true, in whatever page the browser has come to, and fails after a while with
// what that shows.
func Await(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	limited, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		holds, err := chromedp.Run(limited, chromedp.Evaluate[bool](`(() => { try { return Boolean(`+expression+`) } catch { return false } })()`))
		if err == nil && holds {
			return
		}
		select {
		case <-tick.C:
		case <-limited.Done():
			t.Fatalf("%s does not come true (%v); the page shows:\n%.3000s", expression, err, Asked[string](ctx, t, `(document.querySelector('.seen') || document.body).innerText`))
		}
	}
}

// Dark has the browser prefer dark pages, or light ones.
func Dark(ctx context.Context, t *testing.T, dark bool) {
	t.Helper()
	scheme := "light"
	if dark {
		scheme = "dark"
	}
	features := []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}
	if _, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features}); err != nil {
		t.Fatal(err)
	}
}

// Accessible holds a page to axe's rules, in light and in dark, after a script has opened what is closed.
func Accessible(ctx context.Context, t *testing.T, url, script string) { // in a folder beside steps/report
	t.Helper()
	axe, err := os.ReadFile(filepath.Join("..", "report", "testdata", "validators", "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		missing(t, err)
	}
	type violation struct {
		ID    string `json:"id"`
		Help  string `json:"help"`
		Nodes []struct {
			HTML           string `json:"html"`
			FailureSummary string `json:"failureSummary"`
		} `json:"nodes"`
	}
	// The page's own policy would keep axe out.
	if _, err := chromedp.Call(ctx, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	for _, dark := range []bool{false, true} {
		Dark(ctx, t, dark)
		Do(ctx, t, chromedp.Navigate(url))
		Asked[bool](ctx, t, script)
		Asked[bool](ctx, t, string(axe)+";true")
		for _, v := range Asked[[]violation](ctx, t, `axe.run().then((r) => r.violations)`) {
			t.Errorf("dark %t: %s (%s): %s", dark, v.Help, v.ID, v.Nodes[0].HTML+" "+v.Nodes[0].FailureSummary)
		}
	}
}
