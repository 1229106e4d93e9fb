package bigcommerce

import (
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// status is a hook's, as /hooks/admin shows it (reference/webhooks.v3.yml): deactivated is the platform's doing, inactive
// its owner's.
func status(h mockplatforms.Hook) string {
	switch {
	case h.Active:
		return "active"
	case h.Off != "":
		return "deactivated"
	}
	return "inactive"
}

// blocked puts the client's blocked domains into the answer, in the form of the recorded one. Which words describe a
// failure is not published; the recorded ones stand before ours.
func (c call) blocked() mockplatforms.Edit {
	return func(body []byte) []byte {
		sample := []byte(gjson.GetBytes(body, "data.blocked_domains.0").Raw)
		description := gjson.GetBytes(sample, "reasons.0.failure_description").String()
		var domains [][]byte
		for _, b := range c.Blocks(c.account.Client) {
			domain := sample
			for path, raw := range map[string][]byte{
				"destination":                   mockplatforms.Quote(b.Target),
				"time_left":                     mockplatforms.Integer(int64((b.Until - c.Elapsed()) / time.Second)),
				"reasons.0.failure_description": mockplatforms.Quote(description + ": " + b.Why),
				"reasons.0.count":               mockplatforms.Integer(b.Count),
				"reasons.0.timestamp":           mockplatforms.Integer(b.At.Unix()),
			} {
				domain = mockplatforms.Put(path, raw)(domain)
			}
			domains = append(domains, domain)
		}
		return mockplatforms.Put("data.blocked_domains", mockplatforms.List(domains))(body)
	}
}
