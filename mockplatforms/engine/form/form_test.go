package form_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
)

// payload has something in it for every form, and is written in none of them.
const payload = `{"id": 9007199254740993, "data": {"text": "Zo\u00eb \"Z\" 🎁 a/b ` + "\u2028" + `\u2029\n\\ é", "more": [1.1, -25000, true,` +
	` null, {"deep": {"b": false, "a": 1000}}]}, "été": "", "void": {}, "none": []}`

// bodies are the payload as platforms send it: plain, and as a string that holds it. json.Marshal escapes other
// characters than we do, so that no form leaves it as it is.
func bodies(t testing.TB) map[string]string {
	t.Helper()
	escaped, err := json.Marshal(payload)
	if err != nil {
		t.Fatal(err)
	}
	return map[string]string{"plain": payload, "escaped": string(escaped), "escaped to ASCII": string(fixtures.Escape([]byte(payload)))}
}

// request gives a callback in slices with room behind them: a form that appends to what it was lent writes there.
func request(body string) mockplatforms.Request {
	r := mockplatforms.Request{Method: "POST", URL: "http://127.0.0.1:1/x?y", Body: append(make([]byte, 0, len(body)+64), body...)}
	r.Header = append(make([]fixtures.Field, 0, 16), fixtures.Field{Name: "content-type", Value: "application/json"}, fixtures.Field{Name: "X-A", Value: "1"})
	return r
}

func apply(t testing.TB, name, body string) mockplatforms.Request {
	t.Helper()
	f, err := form.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	r, err := f.Apply(request(body))
	if err != nil {
		t.Fatalf("%s of %s: %v", name, body, err)
	}
	return r
}

// TestFormsKeepTheValue: what has to be taken, and what may be, is the payload that it was before.
func TestFormsKeepTheValue(t *testing.T) {
	want, err := decode([]byte(payload))
	if err != nil {
		t.Fatal(err)
	}
	for kind, body := range bodies(t) {
		for _, f := range form.All() {
			if f.Expect == form.Refused {
				continue
			}
			text, err := unwrapped(apply(t, f.Name, body))
			if err != nil {
				t.Errorf("%s, %s: %v", f.Name, kind, err)
				continue
			}
			got, err := decode(text)
			if err != nil {
				t.Errorf("%s, %s: %v: %s", f.Name, kind, err, text)
				continue
			}
			members := got.(map[string]any)
			switch f.Name {
			case "data as a string":
				if members["data"], err = decode([]byte(members["data"].(string))); err != nil {
					t.Errorf("%s, %s: %v", f.Name, kind, err)
				}
			case "invalid UTF-8":
				if members["hookdrill"] != "Zo\ufffd" || utf8.Valid(text) {
					t.Errorf("%s, %s: %s", f.Name, kind, text)
				}
				delete(members, "hookdrill")
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s, %s: another value:\n%s", f.Name, kind, diff)
			}
		}
	}
}

// TestRefusedFormsAreNoJSON: neither the body, nor what a string in its place holds, is JSON to Go's parser.
func TestRefusedFormsAreNoJSON(t *testing.T) {
	for kind, body := range bodies(t) {
		for _, f := range form.All() {
			if f.Expect != form.Refused {
				continue
			}
			got := apply(t, f.Name, body)
			var text string
			if err := json.Unmarshal(got.Body, &text); err != nil {
				if inside := f.Name != "two documents" && f.Name != "garbage behind"; kind != "plain" && inside {
					t.Errorf("%s, %s: the string is broken, and not what it holds: %s", f.Name, kind, got.Body)
				}
				continue
			}
			if json.Valid([]byte(text)) || kind == "plain" {
				t.Errorf("%s, %s: is JSON: %s", f.Name, kind, got.Body)
			}
		}
	}
}

// TestFormsDiffer: each form is a test that no other one is.
func TestFormsDiffer(t *testing.T) {
	all := bodies(t)
	for _, kind := range []string{"plain", "escaped"} {
		seen := map[string]string{}
		for _, f := range form.All() {
			r := apply(t, f.Name, all[kind])
			as := fmt.Sprintf("%q %q %v", r.Header, r.Body, r.Chunked)
			if other := seen[as]; other != "" {
				t.Errorf("%s, %s: the same as %s: %s", f.Name, kind, other, as)
			}
			seen[as] = f.Name
			if again := apply(t, f.Name, all[kind]); !reflect.DeepEqual(r, again) {
				t.Errorf("%s, %s: another time, other bytes", f.Name, kind)
			}
		}
	}
}

// TestFormsOwnWhatTheyGive: a request may have been lent its bytes by a fixture or a hook. A form neither writes there,
// nor gives a request through which anybody else could.
func TestFormsOwnWhatTheyGive(t *testing.T) {
	for _, f := range form.All() {
		for _, body := range []string{payload, string(fixtures.Escape([]byte(payload))), "1", "no JSON", ""} {
			given := request(body)
			full := func() mockplatforms.Request {
				return mockplatforms.Request{
					Header: slices.Clone(given.Header[:cap(given.Header)]), Body: bytes.Clone(given.Body[:cap(given.Body)]),
				}
			}
			before := full()
			got, err := f.Apply(given)
			if err == nil {
				for i := range got.Header {
					got.Header[i].Value = "overwritten"
				}
				for i := range got.Body {
					got.Body[i] = '#'
				}
				_, _ = append(got.Header, fixtures.Field{Name: "X"}), append(got.Body, "overwritten"...)
			} else if !reflect.DeepEqual(got, given) {
				t.Errorf("%s of %q: %v, and yet another request", f.Name, body, err)
			}
			if !reflect.DeepEqual(before, full()) {
				t.Errorf("%s: what was lent for %q has become %q", f.Name, body, given.Body)
			}
		}
	}
}

func TestNames(t *testing.T) {
	names, docs := map[string]bool{}, map[string]bool{}
	count := map[form.Expect]int{}
	for _, f := range form.All() {
		if f.Name == "" || f.Doc == "" || f.Apply == nil {
			t.Errorf("the form %q lacks a name, a doc or what it does", f.Name)
		}
		if strings.HasSuffix(f.Doc, ".") || strings.ContainsAny(f.Name, ",\"") || strings.TrimSpace(f.Name) != f.Name {
			t.Errorf("the form %q (%s): scenarios list names with commas, and a doc has no full stop", f.Name, f.Doc)
		}
		if names[f.Name] || docs[f.Doc] {
			t.Errorf("two forms have the name %q, or its doc", f.Name)
		}
		names[f.Name], docs[f.Doc] = true, true
		count[f.Expect]++
		if got, err := form.Find(f.Name); err != nil || got.Doc != f.Doc {
			t.Errorf("Find(%q) gives %q, error %v", f.Name, got.Doc, err)
		}
	}
	if len(names) < 30 || len(count) != 3 {
		t.Errorf("%d forms: %v", len(names), count)
	}
	for name, words := range map[string]string{
		"key order revered": "no form \"key order revered\"; did you mean \"key order reversed\"? (`hookdrill list forms` lists them all)",
		"raw utf-8":         `no form "raw utf-8"; did you mean "raw UTF-8"?`,
		"":                  "no form \"\" (`hookdrill list forms`",
	} {
		if _, err := form.Find(name); err == nil || !strings.HasPrefix(err.Error(), words) {
			t.Errorf("Find(%q): %v, want %s", name, err, words)
		}
	}
}
