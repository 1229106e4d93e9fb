package inspector

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync"
	"time"
)

// How often a token can be tried from one address: each wrong one takes a place for a while. Whoever has the right one waits for a
// place a few seconds at most, though the address tries without end: no more wait before than there can be connections.
const (
	placesToTry  = 4
	wrongTakes   = 250 * time.Millisecond
	mostTryFrom  = 1000 // addresses
	waitForPlace = maxConnections/placesToTry*wrongTakes + 2*time.Second
)

var errTooMany = errors.New("too many wrong tokens came from this address; try again in a moment")

// tries are the tokens that are being tried, by address.
type tries struct {
	mu     sync.Mutex
	places map[string]chan struct{}
}

// try says whether a token is the right one.
func (t *tries) try(ctx context.Context, from, given, token string) (bool, error) {
	place := t.from(addressOf(from))
	timer := time.NewTimer(waitForPlace)
	defer timer.Stop()
	select {
	case place <- struct{}{}:
	case <-timer.C:
		return false, errTooMany
	case <-ctx.Done():
		return false, errTooMany
	}
	if same(given, token) {
		<-place
		return true, nil
	}
	time.AfterFunc(wrongTakes, func() { <-place }) // also if whoever tries does not wait for the answer
	return false, nil
}

func (t *tries) from(address string) chan struct{} {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.places) >= mostTryFrom || t.places == nil {
		t.places = map[string]chan struct{}{}
	}
	if t.places[address] == nil {
		t.places[address] = make(chan struct{}, placesToTry)
	}
	return t.places[address]
}

// addressOf is whom a connection is from, without its port: of IPv6 the network, which one who has it has whole.
func addressOf(remote string) string {
	host, _, err := net.SplitHostPort(remote)
	if err != nil {
		return remote
	}
	ip, err := netip.ParseAddr(host)
	if err != nil {
		return host
	}
	if ip = ip.Unmap(); ip.Is4() {
		return ip.String()
	}
	network, err := ip.WithZone("").Prefix(64)
	if err != nil {
		return host
	}
	return network.String()
}
