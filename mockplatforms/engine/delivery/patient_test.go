package delivery

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// early is a receiver that answers 413 when it has the head and so much of the body, and reads no more. What it does then is up
// to the function.
func early(t *testing.T, secured *tls.Config, read int64, head string, then func(net.Conn)) (url string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer func() { _ = conn.Close() }()
				through := conn
				if secured != nil {
					through = tls.Server(conn, secured)
				}
				r := bufio.NewReaderSize(through, 4096)
				if _, err := http.ReadRequest(r); err != nil {
					return
				}
				_, _ = io.CopyN(io.Discard, r, read)
				_, _ = io.WriteString(through, "HTTP/1.1 413 Content Too Large\r\n"+head+"\r\ntoo large")
				then(conn)
			}()
		}
	}()
	scheme := "http://"
	if secured != nil {
		scheme = "https://"
	}
	return scheme + l.Addr().String()
}

// TestEarlyAnswerIsRead: a receiver may refuse a body before it has read it, and close. However that falls together with what
// is still written, the answer came and is read, in each of many tries.
func TestEarlyAnswerIsRead(t *testing.T) {
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	done := make(chan struct{})
	defer close(done)
	const says = "Connection: close\r\nContent-Length: 9\r\n"
	for _, row := range []struct {
		reason string
		read   int64
		head   string
		then   func(net.Conn)
	}{
		{"it closes with all unread", 0, says, func(net.Conn) {}},
		{"it closes after 100 KiB", 100 << 10, says, func(net.Conn) {}},
		{"it resets the connection", 100 << 10, says, func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }},
		{"it neither reads nor closes", 0, says, func(net.Conn) { <-done }},
		{"it closes with all unread, without a length", 0, "", func(net.Conn) {}},
		{"it closes after 100 KiB, without a length", 100 << 10, "", func(net.Conn) {}},
		{"it resets the connection, without a length", 100 << 10, "Connection: close\r\n", func(c net.Conn) { _ = c.(*net.TCPConn).SetLinger(0) }},
	} {
		for _, size := range []int{200 << 10, 6 << 20} {
			for _, secured := range []*tls.Config{nil, certified.TLS} {
				through := Transport()
				through.TLSClientConfig = certified.Client().Transport.(*http.Transport).TLSClientConfig
				r := mockplatforms.Request{Method: http.MethodPost, URL: early(t, secured, row.read, row.head, row.then), Body: bytes.Repeat([]byte("x"), size)}
				for i := range 20 {
					r.Chunked = i%2 == 0
					if answer, failure := Send(t.Context(), through, r, long); answer.Status != 413 || failure != "" || string(answer.Body) != "too large" {
						t.Fatalf("%s, %d bytes, try %d: sent, %d %q, failure %q", row.reason, size, i, answer.Status, answer.Body, failure)
					}
					if strings.HasPrefix(row.reason, "it neither") && i > 1 { // each takes its moment
						break
					}
					answer, failure, _ := Play(t.Context(), through, r, long, func(l *Line) error { return l.Send(l.Head(length(strconv.Itoa(size))), r.Body) })
					if answer.Status != 413 || failure != "" || string(answer.Body) != "too large" {
						t.Fatalf("%s, %d bytes, try %d: played, %d %q, failure %q", row.reason, size, i, answer.Status, answer.Body, failure)
					}
				}
			}
		}
	}
}

// TestEarlyHalfAnswer: an answer that says its length, or comes in chunks, and is not all there when the receiver closes has broken off.
func TestEarlyHalfAnswer(t *testing.T) {
	for _, head := range []string{"Content-Length: 10\r\n", "Transfer-Encoding: chunked\r\n\r\nff\r\n"} {
		r := mockplatforms.Request{Method: http.MethodPost, URL: early(t, nil, 0, head, func(net.Conn) {}), Body: make([]byte, 1<<20)}
		const broken = "the answer broke off: the receiver closed the connection"
		if answer, failure := Send(t.Context(), Transport(), r, long); answer.Status != 413 || failure != broken {
			t.Errorf("%q: sent, %d, failure %q", head, answer.Status, failure)
		}
		if answer, failure, _ := Play(t.Context(), Transport(), r, long, func(l *Line) error { return l.Send(l.Head(length("1048576")), r.Body) }); answer.Status != 413 || failure != broken {
			t.Errorf("%q: played, %d, failure %q", head, answer.Status, failure)
		}
	}
}

// TestNoEarlyAnswer: where none came, it is said in the same words whenever the connection was closed.
func TestNoEarlyAnswer(t *testing.T) {
	for _, read := range []int{1, 100 << 10} {
		url, _ := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
			_, err := io.CopyN(io.Discard, r, int64(read))
			return err
		})
		r := mockplatforms.Request{Method: http.MethodPost, URL: url, Body: make([]byte, 8<<20)}
		if answer, failure := Send(t.Context(), Transport(), r, long); answer.Status != 0 || failure != "the receiver closed the connection without an answer" {
			t.Errorf("%d bytes were read: %d, failure %q", read, answer.Status, failure)
		}
	}
}

// TestPatientConnection: what is written on a connection that was closed counts as written only where some of the same request was: else
// net/http has to know, and connects again.
func TestPatientConnection(t *testing.T) {
	closed := make(chan struct{})
	url, _ := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
		if _, err := r.ReadByte(); err != nil {
			return err
		}
		defer close(closed)
		return errors.Join(conn.SetLinger(0), conn.Close())
	})
	tcp, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	c := &patient{TCPConn: tcp.(*net.TCPConn)}
	defer func() { _ = c.Close() }()
	if _, err := c.Write([]byte("first")); err != nil {
		t.Fatal(err)
	}
	<-closed
	if _, err := io.Copy(io.Discard, c); !errors.Is(err, syscall.ECONNRESET) { // it is known from here on
		t.Fatalf("read: %v", err)
	}
	if n, err := c.ReadFrom(strings.NewReader("more")); n != 4 || err != nil || !c.closed.Load() {
		t.Errorf("the rest of a request: %d, %v", n, err)
	}
	c.begin()
	if _, err := c.Write([]byte("second")); !hungUp(err) || c.closed.Load() {
		t.Errorf("another request: %v", err)
	}
	c.begin()
	if _, err := c.ReadFrom(strings.NewReader("third")); !hungUp(err) {
		t.Errorf("a third: %v", err)
	}
	_ = c.SetWriteDeadline(time.Now().Add(-time.Second))
	late := &patient{TCPConn: c.TCPConn}
	late.wrote.Store(true)
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := late.Write([]byte("x")); !errors.Is(err, net.ErrClosed) {
		t.Errorf("on a connection that we have closed: %v", err)
	}
}
