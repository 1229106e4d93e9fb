package expect_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// answered is an attempt as the engine journals it for a platform that takes any 2xx.
func answered(status int) journal.Entry {
	return journal.Entry{
		Kind: journal.Attempt, Event: "customer_new", Response: journal.Message{Status: status},
		Acknowledged: status >= 200 && status < 300,
	}
}

// broken is an attempt that got no answer, or, with a status, one that broke off.
func broken(status int, failure string) journal.Entry {
	return journal.Entry{Kind: journal.Attempt, Event: "customer_new", Response: journal.Message{Status: status}, Failure: failure}
}

// to is an attempt with a method.
func to(method string, e journal.Entry) journal.Entry {
	e.Request.Method = method
	return e
}

// chunked is an attempt whose body came in chunks.
func chunked(e journal.Entry) journal.Entry {
	e.Request.Header = append(e.Request.Header, fixtures.Field{Name: "transfer-encoding", Value: "chunked"})
	return e
}

// mismatch asks for a *Mismatch, so that no judgement is an error of another kind.
func mismatch(t *testing.T, err error) *expect.Mismatch {
	t.Helper()
	var m *expect.Mismatch
	if !errors.As(err, &m) {
		t.Fatalf("%v (%T) is no *Mismatch", err, err)
	}
	return m
}

func TestClasses(t *testing.T) {
	tests := []struct {
		name                           string
		entry                          journal.Entry
		acknowledged, refused, handled bool
	}{
		{"200", answered(200), true, false, true},
		{"204", answered(204), true, false, true},
		{"100 is no success", answered(100), false, false, false},
		{"a redirect is neither", answered(302), false, false, false},
		{"400", answered(400), false, true, true},
		{"404", answered(404), false, true, true},
		{"408 is a receiver that is too slow", answered(408), false, false, false},
		{"429 is a receiver that is too busy", answered(429), false, false, false},
		{"499", answered(499), false, true, true},
		{"500", answered(500), false, false, false},
		{"501 to a POST", to("POST", answered(501)), false, false, false},
		{"501 to a method that the receiver has no code for", to("GET", answered(501)), false, true, true},
		{"501 to chunks", chunked(answered(501)), false, true, true},
		{"no answer", broken(0, "connection refused"), false, false, false},
		{"a refusal that broke off", broken(400, "the answer broke off: EOF"), false, false, false},
		{"a success that broke off", broken(200, "the answer broke off: EOF"), false, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			for _, c := range []struct {
				class expect.Class
				want  bool
			}{{expect.Acknowledged(), test.acknowledged}, {expect.Refused(), test.refused}, {expect.Handled(), test.handled}} {
				err := expect.Answers([]journal.Entry{test.entry}, c.class)
				if (err == nil) != c.want {
					t.Errorf("%s: %v", c.class.Name, err)
				}
			}
		})
	}
}

// A platform with a rule of its own (exactly 200) is judged by it: the class reads what the engine has settled.
func TestAcknowledgedIsThePlatformsRule(t *testing.T) {
	e := answered(204)
	e.Acknowledged = false
	if expect.Answers([]journal.Entry{e}, expect.Acknowledged()) == nil {
		t.Error("a 204 that this platform does not take was acknowledged")
	}
}

// Each attempt counts, and the evidence is the one that is wrong, not the first.
func TestAnswersHoldsEach(t *testing.T) {
	attempts := []journal.Entry{answered(200), answered(500), answered(200)}
	attempts[1].Seq = 7
	m := mismatch(t, expect.Answers(attempts, expect.Acknowledged()))
	if len(m.Entries) != 1 || m.Entries[0].Seq != 7 {
		t.Errorf("the evidence is %+v", m.Entries)
	}
	if m.Got != "status 500" || m.Want != "an answer that this platform takes as success" || !strings.Contains(m.Message, "customer_new") {
		t.Errorf("message %q, want %q, got %q", m.Message, m.Want, m.Got)
	}
}

func TestAnswerInWords(t *testing.T) {
	for want, e := range map[string]journal.Entry{
		"status 404":                           answered(404),
		"no answer: connection refused":        broken(0, "connection refused"),
		"status 200 (the answer broke off: x)": broken(200, "the answer broke off: x"),
	} {
		if got := expect.Answer(e); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestStatus(t *testing.T) {
	if err := expect.Status([]journal.Entry{answered(200), answered(204)}, []int{200, 204}); err != nil {
		t.Error(err)
	}
	m := mismatch(t, expect.Status([]journal.Entry{answered(200), answered(201)}, []int{200, 204}))
	if m.Want != "status 200 or 204" || m.Got != "status 201" || len(m.Entries) != 1 {
		t.Errorf("want %q, got %q, %d entries", m.Want, m.Got, len(m.Entries))
	}
	mismatch(t, expect.Status([]journal.Entry{broken(200, "the answer broke off: EOF")}, []int{200}))
	mismatch(t, expect.Status([]journal.Entry{broken(0, "refused")}, []int{0, 200}))
}

func lookup(resource string, ids ...string) journal.Entry {
	return journal.Entry{
		Kind: journal.Lookup, Resource: resource, IDs: ids,
		Request: journal.Message{Method: "GET", URL: "http://127.0.0.1/v1/" + resource + "s/" + strings.Join(ids, ",")},
	}
}

func TestFetched(t *testing.T) {
	entries := []journal.Entry{
		answered(200), lookup("customer", "32"), lookup("order", "32"), lookup("customer", "33", "32"),
		{Kind: journal.Registration, Resource: "customer", IDs: []string{"32"}},
	}
	tests := []struct {
		resource, id string
		want         int
		ok           bool
		got          string
	}{
		{"customer", "32", 2, true, ""},
		{"customer", "32", -1, true, ""},
		{"customer", "32", 1, false, "twice (and GET http://127.0.0.1/v1/orders/32)"},
		{"customer", "32", 3, false, "twice (and GET http://127.0.0.1/v1/orders/32)"},
		{"customer", "32", 0, false, "twice (and GET http://127.0.0.1/v1/orders/32)"},
		{"customer", "33", 1, true, ""},
		{"order", "32", 1, true, ""},
		{"customer", "3", 0, true, ""}, // an id is not a part of another
		{"customer", "3", -1, false, "not at all (and GET http://127.0.0.1/v1/customers/32, GET http://127.0.0.1/v1/orders/32, GET http://127.0.0.1/v1/customers/33,32)"},
		{"product", "32", 0, true, ""},
	}
	for _, test := range tests {
		err := expect.Fetched(entries, test.resource, test.id, test.want)
		if test.ok {
			if err != nil {
				t.Errorf("%+v: %v", test, err)
			}
			continue
		}
		if m := mismatch(t, err); m.Got != test.got {
			t.Errorf("%+v: got %q", test, m.Got)
		}
	}
}

func TestFetchedSaysHowOften(t *testing.T) {
	for want, words := range map[int]string{-1: "at least once", 1: "once", 2: "twice", 3: "3 times"} {
		if m := mismatch(t, expect.Fetched(nil, "customer", "32", want)); m.Want != words || m.Got != "not at all" || !strings.Contains(m.Message, "customer 32") {
			t.Errorf("%d: %q, want %q, got %q", want, m.Message, m.Want, m.Got)
		}
	}
	if m := mismatch(t, expect.Fetched([]journal.Entry{lookup("customer", "32")}, "customer", "32", 0)); m.Want != "not at all" || len(m.Entries) != 1 {
		t.Errorf("want %q, %d entries", m.Want, len(m.Entries))
	}
}

func TestFetchedNothing(t *testing.T) {
	if err := expect.FetchedNothing([]journal.Entry{answered(200), answered(500)}); err != nil {
		t.Error(err)
	}
	for _, kind := range []journal.Kind{journal.Lookup, journal.Registration, journal.Unknown} {
		call := journal.Entry{Kind: kind, Request: journal.Message{Method: "GET", URL: "http://127.0.0.1/x"}}
		m := mismatch(t, expect.FetchedNothing([]journal.Entry{answered(200), call}))
		if m.Got != "GET http://127.0.0.1/x" || len(m.Entries) != 1 || m.Entries[0].Kind != kind {
			t.Errorf("%s: got %q, %+v", kind, m.Got, m.Entries)
		}
	}
}

// A receiver that loops makes thousands of calls; the message names a few.
func TestManyCallsAreCutShort(t *testing.T) {
	var list []journal.Entry
	for range 50 {
		list = append(list, lookup("customer", "1"))
	}
	m := mismatch(t, expect.FetchedNothing(list))
	if !strings.HasSuffix(m.Got, ", 47 more") || strings.Count(m.Got, "GET ") != 3 {
		t.Errorf("got %q", m.Got)
	}
}

func TestMismatchInOneLine(t *testing.T) {
	for want, m := range map[string]expect.Mismatch{
		"the status is wrong":                               {Message: "the status is wrong"},
		"the status is wrong; expected 200":                 {Message: "the status is wrong", Want: "200"},
		"the status is wrong; expected 200, got status 500": {Message: "the status is wrong", Want: "200", Got: "status 500"},
	} {
		if got := m.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
