package expect_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/hookdrill/hookdrill/steps/expect"
)

// A reader that does not validate finds a value in all of these.
func TestValueWantsJSONFirst(t *testing.T) {
	for _, text := range []string{
		``, ` `, `{"a":1`, `{"a":1} x}`, `<html>{"a":1}`, `{"a":tru}`, `{"a":1,}`, `{'a':1}`, "\ufeff" + `{"a":1}`, `{"a":NaN}`,
	} {
		m := mismatch(t, expect.ValueIs([]byte(text), "a", "1"))
		if m.Message != "the text is not JSON" || !strings.Contains(m.Want, `"a"`) {
			t.Errorf("%q: %q, want %q", text, m.Message, m.Want)
		}
	}
}

func TestMissingIsNotNull(t *testing.T) {
	text := []byte(`{"a":null,"list":[]}`)
	if r, err := expect.Value(text, "a"); err != nil || r.Raw != "null" {
		t.Errorf("null: %q, %v", r.Raw, err)
	}
	if err := expect.ValueIs(text, "a", "null"); err != nil {
		t.Error(err)
	}
	for _, path := range []string{"b", "a.b", "list.0", "list.#(id==1)"} {
		if m := mismatch(t, expect.ValueIs(text, path, "null")); !strings.Contains(m.Message, "nothing at") {
			t.Errorf("%s: %q", path, m.Message)
		}
	}
}

func TestValueIs(t *testing.T) {
	const text = `{"big":9007199254740993,"int":2,"text":"2","price":1.10,"exp":1e3,"yes":true,"yesText":"true","none":null,"noneText":"null",
		"name":"Jos\u00e9","quoted":"say \"hi\"","empty":"","object":{"b":[1,2],"a":"x"},"float":1.0}`
	tests := []struct {
		path, want string
		ok         bool
	}{
		{"big", "9007199254740993", true},
		{"big", "9007199254740992", false}, // the same float64
		{"int", "2", true},
		{"int", `"2"`, false},
		{"text", `"2"`, true},
		{"text", "2", false}, // a number was asked for
		{"price", "1.10", true},
		{"price", "1.1", false},
		{"float", "1", false},
		{"exp", "1e3", true},
		{"exp", "1000", false},
		{"yes", "true", true},
		{"yes", `"true"`, false},
		{"yesText", "true", false},
		{"none", "null", true},
		{"none", `""`, false},
		{"none", "false", false},
		{"noneText", "null", false},
		{"noneText", `"null"`, true},
		{"name", "José", true},
		{"name", `"José"`, true},
		{"name", `"Jos\u00e9"`, true},
		{"name", `"Jos\u00E9"`, true},
		{"name", `Jos\u00e9`, false}, // bare text is no JSON: the backslash is one
		{"name", "Jos", false},
		{"quoted", `"say \"hi\""`, true},
		{"quoted", `say "hi"`, true},
		{"empty", `""`, true},
		{"empty", "", true},
		{"object", `{"a":"x", "b":[1, 2]}`, true},
		{"object", `{"a":"x","b":[2,1]}`, false},
		{"object", `{"a":"x"}`, false},
		{"object", `bare`, false},
		{"object.b.#", "2", true},
		{"int", "two", false},
	}
	for _, test := range tests {
		err := expect.ValueIs([]byte(text), test.path, test.want)
		if test.ok && err != nil {
			t.Errorf("%s is %s: %v", test.path, test.want, err)
		}
		if !test.ok {
			if err == nil {
				t.Errorf("%s is %s, it says", test.path, test.want)
				continue
			}
			if m := mismatch(t, err); m.Want != test.want || !strings.Contains(m.Message, `"`+test.path+`"`) || m.Got == "" {
				t.Errorf("message %q, want %q, got %q", m.Message, m.Want, m.Got)
			}
		}
	}
}

// Equal and Diff are tied: a difference is shown exactly where there is one.
func TestEqualAndDiff(t *testing.T) {
	tests := []struct {
		a, b  string
		equal bool
	}{
		{`{"a":1,"b":2}`, `{ "b" : 2, "a" : 1 }`, true},
		{`"Jos\u00e9 \/ \ud83c\udf81"`, `"José / 🎁"`, true},
		{`{"\u0061":1}`, `{"a":1}`, true},
		{`[1,2]`, `[2,1]`, false},
		{`[1]`, `[1,1]`, false},
		{`9007199254740993`, `9007199254740992`, false},
		{`1.10`, `1.1`, false},
		{`1`, `"1"`, false},
		{`null`, `"null"`, false},
		{`true`, `"true"`, false},
		{`{}`, `[]`, false},
		{`{"a":null}`, `{}`, false},
		{`{"a":1,"a":2}`, `{"a":1,"a":2}`, true},
		{`{"a":1,"a":2}`, `{"a":2}`, false}, // who reads the first key differs from who reads the last
		{`{"a":1,"a":2}`, `{"a":1}`, false},
		{`{"a":1,"a":2}`, `{"a":2,"a":1}`, false},
		{`{"a":1,"a":1}`, `{"a":1}`, false},
		{`{"a":1,"a":2}`, `{"a":[1,2]}`, false},
		{`{`, `{`, false}, // what is no JSON is equal to nothing
		{`{}`, `{} x`, false},
		{``, ``, false},
		{`{"a":1}`, ``, false},
	}
	for _, test := range tests {
		for _, pair := range [][2]string{{test.a, test.b}, {test.b, test.a}} {
			equal, diff := expect.Equal([]byte(pair[0]), []byte(pair[1])), expect.Diff([]byte(pair[0]), []byte(pair[1]))
			if equal != test.equal {
				t.Errorf("%s and %s: equal %t", pair[0], pair[1], equal)
			}
			if equal != (diff == "") {
				t.Errorf("%s and %s: equal %t, and the diff is %q", pair[0], pair[1], equal, diff)
			}
		}
	}
}

func TestDiff(t *testing.T) {
	long := strings.Repeat("é", 500)
	tests := []struct{ a, b, want string }{
		{`{"id":9007199254740993,"name":"x"}`, `{"id":9007199254740992,"name":"x"}`, "~ id: 9007199254740993 → 9007199254740992"},
		{`{"price":1.10}`, `{"price":"1.10"}`, `~ price: 1.10 → "1.10"`},
		{`{"a":{"b.c":[1,2]}}`, `{"a":{"b.c":[1,3]}}`, `~ a.b\.c.1: 2 → 3`},
		{`[1]`, `[1,{"x":null}]`, `+ 1: {"x":null}`},
		{`{"a":1,"b":true}`, `{"b":true}`, `- a: 1`},
		{`{}`, `{"a":null}`, `+ a: null`},
		{`1`, `2`, `~ 1 → 2`},
		{`"a"`, `"a"`, ``},
		{`{"a":1,"a":2}`, `{"a":2}`, `~ a: [1,2] → 2`},
	}
	for _, test := range tests {
		if got := expect.Diff([]byte(test.a), []byte(test.b)); got != test.want {
			t.Errorf("%s and %s: %q, want %q", test.a, test.b, got, test.want)
		}
	}
	if got := expect.Diff([]byte(`""`), []byte(`"`+long+`"`)); len(got) > 200 || !strings.HasSuffix(got, "…") || !utf8.ValidString(got) {
		t.Errorf("a long value is shown as %q", got)
	}
	many := func(n string) []byte { return []byte("[" + strings.TrimSuffix(strings.Repeat(n+",", 20), ",") + "]") }
	if got := expect.Diff(many("1"), many("2")); strings.Count(got, "→") != 8 || !strings.HasSuffix(got, "… 12 more") {
		t.Errorf("many differences are shown as %q", got)
	}
}

func TestShows(t *testing.T) {
	state := []byte(`{"orders":[{"id":9007199254740993,"note":"for Jos\u00e9 \"no nuts\"","paid":true,"tax":null,"total":1.10}],"key":"v"}`)
	for want, shown := range map[string]bool{
		"9007199254740993":        true,
		"9007199254740992":        false,
		"900719925474099":         false, // a number is whole
		"José":                    true,
		`no nuts"`:                true,
		`Jos\u00e9`:               false, // the text is decoded
		"true":                    true,
		"tru":                     false,
		"null":                    true,
		"1.10":                    true,
		"1.1":                     true, // it is the same number
		"1.11":                    false,
		"9.007199254740993e15":    true,
		"9.007199254740992e15":    false,
		"orders":                  true,  // a key counts
		"order":                   false, // and is whole
		"undefined":               false,
		`{"id":9007199254740993}`: false,
	} {
		if got := expect.Shows(state, want); got != shown {
			t.Errorf("%s: %t", want, got)
		}
	}
	for want, shown := range map[string]bool{"63546": true, "3546": false, "a b": true, "jane@example.com": true, "mail": false, "Zoë": true, "Zo": false, "e": false} {
		byID := []byte(`{"63546":{},"customer:63547":{"a b":1},"by_email:jane@example.com":[],"Zo\u00eb":2}`)
		if got := expect.Shows(byID, want); got != shown {
			t.Errorf("%s as a key: %t", want, got)
		}
	}
	if expect.Shows([]byte(`{"a":"José"`), "José") {
		t.Error("what is no JSON shows a value")
	}
	if !expect.Shows([]byte(`"José"`), "Jos") || !expect.Shows([]byte(`7`), "7") {
		t.Error("a value alone does not show itself")
	}
}

func TestShape(t *testing.T) {
	const recorded = `{"event":"x","id":1,"on":true,"none":null,"tags":["a"],"dotted.key":{"*":1},"@this":"m","free":[]}`
	const fits = `{"event":"","id":2.5,"on":false,"none":null,"tags":[],"dotted.key":{"*":0},"@this":"","free":[1,"x"],"more":1}`
	if err := expect.Shape([]byte(fits), []byte(recorded)); err != nil {
		t.Error(err)
	}
	tests := []struct{ old, new, message string }{
		{`"event":"",`, ``, "event is missing"},
		{`"event":""`, `"event":null`, "event is null, recorded as a string"},
		{`"id":2.5`, `"id":"2.5"`, "id is a string, recorded as a number"},
		{`"on":false`, `"on":0`, "on is a number, recorded as true or false"},
		{`"none":null`, `"none":""`, "none is a string, recorded as null"},
		{`"tags":[]`, `"tags":{}`, "tags is an object, recorded as a list"},
		{`"tags":[]`, `"tags":["a",1]`, "tags.1 is a number, recorded as a string"},
		{`{"*":0}`, `{"x":0}`, "dotted.key.* is missing"},
		{`"@this":"",`, ``, "@this is missing"},
		{fits, `[]`, ": it is a list, recorded as an object"},
	}
	for _, test := range tests {
		body := strings.Replace(fits, test.old, test.new, 1)
		if body == fits {
			t.Fatalf("%q is not in the body", test.old)
		}
		if m := mismatch(t, expect.Shape([]byte(body), []byte(recorded))); !strings.HasSuffix(m.Message, test.message) {
			t.Errorf("%s: %q, want the end %q", test.new, m.Message, test.message)
		}
	}
}

func TestShapeNamesAllThatIsWrong(t *testing.T) {
	m := mismatch(t, expect.Shape([]byte(`{"b":1}`), []byte(`{"c":1,"a":1,"b":"x"}`)))
	if !strings.HasSuffix(m.Message, ": a is missing; b is a number, recorded as a string; c is missing") {
		t.Error(m.Message)
	}
	if m.Want != `{"c":1,"a":1,"b":"x"}` || m.Got != `{"b":1}` {
		t.Errorf("want %s, got %s", m.Want, m.Got)
	}
}

func TestShapeOfABodyThatIsNoJSON(t *testing.T) {
	for _, body := range []string{``, `a=1&b=2`, `{"a":1`} {
		if m := mismatch(t, expect.Shape([]byte(body), []byte(`{"a":1}`))); m.Message != "the body is not JSON" {
			t.Errorf("%q: %q", body, m.Message)
		}
	}
}

// A body that is one JSON string holding JSON is compared inside, whichever of the two is written so.
func TestShapeInsideAString(t *testing.T) {
	plain, escaped := []byte(`{"a":1}`), []byte(`"{\"a\":1}"`)
	for _, body := range [][]byte{plain, escaped} {
		for _, recorded := range [][]byte{plain, escaped} {
			if err := expect.Shape(body, recorded); err != nil {
				t.Error(err)
			}
		}
	}
	mismatch(t, expect.Shape([]byte(`"{\"b\":1}"`), plain))
	mismatch(t, expect.Shape([]byte(`"a"`), plain))
}
