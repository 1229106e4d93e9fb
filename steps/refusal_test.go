package steps_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/target"
)

// TestRefusalIsExplained: where the platform has refused a registration, what fails for want of a hook says why, also where the
// platform's own answer does not.
func TestRefusalIsExplained(t *testing.T) {
	receiver := func(headers string) steps.Receiver {
		return steps.Handler(func(w target.World) (target.Receiver, error) {
			register := func(ctx context.Context) error {
				body := `{"scope":"store/customer/created","destination":"` + w.Self + `/x","headers":` + headers + `}`
				at := w.Platforms["bigcommerce"] + "/stores/" + w.Vars["bigcommerce.store_hash"] + "/v3/hooks"
				r, err := http.NewRequestWithContext(ctx, http.MethodPost, at, strings.NewReader(body))
				if err != nil {
					return err
				}
				r.Header.Set("X-Auth-Token", w.Vars["bigcommerce.token"])
				response, err := w.Client.Do(r)
				if err != nil {
					return err
				}
				return response.Body.Close()
			}
			return target.Receiver{Handler: status(200), Paths: target.PathTemplate("/x"), Register: register}, nil
		}, false)
	}
	for headers, why := range map[string]string{
		`{"Content-Length":"5"}`:  "Content-Length is counted",
		`{"Connection":"close"}`:  "Connection is about one connection",
		`{"Host":"a","host":"b"}`: "host is given twice",
		`{"X-A":1}`:               `the value of the header field "X-A" is not a string`,
	} {
		const refused = "the platform has refused a registration with status 400: "
		failed(t, play(t, receiver(headers), bigStore, "the receiver registers", `"store/customer/created" happens`, "the receiver acknowledges it"), "no active hook", refused+why)
		failed(t, play(t, receiver(headers), bigStore, "the receiver registers", `it has registered a hook for "store/customer/created"`), refused+why)
	}
}
