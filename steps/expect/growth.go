package expect

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Effect is what callbacks have left behind: how often something was looked up, and by how much the state has grown.
type Effect struct {
	Lookups int
	Growth
}

// Growth is how much more there is in one state than in another. What it says is not looked at, so the growths that two
// different callbacks cause can be compared.
type Growth struct {
	Values   int            // single values more than before
	Counters map[string]int // numbers that are outside of lists, by path: how much more they are
}

// Grown compares two states, which are JSON.
func Grown(before, after []byte) Growth {
	old, now := measure(before), measure(after)
	g := Growth{Values: now.values - old.values, Counters: map[string]int{}}
	for path, n := range now.numbers {
		if o, ok := old.numbers[path]; ok && n != o {
			g.Counters[path] = int(n - o)
		}
	}
	return g
}

type measured struct {
	values  int
	numbers map[string]int64
}

func measure(state []byte) measured {
	m := measured{numbers: map[string]int64{}}
	if gjson.ValidBytes(state) {
		m.add("", gjson.ParseBytes(state), false)
	}
	return m
}

func (m *measured) add(path string, v gjson.Result, inList bool) {
	if !v.IsObject() && !v.IsArray() {
		m.values++
		if v.Type == gjson.Number && !inList {
			m.numbers[path] = v.Int()
		}
		return
	}
	v.ForEach(func(key, value gjson.Result) bool {
		m.add(path+"."+key.String(), value, inList || v.IsArray())
		return true
	})
}

// Once holds n callbacks to have left behind n times what one new callback of their kind leaves: who processes the same
// one twice leaves more. Of numbers only those count that go up by one for the one.
func Once(got, one Effect, n int, sent []journal.Entry) error {
	if one.Lookups == 0 && one.Values == 0 && len(one.Counters) == 0 {
		return &Mismatch{Message: "no effect of a single callback can be seen, so nothing tells how often this one was processed", Want: "a lookup, or another state", Got: "neither", Entries: sent}
	}
	want := Effect{Lookups: n * one.Lookups, Growth: Growth{Values: n * one.Values, Counters: map[string]int{}}}
	seen := Effect{Lookups: got.Lookups, Growth: Growth{Values: got.Values, Counters: map[string]int{}}}
	for path, by := range one.Counters {
		if by == 1 {
			want.Counters[path], seen.Counters[path] = n, got.Counters[path]
		}
	}
	if want.Lookups == seen.Lookups && want.Values == seen.Values && maps.Equal(want.Counters, seen.Counters) {
		return nil
	}
	return &Mismatch{
		Message: "the callback was not processed once", Want: "what one callback leaves behind, " + times(n) + ": " + want.words(), Got: seen.words(), Entries: sent,
	}
}

func (e Effect) words() string {
	parts := []string{fmt.Sprintf("%d lookups", e.Lookups), fmt.Sprintf("%d values more in its state", e.Values)}
	for _, path := range slices.Sorted(maps.Keys(e.Counters)) {
		parts = append(parts, fmt.Sprintf("%s %+d", strings.TrimPrefix(path, "."), e.Counters[path]))
	}
	return strings.Join(parts, ", ")
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
