package report

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Scenarios that run at once end in any order, and come to the same.
func TestTallyInAnyOrder(t *testing.T) {
	sent := func(event string) []Sent {
		return []Sent{{Event: event, Condition: mockplatforms.Good, Times: 1, Acknowledged: 1}}
	}
	list := []Scenario{
		{File: "b.feature", Line: 3, Platform: "p", Verdict: Pass, Sent: sent("late")},
		{File: "b.feature", Line: 5, Platform: "p", Verdict: NotRun, Reason: "first"},
		{File: "b.feature", Line: 7, Platform: "p", Verdict: Fail, Sent: sent("later")},
		{File: "b.feature", Line: 9, Platform: "p", Verdict: NotRun, Reason: "second"},
		{File: "b.feature", Line: 11, Platform: "p", Verdict: NotRun, Reason: "first"},
		{File: "a.feature", Line: 2, Platform: "p", Verdict: Flaky},
	}
	mixed := []Scenario{list[3], list[2], list[4], list[0], list[1], list[5]}
	catalogues := []Catalogue{{"p", []string{"never"}}}
	for _, tally := range []*Tally{TallyOf(list), TallyOf(mixed)} {
		if tally.Counts != (Counts{Passed: 1, Failed: 1, Flaky: 1, NotRun: 3}) || tally.Scenarios != 6 {
			t.Errorf("%+v of %d", tally.Counts, tally.Scenarios)
		}
		if got := tally.Reasons(); !slices.Equal(got, []string{"first", "second"}) {
			t.Errorf("the reasons are %q", got)
		}
		if diff := cmp.Diff([]Scenario{list[2], list[5]}, tally.Failures()); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		if got := tally.Cover(catalogues)[0].Beyond; !slices.Equal(got, []string{"late", "later"}) {
			t.Errorf("beyond the catalogue are %q", got)
		}
	}
	if diff := cmp.Diff(list, InOrder(slices.Clone(mixed))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var none Tally
	if none.Failures() != nil || none.Reasons() != nil || len(none.Cover(catalogues)) != 1 {
		t.Error("a run without scenarios comes to something")
	}
}

// What is written at the end keeps what it shows, and no exchanges of what passed unless it shows them.
func TestWholeKeepsWhatItShows(t *testing.T) {
	_, scenarios := sampleRun(t)
	for format, all := range map[string]bool{"json": false, "junit": false, "ctrf": false, "messages": false, "har": true, "html": true} {
		f, err := Find(format)
		if err != nil {
			t.Fatal(err)
		}
		w, ok := f.New(Options{}).(*whole)
		if !ok {
			t.Fatalf("%s is written in another way", format)
		}
		passed, failed := scenarios[2], scenarios[2]
		passed.Verdict, passed.Failure = Pass, nil
		for _, s := range []Scenario{passed, failed} {
			if err := w.Scenario(s); err != nil {
				t.Fatal(err)
			}
		}
		if kept := len(w.list[0].Entries) > 0; kept != all || len(w.list[1].Entries) == 0 {
			t.Errorf("%s keeps the exchanges of what passed: %v; of what failed: %d", format, kept, len(w.list[1].Entries))
		}
	}
}

// TestNotTaken: what was declined and never acknowledged may not be taken, if a scenario failed by it, and if something is taken at all.
func TestNotTaken(t *testing.T) {
	sent := func(event string, acknowledged, declined int) Scenario {
		return Scenario{Platform: "p", Verdict: Fail, Sent: []Sent{{event, mockplatforms.Good, 1, acknowledged, declined}}}
	}
	tolerated := sent("b", 0, 1)
	tolerated.Verdict = Pass
	for _, row := range []struct {
		list []Scenario
		want []string
	}{
		{nil, nil},
		{[]Scenario{sent("a", 0, 1)}, []string{"a"}},
		{[]Scenario{sent("a", 0, 1), sent("b", 0, 1)}, nil}, // it takes nothing: that is not about events
		{[]Scenario{sent("a", 0, 1), sent("b", 0, 1), sent("c", 1, 0)}, []string{"a", "b"}},
		{[]Scenario{sent("a", 0, 1), sent("a", 1, 0)}, nil},
		{[]Scenario{sent("a", 1, 0), sent("b", 0, 0), tolerated}, nil},
	} {
		if got := TallyOf(row.list).NotTaken("p"); !slices.Equal(got, row.want) {
			t.Errorf("of %+v %q are not taken, want %q", row.list, got, row.want)
		}
	}
}
