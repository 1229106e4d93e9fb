package engine_test

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// hook registers one without the API: for an event, to a path of the receiver.
func hook(e *engine.Engine, event, path string, change ...func(*mockplatforms.Hook)) {
	h := mockplatforms.Hook{Event: event, Target: "http://receiver.example" + path, Client: "one", Active: true}
	for _, c := range change {
		c(&h)
	}
	e.State.Hooks.Add(h, nil)
}

func deliver(t testing.TB, e *engine.Engine, ev engine.Event) []journal.Entry {
	t.Helper()
	attempts, err := e.Deliver(t.Context(), ev)
	if err != nil {
		t.Fatal(err)
	}
	return attempts
}

func paths(r *receiver) (list []string) {
	for _, request := range r.got {
		list = append(list, request.URL.Path)
	}
	return list
}

func TestDeliverToWhom(t *testing.T) {
	off := func(h *mockplatforms.Hook) { h.Active = false }
	e, r := start(t)
	hook(e, "made", "/b")
	hook(e, "made", "/off", off)
	hook(e, "other", "/other")
	hook(e, "made", "/a")
	hook(e, "made/*", "/wild")
	made := load(t, e, "callbacks/made")
	attempts := deliver(t, e, engine.Event{Message: made})
	if got := paths(r); !slices.Equal(got, []string{"/b", "/a"}) {
		t.Errorf("it went to %q, want the active hooks of the event in the order in which they were made", got)
	}
	if !reflect.DeepEqual(attempts, e.Journal.Since(0)) {
		t.Errorf("the attempts are not those of the journal:\n%+v\n%+v", attempts, e.Journal.Since(0))
	}
	r.got = nil
	deliver(t, e, engine.Event{Message: made, Hooks: func(h mockplatforms.Hook) bool { return strings.HasSuffix(h.Target, "/a") }})
	if got := paths(r); !slices.Equal(got, []string{"/a"}) {
		t.Errorf("of the hooks that match, it went to %q, want /a", got)
	}
	r.got = nil
	deliver(t, e, engine.Event{Message: made, Hooks: func(h mockplatforms.Hook) bool { return strings.HasSuffix(h.Target, "/off") }})
	if got := paths(r); len(got) != 0 {
		t.Errorf("a hook that is off was asked for by name and got it: %q", got)
	}
	e.Platform.Matches = func(h mockplatforms.Hook, m *fixtures.Message) bool { return h.Event == m.Meta.Event+"/*" }
	deliver(t, e, engine.Event{Message: made})
	if got := paths(r); !slices.Equal(got, []string{"/wild"}) {
		t.Errorf("with a rule of the platform's it went to %q, want /wild", got)
	}
	r.got = nil
	n := e.Journal.Len()
	if attempts := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/lost")}); len(attempts) != 0 || e.Journal.Len() != n {
		t.Errorf("nobody listens, and there are %d attempts", len(attempts))
	}
}

// TestAttempt: what goes out, and what the journal says of it.
func TestAttempt(t *testing.T) {
	e, r := start(t)
	e.Clock.To(e.Clock.Now() + time.Hour)
	hook(e, "made", "/200")
	entry := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), ID: "id-1"})[0]
	const body = `{"id":"id-1","of":"one at 1700000000","n":1.10}`
	if r.got[0].Method != "POST" || r.bodies[0] != body || r.got[0].Header.Get("Content-Type") != "application/json" {
		t.Errorf("sent: %s %v %s", r.got[0].Method, r.got[0].Header, r.bodies[0])
	}
	want := journal.Entry{
		Seq: 1, Kind: journal.Attempt, Platform: "toy", At: entry.At, Virtual: time.Hour, Took: entry.Took,
		Request: journal.Message{Method: "POST", URL: "http://receiver.example/200", Body: []byte(body), Header: []fixtures.Field{
			{Name: "Host", Value: "receiver.example"}, {Name: "User-Agent", Value: "hookdrill"}, {Name: "Content-Length", Value: "47"},
			{Name: "Content-Type", Value: "application/json"},
			{Name: "toy-signature", Value: "v1,s1 id-1 1700000000 " + fixtures.Sum([]byte(body))[:8]},
		}},
		Response: journal.Message{Status: 200, Header: []fixtures.Field{{Name: "X-Answer", Value: "1"}}, Body: []byte("thanks")},
		Event:    "made", Delivery: "id-1", Hook: 7, Number: 1, Condition: "good", Acknowledged: true,
	}
	if !reflect.DeepEqual(entry, want) {
		t.Errorf("the journal has\n%+v\nwant\n%+v", entry, want)
	}
	if entry.At.IsZero() || entry.Took < 0 {
		t.Errorf("begun at %s, took %s", entry.At, entry.Took)
	}
}

func TestAcknowledged(t *testing.T) {
	for path, want := range map[string]string{
		"/200": "200 true ", "/204": "204 false ", "/500": "500 false ", "/301": "301 false ", "/broken": "0 false the line is dead",
		"/half": "200 false the answer broke off: the receiver closed the connection",
	} {
		e, _ := start(t)
		hook(e, "made", path)
		got := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0]
		if s := fmt.Sprintf("%d %v %s", got.Response.Status, got.Acknowledged, got.Failure); s != want {
			t.Errorf("%s: status, acknowledged, failure are %q, want %q", path, s, want)
		}
	}
}

// TestOneReceiverIsDead: that one hook cannot be reached does not take the event from the others.
func TestOneReceiverIsDead(t *testing.T) {
	e, r := start(t)
	hook(e, "made", "/broken")
	hook(e, "made", "/200")
	if attempts := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")}); len(attempts) != 2 || !attempts[1].Acknowledged || len(r.got) != 2 {
		t.Errorf("%+v", attempts)
	}
}

func TestCannotBeSent(t *testing.T) {
	e, r := start(t)
	hook(e, "lost", "/200")
	attempts, err := e.Deliver(t.Context(), engine.Event{Message: load(t, e, "callbacks/lost")})
	if err == nil || err.Error() != "nothing was sent: Toy cannot send toy/callbacks/lost.callback.http: it is lost" || len(attempts)+len(r.got)+e.Journal.Len() != 0 {
		t.Errorf("%+v, error %v", attempts, err)
	}
	hook(e, "made", "/200")
	e.Platform.Sign = func(mockplatforms.Account, string, time.Time, []byte) ([]fixtures.Field, error) {
		return nil, fmt.Errorf("the pen is empty")
	}
	if _, err := e.Deliver(t.Context(), engine.Event{Message: load(t, e, "callbacks/made")}); err == nil || !strings.Contains(err.Error(), "the pen is empty") || len(r.got) != 0 {
		t.Errorf("error %v", err)
	}
}

// TestIDs: one id for an event over all its hooks; a new one for the next event; the same again when it is asked for.
func TestIDs(t *testing.T) {
	e, _ := start(t)
	hook(e, "made", "/a")
	hook(e, "made", "/b")
	made := load(t, e, "callbacks/made")
	first, second := deliver(t, e, engine.Event{Message: made}), deliver(t, e, engine.Event{Message: made})
	if first[0].Delivery == "" || first[0].Delivery != first[1].Delivery || string(first[0].Request.Body) != string(first[1].Request.Body) {
		t.Errorf("one event goes out as %s and %s", first[0].Request.Body, first[1].Request.Body)
	}
	if first[0].Delivery == second[0].Delivery {
		t.Errorf("two events have one id, %s", first[0].Delivery)
	}
	again := deliver(t, e, engine.Event{Message: made, ID: first[0].Delivery})
	if string(again[0].Request.Body) != string(first[0].Request.Body) || again[0].Delivery != first[0].Delivery {
		t.Errorf("the same event again is\n%s\nafter\n%s", again[0].Request.Body, first[0].Request.Body)
	}
	other := deliver(t, e, engine.Event{Message: made, ID: first[0].Delivery, Delivery: "another"})
	if string(other[0].Request.Body) != string(first[0].Request.Body) || other[0].Delivery != "another" || !strings.Contains(other[0].Request.Field("toy-signature"), " another ") {
		t.Errorf("another delivery of it is %s of %s", other[0].Delivery, other[0].Request.Body)
	}
	third := deliver(t, e, engine.Event{Message: made})
	if third[0].Delivery == first[0].Delivery || third[0].Delivery == second[0].Delivery {
		t.Error("an id came back")
	}
}

// TestTimes: the event keeps its time, a signature is of the time when it is made.
func TestTimes(t *testing.T) {
	now := at
	e, _ := start(t, func(o *engine.Options) { o.Stamp = func() time.Time { return now } })
	hook(e, "made", "/200")
	for _, row := range []struct {
		reason string
		ev     engine.Event
		want   string
	}{
		{"now", engine.Event{}, `at 1700000100",1700000100`},
		{"an hour ago, sent now", engine.Event{At: at.Add(-time.Hour)}, `at 1699996400",1700000100`},
		{"now, signed long ago", engine.Event{Skew: -time.Hour}, `at 1700000100",1699996500`},
		{"now, signed in the future", engine.Event{Skew: time.Hour}, `at 1700000100",1700003700`},
	} {
		now = at.Add(100 * time.Second)
		row.ev.Message = load(t, e, "callbacks/made")
		r := deliver(t, e, row.ev)[0].Request
		_, body, _ := strings.Cut(string(r.Body), "one ")
		body, _, _ = strings.Cut(body, `,"n"`)
		if got := body + "," + strings.Fields(r.Field("toy-signature"))[2]; got != row.want {
			t.Errorf("%s: %s, want %s", row.reason, got, row.want)
		}
	}
}

// TestWhoseSecret: the client that a hook belongs to signs; the one under test, where that client is gone.
func TestWhoseSecret(t *testing.T) {
	e, _ := start(t)
	e.State.AddAccount(mockplatforms.Account{Client: "two", Secret: "s2"})
	for _, client := range []string{"one", "two", "gone"} {
		hook(e, "made", "/200", func(h *mockplatforms.Hook) { h.Client = client })
	}
	var got []string
	for _, a := range deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")}) {
		got = append(got, strings.Fields(a.Request.Field("toy-signature"))[0])
	}
	if !slices.Equal(got, []string{"v1,s1", "v1,s2", "v1,s1"}) {
		t.Errorf("signed with %q", got)
	}
}

// TestFaultsAndSignature: what goes wrong before signing is signed, what goes wrong after is not.
func TestFaultsAndSignature(t *testing.T) {
	find := func(names ...string) (list []fault.Fault) {
		for _, name := range names {
			f, err := fault.Find(name)
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, f)
		}
		return list
	}
	for _, row := range []struct {
		reason       string
		faults       []fault.Fault
		names        string
		signed, fits bool
	}{
		{"nothing", nil, "", true, true},
		{"before", find("truncated JSON"), "truncated JSON", true, true},
		{"after", find("body changed after signing"), "body changed after signing", true, false},
		{"without a signature", find("no signature"), "no signature", false, false},
		{"both; those before come first, whatever the order", find("body changed after signing", "wrong method", "truncated JSON"),
			"wrong method, truncated JSON, body changed after signing", true, false},
	} {
		e, r := start(t)
		hook(e, "made", "/200")
		made := load(t, e, "callbacks/made")
		recorded := string(made.Format())
		entry := deliver(t, e, engine.Event{Message: made, Faults: row.faults})[0]
		signature := entry.Request.Field("toy-signature")
		if fits := strings.HasSuffix(signature, " "+fixtures.Sum(entry.Request.Body)[:8]); fits != row.fits || (signature != "") != row.signed {
			t.Errorf("%s: the signature %q fits: %v", row.reason, signature, fits)
		}
		if entry.Fault != row.names {
			t.Errorf("%s: the journal calls it %q, want %q", row.reason, entry.Fault, row.names)
		}
		if r.bodies[0] != string(entry.Request.Body) || r.got[0].Method != entry.Request.Method {
			t.Errorf("%s: the journal has %s %s, sent was %s %s", row.reason, entry.Request.Method, entry.Request.Body, r.got[0].Method, r.bodies[0])
		}
		if string(made.Format()) != recorded {
			t.Errorf("%s: the fixture has become\n%s", row.reason, made.Format())
		}
	}
}

// TestVerbatim: a message of the scenario's own goes out as it stands: method, fields, repeats, body. The hook says
// where to, and the platform signs it.
func TestVerbatim(t *testing.T) {
	e, r := start(t)
	hook(e, "made", "/200")
	words := load(t, e, "words")
	entry := deliver(t, e, engine.Event{Message: words, Verbatim: true})[0]
	if r.got[0].Method != "PATCH" || r.got[0].URL.Path != "/200" || r.bodies[0] != "\x00 no JSON\r\n" {
		t.Errorf("sent: %s %s %q", r.got[0].Method, r.got[0].URL, r.bodies[0])
	}
	byName := func(a, b fixtures.Field) int { return strings.Compare(a.Name, b.Name) } // net/http writes them in this order
	own := slices.SortedStableFunc(slices.Values(words.Header), byName)
	if header := entry.Request.Header; !slices.Equal(header[3:len(header)-1], own) || header[len(header)-1].Name != "toy-signature" {
		t.Errorf("with the fields %v", entry.Request.Header)
	}
	if got := r.got[0].Header[strings.ToLower("Content-Type")]; !slices.Equal(got, []string{"text/odd"}) || r.got[0].Header["Content-Type"] != nil {
		t.Errorf("the content type went out as %v", r.got[0].Header)
	}
	if want := "toy/words.callback.http: the path /elsewhere of its start line is not sent: the receiver's URL has its own"; entry.Unsent != want {
		t.Errorf("of its path it says %q, want %q", entry.Unsent, want)
	}
	if got := r.got[0].Header["X-Twice"]; !slices.Equal(got, []string{"b", "a"}) {
		t.Errorf("a repeated field went out as %q", got)
	}
}

// TestFieldsAreReplaced: a recording carries fields of its own day, which its hook and the signature of today stand in for.
func TestFieldsAreReplaced(t *testing.T) {
	for _, verbatim := range []bool{false, true} {
		e, r := start(t)
		hook(e, "made", "/200")
		e.State.Hooks.Update(7, func(h *mockplatforms.Hook) {
			h.Headers = []fixtures.Field{
				{Name: "content-type", Value: "text/hook"}, {Name: "HOST", Value: "shop.example"}, {Name: "X-Key", Value: "1"}, {Name: "x-key", Value: "2"},
			}
		})
		recorded := *load(t, e, "callbacks/made")
		recorded.Header = []fixtures.Field{
			{Name: "Content-Type", Value: "application/json"}, {Name: "X-KEY", Value: "old"}, {Name: "X-Other", Value: "a"}, {Name: "X-Other", Value: "b"},
			{Name: "Toy-Signature", Value: "v1,old"}, {Name: "TOY-SIGNATURE", Value: "v1,older"}, {Name: "user-agent", Value: "Toy/1"},
		}
		entry := deliver(t, e, engine.Event{Message: &recorded, Verbatim: verbatim, ID: "id-1"})[0]
		var names []string
		for _, f := range entry.Request.Header {
			names = append(names, f.Name+" "+f.Value)
		}
		signature := entry.Request.Field("toy-signature")
		want := []string{
			"Host shop.example", "User-Agent Toy/1", "Content-Length " + fmt.Sprint(len(r.bodies[0])), "X-Key 1", "X-Other a", "X-Other b",
			"content-type text/hook", "toy-signature " + signature, "x-key 2",
		}
		if !slices.Equal(names, want) || !strings.HasPrefix(signature, "v1,s1 id-1") {
			t.Errorf("verbatim %t: it went out with\n%q, want\n%q", verbatim, names, want)
		}
		if r.got[0].Host != "shop.example" {
			t.Errorf("verbatim %t: the host is %q", verbatim, r.got[0].Host)
		}
	}
}

// TestWhatCannotBeSent is our fault, and never an attempt that the receiver did not answer.
func TestWhatCannotBeSent(t *testing.T) {
	e, r := start(t)
	hook(e, "made", "/200")
	e.State.Hooks.Update(7, func(h *mockplatforms.Hook) { h.Headers = []fixtures.Field{{Name: "Trailer", Value: "X-Sum"}} })
	attempts, err := e.Deliver(t.Context(), engine.Event{Message: load(t, e, "callbacks/made")})
	const want = "toy/callbacks/made.callback.http: nothing was sent: Trailer is about one connection"
	if err == nil || !strings.HasPrefix(err.Error(), want) || len(attempts) > 0 || len(r.got) > 0 {
		t.Errorf("%d attempts, error %v, want %q", len(attempts), err, want)
	}
}

// TestFixtureIsNotShared: a platform may lend out a fixture's header, and many scenarios deliver it at once. It catches
// a signature that is appended into the fixture's memory; run it with -race.
func TestFixtureIsNotShared(t *testing.T) {
	set := toys(t, nil)
	made, err := set.Event("toy", "made")
	if err != nil {
		t.Fatal(err)
	}
	m := *made // with a name of its own, and with room behind its header
	m.Header = append(append(make([]fixtures.Field, 0, 8), made.Header...), fixtures.Field{Name: "User-Agent", Value: "Toy/1"})
	var scenarios sync.WaitGroup
	for i := range 8 {
		scenarios.Go(func() {
			e, _ := start(t, func(o *engine.Options) { o.Fixtures, o.Seed = set, fmt.Sprint(i) })
			hook(e, "made", "/200")
			for range 20 {
				attempts, err := e.Deliver(t.Context(), engine.Event{Message: &m})
				if err != nil || !strings.Contains(attempts[0].Request.Field("toy-signature"), attempts[0].Delivery) {
					t.Errorf("another scenario's signature: %+v, error %v", attempts, err)
				}
			}
		})
	}
	scenarios.Wait()
}

// TestSameSeedSameJournal: two runs of one seed differ in nothing but wall time; another seed gives other ids.
func TestSameSeedSameJournal(t *testing.T) {
	run := func(seed string) string {
		e, _ := start(t, func(o *engine.Options) { o.Seed = seed })
		call(e, "POST", "/hooks", `{"event":"made","to":"http://receiver.example/200"}`)
		call(e, "POST", "/hooks", `{"event":"made","to":"http://receiver.example/500"}`)
		tampered, err := fault.Find("body changed after signing")
		if err != nil {
			t.Fatal(err)
		}
		for range 3 {
			deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made"), Faults: []fault.Fault{tampered}})
			e.Clock.To(e.Clock.Now() + time.Minute)
		}
		call(e, "GET", "/things/42", "")
		list := e.Journal.Since(0)
		for i := range list {
			list[i].At, list[i].Took = time.Time{}, 0
		}
		text, err := json.Marshal(list)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	one := run("a")
	if again := run("a"); one != again {
		t.Errorf("one seed, two journals:\n%s\n%s", one, again)
	}
	if other := run("b"); one == other || len(one) != len(other) {
		t.Error("the seed does not seed, or does more than that")
	}
}

// TestTravel: callbacks go another way from then on; nil changes nothing.
func TestTravel(t *testing.T) {
	e, first := start(t)
	hook(e, "made", "/200")
	made := load(t, e, "callbacks/made")
	second := &receiver{}
	for _, through := range []http.RoundTripper{nil, second, nil} {
		e.Travel(through)
		deliver(t, e, engine.Event{Message: made})
	}
	if len(first.got) != 1 || len(second.got) != 2 {
		t.Errorf("%d went the first way, %d the second; want 1 and 2", len(first.got), len(second.got))
	}
}

// TestDefaults: without options callbacks travel over sockets, to loopback only, and wait as long as the platform.
func TestDefaults(t *testing.T) {
	done := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/slow" {
			select {
			case <-done:
			case <-r.Context().Done():
			}
		}
	}))
	defer server.Close()
	defer close(done)
	for _, row := range []struct {
		target, failure string
		policy, timeout time.Duration
	}{
		{server.URL, "", time.Minute, 0},
		{server.URL + "/slow", "no answer within 30ms", 30 * time.Millisecond, 0},
		{server.URL + "/slow", "no answer within 20ms", time.Minute, 20 * time.Millisecond},
		{"http://192.0.2.1/", "is not a loopback address", time.Minute, 0},
	} {
		e, _ := start(t, func(o *engine.Options) {
			o.Transport, o.Stamp, o.Timeout, o.Platform.Policy.Timeout = nil, nil, row.timeout, row.policy
		})
		hook(e, "made", "", func(h *mockplatforms.Hook) { h.Target = row.target })
		before := time.Now().Unix()
		got := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0]
		if !strings.Contains(got.Failure, row.failure) || got.Acknowledged != (row.failure == "") {
			t.Errorf("%s: failure %q, want %q", row.target, got.Failure, row.failure)
		}
		var signed int64
		_, _ = fmt.Sscan(strings.Fields(cmp.Or(got.Request.Field("toy-signature"), "- - 0"))[2], &signed)
		if signed < before || signed > time.Now().Unix() {
			t.Errorf("signed at %d, it was %d", signed, before)
		}
	}
}

// TestWhatCannotBeSentIsOurs: a callback that HTTP cannot carry is an error, and no attempt: the receiver has seen nothing, so
// nothing is said of it, no retry is made, and no domain is blocked.
func TestWhatCannotBeSentIsOurs(t *testing.T) {
	for _, change := range []func(*fixtures.Message){
		func(m *fixtures.Message) { m.Header = []fixtures.Field{{Name: "A", Value: "b\r\nC: d"}} },
		func(m *fixtures.Message) { m.Header = []fixtures.Field{{Name: "A b", Value: "c"}} },
		func(m *fixtures.Message) { m.Start = "PÖST / HTTP/1.1" },
	} {
		e, r := start(t)
		m := *load(t, e, "callbacks/made")
		change(&m)
		hook(e, "made", "/200")
		attempts, err := e.Deliver(t.Context(), engine.Event{Message: &m, Verbatim: true})
		var ours *delivery.Unsendable
		if !errors.As(err, &ours) || !strings.Contains(err.Error(), "nothing was sent") {
			t.Errorf("error %v", err)
		}
		if len(attempts) != 0 || e.Journal.Len() != 0 || len(r.got) != 0 || e.Waiting() != 0 {
			t.Errorf("%v: %d attempts, %d entries, %d requests", err, len(attempts), e.Journal.Len(), len(r.got))
		}
	}
}
