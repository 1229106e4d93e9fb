package steps

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/steps/report"
)

// Shard is one of several parts of a run that go to different machines. The zero value is the whole.
type Shard struct{ Index, Of int } // from 1

// String is the shard as ParseShard reads it, "" for the whole.
func (s Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// ParseShard reads "2/5". The index of "auto/5" is that of the job: JOB_COMPLETION_INDEX of a Kubernetes indexed Job, which
// counts from 0, or CI_NODE_INDEX of GitLab, which counts from 1 and has CI_NODE_TOTAL for the number of "auto" alone.
func ParseShard(text string, lookup func(variable string) (string, bool)) (Shard, error) {
	if text == "" {
		return Shard{}, nil
	}
	index, of, ok := strings.Cut(text, "/")
	if index == "auto" {
		if index = indexOf(lookup); index == "" {
			return Shard{}, fmt.Errorf("--shard %s: neither JOB_COMPLETION_INDEX nor CI_NODE_INDEX says which part this is", text)
		}
		if !ok {
			of, ok = lookup("CI_NODE_TOTAL")
		}
	}
	i, err := strconv.Atoi(index)
	n, broken := strconv.Atoi(of)
	if !ok || err != nil || broken != nil || i < 1 || n < 1 || i > n || n > report.MostShards {
		given, example := fmt.Sprintf("%q", text), min(max(n, 3), report.MostShards)
		if strings.HasPrefix(text, "auto") {
			given += fmt.Sprintf(" is %q by JOB_COMPLETION_INDEX (from 0) or CI_NODE_INDEX (from 1)", index+"/"+of)
		}
		return Shard{}, fmt.Errorf("--shard %s: write which part of how many, from 1/%d to %d/%d for one", given, example, example, example)
	}
	return Shard{i, n}, nil
}

// indexOf is the part that the environment says this is, from 1; "" if it says nothing.
func indexOf(lookup func(string) (string, bool)) string {
	if text, ok := lookup("JOB_COMPLETION_INDEX"); ok {
		n, err := strconv.Atoi(text)
		if err != nil {
			return text // which is no number, and will be said
		}
		return strconv.Itoa(n + 1)
	}
	text, _ := lookup("CI_NODE_INDEX")
	return text
}

// Keeps gives the scenarios of this shard, by ID. Without times a scenario goes where its ID says, so that one more moves no
// other. With the times of an earlier run the longest are dealt out first, each to the shard that has the least to do; one
// that the earlier run did not have is taken for an average one.
func (s Shard) Keeps(features []Feature, times map[string]time.Duration) map[string]bool {
	ids := idsOf(features)
	kept := map[string]bool{}
	if len(times) == 0 {
		for _, id := range ids {
			h := fnv.New32a()
			_, _ = h.Write([]byte(id)) // a hash takes everything
			kept[id] = int(h.Sum32()%uint32(s.Of))+1 == s.Index
		}
		return kept
	}
	average := averageOf(times)
	took := func(id string) time.Duration {
		if d, ok := times[id]; ok {
			return d
		}
		return average
	}
	slices.SortFunc(ids, func(a, b string) int { return cmp.Or(cmp.Compare(took(b), took(a)), cmp.Compare(a, b)) })
	loads := make([]time.Duration, s.Of)
	for _, id := range ids {
		least := 0
		for i := range loads {
			if loads[i] < loads[least] {
				least = i
			}
		}
		loads[least] += took(id)
		kept[id] = least+1 == s.Index
	}
	return kept
}

func idsOf(features []Feature) (ids []string) {
	for _, f := range features {
		for _, scenario := range f.Scenarios {
			ids = append(ids, scenario.ID)
		}
	}
	return ids
}

// Digest tells selections apart: two have the same one if they hold the same scenarios.
func Digest(features []Feature) string {
	ids := idsOf(features)
	slices.Sort(ids)
	sum := sha256.Sum256([]byte(strings.Join(ids, "\n")))
	return hex.EncodeToString(sum[:8])
}

func averageOf(times map[string]time.Duration) time.Duration {
	var sum time.Duration
	for _, d := range times {
		sum += d
	}
	return sum / time.Duration(len(times))
}
