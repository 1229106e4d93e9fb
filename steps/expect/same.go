package expect

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Left is what a callback has left behind: the receiver's state before it and after it, and the payload that it carried.
type Left struct{ Before, After, Payload []byte }

// SameEffect holds what a callback has left behind that came in another form to what one in the usual form leaves: which of the
// values that came the receiver keeps is its own choice, but it is the same ones. The values that are the point of the form
// are not kept as others either, an integer as the float64 next to it, or a text without some of its characters: that may happen in
// both forms.
func SameEffect(usual, other Left, point gjson.Type, sent []journal.Entry) error {
	values := map[string]fixtures.Leaf{}
	for _, leaf := range fixtures.Leaves(other.Payload) {
		values[leaf.Path] = leaf
	}
	for _, leaf := range fixtures.Leaves(usual.Payload) {
		there, ok := values[leaf.Path] // a body that a scenario has written may lack it
		value, told := telling(leaf)
		came, _ := telling(there)
		wrong := garbled(there, point)
		switch {
		case !ok || !told || other.shows(came):
		case usual.shows(value):
			return &Mismatch{
				Message: fmt.Sprintf("in this form the callback has another effect: the receiver keeps %s in the usual form, and not here", leaf.Path),
				Want:    fmt.Sprintf("%q somewhere in what is new in its state", came), Got: Diff(other.Before, other.After), Entries: sent,
			}
		case wrong != "" && other.shows(wrong):
			return &Mismatch{
				Message: "the receiver keeps another value than was sent as " + leaf.Path, Want: fmt.Sprintf("%q", came),
				Got: fmt.Sprintf("%q, and not the whole:\n", wrong) + Diff(other.Before, other.After), Entries: sent,
			}
		}
	}
	return nil
}

func (l Left) shows(value string) bool { return Shown(l.Before, l.After, value, nil) == nil }

// garbled is what stands in the state of a receiver that keeps a value as another one: the float64 next to an integer, or the
// longest word of a text. It is "" where nothing of the value would be known again, or it is not the point.
func garbled(leaf fixtures.Leaf, point gjson.Type) (part string) {
	value := gjson.Parse(leaf.Raw)
	switch {
	case point == gjson.Number && value.Type == point:
		return rounded(leaf.Raw)
	case point != gjson.String || value.Type != point:
		return ""
	}
	for _, word := range strings.FieldsFunc(value.Str, func(c rune) bool { return c > unicode.MaxASCII || !unicode.IsLetter(c) && !unicode.IsDigit(c) }) {
		if len(word) > len(part) {
			part = word
		}
	}
	if len(part) < longWord || part == value.Str {
		return ""
	}
	return part
}

// longWord is one that does not stand in a state by chance.
const longWord = 10

// shortest is what a value must have to be told from what stands in a state by chance.
const shortest = 4

// telling is a value of a payload that can be found again in a state.
func telling(leaf fixtures.Leaf) (text string, ok bool) {
	text = leaf.Raw
	switch value := gjson.Parse(leaf.Raw); value.Type {
	case gjson.Number:
	case gjson.String:
		text = value.Str
	default:
		return text, false
	}
	return text, utf8.RuneCountInString(text) >= shortest
}
