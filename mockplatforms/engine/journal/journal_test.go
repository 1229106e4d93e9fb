package journal_test

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// block is how many entries the journal keeps together; the tests go over the edges of it.
const block = 256

func filled(n int) *journal.Journal {
	var j journal.Journal
	for i := range n {
		j.Append(journal.Entry{Seq: 99, Event: fmt.Sprint(i + 1)})
	}
	return &j
}

// TestSince looks from every position of journals that end at, before and behind the edge of a block.
func TestSince(t *testing.T) {
	for _, n := range []int{0, 1, block - 1, block, block + 1, 3 * block, 3*block + 7} {
		j := filled(n)
		if j.Len() != n {
			t.Errorf("%d entries: Len is %d", n, j.Len())
		}
		for from := 0; from <= n+1; from++ {
			list := j.Since(from)
			if len(list) != max(n-from, 0) {
				t.Fatalf("%d entries: Since(%d) gives %d", n, from, len(list))
			}
			for i := 0; i < len(list); i += max(1, len(list)-1) { // the first and the last; TestAppendTogether looks at all
				if e := list[i]; e.Seq != from+i+1 || e.Event != fmt.Sprint(e.Seq) {
					t.Fatalf("%d entries: Since(%d)[%d] is number %d, %q", n, from, i, e.Seq, e.Event)
				}
			}
		}
	}
}

// TestForgetAtTheEdgeOfABlock: an entry behind forgotten blocks is where Since looks for it.
func TestForgetAtTheEdgeOfABlock(t *testing.T) {
	for _, n := range []int{block - 1, block, block + 1, 2 * block} {
		j := filled(n)
		j.Forget(n)
		j.Append(journal.Entry{Event: "next"})
		if list := j.Since(0); len(list) != 1 || list[0].Event != "next" || list[0].Seq != n+1 {
			t.Errorf("after %d forgotten ones there are %+v, want the next alone", n, list)
		}
	}
}

func TestSinceGivesCopies(t *testing.T) {
	j := filled(2)
	j.Since(0)[0].Event = "overwritten"
	if got := j.Since(0)[0].Event; got != "1" {
		t.Errorf("whoever reads the journal can write it: %q", got)
	}
}

// TestAppendTogether: numbers have no gaps and no doubles, Append gives the number under which the entry stands, and
// each writer's entries stand in its own order. Run it with -race.
func TestAppendTogether(t *testing.T) {
	const writers, each = 16, 200
	var (
		j       journal.Journal
		working sync.WaitGroup
		start   = make(chan struct{})
		given   [writers][]int
	)
	for w := range writers {
		working.Go(func() {
			<-start
			for i := range each {
				given[w] = append(given[w], j.Append(journal.Entry{Hook: int64(w), Number: i}))
				j.Since(max(j.Len()-3, 0))
			}
		})
	}
	close(start)
	working.Wait()
	list := j.Since(0)
	if len(list) != writers*each {
		t.Fatalf("%d entries of %d", len(list), writers*each)
	}
	for i, e := range list {
		if e.Seq != i+1 {
			t.Fatalf("entry %d has the number %d", i, e.Seq)
		}
		if given[e.Hook][e.Number] != e.Seq {
			t.Fatalf("writer %d was told that its entry %d has the number %d, it has %d", e.Hook, e.Number, given[e.Hook][e.Number], e.Seq)
		}
	}
	for w, numbers := range given {
		if !slices.IsSorted(numbers) {
			t.Errorf("the entries of writer %d stand in another order than it wrote them", w)
		}
	}
}

// TestAwait runs in a bubble: a wait that nothing ends would be a deadlock, which synctest reports.
func TestAwait(t *testing.T) {
	two := func(list []journal.Entry) bool { return len(list) == 2 }
	t.Run("holds already", func(t *testing.T) {
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		if list, ok := filled(3).Await(ended, 1, two); !ok || len(list) != 2 || list[0].Seq != 2 {
			t.Errorf("%+v, %v", list, ok)
		}
	})
	t.Run("each of several waits is woken by what it waits for, and sees only what comes after its mark", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			j := filled(1)
			var (
				waiting sync.WaitGroup
				woken   [4]int
			)
			for w := range woken {
				waiting.Go(func() {
					list, ok := j.Await(t.Context(), 1, func(list []journal.Entry) bool { return len(list) == w+1 })
					if !ok || len(list) != w+1 || list[0].Seq != 2 {
						t.Errorf("wait %d ends with %d entries, %v", w, len(list), ok)
					}
					woken[w] = j.Len()
				})
			}
			for range woken {
				synctest.Wait() // all that can go on has gone on
				j.Append(journal.Entry{})
			}
			waiting.Wait()
			if woken != [4]int{2, 3, 4, 5} {
				t.Errorf("the waits ended at %v entries, want 2, 3, 4 and 5", woken)
			}
		})
	})
	t.Run("ends with its context", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			j := filled(1)
			until, cancel := context.WithTimeout(t.Context(), time.Hour)
			defer cancel()
			if list, ok := j.Await(until, 0, two); ok || len(list) != 1 {
				t.Errorf("%d entries, %v; want the one that there is, and false", len(list), ok)
			}
			if until.Err() == nil {
				t.Error("it ended before its context")
			}
		})
	})
	t.Run("judges what there is when its context ends", func(t *testing.T) {
		j, asked := filled(1), 0
		ended, cancel := context.WithCancel(t.Context())
		cancel()
		list, ok := j.Await(ended, 0, func(list []journal.Entry) bool {
			if asked++; asked == 1 {
				j.Append(journal.Entry{}) // between the judgement and the wait
				return false
			}
			return two(list)
		})
		if !ok || len(list) != 2 {
			t.Errorf("%d entries, %v; the second was there before it ended", len(list), ok)
		}
	})
}

func TestField(t *testing.T) {
	m := journal.Message{Header: []fixtures.Field{{Name: "X-a", Value: "1"}, {Name: "x-A", Value: "2"}}}
	if got := m.Field("X-A") + m.Field("x-b"); got != "1" {
		t.Errorf("the fields are %q, want the first, whatever its case, and nothing", got)
	}
}

// TestAppendIsCheap: a journal that grows does not copy what it has. One that kept a single slice would allocate about
// twice what its entries need.
func TestAppendIsCheap(t *testing.T) {
	const n = 64 * block
	var j journal.Journal
	entry := journal.Entry{Event: strings.Repeat("e", 64)}
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		j.Append(entry)
	}
	runtime.ReadMemStats(&after)
	need := uint64(n * unsafe.Sizeof(entry))
	if got := after.TotalAlloc - before.TotalAlloc; got > need*3/2 {
		t.Errorf("%d entries took %d bytes, they need %d", n, got, need)
	}
	if allocations := testing.AllocsPerRun(4*block, func() { j.Append(entry) }); allocations >= 1 {
		t.Errorf("each entry takes %v allocations", allocations)
	}
}

func BenchmarkAppend(b *testing.B) {
	entry := journal.Entry{Kind: journal.Attempt, Event: "customer_new"}
	b.ReportAllocs()
	var j journal.Journal
	for b.Loop() {
		if j.Len() == 1<<14 { // a long run; more would measure the machine's memory
			j = journal.Journal{}
		}
		j.Append(entry)
	}
}
