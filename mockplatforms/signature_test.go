package mockplatforms_test

import (
	"net/http"
	"slices"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// TestStandardWebhooksVector: the signature was made by the Standard Webhooks library for Python, not by ours.
func TestStandardWebhooksVector(t *testing.T) {
	const body = `{"producer":"stores/abc123","hash":"352e4afc6dd3fc85ea26bfdf3f91852604d57528","created_at":1561482670,` +
		`"store_id":"1025646","scope":"store/customer/created","data":{"type":"customer","id":32}}`
	got, err := mockplatforms.StandardWebhooks([]byte("bc_client_secret_0123456789"), "msg_2b8c1f", time.Unix(1700000000, 999), []byte(body))
	want := []fixtures.Field{
		{Name: "webhook-id", Value: "msg_2b8c1f"}, {Name: "webhook-timestamp", Value: "1700000000"},
		{Name: "webhook-signature", Value: "v1,uAWLWqoCJW0eVciOdkheDxjz1rjd2j6zBCzlgkJemfU="},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, error %v\nwant %v", got, err, want)
	}
}

// TestStandardWebhooksVerified: what a receiver checks with the library passes, and not when anything is changed.
func TestStandardWebhooksVerified(t *testing.T) {
	const key, id, body = "a secret of the client", "msg_1", `{"a":1.10}`
	verifier := func(key string) *standardwebhooks.Webhook {
		v, err := standardwebhooks.NewWebhookRaw([]byte(key))
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	at := time.Now() // the verifier has a clock of its own
	fields, err := mockplatforms.StandardWebhooks([]byte(key), id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		reason, key, body string
		change            func(http.Header)
		good              bool
	}{
		{"as it was signed", key, body, func(http.Header) {}, true},
		{"another key", key + "x", body, func(http.Header) {}, false},
		{"another body", key, `{"a":1.1}`, func(http.Header) {}, false},
		{"another id", key, body, func(h http.Header) { h.Set("webhook-id", "msg_2") }, false},
		{"another time", key, body, func(h http.Header) { h.Set("webhook-timestamp", "1700000000") }, false},
	} {
		h := http.Header{}
		for _, f := range fields {
			h.Add(f.Name, f.Value)
		}
		row.change(h)
		if err := verifier(row.key).Verify([]byte(row.body), h); (err == nil) != row.good {
			t.Errorf("%s: %v", row.reason, err)
		}
	}
}
