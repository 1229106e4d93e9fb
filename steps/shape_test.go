package steps

import (
	"strings"
	"testing"
)

// What stands in quotes decides of no step, so sentences are remembered without it.
func TestShapes(t *testing.T) {
	l := compiled()
	for i, s := range l.steps {
		for _, quoted := range []string{"x", "7", "a b", "a store", "Zoé", "<b>", "once", `\`, "the receiver takes it"} {
			text := quotedPattern.ReplaceAllStringFunc(s.Example, func(string) string { return `"` + strings.ReplaceAll(quoted, "$", "$$") + `"` })
			for k, p := range l.patterns {
				if p.MatchString(text) != (k == i) || p.MatchString(shapeOf(text)) != (k == i) {
					t.Errorf("%q or its shape %q: %s", text, shapeOf(text), p)
				}
			}
		}
	}
	for _, text := range []string{`its "" is ""`, `its "" was ""`} { // what stands between empty quotes is not in quotes
		if _, err := Resolve(text); (err == nil) != strings.Contains(text, " is ") {
			t.Errorf("%s: %v", text, err)
		}
	}
	size := func() (n int) {
		l.resolved.Range(func(any, any) bool { n++; return true })
		return n
	}
	before := size()
	for _, name := range strings.Fields(strings.Repeat("a ", 3) + strings.Join(strings.Split(strings.Repeat("bcdefgh", 30), ""), "x ")) {
		if _, err := Resolve(`"` + name + `" happens`); err != nil {
			t.Fatal(err)
		}
	}
	if grown := size() - before; grown > 1 {
		t.Errorf("%d sentences are remembered for one shape", grown)
	}
}
