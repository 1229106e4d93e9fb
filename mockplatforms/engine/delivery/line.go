package delivery

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// maxWire is how many bytes are read for one answer, its head and its framing with it: a receiver that sends a head
// without end is not to fill our memory.
const maxWire = 16 << 20

// Line is a connection to the receiver on which a broken sender plays: what it writes are the bytes on the wire. The
// methods fail in words for people: no port and no errno in them, which would be others in the next run.
type Line struct {
	net.Conn                 // with https the TLS connection
	Context  context.Context // ends with the scenario, and when Timeout is over
	Request  mockplatforms.Request
	Timeout  time.Duration // how long the platform waits for an answer

	request  *http.Request // the method, target and host of Request, as net/http understands them
	fields   []fixtures.Field
	head     []byte // that was given last
	written  []byte // all that was
	wire     io.LimitedReader
	reader   *bufio.Reader
	rest     io.Reader // what was not read of the last answer
	answer   journal.Message
	received bool // an answer was read, or tried
	unsent   bool // the receiver did not take all that was sent
	reset    bool
	kept     bool
}

// Play has a broken sender write a request on a connection of its own, and reads what the receiver answers, if anything.
// All of it is over when ctx is, or timeout. Failure says in words why there was no answer; the answer is empty then, or
// what came of it before it broke off. Kept is not nil where the sender leaves its connection open: the caller closes it
// when the scenario ends. How a body is framed is the sender's affair: Request.Chunked means nothing here.
func Play(ctx context.Context, transport *http.Transport, r mockplatforms.Request, timeout time.Duration, play func(*Line) error) (answer journal.Message, failure string, kept io.Closer) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	l, err := open(ctx, transport, r, timeout)
	if err != nil {
		return journal.Message{Barred: barred(err)}, (&Line{Context: ctx, Timeout: timeout}).why(err), nil
	}
	// A context does not end a read or a write, a deadline in the past does.
	unwatch := context.AfterFunc(ctx, func() { _ = l.SetDeadline(past()) })
	defer unwatch()
	err = play(l)
	switch {
	case l.received || err != nil && !l.unsent:
	case l.reset:
		err = errors.New("the connection was reset by us")
	default: // also where not all was taken: a receiver may answer early and close
		_, err = l.Receive()
	}
	if err != nil {
		failure = err.Error()
	}
	if l.kept && !l.unsent && !l.reset {
		return l.answer, failure, l.Conn
	}
	l.end()
	return l.answer, failure, nil
}

// open connects to the receiver of a request. What is refused here is what Send refuses.
func open(ctx context.Context, transport *http.Transport, r mockplatforms.Request, timeout time.Duration) (*Line, error) {
	if err := Check(r); err != nil {
		return nil, err
	}
	request, fields, err := outgoing(ctx, r)
	if err != nil {
		return nil, err
	}
	conn, err := dial(ctx, transport, request.URL)
	if err != nil {
		return nil, err
	}
	if request.URL.Scheme == "https" {
		config := &tls.Config{}
		if transport.TLSClientConfig != nil {
			config = transport.TLSClientConfig.Clone()
		}
		config.ServerName = cmp.Or(config.ServerName, request.URL.Hostname())
		config.NextProtos = []string{"http/1.1"} // what is played is HTTP/1.1, whatever else the transport speaks
		secured := tls.Client(conn, config)
		if err := secured.HandshakeContext(ctx); err != nil {
			_ = conn.Close()
			return nil, err
		}
		conn = secured
	}
	l := &Line{Conn: conn, Context: ctx, Request: r, Timeout: timeout, request: request, fields: fields, wire: io.LimitedReader{R: conn, N: maxWire}}
	l.reader = bufio.NewReader(&l.wire)
	return l, nil
}

// dial connects to the address of a URL, by way of the transport: it says where callbacks may go.
func dial(ctx context.Context, transport *http.Transport, u *url.URL) (net.Conn, error) {
	port := map[string]string{"http": "80", "https": "443"}[u.Scheme]
	switch {
	case port == "":
		return nil, fmt.Errorf("unsupported protocol scheme %q", u.Scheme)
	case u.Hostname() == "":
		return nil, errors.New("no Host in request URL")
	case transport == nil || transport.DialContext == nil:
		return nil, errors.New("the transport does not say where it may dial")
	}
	conn, err := transport.DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), port)))
	if c, ok := conn.(*patient); ok {
		return c.TCPConn, err // what cannot be written is to be seen here
	}
	return conn, err
}

// Head gives the start line, the host and the fields of the request, in order and as they are spelt, then these fields.
// What frames the message is only what is given here; a field that is given replaces the request's own.
func (l *Line) Head(fields ...fixtures.Field) []byte {
	head := fmt.Appendf(nil, "%s %s HTTP/1.1\r\nHost: %s\r\n", l.request.Method, l.request.URL.RequestURI(), l.request.Host)
	for _, f := range mockplatforms.Replace(l.fields, fields...) {
		head = fmt.Appendf(head, "%s: %s\r\n", f.Name, f.Value)
	}
	l.head = append(head, "\r\n"...)
	return slices.Clone(l.head)
}

// Sent is what was written of the message that was begun last, as it stood on the wire: its body may be cut, or framed
// amiss.
func (l *Line) Sent() journal.Message {
	m := journal.Message{Method: l.request.Method, URL: l.request.URL.String(), Header: fieldsOf(l.head)}
	if at := bytes.LastIndex(l.written, l.head); at >= 0 {
		m.Body = l.written[at+len(l.head):]
	}
	return m
}

// Send writes these bytes at once, in one write. They leave at once too: Go's connections have TCP_NODELAY.
func (l *Line) Send(parts ...[]byte) error {
	if err := l.write(bytes.Join(parts, nil)); err != nil {
		l.unsent = true
		return errors.New(l.why(err))
	}
	return nil
}

// CloseWrite says that nothing more comes (FIN, and before it what TLS has for that); answers are still read.
func (l *Line) CloseWrite() error {
	under := l.under()
	if under != l.Conn {
		_ = l.Conn.(*tls.Conn).CloseWrite() // the FIN says it as well
	}
	if half, ok := under.(interface{ CloseWrite() error }); ok {
		if err := half.CloseWrite(); err != nil {
			return errors.New(l.why(err))
		}
	}
	return nil
}

// Reset ends the connection with RST instead of FIN, and without a word of TLS: as a sender that has crashed.
func (l *Line) Reset() {
	under := l.under()
	if tcp, ok := under.(interface{ SetLinger(sec int) error }); ok {
		_ = tcp.SetLinger(0) // it fails on a connection that is gone already
	}
	_ = under.Close()
	l.reset = true
}

// Keep leaves the connection open when the sender has played.
func (l *Line) Keep() { l.kept = true }

// Pause waits for d, but not longer than a tenth of the timeout: a sender that pauses leaves time for an answer.
func (l *Line) Pause(d time.Duration) error {
	timer := time.NewTimer(min(d, l.Timeout/10))
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-l.Context.Done():
		return errors.New(l.why(l.Context.Err()))
	}
}

// Receive reads one answer; interim ones (1xx) are passed over. The last answer that was read, or what came of it, is
// the answer to the callback.
func (l *Line) Receive() (journal.Message, error) {
	l.received, l.answer = true, journal.Message{}
	if l.rest != nil {
		_, _ = io.Copy(io.Discard, l.rest) // where it ends in an error, so does the next answer
	}
	for {
		if final, err := l.next(); final || err != nil {
			return l.answer, err
		}
	}
}

// Continue waits for the receiver to ask for the body with 100 Continue: at most for patience, or half of the timeout if
// that is shorter. False: a final answer came instead, and the body is not wanted.
func (l *Line) Continue(patience time.Duration) (bool, error) {
	l.wire.N = maxWire
	l.readUntil(time.Now().Add(min(patience, l.Timeout/2)))
	_, err := l.reader.Peek(1)
	l.readUntil(time.Time{})
	var timedOut net.Error
	if errors.As(err, &timedOut) && timedOut.Timeout() && l.Context.Err() == nil {
		return true, nil // it does not know the question, as many do not: the body goes out unasked
	}
	final, err := l.next()
	l.received = final || err != nil
	return !l.received, err
}

// Drain reads and drops what still comes until the receiver closes its side: at most for patience, or half of the
// timeout if that is shorter.
func (l *Line) Drain(patience time.Duration) {
	l.wire.N, l.rest = maxWire, nil
	l.readUntil(time.Now().Add(min(patience, l.Timeout/2)))
	_, _ = io.Copy(io.Discard, l.reader) // however it ends
	l.readUntil(time.Time{})
}

// next reads one answer, and its body if it is final.
func (l *Line) next() (final bool, err error) {
	l.wire.N = maxWire
	response, err := http.ReadResponse(l.reader, l.request)
	if err != nil {
		return false, errors.New(l.why(err))
	}
	if response.StatusCode >= 100 && response.StatusCode < 200 && response.StatusCode != http.StatusSwitchingProtocols {
		return false, response.Body.Close()
	}
	l.rest = response.Body // closing it would read it to its end, and there may be none
	body, err := readBody(response)
	l.answer = journal.Message{Status: response.StatusCode, Header: Fields(response.Header), Body: body}
	if len(body) > MaxAnswer {
		l.answer.Body, l.answer.Truncated = body[:MaxAnswer], true
	}
	if err != nil {
		return true, errors.New("the answer broke off: " + l.why(err))
	}
	return true, nil
}

// readUntil sets when reading ends, never later than the context does.
func (l *Line) readUntil(deadline time.Time) {
	_ = l.SetReadDeadline(deadline)
	if l.Context.Err() != nil { // its own deadline in the past may just have been replaced
		_ = l.SetDeadline(past())
	}
}

// under is the connection that TLS is spoken on, or the connection itself.
func (l *Line) under() net.Conn {
	if secured, ok := l.Conn.(*tls.Conn); ok {
		return secured.NetConn()
	}
	return l.Conn
}

// end closes the connection. TLS says goodbye in five seconds of its own, which a receiver that reads nothing would have
// us wait for.
func (l *Line) end() {
	if l.unsent || l.Context.Err() != nil {
		_ = l.under().Close()
		return
	}
	_ = l.Close()
}

// why explains an error. Whether a receiver that closes is seen as an end, as a reset or while we still write is a race,
// and one to people.
func (l *Line) why(err error) string {
	const longest = 300 // a line of noise is quoted whole
	var timedOut net.Error
	var inOperation *net.OpError
	switch {
	case l.Context.Err() != nil && (errors.Is(err, context.Canceled) || errors.As(err, &timedOut) && timedOut.Timeout()):
		return explain(l.Context.Err(), l.Timeout)
	case l.Conn != nil && l.wire.N <= 0:
		return fmt.Sprintf("the answer is longer than %d MiB on the wire", maxWire>>20)
	case hungUp(err):
		if l.answer.Status != 0 {
			return closedByReceiver
		}
		return closedByReceiver + withoutAnswer
	case errors.As(err, &inOperation) && inOperation.Op != "dial": // where nobody listens is worth a port
		err = inOperation.Err
	}
	text := explain(err, l.Timeout)
	if len(text) > longest {
		text = strings.ToValidUTF8(text[:longest], "") + "…"
	}
	return text
}

// past is a deadline that ends what is under way.
func past() time.Time { return time.Unix(1, 0) }
