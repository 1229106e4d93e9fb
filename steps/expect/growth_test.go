package expect_test

import (
	"errors"
	"runtime/metrics"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// TestOnce: what callbacks leave behind is held to what a single one does, whatever else its state says.
func TestOnce(t *testing.T) {
	for _, row := range []struct {
		reason        string
		before, after string // the callbacks in question
		then          string // and then one more
		lookups, each int    // of theirs, and of the one
		n             int
		says          string // "": processed once
	}{
		{"a counter", `{"n":0}`, `{"n":1}`, `{"n":2}`, 0, 0, 1, ""},
		{"a counter, twice", `{"n":0}`, `{"n":2}`, `{"n":3}`, 0, 0, 1, "once: n +1 | n +2"},
		{"a counter, twice for two", `{"n":0}`, `{"n":2}`, `{"n":3}`, 0, 0, 2, ""},
		{"a counter that begins", `{}`, `{"n":1}`, `{"n":2}`, 0, 0, 1, ""},
		{"a list", `[]`, `[{"a":1,"b":2}]`, `[{"a":1,"b":2},{"a":3,"b":4}]`, 0, 0, 1, ""},
		{"a list, twice", `[]`, `[{"a":1},{"a":1}]`, `[{"a":1},{"a":1},{"a":2}]`, 0, 0, 1, "+1 entries in its state, +1 values in its state | +2 entries"},
		{"an object by id", `{"c":{}}`, `{"c":{"7":{"a":1}}}`, `{"c":{"7":{"a":1},"8":{"a":1}}}`, 0, 0, 1, ""},
		{"an object by id, with two events in it", `{"c":{}}`, `{"c":{"7":{"a":[1,1]}}}`, `{"c":{"7":{"a":[1,1]},"8":{"a":[1]}}}`, 0, 0, 1, "+1 values in c | +1 entries in c, +2 values in c"},
		{"a list and the last one beside it, which was not there", `{"l":[]}`, `{"l":[1],"last":{"a":1,"b":2}}`, `{"l":[1,2],"last":{"a":2,"b":2}}`, 0, 0, 1, ""},
		{"the same, twice", `{"l":[]}`, `{"l":[1,1],"last":{"a":1,"b":2}}`, `{"l":[1,1,2],"last":{"a":2,"b":2}}`, 0, 0, 1, "+2 entries in l"},
		{"ids and times that are one more by chance", `{"n":0,"id":0,"at":0}`, `{"n":1,"id":5000000,"at":1790000000}`, `{"n":2,"id":5000001,"at":1790000001}`, 0, 0, 1, ""},
		{"three rows for one", `{"l":[]}`, `{"l":[1,2,3]}`, `{"l":[1,2,3,4,5,6]}`, 0, 0, 1, ""},
		{"six rows where one makes three", `{"l":[]}`, `{"l":[1,2,3,4,5,6]}`, `{"l":[1,2,3,4,5,6,7,8,9]}`, 0, 0, 1, "+3 values in its state | +6 values"},
		{"what it says is not looked at", `{"n":0,"s":"a"}`, `{"n":1,"s":"b"}`, `{"n":2,"s":"ccc"}`, 0, 0, 1, ""},
		{"nothing", `{"n":0}`, `{"n":0}`, `{"n":0}`, 0, 0, 1, "neither"},
		{"no state, one lookup", ``, ``, ``, 1, 1, 1, ""},
		{"no state, none", ``, ``, ``, 0, 1, 1, "once: 1 lookups | 0 lookups"},
		{"no state, one lookup for two", ``, ``, ``, 1, 1, 2, "twice: 2 lookups | 1 lookups"},
		{"looked up twice and changed once", `{"n":0}`, `{"n":1}`, `{"n":2}`, 2, 1, 1, ""},
		{"looked up once and changed twice", `{"n":0}`, `{"n":2}`, `{"n":3}`, 1, 1, 1, "once: n +1 | n +2"},
		{"a state that does not tell, one lookup", `{"id":7}`, `{"id":8}`, `{"id":9000001}`, 1, 1, 1, ""},
		{"a state that does not tell, none", `{"s":"a"}`, `{"s":"a"}`, `{"s":"b"}`, 0, 1, 1, "1 lookups | 0 lookups"},
		{"dropped", `{"n":0}`, `{"n":0}`, `{"n":1}`, 0, 0, 1, "n +1 | n +0"},
	} {
		sent := []journal.Entry{answered(200)}
		got := expect.Effect{Lookups: row.lookups, Growth: expect.Grown([]byte(row.before), []byte(row.after))}
		one := expect.Effect{Lookups: row.each, Growth: expect.Grown([]byte(row.after), []byte(row.then))}
		err := expect.Once(got, one, row.n, sent)
		if row.says == "" {
			if err != nil {
				t.Errorf("%s: %v", row.reason, err)
			}
			continue
		}
		if m := mismatch(t, err); !strings.Contains(m.Want+" | "+m.Got, row.says) || len(m.Entries) != 1 {
			t.Errorf("%s: %q | %q, want %q", row.reason, m.Want, m.Got, row.says)
		}
	}
}

// TestOnceByLookupsAlone: who looks up again may have found that there was nothing to do. Nobody saw, so it is no verdict.
func TestOnceByLookupsAlone(t *testing.T) {
	silent := expect.Grown([]byte(`{"s":"a"}`), []byte(`{"s":"b"}`))
	for _, growth := range []expect.Growth{{}, silent} {
		err := expect.Once(expect.Effect{Lookups: 2, Growth: growth}, expect.Effect{Lookups: 1, Growth: growth}, 1, nil)
		if !errors.Is(err, expect.ErrLookedAgain) {
			t.Errorf("%v", err)
		}
	}
}

func TestSaid(t *testing.T) {
	word := func(text string) journal.Entry { return journal.Entry{Kind: journal.Word, Text: text} }
	entries := []journal.Entry{word("a"), answered(200), word("b"), word("a"), {Kind: journal.Consequence, Text: "c"}}
	for _, row := range []struct {
		words string
		want  int
		got   string // "": as it should be
	}{
		{"a", 2, ""}, {"a", -1, ""}, {"b", 1, ""}, {"c", 0, ""},
		{"a", 1, `twice (it said ["a" "b" "a"])`}, {"c", -1, "not at all"}, {"b", 0, "once"},
	} {
		err := expect.Said(entries, row.words, row.want)
		if row.got == "" && err != nil {
			t.Errorf("%s: %v", row.words, err)
		}
		if row.got != "" && !strings.HasPrefix(mismatch(t, err).Got, row.got) {
			t.Errorf("%s %d: %v, want %q", row.words, row.want, err, row.got)
		}
	}
}

func TestProbed(t *testing.T) {
	for _, row := range []struct {
		value, want string
		ok          bool
	}{{`1`, `1`, true}, {`"a"`, `"a"`, true}, {`9007199254740993`, `9007199254740993`, true}, {`1`, `2`, false}, {`"1"`, `1`, false}, {`null`, `0`, false}} {
		err := expect.Probed("n", "after the callback", []byte(row.value), row.want, nil)
		if row.ok {
			if err != nil {
				t.Errorf("%s is %s: %v", row.value, row.want, err)
			}
			continue
		}
		if m := mismatch(t, err); m.Message != "the probe n is wrong after the callback" || m.Want != row.want || m.Got != row.value {
			t.Errorf("%s is not %s: %+v", row.value, row.want, m)
		}
	}
}

// TestConsequences: each judgement with what passes, and with what it says of what does not.
func TestConsequences(t *testing.T) {
	on := mockplatforms.Hook{ID: 7, Event: "e", Active: true}
	off := mockplatforms.Hook{ID: 8, Event: "e", Off: "500 × 12"}
	own := mockplatforms.Hook{ID: 9, Event: "e"}
	drawn := []journal.Entry{{Kind: journal.Consequence, Text: "500 × 12: hook 8 switched off", To: []string{"a@b.example"}}}
	attempts := []journal.Entry{answered(500), answered(500)}
	hooks := func(list ...mockplatforms.Hook) []mockplatforms.Hook { return list }
	for _, row := range []struct {
		reason string
		err    error
		says   string // message | want | got; "": passes
	}{
		{"switched off", expect.SwitchedOff("e", hooks(off), attempts), ""},
		{"not switched off", expect.SwitchedOff("e", hooks(off, on), attempts), "hook 7 for e off | off, by the platform | on"},
		{"by its owner", expect.SwitchedOff("e", hooks(own), attempts), "off, by the platform | off, as its owner wants it"},
		{"no hook", expect.SwitchedOff("e", nil, nil), "no hook for e | one that the platform has switched off | none"},
		{"all on", expect.On(hooks(on, on), drawn), ""},
		{"one is off", expect.On(hooks(on, off), drawn), `hook 8 for e is off | on | off: 500 × 12; the platform said: ["500 × 12: hook 8 switched off"]`},
		{"none to be on", expect.On(nil, drawn), "no hook that could be on | at least one | none"},
		{"blocked", expect.Blocked(true, true, drawn), ""},
		{"not blocked", expect.Blocked(false, false, drawn), ""},
		{"blocked, and should not be", expect.Blocked(true, false, drawn), "domain is blocked | not blocked | blocked; the platform said"},
		{"not blocked, and should be", expect.Blocked(false, true, nil), "domain is not blocked | blocked | not blocked; the platform drew no consequence"},
		{"said", expect.Says(drawn, "hook 8 switched"), ""},
		{"not said", expect.Says(drawn, "hook 9"), `did not say this | "hook 9" | nothing of it; the platform said`},
		{"mailed", expect.Mailed(drawn, "a@b.example"), ""},
		{"not mailed", expect.Mailed(drawn, "b@b.example"), "a mail to b@b.example | none"},
		{"waiting", expect.Waiting(2, 2, drawn), ""},
		{"not so many wait", expect.Waiting(2, 3, drawn), "retry queue | 3 | 2; the platform said"},
		{"sent", expect.Sent("e", attempts, 2), ""},
		{"sent too often", expect.Sent("e", attempts, 1), "e was sent another number of times | once | twice"},
	} {
		if row.says == "" {
			if row.err != nil {
				t.Errorf("%s: %v", row.reason, row.err)
			}
			continue
		}
		m := mismatch(t, row.err)
		if got := m.Message + " | " + m.Want + " | " + m.Got; !strings.Contains(got, row.says) {
			t.Errorf("%s: %q, want %q in it", row.reason, got, row.says)
		}
	}
}

// TestGrowthIsBounded: what a receiver shows of itself may be nested as deep, and be as much, as it likes.
func TestGrowthIsBounded(t *testing.T) {
	deep := []byte(strings.Repeat(`{"a":`, 500) + "{" + strings.Repeat(`"b":{},`, 100_000) + `"c":1}` + strings.Repeat("}", 500))
	allocated := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(allocated)
	before := allocated[0].Value.Uint64()
	expect.Grown(deep, deep)
	metrics.Read(allocated)
	if cost := allocated[0].Value.Uint64() - before; cost > 200<<20 {
		t.Errorf("a state of %d bytes takes %d", len(deep), cost)
	}
	expect.Grown([]byte(strings.Repeat("[", 16<<20)), nil) // nobody can read it, and reading it would end the program
}
