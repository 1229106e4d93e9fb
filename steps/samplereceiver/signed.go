package samplereceiver

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
)

// signed verifies the raw body with the raw bytes of the client secret. Without a secret nothing is believed.
func (r *Receiver) signed(d delivery) bool {
	secret, body, header := r.config.Credentials["bigcommerce.secret"], d.body, d.header.Clone()
	verifier, err := standardwebhooks.NewWebhookRaw([]byte(secret))
	switch {
	case r.has("no-signature-check"), r.has("unsigned-accepted") && header.Get("webhook-signature") == "":
		return true
	case r.has("secret-as-base64"):
		verifier, err = standardwebhooks.NewWebhook(secret)
	case r.has("signature-over-reserialised"):
		var value any
		if json.Unmarshal(body, &value) == nil {
			body, _ = json.Marshal(value) // what was decoded a line above encodes
		}
	}
	if err != nil || secret == "" {
		return false
	}
	r.misreadSignature(header)
	id := header.Get("webhook-id")
	if r.has("signature-cached") && !r.unverified(id) {
		return true
	}
	good := verifier.Verify(body, header) == nil
	if early, ok := r.ownTolerance(header); ok {
		good = early && verifier.VerifyIgnoringTimestamp(body, header) == nil
	}
	if r.has("signature-prefix") && !good {
		good = startsAs(verifier, body, header)
	}
	if good && r.has("signature-cached") {
		r.claim([]string{key("verified", id)})
	}
	return good
}

// misreadSignature takes a header for what a bug takes it for.
func (r *Receiver) misreadSignature(header http.Header) {
	parts := strings.Fields(header.Get("webhook-signature"))
	switch {
	case len(parts) == 0:
	case r.has("v1-only-secret"):
		header.Set("webhook-signature", parts[0])
	case r.has("last-signature-only"):
		header.Set("webhook-signature", parts[len(parts)-1])
	case r.has("any-version"):
		_, signature, found := strings.Cut(parts[0], ",")
		if !found {
			signature = parts[0]
		}
		header.Set("webhook-signature", "v1,"+signature)
	case r.has("timestamp-prefix"):
		stamp := header.Get("webhook-timestamp")
		header.Set("webhook-timestamp", stamp[:len(stamp)-len(strings.TrimLeft(stamp, "0123456789"))])
	}
}

// ownTolerance is a bug's idea of which timestamps are good; ok is false if it has none.
func (r *Receiver) ownTolerance(header http.Header) (good, ok bool) {
	seconds, err := strconv.ParseInt(header.Get("webhook-timestamp"), 10, 64)
	age := time.Since(time.Unix(seconds, 0))
	switch {
	case r.has("stale-accepted"):
		return true, true
	case r.has("future-accepted"):
		return err == nil && age <= 5*time.Minute, true
	}
	return false, false
}

// startsAs compares no more of a signature than is there.
func startsAs(verifier *standardwebhooks.Webhook, body []byte, header http.Header) bool {
	seconds, err := strconv.ParseInt(header.Get("webhook-timestamp"), 10, 64)
	if err != nil {
		return false
	}
	want, err := verifier.Sign(header.Get("webhook-id"), time.Unix(seconds, 0), body)
	given := header.Get("webhook-signature")
	return err == nil && len(given) > len("v1,") && strings.HasPrefix(want, given)
}

// unverified says whether no callback of this id was verified before.
func (r *Receiver) unverified(id string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return !r.seen[key("verified", id)]
}
