package report

import "testing"

// TestVisible: what a terminal would act on or not show is written out. A joiner is shown where it joins.
func TestVisible(t *testing.T) {
	for text, want := range map[string]string{
		"👩\u200d👩\u200d👧":          "👩\u200d👩\u200d👧",
		"🏳\ufe0f\u200d🌈":           "🏳\ufe0f\u200d🌈",
		"👩🏽\u200d⚕\ufe0f":          "👩🏽\u200d⚕\ufe0f",
		"क\u094d\u200dष":           "क\u094d\u200dष",
		"می\u200cخواهم":            "می\u200cخواهم",
		"a\u200db":                 `a\u200db`,
		"👩\u200d":                  `👩\u200d`,
		"\u200d👩":                  `\u200d👩`,
		"👩\u200d\u200d👩":           `👩\u200d\u200d👩`,
		"ab\u202ecd\u2066\u200bef": `ab\u202ecd\u2066\u200bef`,
		"a\tb\n\r\x1b\x9b\u0085":   `a\tb\n\r\x1b\x9b\u0085`,
	} {
		if got := Visible(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got, want := Printable("a\tb\n\x1b[2Jc\r\u202e\n"), "a\tb\n\\x1b[2Jc\\r\\u202e\n"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
