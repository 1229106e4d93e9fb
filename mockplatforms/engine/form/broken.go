package form

import (
	"bytes"
	"encoding/binary"
	"regexp"
	"slices"
	"strings"
	"unicode/utf16"
)

// textBrokenForms are bodies whose characters are no JSON.
func textBrokenForms() []Form {
	return []Form{{
		Name: "invalid UTF-8", Expect: Either,
		Doc:   `the first member is "hookdrill", a text in ISO 8859-1: a byte of it is no UTF-8. All other members are as they were`,
		Apply: inside(invalidUTF8),
	}, {
		Name: "UTF-16", Expect: Either,
		Doc:   "the body is UTF-16 with a byte order mark, and the content type says charset=utf-16; JSON on the wire is UTF-8",
		Apply: whole(toUTF16).then(contentType("application/json; charset=utf-16")),
	}, {
		Name: "raw newline", Expect: Refused,
		Doc:   "the first string that is a value begins with a newline that is not escaped",
		Apply: inside(rawNewline),
	}, {
		Name: "single quotes", Expect: Refused,
		Doc:   "strings are in single quotes, and true, false and null are True, False and None: Python's repr",
		Apply: inside(repr),
	}, {
		Name: "Python literals", Expect: Refused,
		Doc:   "true, false and null are True, False and None",
		Apply: inside(pythonLiterals),
	}}
}

// structureBrokenForms are bodies whose structure is not JSON's.
func structureBrokenForms() []Form {
	return []Form{{
		Name: "trailing comma", Expect: Refused,
		Doc:   "a comma stands behind the last member of the outermost object or list",
		Apply: inside(trailingComma),
	}, {
		Name: "comments", Expect: Either,
		Doc:   "comments stand behind the first bracket, of JavaScript's both kinds",
		Apply: inside(comments),
	}, {
		Name: "unquoted keys", Expect: Refused,
		Doc:   "keys that are identifiers have no quotes",
		Apply: inside(unquotedKeys),
	}, {
		Name: "two documents", Expect: Refused,
		Doc:   "the body is there twice, with a newline between",
		Apply: whole(func(body []byte) []byte { return slices.Concat(body, []byte("\n"), body) }),
	}, {
		Name: "garbage behind", Expect: Refused,
		Doc:   "text that is no JSON follows the JSON",
		Apply: whole(func(body []byte) []byte { return append(body, " garbage"...) }),
	}}
}

// invalidUTF8 adds a member, because no other could take the same effect with what a parser has in place of the byte.
func invalidUTF8(text string) (string, error) {
	found := false
	text = rewriter{members: func(list []member, depth int) []member {
		if depth != 1 {
			return list
		}
		found = true
		return slices.Insert(list, 0, member{`"hookdrill"`, list[0].colon, "\"Zo\xeb\""})
	}}.write(text)
	if !found {
		return "", lacks("outermost object with a member")
	}
	return text, nil
}

func toUTF16(body []byte) []byte {
	var b bytes.Buffer
	for _, unit := range append([]uint16{0xfeff}, utf16.Encode([]rune(string(body)))...) {
		b.Write(binary.BigEndian.AppendUint16(nil, unit))
	}
	return b.Bytes()
}

func rawNewline(text string) (string, error) {
	found := false
	text = rewriter{text: func(literal string) string {
		if found {
			return literal
		}
		found = true
		return "\"\n" + literal[1:]
	}}.write(text)
	if !found {
		return "", lacks("string that is a value")
	}
	return text, nil
}

// pythonWord is what Python has in the place of true, false and null.
func pythonWord(token string) string {
	return map[string]string{"true": "True", "false": "False", "null": "None"}[token]
}

func repr(text string) (string, error) {
	found := false
	quoted := func(literal string) string {
		found = true
		var b strings.Builder
		for _, c := range characters(literal) {
			switch c.char {
			case '\'':
				b.WriteString(`\'`)
			case '"':
				b.WriteByte('"')
			case none:
				b.WriteString(c.spelled)
			default:
				b.WriteString(asIs(c))
			}
		}
		return "'" + b.String() + "'"
	}
	text = rewriter{key: quoted, text: quoted, word: pythonWord}.write(text)
	if !found {
		return "", lacks("string")
	}
	return text, nil
}

func pythonLiterals(text string) (string, error) {
	changed := rewriter{word: pythonWord}.write(text)
	if changed == text {
		return "", lacks("true, false or null")
	}
	return changed, nil
}

func trailingComma(text string) (string, error) {
	changed := rewriter{gap: func(gap string, depth int) string {
		if bracket := bare(gap, depth); depth == 1 && (bracket == "}" || bracket == "]") {
			return "," + gap
		}
		return gap
	}}.write(text)
	if changed == text {
		return "", lacks("member in an outermost object or list")
	}
	return changed, nil
}

func comments(text string) (string, error) {
	changed := rewriter{gap: func(gap string, depth int) string {
		if depth == 1 && (gap[0] == '{' || gap[0] == '[') {
			return gap[:1] + " /* hookdrill */ // hookdrill\n" + gap[1:]
		}
		return gap
	}}.write(text)
	if changed == text {
		return "", lacks("object and no list")
	}
	return changed, nil
}

func unquotedKeys(text string) (string, error) {
	identifier := regexp.MustCompile(`^"[A-Za-z_$][A-Za-z0-9_$]*"$`)
	changed := rewriter{key: func(literal string) string {
		if identifier.MatchString(literal) {
			return strings.Trim(literal, `"`)
		}
		return literal
	}}.write(text)
	if changed == text {
		return "", lacks("key that is an identifier")
	}
	return changed, nil
}
