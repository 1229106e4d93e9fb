package delivery

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// TestOnlyLoopbackIsDialled: the refusal comes before the connection. 0.0.0.0 shows it: dialled, it reaches the
// receiver, by an address that looks like loopback afterwards.
func TestOnlyLoopbackIsDialled(t *testing.T) {
	at, connections := receiver(t, ok)
	parsed, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct{ reason, host string }{
		{"an address of documentation", "192.0.2.1"},
		{"a private one", "10.0.0.1"},
		{"any address of this machine", "0.0.0.0"},
		{"any address of this machine, version 6", "[::]"},
		{"any address of this machine, mapped to version 6", "[::ffff:0.0.0.0]"},
		{"mapped to version 6", "[::ffff:192.0.2.1]"},
		{"version 6", "[2001:db8::1]"},
	} {
		_, failure := send(t, "http://"+row.host+":"+parsed.Port(), long, "127.0.0.1", "receiver.example")
		if !strings.Contains(failure, "is not a loopback address; callbacks leave this machine only with --allow-host ") {
			t.Errorf("%s: %s gives %q", row.reason, row.host, failure)
		}
	}
	if connections.Load() != 0 {
		t.Errorf("the receiver got %d connections", connections.Load())
	}
	for _, host := range []string{"127.0.0.1", "[::ffff:127.0.0.1]", "localhost"} {
		if answer, failure := send(t, "http://"+host+":"+parsed.Port(), long); failure != "" || string(answer.Body) != "ok" {
			t.Errorf("%s: %q, failure %q", host, answer.Body, failure)
		}
	}
	for _, name := range []string{"0.0.0.0", "::ffff:0.0.0.0", "[::ffff:0.0.0.0]"} {
		host := name
		if strings.Contains(name, ":") {
			host = "[" + strings.Trim(name, "[]") + "]"
		}
		if answer, failure := send(t, "http://"+host+":"+parsed.Port(), long, name); failure != "" || string(answer.Body) != "ok" {
			t.Errorf("%s, which is allowed: %q, failure %q", name, answer.Body, failure)
		}
	}
}

// TestNamesCannotLeadElsewhere has a DNS of its own: the check is made on what a name leads to.
func TestNamesCannotLeadElsewhere(t *testing.T) {
	at, connections := receiver(t, ok)
	parsed, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		reason, host string
		leads        []string
		allowed      []string
		reached      bool
	}{
		{"a name that leads home, and is not asked for", "home.example", []string{"127.0.0.1"}, nil, false},
		{"a name of this machine", "a.localhost", []string{"127.0.0.1"}, nil, true},
		{"a name of this machine that leads away", "a.localhost", []string{"192.0.2.1"}, nil, false},
		{"a name that leads away", "away.example", []string{"192.0.2.1"}, nil, false},
		{"a name that leads to any address of this machine", "any.example", []string{"0.0.0.0"}, nil, false},
		{"a name that leads both ways: home it is", "both.localhost", []string{"0.0.0.0", "127.0.0.1"}, nil, true},
		{"a name that is allowed", "any.example", []string{"0.0.0.0"}, []string{"any.example"}, true},
		{"names have no case", "ANY.example", []string{"0.0.0.0"}, []string{"any.EXAMPLE"}, true},
		{"its subdomain is another name", "x.any.example", []string{"0.0.0.0"}, []string{"any.example"}, false},
		{"what it leads to is not what is named", "any.example", []string{"0.0.0.0"}, []string{"0.0.0.0"}, false},
	} {
		connections.Store(0)
		through := transport(dns(row.leads), row.allowed)
		request := mockplatforms.Request{Method: http.MethodPost, URL: "http://" + row.host + ":" + parsed.Port(), Body: []byte("{}")}
		answer, failure := Send(t.Context(), through, request, long)
		through.CloseIdleConnections()
		if row.reached && (failure != "" || string(answer.Body) != "ok" || connections.Load() != 1) {
			t.Errorf("%s: %q, failure %q", row.reason, answer.Body, failure)
		}
		if !row.reached && (!strings.Contains(failure, row.host+" is not a loopback address") || connections.Load() != 0) {
			t.Errorf("%s: %q, failure %q, %d connections", row.reason, answer.Body, failure, connections.Load())
		}
	}
}

// TestMetadataIsNeverDialled: what is allowed does not lead to where a machine in a cloud is told its secrets, by no name and no
// spelling.
func TestMetadataIsNeverDialled(t *testing.T) {
	for _, at := range []string{"169.254.169.254", "169.254.170.2", "168.63.129.16", "100.100.100.200"} {
		through := transport(dns([]string{at}), []string{"receiver.example", at, "[::ffff:" + at + "]"})
		if err := Refused(at); err == nil || Refused("[::ffff:"+at+"]") == nil || Refused("receiver.example") != nil {
			t.Errorf("%s can be allowed: %v", at, err)
		}
		for _, host := range []string{"receiver.example", at, "[::ffff:" + at + "]"} {
			_, failure := Send(t.Context(), through, mockplatforms.Request{Method: http.MethodPost, URL: "http://" + host + "/"}, long)
			if !strings.Contains(failure, at) || !strings.Contains(failure, "also with --allow-host") {
				t.Errorf("%s at %s: %q", host, at, failure)
			}
		}
	}
	for _, at := range []string{
		"fe80::1", "fe80::1%25lo", "fd00:ec2::254", "fd00:ec2::23", "fd20:ce::254", "fd00:c1::a9fe:a9fe",
		"64:ff9b::a9fe:a9fe", "64:ff9b::169.254.169.254", "64:ff9b:1::a9fe:a9fe", "64:ff9b:1:a9fe:a9:fe00::", "64:ff9b:1:1:a9:fea9:fe00:0", "64:ff9b:1:a9:fe:a9fe::",
		"2002:a9fe:a9fe::", "2002:a9fe:a9fe:1::1", "::a9fe:a9fe", "::ffff:a9fe:a9fe", "::ffff:0:a9fe:a9fe", "2001:db8::5efe:a9fe:a9fe", "2001:db8::200:5efe:a9fe:a9fe",
		"2001:0:a9fe:a9fe::1", "2001:0:c000:201:0:0:5601:5601", "64:ff9b::6464:64c8", "2002:a83f:8110::",
	} {
		if _, failure := Send(t.Context(), Transport(), mockplatforms.Request{Method: http.MethodPost, URL: "http://[" + at + "]/"}, long); !strings.Contains(failure, "also with --allow-host") {
			t.Errorf("%s, which nobody has allowed: %q", at, failure)
		}
		allowed := strings.ReplaceAll(at, "%25", "%")
		_, failure := Send(t.Context(), Transport(allowed), mockplatforms.Request{Method: http.MethodPost, URL: "http://[" + at + "]/"}, long)
		if !strings.Contains(failure, "also with --allow-host") || Refused(allowed) == nil {
			t.Errorf("%s: %q", at, failure)
		}
	}
	for _, at := range []string{"2002:c000:201::", "64:ff9b::c000:201", "::c000:201", "2001:db8::1", "fd00::1", "2001:0:c000:201::1", "2001:db8::5efe:c000:201"} {
		if err := Refused(at); err != nil {
			t.Errorf("%s cannot be allowed: %v", at, err)
		}
	}
}

// TestDNSIsNotAsked: a name that is not allowed is refused before anybody is asked for it.
func TestDNSIsNotAsked(t *testing.T) {
	var asked atomic.Int64 // names are looked up for both kinds of addresses at once
	resolver := &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		asked.Add(1)
		return nil, errors.New("asked")
	}}
	for _, host := range []string{"secret-of-mine.example", "localhost.example", "xlocalhost", "receiver.example.", "2130706433"} {
		_, failure := Send(t.Context(), transport(resolver, []string{"receiver.example"}), mockplatforms.Request{Method: http.MethodPost, URL: "http://" + host + "/"}, long)
		if !strings.Contains(failure, host+" is not a loopback address") || asked.Load() > 0 {
			t.Errorf("%s: %q, asked %d times", host, failure, asked.Load())
		}
	}
	if _, failure := Send(t.Context(), transport(resolver, []string{"receiver.example"}), mockplatforms.Request{Method: http.MethodPost, URL: "http://Receiver.example/"}, long); asked.Load() == 0 || strings.Contains(failure, "loopback") {
		t.Errorf("a name that is allowed: %q, asked %d times", failure, asked.Load())
	}
}

// dns is a resolver that gives these addresses for every name, and asks no one.
func dns(addresses []string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		client, server := net.Pipe()
		go func() {
			defer func() { _ = server.Close() }()
			for {
				var size [2]byte
				if _, err := io.ReadFull(server, size[:]); err != nil {
					return
				}
				query := make([]byte, binary.BigEndian.Uint16(size[:]))
				if _, err := io.ReadFull(server, query); err != nil {
					return
				}
				answer := resolve(query, addresses)
				if _, err := server.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
					return
				}
			}
		}()
		return client, nil
	}}
}

// resolve answers one question (RFC 1035, 4.1): its addresses if it asks for those of version 4, none otherwise.
func resolve(query []byte, addresses []string) []byte {
	end := 12
	for query[end] != 0 { // the labels of the name
		end += int(query[end]) + 1
	}
	end += 5 // the empty label, type and class
	var records []byte
	count := 0
	if binary.BigEndian.Uint16(query[end-4:]) == 1 {
		for _, a := range addresses {
			ip := netip.MustParseAddr(a).As4()
			records = append(records, 0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
			records = append(records, ip[:]...)
			count++
		}
	}
	answer := append([]byte{}, query[:2]...)
	answer = append(answer, 0x81, 0x80, 0, 1, 0, byte(count), 0, 0, 0, 0)
	answer = append(answer, query[12:end]...)
	return append(answer, records...)
}
