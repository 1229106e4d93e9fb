package engine_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

func TestListenOnLoopbackOnly(t *testing.T) {
	for _, row := range []struct{ reason, address, words string }{
		{"all addresses of this machine", "0.0.0.0:0", `0.0.0.0:0 is not a loopback address`},
		{"the same, in short", ":0", "is not a loopback address"},
		{"the same, version 6", "[::]:0", "is not a loopback address"},
		{"an address of a network", "192.0.2.1:0", "is not a loopback address"},
		{"a name, which could lead anywhere", "example.com:0", "is not a loopback address"},
		{"a name that begins like one of ours", "localhost.example.com:0", "is not a loopback address"},
		{"no port", "127.0.0.1", "write it as 127.0.0.1:4011"},
		{"nothing", "", "write it as 127.0.0.1:4011"},
		{"a port that is none", "127.0.0.1:70000", "a port of at most 65535"},
	} {
		l, err := engine.Listen(row.address)
		if err == nil || !strings.Contains(err.Error(), row.words) {
			t.Errorf("%s: %v, want %s", row.reason, err, row.words)
		}
		if l != nil {
			_ = l.Close()
		}
	}
	for _, address := range []string{"127.0.0.1:0", "localhost:0", "127.8.9.10:0"} {
		l, err := engine.Listen(address)
		if err != nil {
			t.Errorf("%s: %v", address, err)
			continue
		}
		if !strings.HasPrefix(l.URL, "http://") || strings.HasSuffix(l.URL, ":0") {
			t.Errorf("%s is reached at %s", address, l.URL)
		}
		if other, err := engine.Listen(strings.TrimPrefix(l.URL, "http://")); err == nil {
			t.Errorf("%s is taken, and taken again", l.URL)
			_ = other.Close()
		}
		if err := l.Close(); err != nil {
			t.Error(err)
		}
	}
}

// TestUse: each scenario's engine gets the calls of its time, and no other one's; none is lost in between.
func TestUse(t *testing.T) {
	l, err := engine.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	get := func() (int, string) {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, l.URL+"/nothing", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := client.Do(request)
		if err != nil {
			t.Error(err)
			return 0, ""
		}
		defer func() { _ = answer.Body.Close() }()
		body, err := io.ReadAll(answer.Body)
		if err != nil {
			t.Error(err)
		}
		return answer.StatusCode, string(body)
	}
	if status, body := get(); status != http.StatusServiceUnavailable || !strings.Contains(body, "no scenario is running") || l.Using() != nil {
		t.Errorf("before the first scenario: %d %s", status, body)
	}
	one, _ := start(t)
	two, _ := start(t)
	for _, e := range []*engine.Engine{one, two, one} {
		l.Use(e)
		if status, body := get(); status != 404 || body != `{"toy":404}` || l.Using() != e {
			t.Errorf("%d %s", status, body)
		}
	}
	if one.Journal.Len() != 2 || two.Journal.Len() != 1 {
		t.Errorf("the journals have %d and %d calls, want 2 and 1", one.Journal.Len(), two.Journal.Len())
	}
	if got := one.Journal.Since(0)[0].Request.URL; got != l.URL+"/nothing" {
		t.Errorf("the journal has the URL %s, want %s/nothing", got, l.URL)
	}
	var clients sync.WaitGroup
	for range 4 {
		clients.Go(func() {
			for range 20 {
				if status, _ := get(); status != 404 {
					t.Errorf("while engines change: %d", status)
				}
			}
		})
	}
	for i := range 100 {
		l.Use([]*engine.Engine{one, two}[i%2])
	}
	clients.Wait()
	if n := one.Journal.Len() + two.Journal.Len(); n != 3+80 {
		t.Errorf("%d calls are journaled, want 83", n)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", strings.TrimPrefix(l.URL, "http://")); err == nil {
		_ = conn.Close()
		t.Error("a closed address takes connections")
	}
}

// TestSlowReceivers: five hundred that send a registration byte by byte do not keep another from the platform.
func TestSlowReceivers(t *testing.T) {
	l, err := engine.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	e, _ := start(t)
	l.Use(e)
	host := strings.TrimPrefix(l.URL, "http://")
	for range 500 {
		slow, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = slow.Close() }()
		if _, err := io.WriteString(slow, "POST /hooks HTTP/1.1\r\nHost: "+host+"\r\nContent-Length: 1000\r\n\r\n{"); err != nil {
			t.Fatal(err)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, l.URL+"/nothing", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := (&http.Transport{DisableKeepAlives: true}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusNotFound {
		t.Errorf("status %d", answer.StatusCode)
	}
}
