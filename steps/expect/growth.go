package expect

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Effect is what callbacks have left behind: how often something was looked up, and by how much the state has grown.
type Effect struct {
	Lookups int
	Growth
}

// Growth is how much more there is in one state than in another. What it says is not looked at, so the growths that two
// different callbacks cause can be compared.
type Growth struct{ before, after measures }

// Grown compares two states, which are JSON.
func Grown(before, after []byte) Growth { return Growth{measure(before), measure(after)} }

// measures of a state are numbers, by what is measured: how many entries a list or an object has, how many single values
// stand below it, and the numbers that the state itself gives. Within lists nothing has a path that stays.
type measures map[measured]int

type measured struct{ path, of string }

// What is measured.
const (
	entries = "entries"
	values  = "values"
	count   = "count"
)

// mostCounted is more than a receiver in a test counts: greater numbers are ids and times, which may be one more by chance.
const mostCounted = 1_000_000

func measure(state []byte) measures {
	m := measures{}
	if fixtures.ValidJSON(state) {
		m.add("", gjson.ParseBytes(state), false)
	}
	return m
}

// add measures a value, and gives how many single values stand in it.
// What stands too deep, or is too much to have a name each, counts as in a list.
func (m measures) add(path string, v gjson.Result, inList bool) (single int) {
	inList = inList || len(path) > 1000 || len(m) > 100_000
	if !v.IsObject() && !v.IsArray() {
		if n := v.Int(); v.Type == gjson.Number && !inList && n <= mostCounted {
			m[measured{path, count}] = int(n)
		}
		return 1
	}
	size := 0
	v.ForEach(func(key, value gjson.Result) bool {
		size++
		at := ""
		if !inList {
			at = path + "." + key.String()
		}
		single += m.add(at, value, inList || v.IsArray())
		return true
	})
	if !inList {
		m[measured{path, entries}], m[measured{path, values}] = size, single
	}
	return single
}

// Without is a growth without another that is a part of it.
func (g Growth) Without(part Growth) Growth {
	before := maps.Clone(g.before)
	for m := range g.after {
		before[m] += part.by(m)
	}
	return Growth{before, g.after}
}

func (g Growth) by(m measured) int { return g.after[m] - g.before[m] }

// telling are the measures that tell how often a callback was processed, of the growth that one callback caused: what was
// there before, and went up by one. Where nothing did, it is the number of all values.
func (g Growth) telling() (list []measured) {
	for m := range g.before {
		if m.of == values || g.by(m) != 1 {
			continue
		}
		list = append(list, m)
		if m.of == entries {
			list = append(list, measured{m.path, values})
		}
	}
	if all := (measured{"", values}); len(list) == 0 && g.by(all) > 0 {
		list = append(list, all)
	}
	slices.SortFunc(list, func(a, b measured) int { return cmp.Or(cmp.Compare(a.path, b.path), cmp.Compare(a.of, b.of)) })
	return list
}

// ErrLookedAgain is the error of callbacks after which more was looked up than after a single one, where no state tells what
// came of it. Receivers may look first and then find that there is nothing to do.
var ErrLookedAgain = errors.New("it looked up more than for one callback, and whether it did its work more than once shows in its state only (--probe)")

// Once holds n callbacks to have left behind n times what one new callback of their kind leaves: who processes the same
// one twice leaves more. Where the state tells, it decides. Where it does not, lookups tell what was lost.
func Once(got, one Effect, n int, sent []journal.Entry) error {
	telling := one.telling()
	var want, seen []string
	for _, m := range telling {
		want, seen = append(want, m.words(n*one.by(m))), append(seen, m.words(got.by(m)))
	}
	switch {
	case len(telling) == 0 && one.Lookups == 0:
		return &Mismatch{Message: "no effect of a single callback can be seen, so nothing tells how often this one was processed", Want: "a lookup, or another state", Got: "neither", Entries: sent}
	case len(telling) == 0 && got.Lookups > n*one.Lookups:
		return ErrLookedAgain
	case len(telling) == 0:
		want, seen = []string{lookups(n * one.Lookups)}, []string{lookups(got.Lookups)}
	}
	if slices.Equal(want, seen) {
		return nil
	}
	return &Mismatch{
		Message: "the callback was not processed once", Want: "what one callback leaves behind, " + times(n) + ": " + strings.Join(want, ", "),
		Got: strings.Join(seen, ", "), Entries: sent,
	}
}

func lookups(n int) string { return fmt.Sprintf("%d lookups", n) }

func (m measured) words(by int) string {
	where := strings.TrimPrefix(m.path, ".")
	switch {
	case m.of == count:
		return fmt.Sprintf("%s %+d", where, by)
	case where == "":
		where = "its state"
	}
	return fmt.Sprintf("%+d %s in %s", by, m.of, where)
}

// Said holds words of a receiver in this process to a number; want < 0 is "at least once".
func Said(entries []journal.Entry, words string, want int) error {
	var all []string
	said := 0
	for _, e := range entries {
		if e.Kind == journal.Word {
			all = append(all, e.Text)
			if e.Text == words {
				said++
			}
		}
	}
	if said == want || want < 0 && said > 0 {
		return nil
	}
	return &Mismatch{Message: fmt.Sprintf("the receiver did not say %q as it should", words), Want: times(want), Got: fmt.Sprintf("%s (it said %q)", times(said), all)}
}

// Probed holds the value of a probe to one written in a scenario, as ValueIs does.
func Probed(name, when string, value []byte, want string, sent []journal.Entry) error {
	if same(gjson.ParseBytes(value), want) {
		return nil
	}
	return &Mismatch{Message: fmt.Sprintf("the probe %s is wrong %s", name, when), Want: want, Got: string(value), Entries: sent}
}
