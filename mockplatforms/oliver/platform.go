package oliver

import (
	_ "embed" // the manual
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

//go:embed doc.go
var doc string

// Platform is Oliver POS, adapted to HTTP.
var Platform = &mockplatforms.Platform{
	Name:    "oliver",
	Title:   "Oliver POS",
	Manual:  mockplatforms.Manual(doc),
	Account: mockplatforms.Account{Store: "example-app"},
	Switches: []mockplatforms.Switch{{
		Name:   "body",
		Doc:    "strict: callbacks are JSON. literal: what the documentation prints, which no JSON parser reads; only for tests of parsers, and an error for an event of which nothing is printed",
		Values: []string{"strict", "literal"},
	}, {
		Name:   "dialect",
		Doc:    "what the receiver speaks. registered: what it registers in. A, B, C: that alone, also for one that does not register. every: all three",
		Values: []string{"registered", "A", "B", "C", mockplatforms.EveryDialect},
	}},
	Policy: mockplatforms.Policy{
		Acknowledged: mockplatforms.Success2xx, Acknowledges: "200 to 299", Timeout: 10 * time.Second,
		Defaults: []string{"acknowledged", "answer timeout", "redirects", "answer header", "retries", "after the last", "idle hook", "new hook", "blocked domain", "exceptions", "signature"},
	},
	Vars: func(a mockplatforms.Account) []fixtures.Field {
		return []fixtures.Field{
			{Name: "app", Value: a.Store},
			{Name: "path", Value: "/oliver/app/" + a.Store + "/commands"},
		}
	},
	HookFields: []string{"dialect", "event", "command"},
	Dialect:    "dialect",
	Unknown:    unknown,
	OneStatus:  "C",
	Unlisted:   true,
	Routes:     routes,
	Asked:      asked,
	Encode:     encode,
}
