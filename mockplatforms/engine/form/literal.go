package form

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// character is one of a JSON string literal.
type character struct {
	spelled string // as it stands in the literal
	char    rune   // what it is, or none
}

// none is half of a surrogate pair, or a byte that is no UTF-8: it can be written in one way only.
const none rune = -1

// characters reads a valid JSON string literal.
func characters(literal string) (list []character) {
	for s := literal[1 : len(literal)-1]; s != ""; {
		c := first(s)
		list, s = append(list, c), s[len(c.spelled):]
	}
	return list
}

func first(s string) character {
	if s[0] != '\\' {
		char, n := utf8.DecodeRuneInString(s)
		if char == utf8.RuneError && n == 1 {
			char = none
		}
		return character{s[:n], char}
	}
	if s[1] != 'u' {
		char := rune(s[1])
		if short := strings.IndexByte(shortEscapes, s[1]); short >= 0 {
			char = rune(shortEscaped[short])
		}
		return character{s[:2], char}
	}
	char := unit(s[2:6])
	if !utf16.IsSurrogate(char) {
		return character{s[:6], char}
	}
	if len(s) >= 12 && s[6:8] == `\u` {
		if pair := utf16.DecodeRune(char, unit(s[8:12])); pair != utf8.RuneError {
			return character{s[:12], pair}
		}
	}
	return character{s[:6], none}
}

func unit(hex string) rune {
	n, err := strconv.ParseUint(hex, 16, 16)
	if err != nil {
		return utf8.RuneError // the text is valid JSON, so these are four hex digits
	}
	return rune(n)
}

// decoded is what a literal says to a parser that has U+FFFD in the place of what is no character.
func decoded(literal string) string {
	var b strings.Builder
	for _, c := range characters(literal) {
		b.WriteRune(c.char) // U+FFFD for none
	}
	return b.String()
}

// asIs spells a character as it is, but for those that JSON wants escaped.
func asIs(c character) string {
	quoted := string(quote([]byte(string(c.char))))
	return quoted[1 : len(quoted)-1]
}

// escaped spells a character as \uXXXX: as two of them beyond the BMP.
func escaped(c character) string { return hex(c.char, `\u%04x`) }

func capital(c character) string { return hex(c.char, `\u%04X`) }

func hex(char rune, format string) string {
	if high, low := utf16.EncodeRune(char); high != utf8.RuneError {
		return fmt.Sprintf(format+format, high, low)
	}
	return fmt.Sprintf(format, char)
}

// spelling is a way to spell the characters of strings.
type spelling struct {
	keys, values bool                   // which strings
	lacks        string                 // what a payload has not in which the form does not show
	shows        func(c character) bool // whether the form shows in this character
	spell        func(c character) string
}

// apply spells the strings of a payload so.
func (s spelling) apply() apply {
	return inside(func(text string) (string, error) {
		shown := false
		respell := respelled(func(c character) string {
			shown = shown || s.shows(c)
			return s.spell(c)
		})
		var w rewriter
		if s.keys {
			w.key = respell
		}
		if s.values {
			w.text = respell
		}
		text = w.write(text)
		if !shown {
			return "", lacks(s.lacks)
		}
		return text, nil
	})
}

// respelled is a hook for string literals. What is no character keeps its spelling.
func respelled(spell func(c character) string) func(literal string) string {
	return func(literal string) string {
		var b strings.Builder
		for _, c := range characters(literal) {
			if c.char == none {
				b.WriteString(c.spelled)
			} else {
				b.WriteString(spell(c))
			}
		}
		return `"` + b.String() + `"`
	}
}

// only spells some characters another way.
func only(these func(character) bool, spell func(character) string) func(character) string {
	return func(c character) string {
		if these(c) {
			return spell(c)
		}
		return c.spelled
	}
}
