package expect_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// hooksFor stand at the platform; "event>url" has a target of its own.
func hooksFor(list ...string) (hooks []mockplatforms.Hook) {
	for _, text := range list {
		event, to, ok := strings.Cut(text, ">")
		if !ok {
			to = "http://127.0.0.1:3000/hooks/" + event
		}
		hooks = append(hooks, mockplatforms.Hook{Event: event, Target: to})
	}
	return hooks
}

// asking is a request for hooks; "event!" is refused.
func asking(events ...string) expect.Request {
	r := expect.Request{Entry: journal.Entry{Kind: journal.Registration, Request: journal.Message{Body: []byte(strings.Join(events, ","))}}}
	for _, event := range events {
		name, refused := strings.CutSuffix(event, "!")
		r.Asked = append(r.Asked, mockplatforms.Ask{Event: name, Accepted: !refused})
	}
	return r
}

func home(event string) string { return "http://127.0.0.1:3000/hooks/" + event }

func TestRegistrations(t *testing.T) {
	type requests = []expect.Request
	once := requests{asking("a", "b")}
	tests := []struct {
		name string
		err  error
		says string // "" is agreement
	}{
		{"enough", expect.Standing(hooksFor("a", "b"), once, 2), ""},
		{"more than enough", expect.Standing(hooksFor("a", "b"), once, 1), ""},
		{"too few", expect.Standing(hooksFor("a"), once, 2), `expected at least 2, got 1: ["a"]`},
		{"none", expect.Standing(nil, nil, 1), `got 0: []`},
		{"covered", expect.Covered(true, "a", nil, once), ""},
		{"not covered", expect.Covered(false, "c", hooksFor("a"), once), `has no hook for c; expected an active hook that covers it, got 1: ["a"]`},

		{"each once", expect.StandOnce(hooksFor("a", "b"), once), ""},
		{"refused, and made good", expect.StandOnce(hooksFor("a", "b"), requests{asking("a", "b!"), asking("b")}), ""},
		{"one event, two targets", expect.StandOnce(hooksFor("a", "a>http://127.0.0.1:3000/other"), requests{asking("a"), asking("a")}), ""},
		{"refused, and left", expect.StandOnce(hooksFor("a"), requests{asking("a", "b!")}), "asked for b, was refused"},
		{"accepted, and gone", expect.StandOnce(hooksFor("a"), once), "asked for b"},
		{"twice", expect.StandOnce(hooksFor("a", "b", "a"), once), "a stands twice"},
		{"asked for none", expect.StandOnce(hooksFor("a"), nil), "asked for no hook"},

		{"only what was refused", expect.OnlyRefused(requests{asking("a", "b!"), asking("b!"), asking("b")}, nil), ""},
		{"what was taken, but forgotten since", expect.OnlyRefused(inOrder(requests{asking("a"), asking("a")}), []int{1}), ""},
		{"what was taken since it was forgotten", expect.OnlyRefused(inOrder(requests{asking("a"), asking("a"), asking("a")}), []int{1}), "registers a again"},
		{"what was taken", expect.OnlyRefused(requests{asking("a", "b!"), asking("a", "b")}, nil), "registers a again"},
		{"what was taken later", expect.OnlyRefused(requests{asking("a!"), asking("a"), asking("a")}, nil), "registers a again"},
		{"taken once, refused then", expect.OnlyRefused(requests{asking("a"), asking("a!")}, nil), "registers a again"},
		{"twice in one request", expect.OnlyRefused(requests{asking("a", "a")}, nil), ""}, // one reply answers both

		{"at most", expect.AtMost(requests{asking("a"), asking("a")}, 2, true), ""},
		{"one too many", expect.AtMost(requests{asking("a"), asking("a")}, 1, true), "expected at most 1 requests, got 2"},
		{"few, without an end", expect.AtMost(requests{asking("a")}, 2, false), "it goes on"},
		{"none allowed", expect.AtMost(requests{asking("a")}, 0, true), "got 1"},

		{"home", expect.PointTo(hooksFor("a", "b>http://127.0.0.1:3000/elsewhere?x=1"), once, home), ""},
		{"no word for a target", expect.PointTo(hooksFor("a>"), once, home), ""},
		{"another port", expect.PointTo(hooksFor("a", "b>http://127.0.0.1:3001/hooks/b"), once, home), "the hook for b points elsewhere"},
		{"another host", expect.PointTo(hooksFor("a>http://localhost:3000/hooks/a"), once, home), "got http://localhost:3000/hooks/a"},
		{"no URL", expect.PointTo(hooksFor("a>:"), once, home), "points elsewhere"},
		{"no hook", expect.PointTo(nil, once, home), "do not stand"},
	}
	for _, test := range tests {
		if test.says == "" {
			if test.err != nil {
				t.Errorf("%s: %v", test.name, test.err)
			}
			continue
		}
		if m := mismatch(t, test.err); !strings.Contains(m.Error(), test.says) {
			t.Errorf("%s: %q, want %q in it", test.name, m.Error(), test.says)
		}
	}
}

// The evidence is the request that is wrong.
func TestOnlyRefusedShowsTheRequest(t *testing.T) {
	requests := []expect.Request{asking("a"), asking("b"), asking("a", "c")}
	for i := range requests {
		requests[i].Entry.Seq = i + 1
	}
	m := mismatch(t, expect.OnlyRefused(requests, nil))
	if len(m.Entries) != 1 || m.Entries[0].Seq != 3 || m.Got != "a,c" {
		t.Errorf("%+v", m)
	}
}

func TestAnyShape(t *testing.T) {
	is := func(e journal.Entry, recorded string) error {
		if string(e.Request.Body) == recorded {
			return nil
		}
		return errors.New("it is not " + recorded)
	}
	recorded := func(journal.Entry) []string { return []string{"a", "b"} }
	none := func(journal.Entry) []string { return nil }
	if err := expect.AnyShape([]expect.Request{asking("b"), asking("a")}, recorded, is); err != nil {
		t.Error(err)
	}
	m := mismatch(t, expect.AnyShape([]expect.Request{asking("b"), asking("c")}, recorded, is))
	if m.Got != "it is not a" || len(m.Entries) != 1 || string(m.Entries[0].Request.Body) != "c" {
		t.Errorf("%+v", m)
	}
	// Nothing to compare, and nothing to compare with, is no agreement.
	if m := mismatch(t, expect.AnyShape(nil, recorded, is)); !strings.Contains(m.Message, "asked for no hook") {
		t.Errorf("%+v", m)
	}
	if m := mismatch(t, expect.AnyShape([]expect.Request{asking("a")}, none, is)); !strings.Contains(m.Got, "none is recorded") {
		t.Errorf("%+v", m)
	}
}

// inOrder numbers requests as a journal does.
func inOrder(list []expect.Request) []expect.Request {
	for i := range list {
		list[i].Entry.Seq = i + 1
	}
	return list
}
