package report

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/browsertest"
)

// TestOutsideSchemas: formats of others are held to schemas of others.
func TestOutsideSchemas(t *testing.T) {
	for _, c := range []struct{ format, folder, schema string }{
		{"ctrf", "testdata/schemas", "ctrf.schema.json"}, // npm ctrf 0.3.0
		{"har", "testdata/schemas/har", "har.json"},      // npm har-schema 2.0.0
	} {
		compiler := jsonschema.NewCompiler()
		compiler.AssertFormat()
		files, err := filepath.Glob(filepath.Join(c.folder, "*.json"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no schemas in %s: %v", c.folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
			if err == nil {
				err = compiler.AddResource("https://schemas.test/"+filepath.Base(file), withoutID(document))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		schema, err := compiler.Compile("https://schemas.test/" + c.schema)
		if err != nil {
			t.Fatal(err)
		}
		run, scenarios := sampleRun(t)
		for name, text := range map[string]string{
			"the sample run": printed(t, c.format, Options{Mask: maskSecret}, run, scenarios), "an empty run": printed(t, c.format, Options{}, Run{Version: "1"}, nil),
		} {
			value, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
			if err == nil {
				err = schema.Validate(value)
			}
			if err != nil {
				t.Errorf("%s of %s: %v", c.format, name, err)
			}
			if strings.Contains(text, secret) {
				t.Errorf("the secret is in %s of %s", c.format, name)
			}
		}
		if schema.Validate(map[string]any{}) == nil {
			t.Errorf("the schema of %s takes anything", c.format)
		}
	}
}

// withoutID takes the names off schemas that call themselves by a relative one, so that they are found by their files'.
func withoutID(document any) any {
	if object, ok := document.(map[string]any); ok {
		delete(object, "$id")
	}
	return document
}

// validator gives what a script beside the outside packages makes of a report. Without them the test is not run; in CI
// (HOOKDRILL_TEST_TOOLS=all) that is a failure.
func validator(t *testing.T, script, report string) (output, complaints string, err error) {
	t.Helper()
	folder := filepath.Join("testdata", "validators")
	if _, err := os.Stat(filepath.Join(folder, "node_modules")); err != nil {
		if os.Getenv("HOOKDRILL_TEST_TOOLS") == "all" {
			t.Fatal(err)
		}
		t.Skipf("not run: %v (make tools installs it)", err)
	}
	var out, said bytes.Buffer
	read := exec.CommandContext(t.Context(), "node", script)
	read.Dir = folder
	read.Stdin, read.Stdout, read.Stderr = strings.NewReader(report), &out, &said
	err = read.Run()
	return out.String(), said.String(), err
}

// TestJUnitSchema: Jenkins' schema takes our reports, whatever they hold, and not anything.
func TestJUnitSchema(t *testing.T) {
	run, scenarios := sampleRun(t)
	evilRun, evil := hostile()
	for name, text := range map[string]string{
		"the sample run": printed(t, "junit", Options{Mask: maskSecret}, run, scenarios), "an empty run": printed(t, "junit", Options{}, Run{Version: "1"}, nil),
		"a hostile run": printed(t, "junit", Options{}, evilRun, evil), "a long line": printed(t, "junit", Options{}, run, long()),
	} {
		if _, complaints, err := validator(t, "junit.js", text); err != nil {
			t.Errorf("%s: %v\n%.2000s", name, err, complaints)
		}
	}
	broken := strings.Replace(printed(t, "junit", Options{}, run, scenarios), "<testcase classname", "<testcase nobody-knows=\"\" classname", 1)
	if _, complaints, err := validator(t, "junit.js", broken); err == nil || !strings.Contains(complaints, "nobody-knows") {
		t.Errorf("the schema takes anything: %v %s", err, complaints)
	}
}

// long is a scenario whose body is one line of 5 MiB.
func long() []Scenario {
	body := []byte(strings.Repeat("<b>\x1b", 5<<20/4))
	e := journal.Entry{Kind: journal.Attempt, Request: journal.Message{Method: "POST", URL: "http://127.0.0.1/", Body: body}}
	return []Scenario{{File: "own.feature", Line: 1, Name: "long", Verdict: Fail, Level: Must, Failure: &Failure{Message: "m", Got: string(body), Entries: []journal.Entry{e}}, Entries: []journal.Entry{e}}}
}

// TestLongLines: a line of 5 MiB makes no report long, but for the documents that are to hold all of it; and nothing in it reaches a
// terminal raw.
func TestLongLines(t *testing.T) {
	for _, f := range Formats() {
		text := printed(t, f.Name, Options{}, Run{Receiver: "r"}, long())
		if whole := slices.Contains([]string{"json", "events", "har"}, f.Name); !whole && len(text) > 1<<20 {
			t.Errorf("%s: %d KiB", f.Name, len(text)>>10)
		}
		if strings.Contains(text, "\x1b") {
			t.Errorf("%s: an escape is raw", f.Name)
		}
	}
}

// TestCucumberMessages: @cucumber/html-formatter makes a page of our messages, and a browser shows what happened on it.
func TestCucumberMessages(t *testing.T) {
	run, scenarios := sampleRun(t)
	page, complaints, err := validator(t, "messages.js", printed(t, "messages", Options{Mask: maskSecret}, run, scenarios))
	if err != nil {
		t.Fatalf("%v\n%s", err, complaints)
	}
	for _, want := range []string{"every event is acknowledged [customer_new]", `"status":"FAILED"`, "the receiver did not acknowledge customer_new", "</html>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	ctx := browsertest.Open(t)
	browsertest.Do(ctx, t, chromedp.Navigate(served(t, page)))
	failed, passed := 0, 0
	for _, scenario := range scenarios {
		switch {
		case scenario.Fails():
			failed++
		case scenario.Verdict == Pass || scenario.Verdict == Flaky:
			passed++
		}
	}
	counts := fmt.Sprintf("passed%dskipped%dfailed%d", passed, len(scenarios)-passed-failed, failed)
	browsertest.Await(ctx, t, fmt.Sprintf(`document.body.innerText.toLowerCase().replace(/\s+/g, '').includes(%q)`, counts))
}
