package form_test

import (
	"bytes"
	"encoding/json"
	"reflect"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
)

// FuzzForms: no body is too strange for a form; what has to be taken is JSON if the body was, with the same value; and
// what has to be refused is none.
func FuzzForms(f *testing.F) {
	for _, body := range bodies(f) {
		f.Add([]byte(body))
	}
	for _, body := range []string{
		"", "1", `"1"`, `"\"\""`, "[[],{},[[1]],\"a\"]", `{"a":1,"\u0061":{"b":1},"a":2}`, `["\ud83c\udf81\ud83c","\udf81"]`, "[\"\xe2\x80\"]",
		"[\"\xc3\",\"\\ud83c\xff\"]", `"[\"\ud83c\\n\"]"`, `{"data":"[]"}`, `[1.5E+3,-0.0,1e999999,10000000]`, `"{\"a\": 1}" `, "{\n}", "\xef\xbb\xbf{}",
		`"[\"\ud800\b\"]"`, `[-1000,{"":{"":"/"}}]`, "{\"a\":\r\n\t1 , \"b\" :2 }",
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		inner, escaped := fixtures.Unescape(body)
		before, broken := decode(inner)
		valid := broken == nil && json.Valid(body)
		given := request(string(body))
		for _, f := range form.All() {
			got, err := f.Apply(given)
			if !bytes.Equal(given.Body, body) {
				t.Fatalf("%s: what was lent has become %q", f.Name, given.Body)
			}
			if err != nil || !valid {
				continue
			}
			text := got.Body
			if escaped { // gjson loses what follows half a surrogate pair: a string may be said to hold JSON, and hold none
				text, _ = fixtures.Unescape(got.Body)
			}
			after, err := decode(text)
			switch {
			case f.Expect == form.Same && !json.Valid(got.Body):
				t.Errorf("%s: no JSON: %q", f.Name, got.Body)
			case f.Expect == form.Same && (err != nil || !reflect.DeepEqual(before, after)):
				t.Errorf("%s: another value, %v: %q", f.Name, err, got.Body)
			case f.Expect == form.Refused && err == nil && !stringOnly(after):
				t.Errorf("%s: JSON: %q", f.Name, got.Body)
			}
		}
	})
}

// stringOnly says that a value is a text: what a string holds is broken, and the string is not.
func stringOnly(value any) bool {
	_, ok := value.(string)
	return ok
}
