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
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
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

// Asked gives the value of a JavaScript expression, or of what it promises.
func Asked[T any](ctx context.Context, t *testing.T, expression string) T {
	t.Helper()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[T](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%.200s: %v", expression, err)
	}
	return value
}

// Await waits until a JavaScript expression is true, and fails after a while with what the page shows then.
func Await(ctx context.Context, t *testing.T, expression string) {
	t.Helper()
	holds := Asked[bool](ctx, t, `new Promise((done) => {
		const until = performance.now() + 20000;
		const look = () => {
			let holds = false;
			try { holds = Boolean(`+expression+`) } catch { /* not yet */ }
			if (holds || performance.now() > until) done(holds); else setTimeout(look, 10);
		};
		look();
	})`)
	if !holds {
		t.Fatalf("%s does not come true; the page shows:\n%s", expression, Asked[string](ctx, t, `document.body.innerText`))
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
