package report

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
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

// TestCucumberMessages: @cucumber/html-formatter makes a page of our messages. Without it the test is not run; in CI
// (HOOKDRILL_TEST_TOOLS=all) that is a failure.
func TestCucumberMessages(t *testing.T) {
	validators := filepath.Join("testdata", "validators")
	if _, err := os.Stat(filepath.Join(validators, "node_modules", "@cucumber", "html-formatter")); err != nil {
		if os.Getenv("HOOKDRILL_TEST_TOOLS") == "all" {
			t.Fatal(err)
		}
		t.Skipf("not run: %v (make tools installs it)", err)
	}
	run, scenarios := sampleRun(t)
	var page, complaints bytes.Buffer
	read := exec.CommandContext(t.Context(), "node", "messages.js")
	read.Dir = validators
	read.Stdin, read.Stdout, read.Stderr = strings.NewReader(printed(t, "messages", Options{Mask: maskSecret}, run, scenarios)), &page, &complaints
	if err := read.Run(); err != nil {
		t.Fatalf("%v\n%s", err, complaints.String())
	}
	for _, want := range []string{"every event is acknowledged [customer_new]", `"status":"FAILED"`, "the receiver did not acknowledge customer_new", "</html>"} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
}
