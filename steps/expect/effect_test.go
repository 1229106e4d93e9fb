package expect_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

func TestEffects(t *testing.T) {
	attempts := []journal.Entry{answered(200)}
	one, two, oneAgain := []byte(`{"n":1,"s":"é"}`), []byte(`{"n":2,"s":"é"}`), []byte(`{ "s": "\u00e9", "n": 1 }`)
	tests := []struct {
		name       string
		err        error
		ok         bool
		want, says string
	}{
		{"changed", expect.Changed(one, two, attempts), true, "", ""},
		{"not changed", expect.Changed(one, oneAgain, attempts), false, "another state", "200 is not an effect"},
		{"unchanged", expect.Unchanged("m", one, oneAgain, attempts), true, "", ""},
		{"not unchanged", expect.Unchanged("it came twice", one, two, attempts), false, "the state that was there before", "it came twice"},
		{"shown", expect.Shown([]byte(`{}`), one, "é", attempts), true, "", ""},
		{"not shown", expect.Shown([]byte(`{}`), one, "2", attempts), false, `"2" somewhere`, "not kept"},
		{"shown once more", expect.Shown([]byte(`["a"]`), []byte(`["a","xax"]`), "a", attempts), true, "", ""},
		{"shown by what was there before", expect.Shown([]byte(`["a"]`), []byte(`["a","b"]`), "a", attempts), false, "once more", "not kept"},
		{"shown by what has taken its place", expect.Shown([]byte(`{"id":1,"n":"a"}`), []byte(`{"id":2,"n":"a"}`), "a", attempts), true, "", ""},
		{"shown no more", expect.Shown([]byte(`["a"]`), []byte(`["b"]`), "a", attempts), false, `"a" somewhere`, "not kept"},
		{"shown by a key", expect.Shown([]byte(`{"1":{}}`), []byte(`{"1":{},"63546":{"mail":"a"}}`), "63546", attempts), true, "", ""},
		{"not shown by a longer key", expect.Shown([]byte(`{}`), []byte(`{"163546":{}}`), "63546", attempts), false, `"63546" somewhere`, "not kept"},
		{"not hidden from the keys", expect.Hidden([]byte(`{"jane@example.com":{}}`), "jane@example.com", attempts), false, "nowhere", "keeps"},
		{"hidden", expect.Hidden(one, "2", attempts), true, "", ""},
		{"not hidden", expect.Hidden(one, "1", attempts), false, `"1" nowhere`, "keeps"},
		{"nothing sent", expect.NothingSent(nil), true, "", ""},
		{"something sent", expect.NothingSent(attempts), false, "none", "was sent"},
	}
	for _, test := range tests {
		if test.ok {
			if test.err != nil {
				t.Errorf("%s: %v", test.name, test.err)
			}
			continue
		}
		m := mismatch(t, test.err)
		if !strings.Contains(m.Want, test.want) || !strings.Contains(m.Message, test.says) || m.Got == "" || len(m.Entries) != 1 {
			t.Errorf("%s: %+v", test.name, m)
		}
	}
}

// What differs is shown, not two states to be compared by eye.
func TestUnchangedShowsTheDifference(t *testing.T) {
	m := mismatch(t, expect.Unchanged("m", []byte(`{"a":"same","n":1}`), []byte(`{"a":"same","n":2}`), nil))
	if !strings.HasSuffix(m.Got, "\n~ n: 1 → 2") || strings.Contains(m.Got, "same") {
		t.Errorf("got %s", m.Got)
	}
}

func TestWithin(t *testing.T) {
	took := func(d time.Duration, failure string) journal.Entry {
		e := answered(200)
		e.Took, e.Failure = d, failure
		return e
	}
	if err := expect.Within(took(time.Second, ""), time.Second); err != nil {
		t.Error(err)
	}
	if m := mismatch(t, expect.Within(took(time.Second+time.Millisecond, ""), time.Second)); m.Want != "an answer within 1s" || m.Got != "1.001s" || len(m.Entries) != 1 {
		t.Errorf("%+v", m)
	}
	if m := mismatch(t, expect.Within(took(time.Millisecond, "connection reset"), time.Second)); !strings.Contains(m.Got, "connection reset") {
		t.Errorf("a broken connection was in time, or: %+v", m)
	}
}

func TestAnswerFields(t *testing.T) {
	e := answered(200)
	e.Response.Header = append(e.Response.Header, struct{ Name, Value string }{"Content-Type", "application/json"})
	e.Response.Body = []byte(`{"status":"ok"}`)
	for _, name := range []string{"Content-Type", "content-type"} {
		if err := expect.Field(e, name, "application/json"); err != nil {
			t.Error(err)
		}
	}
	if m := mismatch(t, expect.Field(e, "Content-Type", "text/html")); m.Want != `"text/html"` || m.Got != `"application/json"` || len(m.Entries) != 1 {
		t.Errorf("%+v", m)
	}
	if m := mismatch(t, expect.Field(e, "X-None", "a")); m.Got != `""` || !strings.Contains(m.Message, "X-None") {
		t.Errorf("%+v", m)
	}
	if err := expect.Contains(e, `"ok"`); err != nil {
		t.Error(err)
	}
	if m := mismatch(t, expect.Contains(e, "okay")); !strings.Contains(m.Want, `"okay"`) || !strings.Contains(m.Got, "status") || len(m.Entries) != 1 {
		t.Errorf("%+v", m)
	}
}

func TestNothingNewIsNoPass(t *testing.T) {
	state := []byte(`["a"]`)
	if err := expect.Shown(state, state, "a", nil); !errors.Is(err, expect.ErrNothingNew) {
		t.Errorf("a state that showed it before, and has not changed: %v", err)
	}
	if err := expect.Shown(state, []byte(`["b"]`), "a", nil); errors.Is(err, expect.ErrNothingNew) {
		t.Error("a state that has lost it is one in which nothing can be seen")
	}
}
