package expect

import (
	"encoding/json"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// shownDifferences and shownValue bound what a difference says: a state may hold thousands of records.
const (
	shownDifferences = 8
	shownValue       = 160
)

// Diff shows where two JSON texts differ as values, a line for each place with its gjson path: "+" is only in b, "-" only
// in a, "~" differs. It is "" where they are Equal.
func Diff(a, b []byte) string {
	if !fixtures.ValidJSON(a) || !fixtures.ValidJSON(b) {
		return fmt.Sprintf("not both are JSON: %.200q and %.200q", a, b)
	}
	var d differences
	d.compare(nil, canonical(gjson.ParseBytes(a)), canonical(gjson.ParseBytes(b)))
	if d.more > 0 {
		d.lines = append(d.lines, fmt.Sprintf("… %d more", d.more))
	}
	return strings.Join(d.lines, "\n")
}

// differences are the first few, and how many more there are. (go-cmp, which aligns lists better, takes three times as long for
// each list in a list.)
type differences struct {
	lines []string
	more  int
}

func (d *differences) compare(path []string, a, b any) {
	objectA, _ := a.(map[string]any)
	objectB, _ := b.(map[string]any)
	listA, _ := a.([]any)
	listB, _ := b.([]any)
	switch {
	case objectA != nil && objectB != nil:
		d.objects(path, objectA, objectB)
	case listA != nil && listB != nil:
		d.lists(path, listA, listB)
	case !reflect.DeepEqual(a, b):
		d.add("~ ", path, a, b)
	}
}

func (d *differences) objects(path []string, a, b map[string]any) {
	both := maps.Clone(a)
	maps.Copy(both, b)
	for _, key := range slices.Sorted(maps.Keys(both)) {
		inA, hasA := a[key]
		inB, hasB := b[key]
		switch at := append(path, gjson.Escape(key)); {
		case !hasA:
			d.add("+ ", at, inB)
		case !hasB:
			d.add("- ", at, inA)
		default:
			d.compare(at, inA, inB)
		}
	}
}

// lists compares elements of the same number; where one list is longer, between the elements at both ends that are the same: what is
// put in or taken out is one difference.
func (d *differences) lists(path []string, a, b []any) {
	first, behind := 0, 0
	for len(a) != len(b) && first < min(len(a), len(b)) && reflect.DeepEqual(a[first], b[first]) {
		first++
	}
	for len(a) != len(b) && behind < min(len(a), len(b))-first && reflect.DeepEqual(a[len(a)-1-behind], b[len(b)-1-behind]) {
		behind++
	}
	for i := first; i < max(len(a), len(b))-behind; i++ {
		switch at := append(path, strconv.Itoa(i)); {
		case i >= len(a)-behind:
			d.add("+ ", at, b[i])
		case i >= len(b)-behind:
			d.add("- ", at, a[i])
		default:
			d.compare(at, a[i], b[i])
		}
	}
}

func (d *differences) add(mark string, path []string, values ...any) {
	if len(d.lines) == shownDifferences {
		d.more++
		return
	}
	var texts []string
	for _, v := range values {
		texts = append(texts, shown(v))
	}
	at := ""
	if len(path) > 0 {
		at = strings.Join(path, ".") + ": "
	}
	d.lines = append(d.lines, mark+at+strings.Join(texts, " → "))
}

func shown(value any) string {
	text, err := json.Marshal(value)
	if err != nil {
		return fmt.Sprint(value)
	}
	if len(text) > shownValue {
		return strings.ToValidUTF8(string(text[:shownValue]), "") + "…"
	}
	return string(text)
}

// MarshalJSON writes the number as it was written.
func (n number) MarshalJSON() ([]byte, error) { return []byte(n), nil }

// MarshalJSON writes null, true or false.
func (l literal) MarshalJSON() ([]byte, error) { return []byte(l), nil }
