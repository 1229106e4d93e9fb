package mockplatforms_test

import (
	"encoding/json"
	"math"
	"reflect"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

func TestQuote(t *testing.T) {
	for _, row := range []struct{ reason, text, want string }{
		{"nothing", "", `""`},
		{"a word", "a", `"a"`},
		{"what Go's encoders would escape", "<a href='x'>&</a>", `"<a href='x'>&</a>"`},
		{"quotes and backslashes", `"\`, `"\"\\"`},
		{"a solidus stays", "https://a/b", `"https://a/b"`},
		{"short escapes", "\n\r\t", `"\n\r\t"`},
		{"other control characters", "\x00\x1f", `"\u0000\u001f"`},
		{"letters beyond ASCII stay", "é 日本 😀", `"é 日本 😀"`},
		{"line ends of the text stay inside", "a\n", `"a\n"`},
		{"a placeholder stays", "{destination}", `"{destination}"`},
	} {
		got := mockplatforms.Quote(row.text)
		if string(got) != row.want {
			t.Errorf("%s: %s, want %s", row.reason, got, row.want)
		}
		var back string
		if err := json.Unmarshal(got, &back); err != nil || back != row.text {
			t.Errorf("%s: it reads back as %q, %v", row.reason, back, err)
		}
	}
	if got := mockplatforms.Quote("a\xffb"); !json.Valid(got) || !gjson.ValidBytes(got) {
		t.Errorf("bytes that are no text: %q", got)
	}
}

func TestJSONParts(t *testing.T) {
	raw := func(elements ...string) (list [][]byte) {
		for _, e := range elements {
			list = append(list, []byte(e))
		}
		return list
	}
	for _, row := range []struct {
		reason    string
		got, want string
	}{
		{"no elements are a list, not null", string(mockplatforms.List(nil)), `[]`},
		{"one element", string(mockplatforms.List(raw(`{"a":1}`))), `[{"a":1}]`},
		{"several, in their order", string(mockplatforms.List(raw(`1`, `"a,b"`, `[]`))), `[1,"a,b",[]]`},
		{"elements are not formats", string(mockplatforms.List(raw(`"%d%s%%"`))), `["%d%s%%"]`},
		{"zero", string(mockplatforms.Integer(0)), `0`},
		{"a negative number", string(mockplatforms.Integer(-7)), `-7`},
		{"a number beyond 2^53 keeps its digits", string(mockplatforms.Integer(int64(9007199254740993))), `9007199254740993`},
		{"the largest", string(mockplatforms.Integer(int64(math.MaxInt64))), `9223372036854775807`},
		{"the smallest", string(mockplatforms.Integer(int64(math.MinInt64))), `-9223372036854775808`},
		{"no fields are an object", string(mockplatforms.Object(nil)), `{}`},
		{"fields, in their order", string(mockplatforms.Object([]fixtures.Field{{Name: "z", Value: "1"}, {Name: "A", Value: `"é"<%d>`}})), `{"z":"1","A":"\"é\"<%d>"}`},
	} {
		if row.got != row.want {
			t.Errorf("%s: %s, want %s", row.reason, row.got, row.want)
		}
	}
}

func TestHeaderFields(t *testing.T) {
	type fields = []fixtures.Field
	for _, row := range []struct {
		reason, json string
		want         fields
		ok           bool
	}{
		{"none", `{}`, nil, true},
		{"null is none", `null`, nil, true},
		{"in their order", `{"Z":"1","A":"2"}`, fields{{Name: "Z", Value: "1"}, {Name: "A", Value: "2"}}, true},
		{"an empty value", `{"A":""}`, fields{{Name: "A"}}, true},
		{"of one name the last value counts, in its place", `{"A":"1","B":"2","A":"3"}`, fields{{Name: "B", Value: "2"}, {Name: "A", Value: "3"}}, true},
		{"three times", `{"A":"1","A":"2","A":"3"}`, fields{{Name: "A", Value: "3"}}, true},
		{"also if it is spelt with an escape", `{"A":"1","\u0041":"2"}`, fields{{Name: "A", Value: "2"}}, true},
		{"escapes are read", `{"\u0058-A":"\u00e9\"\\"}`, fields{{Name: "X-A", Value: `é"\`}}, true},
		{"a tab may stand in a value", `{"A":"a\tb"}`, fields{{Name: "A", Value: "a\tb"}}, true},
		{"all that a name may have beside letters", `{"!#$%&'*+-.^_|~09` + "`" + `":"1"}`, fields{{Name: "!#$%&'*+-.^_|~09`", Value: "1"}}, true},
		{"who is called", `{"Host":"shop.example"}`, fields{{Name: "Host", Value: "shop.example"}}, true},
		{"what is about a connection", `{"connection":"close"}`, nil, false},
		{"what is counted", `{"Content-Length":"2"}`, nil, false},

		{"a list", `["A"]`, nil, false},
		{"an empty list", `[]`, nil, false},
		{"a string", `"A: 1"`, nil, false},
		{"an empty string", `""`, nil, false},
		{"a number", `1`, nil, false},
		{"true", `true`, nil, false},
		{"false", `false`, nil, false},
		{"a value that is a number", `{"A":1}`, nil, false},
		{"a value that is null", `{"A":null}`, nil, false},
		{"a value that is a list", `{"A":["1"]}`, nil, false},
		{"a value that is an object", `{"A":{}}`, nil, false},
		{"a value that is true", `{"A":true}`, nil, false},
		{"a wrong value behind good ones", `{"A":"1","B":2}`, nil, false},
		{"a wrong value before good ones", `{"A":1,"B":"2"}`, nil, false},
		{"a wrong value that a later one replaces", `{"A":1,"A":"2"}`, nil, false},
		{"no name", `{"":"1"}`, nil, false},
		{"a name with a space", `{"A B":"1"}`, nil, false},
		{"a name that ends in a space", `{"A ":"1"}`, nil, false},
		{"a name with a line end", `{"A\r\nB":"1"}`, nil, false},
		{"a name with a null byte", `{"A\u0000":"1"}`, nil, false},
		{"a name with a delete", `{"A\u007f":"1"}`, nil, false},
		{"a name beyond ASCII", `{"Ä":"1"}`, nil, false},
		{"a line end in a value", `{"A":"1\r\nB: 2"}`, nil, false},
		{"a line feed alone", `{"A":"1\n"}`, nil, false},
		{"a carriage return alone", `{"A":"\r"}`, nil, false},
		{"a null byte in a value", `{"A":"\u0000"}`, nil, false},
		{"a delete in a value", `{"A":"\u007f"}`, nil, false},
		{"the last control character", `{"A":"\u001f"}`, nil, false},
	} {
		got, err := mockplatforms.HeaderFields(gjson.Parse(row.json))
		ok := err == nil
		if ok != row.ok || ok && (len(got) > 0 || len(row.want) > 0) && !reflect.DeepEqual(got, row.want) {
			t.Errorf("%s: %s gives %q, %v, want %q, %v", row.reason, row.json, got, ok, row.want, row.ok)
		}
	}
	for _, c := range `"(),/:;<=>?@[\]{}` { // RFC 9110's delimiters
		object := mockplatforms.Object([]fixtures.Field{{Name: "A" + string(c), Value: "1"}})
		if got, err := mockplatforms.HeaderFields(gjson.ParseBytes(object)); err == nil {
			t.Errorf("a name with %q is taken: %q", c, got)
		}
	}
	if got, err := mockplatforms.HeaderFields(gjson.Get(`{"scope":"a"}`, "headers")); err != nil || len(got) != 0 {
		t.Errorf("a request that says nothing of headers: %q, %v", got, err)
	}
}

// TestHeaderFieldsAsObject: what is taken comes back as the object that it was, for the answer that shows the hook.
func TestHeaderFieldsAsObject(t *testing.T) {
	for _, object := range []string{`{}`, `{"A":"1"}`, `{"z":"","A":"\"é\" <&> \\ \t 😀","a":"` + strings.Repeat("x", 8192) + `"}`} {
		fields, err := mockplatforms.HeaderFields(gjson.Parse(object))
		if got := mockplatforms.Object(fields); err != nil || string(got) != object {
			t.Errorf("%.80s comes back as %.80s, %v", object, got, err)
		}
	}
}
