package engine_test

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// served is an engine whose one hook is at a real receiver, which is called over sockets.
func served(t *testing.T, timeout time.Duration, serve http.HandlerFunc) *engine.Engine {
	t.Helper()
	server := httptest.NewServer(serve)
	sockets := delivery.Transport()
	t.Cleanup(func() {
		sockets.CloseIdleConnections()
		server.Close()
	})
	e, _ := start(t, retrying(func(p *mockplatforms.Policy) {
		p.Limits = mockplatforms.AnswerLimits{Fields: 64, Name: 64, Value: 8192}
		p.Retries = []time.Duration{time.Minute, 3 * time.Minute}
	}), through(sockets), func(o *engine.Options) { o.Timeout = timeout })
	hook(e, "made", "", target(server.URL+"/hook"))
	return e
}

// outcome is what the journal says of an attempt, in a line.
func outcome(a journal.Entry) string {
	return fmt.Sprintf("%d %v failure %q, rejected %q", a.Response.Status, a.Acknowledged, a.Failure, a.Rejected)
}

// TestAnswers of a receiver as a platform sees them that takes 200 to 299 and tries twice more.
func TestAnswers(t *testing.T) {
	for _, row := range []struct {
		reason string
		status int
		header string // one field
		want   string
	}{
		{"success", 200, "", `200 true failure "", rejected ""`},
		{"not yet done, but taken", 202, "", `202 true failure "", rejected ""`},
		{"success without a body", 204, "", `204 true failure "", rejected ""`},
		{"a redirect is not followed", 301, "Location: /elsewhere", `301 false failure "", rejected "status 301: redirects are not followed"`},
		{"nor is one that keeps the method", 307, "Location: /elsewhere", `307 false failure "", rejected "status 307: redirects are not followed"`},
		{"not modified is no success either", 304, "", `304 false failure "", rejected "status 304: redirects are not followed"`},
		{"the receiver knows nobody", 401, "", `401 false failure "", rejected "status 401"`},
		{"no such path: it is tried again like others", 404, "", `404 false failure "", rejected "status 404"`},
		{"gone: it is tried again like others", 410, "", `410 false failure "", rejected "status 410"`},
		{"too many, come back later: the schedule stays", 429, "Retry-After: 7200", `429 false failure "", rejected "status 429"`},
		{"too many, come back at once: the schedule stays", 429, "Retry-After: 0", `429 false failure "", rejected "status 429"`},
		{"unavailable for an hour: the schedule stays", 503, "Retry-After: 3600", `503 false failure "", rejected "status 503"`},
		{"it breaks", 500, "", `500 false failure "", rejected "status 500"`},
		{"a status that nobody knows", 599, "", `599 false failure "", rejected "status 599"`},
	} {
		var asked []string
		e := served(t, time.Minute, func(w http.ResponseWriter, r *http.Request) {
			asked = append(asked, r.Method+" "+r.URL.Path)
			if name, value, ok := strings.Cut(row.header, ": "); ok {
				w.Header().Set(name, value)
			}
			w.WriteHeader(row.status)
		})
		first := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0]
		if got := outcome(first); got != row.want {
			t.Errorf("%s: %s\nwant %s", row.reason, got, row.want)
		}
		pass(t, e, twoDays)
		want := []int{0, 60, 240}
		if first.Acknowledged {
			want = want[:1]
		}
		attempts := of(e, journal.Attempt)
		if got := seconds(attempts); !slices.Equal(got, want) {
			t.Errorf("%s: attempts at %d s, want %d", row.reason, got, want)
		}
		if slices.ContainsFunc(asked, func(s string) bool { return s != "POST /hook" }) || len(asked) != len(want) {
			t.Errorf("%s: the receiver was asked %q", row.reason, asked)
		}
		for _, a := range attempts {
			if got := outcome(a); got != row.want {
				t.Errorf("%s: attempt %d: %s", row.reason, a.Number, got)
			}
		}
	}
}

// TestAnswerTooLate: one that comes after the platform has hung up is none, and the next attempt does not wait for it.
func TestAnswerTooLate(t *testing.T) {
	done := make(chan struct{})
	calls := make(chan struct{}, 8)
	wait := func(r *http.Request) {
		calls <- struct{}{}
		select {
		case <-r.Context().Done():
		case <-done:
		}
	}
	defer close(done)
	for _, row := range []struct {
		reason string
		serve  http.HandlerFunc
		want   string
		tally  string
	}{
		{"nothing comes in time", func(w http.ResponseWriter, r *http.Request) {
			wait(r)
			w.WriteHeader(http.StatusOK)
		}, `0 false failure "no answer within 1s", rejected ""`, "no answer × 3"},
		{"the head comes in time, the body does not", func(w http.ResponseWriter, r *http.Request) {
			w.WriteHeader(http.StatusOK)
			_, _ = w.Write([]byte("tha"))
			w.(http.Flusher).Flush()
			wait(r)
		}, `200 false failure "the answer broke off: no answer within 1s", rejected ""`, "200 (broken off) × 3"},
		{"the receiver hangs up", func(http.ResponseWriter, *http.Request) {
			calls <- struct{}{}
			panic(http.ErrAbortHandler)
		}, `0 false failure "the receiver closed the connection without an answer", rejected ""`, "no answer × 3"},
	} {
		e := served(t, time.Second, row.serve)
		deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})
		pass(t, e, twoDays)
		for _, a := range of(e, journal.Attempt) {
			if got := outcome(a); got != row.want {
				t.Errorf("%s: attempt %d: %s\nwant %s", row.reason, a.Number, got, row.want)
			}
		}
		if got, want := said(e), []string{"4m0s: " + row.tally + ": hook 7 switched off after 4 min"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", row.reason, got, want)
		}
		for range 3 {
			select {
			case <-calls:
			case <-t.Context().Done():
			default:
				t.Errorf("%s: the receiver got fewer than three", row.reason)
			}
		}
	}
}

// TestAnswerWithoutEnd: a receiver that goes on and on is cut off, and what it said first counts.
func TestAnswerWithoutEnd(t *testing.T) {
	ended := make(chan struct{})
	e := served(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
		defer close(ended)
		chunk := bytes.Repeat([]byte("x"), 64<<10)
		for {
			if _, err := w.Write(chunk); err != nil {
				return // the platform has hung up
			}
		}
	})
	a := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0]
	if got, want := outcome(a), `200 true failure "", rejected ""`; got != want || len(a.Response.Body) != delivery.MaxAnswer || !a.Response.Truncated {
		t.Errorf("%s, %d bytes, truncated %v; want %s, %d", got, len(a.Response.Body), a.Response.Truncated, want, delivery.MaxAnswer)
	}
	deadline := time.NewTimer(20 * time.Second)
	defer deadline.Stop()
	select {
	case <-ended:
	case <-deadline.C:
		t.Error("the receiver is still writing: nobody has hung up")
	}
}

// TestAnswerHeader: a header that is too large for the platform makes a failure of a good status, with the words.
func TestAnswerHeader(t *testing.T) {
	const value8192 = 8192
	for _, row := range []struct {
		reason string
		fields int // in all, those of the server with them
		name   string
		value  int
		want   string
	}{
		{"all just within", 64, "X" + strings.Repeat("x", 63), value8192, `200 true failure "", rejected ""`},
		{"a field too many", 65, "X", 1, `200 false failure "", rejected "its header has 65 fields, more than 64"`},
		{"a name too long", 10, "X" + strings.Repeat("x", 64), 1, `200 false failure "", rejected "the name of a header field has 65 bytes, more than 64"`},
		{"a value too long", 10, "X-Long", value8192 + 1, `200 false failure "", rejected "the header field X-Long has 8193 bytes, more than 8192"`},
	} {
		e := served(t, time.Minute, func(w http.ResponseWriter, _ *http.Request) {
			w.Header()["Date"] = nil // the server adds no field of its own but Content-Length
			w.Header().Set("Content-Length", "0")
			w.Header().Set(row.name, strings.Repeat("v", row.value))
			for i := range row.fields - 2 {
				w.Header().Add("X-Many", fmt.Sprint(i)) // repeats count too
			}
		})
		a := deliver(t, e, engine.Event{Message: load(t, e, "callbacks/made")})[0]
		if len(a.Response.Header) != row.fields {
			t.Fatalf("%s: the answer has %d fields, so the row proves nothing", row.reason, len(a.Response.Header))
		}
		if got := outcome(a); got != row.want {
			t.Errorf("%s: %s\nwant %s", row.reason, got, row.want)
		}
		if a.Acknowledged {
			continue
		}
		pass(t, e, twoDays)
		if got, want := said(e), []string{"4m0s: 200 (header too large) × 3: hook 7 switched off after 4 min"}; !slices.Equal(got, want) {
			t.Errorf("%s: %q, want %q", row.reason, got, want)
		}
	}
}
