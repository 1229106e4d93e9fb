package engine

import (
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"time"
)

// Listener is the address at which a platform answers for as long as a run lasts. Each scenario puts its own engine
// behind it.
type Listener struct {
	URL    string // "http://127.0.0.1:4011"
	engine atomic.Pointer[Engine]
	server *http.Server
}

// Listen opens an address ("127.0.0.1:0": any free port). Only loopback addresses are taken.
func Listen(address string) (*Listener, error) {
	inner, err := listen(address)
	if err != nil {
		return nil, err
	}
	return serve(inner, "http://"), nil
}

// ListenTLS opens an address for https. What answers there has a certificate of the CA.
func ListenTLS(address string, ca *CA) (*Listener, error) {
	inner, err := listen(address)
	if err != nil {
		return nil, err
	}
	return serve(tls.NewListener(inner, ca.config()), "https://"), nil
}

func serve(inner net.Listener, scheme string) *Listener {
	l := &Listener{URL: scheme + inner.Addr().String()}
	l.server = &http.Server{Handler: l, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	go func() { _ = l.server.Serve(inner) }() // ends with Close
	return l
}

func listen(address string) (net.Listener, error) {
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	return net.Listen("tcp", address)
}

// CheckAddress refuses what cannot be the address of a Listener: it has a host and a port, and leads to this machine only.
func CheckAddress(address string) error {
	host, err := HostOf(address)
	if err != nil {
		return err
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return fmt.Errorf("%s is not a loopback address; hookdrill listens on 127.0.0.1 or [::1] only", address)
	}
	return nil
}

// HostOf is the host of an address to listen at. The error is one that has no port, or an invalid port.
func HostOf(address string) (host string, err error) {
	host, port, err := net.SplitHostPort(address)
	if err == nil {
		_, err = net.LookupPort("tcp", port)
	}
	if err != nil || strings.ContainsAny(host, "@/") { // the address is not repeated: a password may stand in it
		return "", errors.New("what was given is not an address to listen at: write it as 127.0.0.1:4011, with a port of at most 65535 (0 is any free one)")
	}
	return host, nil
}

// Use puts an engine behind the address.
func (l *Listener) Use(e *Engine) { l.engine.Store(e) }

// Using is the engine behind the address, nil if there is none.
func (l *Listener) Using() *Engine { return l.engine.Load() }

// ServeHTTP hands a call to the engine of the scenario that is running.
func (l *Listener) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if e := l.engine.Load(); e != nil {
		e.ServeHTTP(w, r)
		return
	}
	http.Error(w, "hookdrill: no scenario is running", http.StatusServiceUnavailable)
}

// Close ends the address and its connections.
func (l *Listener) Close() error { return l.server.Close() }
