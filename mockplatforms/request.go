package mockplatforms

import (
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
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

// Secure says whether a target is an https URL on port 443, which is all that strict platforms deliver to.
func Secure(target string) bool {
	u, err := url.Parse(target)
	return err == nil && u.Hostname() != "" && u.Scheme == "https" && (u.Port() == "" || u.Port() == "443")
}

// Loopback says whether a target is an http or https URL on this machine.
func Loopback(target string) bool {
	u, err := url.Parse(target)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" {
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
