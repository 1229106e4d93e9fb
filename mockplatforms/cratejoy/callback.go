package cratejoy

import (
	"bytes"
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

func method(h mockplatforms.Hook) string { return cmp.Or(h.Method, http.MethodPost) }

// encode makes the request for a hook's target. A verbatim message keeps its body, whatever the hook's method.
func encode(s *mockplatforms.State, c mockplatforms.Callback) (mockplatforms.Request, error) {
	request := mockplatforms.Request{
		Method: cmp.Or(c.Hook.Method, c.Message.Method(), http.MethodPost), URL: cmp.Or(c.Hook.Target, c.Account.Target),
		Header: c.Message.Header, Body: c.Message.Body,
	}
	target, err := url.Parse(request.URL)
	switch {
	case err != nil:
		return request, err
	case request.URL == "":
		return request, fmt.Errorf("hook %d has no target", c.Hook.ID)
	case c.Verbatim:
		return request, nil
	case request.Method != http.MethodGet:
		request.Body = body(c.Message.Body, s.Setting("body"))
		return request, nil
	}
	request = request.WithoutHeader("Content-Type")
	request.Body = nil
	if q := query(c.Hook.Fields["querystring"], c.Message.Body); q != "" {
		target.RawQuery = strings.TrimPrefix(target.RawQuery+"&"+q, "&")
		request.URL = target.String()
	}
	return request, nil
}

// body gives the JSON text as one JSON string, or plain. A body that is in the wanted form is not touched.
func body(recorded []byte, form string) []byte {
	inner, escaped := fixtures.Unescape(recorded)
	if form == "plain" || !fixtures.ValidJSON(recorded) {
		return inner
	}
	if value := gjson.ParseBytes(recorded); !escaped && (value.IsObject() || value.IsArray()) {
		return fixtures.Escape(recorded)
	}
	return recorded
}

// query fills a hook's querystring: {path} and {{path}} become the payload's value at that path, percent-encoded, or
// nothing where it has none; the rest stays as it is, but for what a request line cannot hold.
func query(template string, recorded []byte) string {
	payload, _ := fixtures.Unescape(recorded)
	if !fixtures.ValidJSON(payload) {
		payload = nil
	}
	placeholder := regexp.MustCompile(`\{\{[^{}]+\}\}|\{[^{}]+\}`)
	filled := placeholder.ReplaceAllStringFunc(strings.TrimLeft(template, "?&"), func(p string) string {
		value := gjson.GetBytes(payload, strings.Trim(p, "{} "))
		switch value.Type {
		case gjson.Null:
			return ""
		case gjson.String:
			return url.QueryEscape(value.Str)
		}
		return url.QueryEscape(value.Raw)
	})
	var b bytes.Buffer
	for _, c := range []byte(filled) {
		if c <= ' ' || c >= 0x7f || strings.IndexByte(`"#<>`, c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}
