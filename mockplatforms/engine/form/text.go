package form

import (
	"strings"
	"unicode/utf8"

	"github.com/tidwall/gjson"
)

func beyondASCII(c character) bool { return c.char >= utf8.RuneSelf }

func beyondBMP(c character) bool { return c.char > 0xffff }

func always(character) bool { return true }

// textForms are about the characters that are not ASCII.
func textForms() []Form {
	ascii := func(escape func(character) string) func(character) string {
		return func(c character) string {
			if kept := asIs(c); c.char < 0x7f && !strings.HasPrefix(kept, `\u`) {
				return c.spelled
			}
			return escape(c)
		}
	}
	return []Form{{
		Name: "raw UTF-8", Expect: Same, Point: gjson.String,
		Doc: "all characters stand as they are, but those that JSON wants escaped",
		Apply: spelling{
			keys: true, values: true, lacks: "character beyond ASCII", shows: beyondASCII, spell: asIs,
		}.apply(),
	}, {
		Name: "small hex escapes", Expect: Same, Point: gjson.String,
		Doc: `characters beyond ASCII are \u escapes in small hex digits`,
		Apply: spelling{
			keys: true, values: true, lacks: "character beyond ASCII", shows: beyondASCII, spell: ascii(escaped),
		}.apply(),
	}, {
		Name: "capital hex escapes", Expect: Same, Point: gjson.String,
		Doc: `characters beyond ASCII are \u escapes in capital hex digits`,
		Apply: spelling{
			keys: true, values: true, lacks: `character beyond ASCII whose \u escape has a letter among its digits`,
			shows: func(c character) bool { return beyondASCII(c) && escaped(c) != capital(c) }, spell: ascii(capital),
		}.apply(),
	}, {
		Name: "surrogate pairs", Expect: Same, Point: gjson.String,
		Doc: "characters beyond the BMP are pairs of escapes; all others stand as they are",
		Apply: spelling{
			keys: true, values: true, lacks: "character beyond the BMP (an emoji)", shows: beyondBMP,
			spell: func(c character) string {
				if beyondBMP(c) {
					return escaped(c)
				}
				return asIs(c)
			},
		}.apply(),
	}}
}

// escapeForms are about escapes of characters that need none, or another one.
func escapeForms() []Form {
	slash := func(c character) bool { return c.char == '/' }
	short := func(c character) bool {
		return c.char < utf8.RuneSelf && strings.IndexByte(shortEscaped, byte(c.char)) >= 0 || c.spelled == `\/`
	}
	return []Form{{
		Name: "every character escaped", Expect: Same, Point: gjson.String,
		Doc: `all characters of values that are strings are \u escapes, letters too: \u0061`,
		Apply: spelling{
			values: true, lacks: "string with a character in it", shows: always, spell: escaped,
		}.apply(),
	}, {
		Name: "keys escaped", Expect: Same, Point: gjson.String,
		Doc:   `all characters of keys are \u escapes: "\u0069\u0064" is "id"`,
		Apply: spelling{keys: true, lacks: "key with a character in it", shows: always, spell: escaped}.apply(),
	}, {
		Name: "slashes escaped", Expect: Same, Point: gjson.String,
		Doc: `each slash is \/, as PHP writes it`,
		Apply: spelling{
			keys: true, values: true, lacks: "slash", shows: slash, spell: only(slash, func(character) string { return `\/` }),
		}.apply(),
	}, {
		Name: "long escapes", Expect: Same, Point: gjson.String,
		Doc: `what has a short escape (\n, \t, \", \\) is a \u escape: \u000a`,
		Apply: spelling{
			keys: true, values: true, lacks: "character that JSON has a short escape for (a quote, a newline)",
			shows: short, spell: only(short, escaped),
		}.apply(),
	}}
}

// separatorForms are about two characters that JSON takes raw and JavaScript took for ends of a line until 2019.
func separatorForms() []Form {
	separator := func(c character) bool { return c.char == '\u2028' || c.char == '\u2029' }
	return []Form{{
		Name: "line separators raw", Expect: Same, Point: gjson.String,
		Doc: "U+2028 and U+2029 stand as they are; all else is spelled as it was",
		Apply: spelling{
			keys: true, values: true, lacks: "line separator (U+2028, U+2029)", shows: separator, spell: only(separator, asIs),
		}.apply(),
	}, {
		Name: "line separators escaped", Expect: Same, Point: gjson.String,
		Doc: `U+2028 and U+2029 are \u escapes; all else is spelled as it was`,
		Apply: spelling{
			keys: true, values: true, lacks: "line separator (U+2028, U+2029)", shows: separator, spell: only(separator, escaped),
		}.apply(),
	}}
}
