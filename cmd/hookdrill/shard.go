package main

import (
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// partOptions are the flags that say which part of a selection runs.
type partOptions struct {
	shard, shardBy, rerunFailed string
	retry                       int
	dealt                       steps.Shard // what shard says
	dealtFrom                   string      // the digest of what the shards were dealt from
}

func (o *partOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.shard, "shard", "", "only `PART/PARTS` of the scenarios, as 1/3: the others run elsewhere; auto/3 takes the part from JOB_COMPLETION_INDEX or CI_NODE_INDEX")
	f.StringVar(&o.shardBy, "shard-by", "", "deal the parts out by how long scenarios took: `FILE` of an earlier --format events")
	f.StringVar(&o.rerunFailed, "rerun-failed", "", "only the scenarios that failed in an earlier run, and those that it did not get to: `FILE` of its --format events")
	f.IntVar(&o.retry, "retry", 0, "run a scenario that failed up to `N` times more; one that passes then is reported as flaky")
}

// part narrows what was selected to the part that runs. The error of an earlier run in which nothing failed is exit code 0.
func (o *partOptions) part(selection steps.Selection, features []steps.Feature, sources []steps.Source, lookup func(string) (string, bool)) (steps.Selection, []steps.Feature, error) {
	if o.retry < 0 {
		return selection, nil, fmt.Errorf("--retry %d: a scenario cannot be run less than once", o.retry)
	}
	shard, err := steps.ParseShard(o.shard, lookup)
	if err != nil {
		return selection, nil, err
	}
	if o.shardBy != "" && o.shard == "" {
		return selection, nil, fmt.Errorf("--shard-by says how --shard deals the scenarios out; give it too")
	}
	if o.rerunFailed != "" {
		again, err := leftBy(o.rerunFailed, features)
		if err != nil {
			return selection, nil, err
		}
		selection, features, err = keep(selection, sources, again, "--rerun-failed "+o.rerunFailed)
		if err != nil {
			return selection, nil, err
		}
	}
	o.dealt, o.dealtFrom = shard, ""
	if shard.Of == 0 {
		return selection, features, nil
	}
	o.dealtFrom = steps.Digest(features)
	times, err := timesIn(o.shardBy)
	if err != nil {
		return selection, nil, err
	}
	kept := shard.Keeps(features, times)
	if !slices.Contains(slices.Collect(maps.Values(kept)), true) {
		return selection, nil, nil // there are more shards than scenarios: this one has nothing to do, and says so
	}
	return keep(selection, sources, kept, "--shard "+o.shard)
}

// keep selects again, of what was selected, the scenarios that are kept.
func keep(selection steps.Selection, sources []steps.Source, kept map[string]bool, why string) (steps.Selection, []steps.Feature, error) {
	before := selection.Keep
	selection.Keep = func(s steps.Scenario) bool { return kept[s.ID] && (before == nil || before(s)) }
	if selection.Kept != "" {
		why = selection.Kept + " and " + why
	}
	selection.Kept = why
	features, err := steps.Select(sources, selection)
	return selection, features, err
}

// leftBy are the scenarios that a recorded run leaves to be run again: those that failed and, where it ended early, those
// of the selected ones that it did not get to.
func leftBy(file string, selected []steps.Feature) (map[string]bool, error) {
	recorded, err := readStream(file)
	if err != nil {
		return nil, err
	}
	early := recorded.Run.Broken != ""
	seen, again := map[string]bool{}, map[string]bool{}
	for _, s := range recorded.Scenarios {
		seen[s.ID()] = true
		if s.Failed() || early && s.Verdict == report.NotRun {
			again[s.ID()] = true
		}
	}
	if missing := recorded.Total - len(recorded.Scenarios); early && missing > 0 {
		never := unseen(selected, seen, recorded.Run.Shard)
		if len(never) != missing {
			return nil, fmt.Errorf("%s is of a run that ended early (%s): %d of its scenarios never began, and %d of those that are selected now; select what was selected then, or run it whole again",
				file, recorded.Run.Broken, missing, len(never))
		}
		for _, id := range never {
			again[id] = true
		}
	}
	if len(again) == 0 {
		return nil, &exit{0, fmt.Errorf("nothing failed in %s, so there is nothing to run again", file)}
	}
	return again, nil
}

// unseen are the selected scenarios that are not among the seen ones, those of a shard if there was one.
func unseen(selected []steps.Feature, seen map[string]bool, shard string) (list []string) {
	dealt, err := steps.ParseShard(shard, nil)
	kept := map[string]bool{}
	if err == nil && dealt.Of > 0 {
		kept = dealt.Keeps(selected, nil)
	}
	for _, f := range selected {
		for _, s := range f.Scenarios {
			if !seen[s.ID] && (dealt.Of == 0 || kept[s.ID]) {
				list = append(list, s.ID)
			}
		}
	}
	return list
}

// timesIn is how long the scenarios of a recorded run took.
func timesIn(file string) (map[string]time.Duration, error) {
	if file == "" {
		return nil, nil
	}
	recorded, err := readStream(file)
	if err != nil {
		return nil, err
	}
	times := map[string]time.Duration{}
	for _, s := range recorded.Scenarios {
		times[s.ID()] = s.Took
	}
	if len(times) == 0 {
		return nil, fmt.Errorf("%s holds no scenario, so it says nothing of times", file)
	}
	return times, nil
}
