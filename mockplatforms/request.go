package mockplatforms

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Carries says whether a request has a header field once, with this value. Names are compared here because a request
// that did not travel over a socket may carry them in any case.
func Carries(r *http.Request, name, value string) bool {
	for other, values := range r.Header {
		if strings.EqualFold(other, name) && slices.Equal(values, []string{value}) {
			return true
		}
	}
	return false
}

// reasonKey is where the context of a call has who hears why it is refused.
type reasonKey struct{}

// WithReason gives a call that tells a function why it is refused.
func WithReason(r *http.Request, hear func(string)) *http.Request {
	return r.WithContext(context.WithValue(r.Context(), reasonKey{}, hear))
}

// Because says why a call is refused, where the platform's answer does not: for people, and never in the answer.
func Because(r *http.Request, why error) {
	if hear, ok := r.Context().Value(reasonKey{}).(func(string)); ok {
		hear(why.Error())
	}
}

// Target reads what a hook is to call. It is not ok if it is not an absolute URI with a host: blanks, control characters and others that
// no URI has (RFC 3986, 2) never reach a receiver as they were written.
func Target(text string) (u *url.URL, ok bool) {
	if strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r == 0x7f || strings.ContainsRune("\"<>\\^`{|}", r) }) {
		return nil, false
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme == "" || u.Hostname() == "" {
		return nil, false
	}
	if _, err := url.QueryUnescape(u.RawQuery); err != nil { // a lonely %; url.Parse looks at the path only
		return nil, false
	}
	return u, true
}

// SentURL gives a URL as a request to it says it: its path as net/url escapes it, no byte in its query that a request line cannot
// have, and without its fragment, which is not sent. One that cannot be read stays as it is.
func SentURL(text string) string {
	u, err := url.Parse(text)
	if err != nil {
		return text
	}
	u.Fragment, u.RawFragment = "", ""
	var query strings.Builder
	for _, c := range []byte(u.RawQuery) {
		if c <= ' ' || c >= 0x7f {
			fmt.Fprintf(&query, "%%%02X", c)
			continue
		}
		query.WriteByte(c)
	}
	u.RawQuery = query.String()
	return u.String()
}

// Replace gives header fields with others in the place of those of their names, whatever their case. It shares no memory
// with what it is given: a fixture may have lent it.
func Replace(fields []fixtures.Field, others ...fixtures.Field) []fixtures.Field {
	replaced := func(f fixtures.Field) bool {
		return slices.ContainsFunc(others, func(other fixtures.Field) bool { return strings.EqualFold(other.Name, f.Name) })
	}
	return append(slices.DeleteFunc(slices.Clone(fields), replaced), others...)
}

// Secure says whether a target is an https URL on port 443, which is all that strict platforms deliver to.
func Secure(target string) bool {
	u, ok := Target(target)
	return ok && u.Scheme == "https" && (u.Port() == "" || u.Port() == "443")
}

// Loopback says whether a target is an http or https URL on this machine.
func Loopback(target string) bool {
	u, ok := Target(target)
	if !ok || u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || net.ParseIP(host).IsLoopback()
}

// Domain is what blocks go by: the host of a target, whatever its port and path.
func Domain(target string) string {
	u, err := url.Parse(target)
	if err != nil {
		return target
	}
	return strings.ToLower(u.Hostname())
}
