package report

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

func TestCover(t *testing.T) {
	scenarios := []Scenario{
		{Platform: "p", Sent: []Sent{{"a", mockplatforms.Good, 2, 1, 0}, {"a", mockplatforms.Forged, 1, 0, 0}, {"b", mockplatforms.NoJSON, 1, 0, 0}}},
		{Platform: "p", Sent: []Sent{{"a", mockplatforms.AtOnce, 8, 8, 0}, {"a", mockplatforms.Repeated, 1, 1, 0}, {"x", mockplatforms.UnknownEvent, 1, 1, 0}}},
		{Platform: "p", Sent: []Sent{{"a", mockplatforms.Retried, 3, 1, 0}, {"a", mockplatforms.OutOfOrder, 1, 1, 0}}},
		{Platform: "q", Sent: []Sent{{"c", mockplatforms.Good, 1, 1, 0}}},
	}
	run := Run{Catalogues: []Catalogue{{"p", []string{"a", "b", "c", "d"}}}, MinCoverage: 25}
	want := []Coverage{{
		Platform: "p", NeverSent: []string{"c", "d"}, Beyond: []string{"x"}, Percent: 25, Events: []EventCoverage{
			{Event: "a", Delivered: 16, Acknowledged: 12, Duplicated: 9, OutOfOrder: 1, Forged: 1, Retried: 3},
			{Event: "b", Delivered: 1, Malformed: 1},
			{Event: "x", Delivered: 1, Acknowledged: 1},
		},
	}}
	if diff := cmp.Diff(want, TallyOf(scenarios).Cover(run.Catalogues)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if list := TallyOf(scenarios).Uncovered(run); len(list) != 0 {
		t.Errorf("25 %% is less than 25 %%: %+v", list)
	}
	run.MinCoverage = 26
	if list := TallyOf(scenarios).Uncovered(run); len(list) != 1 {
		t.Errorf("25 %% is enough for 26 %%")
	}
}
