package main

import (
	"fmt"
	"time"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/steps"
)

// partOptions are the flags that say which part of a selection runs.
type partOptions struct {
	shard, shardBy, rerunFailed string
	retry                       int
	dealt                       steps.Shard // what shard says
}

func (o *partOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.shard, "shard", "", "only `PART/PARTS` of the scenarios, as 1/3: the others run elsewhere; auto/3 takes the part from JOB_COMPLETION_INDEX or CI_NODE_INDEX")
	f.StringVar(&o.shardBy, "shard-by", "", "deal the parts out by how long scenarios took: `FILE` of an earlier --format events")
	f.StringVar(&o.rerunFailed, "rerun-failed", "", "only the scenarios that failed in an earlier run: `FILE` of its --format events")
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
		failed, err := failedIn(o.rerunFailed)
		if err != nil {
			return selection, nil, err
		}
		selection, features, err = keep(selection, sources, failed, "--rerun-failed "+o.rerunFailed)
		if err != nil {
			return selection, nil, err
		}
	}
	o.dealt = shard
	if shard.Of == 0 {
		return selection, features, nil
	}
	times, err := timesIn(o.shardBy)
	if err != nil {
		return selection, nil, err
	}
	return keep(selection, sources, shard.Keeps(features, times), "--shard "+o.shard)
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

// failedIn are the scenarios of a recorded run that failed.
func failedIn(file string) (map[string]bool, error) {
	recorded, err := readStream(file)
	if err != nil {
		return nil, err
	}
	failed := map[string]bool{}
	for _, s := range recorded.Scenarios {
		if s.Failed() {
			failed[s.ID()] = true
		}
	}
	if len(failed) == 0 {
		return nil, &exit{0, fmt.Errorf("nothing failed in %s, so there is nothing to run again", file)}
	}
	return failed, nil
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
