package bigcommerce

import (
	"net"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

const (
	channelID      = "{channel_id}"
	hooksPerScope  = 10                             // docs/integrations/webhooks/overview.mdx, platform limits
	exceptionScope = "store/hook/deliveryException" // of the one hook that hears of failing deliveries to the others
)

// scopes derives what can be registered from the catalogue: its events, and the wildcards that cover them.
func scopes(s *mockplatforms.State) map[string]bool {
	known := map[string]bool{}
	for _, event := range s.Fixtures.Events(s.Platform.Name) {
		if m, err := s.Fixtures.Event(s.Platform.Name, event); err == nil {
			for _, scope := range append([]string{event}, m.Meta.Scopes...) {
				known[scope] = true
			}
		}
	}
	return known
}

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
	fields, ok := customHeaders(headers)
	switch {
	case !ok, given(scope) && scope.Type != gjson.String, given(target) && target.Type != gjson.String,
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
		if !deliverable(h.Target, c.Setting("destinations") == "loopback") {
			return "422-destination"
		}
	}
	if given(active) {
		h.Active = active.Bool()
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

// deliverable says whether a hook may have this destination: https on port 443 (docs/integrations/webhooks/overview.mdx),
// or, so that receivers can be tested, anything on this machine.
func deliverable(target string, loopbackToo bool) bool {
	u, err := url.Parse(target)
	if err != nil || u.Hostname() == "" {
		return false
	}
	if u.Scheme == "https" && (u.Port() == "" || u.Port() == "443") {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return loopbackToo && (u.Scheme == "http" || u.Scheme == "https") &&
		(host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback())
}

// customHeaders reads the fields that are to be sent with every callback: strings by name, or null for none.
func customHeaders(v gjson.Result) (fields []fixtures.Field, ok bool) {
	if ok = v.IsObject(); !ok {
		return nil, v.Type == gjson.Null
	}
	v.ForEach(func(name, value gjson.Result) bool {
		ok = value.Type == gjson.String && isFieldName(name.Str) && !strings.ContainsFunc(value.Str, isControl)
		fields = slices.DeleteFunc(fields, func(f fixtures.Field) bool { return f.Name == name.Str }) // the last one counts
		fields = append(fields, fixtures.Field{Name: name.Str, Value: value.Str})
		return ok
	})
	return fields, ok
}

// isFieldName is RFC 9110's token: anything else could not be sent.
func isFieldName(name string) bool {
	return name != "" && !strings.ContainsFunc(name, func(r rune) bool {
		return r <= ' ' || r > '~' || strings.ContainsRune(`"(),/:;<=>?@[\]{}`, r)
	})
}

func isControl(r rune) bool { return r < ' ' && r != '\t' || r == 0x7f }
