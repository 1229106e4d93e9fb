package expect

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	gocmp "github.com/google/go-cmp/cmp"
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
	var found differences
	gocmp.Equal(canonical(gjson.ParseBytes(a)), canonical(gjson.ParseBytes(b)), gocmp.Reporter(&found))
	if more := len(found.lines) - shownDifferences; more > 0 {
		found.lines = append(found.lines[:shownDifferences], fmt.Sprintf("… %d more", more))
	}
	return strings.Join(found.lines, "\n")
}

// differences hears from go-cmp where it finds one.
type differences struct {
	path  gocmp.Path
	lines []string
}

func (d *differences) PushStep(step gocmp.PathStep) { d.path = append(d.path, step) }
func (d *differences) PopStep()                     { d.path = d.path[:len(d.path)-1] }

func (d *differences) Report(result gocmp.Result) {
	if result.Equal() {
		return
	}
	a, b := d.path.Last().Values()
	switch at := d.at(); {
	case !a.IsValid():
		d.lines = append(d.lines, "+ "+at+shown(b))
	case !b.IsValid():
		d.lines = append(d.lines, "- "+at+shown(a))
	default:
		d.lines = append(d.lines, "~ "+at+shown(a)+" → "+shown(b))
	}
}

// at is the gjson path of the place, as the head of a line.
func (d *differences) at() string {
	var keys []string
	for _, step := range d.path {
		switch s := step.(type) {
		case gocmp.MapIndex:
			keys = append(keys, gjson.Escape(s.Key().String()))
		case gocmp.SliceIndex:
			x, y := s.SplitKeys()
			keys = append(keys, strconv.Itoa(max(x, y)))
		}
	}
	if len(keys) == 0 {
		return ""
	}
	return strings.Join(keys, ".") + ": "
}

func shown(v reflect.Value) string {
	text, err := json.Marshal(v.Interface())
	if err != nil {
		return fmt.Sprint(v.Interface())
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
