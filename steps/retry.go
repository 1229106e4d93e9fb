package steps

import (
	"context"
	"fmt"
	"slices"

	"github.com/hookdrill/hookdrill/steps/report"
)

// again runs the scenarios of a feature that failed once more, as often as the options say. One that passes then is flaky:
// its first failure is kept, and it is never counted as passed.
func (r *featureRun) again(ctx context.Context) error {
	for attempt := 1; attempt <= r.options.Retries && ctx.Err() == nil; attempt++ {
		failed := map[string]report.Scenario{}
		for id, s := range r.results {
			if s.Fails() && s.Verdict == report.Fail {
				failed[id] = s
			}
		}
		if len(failed) == 0 {
			break
		}
		only := Selection{Keep: func(s Scenario) bool { _, ok := failed[s.ID]; return ok }}
		features, err := Select([]Source{{Path: r.feature.Path, Content: r.feature.Content}}, only)
		if err != nil {
			return err
		}
		anew := *r.setup // ids are new: a receiver that remembers those of the attempt before would take them for repeats
		anew.Seed = fmt.Sprintf("%s, attempt %d", anew.Seed, attempt+1)
		once := featureRun{setup: &anew, feature: features[0], options: r.options, results: map[string]report.Scenario{}, silent: true}
		once.options.FailFast, once.options.Exchange = false, nil // the stream has the first attempt
		if err := once.run(ctx); err != nil {
			return err
		}
		for id, first := range failed {
			r.results[id] = settled(first, once.results[id], attempt)
		}
	}
	if r.options.FailFast && r.stop == "" {
		for _, s := range r.results {
			if s.Fails() {
				r.stop = failedFast
			}
		}
	}
	return nil
}

// settled is a scenario that failed and was run again.
func settled(first, then report.Scenario, attempt int) report.Scenario {
	first.Retries = attempt
	if then.Verdict == report.Pass {
		first.Verdict, first.Tolerated = report.Flaky, false
		first.Sent = slices.Concat(first.Sent, then.Sent) // what was taken in the end is covered
		first.Reason = fmt.Sprintf("it passed in attempt %d; before: %s", attempt+1, first.Failure.Message)
	}
	return first
}
