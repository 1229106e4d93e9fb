package steps

import (
	"fmt"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
)

// Every check is for a step that there is: a pattern that is changed in the vocabulary has to be changed there too.
func TestNamesAreOfTheVocabulary(t *testing.T) {
	patterns := map[string]bool{}
	for _, s := range Vocabulary() {
		patterns[s.Pattern] = true
	}
	for pattern := range names() {
		if !patterns[pattern] {
			t.Errorf("no step has the pattern %s", pattern)
		}
	}
	if !patterns[storePattern] {
		t.Errorf("no step has the pattern %s", storePattern)
	}
}

func TestCheckNames(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	setup := &Setup{Platforms: all.Platforms(), Fixtures: set}
	for _, c := range []struct{ step, want string }{
		{`a hook for "customer_nwe"`, `did you mean "customer_new"?`},
		{`a hook for "customer_new"`, ``},
		{`"customer_nwe" happens`, `did you mean "customer_new"?`},
		{`"customer_new" happens but arrives with: truncted JSON`, `did you mean "truncated JSON"?`},
		{`"customer_new" happens but arrives with: truncated JSON, no content type`, ``},
		{`the fixture "cratejoy/callbacks/customer_new" is sent but arrives with: truncted JSON`, `did you mean "truncated JSON"?`},
		{`the fixture "cratejoy/callbacks/customer_nwe" is sent but arrives with: truncated JSON`, `did you mean "cratejoy/callbacks/customer_new"?`},
		{`the fixture "cratejoy/callbacks/customer_nwe" is sent`, `did you mean "cratejoy/callbacks/customer_new"?`},
		{`its "bdy" is "plain"`, `did you mean "body"?`},
		{`its "body" is "plan"`, `takes ["escaped" "plain"]`},
		{`the receiver fetched the custmer`, `did you mean "customer"?`},
		{`custmer "32" does not exist`, `did you mean "customer"?`},
		{`an outage: answr 500`, `did you mean "answer 500"?`},
		{`an outage: truncated JSON`, `does not stand in front of the receiver`},
		{`an outage of 0 hours: answer 500`, `over before it begins`},
		{`an outage of 2 hours: answer 500`, ``},
		{`99999999999 days pass`, `too long`},
		{`99999999999999999999999 days pass`, `too long`},
		{`3650 days pass`, ``},
		{`3651 days pass`, `too long`},
		{`0 seconds pass`, ``},
		{`"customer_new" happened 9999999 days ago and arrives now`, `too long`},
		{`"customer_new" happened 47 hours ago and arrives now`, ``},
		{`"customer_new" happens, signed 10 minutes ago`, `Cratejoy signs nothing`},
		{`"customer_new" happens in the form: raw UTF8`, `did you mean "raw UTF-8"?`},
		{`0 new "customer_new" happen`, `0 callbacks cannot be sent; ask for 1 to 100000`},
		{`1001 new "customer_new" happen`, ``},
		{`1001 new "customer_new" happen at once`, `1001 callbacks cannot be sent at once; ask for 1 to 1000`},
		{`a new "customer_new" happens and arrives 1001 times at once`, `ask for 1 to 1000`},
		{`0 idle connections to the receiver`, `ask for 1 to 10000`},
		{`the platform waits 0 ms for an answer`, `at least 1 ms`},
		{`the platform waits 99999999999999999 s for an answer`, `at most 3600 s`},
		{`the platform waits 500 ms for an answer`, ``},
		{`the receiver still handles "customer_nwe"`, `did you mean "customer_new"?`},
	} {
		feature := "Feature: f\n  Scenario: s\n    Given a Cratejoy store\n    Given " + c.step + "\n"
		selected, err := Select([]Source{{Path: "f.feature", Content: []byte(feature)}}, Selection{})
		if err != nil {
			t.Fatal(err)
		}
		err = setup.CheckNames(selected)
		switch {
		case c.want == "" && err != nil:
			t.Errorf("%s: %v", c.step, err)
		case c.want != "" && (err == nil || !strings.Contains(err.Error(), "f.feature:4: ") || !strings.Contains(err.Error(), c.want)):
			t.Errorf("%s: %v, want %s", c.step, err, c.want)
		}
	}
}

// Every step that names an event has its check: each example of the vocabulary that does so is refused when the event is
// misspelt. A step that the table has forgotten would be a failure of the receiver instead.
func TestEveryEventIsChecked(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	setup, checked := &Setup{Platforms: all.Platforms(), Fixtures: set}, 0
	for _, p := range setup.Platforms {
		for _, event := range set.Events(p.Name) {
			for _, s := range Vocabulary() {
				if !strings.Contains(s.Example, `"`+event+`"`) {
					continue
				}
				checked++
				misspelt := strings.Replace(s.Example, `"`+event+`"`, `"no such event"`, 1)
				selected, err := Select([]Source{{Path: "f.feature", Content: []byte(
					"Feature: f\n  Scenario: s\n    Given a " + p.Title + " store\n    Given " + misspelt + "\n")}}, Selection{})
				if err != nil {
					t.Fatal(err)
				}
				if setup.CheckNames(selected) == nil {
					t.Errorf("%s: a misspelt event is not found before the run", s.Pattern)
				}
			}
		}
	}
	if checked < 12 {
		t.Errorf("only %d examples name an event", checked)
	}
}

// TestWhatCannotBeSentIsFoundBefore: a fixture of which the platform cannot make a callback is found before the run, where the
// step sends it as it is.
func TestWhatCannotBeSentIsFoundBefore(t *testing.T) {
	const head = "POST / HTTP/1.1\nFixture-Platform: bigcommerce\nFixture-Source: s\nFixture-Evidence: inferred\n"
	set, err := fixtures.New(fixtures.Layer{Dir: "mine", FS: fstest.MapFS{
		"bigcommerce/callbacks/words.callback.http": {Data: []byte(head + "Fixture-Event: words\n\nno JSON")},
	}})
	if err != nil {
		t.Fatal(err)
	}
	setup := &Setup{Platforms: all.Platforms(), Fixtures: set}
	const wrong = "BigCommerce cannot send bigcommerce/callbacks/words.callback.http: its body is not a JSON object"
	for _, row := range []struct{ lines, want string }{
		{`"words" happens`, wrong},
		{`a new "words" happens`, wrong},
		{`"words" happens but arrives with: no content type`, wrong},
		{"the fixture \"bigcommerce/callbacks/words\" is sent\n  Scenario: t\n    Given a BigCommerce store\n    When \"words\" happens", wrong},
		{`2 new "words" happen at once`, wrong},
		{`the fixture "bigcommerce/callbacks/words" is sent`, ""},
		{`the fixture "cratejoy/callbacks/customer_new" is sent`, "belongs to cratejoy"},
		{"\"words\" happens with the body:\n```\n{}\n```", ""},
		{`"store/customer/created" happens`, ""},
	} {
		selected, err := Select([]Source{{Path: "f.feature", Content: []byte("Feature: f\n  Scenario: s\n    Given a BigCommerce store\n    When " + row.lines + "\n")}}, Selection{})
		if err != nil {
			t.Fatal(err)
		}
		err = setup.CheckNames(selected)
		at := fmt.Sprintf("f.feature:%d: ", 4+strings.Count(row.lines, "\n"))
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), at) || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: %v, want %s", row.lines, err, row.want)
		}
	}
}
