package steps

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/hookdrill/hookdrill/steps/report"
)

// again runs the scenarios that failed once more, as often as the options say. One that passes then is flaky:
// its first failure is kept, and it is never counted as passed.
func (r *featureRun) again(ctx context.Context) error {
	for attempt := 1; attempt <= r.options.Retries && !r.halted(ctx); attempt++ {
		failed := map[string]report.Scenario{}
		var left []Scenario
		for _, s := range r.scenarios {
			if first, ok := r.results[s.ID]; ok && first.Fails() && first.Verdict == report.Fail && !first.Died { // who has died has died
				failed[s.ID], left = first, append(left, s)
			}
		}
		if len(left) == 0 {
			break
		}
		anew := *r.setup // ids are new: a receiver that remembers those of the attempt before would take them for repeats
		anew.Seed = fmt.Sprintf("%s, attempt %d", anew.Seed, attempt+1)
		once := featureRun{setup: &anew, feature: r.feature, scenarios: left, options: r.options, results: map[string]report.Scenario{}, silent: true}
		once.options.FailFast, once.options.Exchange = false, nil // the stream has the first attempt
		if err := once.run(ctx); err != nil {
			return err
		}
		r.stop, r.gone, r.misused = cmp.Or(r.stop, once.stop), r.gone || once.gone, append(r.misused, once.misused...)
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
