package bigcommerce

import (
	_ "embed"
	"fmt"
	"net/http"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

//go:embed doc.go
var doc string

// Platform is BigCommerce. Its facts are those of bigcommerce/docs (reference/webhooks.v3.yml and
// docs/integrations/webhooks); the manual says which are defaults of ours.
var Platform = &mockplatforms.Platform{
	Name: "bigcommerce", Title: "BigCommerce", Manual: mockplatforms.Manual(doc),
	Hosts: []string{"api.bigcommerce.com"}, API: []string{"/stores/{store}/v2/", "/stores/{store}/v3/"},
	Account: mockplatforms.Account{
		Store: "abc123", Number: "1025646", Client: "bc_client_id_example",
		Secret: "bc_client_secret_0123456789", Token: "bc_access_token_example",
	},
	FirstHook: 18048287,
	Switches: []mockplatforms.Switch{{
		Name: "destinations", Values: []string{"loopback", "strict"},
		Doc:    "which destinations a hook may have: https on port 443 only (strict), or anything on loopback addresses too",
		Notice: "BigCommerce itself takes only https destinations on port 443; here loopback addresses may have http and any port",
	}, {
		Name: "unknown_scope", Values: []string{"400", "422"},
		Doc: "the status that refuses a scope outside the catalogue; the sources do not settle it",
	}, {
		Name: "new_hooks", Values: []string{"at once", "after a minute"},
		Doc: "when a new hook begins to get callbacks; the platform says that it may take up to one minute",
	}},
	Policy: policy(), Vary: vary,
	Authorize: authorize, Denied: http.StatusUnauthorized,
	Vars: vars, Routes: routes, Asked: asked, ErrorName: errorName, Matches: matches, Encode: encode, Sign: sign,
}

func vars(a mockplatforms.Account) []fixtures.Field {
	return []fixtures.Field{
		{Name: "store_hash", Value: a.Store}, {Name: "client_id", Value: a.Client},
		{Name: "token", Value: a.Token}, {Name: "secret", Value: a.Secret},
	}
}

// authorize finds the client by X-Auth-Token and the store hash in the path: the token fixes the client id.
func authorize(s *mockplatforms.State, r *http.Request) (mockplatforms.Account, bool) {
	for _, a := range s.Accounts() {
		if a.Token != "" && a.Store == r.PathValue("store") && mockplatforms.Carries(r, "X-Auth-Token", a.Token) {
			return a, true
		}
	}
	return mockplatforms.Account{}, false
}

// errorName gives the error answers of v2 to paths of v2. A 404 that speaks of a webhook is only what the hooks' own
// handlers answer: any other path is some other resource.
func errorName(r *http.Request, status int) string {
	part := strings.Split(r.URL.Path, "/") // "", "stores", the store hash, the version, …
	switch {
	case len(part) > 3 && part[3] == "v2":
		return fmt.Sprintf("errors/v2-%d", status)
	case status == http.StatusNotFound:
		return "errors/404-resource"
	}
	return fmt.Sprintf("errors/%d", status)
}
