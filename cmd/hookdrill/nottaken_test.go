package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// TestNotTaken: who has not said which events the receiver takes is told of it once, where it refuses some; and not where it does not
// believe what comes, or where it was said.
func TestNotTaken(t *testing.T) {
	const notice = "this receiver refuses address_updated, billing_updated, checkout_failed and "
	for _, row := range []struct {
		name   string
		status int // for all but customer_new
		args   []string
		told   int
	}{
		{"not said", http.StatusNotFound, nil, 1},
		{"said", http.StatusNotFound, []string{"--event", "customer_new", "--event", "order_new"}, 0},
		{"not believed", http.StatusUnauthorized, nil, 0},
		{"broken", http.StatusInternalServerError, nil, 0},
	} {
		t.Run(row.name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/customer_new" {
					w.WriteHeader(row.status)
				}
			}))
			defer server.Close()
			var out, talk bytes.Buffer
			args := append([]string{"run", "--platform", "cratejoy", "--receiver", server.URL + "/{event}", "--name", "It is acknowledged", "features/cratejoy/events.feature"}, row.args...)
			if code := run(t.Context(), args, nil, nil, &out, &talk); code != 1 {
				t.Fatalf("it ends with %d: %s%s", code, out.String(), talk.String())
			}
			if got := strings.Count(out.String(), "this receiver refuses"); got != row.told || got > 0 && !strings.Contains(out.String(), notice) {
				t.Errorf("it is told %d times, want %d:\n%s", got, row.told, out.String())
			}
		})
	}
}
