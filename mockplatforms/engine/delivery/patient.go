package delivery

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"syscall"
	"time"
)

// patient is a connection whose receiver may answer early and close: with 413, before it has read all. A write fails then,
// while the answer waits to be read, and net/http drops it in one of many tries (golang/go#51109). Here what cannot be
// written any more counts as written, so that net/http goes on to read: the answer that came, or why there is none.
type patient struct {
	*net.TCPConn
	wrote  atomic.Bool // the receiver has taken some of this request
	closed atomic.Bool // it takes no more
	ended  atomic.Bool // it says no more: net/http closes the connection then, and what is still written finds it closed
}

// begin says that a request is about to be written. Where a connection was closed before, nothing of it is taken, and net/http
// has to know: it connects again.
func (c *patient) begin() {
	c.wrote.Store(false)
	c.closed.Store(false)
}

func (c *patient) Write(b []byte) (int, error) {
	if c.closed.Load() {
		return len(b), nil
	}
	n, err := c.TCPConn.Write(b)
	if n > 0 {
		c.wrote.Store(true)
	}
	switch {
	case err == nil || !c.wrote.Load():
		return n, err
	case hungUp(err):
		c.closed.Store(true)
		return len(b), nil
	case c.ended.Load():
		return len(b), nil
	}
	return n, err
}

func (c *patient) Read(b []byte) (int, error) {
	n, err := c.TCPConn.Read(b)
	if hungUp(err) {
		c.ended.Store(true)
	}
	return n, err
}

// ReadFrom is Write, again and again: net.TCPConn has one of its own.
func (c *patient) ReadFrom(r io.Reader) (int64, error) { return io.Copy(struct{ io.Writer }{c}, r) }

// hungUp says of an error whether the other side has closed the connection. Whether that is seen as an end, as a reset or
// while we still write is a race, and one to people.
func hungUp(err error) bool {
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.ENOTCONN)
}

// readBody reads the body of an answer, so much of it as is kept and a byte more. One without a length ends with the connection, and
// a receiver that closes it before it has read our request resets it thereby: all of the answer that was to come has come before.
// One that says its length, or comes in chunks, has broken off if it is not all there.
func readBody(answer *http.Response) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(answer.Body, MaxAnswer+1))
	if answer.ContentLength < 0 && len(answer.TransferEncoding) == 0 && errors.Is(err, syscall.ECONNRESET) {
		err = nil
	}
	return body, err
}

// What is said of it.
const (
	closedByReceiver = "the receiver closed the connection"
	withoutAnswer    = " without an answer"
)

// patiently has the connection that net/http chooses for a request know of it, and says afterwards whether the receiver closed
// it before it had read all.
func patiently(ctx context.Context) (watched context.Context, early func() bool) {
	var chosen atomic.Pointer[patient]
	watched = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(got httptrace.GotConnInfo) {
		conn := got.Conn
		if secured, ok := conn.(*tls.Conn); ok {
			conn = secured.NetConn()
		}
		if c, ok := conn.(*patient); ok {
			c.begin()
			chosen.Store(c)
		}
	}})
	return watched, func() bool {
		c := chosen.Load()
		return c != nil && c.closed.Load()
	}
}

// withPatience is a connection as Transport dials it.
func withPatience(conn net.Conn, err error) (net.Conn, error) {
	if tcp, ok := conn.(*net.TCPConn); ok && err == nil {
		return &patient{TCPConn: tcp}, nil
	}
	return conn, err
}

// write writes bytes at once. A receiver may answer before it has them all and read no more, with its connection left open: once
// an answer has begun they have a moment to be taken, and are not waited for until the time is over.
func (l *Line) write(b []byte) error {
	const fits = 64 << 10 // that much is taken by the system, whatever the receiver does
	if len(b) <= fits {
		n, err := l.Write(b)
		l.written = append(l.written, b[:n]...)
		return err
	}
	looked := make(chan struct{})
	go func() {
		defer close(looked)
		if _, err := l.reader.Peek(1); err == nil {
			_ = l.SetWriteDeadline(time.Now().Add(min(time.Second, l.Timeout/4)))
		}
	}()
	n, err := l.Write(b)
	l.written = append(l.written, b[:n]...)
	_ = l.SetReadDeadline(past()) // that was to look whether there is one: it is read later
	<-looked
	_ = l.SetWriteDeadline(time.Time{})
	l.readUntil(time.Time{})
	return err
}
