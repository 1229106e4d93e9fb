package steps

import (
	"strings"
	"testing"
	"unicode/utf16"
)

// lostIn gives the error of a file whose scenario has lines before its first step.
func lostIn(lines ...string) error {
	text := "Feature: f\n  Scenario: s\n"
	for _, line := range lines {
		text += "    " + line + "\n"
	}
	_, err := Select([]Source{{"f.feature", []byte(text + "    Given a Cratejoy store\n    Then the receiver acknowledges it\n")}}, Selection{})
	return err
}

func TestLostSteps(t *testing.T) {
	for line, want := range map[string]string{
		"Given\ta Cratejoy store":                       `write "Given a Cratejoy store"`,
		"Given\u00a0a Cratejoy store":                   `"Given\u00a0a Cratejoy store" is read as description`,
		"Given\u202fa Cratejoy store":                   `write "Given a Cratejoy store"`,
		"\u200bGiven a Cratejoy store":                  `write "Given a Cratejoy store"`,
		"\ufeffGiven a Cratejoy store":                  `write "Given a Cratejoy store"`,
		"Given\tsomething that is no step":              `write "Given something that is no step"`,
		"given a BigCommerce store":                     `write "Given a BigCommerce store"`,
		"GIVEN a BigCommerce store":                     `write "Given a BigCommerce store"`,
		`Givn a hook for "store/order/created"`:         `write "Given a hook for \"store/order/created\""`,
		`Givn a hok for "store/order/created"`:          `write "Given a hok for \"store/order/created\""`,
		"Givn the receiver acknowledge it":              `write "Given the receiver acknowledge it"`,
		"Thwn the receiver acknowledges it":             `write "Then the receiver acknowledges it"`,
		`When: "customer_new" happens`:                  `write "When \"customer_new\" happens"`,
		`When"customer_new" happens`:                    `write "When \"customer_new\" happens"`,
		"Givena Cratejoy store":                         `write "Given a Cratejoy store"`,
		"*a Cratejoy store":                             `write "* a Cratejoy store"`,
		"- Given a Cratejoy store":                      `write "Given a Cratejoy store"`,
		"registrations are answered with status 503":    `write "Given registrations are answered with status 503"`,
		"the receiver acknowledges it":                  `write "Then the receiver acknowledges it"`,
		"and the receiver acknowledges it":              `write "And the receiver acknowledges it"`,
		"# given a Cratejoy store":                      "",
		"Here a Cratejoy store is asked twice.":         "",
		"A small store is all that is needed,":          "",
		"a small store":                                 "",
		"and a small store":                             "",
		"The receiver acknowledges it.":                 "",
		"The receiver takes what comes.":                "",
		"given enough time, the receiver registers all": "",
		"then it is told of what has happened":          "",
		"but this says nothing of the state.":           "",
		"Given:":                                        "",
		"-":                                             "",
	} {
		err := lostIn("A description.", line)
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), "f.feature:4: ") || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v\nwant %q", line, err, want)
		}
	}
}

// Above the first scenario nothing is a step, however well it is written.
func TestLostStepsElsewhere(t *testing.T) {
	const rest = "  Scenario Outline: s\n    Given a Cratejoy store\n    Then the receiver acknowledges it\n"
	for text, want := range map[string]string{
		"Feature: f\n  Scenaro: first\n    Given a Cratejoy store\n" + rest:                                                                                        `f.feature:3: "Given a Cratejoy store" stands below Feature:`,
		"Feature: f\n  Rule: r\n    When the receiver registers\n" + rest:                                                                                          `f.feature:3: "When the receiver registers" stands below Rule:`,
		"Feature: f\n  Background:\n    given registrations are answered with status 503 once\n" + rest:                                                            `f.feature:3: "given registrations`,
		"Feature: f\n" + rest + "    Examples:\n      and it is a duplicate\n    Then it takes effect\n":                                                           `f.feature:7: "Then it takes effect" stands below Examples:`,
		"Feature: f\n  When it is said that the receiver registers again, a restart is meant.\n  And so on.\n" + rest:                                              "",
		"Feature: f\n  Given the platform's retries, this says what is due.\n" + rest:                                                                              "",
		"# language: fr\nFonctionnalité: f\n  Scénario: s\n    Given a Cratejoy store\n    Soit a Cratejoy store\n    Alors the receiver acknowledges it\n":        `f.feature:4: "Given a Cratejoy store" is read as description and would never run; the feature's language is "fr", in which a step begins with `,
		"# language: de\nFunktionalität: f\n  Szenario: s\n    Given a Cratejoy store\n    Dann the receiver acknowledges it\n":                                    `Angenommen, `,
		"# language: fr\nFonctionnalité: f\n  Scénario: s\n    soit\ta Cratejoy store\n    Soit a Cratejoy store\n    Alors the receiver acknowledges it\n":        `write "Soit a Cratejoy store"`,
		"# language: zh-CN\n功能: f\n  场景: s\n    假如： a Cratejoy store\n    假如a Cratejoy store\n    那么the receiver acknowledges it\n":                                ``, // a step with a colon: no step is written so
		"# language: de\nFunktionalität: f\n  Szenario: s\n    Angenomen a Cratejoy store\n    Angenommen a Cratejoy store\n    Dann the receiver acknowledges it": `write "Angenommen a Cratejoy store"`,
	} {
		_, err := Select([]Source{{"f.feature", []byte(text)}}, Selection{})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s\n%v\nwant %q", text, err, want)
		}
	}
}

func TestFeaturesThatAreNotUTF8(t *testing.T) {
	wide := []byte{0xff, 0xfe}
	for _, unit := range utf16.Encode([]rune("Feature: f\n")) {
		wide = append(wide, byte(unit), byte(unit>>8))
	}
	latin := "Feature: f\n  Scenario: Zo\xe9\n    Given a Cratejoy store\n"
	for content, want := range map[string]string{
		latin:                          "f.feature:2: the line is not UTF-8 (byte 0xe9 in column 15); save the file as UTF-8",
		"Feature: \ufffd\n  # \xff\n":  "f.feature:2: the line is not UTF-8 (byte 0xff in column 5)",
		string(wide):                   "f.feature:1: the file is UTF-16; save it as UTF-8",
		string(wide[2:]):               "f.feature:1: the file is UTF-16",
		"\ufeffFeature: f\n Scenario:": "",
		"":                             "",
	} {
		_, err := readSource(Source{"f.feature", []byte(content)})
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%q: %v, want %q", content, err, want)
		}
	}
}
