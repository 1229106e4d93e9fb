package form_test

import (
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/form"
)

// TestBodies: what each form of a body writes, to the byte.
func TestBodies(t *testing.T) {
	for _, row := range []struct{ form, reason, body, want string }{
		{"compact", "no white space but in strings", " { \"a b\" : [ 1 ,\t{ } , [ ] ] }\n", `{"a b":[1,{},[]]}`},
		{"compact", "a compact one is as good", `{"a":1}`, `{"a":1}`},
		{"compact", "inside a string; what is around it stays", ` "{\"a\": 1}" `, ` "{\"a\":1}" `},
		{"indented", "what is empty stays in its line", `{"a":[1,{}],"b":[ ]}`, "{\n    \"a\": [\n        1,\n        {}\n    ],\n    \"b\": []\n}"},
		{"indented", "inside a string", `"[1]"`, `"[\n    1\n]"`},
		{"CRLF and tabs", "nothing else at the end of a line", "{\"a\":\n1}", "{\r\n\t\"a\": 1\r\n}"},
		{"final newline", "at the end", `{}`, "{}\n"},
		{"final newline", "one is enough", "{}\n", "{}\n"},
		{"final newline", "outside of a string", `"{}"`, "\"{}\"\n"},
		{"white space around", "outside of a string", `"{}"`, "\r\n\t \"{}\" \t\r\n"},

		{"raw UTF-8", "all that may be raw", `{"\u00e9":"\ud83c\udf81 \u0061 \/ \u2028 \"\\\n\u0001\u000a"}`, "{\"é\":\"🎁 a / \u2028 \\\"\\\\\\n\\u0001\\n\"}"},
		{"raw UTF-8", "a raw one is as good", `["é"]`, `["é"]`},
		{"raw UTF-8", "both levels of a string that holds JSON", `"[\"\\u00e9\u00e9\"]"`, `"[\"éé\"]"`},
		{"raw UTF-8", "half a surrogate pair stays", `["é\ud83c","\udf81\ud83c"]`, `["é\ud83c","\udf81\ud83c"]`},
		{"raw UTF-8", "a byte that is no UTF-8 stays", "[\"\xeb\\u00e9\"]", "[\"\xebé\"]"},
		{"small hex escapes", "keys and values", `{"é":"ë🎁a\u00EB\n"}`, `{"\u00e9":"\u00eb\ud83c\udf81a\u00eb\n"}`},
		{"small hex escapes", "a string that holds JSON", `"[\"é\"]"`, `"[\"\\u00e9\"]"`},
		{"capital hex escapes", "keys and values", `{"é":"ë🎁a\u00eb\u001f"}`, `{"\u00E9":"\u00EB\uD83C\uDF81a\u00EB\u001F"}`},
		{"surrogate pairs", "all others raw", `["🎁\u00eb"]`, `["\ud83c\udf81ë"]`},
		{"every character escaped", "no keys", `{"a":["b\n🎁"]}`, `{"a":["\u0062\u000a\ud83c\udf81"]}`},
		{"keys escaped", "no values", `{"id":["id"]}`, `{"\u0069\u0064":["id"]}`},
		{"slashes escaped", "keys and values", `{"/":"a/\/\u002f"}`, `{"\/":"a\/\/\/"}`},
		{"slashes escaped", "a string that holds JSON", `"[\"/\"]"`, `"[\"\\/\"]"`},
		{"long escapes", "what has a short one", `{"\"":"\n\t\\\/ /\u2028"}`, `{"\u0022":"\u000a\u0009\u005c\u002f /\u2028"}`},
		{"long escapes", "a string that holds JSON", `"[\"\\n\"]"`, `"[\"\\u000a\"]"`},
		{"line separators raw", "nothing else", `["\u2028\u2029\u00e9é"]`, "[\"\u2028\u2029\\u00e9é\"]"},
		{"line separators escaped", "nothing else", "[\"\u2028\u2029\\u00e9é\"]", `["\u2028\u2029\u00e9é"]`},

		{"key order reversed", "at each level; lists keep theirs", `{"a": 1,"b":{"c":[3,1], "d":2}}`, `{"b":{"d":2, "c":[3,1]},"a": 1}`},
		{"key order reversed", "of members with one key the last stays the last", `{"a":1,"b":2,"\u0061":3}`, `{"b":2,"a":1,"\u0061":3}`},
		{"key order sorted", "at each level", `{"b":1,"a":{"d":[{"z":1,"y":2}],"\u0063":2}}`, `{"a":{"\u0063":2,"d":[{"y":2,"z":1}]},"b":1}`},
		{"key order sorted", "of members with one key the last stays the last", `{"b":1,"a":2,"b":3}`, `{"a":2,"b":1,"b":3}`},
		{"keys twice", "members that hold none themselves", `{"a": 1, "b": {"c":"x"}, "d": [1]}`, `{"a": 1, "a": 1, "b": {"c":"x","c":"x"}, "d": [1]}`},
		{"decoys first", "the last is the right one", `{"a":null}`, `{"a":"hookdrill-decoy","a":null}`},
		{"data as a string", "the outermost", `{"data":{"data":{"a":"b"}}}`, `{"data":"{\"data\":{\"a\":\"b\"}}"}`},
		{"data as a string", "a string that holds an object is as good", `{"data":"{\"a\":1}"}`, `{"data":"{\"a\":1}"}`},
		{"data as a string", "inside a string", `"{\"data\":[]}"`, `"{\"data\":\"[]\"}"`},

		{"trailing zero", "what has a decimal point", `[1.1,-0.0,2,1.5E+3,"1.1"]`, `[1.10,-0.00,2,1.50E+3,"1.1"]`},
		{"exponent", "three zeros, seven digits", `[1000,-25000,1234000,10000000,100,0,1000.0,1000e3]`, `[1e3,-25e3,1234e3,10000000,100,0,1000.0,1000e3]`},
		{"beyond 2^53", "to the digit", `[ 9007199254740993 ]`, `[ 9007199254740993 ]`},
		{"beyond 2^53", "below zero", `"[-9007199254740993]"`, `"[-9007199254740993]"`},

		{"BOM", "outside of a string", `"{}"`, "\xef\xbb\xbf\"{}\""},
		{"escaped once", "as few escapes as JSON allows", "{\"é/\":\n\"\\n\"}", `"{\"é/\":\n\"\\n\"}"`},
		{"escaped once", "once more", `"{}"`, `"\"{}\""`},
		{"escaped twice", "twice more", `{"a":1}`, `"\"{\\\"a\\\":1}\""`},
		{"form payload", "percent-encoded", `{"a": "é&"}`, "payload=%7B%22a%22%3A+%22%C3%A9%26%22%7D"},
		{"charset iso-8859-1", "nothing beyond ASCII", `{"é":"\u00eb🎁\n"}`, `{"\u00e9":"\u00eb\ud83c\udf81\n"}`},
		{"charset iso-8859-1", "ASCII is as good", `[1]`, `[1]`},
		{"charset iso-8859-1", "both levels of a string that holds JSON", `"[\"é\u00e9\"]"`, `"[\"\\u00e9\\u00e9\"]"`},

		{"invalid UTF-8", "a member of its own", `{"a":1}`, "{\"hookdrill\":\"Zo\xeb\",\"a\":1}"},
		{"raw newline", "in the first value", `{"a":["b","c"]}`, "{\"a\":[\"\nb\",\"c\"]}"},
		{"raw newline", "in what a string holds", `"[\"a\"]"`, `"[\"\na\"]"`},
		{"single quotes", "as Python's repr", `{"a":"it's \"\u00eb\"\n","b":[true,false,null]}`, `{'a':'it\'s "ë"\n','b':[True,False,None]}`},
		{"Python literals", "no strings", `["true",true,false,null]`, `["true",True,False,None]`},
		{"trailing comma", "in the outermost", `{"a":[1] }`, `{"a":[1], }`},
		{"comments", "behind the first bracket", `{"a":{}}`, "{ /* hookdrill */ // hookdrill\n\"a\":{}}"},
		{"comments", "in what is empty", `[]`, "[ /* hookdrill */ // hookdrill\n]"},
		{"unquoted keys", "identifiers", `{"a_1":"b","1a":1,"a b":2}`, `{a_1:"b","1a":1,"a b":2}`},
		{"two documents", "outside of a string", `"{}"`, "\"{}\"\n\"{}\""},
		{"garbage behind", "outside of a string", `"{}"`, `"{}" garbage`},
	} {
		if got := apply(t, row.form, row.body); string(got.Body) != row.want {
			t.Errorf("%s: %s\nof    %s\ngives %q\nwant  %q", row.form, row.reason, row.body, got.Body, row.want)
		}
	}
}

// TestHeaders: what each form of the header says. The body, where no other test looks at it, stays.
func TestHeaders(t *testing.T) {
	const body = `{"id": 19}`
	for name, want := range map[string]string{
		"charset utf-8":            "application/json; charset=utf-8",
		"quoted charset":           `application/json; charset="UTF-8"`,
		"capital content type":     "Application/JSON",
		"no content type":          "",
		"text/plain":               "text/plain",
		"text/json":                "text/json",
		"application/vnd.api+json": "application/vnd.api+json",
		"charset iso-8859-1":       "application/json; charset=iso-8859-1",
		"chunked":                  "application/json",
		"gzip":                     "application/json",
		"BOM":                      "application/json",
	} {
		got := apply(t, name, body)
		if field(got, "Content-Type") != want || field(got, "X-A") != "1" {
			t.Errorf("%s: %v, want %q", name, got.Header, want)
		}
		if name != "gzip" && name != "BOM" && string(got.Body) != body {
			t.Errorf("%s: the body is %s", name, got.Body)
		}
		if got.Chunked != (name == "chunked") {
			t.Errorf("%s: chunked is %v", name, got.Chunked)
		}
	}
}

// TestLacks: a form that would change nothing is an error that says what is missing.
func TestLacks(t *testing.T) {
	const plain = `{"a":"b"}`
	for _, row := range []struct{ form, body, want string }{
		{"indented", `[]`, "the payload is neither an object nor a list with something in it"},
		{"CRLF and tabs", `1`, "the payload is neither an object nor a list with something in it"},
		{"raw UTF-8", plain, "the payload has no character beyond ASCII"},
		{"small hex escapes", plain, "the payload has no character beyond ASCII"},
		{"capital hex escapes", `["\u2028"]`, `the payload has no character beyond ASCII whose \u escape has a letter among its digits`},
		{"surrogate pairs", `["é"]`, "the payload has no character beyond the BMP (an emoji)"},
		{"every character escaped", `{"a":["",1]}`, "the payload has no string with a character in it"},
		{"keys escaped", `[{"":1}]`, "the payload has no key with a character in it"},
		{"slashes escaped", plain, "the payload has no slash"},
		{"long escapes", plain, "the payload has no character that JSON has a short escape for (a quote, a newline)"},
		{"line separators raw", plain, "the payload has no line separator (U+2028, U+2029)"},
		{"line separators escaped", plain, "the payload has no line separator (U+2028, U+2029)"},
		{"key order reversed", `[{"a":1},{"a":1,"\u0061":2}]`, "the payload has no object with two members"},
		{"key order sorted", plain, "the payload has no object with two members"},
		{"keys twice", `{"a":{"b":[1]}}`, "the payload has no member that is no object and no list"},
		{"decoys first", `[1]`, "the payload has no member that is no object and no list"},
		{"data as a string", `{"a":{"data":{}},"data":"b"}`, `the payload has no member "data" that is an object or a list`},
		{"data as a string", `{"data":1}`, `the payload has no member "data" that is an object or a list`},
		{"trailing zero", `[1,1e3,"1.1"]`, "the payload has no number with a decimal point"},
		{"exponent", `[100,12000000,1000.0]`, "the payload has no integer of at most seven digits that ends in three zeros (1000)"},
		{"beyond 2^53", `[9007199254740992,1e99]`, "the payload has no integer beyond 2^53 (9007199254740992)"},
		{"charset iso-8859-1", "[\"\xeb\"]", "the body has bytes that are no UTF-8, so it cannot be written in ASCII"},
		{"invalid UTF-8", `[{"a":1}]`, "the payload has no outermost object with a member"},
		{"raw newline", `{"a":1}`, "the payload has no string that is a value"},
		{"single quotes", `[1,true]`, "the payload has no string"},
		{"Python literals", plain, "the payload has no true, false or null"},
		{"trailing comma", `{}`, "the payload has no member in an outermost object or list"},
		{"comments", `1`, "the payload has no object and no list"},
		{"unquoted keys", `{"a b":1}`, "the payload has no key that is an identifier"},
	} {
		f, err := form.Find(row.form)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := f.Apply(request(row.body)); err == nil || err.Error() != row.want {
			t.Errorf("%s of %s: %s, error %v\nwant %s", row.form, row.body, got.Body, err, row.want)
		}
	}
}

// TestDeep: a payload that is nested too deep to be written anew is an error, and takes no time.
func TestDeep(t *testing.T) {
	nested := func(levels int) string { return strings.Repeat("[", levels) + `"]\"["` + strings.Repeat("]", levels) }
	f, err := form.Find("indented")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Apply(request(nested(512))); err != nil {
		t.Errorf("512 deep: %v", err)
	}
	for _, levels := range []int{513, 10_000} {
		if _, err := f.Apply(request(nested(levels))); err == nil || err.Error() != "the payload is nested more than 512 deep" {
			t.Errorf("%d deep: %v", levels, err)
		}
	}
}

// TestNoJSON: what is no JSON has no forms of its JSON, but it can go out in chunks, compressed, and under any type.
// What is nothing has no form at all.
func TestNoJSON(t *testing.T) {
	any := "chunked, charset utf-8, quoted charset, capital content type, no content type, text/plain, text/json, application/vnd.api+json, gzip"
	for _, f := range form.All() {
		for _, body := range []string{"<html>", `{"a":1}}`, " ", "\xff"} {
			_, err := f.Apply(request(body))
			switch {
			case strings.Contains(", "+any+", ", ", "+f.Name+", "):
				if err != nil {
					t.Errorf("%s of %q: %v", f.Name, body, err)
				}
			case err == nil:
				t.Errorf("%s of %q: no error", f.Name, body)
			}
		}
		if _, err := f.Apply(mockplatforms.Request{Method: "GET"}); err == nil || err.Error() != "the callback has no body" {
			t.Errorf("%s of nothing: %v", f.Name, err)
		}
	}
}
