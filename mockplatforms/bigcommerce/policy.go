package bigcommerce

import (
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// policy is that of docs/integrations/webhooks/overview.mdx; the manual says what is a default of ours.
func policy() mockplatforms.Policy {
	var retries []time.Duration
	for _, seconds := range []time.Duration{60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400} {
		retries = append(retries, seconds*time.Second) // increments: 48 h 04 min in all
	}
	return mockplatforms.Policy{
		Acknowledged: mockplatforms.Success2xx, Acknowledges: "200 to 299", Timeout: 10 * time.Second,
		Limits:  mockplatforms.AnswerLimits{Fields: 64, Name: 64, Value: 8 << 10},
		Retries: retries, SwitchOff: true, Idle: 90 * 24 * time.Hour,
		Block: &mockplatforms.Blocklist{Window: 2 * time.Minute, Minimum: 100, Success: 0.9, For: 3 * time.Minute},
		Exceptions: &mockplatforms.Exceptions{
			Event: exceptionScope, Every: 10 * time.Minute,
			Retrying: "exceptions/90001", Exhausted: "exceptions/90002", Blocked: "exceptions/90003",
		},
		Tolerance: 5 * time.Minute, // of the Standard Webhooks libraries
		Defaults:  []string{"answer timeout", "redirects", "new hook"},
	}
}

// vary has a new hook wait as long as the documentation says at most, if the switch wants that.
func vary(p mockplatforms.Policy, setting func(string) string) mockplatforms.Policy {
	if setting("new_hooks") == "after a minute" {
		p.Activation = time.Minute
	}
	return p
}
