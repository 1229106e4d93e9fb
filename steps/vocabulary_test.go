package steps

import (
	"strings"
	"testing"
)

func TestVocabulary(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Vocabulary() {
		if !strings.HasPrefix(s.Pattern, "^") || !strings.HasSuffix(s.Pattern, "$") {
			t.Errorf("%s is not anchored: it would match a part of another sentence", s.Pattern)
		}
		if seen[s.Pattern] {
			t.Errorf("%s stands twice", s.Pattern)
		}
		seen[s.Pattern] = true
		if s.Doc == "" || s.Do == nil || s.Kind != "Given" && s.Kind != "When" && s.Kind != "Then" {
			t.Errorf("%s needs a kind, a doc and a method", s.Pattern)
		}
		found, err := Resolve(s.Example)
		if err != nil || found.Pattern != s.Pattern {
			t.Errorf("the example %q of %s is %s, error %v", s.Example, s.Pattern, found.Pattern, err)
		}
	}
	if len(seen) < 40 {
		t.Errorf("only %d steps", len(seen))
	}
}

func TestResolveNamesTheNearest(t *testing.T) {
	for text, want := range map[string]string{
		`the receiver acknowledge it`:          "the receiver acknowledges it",
		`"store/order/created" hapens`:         `"customer_new" happens`,
		`the receiver has been registered`:     "no step is written",
		`the receiver still handle "my/thing"`: `the receiver still handles "customer_new"`,
	} {
		if _, err := Resolve(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: error %v, expected %q in it", text, err, want)
		}
	}
}
