package main

import (
	"context"
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
	selected                    string      // the digest of what is selected, in all shards
}

func (o *partOptions) flags(f *pflag.FlagSet) {
	f.StringVar(&o.shard, "shard", "", "only `PART/PARTS` of the scenarios, as 1/3: the others run elsewhere; auto/3 takes the part from JOB_COMPLETION_INDEX or CI_NODE_INDEX")
	f.StringVar(&o.shardBy, "shard-by", "", "deal the parts out by how long scenarios took: `FILE` of an earlier --format events")
	f.StringVar(&o.rerunFailed, "rerun-failed", "", "only the scenarios that failed in an earlier run, and those that it did not get to: `FILE` of its --format events")
	numberVar(f, &o.retry, "retry", 0, 0, mostAttempts, "how often a scenario is run again", "run a scenario that failed up to `N` times more; one that passes then is reported as flaky")
}

// part narrows what was selected to the part that runs. The error of an earlier run in which nothing failed is exit code 0.
func (p *program) part(ctx context.Context, o *runOptions, selection steps.Selection, features []steps.Feature, sources []steps.Source) (steps.Selection, []steps.Feature, error) {
	shard, err := steps.ParseShard(o.shard, p.lookup)
	if err != nil {
		return selection, nil, err
	}
	if o.shardBy != "" && o.shard == "" {
		return selection, nil, fmt.Errorf("--shard-by says how --shard deals the scenarios out; give it too")
	}
	if o.rerunFailed != "" {
		again, err := p.leftBy(ctx, o, features)
		if err != nil {
			return selection, nil, err
		}
		selection, features, err = keep(selection, sources, again, "--rerun-failed "+o.rerunFailed)
		if err != nil {
			return selection, nil, err
		}
	}
	o.dealt, o.selected = shard, steps.Digest(features)
	if shard.Of == 0 {
		return selection, features, nil
	}
	times, err := timesIn(ctx, o.shardBy)
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
// that it did not get to. One that is not among the selected ones is an error: without it green would say nothing.
func (p *program) leftBy(ctx context.Context, o *runOptions, selected []steps.Feature) (map[string]bool, error) {
	file := o.rerunFailed
	recorded, err := readStream(ctx, file)
	if err == nil {
		err = o.CheckSame(file, recorded.Run)
	}
	if err != nil {
		return nil, err
	}
	early := recorded.Run.Broken != ""
	if early && recorded.Run.Selected != steps.Digest(selected) {
		return nil, fmt.Errorf("%s is of a run that ended early (%s), and selected other scenarios than are selected now: some never began; select the same, or run all again", file, recorded.Run.Broken)
	}
	names, seen, again := map[string]string{}, map[string]bool{}, map[string]bool{}
	for _, f := range selected {
		for _, s := range f.Scenarios {
			names[s.ID] = p.mask(s.Name)
		}
	}
	for _, s := range recorded.Scenarios {
		seen[s.ID()] = true
		if s.Failed() && names[s.ID()] != s.Name {
			return nil, fmt.Errorf("%q (%s) failed in %s, and is not selected now, or stands elsewhere; select it, or run all again", s.Name, s.ID(), file)
		}
		again[s.ID()] = again[s.ID()] || s.Failed() || early && s.Verdict == report.NotRun
		for _, id := range s.Suspects {
			again[id] = true
		}
	}
	if early {
		for _, id := range unseen(selected, seen, recorded.Run) {
			again[id] = true
		}
	}
	if !slices.Contains(slices.Collect(maps.Values(again)), true) {
		return nil, &exit{0, fmt.Errorf("nothing failed in %s, so there is nothing to run again", file)}
	}
	return again, nil
}

// unseen are the selected scenarios that are not among the seen ones: those of the shard, where it is known which these are.
func unseen(selected []steps.Feature, seen map[string]bool, run report.Run) (list []string) {
	dealt, err := steps.ParseShard(run.Shard, func(string) (string, bool) { return "", false }) // the job was another
	if err != nil || run.Loose {
		dealt = steps.Shard{}
	}
	kept := map[string]bool{}
	if dealt.Of > 0 {
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
func timesIn(ctx context.Context, file string) (map[string]time.Duration, error) {
	if file == "" {
		return nil, nil
	}
	recorded, err := readStream(ctx, file)
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
