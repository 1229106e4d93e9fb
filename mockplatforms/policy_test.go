package mockplatforms_test

import (
	"fmt"
	"math/rand"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

func TestInWords(t *testing.T) {
	const day = 24 * time.Hour
	for _, row := range []struct {
		reason string
		d      time.Duration
		want   string
	}{
		{"nothing", 0, "0 s"},
		{"seconds", 30 * time.Second, "30 s"},
		{"the last that is no minute", 59 * time.Second, "59 s"},
		{"a minute without seconds", 60 * time.Second, "1 min"},
		{"a minute with one", 61 * time.Second, "1 min 01 s"},
		{"a minute with several", 90 * time.Second, "1 min 30 s"},
		{"a round number of minutes keeps its zero", 10 * time.Minute, "10 min"},
		{"the last that is no hour", 3599 * time.Second, "59 min 59 s"},
		{"an hour without minutes", 3600 * time.Second, "1 h"},
		{"odd seconds beyond an hour", 3601 * time.Second, "1 h 00 min 01 s"},
		{"an hour with one minute", 3660 * time.Second, "1 h 01 min"},
		{"an hour with both", 3661 * time.Second, "1 h 01 min 01 s"},
		{"a round number of hours keeps its zero", 20 * time.Hour, "20 h"},
		{"the retries of BigCommerce in all", 173040 * time.Second, "48 h 04 min"},
		{"as few days are hours", 3 * day, "72 h"},
		{"the last that are hours", 4*day - time.Second, "95 h 59 min 59 s"},
		{"days", 4 * day, "4 days"},
		{"days and a second are hours", 4*day + time.Second, "96 h 00 min 01 s"},
		{"days and an hour are hours", 4*day + time.Hour, "97 h"},
		{"a quarter", 90 * day, "90 days"},
		{"parts of a second stay", 1500 * time.Millisecond, "1.5s"},
		{"less than one", 250 * time.Millisecond, "250ms"},
		{"not to the nanosecond", 1500*time.Millisecond + 1, "1.5s"},
		{"beyond a minute they do not matter", time.Minute + 500*time.Millisecond, "1 min"},
		{"nor beyond an hour", time.Hour + 500*time.Millisecond, "1 h"},
		{"nor beyond days", 4*day + time.Millisecond, "96 h"},
	} {
		if got := mockplatforms.InWords(row.d); got != row.want {
			t.Errorf("%s: %s is %q, want %q", row.reason, row.d, got, row.want)
		}
	}
}

func TestDelay(t *testing.T) {
	p := mockplatforms.Policy{Retries: []time.Duration{time.Minute, 3 * time.Minute, 5 * time.Minute}}
	for _, row := range []struct {
		reason string
		policy mockplatforms.Policy
		n      int
		want   time.Duration
		more   bool
	}{
		{"attempts count from 1", p, 0, 0, false},
		{"none before", p, -1, 0, false},
		{"after the first", p, 1, time.Minute, true},
		{"after the second", p, 2, 3 * time.Minute, true},
		{"after the last but one", p, 3, 5 * time.Minute, true},
		{"after the last", p, 4, 0, false},
		{"long after", p, 1 << 40, 0, false},
		{"no retries at all", mockplatforms.Policy{}, 1, 0, false},
	} {
		if got, more := row.policy.Delay(row.n); got != row.want || more != row.more {
			t.Errorf("%s: attempt %d is followed after %s, %v, want %s, %v", row.reason, row.n, got, more, row.want, row.more)
		}
	}
}

func TestJudge(t *testing.T) {
	field := func(name, value int) fixtures.Field {
		return fixtures.Field{Name: strings.Repeat("n", name), Value: strings.Repeat("v", value)}
	}
	strict := mockplatforms.Policy{
		Acknowledged: mockplatforms.Success2xx, Limits: mockplatforms.AnswerLimits{Fields: 3, Name: 5, Value: 7},
	}
	lax := mockplatforms.Policy{Acknowledged: mockplatforms.Success2xx}
	only := func(limits mockplatforms.AnswerLimits) mockplatforms.Policy {
		return mockplatforms.Policy{Acknowledged: mockplatforms.Success2xx, Limits: limits}
	}
	redirects := mockplatforms.Policy{Acknowledged: func(status int) bool { return status == 302 }}
	big := []fixtures.Field{field(1<<12, 1<<20), {}, {}, {}, {}}
	for _, row := range []struct {
		reason string
		policy mockplatforms.Policy
		status int
		header []fixtures.Field
		want   string
	}{
		{"a success without a header", strict, 200, nil, ""},
		{"the last success", strict, 299, nil, ""},
		{"a redirect says that it is not followed", strict, 300, nil, "status 300: redirects are not followed"},
		{"the last redirect", strict, 399, nil, "status 399: redirects are not followed"},
		{"the first that is none", strict, 400, nil, "status 400"},
		{"an informational status", strict, 199, nil, "status 199"},
		{"a failure", strict, 500, nil, "status 500"},
		{"a platform that takes redirects", redirects, 302, nil, ""},
		{"and nothing else, not even 200", redirects, 200, nil, "status 200"},
		{"a redirect that it does not take", redirects, 301, nil, "status 301: redirects are not followed"},
		{"the status counts before the header", strict, 500, big, "status 500"},
		{"as many fields as may be", strict, 200, make([]fixtures.Field, 3), ""},
		{"one more", strict, 200, make([]fixtures.Field, 4), "its header has 4 fields, more than 3"},
		{"as long a name as may be", strict, 200, []fixtures.Field{field(5, 0)}, ""},
		{"one byte more", strict, 200, []fixtures.Field{{}, field(6, 0)}, "the name of a header field has 6 bytes, more than 5"},
		{"as long a value as may be", strict, 200, []fixtures.Field{field(1, 7)}, ""},
		{"one byte more", strict, 200, []fixtures.Field{field(1, 7), field(2, 8)}, "the header field nn has 8 bytes, more than 7"},
		{"bytes, not letters", strict, 200, []fixtures.Field{{Name: "n", Value: "éééé"}}, "the header field n has 8 bytes, more than 7"},
		{"no limits", lax, 204, big, ""},
		{"a limit of fields alone", only(mockplatforms.AnswerLimits{Fields: 5}), 204, big, ""},
		{"a limit of names alone", only(mockplatforms.AnswerLimits{Name: 4095}), 204, big, "the name of a header field has 4096 bytes, more than 4095"},
		{"a limit of values alone", only(mockplatforms.AnswerLimits{Name: 4096, Value: 1 << 20}), 204, big, ""},
	} {
		if got := row.policy.Judge(row.status, row.header); got != row.want {
			t.Errorf("%s: %d with %d fields: %q, want %q", row.reason, row.status, len(row.header), got, row.want)
		}
	}
}

func TestTrips(t *testing.T) {
	blocks := mockplatforms.Blocklist{Minimum: 100, Success: 0.9}
	for _, row := range []struct {
		reason              string
		rule                mockplatforms.Blocklist
		successes, failures int
		want                bool
	}{
		{"no answers", blocks, 0, 0, false},
		{"one too few, all failed", blocks, 0, 99, false},
		{"just enough, all failed", blocks, 0, 100, true},
		{"just enough, exactly the share", blocks, 90, 10, false},
		{"just enough, one under it", blocks, 89, 11, true},
		{"one too few, under it", blocks, 88, 11, false},
		{"more, and just over it", blocks, 91, 10, false},
		{"more, and just under it: 90 of 101", blocks, 90, 11, true},
		{"all successes", blocks, 1000, 0, false},
		{"no minimum and no answers", mockplatforms.Blocklist{Success: 0.9}, 0, 0, false},
		{"no minimum, one failure", mockplatforms.Blocklist{Success: 0.9}, 0, 1, true},
		{"every failure counts", mockplatforms.Blocklist{Success: 1}, 999, 1, true},
		{"no share: never", mockplatforms.Blocklist{}, 0, 1000, false},
	} {
		if got := row.rule.Trips(row.successes, row.failures); got != row.want {
			t.Errorf("%s: %d successes and %d failures trip: %v", row.reason, row.successes, row.failures, got)
		}
	}
	// 0.9 is no binary fraction; no number of answers may tip over by that.
	for tens := 10; tens < 200_000; tens++ {
		if blocks.Trips(9*tens, tens) {
			t.Fatalf("%d of %d are 90 %%, and it trips", 9*tens, 10*tens)
		}
		if !blocks.Trips(9*tens-1, tens+1) {
			t.Fatalf("%d of %d are under 90 %%, and it does not trip", 9*tens-1, 10*tens)
		}
	}
}

// TestOutcomes writes successes as + and failures as -, each with the second in which it came.
func TestOutcomes(t *testing.T) {
	for _, row := range []struct{ reason, answers, want string }{
		{"one", "+0", "1/0"},
		{"several at one time", "+0 -0 +0", "1/0 1/1 2/1"},
		{"within the window", "+0 -5 -9", "1/0 1/1 1/2"},
		{"what is as old as the window is gone", "+0 -10", "1/0 0/1"},
		{"what is younger by a second is not", "+0 -1 -10", "1/0 1/1 0/2"},
		{"all of one time go at once", "+0 +0 -0 -9 +10", "1/0 2/0 2/1 2/2 1/1"},
		{"several times go at once", "+0 -1 +2 -60", "1/0 1/1 2/1 0/1"},
		{"the window slides on", "-0 -4 -8 -12 -16 -20", "0/1 0/2 0/3 0/3 0/3 0/3"},
		{"at the end of a long silence", "-0 -0 +9999999", "0/1 0/2 1/0"},
	} {
		var o mockplatforms.Outcomes
		var got []string
		for _, text := range strings.Fields(row.answers) {
			var sign rune
			var second int
			if _, err := fmt.Sscanf(text, "%c%d", &sign, &second); err != nil {
				t.Fatal(err)
			}
			successes, failures := o.Add(time.Duration(second)*time.Second, 10*time.Second, sign == '+')
			got = append(got, fmt.Sprintf("%d/%d", successes, failures))
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %s gives %q, want %q", row.reason, row.answers, got, row.want)
		}
	}
}

// TestOutcomesEqualARecount: whatever comes when, what is kept while the window slides is what counting anew would find.
func TestOutcomesEqualARecount(t *testing.T) {
	type answer struct {
		at      time.Duration
		success bool
	}
	for seed := range int64(200) {
		r := rand.New(rand.NewSource(seed))
		window := time.Duration(1 + r.Intn(50))
		var o mockplatforms.Outcomes
		var all []answer
		now := time.Duration(0)
		for step := range 300 {
			switch r.Intn(10) { // mostly at once; now and then the window is left behind
			case 0, 1, 2:
				now += time.Duration(r.Intn(7))
			case 3:
				now += window - 1 + time.Duration(r.Intn(3))
			}
			all = append(all, answer{now, r.Intn(3) > 0})
			successes, failures := o.Add(now, window, all[len(all)-1].success)
			wantSuccesses, wantFailures := 0, 0
			for _, a := range all {
				switch {
				case a.at <= now-window:
				case a.success:
					wantSuccesses++
				default:
					wantFailures++
				}
			}
			if successes != wantSuccesses || failures != wantFailures {
				t.Fatalf("seed %d, step %d at %d, window %d: %d and %d, a recount finds %d and %d",
					seed, step, now, window, successes, failures, wantSuccesses, wantFailures)
			}
		}
	}
}

func full() mockplatforms.Policy {
	return mockplatforms.Policy{
		Acknowledged: mockplatforms.Success2xx, Acknowledges: "200 to 299", Timeout: 10 * time.Second,
		Limits:  mockplatforms.AnswerLimits{Fields: 64, Name: 65, Value: 66},
		Retries: []time.Duration{time.Minute, 4 * time.Minute}, SwitchOff: true,
		Idle: 90 * 24 * time.Hour, Activation: time.Minute,
		Block:      &mockplatforms.Blocklist{Window: 2 * time.Minute, Minimum: 100, Success: 0.9, For: 3 * time.Minute},
		Exceptions: &mockplatforms.Exceptions{Event: "deliveryException", Every: 10 * time.Minute},
		Tolerance:  5 * time.Minute,
	}
}

// TestTable: what the platform does not do has its row too, so that a reader need not guess.
func TestTable(t *testing.T) {
	little := mockplatforms.Policy{Acknowledges: "exactly 200", Timeout: time.Second}
	for _, row := range []struct{ name, all, little string }{
		{"acknowledged", "200 to 299", "exactly 200"},
		{"answer timeout", "10 s, real time", "1 s, real time"},
		{"redirects", "not followed, a failure", "not followed, a failure"},
		{"answer header", "at most 64 fields, names of 65 bytes, values of 66 bytes; else a failure", "no limits"},
		{"retries", "3 attempts in 5 min, after 60 240 s, each from the one before", "none: one attempt"},
		{"after the last", "the hook is switched off, and its owner gets a mail", "nothing; the event is lost"},
		{"idle hook", "switched off after 90 days without an event", "stays on"},
		{"new hook", "gets nothing for 1 min", "works at once"},
		{"blocked domain", "for 3 min, with all its hooks of one client, if under 90 % of at least 100 answers in 2 min are successes; events wait in the retry queue", "never"},
		{"exceptions", "a hook for deliveryException is told of a failure (at most once in 10 min for a destination), of the last one, and of a block", "nobody is told"},
		{"signature", "good within 5 min of the receiver's time", "none"},
	} {
		for want, policy := range map[string]mockplatforms.Policy{row.all: full(), row.little: little} {
			rules := policy.Table()
			i := slices.IndexFunc(rules, func(r mockplatforms.Rule) bool { return r.Name == row.name })
			if i < 0 || rules[i].Value != want {
				t.Errorf("%s: rule %d of %+v, want %q", row.name, i, rules, want)
			}
		}
	}
}

func TestTableNamesAndDefaults(t *testing.T) {
	for reason, p := range map[string]mockplatforms.Policy{"all that there is": full(), "next to nothing": toy().Policy} {
		seen := map[string]bool{}
		for _, r := range p.Table() {
			if r.Name == "" || r.Value == "" || seen[r.Name] || r.Unknown {
				t.Errorf("%s: rule %+v", reason, r)
			}
			seen[r.Name] = true
		}
		for name := range seen { // each of them may be a default, and is then the only one
			marked := p
			marked.Defaults = []string{name}
			bad := toy()
			bad.Policy = marked
			if err := mockplatforms.Validate([]*mockplatforms.Platform{bad}); err != nil {
				t.Errorf("%s: %q cannot be a default: %v", reason, name, err)
			}
			for _, r := range marked.Table() {
				if r.Unknown != (r.Name == name) {
					t.Errorf("%s: with the default %q: %+v", reason, name, r)
				}
			}
		}
	}
}

// TestPolicyWith: switches change the policy of one scenario, and never the platform's.
func TestPolicyWith(t *testing.T) {
	s := toyState(t, nil)
	if got := s.Policy(); len(got.Retries) != 0 || got.Timeout != time.Second {
		t.Errorf("a platform that does not vary has %+v", got)
	}
	s.Platform.Vary = func(p mockplatforms.Policy, setting func(string) string) mockplatforms.Policy {
		if setting("status") == "201" {
			p.Retries = []time.Duration{time.Hour}
		}
		return p
	}
	if got := s.Policy(); len(got.Retries) != 0 {
		t.Errorf("under the default: %+v", got)
	}
	if err := s.Set("status", "201"); err != nil {
		t.Fatal(err)
	}
	if d, more := s.Policy().Delay(1); !more || d != time.Hour || len(s.Platform.Policy.Retries) != 0 {
		t.Errorf("under the switch: %s, %v; the platform's own: %+v", d, more, s.Platform.Policy)
	}
}
