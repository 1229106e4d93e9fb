package mockplatforms_test

import (
	"net/http"
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
		{signing(false), []mockplatforms.Condition{"forged", "odd signature", "retry"}, []mockplatforms.Condition{"good", "no JSON"}, "the event is lost"},
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
		answer       mockplatforms.Answer
		status       int
		acknowledged bool
		want         bool
	}{
		{mockplatforms.Acknowledged, 200, true, true}, {mockplatforms.Acknowledged, 204, false, false},
		{mockplatforms.Refused, 400, false, true}, {mockplatforms.Refused, 499, false, true}, {mockplatforms.Refused, 200, true, false},
		{mockplatforms.Refused, http.StatusRequestTimeout, false, false}, {mockplatforms.Refused, http.StatusTooManyRequests, false, false},
		{mockplatforms.Refused, 399, false, false}, {mockplatforms.Refused, 500, false, false}, {mockplatforms.Refused, 404, true, false},
		{"401", 401, false, true}, {"401", 403, false, false},
	} {
		if got := c.answer.Fits(c.status, c.acknowledged); got != c.want {
			t.Errorf("%s fits %d (acknowledged %t): %t", c.answer, c.status, c.acknowledged, got)
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
		{"good", []mockplatforms.Answer{"204"}, "narrowed, not widened"}, // this platform takes 200 only
		{"forged", []mockplatforms.Answer{"200"}, "narrowed, not widened"},
		{"forged", []mockplatforms.Answer{"acknowledged"}, "narrowed, not widened"},
		{"no JSON", []mockplatforms.Answer{"500"}, "narrowed, not widened"},
		{"forged", []mockplatforms.Answer{"refusd"}, `did you mean "refused"?`},
		{"forged", []mockplatforms.Answer{"4xx"}, "is no answer"},
		{"forged", []mockplatforms.Answer{"9"}, "is no answer"},
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
