package inspector

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestCrowd: whoever does not read what was asked for is in nobody's way, and connections are bounded.
func TestCrowd(t *testing.T) {
	i := opened(t, nil)
	if err := i.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = i.Close() }()
	address := strings.TrimPrefix(i.URL, "http://")
	var silent []net.Conn
	for range maxConnections + 50 {
		conn, err := net.Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = conn.Close() }()
		_, _ = fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\n\r\n", address) // it may have had to make room already
		silent = append(silent, conn)
	}
	order, err := http.NewRequestWithContext(t.Context(), http.MethodPost, i.URL+"/pass", strings.NewReader(`{"platform":"cratejoy","by":"1s"}`))
	if err != nil {
		t.Fatal(err)
	}
	order.Header.Set("Content-Type", "application/json")
	order.Header.Set(OrderField, FromSend)
	answer, err := (&http.Transport{}).RoundTrip(order)
	if err != nil || answer.StatusCode != http.StatusOK {
		t.Fatalf("the order is not carried out: %v, %+v", err, answer)
	}
	_ = answer.Body.Close()
	// The oldest had to go: its connection ends, which is seen when all that came on it is read.
	_ = silent[0].SetReadDeadline(time.Now().Add(time.Minute))
	for err == nil {
		_, err = silent[0].Read(make([]byte, 1<<16))
	}
	if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("the oldest of too many connections is still open")
	}
}

// TestGreatest: the address that has the most makes room, and of its connections the oldest.
func TestGreatest(t *testing.T) {
	c := &crowd{}
	for _, from := range []string{"owner", "a", "b", "b", "a", "b"} {
		c.open = append(c.open, &member{nil, c, from})
	}
	if n := slices.Index(c.open, c.greatest()); n != 2 {
		t.Errorf("connection %d has to go", n)
	}
}

// deadlined hears of the deadlines of an answer.
type deadlined struct {
	http.ResponseWriter
	set int
}

func (d *deadlined) SetWriteDeadline(time.Time) error { d.set++; return nil }

// TestHasty: each write of an answer has a deadline.
func TestHasty(t *testing.T) {
	w := &deadlined{ResponseWriter: httptest.NewRecorder()}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "127.0.0.1"
	opened(t, nil).ServeHTTP(w, r)
	if w.set == 0 {
		t.Error("a page is written without a deadline")
	}
}
