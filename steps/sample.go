package steps

import (
	"context"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
	"github.com/hookdrill/hookdrill/steps/target"
)

// hurry is how much faster than a real one the sample receiver waits between two tries to register: it is our test
// subject, and a second of Retry-After would be a second of every run.
const hurry = 1000

// Sample has every scenario talk to a sample receiver of its own, with one of its bugs, or "" for the correct one. The
// error is a bug that it does not have.
func Sample(set *fixtures.Set, bug string, sockets bool) (Receiver, error) {
	if _, err := samplereceiver.New(samplereceiver.Config{Bug: bug}); err != nil {
		return Receiver{}, err
	}
	make := func(w target.World) (target.Receiver, error) {
		r, err := samplereceiver.New(samplereceiver.Config{
			Self: w.Self, Platforms: w.Platforms, Credentials: w.Vars, Events: set.Events, Client: w.Client, Bug: bug, Say: w.Say,
			Wait: func(ctx context.Context, d time.Duration) error { return samplereceiver.Wait(ctx, d/hurry) },
		})
		if err != nil {
			return target.Receiver{}, err
		}
		return target.Receiver{
			Handler: r, Register: r.Register, Probe: "/state", LooksUp: true, Says: true, Paths: samplereceiver.Path,
		}, nil
	}
	return Handler(make, sockets), nil
}
