package main

import (
	"fmt"
	"slices"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// TestGapsAreToldOnce: a run may meet the same one in each of its scenarios.
func TestGapsAreToldOnce(t *testing.T) {
	var told []string
	g := gaps{func(format string, args ...any) { told = append(told, fmt.Sprintf(format, args...)) }, map[string]bool{}}
	for _, path := range []string{"/v1/reviews/7/", "/v1/reviews/8/"} {
		g.scenario(report.Scenario{Platform: "cratejoy", Entries: []journal.Entry{
			{Kind: journal.Unknown, Request: journal.Message{Method: "GET", URL: "http://127.0.0.1:1" + path}, Gap: "GET /v1/reviews/{id}"},
			{Kind: journal.Unknown, Request: journal.Message{Method: "GET", URL: "http://127.0.0.1:1/nothing"}},
		}})
	}
	want := []string{"cratejoy: GET /v1/reviews/7/: hookdrill has no GET /v1/reviews/{id}; add a fixture with this Fixture-Route (hookdrill help fixtures)"}
	if !slices.Equal(told, want) {
		t.Errorf("it says %q, not %q", told, want)
	}
}
