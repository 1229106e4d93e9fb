package mockplatforms_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

func signing(sign bool, retries ...time.Duration) *mockplatforms.Platform {
	p := &mockplatforms.Platform{Name: "toy", Title: "Toy", Policy: mockplatforms.Policy{
		Acknowledged: func(status int) bool { return status == 200 }, Retries: retries, SwitchOff: len(retries) > 1,
	}}
	if sign {
		p.Sign = func(mockplatforms.Account, string, time.Time, []byte) ([]fixtures.Field, error) { return nil, nil }
	}
	return p
}

func TestContractIsThePlatforms(t *testing.T) {
	for _, c := range []struct {
		p       *mockplatforms.Platform
		absent  []mockplatforms.Condition
		present []mockplatforms.Condition
		why     string // of "good"
	}{
		{signing(false), []mockplatforms.Condition{"forged", "odd signature", "odd timestamp", "retry"}, []mockplatforms.Condition{"good", "no JSON"}, "the event is lost"},
		{signing(true, time.Minute), nil, []mockplatforms.Condition{"forged", "odd signature", "retry"}, "tried again 1 times, and then lost"},
		{signing(true, time.Minute, time.Hour), nil, []mockplatforms.Condition{"forged"}, "tried again 2 times in 1 h 01 min, and then the hook is switched off"},
	} {
		var names []mockplatforms.Condition
		for _, clause := range c.p.Contract() {
			names = append(names, clause.Condition)
			if clause.What == "" || clause.Why == "" || slices.Contains(names[:len(names)-1], clause.Condition) {
				t.Errorf("the clause %+v says too little, or is the second of its name", clause)
			}
		}
		for _, name := range c.absent {
			if slices.Contains(names, name) {
				t.Errorf("%s is a condition of a platform that cannot bring it about", name)
			}
		}
		for _, name := range c.present {
			if !slices.Contains(names, name) {
				t.Errorf("%s is no condition", name)
			}
		}
		if good, err := c.p.Clause("good"); err != nil || !strings.Contains(good.Why, c.why) {
			t.Errorf("why: %q, not %q (%v)", good.Why, c.why, err)
		}
	}
	if _, err := signing(true).Clause("forgd"); err == nil || !strings.Contains(err.Error(), `did you mean "forged"?`) {
		t.Errorf("the nearest condition is not named: %v", err)
	}
}

func TestAnswerFits(t *testing.T) {
	for _, c := range []struct {
		answer mockplatforms.Answer
		reply  mockplatforms.Reply
		want   bool
	}{
		{mockplatforms.Acknowledged, mockplatforms.Reply{Status: 200, Acknowledged: true}, true},
		{mockplatforms.Acknowledged, mockplatforms.Reply{Status: 204}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 400}, true},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 418}, true}, // none of the table: as 400
		{mockplatforms.Refused, mockplatforms.Reply{Status: 499}, true},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 200, Acknowledged: true}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 404, Acknowledged: true}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 399}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 100}, false},
		{mockplatforms.Refused, mockplatforms.Reply{}, false},
		// Later: nothing was wrong with what came.
		{mockplatforms.Refused, mockplatforms.Reply{Status: 408}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 425}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 429}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 503}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 411, Coded: true}, true},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 417}, true},
		// A 5xx is a refusal only of what it is about.
		{mockplatforms.Refused, mockplatforms.Reply{Status: 500, Method: "GET"}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 501, Method: "GET"}, true},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 501, Coded: true}, true},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 501, Method: "POST"}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 501}, false},
		{mockplatforms.Refused, mockplatforms.Reply{Status: 505, Method: "GET", Coded: true}, false},
		{mockplatforms.Later, mockplatforms.Reply{Status: 429, RetryAfter: true}, true},
		{mockplatforms.Later, mockplatforms.Reply{Status: 503, RetryAfter: true}, true},
		{mockplatforms.Later, mockplatforms.Reply{Status: 429}, false}, // when?
		{mockplatforms.Later, mockplatforms.Reply{Status: 500, RetryAfter: true}, false},
		{mockplatforms.Later, mockplatforms.Reply{Status: 409, RetryAfter: true}, false},
		{mockplatforms.Later, mockplatforms.Reply{Status: 200, Acknowledged: true, RetryAfter: true}, false},
		{"401", mockplatforms.Reply{Status: 401}, true}, {"401", mockplatforms.Reply{Status: 403}, false},
	} {
		if got := c.answer.Fits(c.reply); got != c.want {
			t.Errorf("%s fits %+v: %t", c.answer, c.reply, got)
		}
	}
}

// TestMeanings: every status has one row or that of its class, and RFC 9110's 4xx and 5xx all have a word of their own.
func TestMeanings(t *testing.T) {
	seen := map[int]bool{}
	for _, m := range mockplatforms.Meanings() {
		if seen[m.Status] || m.Words == "" || m.Name() == "" {
			t.Errorf("the row %+v is the second of its status, or says nothing", m)
		}
		seen[m.Status] = true
	}
	for _, status := range []int{
		400, 401, 402, 403, 404, 405, 406, 407, 408, 409, 410, 411, 412, 413, 414, 415, 416, 417, 421, 422, 426, 500, 501, 502, 503, 504, 505,
	} {
		if !seen[status] {
			t.Errorf("%d is a status of RFC 9110, and the table does not say what it means", status)
		}
	}
	for status, want := range map[int]mockplatforms.StatusKind{204: "success", 307: "redirect", 499: "refusal", 599: "breakage"} {
		if m, ok := mockplatforms.MeaningOf(status); !ok || m.Kind != want || m.Status != status {
			t.Errorf("%d is %+v, not a %s", status, m, want)
		}
	}
}

// TestNarrow: a project asks more of its receiver than the platform does, and never less.
func TestNarrow(t *testing.T) {
	p := signing(true)
	for _, c := range []struct {
		condition string
		allowed   []mockplatforms.Answer
		err       string
	}{
		{"forged", []mockplatforms.Answer{"401", "403"}, ""},
		{"forged", []mockplatforms.Answer{"refused"}, ""},
		{"no JSON", []mockplatforms.Answer{"refused"}, ""},
		{"good", []mockplatforms.Answer{"200"}, ""},
		{"good", []mockplatforms.Answer{"later"}, "narrowed, not widened"},
		{"many at once", []mockplatforms.Answer{"later"}, "narrowed, not widened"}, // this one never comes again
		{"good", []mockplatforms.Answer{"204"}, "narrowed, not widened"},           // this platform takes 200 only
		{"forged", []mockplatforms.Answer{"200"}, "narrowed, not widened"},
		{"forged", []mockplatforms.Answer{"acknowledged"}, "narrowed, not widened"},
		{"no JSON", []mockplatforms.Answer{"500"}, "narrowed, not widened"},
		{"odd envelope", []mockplatforms.Answer{"405", "501"}, ""},
		{"forged", []mockplatforms.Answer{"refusd"}, `did you mean "refused"?`},
		{"forged", []mockplatforms.Answer{"4xx"}, "is not an answer"},
		{"forged", []mockplatforms.Answer{"9"}, "is not an answer"},
		{"forged", nil, "no answer would be allowed"},
	} {
		clause, err := p.Clause(c.condition)
		if err != nil {
			t.Fatal(err)
		}
		narrow, err := p.Narrow(clause, c.allowed)
		switch {
		case c.err == "" && (err != nil || !slices.Equal(narrow.Allowed, c.allowed)):
			t.Errorf("%s %q: %v, %v", c.condition, c.allowed, narrow.Allowed, err)
		case c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)):
			t.Errorf("%s %q: the error is %v", c.condition, c.allowed, err)
		}
	}
}
