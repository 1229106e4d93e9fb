package delivery

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

func length(n string) fixtures.Field { return fixtures.Field{Name: "Content-Length", Value: n} }

// whole plays a callback as it should be.
func whole(l *Line) error { return l.Send(l.Head(length("2")), l.Request.Body) }

func played(t *testing.T, url string, timeout time.Duration, play func(*Line) error) (answer journal.Message, failure string) {
	t.Helper()
	r := mockplatforms.Request{Method: http.MethodPost, URL: url, Body: []byte("{}")}
	answer, failure, kept := Play(t.Context(), Transport(), r, timeout, play)
	if kept != nil {
		t.Error("the connection was kept")
		_ = kept.Close()
	}
	return answer, failure
}

// served gives the URL of a server that serves one connection with this function, and what it returned.
func served(t *testing.T, serve func(conn *net.TCPConn, r *bufio.Reader) error) (url string, ended <-chan error) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	end := make(chan error, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			end <- err
			return
		}
		defer func() { _ = conn.Close() }()
		end <- serve(conn.(*net.TCPConn), bufio.NewReader(conn))
	}()
	return "http://" + l.Addr().String(), end
}

// answering takes the callback of whole, and answers with these bytes.
func answering(t *testing.T, answer string) string {
	t.Helper()
	url, _ := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
		if _, err := taken(r); err != nil {
			return err
		}
		_, err := io.WriteString(conn, answer)
		return err
	})
	return url
}

// taken reads a request.
func taken(r *bufio.Reader) (string, error) {
	request, err := http.ReadRequest(r)
	if err != nil {
		return "", err
	}
	body, err := io.ReadAll(request.Body)
	return string(body), err
}

func awaited(t *testing.T, ended <-chan error) error {
	t.Helper()
	select {
	case err := <-ended:
		return err
	case <-time.After(long):
		t.Fatal("the receiver has not come to its end")
		return nil
	}
}

// TestHeadOfALine looks at the bytes: order and spelling are the request's, what frames the message is the leaf's.
func TestHeadOfALine(t *testing.T) {
	for _, row := range []struct {
		reason        string
		method, path  string
		header, given []fixtures.Field
		want          string
	}{
		{"nothing but the host", "POST", "", nil, nil, "POST / HTTP/1.1\r\nHost: HOST\r\n\r\n"},
		{"path and query as they are written, no fragment", "PUT", "/a%2Fb//c?x=%20&y#z", nil, nil, "PUT /a%2Fb//c?x=%20&y HTTP/1.1\r\nHost: HOST\r\n\r\n"},
		{"no method", "", "/", nil, nil, "GET / HTTP/1.1\r\nHost: HOST\r\n\r\n"},
		{"order, spelling and repeats", "POST", "/", []fixtures.Field{{Name: "x-b", Value: "2"}, {Name: "X-A", Value: "é\t1"}, {Name: "X-B", Value: ""}}, nil,
			"POST / HTTP/1.1\r\nHost: HOST\r\nx-b: 2\r\nX-A: é\t1\r\nX-B: \r\n\r\n"},
		{"what frames the message is what is given", "POST", "/", []fixtures.Field{
			{Name: "content-length", Value: "0"}, {Name: "Transfer-Encoding", Value: "chunked"}, {Name: "HOST", Value: "shop.example"}, {Name: "X", Value: "1"},
		}, []fixtures.Field{{Name: "Connection", Value: "keep-alive"}, length("7")},
			"POST / HTTP/1.1\r\nHost: shop.example\r\nX: 1\r\nConnection: keep-alive\r\nContent-Length: 7\r\n\r\n"},
	} {
		url := answering(t, "")
		var head []byte
		r := mockplatforms.Request{Method: row.method, URL: url + row.path, Header: row.header, Chunked: true}
		_, _, _ = Play(t.Context(), Transport(), r, long, func(l *Line) error {
			head = l.Head(row.given...)
			return l.CloseWrite()
		})
		if want := strings.Replace(row.want, "HOST", strings.TrimPrefix(url, "http://"), 1); string(head) != want {
			t.Errorf("%s: %q\nwant %q", row.reason, head, want)
		}
	}
}

// TestRefusedLines: what cannot be sent is a failure before anything is dialled.
func TestRefusedLines(t *testing.T) {
	at, connections := receiver(t, ok)
	parsed, err := url.Parse(at)
	if err != nil {
		t.Fatal(err)
	}
	header := func(name, value string) []fixtures.Field { return []fixtures.Field{{Name: name, Value: value}} }
	const away = "is not a loopback address; callbacks leave this machine only with --allow-host "
	for _, row := range []struct {
		r         mockplatforms.Request
		transport *http.Transport
		words     string
	}{
		{mockplatforms.Request{URL: "http://[::1"}, Transport(), "missing ']'"},
		{mockplatforms.Request{URL: "127.0.0.1:1/x"}, Transport(), "first path segment"},
		{mockplatforms.Request{URL: "ftp://127.0.0.1/"}, Transport(), `unsupported protocol scheme "ftp"`},
		{mockplatforms.Request{URL: ""}, Transport(), `unsupported protocol scheme ""`},
		{mockplatforms.Request{URL: "http:opaque"}, Transport(), "no Host"},
		{mockplatforms.Request{URL: "http:///x"}, Transport(), "no Host"},
		{mockplatforms.Request{URL: "http://:80/x"}, Transport(), "no Host"},
		{mockplatforms.Request{URL: "http://127.0.0.1:99999/"}, Transport(), "invalid port"},
		{mockplatforms.Request{URL: at, Method: "PO ST"}, Transport(), `"PO ST" is not a method`},
		{mockplatforms.Request{URL: at, Header: header("a b", "c")}, Transport(), `"a b" is not the name of a header field`},
		{mockplatforms.Request{URL: at, Header: header("", "c")}, Transport(), `"" is not the name of a header field`},
		{mockplatforms.Request{URL: at, Header: header("é", "c")}, Transport(), `"é" is not the name`},
		{mockplatforms.Request{URL: at, Header: header("a:", "c")}, Transport(), `"a:" is not the name`},
		{mockplatforms.Request{URL: at, Header: header("a", "b\r\nc: d")}, Transport(), `the value of a holds a control character`},
		{mockplatforms.Request{URL: at, Header: header("a", "\x00")}, Transport(), `the value of a holds a control character`},
		{mockplatforms.Request{URL: at}, nil, "does not say where it may dial"},
		{mockplatforms.Request{URL: at}, &http.Transport{}, "does not say where it may dial"},
		{mockplatforms.Request{URL: "http://192.0.2.1/"}, Transport(), "192.0.2.1 " + away},
		{mockplatforms.Request{URL: "https://169.254.169.254/"}, Transport(), "169.254.169.254 is link-local, or tells a machine its secrets; callbacks do not go there, also with --allow-host"},
		{mockplatforms.Request{URL: "http://0.0.0.0:" + parsed.Port()}, Transport("127.0.0.1"), "0.0.0.0 " + away},
		{mockplatforms.Request{URL: "http://[::ffff:0.0.0.0]:" + parsed.Port()}, Transport(), "::ffff:0.0.0.0 " + away},
		{mockplatforms.Request{URL: "http://away.example:" + parsed.Port()}, transport(dns([]string{"0.0.0.0"}), nil), "away.example " + away},
	} {
		answer, failure, kept := Play(t.Context(), row.transport, row.r, long, func(*Line) error {
			t.Errorf("%q: it was played", row.words)
			return nil
		})
		if !strings.Contains(failure, row.words) || answer.Status != 0 || kept != nil {
			t.Errorf("%q %q: answer %d, failure %q; want %q", row.r.URL, row.r.Header, answer.Status, failure, row.words)
		}
		if row.r.Method == "" && row.r.Header == nil {
			if _, err := Idle(t.Context(), row.transport, row.r.URL, 1); err == nil || !strings.Contains(err.Error(), row.words) {
				t.Errorf("%q idle: %v, want %q", row.r.URL, err, row.words)
			}
		}
	}
	if connections.Load() != 0 {
		t.Errorf("the receiver got %d connections", connections.Load())
	}
}

// TestPorts: a URL without a port has its scheme's.
func TestPorts(t *testing.T) {
	for address, at := range map[string]string{
		"receiver.example:80": "http://receiver.example", "receiver.example:443": "https://receiver.example/", "[::1]:80": "http://[::1]:/x",
		"receiver.example:8443": "HTTPS://receiver.example:8443",
	} {
		stop := errors.New("far enough")
		var dialled string
		transport := &http.Transport{DialContext: func(_ context.Context, _, address string) (net.Conn, error) {
			dialled = address
			return nil, stop
		}}
		_, failure, _ := Play(t.Context(), transport, mockplatforms.Request{URL: at}, long, whole)
		if dialled != address || failure != stop.Error() {
			t.Errorf("%s leads to %s, failure %q; want %s", at, dialled, failure, address)
		}
	}
}

// TestAnswersOnALine: they are read as Send reads them; where there is none, it says so in the same words in each run.
func TestAnswersOnALine(t *testing.T) {
	const closed = "the receiver closed the connection without an answer"
	for _, row := range []struct {
		reason, answer, failure string
		status                  int
		body                    string
	}{
		{"a length", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore", "", 200, "ok"},
		{"chunks", "HTTP/1.1 400 Bad Request\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\n\r\n", "", 400, "no"},
		{"until it closes", "HTTP/1.0 200 OK\r\n\r\nok", "", 200, "ok"},
		{"no body", "HTTP/1.1 204 No Content\r\n\r\n", "", 204, ""},
		{"interim answers are none", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", 200, ""},
		{"another protocol from here on", "HTTP/1.1 101 Switching Protocols\r\n\r\n", "", 101, ""},
		{"nothing", "", closed, 0, ""},
		{"interim answers and nothing", "HTTP/1.1 100 Continue\r\n\r\n", closed, 0, ""},
		{"half a head", "HTTP/1.1 200 OK\r\nX: 1\r\n", closed, 0, ""},
		{"half a body", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc", "the answer broke off: the receiver closed the connection", 200, "abc"},
		{"another protocol", "220 mail.example ESMTP\r\n", `malformed HTTP status code "mail.example"`, 0, ""},
		{"noise", strings.Repeat("€", 200) + "\n", "malformed HTTP response", 0, ""},
		{"a head without end", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", maxWire), "the answer is longer than 16 MiB on the wire", 0, ""},
	} {
		answer, failure := played(t, answering(t, row.answer), long, whole)
		if !strings.HasPrefix(failure, row.failure) || (failure == "") != (row.failure == "") || answer.Status != row.status || string(answer.Body) != row.body {
			t.Errorf("%s: %d %q, failure %q; want %d %q, %q", row.reason, answer.Status, answer.Body, failure, row.status, row.body, row.failure)
		}
		if len(failure) > 400 || strings.ContainsRune(failure, '\uFFFD') {
			t.Errorf("%s: %d bytes of failure: %s", row.reason, len(failure), failure)
		}
	}
	answer, _ := played(t, answering(t, "HTTP/1.1 200 OK\r\nX-B: 2\r\nx-a: 1\r\nX-B: 1\r\nContent-Length: 0\r\n\r\n"), long, whole)
	want := []fixtures.Field{{Name: "Content-Length", Value: "0"}, {Name: "X-A", Value: "1"}, {Name: "X-B", Value: "2"}, {Name: "X-B", Value: "1"}}
	if !slices.Equal(answer.Header, want) {
		t.Errorf("the fields are %v", answer.Header)
	}
	answer, failure := played(t, answering(t, "HTTP/1.1 200 OK\r\n\r\n"+strings.Repeat("x", MaxAnswer+1)), long, whole)
	if failure != "" || len(answer.Body) != MaxAnswer || !answer.Truncated {
		t.Errorf("a long answer: %d bytes, truncated %v, failure %q", len(answer.Body), answer.Truncated, failure)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if _, failure := played(t, "http://"+l.Addr().String(), long, whole); !strings.Contains(failure, "connection refused") {
		t.Errorf("nobody listens: %q", failure)
	}
}

// TestResetByTheReceiver: how a receiver closes is no matter to people.
func TestResetByTheReceiver(t *testing.T) {
	at, _ := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
		if _, err := taken(r); err != nil {
			return err
		}
		return conn.SetLinger(0)
	})
	if answer, failure := played(t, at, long, whole); answer.Status != 0 || failure != "the receiver closed the connection without an answer" {
		t.Errorf("answer %d, failure %q", answer.Status, failure)
	}
}

// TestNextAnswer: one whose body was not read to its end does not stand in the way of the next.
func TestNextAnswer(t *testing.T) {
	first := "HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n" + strings.Repeat("x", 2<<20)
	answer, failure := played(t, answering(t, first+"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok"), long, func(l *Line) error {
		if err := whole(l); err != nil {
			return err
		}
		first, err := l.Receive()
		if err != nil || !first.Truncated || first.Status != 200 {
			t.Errorf("first: %d, truncated %v, error %v", first.Status, first.Truncated, err)
		}
		_, err = l.Receive()
		return err
	})
	if failure != "" || answer.Status != 202 || string(answer.Body) != "ok" || answer.Truncated {
		t.Errorf("next: %d %q, failure %q", answer.Status, answer.Body, failure)
	}
}

// TestDrained: what is dropped of one answer is not looked for in the next.
func TestDrained(t *testing.T) {
	t.Parallel()
	at, _ := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
		for _, answer := range []string{
			"HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n" + strings.Repeat("x", 2<<20), "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n",
		} {
			if _, err := taken(r); err != nil {
				return err
			}
			if _, err := io.WriteString(conn, answer); err != nil {
				return err
			}
		}
		return nil
	})
	answer, failure := played(t, at, long, func(l *Line) error {
		if err := whole(l); err != nil {
			return err
		}
		if _, err := l.Receive(); err != nil {
			return err
		}
		l.Drain(2 * time.Second)
		if err := whole(l); err != nil {
			return err
		}
		_, err := l.Receive()
		return err
	})
	if answer.Status != 202 || failure != "" {
		t.Errorf("answer %d, failure %q", answer.Status, failure)
	}
}

// TestAnsweredEarly: a receiver may answer, and close, before it has taken everything.
func TestAnsweredEarly(t *testing.T) {
	for _, row := range []struct {
		answer, failure string
		status          int
	}{
		{"HTTP/1.1 413 Payload Too Large\r\nContent-Length: 0\r\n\r\n", "", 413},
		{"", "the receiver closed the connection without an answer", 0},
	} {
		at, _ := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
			if _, err := r.ReadString('\n'); err != nil {
				return err
			}
			_, err := io.WriteString(conn, row.answer)
			return err
		})
		answer, failure := played(t, at, long, func(l *Line) error {
			err := l.Send(l.Head(length("16777216")), make([]byte, 16<<20)) // more than buffers hold
			if err == nil {
				t.Error("all of it was taken")
			}
			l.Keep() // of what is left of it nobody wants anything
			return err
		})
		if answer.Status != row.status || failure != row.failure {
			t.Errorf("answer %d, failure %q; want %d, %q", answer.Status, failure, row.status, row.failure)
		}
	}
}

// TestLineIsBounded: neither a silent receiver nor one that does not read, nor a sender that waits, outlasts the timeout
// or the scenario.
func TestLineIsBounded(t *testing.T) {
	over := make(chan struct{})
	t.Cleanup(func() { close(over) })
	reading := func(_ *net.TCPConn, r *bufio.Reader) error {
		_, err := io.Copy(io.Discard, r)
		<-over
		return err
	}
	deaf := func(*net.TCPConn, *bufio.Reader) error {
		<-over
		return nil
	}
	dripping := func(conn *net.TCPConn, _ *bufio.Reader) error {
		_, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\n\r\nhalf")
		<-over
		return err
	}
	flood := func(l *Line) error { return l.Send(make([]byte, 16<<20)) }
	for _, row := range []struct {
		reason  string
		serve   func(*net.TCPConn, *bufio.Reader) error
		play    func(*Line) error
		failure string
	}{
		{"silent", reading, whole, "no answer within"},
		{"silent after FIN", reading, func(l *Line) error { return l.CloseWrite() }, "no answer within"},
		{"it does not read", deaf, flood, "no answer within"},
		{"half an answer", dripping, whole, "the answer broke off: no answer within"},
		{"a sender that pauses too often", deaf, func(l *Line) error {
			for {
				if err := l.Pause(time.Hour); err != nil {
					return err
				}
			}
		}, "no answer within"},
		{"a sender that asks again and again", deaf, func(l *Line) error {
			for {
				if _, err := l.Continue(time.Hour); err != nil {
					return err
				}
			}
		}, "no answer within"},
		{"a sender that waits for the end", deaf, func(l *Line) error {
			for range 3 {
				l.Drain(time.Hour)
			}
			return nil
		}, "no answer within"},
	} {
		t.Run(row.reason, func(t *testing.T) {
			t.Parallel()
			at, _ := served(t, row.serve)
			if _, failure := played(t, at, 100*time.Millisecond, row.play); failure != row.failure+" 100ms" {
				t.Errorf("failure %q", failure)
			}
			at, _ = served(t, row.serve)
			ctx, cancel := context.WithCancel(t.Context())
			_, failure, kept := Play(ctx, Transport(), mockplatforms.Request{URL: at}, time.Hour, func(l *Line) error {
				cancel()
				return row.play(l)
			})
			if !strings.HasSuffix(failure, "context canceled") || kept != nil {
				t.Errorf("a run that was ended: %q", failure)
			}
			if _, failure, _ := Play(ctx, Transport(), mockplatforms.Request{URL: at}, time.Hour, row.play); failure != "context canceled" {
				t.Errorf("a run that had ended: %q", failure)
			}
		})
	}
}

// TestPatience: however long a sender wants to wait, it leaves time for an answer.
func TestPatience(t *testing.T) {
	for reason, wait := range map[string]func(*Line) error{
		"a pause": func(l *Line) error { return l.Pause(time.Hour) },
		"a question": func(l *Line) error {
			wanted, err := l.Continue(time.Hour)
			if err == nil && !wanted {
				err = errors.New("nobody said so")
			}
			return err
		},
		"the end": func(l *Line) error {
			l.Drain(time.Hour)
			return nil
		},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			answer, failure := played(t, answering(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), 4*time.Second, func(l *Line) error {
				if err := wait(l); err != nil {
					return err
				}
				return whole(l)
			})
			if answer.Status != 200 || failure != "" {
				t.Errorf("answer %d, failure %q", answer.Status, failure)
			}
		})
	}
}

// TestEndsOfALine: how a connection ends is how the sender wants it, with TLS as without.
func TestEndsOfALine(t *testing.T) {
	for _, scheme := range []string{"http", "https"} {
		certified := httptest.NewUnstartedServer(nil)
		certified.StartTLS()
		defer certified.Close()
		// The receiver reads to the end of what the sender says, and answers if it can.
		at, ended := served(t, func(conn *net.TCPConn, _ *bufio.Reader) error {
			through := net.Conn(conn)
			if scheme == "https" {
				through = tls.Server(conn, certified.TLS)
			}
			_, err := io.Copy(io.Discard, through)
			if err == nil {
				_, err = io.WriteString(through, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
			}
			if err == nil { // and not before there was a FIN on TCP, too
				_, err = io.Copy(io.Discard, conn)
			}
			return err
		})
		transport := Transport()
		transport.TLSClientConfig = certified.Client().Transport.(*http.Transport).TLSClientConfig
		r := mockplatforms.Request{URL: strings.Replace(at, "http", scheme, 1)}
		answer, failure, kept := Play(t.Context(), transport, r, long, (*Line).CloseWrite)
		if err := awaited(t, ended); err != nil || answer.Status != 200 || failure != "" || kept != nil {
			t.Errorf("%s FIN: the receiver's error %v, answer %d, failure %q", scheme, err, answer.Status, failure)
		}

		at, ended = served(t, func(conn *net.TCPConn, _ *bufio.Reader) error {
			through := net.Conn(conn)
			if scheme == "https" {
				through = tls.Server(conn, certified.TLS)
			}
			_, err := io.Copy(io.Discard, through)
			return err
		})
		r.URL = strings.Replace(at, "http", scheme, 1)
		answer, failure, kept = Play(t.Context(), transport, r, long, func(l *Line) error {
			l.Keep()
			l.Reset()
			l.Reset()
			return nil
		})
		if err := awaited(t, ended); !errors.Is(err, syscall.ECONNRESET) || answer.Status != 0 || failure != "the connection was reset by us" || kept != nil {
			t.Errorf("%s RST: the receiver's error %v, answer %d, failure %q", scheme, err, answer.Status, failure)
		}
	}
}

// TestKeptLine: the connection is the receiver's until the caller closes it, and no longer.
func TestKeptLine(t *testing.T) {
	said := make(chan string, 1)
	at, ended := served(t, func(conn *net.TCPConn, r *bufio.Reader) error {
		body, err := taken(r)
		if err != nil {
			return err
		}
		if _, err := io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"); err != nil {
			return err
		}
		said <- body
		_, err = io.Copy(io.Discard, r)
		return err
	})
	r := mockplatforms.Request{URL: at, Body: []byte("{}")}
	answer, failure, kept := Play(t.Context(), Transport(), r, long, func(l *Line) error {
		l.Keep()
		return whole(l)
	})
	if answer.Status != 200 || failure != "" || kept == nil {
		t.Fatalf("answer %d, failure %q, kept %v", answer.Status, failure, kept)
	}
	if body := <-said; body != "{}" {
		t.Errorf("the receiver got %q", body)
	}
	select {
	case err := <-ended:
		t.Errorf("it has ended before it was closed: %v", err)
	default:
	}
	if err := errors.Join(kept.Close(), awaited(t, ended)); err != nil {
		t.Error(err)
	}
}

// TestOwnWords: what a leaf says is the failure, and no answer is waited for then.
func TestOwnWords(t *testing.T) {
	at, _ := served(t, func(_ *net.TCPConn, r *bufio.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
	if answer, failure := played(t, at, time.Hour, func(*Line) error { return errors.New("in its own words") }); failure != "in its own words" || answer.Status != 0 {
		t.Errorf("answer %d, failure %q", answer.Status, failure)
	}
}

func TestCertificates(t *testing.T) {
	server := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.EnableHTTP2 = true // which both sides would rather speak
	server.StartTLS()
	defer server.Close()
	known := Transport()
	known.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	known.TLSClientConfig.NextProtos = []string{"h2", "http/1.1"}
	r := mockplatforms.Request{Method: "POST", URL: server.URL, Body: []byte("{}")}
	if answer, failure, _ := Play(t.Context(), known, r, long, whole); failure != "" || string(answer.Body) != "ok" {
		t.Errorf("%q, failure %q", answer.Body, failure)
	}
	if _, failure, _ := Play(t.Context(), Transport(), r, long, whole); !strings.Contains(failure, "certificate") {
		t.Errorf("a certificate that nobody knows: %q", failure)
	}
	silent, _ := served(t, func(_ *net.TCPConn, r *bufio.Reader) error {
		_, err := io.Copy(io.Discard, r)
		return err
	})
	r.URL = strings.Replace(silent, "http", "https", 1)
	if _, failure, _ := Play(t.Context(), known, r, 50*time.Millisecond, whole); failure != "no answer within 50ms" {
		t.Errorf("a handshake that nobody answers: %q", failure)
	}
	closing, _ := served(t, func(*net.TCPConn, *bufio.Reader) error { return nil })
	r.URL = strings.Replace(closing, "http", "https", 1)
	if _, failure, _ := Play(t.Context(), known, r, long, whole); failure != "the receiver closed the connection without an answer" {
		t.Errorf("a handshake that is broken off: %q", failure)
	}
}

// TestIdle: the receiver has them, and has them no longer when they are closed; of some that could not all be opened
// none stays.
func TestIdle(t *testing.T) {
	const n = 50
	states := make(chan http.ConnState, 4*n)
	server := httptest.NewUnstartedServer(http.HandlerFunc(ok))
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) { states <- state }
	server.Start()
	defer server.Close()
	expect := func(times int, want http.ConnState) {
		t.Helper()
		for range times {
			select {
			case got := <-states:
				if got != want {
					t.Errorf("a connection is %s, want %s", got, want)
				}
			case <-time.After(long):
				t.Fatalf("not %d connections are %s", times, want)
			}
		}
	}
	all, err := Idle(t.Context(), Transport(), server.URL+"/x?y", n)
	if err != nil {
		t.Fatal(err)
	}
	expect(n, http.StateNew)
	if err := all.Close(); err != nil {
		t.Error(err)
	}
	expect(n, http.StateClosed)

	through, count := Transport(), 0
	dial := through.DialContext
	through.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		if count++; count > 3 {
			return nil, errors.New("too many open files")
		}
		return dial(ctx, network, address)
	}
	if all, err := Idle(t.Context(), through, server.URL, n); all != nil || err == nil || err.Error() != "idle connection 4 of 50: too many open files" {
		t.Errorf("%v, error %v", all, err)
	}
	got := map[http.ConnState]int{}
	for range 6 {
		select {
		case state := <-states:
			got[state]++
		case <-time.After(long):
			t.Fatalf("of 3 connections %v", got)
		}
	}
	if got[http.StateNew] != 3 || got[http.StateClosed] != 3 {
		t.Errorf("of 3 connections %v", got)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Idle(ended, Transport(), server.URL, n); err == nil {
		t.Error("a run that had ended has opened connections")
	}
	for _, none := range []int{0, -1} {
		if all, err := Idle(t.Context(), Transport(), server.URL, none); err != nil || all.Close() != nil {
			t.Errorf("%d connections: %v", none, err)
		}
	}
}

// TestOneWrite: what is sent at once is one write, and leaves the request's own bytes as they are.
func TestOneWrite(t *testing.T) {
	at := answering(t, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	body := append(make([]byte, 0, 64), "{}"...)
	var mu sync.Mutex
	var writes [][]byte
	through := Transport()
	dial := through.DialContext
	through.DialContext = func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		return writing{conn, func(b []byte) {
			mu.Lock()
			defer mu.Unlock()
			writes = append(writes, bytes.Clone(b))
		}}, err
	}
	_, failure, _ := Play(t.Context(), through, mockplatforms.Request{URL: at, Body: body}, long, whole)
	if failure != "" || len(writes) != 1 || !bytes.HasSuffix(writes[0], []byte("Content-Length: 2\r\n\r\n{}")) {
		t.Errorf("writes %q, failure %q", writes, failure)
	}
	if spare := body[2:cap(body)]; !bytes.Equal(spare, make([]byte, len(spare))) {
		t.Errorf("what was lent was written to: %q", spare)
	}
}

type writing struct {
	net.Conn
	wrote func([]byte)
}

func (w writing) Write(b []byte) (int, error) {
	w.wrote(b)
	return w.Conn.Write(b)
}

// TestIdleTakesItsTime: a connection that found no room makes all that come after it slower, up to a bound.
func TestIdleTakesItsTime(t *testing.T) {
	var got []time.Duration
	pace := time.Duration(0)
	for _, took := range []time.Duration{time.Millisecond, time.Second, time.Millisecond, time.Second, 3 * time.Second} {
		pace = slower(pace, took)
		got = append(got, pace)
	}
	if want := []time.Duration{0, time.Millisecond, time.Millisecond, 2 * time.Millisecond, 4 * time.Millisecond}; !slices.Equal(got, want) {
		t.Errorf("between two connections are %s, want %s", got, want)
	}
	if pace := slower(time.Minute, time.Second); pace > 100*time.Millisecond {
		t.Errorf("it waits %s", pace)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := wait(ctx, time.Hour); !errors.Is(err, context.Canceled) {
		t.Errorf("it waits though nobody does any more: %v", err)
	}
}
