package bigcommerce

import (
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

const (
	channelID      = "{channel_id}"
	hooksPerScope  = 10                             // docs/integrations/webhooks/overview.mdx, platform limits
	exceptionScope = "store/hook/deliveryException" // of the one hook that hears of failing deliveries to the others
)

// general writes a scope as the catalogue does: the id of a channel as {channel_id}. The `*` of
// store/channel/*/inventory/… is no wildcard but part of the name, so it stays.
func general(scope string) string {
	rest, ok := strings.CutPrefix(scope, "store/channel/")
	id, event, deeper := strings.Cut(rest, "/")
	if n, err := strconv.ParseUint(id, 10, 64); !ok || !deeper || err != nil || n == 0 {
		return scope
	}
	return "store/channel/" + channelID + "/" + event
}

// trim takes off the slash in which some pages of the documentation end scopes; callbacks never do.
func trim(scope string) string { return strings.TrimSuffix(scope, "/") }

// change puts what a request says into a hook, or gives the name of the error that refuses it: the values themselves,
// or the hook beside those that exist. A null says something of headers only: none.
func (c call) change(h *mockplatforms.Hook, body gjson.Result, existing []mockplatforms.Hook) (objection string) {
	scope, target, active, headers := body.Get("scope"), body.Get("destination"), body.Get("is_active"), body.Get("headers")
	fields, err := mockplatforms.HeaderFields(headers)
	if err != nil {
		mockplatforms.Because(c.r, err)
	}
	switch {
	case err != nil, given(scope) && scope.Type != gjson.String, given(target) && target.Type != gjson.String,
		given(active) && !active.IsBool():
		return "400"
	case !given(scope) && !given(target) && !given(active) && !headers.Exists():
		return "422"
	}
	if given(scope) {
		h.Event = trim(scope.Str)
		if strings.Contains(h.Event, channelID) || !c.scopes()[general(h.Event)] {
			return c.Setting("unknown_scope") + "-scope"
		}
	}
	if given(target) {
		h.Target = target.Str
		if !mockplatforms.Secure(h.Target) && (c.Setting("destinations") == "strict" || !mockplatforms.Loopback(h.Target)) {
			return "422-destination"
		}
	}
	if given(active) {
		h.Switch(active.Bool())
	}
	if headers.Exists() {
		h.Headers = fields
	}
	return clash(*h, existing)
}

// clash gives the name of the error that refuses a hook in view of the others of its client.
func clash(h mockplatforms.Hook, existing []mockplatforms.Hook) (objection string) {
	same := 0
	for _, other := range existing {
		switch {
		case other.ID == h.ID || other.Client != h.Client:
			continue
		case h.Event == exceptionScope && (other.Event == exceptionScope || other.Target == h.Target):
			return "422-exception"
		case other.Event != h.Event:
			continue
		case other.Target == h.Target:
			return "422-duplicate"
		}
		same++
	}
	if same >= hooksPerScope {
		return "422-limit"
	}
	return ""
}
