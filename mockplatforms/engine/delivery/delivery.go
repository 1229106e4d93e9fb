// Package delivery sends callbacks: one request, one bounded answer.
package delivery

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// MaxAnswer is how many bytes of an answer's body are read and kept.
const MaxAnswer = 1 << 20

// Transport gives a transport for callbacks over sockets: connections are kept, nothing is decoded behind our back, no
// proxy of the environment comes between, and only loopback addresses and the hosts that are named are dialled. The
// check is made on each address after DNS and before it is dialled, so that a name cannot lead elsewhere; DNS is not asked
// for other names than those.
func Transport(allowedHosts ...string) *http.Transport { return transport(nil, allowedHosts) }

func transport(dns *net.Resolver, allowedHosts []string) *http.Transport {
	allowed := map[string]bool{}
	for _, h := range allowedHosts {
		allowed[strings.ToLower(strings.Trim(h, "[]"))] = true
	}
	return &http.Transport{
		MaxIdleConnsPerHost: 32,
		IdleConnTimeout:     30 * time.Second,
		DisableCompression:  true,

		MaxResponseHeaderBytes: MaxAnswer, // the journal keeps it
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			host, _, err := net.SplitHostPort(address)
			if err != nil {
				return nil, err
			}
			dialer := &net.Dialer{Timeout: 10 * time.Second, Resolver: resolver(host, allowed, dns)}
			dialer.Control = func(_, address string, _ syscall.RawConn) error {
				to, err := netip.ParseAddrPort(address)
				switch at := to.Addr().Unmap(); {
				case err == nil && at.IsLoopback():
					return nil
				case err == nil && never(at):
					return &Never{host, at}
				case err != nil || !allowed[strings.ToLower(host)]:
					return &NotAllowed{host}
				}
				return nil
			}
			conn, err := dialer.DialContext(ctx, network, address)
			if unknown := new(net.DNSError); errors.As(err, &unknown) && dialer.Resolver != dns {
				return nil, &NotAllowed{host}
			}
			return withPatience(conn, err)
		},
	}
}

// Send makes one request and reads its answer. Redirects are not followed. Failure says in words why there was no
// answer; the answer is empty then, or what came of it before it broke off.
func Send(ctx context.Context, transport http.RoundTripper, r mockplatforms.Request, timeout time.Duration) (answer journal.Message, failure string) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	ctx, early := patiently(ctx)
	request, _, err := outgoing(ctx, r)
	if err != nil {
		return answer, err.Error()
	}
	response, err := transport.RoundTrip(request)
	if hungUp(err) {
		return answer, closedByReceiver + withoutAnswer
	}
	if err != nil {
		return journal.Message{Barred: barred(err)}, explain(err, timeout)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := readBody(response)
	answer = journal.Message{Status: response.StatusCode, Header: Fields(response.Header), Body: body, Early: early()}
	if len(body) > MaxAnswer {
		answer.Body, answer.Truncated = body[:MaxAnswer], true
	}
	switch {
	case err != nil:
		return answer, "the answer broke off: " + explain(err, timeout)
	case ctx.Err() != nil: // without a socket nobody hangs up on an answer that comes too late
		return answer, explain(ctx.Err(), timeout)
	}
	return answer, ""
}

// Fields flattens a header, sorted by name.
func Fields(h http.Header) []fixtures.Field {
	var list []fixtures.Field
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			list = append(list, fixtures.Field{Name: name, Value: v})
		}
	}
	return list
}

func explain(err error, timeout time.Duration) string {
	var timedOut net.Error
	if errors.Is(err, context.DeadlineExceeded) || errors.As(err, &timedOut) && timedOut.Timeout() {
		return fmt.Sprintf("no answer within %s", timeout)
	}
	if hungUp(err) {
		return closedByReceiver
	}
	var inURL *url.Error
	if errors.As(err, &inURL) {
		err = inURL.Err
	}
	return err.Error()
}
