package steps

import (
	"slices"
	"strings"
	"testing"
)

// The cases are those of the official specification (cucumber/tag-expressions, testdata), in our own writing of the
// errors. Each row is read, written out in full, and read again.
func TestTagExpressionsParse(t *testing.T) {
	for expression, want := range map[string]string{
		``:                          ``,
		`  `:                        ``,
		`@a`:                        `@a`,
		`@a and @b`:                 `( @a and @b )`,
		`@a or @b`:                  `( @a or @b )`,
		`not @a`:                    `not ( @a )`,
		`not not @a`:                `not ( not ( @a ) )`,
		`@a and @b and @c`:          `( ( @a and @b ) and @c )`,
		`@a or @b and @c`:           `( @a or ( @b and @c ) )`,
		`(@a or @b) and @c`:         `( ( @a or @b ) and @c )`,
		`(@a and @b) or (@c and@d)`: "", // "and@d" is a tag of its own
		`not @a or @b and not @c or not @d or @e and @f`: `( ( ( not ( @a ) or ( @b and not ( @c ) ) ) or not ( @d ) ) or ( @e and @f ) )`,
		`not @a\(\) or @b and not @c`:                    `( not ( @a\(\) ) or ( @b and not ( @c ) ) )`,
		`not (@a and @b)`:                                `not ( @a and @b )`,
		`not (@a and @b) and @c or not (@d or @f)`:       `( ( not ( @a and @b ) and @c ) or not ( @d or @f ) )`,
		`@a\\ and @b`:                                    `( @a\\ and @b )`,
		`@\\a and @b\\`:                                  `( @\\a and @b\\ )`,
		`( @a and @b\\\\)`:                               `( @a and @b\\\\ )`,
		`@a\\\( and @b\\\)`:                              `( @a\\\( and @b\\\) )`,
		`@x or(@y) `:                                     `( @x or @y )`,
		`@x\(1\) or(@y\(2\))`:                            `( @x\(1\) or @y\(2\) )`,
		`@x\\ or(@y\\\)) or(@z\\)`:                       `( ( @x\\ or @y\\\) ) or @z\\ )`,
		`@x\  or @y`:                                     `( @x\  or @y )`,
		`@issue-1,2`:                                     `@issue-1,2`, // Gherkin allows a comma in a tag
	} {
		x, err := ParseTags(expression)
		if want == "" && strings.TrimSpace(expression) != "" {
			if err == nil {
				t.Errorf("%q was read as %q, want an error", expression, x)
			}
			continue
		}
		if err != nil || x.String() != want {
			t.Errorf("%q was read as %q, %v; want %q", expression, x, err, want)
		}
		if again, err := ParseTags(x.String()); err != nil || again.String() != want {
			t.Errorf("%q, written and read again, is %q, %v", expression, again, err)
		}
	}
}

func TestTagExpressionsMatch(t *testing.T) {
	for _, c := range []struct {
		expression, tags string
		want             bool
	}{
		{``, "", true},
		{`@x`, "@x", true},
		{`@x`, "@xy", false},
		{`not @x`, "@x", false},
		{`not @x`, "@y", true},
		{`@x and @y`, "@x @y", true},
		{`@x and @y`, "@x", false},
		{`@x and @y`, "@y", false},
		{`@x or @y`, "", false},
		{`@x or @y`, "@x @y", true},
		{`@x or @y`, "@y", true},
		{`@a or @b and @c`, "@a", true},    // and binds stronger
		{`(@a or @b) and @c`, "@a", false}, // parentheses bind strongest
		{`not @a and @b`, "@b", true},      // not binds strongest
		{`not (@a and @b)`, "@b", true},    //
		{`@x\(1\) or @y\(2\)`, "@x(1)", true},
		{`@x\(1\) or @y\(2\)`, "@y(2)", true},
		{`@x\\ or @y\\\) or @z\\`, `@x\`, true},
		{`@x\\ or @y\\\) or @z\\`, `@y\)`, true},
		{`@x\\ or @y\\\) or @z\\`, `@y)`, false},
		{`@x\\ or @y\\\) or @z\\`, `@z`, false},
		{`@\\x`, `@\x`, true},
		{`@\\x`, `@x`, false},
	} {
		x, err := ParseTags(c.expression)
		if err != nil {
			t.Error(err)
			continue
		}
		if got := x.Matches(strings.Fields(c.tags)); got != c.want {
			t.Errorf("%q over %q is %v", c.expression, c.tags, got)
		}
	}
}

func TestTagExpressionErrors(t *testing.T) {
	for expression, want := range map[string]string{
		`@a @b or`:          `character 4: "and" or "or" must stand before "@b"`,
		`@a @b`:             `character 4: "and" or "or" must stand before "@b"`,
		`@a and (@b not)`:   `character 12: "and", "or" or ")" must stand before "not"`,
		`@a and (@b @c) or`: `character 12: "and", "or" or ")" must stand before "@c"`,
		`@a and or`:         `character 8: a tag, "not" or "(" must stand before "or"`,
		`or or`:             `character 1: a tag, "not" or "(" must stand before "or"`,
		`@a and`:            `character 7: the expression ends where a tag, "not" or "(" must stand`,
		`not`:               `character 4: the expression ends`,
		`()`:                `character 2: a tag, "not" or "(" must stand before ")"`,
		`( @a and @b ) )`:   `character 15: ")" closes nothing`,
		`( ( @a and @b )`:   `character 1: "(" is never closed`,
		`@x or @\y or @z`:   `character 8: a backslash stands only before`,
		`@x\`:               `character 3: a backslash stands only before`,
		`@x\ or @y`:         `character 8: "and" or "or" must stand before "@y"`,
		`@a,@b`:             `character 1: a comma does not combine tags; write "or"`,
		`(@a ,@b)`:          `character 5: a comma does not combine tags`,
		`@a && @b`:          `character 4: write "and"`,
		`@a || @b`:          `character 4: write "or"`,
		`~@a`:               `character 1: write "not @a"`,
		`@é AND @b`:         `character 4: operators are written small: "and"`,
		`(@a) (@b)`:         `character 6: "and" or "or" must stand before "("`,
	} {
		x, err := ParseTags(expression)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q gives %q and the error %v, want %s", expression, x, err, want)
		}
	}
}

func TestTagExpressionNamesItsTagsOnce(t *testing.T) {
	x, err := ParseTags(`not (@b or @a\(1\)) and @b`)
	if want := []string{"@b", "@a(1)"}; err != nil || !slices.Equal(x.Tags(), want) {
		t.Errorf("tags are %q, %v", x.Tags(), err)
	}
}

// Whatever is read can be written and read again, and means the same.
func FuzzTagExpression(f *testing.F) {
	for _, seed := range []string{`not (@a and @b) or @c\(1\)`, `@a\\ and (@b`, `@a,@b`, `~@a && b`, "@\xff\u00a0or @x", `@x\ and`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, expression string) {
		x, err := ParseTags(expression)
		if err != nil {
			return
		}
		again, err := ParseTags(x.String())
		if err != nil {
			t.Fatalf("%q became %q, which cannot be read: %v", expression, x, err)
		}
		if again.String() != x.String() {
			t.Fatalf("%q became %q, then %q", expression, x, again)
		}
		tags := x.Tags()
		for i := range tags {
			if x.Matches(tags[i:]) != again.Matches(tags[i:]) {
				t.Fatalf("%q and %q differ over %q", expression, again, tags[i:])
			}
		}
	})
}
