package fault_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
)

func fields(pairs ...string) []fixtures.Field {
	var list []fixtures.Field
	for i := 0; i < len(pairs); i += 2 {
		list = append(list, fixtures.Field{Name: pairs[i], Value: pairs[i+1]})
	}
	return list
}

// request gives a callback in slices with room behind them: a fault that appends to what it was lent writes there.
func request(body string, header ...string) mockplatforms.Request {
	r := mockplatforms.Request{Method: "POST", URL: "http://127.0.0.1:1/x?y", Body: append(make([]byte, 0, len(body)+64), body...)}
	r.Header = append(make([]fixtures.Field, 0, 16), fields(header...)...)
	return r
}

// TestFaults: what each fault changes, exactly; what a row does not name stays.
func TestFaults(t *testing.T) {
	const body = `{"id":19,"name":"é"}`
	header := []string{"content-type", "application/json", "X-A", "1", "webhook-signature", "v1,abc", "X-Toy-Signature", "v2,def"}
	tested := map[string]bool{}
	for _, row := range []struct {
		fault, reason, body string
		late                bool
		want                func(*mockplatforms.Request)
	}{
		{"wrong method", "the method", body, false, func(r *mockplatforms.Request) { r.Method = "PUT" }},
		{"no content type", "the field, whatever its case", body, false, func(r *mockplatforms.Request) { r.Header = r.Header[1:] }},
		{"text content type", "the field's value, in one field", body, false, func(r *mockplatforms.Request) {
			r.Header = append(r.Header[1:], fields("Content-Type", "text/plain; charset=utf-8")...)
		}},
		{"form content type", "the field's value, in one field", body, false, func(r *mockplatforms.Request) {
			r.Header = append(r.Header[1:], fields("Content-Type", "application/x-www-form-urlencoded")...)
		}},
		{"empty body", "the body", body, false, func(r *mockplatforms.Request) { r.Body = nil }},
		{"malformed JSON", "the first colon", body, false, func(r *mockplatforms.Request) { r.Body = []byte(`{"id"19,"name":"é"}`) }},
		{"malformed JSON", "the first colon inside a string that holds JSON", `"{\"id\":19}"`, false, func(r *mockplatforms.Request) {
			r.Body = []byte(`"{\"id\"19}"`)
		}},
		{"malformed JSON", "the first byte, without a colon", `[1,2]`, false, func(r *mockplatforms.Request) { r.Body = []byte(`1,2]`) }},
		{"malformed JSON", "nothing is nothing", "", false, func(r *mockplatforms.Request) { r.Body = nil }},
		{"truncated JSON", "the second half", body, false, func(r *mockplatforms.Request) { r.Body = []byte(`{"id":19,"`) }},
		{"truncated JSON", "of an odd number, the larger half", "[12]\n", false, func(r *mockplatforms.Request) { r.Body = []byte("[1") }},
		{"HTML body", "the body", body, false, func(r *mockplatforms.Request) {
			r.Body = []byte("<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>")
		}},
		{"1 MiB body", "white space before the body", body, false, func(r *mockplatforms.Request) {
			r.Body = append(bytes.Repeat([]byte(" "), 1<<20-len(body)), body...)
		}},
		{"1 MiB body", "a larger one is large enough", strings.Repeat("1", 1<<20+1), false, func(*mockplatforms.Request) {}},
		{"no signature", "every signature", body, true, func(r *mockplatforms.Request) { r.Header = r.Header[:2] }},
		{"body changed after signing", "the last digit", body, true, func(r *mockplatforms.Request) { r.Body = []byte(`{"id":10,"name":"é"}`) }},
		{"body changed after signing", "a space, without a digit", `{"a":true}`, true, func(r *mockplatforms.Request) { r.Body = []byte(`{"a":true} `) }},
		{"body changed after signing", "a space, without a body", "", true, func(r *mockplatforms.Request) { r.Body = []byte(" ") }},
		{"two signatures", "a wrong one of the same version before each", body, true, func(r *mockplatforms.Request) {
			const old = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
			r.Header = append(r.Header[:2], fields("webhook-signature", "v1,"+old+" v1,abc", "X-Toy-Signature", "v2,"+old+" v2,def")...)
		}},
	} {
		f, err := fault.Find(row.fault)
		if err != nil {
			t.Error(err)
			continue
		}
		tested[f.Name] = true
		got, want := f.Apply(request(row.body, header...)), request(row.body, header...)
		row.want(&want)
		if len(want.Body) == 0 && len(got.Body) == 0 {
			got.Body, want.Body = nil, nil
		}
		if !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %s\ngives %s\nwant  %s", row.fault, row.reason, show(got), show(want))
		}
		if f.AfterSigning != row.late {
			t.Errorf("%s is applied after signing: %v", row.fault, f.AfterSigning)
		}
	}
	for _, f := range fault.All() {
		if f.Apply != nil && !tested[f.Name] && signatures()[f.Name] == "" {
			t.Errorf("the fault %q is in no row of this test", f.Name)
		}
	}
}

func show(r mockplatforms.Request) string {
	if len(r.Body) > 200 {
		r.Body = append(r.Body[:200:200], "…"...)
	}
	return r.Method + " " + r.URL + " " + strings.Join(strings.Fields(string(mustJSON(r.Header))), " ") + " " + string(r.Body)
}

func mustJSON(v any) []byte {
	text, err := json.Marshal(v)
	if err != nil {
		return []byte(err.Error())
	}
	return text
}

// TestFaultsOwnWhatTheyGive: a request may have been lent its bytes by a fixture or a hook. A fault neither writes
// there, nor gives a request through which anybody else could.
func TestFaultsOwnWhatTheyGive(t *testing.T) {
	for _, f := range fault.All() {
		if f.Apply == nil {
			continue
		}
		for _, body := range []string{`{"id":19}`, `[]`, ""} {
			given := request(body, "Content-Type", "a/b", "webhook-signature", "v1,abc")
			full := func() mockplatforms.Request {
				g := given
				g.Header, g.Body = g.Header[:cap(g.Header)], g.Body[:cap(g.Body)]
				return mockplatforms.Request{Header: append([]fixtures.Field{}, g.Header...), Body: append([]byte{}, g.Body...)}
			}
			before := full()
			got := f.Apply(given)
			for i := range got.Header {
				got.Header[i].Value = "overwritten"
			}
			for i := range got.Body {
				got.Body[i] = '#'
			}
			got.Header, got.Body = append(got.Header, fixtures.Field{Name: "X"}), append(got.Body, "overwritten"...)
			if after := full(); !reflect.DeepEqual(before, after) {
				t.Errorf("%s: what was lent for %q has become\n%s", f.Name, body, show(after))
			}
		}
	}
}

// TestFaultyBodies: what is said to be no JSON is none, and what is said to be JSON is.
func TestFaultyBodies(t *testing.T) {
	for name, isJSON := range map[string]bool{"malformed JSON": false, "truncated JSON": false, "HTML body": false, "empty body": false, "1 MiB body": true} {
		f, err := fault.Find(name)
		if err != nil {
			t.Fatal(err)
		}
		got := f.Apply(request(`{"a":{"b":1}}`))
		if json.Valid(got.Body) != isJSON {
			t.Errorf("%s: JSON is %v", name, !isJSON)
		}
	}
}

func TestNames(t *testing.T) {
	seen := map[string]bool{}
	for _, f := range fault.All() {
		if f.Name == "" || f.Doc == "" || f.Apply == nil && f.Sign == nil && f.Instead == nil && f.Play == nil {
			t.Errorf("the fault %q lacks a name, a doc or what it does", f.Name)
		}
		if strings.HasSuffix(f.Doc, ".") || strings.ContainsAny(f.Name, ",.") || strings.TrimSpace(f.Name) != f.Name {
			t.Errorf("the fault %q (%s): scenarios list names with commas, and a doc has no full stop", f.Name, f.Doc)
		}
		if seen[f.Name] {
			t.Errorf("two faults are called %q", f.Name)
		}
		seen[f.Name] = true
		if got, err := fault.Find(f.Name); err != nil || got.Doc != f.Doc {
			t.Errorf("Find(%q) gives %q, error %v", f.Name, got.Doc, err)
		}
	}
	for name, words := range map[string]string{
		"emty body": `no fault "emty body"; did you mean "empty body"?`,
		"":          "no fault \"\" (`hookdrill list faults`",
		"xyz":       "no fault \"xyz\" (`hookdrill list faults`",
	} {
		if _, err := fault.Find(name); err == nil || !strings.HasPrefix(err.Error(), words) {
			t.Errorf("Find(%q): %v, want %s", name, err, words)
		}
	}
}
