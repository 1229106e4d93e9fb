package bigcommerce

import (
	"cmp"
	"crypto/sha1" //nolint:gosec // the hash names an event, it protects nothing; the platform's has this form
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// matches says whether a hook listens to a callback: for its event, for one of the wildcards that the callback names,
// either with the id of a channel.
func matches(h mockplatforms.Hook, m *fixtures.Message) bool {
	scope := general(h.Event)
	return h.Event == m.Meta.Event || scope == m.Meta.Event || slices.Contains(m.Meta.Scopes, scope)
}

// encode makes a callback: the recorded body with the values of this account, event and time in it.
func encode(s *mockplatforms.State, c mockplatforms.Callback) (mockplatforms.Request, error) {
	r := mockplatforms.Request{
		Method: cmp.Or(c.Message.Method(), http.MethodPost), URL: c.Hook.Target,
		Header: c.Message.Header, Body: c.Message.Body,
	}
	if c.Verbatim {
		return r, nil
	}
	if !fixtures.ValidJSON(r.Body) || !gjson.ParseBytes(r.Body).IsObject() {
		return r, fmt.Errorf("its body is not a JSON object, so hash, created_at and the others cannot be set; send it verbatim")
	}
	r.Body = envelope(s, c)
	return r, nil
}

// envelope sets the fields of webhook_callback_base (bigcommerce/docs reference/webhooks.v3.yml). One that the message
// does not have is not added (some documented examples lack created_at), and one that a scenario has changed stays.
func envelope(s *mockplatforms.State, c mockplatforms.Callback) []byte {
	body := c.Message.Body
	recorded := body
	if m, err := s.Fixtures.Load(c.Message.Name); err == nil {
		recorded = m.Body
	}
	set := func(field string, raw []byte) {
		now := gjson.GetBytes(body, field)
		if now.Exists() && now.Raw == gjson.GetBytes(recorded, field).Raw {
			body = mockplatforms.Put(field, raw)(body)
		}
	}
	set("producer", mockplatforms.Quote("stores/"+c.Account.Store))
	set("created_at", mockplatforms.Integer(c.At.Unix()))
	set("store_id", mockplatforms.Quote(c.Account.Number)) // a string, though it is a number
	set("scope", mockplatforms.Quote(inChannel(gjson.GetBytes(body, "scope").String(), c.Hook)))
	set("hash", mockplatforms.Quote(hash(body, c.ID)))
	return body
}

// inChannel gives the scope of an event as a hook hears of it: in the channel that the hook was registered for.
func inChannel(scope string, h mockplatforms.Hook) string {
	event := general(scope)
	if event == scope || general(h.Event) == h.Event {
		return scope
	}
	return strings.Replace(event, channelID, strings.Split(h.Event, "/")[2], 1)
}

// hash identifies an event. UNKNOWN/default: what BigCommerce hashes is not published and could not be reproduced; ours
// is a SHA-1 over scope, data, created_at and the event's id, so it stays over retries and differs between events.
func hash(body []byte, id string) string {
	parts := gjson.GetManyBytes(body, "scope", "data", "created_at")
	sum := sha1.Sum([]byte(parts[0].Raw + "\n" + parts[1].Raw + "\n" + parts[2].Raw + "\n" + id)) //nolint:gosec // as above
	return hex.EncodeToString(sum[:])
}

// sign proves the sender as docs/integrations/webhooks/https-webhook-overview.mdx has receivers check it: Standard
// Webhooks, whose libraries get base64(client secret) there, so that the key is the secret's own bytes.
func sign(a mockplatforms.Account, id string, at time.Time, body []byte) ([]fixtures.Field, error) {
	return mockplatforms.StandardWebhooks([]byte(a.Secret), id, at, body)
}
