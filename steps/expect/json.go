package expect

import (
	"cmp"
	"fmt"
	"reflect"
	"sort"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Value reads one JSON value by its gjson path. It is the only way in which scenarios read JSON: the text must be
// valid first, and a missing value is not null.
func Value(text []byte, path string) (gjson.Result, error) {
	if !fixtures.ValidJSON(text) {
		return gjson.Result{}, &Mismatch{Message: "the text is not JSON" + tooDeep(text), Want: fmt.Sprintf("JSON with a value at %q", path), Got: fmt.Sprintf("%.200q", text)}
	}
	r := gjson.GetBytes(text, path)
	if !r.Exists() {
		return r, &Mismatch{Message: fmt.Sprintf("there is nothing at %q", path), Want: "a value", Got: fmt.Sprintf("%.200s", text)}
	}
	return r, nil
}

// tooDeep says of what is not valid that it is nested too deep, if it is.
func tooDeep(text []byte) string {
	if !fixtures.TooDeep(text) {
		return ""
	}
	return fmt.Sprintf(" that is looked into: it is nested deeper than %d", fixtures.MaxDepth)
}

// ValueIs compares the value at a path with one written in a scenario: JSON (7, "7", null, true), or, where it is none,
// bare text for a string; the text 7 is written "7". Numbers are compared by their text, so that 9007199254740993 is not 9007199254740992.
func ValueIs(text []byte, path, want string) error {
	got, err := Value(text, path)
	if err != nil {
		return err
	}
	if same(got, want) {
		return nil
	}
	return &Mismatch{Message: fmt.Sprintf("the value at %q is wrong", path), Want: want, Got: got.Raw}
}

func same(got gjson.Result, want string) bool {
	if !fixtures.ValidJSON(want) {
		return got.Type == gjson.String && got.Str == want
	}
	return Equal([]byte(got.Raw), []byte(want))
}

// Equal compares two JSON texts as values: white space, order of keys and escapes do not count, the text of numbers does,
// and so does a key that comes twice. What is no JSON equals nothing.
func Equal(a, b []byte) bool {
	if !fixtures.ValidJSON(a) || !fixtures.ValidJSON(b) {
		return false
	}
	return reflect.DeepEqual(canonical(gjson.ParseBytes(a)), canonical(gjson.ParseBytes(b))) // go-cmp takes twice as long for each list in a list
}

// number and literal (null, true, false) keep their text apart from a string of the same text, repeated the values of a
// key that comes twice from a list.
type (
	number   string
	literal  string
	repeated []any
)

func canonical(r gjson.Result) any {
	switch {
	case r.IsObject():
		object := map[string]any{}
		r.ForEach(func(key, value gjson.Result) bool {
			switch before := object[key.Str].(type) {
			case nil:
				object[key.Str] = canonical(value)
			case repeated:
				object[key.Str] = append(before, canonical(value))
			default:
				object[key.Str] = repeated{before, canonical(value)}
			}
			return true
		})
		return object
	case r.IsArray():
		list := []any{}
		r.ForEach(func(_, value gjson.Result) bool {
			list = append(list, canonical(value))
			return true
		})
		return list
	case r.Type == gjson.Number:
		return number(r.Raw)
	case r.Type == gjson.String:
		return r.Str
	}
	return literal(r.Raw) // null, true, false
}

// Shows says whether a value stands anywhere in a JSON text: a number to its last digit, a string by what it decodes to, or
// as a part of a longer string. Receivers keep things by their ids, so a key counts where the value is a word of it: "63546", or
// "customer:63546".
func Shows(text []byte, want string) bool {
	found, _ := occurrences(text, want)
	return found > 0
}

// occurrences are how often a value stands in a JSON text, and how many values there are at all.
func occurrences(text []byte, want string) (found, values int) {
	if !fixtures.ValidJSON(text) {
		return 0, 0
	}
	number := isNumber(want)
	var count func(r gjson.Result)
	count = func(r gjson.Result) {
		if r.IsObject() || r.IsArray() {
			r.ForEach(func(key, value gjson.Result) bool {
				if r.IsObject() && hasWord(key.Str, want) {
					found++
				}
				count(value)
				return true
			})
			return
		}
		values++
		if r.Type == gjson.String && strings.Contains(r.Str, want) || r.Raw == want ||
			number && r.Type == gjson.Number && sameNumber(r.Raw, want) {
			found++
		}
	}
	count(gjson.ParseBytes(text))
	return found, values
}

// hasWord says whether a text stands in a key as a word of its own. Keys are the receiver's names, and mail is not in "email".
func hasWord(key, want string) bool {
	inWord := func(c rune) bool { return unicode.IsLetter(c) || unicode.IsDigit(c) }
	for at := 0; want != ""; at++ {
		i := strings.Index(key[at:], want)
		if i < 0 {
			return false
		}
		at += i
		before, _ := utf8.DecodeLastRuneInString(key[:at])
		after, _ := utf8.DecodeRuneInString(key[at+len(want):])
		if !inWord(before) && !inWord(after) {
			return true
		}
	}
	return false
}

// Shape compares a body with a recorded one by shape: the same names with the same kinds of values, whatever the
// values are. Names that only the body has are allowed. Elements of arrays are each held to the first recorded element.
// A body that is a JSON string holding JSON is compared inside.
func Shape(body, recorded []byte) error {
	inner, _ := fixtures.Unescape(body)
	like, _ := fixtures.Unescape(recorded)
	if !fixtures.ValidJSON(inner) {
		return &Mismatch{Message: "the body is not JSON" + tooDeep(inner), Want: "JSON of the recorded shape", Got: fmt.Sprintf("%.200q", body)}
	}
	var wrong []string
	shape("", gjson.ParseBytes(inner), gjson.ParseBytes(like), &wrong)
	if len(wrong) == 0 {
		return nil
	}
	sort.Strings(wrong)
	return &Mismatch{
		Message: "the body has not the shape of the recorded one: " + strings.Join(wrong, "; "),
		Want:    string(like), Got: string(inner),
	}
}

func shape(at string, got, like gjson.Result, wrong *[]string) {
	if kind(got) != kind(like) {
		name := cmp.Or(strings.TrimPrefix(at, "."), "it")
		*wrong = append(*wrong, fmt.Sprintf("%s is %s, recorded as %s", name, kind(got), kind(like)))
		return
	}
	switch {
	case like.IsObject():
		like.ForEach(func(key, value gjson.Result) bool {
			name := at + "." + key.Str
			found := got.Get(gjson.Escape(key.Str))
			if !found.Exists() {
				*wrong = append(*wrong, strings.TrimPrefix(name, ".")+" is missing")
			} else {
				shape(name, found, value, wrong)
			}
			return true
		})
	case like.IsArray():
		first := like.Get("0")
		if !first.Exists() {
			return
		}
		for i, element := range got.Array() {
			shape(fmt.Sprintf("%s.%d", at, i), element, first, wrong)
		}
	}
}

func kind(r gjson.Result) string {
	switch {
	case r.IsObject():
		return "an object"
	case r.IsArray():
		return "a list"
	case r.Type == gjson.Number:
		return "a number"
	case r.Type == gjson.String:
		return "a string"
	case r.Type == gjson.Null:
		return "null"
	}
	return "true or false"
}
