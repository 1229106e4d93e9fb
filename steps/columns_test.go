package steps

import (
	"strings"
	"testing"
)

func TestColumns(t *testing.T) {
	outline := func(steps string, tables ...string) string {
		text := "Feature: f\n  Scenario Outline: o\n" + steps
		for _, table := range tables {
			text += "    Examples:\n" + table
		}
		return text
	}
	const events = "      | event |\n      | a |\n"
	for text, want := range map[string]string{
		outline("    When \"<event>\" happens\n", events):                                                             "",
		outline("    When \"<evnt>\" happens\n", events):                                                              `f.feature:3: <evnt> is not a column of its Examples; did you mean "event"? (there are event)`,
		outline("    When \"<Event>\" happens\n", events):                                                             "<Event> is not a column",
		outline("    When \"< event >\" happens\n", events):                                                           "< event > is not a column",
		outline("    When \"<event>\" happens\n", events, "      | status |\n      | 1 |\n"):                          "f.feature:3: <event> is not a column of its Examples (there are status)",
		outline("    When \"<event>\" happens\n"):                                                                     "f.feature:3: <event> stands for nothing: the scenario has no Examples table",
		outline("    When \"<event>\" happens\n", "      | event |\n"):                                                `f.feature:2: the outline "o" has no row in its Examples`,
		outline("    When \"<event>\" happens\n", events, "      | event |\n"):                                        "",
		outline("    Then the state shows \"<b>x</b>\"\n", events):                                                    "",
		outline("    Then the state shows \"<img src=x>\"\n", events):                                                 "",
		outline("    Then the state shows \"<br/>\"\n", events):                                                       "",
		outline("    Then a < 1 and b > 2\n", events):                                                                 "",
		outline("    When it is sent:\n      | note | <b>x |\n      | it | <event> |\n", events):                      "",
		outline("    When it is sent:\n      | note | <evnt> |\n", events):                                            "f.feature:3: <evnt> is not a column",
		outline("    When it is sent:\n      \"\"\"\n      <events></events> <c>\n      \"\"\"\n", events):            "",
		outline("    When it is sent:\n      | id | <idd> |\n", "      | id |\n      | 1 |\n"):                        `f.feature:3: <idd> is not a column of its Examples; did you mean "id"?`,
		outline("    When it is sent:\n      | id | <number> |\n", events):                                            "f.feature:3: <number> is not a column",
		outline("    When it is sent:\n      \"\"\"\n      {\"a\": \"<evetn>\"}\n      \"\"\"\n", events):             `<evetn> is not a column of its Examples; did you mean "event"?`,
		outline("    When it is sent:\n      \"\"\"\n      <b>\n      \"\"\"\n", "      | a |\n      | 1 |\n"):        "",
		outline("    When \"<event>\" happens\n", "      | event | event |\n      | a | b |\n"):                       `f.feature:5: the column "event" stands twice`,
		outline("    When \"<event>\" happens\n", "      | event |\n      | a |\n      | b | c |\n"):                  "f.feature:7: inconsistent cell count within the table",
		"Feature: f\n  Background:\n    Given \"<event>\"\n" + outline("    When \"<event>\" happens\n", events)[11:]: "f.feature:3: <event> stands for nothing in a Background",
		outline("    When \"<event>\" happens\n", "      | event |\n      | <b> |\n"):                                 "",
	} {
		_, err := Select([]Source{{"f.feature", []byte(text)}}, Selection{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s\n%v\nwant %q", text, err, want)
		}
	}
}

// Every step that reads what stands below it is checked before anything runs.
func TestEveryArgumentIsChecked(t *testing.T) {
	checks := below()
	for _, s := range Vocabulary() {
		if (s.takes() != nothing) != (checks[s.Pattern] != nil) {
			t.Errorf("%s takes %s, and has a check: %v", s.Pattern, s.takes(), checks[s.Pattern] != nil)
		}
	}
}
