package expect_test

import (
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// TestSameEffect: of what a receiver keeps of the usual form, each value has to be there of the other form. What it does not
// keep is not asked for.
func TestSameEffect(t *testing.T) {
	const usual, other = `{"id":4711,"note":"Zo\u00eb A.","ref":9007199254740993,"price":47.11,"vip":true,"tag":"a","gift":"Zo\u00eb giftwrapping"}`,
		`{"id":4712,"note":"Zo\u00eb A.","ref":9007199254740993,"price":47.110,"vip":true,"tag":"a","gift":"Zo\u00eb giftwrapping"}`
	for _, row := range []struct {
		reason             string
		first, then, after string // the state before the other form, after it, and after the usual one
		point              gjson.Type
		says               string // "": the same
	}{
		{"all of it", `[]`, `[` + other + `]`, `[` + other + `,` + usual + `]`, gjson.Number, ""},
		{"only a counter", `{"n":1}`, `{"n":2}`, `{"n":3}`, gjson.Number, ""},
		{"ids, as keys", `{}`, `{"4712":{}}`, `{"4712":{},"4711":{}}`, gjson.Number, ""},
		{"another id", `{}`, `{"null":{}}`, `{"null":{},"4711":{}}`, gjson.Null, "keeps id in the usual form"},
		{"a record with nothing in it", `[]`, `[{}]`, `[{},{"id":4711}]`, gjson.Null, "keeps id in the usual form"},
		{"a text read in another charset", `[]`, `[{"id":4712,"note":"ZoÃ« A."}]`, `[{"id":4712,"note":"ZoÃ« A."},{"id":4711,"note":"Zoë A."}]`, gjson.Null, "keeps note in the usual form"},
		{"a text garbled in both", `[]`, `["Zo? giftwrapping"]`, `["Zo? giftwrapping","Zo? giftwrapping"]`, gjson.String, `another value than was sent as gift; expected "Zoë giftwrapping", got "giftwrapping"`},
		{"a text, where numbers are the point", `[]`, `["Zo? giftwrapping"]`, `["Zo? giftwrapping","Zo? giftwrapping"]`, gjson.Number, ""},
		{"of which nothing is said", `[]`, `["Zo? giftwrapping"]`, `["Zo? giftwrapping","Zo? giftwrapping"]`, gjson.Null, ""},
		{"a text that is never kept", `[]`, `[4712]`, `[4712,4711]`, gjson.String, ""},
		{"a zero that is not kept", `[]`, `[{"price":47.11}]`, `[{"price":47.11},{"price":47.11}]`, gjson.Number, ""},
		{"a price that is cut", `[]`, `[{"price":47}]`, `[{"price":47},{"price":47.11}]`, gjson.Null, "keeps price in the usual form"},
		{"a number rounded in both", `[]`, `[9007199254740992]`, `[9007199254740992,9007199254740992]`, gjson.Number, `another value than was sent as ref; expected "9007199254740993", got "9007199254740992"`},
		{"with an exponent", `[]`, `[9.007199254740992e15]`, `[9.007199254740992e15,9.007199254740992e15]`, gjson.Number, "another value than was sent as ref"},
		{"of which nothing is said", `[]`, `[9007199254740992]`, `[9007199254740992,9007199254740992]`, gjson.Null, ""},
		{"the last one only", `{"last":1}`, `{"last":{"id":4712,"note":"Zoë A."}}`, `{"last":{"id":4711,"note":"Zoë A."}}`, gjson.Number, ""},
	} {
		err := expect.SameEffect(
			expect.Left{Before: []byte(row.then), After: []byte(row.after), Payload: []byte(usual)},
			expect.Left{Before: []byte(row.first), After: []byte(row.then), Payload: []byte(other)},
			row.point, []journal.Entry{answered(200)})
		switch {
		case row.says == "" && err != nil:
			t.Errorf("%s: %v", row.reason, err)
		case row.says != "":
			if m := mismatch(t, err); !strings.Contains(m.Error(), row.says) || len(m.Entries) != 1 {
				t.Errorf("%s: %v, want %q", row.reason, m, row.says)
			}
		}
	}
}

// TestSameEffectOfAnotherBody: a body that a scenario has written has values of its own; those that both have are compared.
func TestSameEffectOfAnotherBody(t *testing.T) {
	usual := expect.Left{Before: []byte(`[4712]`), After: []byte(`[4712,4711]`), Payload: []byte(`{"note":"Zo A.","id":4711,"price":47.11}`)}
	other := expect.Left{Before: []byte(`[]`), After: []byte(`[4712]`), Payload: []byte(`{"id":4712}`)}
	if err := expect.SameEffect(usual, other, gjson.Null, nil); err != nil {
		t.Error(err)
	}
	other.After = []byte(`[1]`)
	if m := mismatch(t, expect.SameEffect(usual, other, gjson.Null, nil)); !strings.Contains(m.Message, "keeps id in the usual form") {
		t.Error(m)
	}
}

// TestNumbersAreWhatTheyAre: however they are written, and to the last digit.
func TestNumbersAreWhatTheyAre(t *testing.T) {
	for _, row := range []struct {
		state, want string
		shown       bool
	}{
		{`1.10`, `1.1`, true}, {`1000`, `1e3`, true}, {`1E+3`, `1000`, true}, {`0.025`, `25e-3`, true}, {`0.00`, `0`, true}, {`-0`, `0`, true},
		{`-1`, `1`, false}, {`1e3`, `1e4`, false}, {`9007199254740993`, `9007199254740992`, false}, {`90071992547409930e-1`, `9007199254740993`, true},
		{`1e99999999999999999999`, `1e99999999999999999999`, true}, {`1e99999999999999999999`, `10e99999999999999999998`, false},
	} {
		if got := expect.Shows([]byte(row.state), row.want); got != row.shown {
			t.Errorf("%s shows %s: %t", row.state, row.want, got)
		}
	}
}

func TestAnswered(t *testing.T) {
	silent, brokenOff := journal.Entry{Event: "e", Failure: "connection refused"}, journal.Entry{Event: "e", Condition: "broken off", Failure: "EOF"}
	if err := expect.Answered([]journal.Entry{answered(200), answered(500), brokenOff}); err != nil {
		t.Error(err)
	}
	if m := mismatch(t, expect.Answered([]journal.Entry{answered(200), silent})); m.Got != "no answer: connection refused" || len(m.Entries) != 1 {
		t.Errorf("%+v", m)
	}
}
