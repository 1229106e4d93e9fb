package mockplatforms

import (
	"fmt"
	"strconv"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"github.com/hookdrill/hookdrill/fixtures"
)

// StandardWebhooks signs a body as the Standard Webhooks specification says: HMAC-SHA256 over "id.timestamp.body",
// keyed with the raw bytes of key, in the fields webhook-id, webhook-timestamp (epoch seconds) and webhook-signature.
func StandardWebhooks(key []byte, id string, at time.Time, body []byte) ([]fixtures.Field, error) {
	signer, err := standardwebhooks.NewWebhookRaw(key)
	if err != nil {
		return nil, fmt.Errorf("signing callback %s: %w", id, err)
	}
	signature, err := signer.Sign(id, at, body)
	if err != nil {
		return nil, fmt.Errorf("signing callback %s: %w", id, err)
	}
	return []fixtures.Field{
		{Name: "webhook-id", Value: id},
		{Name: "webhook-timestamp", Value: strconv.FormatInt(at.Unix(), 10)},
		{Name: "webhook-signature", Value: signature},
	}, nil
}
