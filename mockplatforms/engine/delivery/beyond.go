package delivery

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
)

// never says of an address that nobody may have callbacks sent there: it is link-local (169.254.169.254 is the metadata
// address of most clouds), or one at which a machine is told its secrets though it is not; also where it stands inside another.
func never(at netip.Addr) bool {
	return slices.ContainsFunc(append(embedded(at), at), func(at netip.Addr) bool {
		return at.IsLinkLocalUnicast() || slices.ContainsFunc(metadata(), func(net netip.Prefix) bool { return net.Contains(at.WithZone("")) })
	})
}

// metadata are the addresses at which clouds tell machines their secrets and that are not link-local.
func metadata() (list []netip.Prefix) {
	for _, text := range []string{
		"fd00:ec2::/32",          // AWS: metadata, credentials of containers
		"fd20:ce::/32",           // Google
		"fd00:c1::a9fe:a9fe/128", // Oracle
		"192.0.0.192/32",         // Oracle, the older
		"168.63.129.16/32",       // Azure's WireServer
		"100.100.100.200/32",     // Alibaba
	} {
		list = append(list, netip.MustParsePrefix(text))
	}
	return list
}

// embedded are the addresses of version 4 that one of version 6 may lead to, by a gateway or a tunnel.
func embedded(at netip.Addr) (list []netip.Addr) {
	if !at.Is6() {
		return nil
	}
	b := at.As16()
	add := func(places ...int) {
		list = append(list, netip.AddrFrom4([4]byte{b[places[0]], b[places[1]], b[places[2]], b[places[3]]}))
	}
	within := func(prefix string) bool { return netip.MustParsePrefix(prefix).Contains(at.WithZone("")) }
	switch {
	case within("64:ff9b:1::/48"): // NAT64 of one's own network (RFC 8215), of any length (RFC 6052)
		add(6, 7, 9, 10)
		add(7, 9, 10, 11)
		add(9, 10, 11, 12)
		add(12, 13, 14, 15)
	case within("64:ff9b::/96"), within("::/96"), within("::ffff:0:0/96"), within("::ffff:0:0:0/96"): // NAT64; compatible, mapped and translated
		add(12, 13, 14, 15)
	case within("2002::/16"): // 6to4
		add(2, 3, 4, 5)
	case within("2001::/32"): // Teredo: the server, and the client, written inverted
		add(4, 5, 6, 7)
		list = append(list, netip.AddrFrom4([4]byte{^b[12], ^b[13], ^b[14], ^b[15]}))
	}
	if b[8]&^2 == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe { // ISATAP, in any network
		add(12, 13, 14, 15)
	}
	return list
}

// resolver is what a name is looked up with. DNS is asked only for names that are allowed or that are this machine: whoever names
// another one is told nothing by a question of ours. The file of hosts is ours.
func resolver(host string, allowed map[string]bool, dns *net.Resolver) *net.Resolver {
	name := strings.ToLower(host)
	local := strings.TrimSuffix(name, ".")
	if _, err := netip.ParseAddr(host); err == nil || allowed[name] || local == "localhost" || strings.HasSuffix(local, ".localhost") {
		return dns
	}
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		return nil, errNotAsked
	}}
}

var errNotAsked = errors.New("DNS is not asked for a host that is not allowed")

// NotAllowed is the error of a host beyond this machine that nobody has allowed.
type NotAllowed struct{ Host string }

func (e *NotAllowed) Error() string {
	return fmt.Sprintf("%s is not a loopback address; callbacks leave this machine only with --allow-host %s", e.Host, e.Host)
}

// Refused says of a host that is an address whether callbacks never go there, whatever is allowed.
func Refused(host string) error {
	if at, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil && never(at.Unmap()) {
		return &Never{host, at.Unmap()}
	}
	return nil
}

// Never is the error of a host that leads to an address where callbacks do not go, whatever is allowed.
type Never struct {
	Host string
	At   netip.Addr
}

func (e *Never) Error() string {
	where := e.Host
	if at := e.At.String(); at != e.Host {
		where += " leads to " + at + ", which"
	}
	return where + " is link-local, or tells a machine its secrets; callbacks do not go there, also with --allow-host"
}

// barred says whether an error is that callbacks do not go to an address.
func barred(err error) bool {
	var notAllowed *NotAllowed
	var never *Never
	return errors.As(err, &notAllowed) || errors.As(err, &never)
}
