package steps_test

import (
	"fmt"
	"slices"
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
	env := func(pairs ...string) func(string) (string, bool) {
		return func(name string) (string, bool) {
			i := slices.Index(pairs, name)
			if i < 0 {
				return "", false
			}
			return pairs[i+1], true
		}
	}
	for _, c := range []struct {
		text string
		env  []string
		want steps.Shard
	}{
		{"2/5", nil, steps.Shard{Index: 2, Of: 5}},
		{"auto/4", []string{"JOB_COMPLETION_INDEX", "0"}, steps.Shard{Index: 1, Of: 4}},
		{"auto/4", []string{"CI_NODE_INDEX", "4"}, steps.Shard{Index: 4, Of: 4}},
		{"auto", []string{"CI_NODE_INDEX", "2", "CI_NODE_TOTAL", "3"}, steps.Shard{Index: 2, Of: 3}},
	} {
		if s, err := steps.ParseShard(c.text, env(c.env...)); err != nil || s != c.want {
			t.Errorf("%s with %q: %v, %v", c.text, c.env, s, err)
		}
	}
	for text, pairs := range map[string][]string{"auto/3": nil, "auto": {"CI_NODE_INDEX", "1"}, "auto/2": {"JOB_COMPLETION_INDEX", "2"}, "auto/5": {"CI_NODE_INDEX", "x"}} {
		if _, err := steps.ParseShard(text, env(pairs...)); err == nil || !strings.Contains(err.Error(), "--shard") {
			t.Errorf("%s with %q: %v", text, pairs, err)
		}
	}
	for _, text := range []string{"0/3", "4/3", "1", "1/", "/3", "a/b", "1/3/5", "-1/3", "1/0", "1/10001", "1/4294967296"} {
		if _, err := steps.ParseShard(text, env()); err == nil || !strings.Contains(err.Error(), fmt.Sprintf("--shard %q", text)) {
			t.Errorf("%q: %v", text, err)
		}
	}
}
