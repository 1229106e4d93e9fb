package steps_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

func answering(n int, contentType, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", contentType)
		w.WriteHeader(n)
		_, _ = io.WriteString(w, body)
	}
}

// TestAHookThatTheReceiverHasNotAskedFor: a server without code for GET answers 501, as Python's does, and has not broken.
func TestAHookThatTheReceiverHasNotAskedFor(t *testing.T) {
	aGetHook := []string{aStore, `a hook for "customer_new" with:`, "  | method | GET |", happens}
	for _, judgement := range []string{"the receiver answers as the contract allows", "the receiver acknowledges or refuses it", "the receiver refuses it"} {
		passed(t, play(t, plain(status(501)), append(slices.Clip(aGetHook), judgement)...))
		failed(t, play(t, plain(status(500)), append(slices.Clip(aGetHook), judgement)...), "status 500")
		failed(t, play(t, plain(status(501)), aStore, aHook, happens, judgement), "status 501")
	}
	failed(t, play(t, plain(status(501)), append(slices.Clip(aGetHook), taken)...), "status 501")
}

// judged holds a receiver's answer to one judgement.
func judged(t *testing.T, h http.HandlerFunc, judgement string) report.Scenario {
	t.Helper()
	return play(t, plain(h), aStore, aHook, happens, judgement)
}

func TestAnswers(t *testing.T) {
	const refuses, either = "the receiver refuses it", "the receiver acknowledges or refuses it"
	panics := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("boom") })
	tests := []struct {
		name      string
		h         http.HandlerFunc
		judgement string
		says      string // "" passes
	}{
		{"200", status(200), taken, ""},
		{"400", status(400), taken, "status 400"},
		{"302", status(302), taken, "status 302"},
		{"panic", panics, taken, "no answer"},
		{"422", status(422), refuses, ""},
		{"429", status(429), refuses, "status 429"},
		{"200", status(200), refuses, "status 200"},
		{"200", status(200), either, ""},
		{"404", status(404), either, ""},
		{"500", status(500), either, "status 500"},
		{"panic", panics, either, "no answer"},
		{"204", status(204), "the receiver answers with status 200 or 204", ""},
		{"201", status(201), "the receiver answers with status 200, 202 or 204", "status 200 or 202 or 204, got status 201"},
		{"in time", status(200), "the receiver answers within 20 s", ""},
		{"broken", panics, "the receiver answers within 20 s", "an answer within 20s, got no answer"},
		{"too late", status(200), "the receiver answers within 0 ms", "too late"},
		{"header", answering(200, "application/json", ""), `the answer's "content-type" header is "application/json"`, ""},
		{"header", answering(200, "text/html", ""), `the answer's "Content-Type" header is "application/json"`, `expected "application/json", got "text/html"`},
		{"no header", status(200), `the answer's "X-None" header is "a"`, `got ""`},
		{"body", answering(200, "text/plain", "all ok"), `the answer's body contains "ok"`, ""},
		{"body", answering(200, "text/plain", "no"), `the answer's body contains "ok"`, `a body with "ok" in it, got "no"`},
		{"insides", answering(500, "text/plain", "bad request"), "the answer tells nothing about the receiver's insides", ""},
		{"insides", answering(400, "text/plain", "x\n    at f (/srv/app/a.js:1:2)"), "the answer tells nothing about the receiver's insides", "insides"},
		{"value", answering(200, "", `{"a":{"b":"2"}}`), `in the answer "a.b" is "2"`, ""},
		{"value", answering(200, "", `{"a":{"b":"2"}}`), `in the answer "a.b" is 2`, `expected 2, got "2"`},
		{"value", answering(200, "", `{"a":1`), `in the answer "a" is 1`, "not JSON"},
		{"value", answering(200, "", ``), `in the answer "a" is 1`, "not JSON"},
		{"value", answering(200, "", `{}`), `in the answer "a" is null`, "nothing at"},
		{"sent", status(200), "nothing is sent", "a callback was sent"},
	}
	for _, test := range tests {
		s := judged(t, test.h, test.judgement)
		s.Name = test.name + ": " + test.judgement
		if test.says == "" {
			passed(t, s)
			continue
		}
		failed(t, s, test.says)
		if s.Failure != nil && len(s.Failure.Entries) != 1 {
			t.Errorf("%s: the evidence is %+v", s.Name, s.Failure.Entries)
		}
	}
}

// With several hooks each answer counts, and the evidence is the one that is wrong.
func TestEachAnswerCounts(t *testing.T) {
	h := func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Good", "yes")
		if r.Header.Get("X-Hook") == "2" {
			w.Header().Set("X-Good", "no")
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		_, _ = io.WriteString(w, "ok")
	}
	for _, judgement := range []string{taken, "the receiver answers with status 200", `the answer's "X-Good" header is "yes"`, `the answer's body contains "ok"`} {
		s := play(t, plain(h), aStore, aHook, `a hook for "customer_new" with:`, " | header X-Hook | 2 |", aHook, happens, judgement)
		failed(t, s)
		if len(s.Failure.Entries) != 1 || s.Failure.Entries[0].Request.Field("X-Hook") != "2" {
			t.Errorf("%s: the evidence is %+v", judgement, s.Failure.Entries)
		}
	}
}

// keeper is a receiver with a state: what it has processed. How says which mistakes it makes.
type keeper struct {
	mu    sync.Mutex
	how   string
	Count int
	Seen  map[string]bool
	Last  json.RawMessage
}

func keeps(how string) steps.Receiver {
	return steps.Handler(func(target.World) (target.Receiver, error) {
		return target.Receiver{Handler: newKeeper(how), Probe: "/state"}, nil
	}, false)
}

func newKeeper(how string) *keeper {
	return &keeper{how: how, Seen: map[string]bool{}, Last: json.RawMessage("null")}
}

func (k *keeper) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if r.URL.Path == "/state" {
		_ = json.NewEncoder(w).Encode(map[string]any{"count": k.Count, "last": k.Last})
		return
	}
	body, _ := io.ReadAll(r.Body)
	inner, escaped := fixtures.Unescape(body)
	id := gjson.GetBytes(inner, "id").Raw
	switch {
	case k.how == "drops", k.how == "escaped only" && !escaped, k.how == "picky" && strings.Contains(string(inner), "unicorn"):
		return
	case k.how == "breaks" && !gjson.ValidBytes(inner):
		k.how = "broken"
	case k.how == "broken":
		w.WriteHeader(http.StatusInternalServerError)
		return
	case k.how == "believes": // whatever comes
	case !gjson.ValidBytes(inner):
		w.WriteHeader(http.StatusBadRequest)
		return
	case k.how == "first" && k.Count > 0:
		return
	case k.Seen[id] && k.how != "doubles":
		return
	case k.how == "fails":
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	k.Seen[id] = true
	k.Count++
	if gjson.ValidBytes(inner) {
		k.Last = inner
	}
}

func TestEffects(t *testing.T) {
	const bad, again = `"customer_new" happens but arrives with: truncated JSON`, "the same callback is sent again"
	tests := []struct {
		how   string
		lines []string
		says  string // "" passes
	}{
		{"", []string{happens, "it takes effect"}, ""},
		{"drops", []string{happens, taken, "it takes effect"}, "200 is not an effect"},
		{"", []string{bad, "it has no effect"}, ""},
		{"believes", []string{bad, "it has no effect"}, "an effect that it should not have"},
		{"", []string{happens, happens, "it has no effect"}, ""}, // the second is what counts
		{"doubles", []string{happens, happens, "it has no effect"}, "~ count: 1 → 2"},
		{"", []string{bad, "it is either refused or takes effect"}, ""},
		{"", []string{happens, "it is either refused or takes effect"}, ""},
		{"drops", []string{happens, "it is either refused or takes effect"}, "200 is not an effect"},
		{"fails", []string{happens, "it is either refused or takes effect"}, "status 500"},
		{"", []string{happens, again, "it has taken effect only once"}, ""},
		{"doubles", []string{happens, again, "it has taken effect only once"}, "the same callback was processed twice"},
		{"doubles", []string{happens, "the same event is sent again as another delivery", "it has taken effect only once"}, "the same event, under another delivery id, was processed twice"},
		{"drops", []string{happens, again, "it has taken effect only once"}, "had no effect"},
		{"", []string{happens, "it has taken effect only once"}, "came twice"},
		{"", []string{happens, `the receiver's state shows "José"`, `the receiver's state shows "586402305"`}, ""},
		{"drops", []string{happens, `the receiver's state shows "José"`}, `"José" somewhere in its state`},
		{"", []string{happens, `the receiver's state does not show "undefined"`}, ""},
		{"", []string{happens, `the receiver's state does not show "José"`}, `"José" nowhere`},
		{"", []string{happens, `in the receiver's state "last.id" is 586402305`, `in the receiver's state "count" is 1`}, ""},
		{"", []string{happens, `in the receiver's state "last.id" is "586402305"`}, `expected "586402305", got 586402305`},
		{"", []string{happens, `in the receiver's state "first.id" is 1`}, `nothing at "first.id"`},
		{"", []string{bad, `the receiver still handles "customer_new"`}, ""},
		{"breaks", []string{bad, `the receiver still handles "customer_new"`}, "status 500"},
		{"drops", []string{bad, `the receiver still handles "customer_new"`}, "200 is not an effect"},
	}
	for _, test := range tests {
		s := play(t, keeps(test.how), append([]string{aStore, aHook}, test.lines...)...)
		s.Name = fmt.Sprintf("%q %q", test.how, test.lines)
		if test.says == "" {
			passed(t, s)
		} else {
			failed(t, s, test.says)
		}
	}
}

// An effect may come after the answer; it is waited for, no longer than patience.
func TestEffectComesLater(t *testing.T) {
	probes := 0
	late := changed(plain(status(200)), func(o *target.Target) {
		o.Probe = func(context.Context) ([]byte, error) {
			if probes++; probes > 5 {
				return []byte(`{"n":1}`), nil
			}
			return []byte(`{"n":0}`), nil
		}
	})
	setup := setupOf(t, late)
	setup.Patience = deadline
	passed(t, run(t, setup, file(append(slices.Clone(good), "it takes effect")), steps.RunOptions{})[0])
}

// Where the state cannot be seen, alive is what answers.
func TestStillHandlesWithoutAProbe(t *testing.T) {
	passed(t, judged(t, status(200), `the receiver still handles "customer_new"`))
	failed(t, judged(t, status(500), `the receiver still handles "customer_new"`), "status 500")
	failed(t, play(t, plain(status(200)), aStore, `the receiver still handles "customer_new"`), "no active hook")
}

func TestProbeThatBreaks(t *testing.T) {
	broken := changed(plain(status(200)), func(o *target.Target) {
		o.Probe = func(context.Context) ([]byte, error) { return nil, errors.New("the probe failed: connection refused") }
	})
	failed(t, play(t, broken, append(slices.Clone(good), "it takes effect")...), "the probe failed")
	failed(t, play(t, broken, aStore, aHook, `the receiver still handles "customer_new"`), "did not survive", "the probe failed")
}

// fetches is a receiver that fetches these paths from Cratejoy when a callback comes.
func fetches(paths ...string) steps.Receiver {
	return steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{LooksUp: true, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			for _, p := range paths {
				_, _ = getBy(r.Context(), w.Client.Transport, w.Platforms["cratejoy"]+p)
			}
		})}, nil
	}, false)
}

func TestFetched(t *testing.T) {
	const named, none, other = "/v1/customers/586402305/", "/v1/nothing/", "/v1/orders/7/"
	tests := []struct {
		paths     []string
		judgement string
		says      string
	}{
		{[]string{named}, `the receiver fetched customer "586402305"`, ""},
		{[]string{named}, `the receiver fetched customer "586402305" once`, ""},
		{[]string{named, named}, `the receiver fetched customer "586402305"`, ""},
		{[]string{named, named}, `the receiver fetched customer "586402305" twice`, ""},
		{[]string{named, named}, `the receiver fetched customer "586402305" once`, "expected once, got twice"},
		{[]string{named}, `the receiver fetched customer "586402305" 3 times`, "expected 3 times, got once"},
		{[]string{named}, `the receiver fetched customer "586402305" 0 times`, "expected not at all, got once"},
		{nil, `the receiver fetched customer "586402305" 0 times`, ""},
		{[]string{other}, `the receiver fetched customer "586402305"`, "expected at least once, got not at all (and GET"},
		{[]string{named}, `the receiver fetched customer "58640230"`, "got not at all"},
		{[]string{named}, `the receiver fetched order "586402305"`, "got not at all"},
		{[]string{named}, `the receiver fetched custmer "586402305"`, `did you mean "customer"?`},
		{[]string{named}, "the receiver fetched the customer", ""},
		{[]string{named}, "the receiver fetched the customer once", ""},
		{[]string{other}, "the receiver fetched the customer once", "customer 586402305"},
		{nil, "the receiver made no call to the platform", ""},
		{[]string{named}, "the receiver made no call to the platform", "GET "},
		{[]string{none}, "the receiver made no call to the platform", "GET "},
	}
	for _, test := range tests {
		s := play(t, fetches(test.paths...), aStore, aHook, happens, test.judgement)
		s.Name = fmt.Sprintf("%q %s", test.paths, test.judgement)
		if test.says == "" {
			passed(t, s)
		} else {
			failed(t, s, test.says)
		}
	}
}

// What was fetched before the When does not count.
func TestFetchedSinceTheWhen(t *testing.T) {
	twice := []string{aStore, aHook, happens, happens, "the receiver fetched the customer once"}
	passed(t, play(t, fetches("/v1/customers/586402305/"), twice...))
}

// A callback may name a new id; it is the one that is asked for. What does not exist is answered so.
func TestFetchedNamed(t *testing.T) {
	var statuses []int
	receiver := steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{LooksUp: true, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			inner, _ := fixtures.Unescape(body)
			n, _ := getBy(r.Context(), w.Client.Transport, w.Platforms["cratejoy"]+"/v1/customers/"+gjson.GetBytes(inner, "id").Raw+"/")
			statuses = append(statuses, n)
		})}, nil
	}, false)
	passed(t, play(t, receiver, aStore, aHook, `a new "customer_new" happens`, "the receiver fetched the customer once"))
	passed(t, play(t, receiver, aStore, aHook, `customer "586402305" does not exist`, happens, "the receiver fetched the customer once"))
	if !slices.Equal(statuses, []int{200, 404}) {
		t.Errorf("it was answered %d", statuses)
	}
	failed(t, play(t, receiver, aStore, aHook, `"customer_new" happens with the body:`, " ```", " <html>", " ```", "the receiver fetched the customer once"), "not JSON")
}

// The state of a scenario with several events for its registered hooks is the one before the first of them.
func TestEverythingRegisteredHappens(t *testing.T) {
	registered := func(how string) steps.Receiver {
		return steps.Handler(func(w target.World) (target.Receiver, error) {
			k := &keeper{how: how, Seen: map[string]bool{}, Last: json.RawMessage("null")}
			return target.Receiver{Handler: k, Probe: "/state", Register: posts(w, ask("customer_new"), ask("order_new"))}, nil
		}, false)
	}
	passed(t, play(t, registered("first"), aStore, "the receiver registers", "everything that it has registered for happens", "it takes effect"))
	s := play(t, registered(""), aStore, "the receiver registers", "everything that it has registered for happens",
		taken, "it takes effect", `in the receiver's state "count" is 2`, "it asked at most 0 times", "the receiver made no call to the platform")
	passed(t, s)
	s = play(t, steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{
			Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.WriteHeader(map[bool]int{true: 200, false: 500}[strings.Contains(r.URL.Path, "order")])
			}),
			Paths:    target.PathTemplate("/{event}"),
			Register: posts(w, ask("customer_new"), ask("order_new")),
		}, nil
	}, false), aStore, "the receiver registers", "everything that it has registered for happens", taken)
	failed(t, s, "customer_new", "status 500")
}

// TestNarrowed: what a project asks beyond the contract is asked by every step about answers.
func TestNarrowed(t *testing.T) {
	const good, broken = `"customer_new" happens`, `"customer_new" happens but arrives with: malformed JSON`
	const written = `the fixture "cratejoy/callbacks/variants/customer_new-canonical" is sent`
	for _, c := range []struct {
		when, then string
		condition  mockplatforms.Condition
		allowed    mockplatforms.Answer
		message    string // "": it passes
	}{
		{good, "acknowledges it", "good", "200", ""},
		{good, "acknowledges it", "good", "204", `(hookdrill explain cratejoy "good")`},
		{good, "answers as the contract allows", "good", "204", `(hookdrill explain cratejoy "good")`},
		{good, "answers as the contract allows", "no JSON", "acknowledged", ""},
		{broken, "acknowledges or refuses it", "no JSON", "refused", ""},
		{broken, "acknowledges or refuses it", "no JSON", "acknowledged", `(hookdrill explain cratejoy "no JSON")`},
		{broken, "answers as the contract allows", "no JSON", "422", `(hookdrill explain cratejoy "no JSON")`},
		{written, "answers as the contract allows", "good", "200", "the scenario itself has written"},
	} {
		h := status(200)
		if c.when == broken {
			h = status(400)
		}
		s := setupOf(t, plain(h))
		s.Narrowed = steps.Narrowed{"cratejoy": {c.condition: {c.allowed}}}
		result := run(t, s, file([]string{aStore, aHook, c.when, "the receiver " + c.then}), steps.RunOptions{})[0]
		if c.message == "" {
			passed(t, result)
		} else {
			failed(t, result, c.message)
		}
	}
}
