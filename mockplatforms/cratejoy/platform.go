package cratejoy

import (
	_ "embed" // the manual
	"net/http"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

//go:embed doc.go
var doc string

// Platform is Cratejoy.
var Platform = &mockplatforms.Platform{
	Name:      "cratejoy",
	Title:     "Cratejoy",
	Manual:    mockplatforms.Manual(doc),
	Hosts:     []string{"api.cratejoy.com"},
	API:       []string{"/v1/"},
	Account:   mockplatforms.Account{Store: "example-store", Number: "644263166", Client: "cj_client_example", Secret: "cj_secret_example"},
	FirstHook: 20417, // the id in the recorded requests, so that they fit the first hook
	Switches: []mockplatforms.Switch{
		{
			Name: "body", Values: []string{"escaped", "plain"},
			Doc: "escaped: a callback's body is one JSON string that holds the JSON text, as it is sent today. plain: the JSON itself, as the document says elsewhere",
		},
		{
			Name: "pages", Values: []string{"one", "zero"},
			Doc: "the number of the first page of a list: one as in a captured answer, zero as in an example of the document",
		},
		{
			Name: "tries", Values: []string{"one", "three"},
			Doc: "how often a callback is sent that fails: nothing is documented, so once; or three times, after 1 and 5 minutes, for receivers that want to be ready for it",
		},
	},
	Policy: mockplatforms.Policy{
		Acknowledged: mockplatforms.Success2xx, Acknowledges: "200 to 299", Timeout: 10 * time.Second,
		Defaults: []string{"acknowledged", "answer timeout", "redirects", "answer header", "retries", "after the last", "idle hook", "new hook", "blocked domain", "exceptions"},
	},
	Vary: vary,
	Vars: func(a mockplatforms.Account) []fixtures.Field {
		return []fixtures.Field{{Name: "user", Value: a.Client}, {Name: "password", Value: a.Secret}}
	},
	Authorize:  authorize,
	Denied:     http.StatusForbidden, // 401 is not among the documented statuses
	Routes:     routes,
	HookFields: []string{"name", "querystring"},
	Asked:      asked,
	Encode:     encode,
}

// vary has a callback that failed sent again, if the switch wants that. The delays are ours.
func vary(p mockplatforms.Policy, setting func(string) string) mockplatforms.Policy {
	if setting("tries") == "three" {
		p.Retries = []time.Duration{time.Minute, 5 * time.Minute}
	}
	return p
}
