package steps_test

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestRetry: what passes when it is run again is flaky, and never passed; what does not has failed.
func TestRetry(t *testing.T) {
	calls := map[string]int{}
	receiver := plain(func(w http.ResponseWriter, r *http.Request) {
		event := strings.TrimPrefix(r.URL.Path, "/hooks/")
		calls[event]++
		if event == "order_new" && calls[event] < 3 || event == "order_updated" {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	scenario := func(event string) []string {
		return []string{aStore, `a hook for "` + event + `"`, `a new "` + event + `" happens`, taken}
	}
	var told []string
	results := run(t, setupOf(t, receiver), file(scenario("customer_new"), scenario("order_new"), scenario("order_updated")), steps.RunOptions{
		Retries: 2, Each: func(s report.Scenario) { told = append(told, string(s.Verdict)) },
	})
	want := []string{"pass", "flaky", "fail"}
	var got []string
	for _, s := range results {
		got = append(got, string(s.Verdict))
	}
	if !slices.Equal(got, want) || !slices.Equal(told, want) {
		t.Errorf("%q, told %q; want %q", got, told, want)
	}
	if flaky := results[1]; flaky.Retries != 2 || flaky.Fails() || flaky.Failure == nil || !strings.Contains(flaky.Reason, "it passed in attempt 3; before: the receiver did not acknowledge") {
		t.Errorf("%+v", flaky)
	}
	acknowledged := 0
	for _, sent := range results[1].Sent { // in the end it was taken: the event is covered
		acknowledged += sent.Acknowledged
	}
	if acknowledged != 1 {
		t.Errorf("%d were acknowledged of %+v", acknowledged, results[1].Sent)
	}
	if calls["customer_new"] != 1 || calls["order_updated"] != 3 || results[2].Retries != 2 {
		t.Errorf("called %v", calls)
	}
	if c := report.Count(results); c != (report.Counts{Passed: 1, Failed: 1, Flaky: 1}) {
		t.Errorf("%+v", c)
	}
}

// TestRetryAndFailFast: only what fails after all attempts ends the run.
func TestRetryAndFailFast(t *testing.T) {
	calls := 0
	receiver := plain(func(w http.ResponseWriter, _ *http.Request) {
		if calls++; calls == 1 {
			w.WriteHeader(http.StatusInternalServerError)
		}
	})
	one := []string{aStore, aHook, happens, taken}
	results := run(t, setupOf(t, receiver), file(one, one), steps.RunOptions{Retries: 1, FailFast: true})
	if results[0].Verdict != report.Flaky || results[1].Verdict != report.Pass {
		t.Errorf("%s, %s", results[0].Verdict, results[1].Verdict)
	}
}

// remembering is a receiver whose books outlive every scenario: it refuses what it has seen.
func remembering(fails func(n int) bool) steps.Receiver {
	seen, n := map[string]bool{}, 0 // one request at a time
	return plain(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		n++
		switch {
		case seen[string(body)]:
			w.WriteHeader(http.StatusConflict)
		case fails(n):
			w.WriteHeader(http.StatusInternalServerError)
		}
		seen[string(body)] = true
	})
}

// TestNewIDsEachTime: what runs again has new ids, as a receiver may remember the old ones: when a scenario is retried, and when it
// is proved.
func TestNewIDsEachTime(t *testing.T) {
	scenario := []string{aStore, aHook, `a new "customer_new" happens`, taken}
	first := remembering(func(n int) bool { return n == 1 })
	if s := run(t, setupOf(t, first), file(scenario), steps.RunOptions{Retries: 1})[0]; s.Verdict != report.Flaky {
		t.Errorf("the second attempt: %s, %s", s.Verdict, s.Failure.Message)
	}
	never := remembering(func(int) bool { return false })
	for name, proof := range proved(t, never, file(scenario), "another-method", "loses-the-type") {
		if proof.Fate != report.Survived {
			t.Errorf("%s is %s by what the receiver remembers", name, proof.Fate)
		}
	}
}
