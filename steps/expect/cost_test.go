package expect_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// judged is all that is done with what a receiver answers.
func judged(a, b []byte) {
	_, _ = expect.Value(a, "a.0.b")
	_ = expect.ValueIs(a, "a", string(b))
	_ = expect.Equal(a, b)
	_ = expect.Diff(a, b)
	_ = expect.Shows(a, "x")
	_ = expect.Shape(a, b)
}

// allocated is how many bytes something takes, also those that are free again.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// cheap is what two answers may take: a path and a message for each value.
func cheap(a, b []byte) uint64 { return uint64(1<<20 + 8192*(len(a)+len(b))) }

// FuzzAnswers: no answer of a receiver takes much memory or time to be judged.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{"", "{}", `{"a":[{"b":"x"}]}`, `[[[[[[1]]]]]]`, `"{\"a\":1}"`, `{"a":1,"a":2}`, `[1,2,3]`, "\xff", `{"a":{"b":{"c":null}}}`} {
		f.Add([]byte(seed), []byte(strings.ToUpper(seed)))
	}
	f.Fuzz(func(t *testing.T, a, b []byte) {
		if cost := allocated(func() { judged(a, b); judged(a, a) }); cost > cheap(a, b) {
			t.Errorf("%d and %d bytes take %d", len(a), len(b), cost)
		}
	})
}

// TestCost: an answer that is nested deep is judged as fast as any other. Lists in lists took several times as long for each more.
func TestCost(t *testing.T) {
	nested := func(open, inside, shut string, n int) []byte {
		return []byte(strings.Repeat(open, n) + inside + strings.Repeat(shut, n))
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, n := range []int{30, fixtures.MaxDepth, fixtures.MaxDepth + 1, 10_000, 300_000} {
			for _, kind := range [][2]string{{"[", "]"}, {`{"a":`, "}"}, {`[{"a":`, "}]"}, {"[1,", "]"}} {
				a, b := nested(kind[0], "1", kind[1], n), nested(kind[0], "2", kind[1], n)
				if cost := allocated(func() { judged(a, b) }); cost > cheap(a, b) {
					t.Errorf("%d of %s: %d bytes take %d", n, kind[0], len(a), cost)
				}
				if deep := fixtures.TooDeep(a); expect.Equal(a, a) == deep || expect.Diff(a, b) == "" {
					t.Errorf("%d of %s: equal %v", n, kind[0], !deep)
				}
			}
		}
	}()
	select {
	case <-done:
	case <-time.After(time.Minute):
		t.Fatal("an answer that is nested is judged for a minute")
	}
	_, err := expect.Value(nested("[", "", "]", 600), "0")
	if err == nil || !strings.Contains(err.Error(), "nested deeper than 512") {
		t.Errorf("%v", err)
	}
}

// TestDiffInLists: what is nested in many lists is found, too.
func TestDiffInLists(t *testing.T) {
	a, b := strings.Repeat("[", 12)+`{"k":1}`+strings.Repeat("]", 12), strings.Repeat("[", 12)+`{"k":2}`+strings.Repeat("]", 12)
	if got, want := expect.Diff([]byte(a), []byte(b)), "~ "+strings.Repeat("0.", 12)+"k: 1 → 2"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}
