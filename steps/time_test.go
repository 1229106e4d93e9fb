package steps_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

const (
	bigStore   = "a BigCommerce store"
	bigHook    = `a hook for "store/customer/created"`
	bigHappens = `"store/customer/created" happens`
	mails      = `mails about its hooks go to "ops@example.com"`
)

// scene is a scenario, and what its failure says: nothing, if it has to pass.
type scene struct {
	lines []string
	says  string
}

func (s scene) play(t *testing.T, receiver steps.Receiver, opening ...string) {
	t.Helper()
	result := play(t, receiver, append(opening, s.lines...)...)
	result.Name = fmt.Sprintf("%q", s.lines)
	if s.says == "" {
		passed(t, result)
	} else {
		failed(t, result, s.says)
	}
}

// answersInTurn is a receiver that answers with these, and then always with the last one.
func answersInTurn(statuses ...int) steps.Receiver {
	var mu sync.Mutex
	return plain(func(w http.ResponseWriter, _ *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		w.WriteHeader(statuses[0])
		statuses = statuses[min(1, len(statuses)-1):]
	})
}

func TestTimePasses(t *testing.T) {
	const twoHours, gone = "2 hours pass", "the retries are exhausted"
	for _, row := range []struct {
		statuses []int
		scene
	}{
		{[]int{500}, scene{[]string{"59 seconds pass", `"store/customer/created" was sent once`}, ""}},
		{[]int{500}, scene{[]string{"60 seconds pass", `"store/customer/created" was sent twice`}, ""}},
		{[]int{500}, scene{[]string{"1 second passes", taken}, "no callback was due in that time"}},
		{[]int{500}, scene{[]string{twoHours, `"store/customer/created" was sent 7 times`, "1 callback waits in the retry queue"}, ""}},
		{[]int{500}, scene{[]string{twoHours, `"store/customer/created" was sent 8 times`}, "expected 8 times, got 7 times"}},
		{[]int{500}, scene{[]string{twoHours, taken}, "status 500"}}, // all attempts of that time are judged
		{[]int{500, 500, 200}, scene{[]string{twoHours, taken}, "status 500"}},
		{[]int{500, 200}, scene{[]string{twoHours, taken, "0 callbacks wait in the retry queue"}, ""}},
		{[]int{500, 500, 200}, scene{[]string{"the next retry comes", "the next retry comes", taken}, ""}},
		{[]int{200}, scene{[]string{"the next retry comes"}, "no callback waits for another attempt"}},
		{[]int{200}, scene{[]string{gone, taken}, "no callback was due in that time"}},
		{[]int{500}, scene{[]string{gone, `"store/customer/created" was sent 12 times`, `the platform has switched the hook for "store/customer/created" off`,
			`the platform says "500 × 12: hook "`, `the platform says "switched off after 48 h 04 min"`, `a mail goes to "ops@example.com"`}, ""}},
		{[]int{500}, scene{[]string{gone, "every hook is on"}, "expected on, got off: 500 × 12"}},
		{[]int{500}, scene{[]string{gone, `a mail goes to "dev@example.com"`}, "expected a mail to dev@example.com, got none"}},
		{[]int{500, 200}, scene{[]string{gone, `the platform has switched the hook for "store/customer/created" off`}, "off, by the platform, got on"}},
		{[]int{500, 200}, scene{[]string{gone, "every hook is on", "the platform does not block the receiver's domain"}, ""}},
		{[]int{500, 200}, scene{[]string{gone, "the platform blocks the receiver's domain"}, "expected blocked, got not blocked"}},
		{[]int{500}, scene{[]string{gone, `the hook for "store/customer/created" is switched on again`, "every hook is on", bigHappens, "2 minutes pass",
			`"store/customer/created" was sent 14 times`}, ""}},
		{[]int{200}, scene{[]string{"90 days pass", `the platform says "90 days without an event"`, bigHappens, "nothing is sent"}, ""}},
		{[]int{200}, scene{[]string{"89 days pass", bigHappens, taken}, ""}},
	} {
		row.play(t, answersInTurn(row.statuses...), bigStore, mails, bigHook, bigHappens)
	}
}

// What stands in front of the receiver keeps callbacks from it, and answers in its place.
func TestOutage(t *testing.T) {
	for _, s := range []scene{
		{[]string{"an outage of 2 hours: answer 500", bigHappens, taken}, "something stood in front of it (answer 500)"},
		{[]string{"an outage of 2 hours: answer 500", bigHappens, "2 hours pass", "the next retry comes", taken, `"store/customer/created" was sent 8 times`}, ""},
		{[]string{"an outage: connection refused", bigHappens, "the retries are exhausted", `the platform says "no answer × 12"`}, ""},
		{[]string{"an outage: connection refused", bigHappens, "the outage is over", "the next retry comes", taken}, ""},
		{[]string{"an outage of 0 hours: answer 500"}, "an outage of 0 seconds is over before it begins"},
		{[]string{"an outage: truncated JSON"}, "does not stand in front of the receiver"},
		{[]string{"an outage: answr 500"}, `did you mean "answer 500"?`},
	} {
		s.play(t, plain(status(200)), bigStore, bigHook)
	}
}

// A receiver that never answers does not hold a scenario beyond its limit, however many retries there would be.
func TestLimitOfAScenario(t *testing.T) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	setup := setupOf(t, plain(func(http.ResponseWriter, *http.Request) { <-ended }))
	setup.AnswerTimeout, setup.Limit = 100*time.Millisecond, 250*time.Millisecond
	s := run(t, setup, file([]string{bigStore, bigHook, bigHappens, "the retries are exhausted"}), steps.RunOptions{})[0]
	failed(t, s, "the scenario has used up its limit of 250ms", "--answer-timeout")
}

func TestAnswerTimeoutOfAStep(t *testing.T) {
	ended := make(chan struct{})
	t.Cleanup(func() { close(ended) })
	silent := plain(func(http.ResponseWriter, *http.Request) { <-ended })
	failed(t, play(t, silent, aStore, aHook, "the platform waits 20 ms for an answer", happens, taken), "no answer within 20ms")
	failed(t, play(t, silent, aStore, aHook, "the platform waits 0 ms for an answer"), "at least 1 ms")
}

func TestOrder(t *testing.T) {
	table := func(events ...string) (lines []string) {
		lines = []string{"these happen and arrive in reverse order:"}
		for _, e := range events {
			lines = append(lines, " | "+e+" |")
		}
		return lines
	}
	type all []callback
	id := func(c callback) string { return gjson.Get(inner(c), "id").String() }
	for _, row := range []struct {
		reason string
		lines  []string
		holds  func(got all) bool
	}{
		{"five different ones in turn", []string{aHook, `5 new "customer_new" happen`}, func(got all) bool {
			ids := map[string]bool{}
			for _, c := range got {
				ids[id(c)] = true
			}
			return len(got) == 5 && len(ids) == 5
		}},
		{"five different ones at once", []string{aHook, `5 new "customer_new" happen at once`}, func(got all) bool {
			ids := map[string]bool{}
			for _, c := range got {
				ids[id(c)] = true
			}
			return len(got) == 5 && len(ids) == 5
		}},
		{"one, five times at once", []string{aHook, `a new "customer_new" happens and arrives 5 times at once`}, func(got all) bool {
			return len(got) == 5 && !slices.ContainsFunc(got, func(c callback) bool { return c.body != got[0].body })
		}},
		{"the last first, about one thing", append([]string{aHook, `a hook for "order_new"`}, table("customer_new", "order_new")...), func(got all) bool {
			return len(got) == 2 && strings.HasSuffix(got[0].URL.Path, "order_new") && strings.HasSuffix(got[1].URL.Path, "customer_new")
		}},
		{"in another form", []string{aHook, `"customer_new" happens in the form: raw UTF-8`}, func(got all) bool {
			return len(got) == 1 && strings.Contains(got[0].body, "José")
		}},
		{"a fixture in another form", []string{aHook, `the fixture "cratejoy/forms/customer" is sent in the form: final newline`}, func(got all) bool {
			return len(got) == 1 && strings.HasSuffix(got[0].body, "\n")
		}},
		{"broken, and then as it should be", []string{aHook, `"customer_new" happens but arrives with: empty body`, "it is sent again as it should be"}, func(got all) bool {
			return len(got) == 2 && got[0].body == "" && strings.Contains(inner(got[1]), "586402305")
		}},
		{"well, and then broken", []string{aHook, happens, "it is sent again but arrives with: empty body"}, func(got all) bool {
			return len(got) == 2 && got[1].body == "" && got[0].body != ""
		}},
	} {
		var got []callback
		var mu sync.Mutex
		receiver := plain(func(_ http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			mu.Lock()
			defer mu.Unlock()
			got = append(got, callback{r, string(body)})
		})
		if passed(t, play(t, receiver, append([]string{aStore}, row.lines...)...)); !row.holds(got) {
			t.Errorf("%s: %d callbacks: %+v", row.reason, len(got), got)
		}
	}
	for _, s := range []scene{
		{[]string{"it is sent again but arrives with: empty body"}, "no callback was sent yet"},
		{[]string{"it is sent again as it should be"}, "no callback was sent yet"},
		{[]string{`1001 new "customer_new" happen at once`}, "ask for 1 to 1000"},
		{[]string{`a new "customer_new" happens and arrives 0 times at once`}, "ask for 1 to 1000"},
		{[]string{`"customer_new" happened 9999999 days ago and arrives now`}, "too long"},
		{[]string{`"customer_new" happens in the form: raw UTF8`}, `did you mean "raw UTF-8"?`},
		{[]string{`the fixture "cratejoy/forms/custmer" is sent in the form: raw UTF-8`}, `did you mean "cratejoy/forms/customer"?`},
		{table("customer_new", "customer_nwe"), `did you mean "customer_new"?`},
	} {
		s.play(t, plain(status(200)), aStore, aHook)
	}
}

// How old an event is stands in its body; what it is signed with is of now.
func TestHappenedAgo(t *testing.T) {
	now := time.Unix(1_790_000_000, 0)
	var got []callback
	setup := setupOf(t, heard(&got))
	setup.Stamp = func() time.Time { return now }
	passed(t, run(t, setup, file([]string{bigStore, bigHook, `"store/customer/created" happened 47 hours ago and arrives now`, taken}), steps.RunOptions{})[0])
	created, stamp := gjson.Get(got[0].body, "created_at").Int(), got[0].Header.Get("Webhook-Timestamp")
	if created != now.Add(-47*time.Hour).Unix() || stamp != "1790000000" {
		t.Errorf("it says that it is of %d, and is signed at %s", created, stamp)
	}
}

// speaks is a receiver that says these words for each callback.
func speaks(words ...string) steps.Receiver {
	return steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{Says: true, Handler: http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
			for _, word := range words {
				w.Say(word)
			}
		})}, nil
	}, false)
}

func TestWords(t *testing.T) {
	for _, row := range []struct {
		words []string
		scene
	}{
		{[]string{"stored"}, scene{[]string{happens, `the receiver said "stored"`, `the receiver said "stored" once`}, ""}},
		{[]string{"stored"}, scene{[]string{happens, happens, `the receiver said "stored" once`}, ""}}, // since the last When
		{[]string{"stored", "stored"}, scene{[]string{happens, `the receiver said "stored" twice`}, ""}},
		{[]string{"stored", "stored"}, scene{[]string{happens, `the receiver said "stored" once`}, "expected once, got twice"}},
		{[]string{"stored"}, scene{[]string{happens, `the receiver said "stored" 0 times`}, "expected not at all, got once"}},
		{[]string{"dropped"}, scene{[]string{happens, `the receiver said "stored"`}, `expected at least once, got not at all (it said ["dropped"])`}},
		{[]string{"dropped"}, scene{[]string{happens, `the receiver said "stored" 0 times`}, ""}},
	} {
		row.play(t, speaks(row.words...), aStore, aHook)
	}
}

// probing is a receiver whose state is read like that of keeps, by declared probes.
func probing(how string) steps.Receiver {
	return changed(keeps(how), func(o *target.Target) {
		o.Get = func(ctx context.Context, _ string) ([]byte, error) { return o.Probe(ctx) }
	})
}

func TestDeclaredProbes(t *testing.T) {
	const declared = `the probe "n" is "count" of "/state"`
	for _, row := range []struct {
		how string
		scene
	}{
		{"", scene{[]string{declared, happens, `the probe "n" goes from 0 to 1`}, ""}},
		{"drops", scene{[]string{declared, happens, `the probe "n" goes from 0 to 1`}, "n is wrong after the callback"}},
		{"", scene{[]string{declared, happens, `the probe "n" goes from 1 to 1`}, "n is wrong before the callback"}},
		{"", scene{[]string{declared, happens, happens, `the probe "n" stays as it was`}, ""}},
		{"doubles", scene{[]string{declared, happens, happens, `the probe "n" stays as it was`}, "the probe n changed"}},
		{"", scene{[]string{declared, happens, `the probe "m" stays as it was`}, `no probe "m"`}},
		{"", scene{[]string{`the probe "n" is "cuont" of "/state"`}, `nothing at "cuont"`}},
	} {
		row.play(t, probing(row.how), aStore, aHook)
	}
}

func TestProcessedOnce(t *testing.T) {
	const again, once = "the same callback is sent again", "it is processed once"
	for _, row := range []struct {
		how string
		scene
	}{
		{"", scene{[]string{happens, again, once}, ""}},
		{"", scene{[]string{happens, once}, ""}},
		{"doubles", scene{[]string{happens, again, once}, "the callback was not processed once"}},
		{"drops", scene{[]string{happens, again, once}, "no effect of a single callback can be seen"}},
		{"", scene{[]string{once}, "no callback was sent yet"}},
		{"", scene{[]string{`3 new "customer_new" happen`, once}, ""}}, // each of them
	} {
		row.play(t, keeps(row.how), aStore, aHook)
	}
	// By what it looks up, where no state can be seen.
	const one = "/v1/customers/586402305/"
	scene{[]string{happens, once}, ""}.play(t, fetches(one), aStore, aHook)
	if s := play(t, fetches(one), aStore, aHook, happens, again, once); s.Verdict != report.NotRun || !strings.Contains(s.Reason, "--probe") {
		t.Errorf("looked up twice, and nobody saw what came of it: %s %q", s.Verdict, s.Reason)
	}
	// Where its state can be seen, it decides: this one looks first.
	looksFirst := steps.Handler(func(w target.World) (target.Receiver, error) {
		keep := newKeeper("")
		return target.Receiver{LooksUp: true, Probe: "/state", Handler: http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodPost {
				_, _ = getBy(r.Context(), w.Client.Transport, w.Platforms["cratejoy"]+one)
			}
			keep.ServeHTTP(rw, r)
		})}, nil
	}, false)
	scene{[]string{happens, again, once}, ""}.play(t, looksFirst, aStore, aHook)
}

func TestLookupsRefused(t *testing.T) {
	var statuses []int
	receiver := steps.Handler(func(w target.World) (target.Receiver, error) {
		return target.Receiver{LooksUp: true, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			n, _ := getBy(r.Context(), w.Client.Transport, w.Platforms["cratejoy"]+"/v1/customers/586402305/")
			statuses = append(statuses, n)
		})}, nil
	}, false)
	passed(t, play(t, receiver, aStore, aHook, "lookups are answered with status 503 once", happens, happens, taken))
	if !slices.Equal(statuses, []int{503, 200}) {
		t.Errorf("lookups were answered %d", statuses)
	}
}

// Callbacks that travel in this process have no connection that could be idle, or broken.
func TestOnlySocketsCan(t *testing.T) {
	for _, line := range []string{"10 idle connections to the receiver", `"customer_new" happens but arrives with: half a body and FIN`} {
		s := play(t, plain(status(200)), aStore, aHook, line)
		if s.Verdict != report.NotRun || !strings.Contains(s.Reason, "real connection") {
			t.Errorf("%s: %s %q", line, s.Verdict, s.Reason)
		}
		setup := setupOf(t, steps.Handler(steps.Simple(status(200), "/"), true))
		passed(t, run(t, setup, file([]string{aStore, aHook, line, `the receiver still handles "customer_new"`}), steps.RunOptions{})[0])
	}
}

// What the platform made of a receiver's answers stands in the report, each thing once.
func TestConsequencesInTheReport(t *testing.T) {
	s := play(t, plain(status(500)), bigStore, bigHook, bigHappens, "the retries are exhausted", `"store/customer/created" was sent 12 times`)
	if passed(t, s); len(s.Consequences) != 1 || !strings.Contains(s.Consequences[0], "switched off after 48 h 04 min") {
		t.Errorf("%q", s.Consequences)
	}
}
