package journal_test

import (
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// What is forgotten counts, and is given no more; what comes after is as before.
func TestForget(t *testing.T) {
	var j journal.Journal
	for range 1000 {
		j.Append(journal.Entry{Event: "e"})
	}
	for _, n := range []int{0, 3, 256, 255, 700, 5000} {
		j.Forget(n)
		left := 1000 - min(n, 1000)
		if n == 255 { // less than before
			left = 1000 - 256
		}
		list := j.Since(0)
		if len(list) != left || j.Len() != 1000 {
			t.Errorf("after %d: %d entries, Len %d", n, len(list), j.Len())
		}
		for i, e := range list {
			if e.Seq != 1000-left+i+1 || e.Event != "e" {
				t.Fatalf("after %d: entry %d is %+v", n, i, e)
			}
		}
	}
	if seq := j.Append(journal.Entry{Event: "next"}); seq != 1001 {
		t.Errorf("the next is %d", seq)
	}
	if list := j.Since(1000); len(list) != 1 || list[0].Event != "next" {
		t.Errorf("%+v", list)
	}
}
