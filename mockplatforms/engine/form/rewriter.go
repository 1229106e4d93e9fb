package form

import (
	"strings"

	"github.com/tidwall/gjson"
)

// rewriter writes JSON text anew, token by token: what no hook changes keeps its spelling. encoding/json would round
// numbers, lose the order of members, and spell strings its own way.
type rewriter struct {
	key    func(literal string) string // the name of a member, with its quotes
	text   func(literal string) string // a string that is a value, with its quotes
	number func(token string) string
	word   func(token string) string // true, false, null

	// members gives the members that an object is to have. depth is 1 in the outermost object or list.
	members func(list []member, depth int) []member
	// gap is what stands between keys and values: white space with the brackets, commas and colons in it; "{ }" for an
	// empty object. depth is that of the members in whose object or list it stands.
	gap func(gap string, depth int) string
}

// member is one of an object, or an element of a list, which has neither key nor colon.
type member struct{ key, colon, value string }

// plain says that the member's value is no object and no list.
func (m member) plain() bool { return m.value[0] != '{' && m.value[0] != '[' }

const whiteSpace = " \t\r\n"

// write gives the text anew. It has to be valid JSON.
func (w rewriter) write(text string) string {
	value := strings.Trim(text, whiteSpace)
	before, after, _ := strings.Cut(text, value)
	return w.space(before, 0) + w.value(value, 1) + w.space(after, 0)
}

func (w rewriter) space(gap string, depth int) string {
	if w.gap == nil {
		return gap
	}
	return w.gap(gap, depth)
}

func hooked(hook func(string) string, token string) string {
	if hook == nil {
		return token
	}
	return hook(token)
}

// value writes one value; depth is that of its members, if it has any.
func (w rewriter) value(raw string, depth int) string {
	switch c := raw[0]; {
	case c == '{' || c == '[':
		return w.container(raw, depth)
	case c == '"':
		return hooked(w.text, raw)
	case c == '-' || c >= '0' && c <= '9':
		return hooked(w.number, raw)
	default:
		return hooked(w.word, raw)
	}
}

// container writes an object or a list. What stands between its members stays there when they change places.
func (w rewriter) container(raw string, depth int) string {
	var list []member
	var gaps []string
	done, at := 0, 1 // what is written, and where the next gap's white space and comma go on
	skip := func(cutset string) {
		at = len(raw) - len(strings.TrimLeft(raw[at:], cutset))
	}
	gjson.Parse(raw).ForEach(func(key, value gjson.Result) bool {
		skip(whiteSpace + ",")
		gaps = append(gaps, w.space(raw[done:at], depth))
		var m member
		if raw[0] == '{' {
			done, at = at+len(key.Raw), at+len(key.Raw)
			skip(whiteSpace + ":")
			m.key, m.colon = hooked(w.key, key.Raw), w.space(raw[done:at], depth)
		}
		m.value = w.value(value.Raw, depth+1)
		done, at = at+len(value.Raw), at+len(value.Raw)
		list = append(list, m)
		return true
	})
	end := w.space(raw[done:], depth)
	if raw[0] == '{' && w.members != nil && len(list) > 0 {
		list = w.members(list, depth)
	}
	var b strings.Builder
	for i, m := range list {
		between := "," // there may be more members than there were
		switch {
		case i < len(gaps):
			between = gaps[i]
		case len(gaps) > 1:
			between = gaps[len(gaps)-1]
		}
		for _, part := range []string{between, m.key, m.colon, m.value} {
			b.WriteString(part)
		}
	}
	b.WriteString(end)
	return b.String()
}
