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
	},
	Policy: mockplatforms.Policy{Acknowledged: mockplatforms.Success2xx, Timeout: 10 * time.Second},
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
