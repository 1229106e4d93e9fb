package steps_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps"
)

func numbered(t *testing.T, n int) []steps.Feature {
	t.Helper()
	var scenarios [][]string
	for range n {
		scenarios = append(scenarios, []string{aStore, aHook, happens, taken})
	}
	return selected(t, file(scenarios...))
}

// TestShards have each scenario once, and one scenario more moves no other.
func TestShards(t *testing.T) {
	in := func(features []steps.Feature, of int, times map[string]time.Duration) map[string]int {
		where := map[string]int{}
		for i := 1; i <= of; i++ {
			for id, kept := range (steps.Shard{Index: i, Of: of}).Keeps(features, times) {
				if kept && where[id] != 0 {
					t.Errorf("%s is in the shards %d and %d", id, where[id], i)
				}
				if kept {
					where[id] = i
				}
			}
		}
		return where
	}
	few, more := in(numbered(t, 60), 4, nil), in(numbered(t, 61), 4, nil)
	if len(few) != 60 || len(more) != 61 {
		t.Errorf("%d of 60 and %d of 61 scenarios are in a shard", len(few), len(more))
	}
	sizes := map[int]int{}
	for id, shard := range few {
		sizes[shard]++
		if more[id] != shard {
			t.Errorf("%s has moved from shard %d to %d", id, shard, more[id])
		}
	}
	for i := 1; i <= 4; i++ {
		if sizes[i] == 0 {
			t.Errorf("shard %d of 4 has none of 60 scenarios", i)
		}
	}
	// By time: one that takes as long as all others together has a shard for itself.
	times := map[string]time.Duration{}
	features := numbered(t, 11)
	for i, s := range features[0].Scenarios[:10] {
		times[s.ID] = time.Second
		if i == 3 {
			times[s.ID] = 12 * time.Second
		}
	}
	byTime, alone := in(features, 2, times), features[0].Scenarios[3].ID
	for id, shard := range byTime {
		if (shard == byTime[alone]) != (id == alone) {
			t.Errorf("%s is in shard %d, the long one in %d", id, shard, byTime[alone])
		}
	}
	if len(byTime) != 11 {
		t.Errorf("%d of 11", len(byTime))
	}
}

func TestParseShard(t *testing.T) {
	if s, err := steps.ParseShard("2/5"); err != nil || s != (steps.Shard{Index: 2, Of: 5}) {
		t.Errorf("%v, %v", s, err)
	}
	for _, text := range []string{"0/3", "4/3", "1", "1/", "/3", "a/b", "1/3/5", "-1/3", "1/0"} {
		if _, err := steps.ParseShard(text); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("--shard %q", text)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
