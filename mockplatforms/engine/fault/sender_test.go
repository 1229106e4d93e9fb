package fault_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// long is for what comes at once; a test that needs all of it has failed.
const long = 30 * time.Second

// sender finds a fault that plays.
func sender(t *testing.T, name string) fault.Fault {
	t.Helper()
	f, err := fault.Find(name)
	if err != nil || f.Play == nil {
		t.Fatalf("%s: it plays nothing, error %v", name, err)
	}
	return f
}

// senders are all that play.
func senders() []fault.Fault {
	return slices.DeleteFunc(fault.All(), func(f fault.Fault) bool { return f.Play == nil })
}

// acts are what was done on connections: the bytes of each write, FIN, RST.
type acts struct {
	mu   sync.Mutex
	list []string
}

func (a *acts) note(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.list = append(a.list, what)
}

type noted struct {
	*net.TCPConn
	acts *acts
}

func (n noted) Write(b []byte) (int, error) {
	n.acts.note(string(b))
	return n.TCPConn.Write(b)
}

func (n noted) CloseWrite() error {
	n.acts.note("FIN")
	return n.TCPConn.CloseWrite()
}

func (n noted) SetLinger(sec int) error {
	if sec == 0 {
		n.acts.note("RST")
	}
	return n.TCPConn.SetLinger(sec)
}

// through leads every name to one address, and notes what is done there.
func through(address string) (*http.Transport, *acts) {
	done := &acts{}
	return &http.Transport{DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
		conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", address)
		if err != nil {
			return nil, err
		}
		return noted{conn.(*net.TCPConn), done}, nil
	}}, done
}

// saw is what a handler made of one request: its body is whole where err is nil.
type saw struct {
	body string
	err  error
}

// correct is a receiver as it should be: it refuses what it cannot read or parse. wait gives what the handler saw in its
// next call; end ends the receiver, and gives what nobody waited for.
func correct(t *testing.T, secured bool) (server *httptest.Server, wait func() saw, end func() []saw) {
	t.Helper()
	calls := make(chan saw, 16)
	server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		calls <- saw{string(body), err}
		if err != nil || !json.Valid(body) {
			w.WriteHeader(http.StatusBadRequest)
		}
	}))
	if secured {
		server.StartTLS()
	} else {
		server.Start()
	}
	t.Cleanup(server.Close)
	wait = func() saw {
		select {
		case s := <-calls:
			return s
		case <-time.After(long):
			t.Fatal("the handler was not called")
			return saw{}
		}
	}
	end = func() (more []saw) {
		server.Close() // waits for handlers that are at work
		for {
			select {
			case s := <-calls:
				more = append(more, s)
			default:
				return more
			}
		}
	}
	return server, wait, end
}

const payload = `{"id":19}`

func callback(scheme, body string) mockplatforms.Request {
	r := request(body, "content-type", "application/json", "content-length", strconv.Itoa(len(body)), "X-A", "1")
	r.URL = scheme + "://example.com/hook?x=1"
	return r
}

// TestBrokenSenders holds each of them to the bytes on the wire, what a correct receiver sees of them, and the answer.
func TestBrokenSenders(t *testing.T) {
	const start = "POST /hook?x=1 HTTP/1.1\r\nHost: example.com\r\ncontent-type: application/json\r\nX-A: 1\r\n"
	whole, cut := saw{body: payload}, func(body string) saw { return saw{body, io.ErrUnexpectedEOF} }
	tested := map[string]bool{}
	for _, row := range []struct {
		fault   string
		acts    []string
		saw     []saw
		status  int
		failure string
	}{
		{"head in two packets", []string{start + "Content", "-Length: 9\r\n\r\n" + payload}, []saw{whole}, 200, ""},
		{"slow body", []string{start + "Content-Length: 9\r\n\r\n" + `{"id`, `"`, `:`, `1`, `9`, `}`}, []saw{whole}, 200, ""},
		{"Expect 100-continue", []string{start + "Expect: 100-continue\r\nContent-Length: 9\r\n\r\n", payload}, []saw{whole}, 200, ""},
		{"a connection that the receiver has closed", slices.Repeat([]string{start + "Connection: close\r\nContent-Length: 9\r\n\r\n" + payload}, 2),
			[]saw{whole}, 0, "sent again on a connection that the receiver had been told to close: the receiver closed the connection without an answer"},
		{"Content-Length too short", []string{start + "Content-Length: 4\r\n\r\n" + payload}, []saw{{body: `{"id`}}, 400, ""},
		{"Content-Length too long", []string{start + "Content-Length: 19\r\n\r\n" + payload, "FIN"}, []saw{cut(payload)}, 400, ""},
		{"unfinished chunk", []string{start + "Transfer-Encoding: chunked\r\n\r\n9\r\n" + `{"id`, "FIN"}, []saw{cut(`{"id`)}, 400, ""},
		{"no last chunk", []string{start + "Transfer-Encoding: chunked\r\n\r\n9\r\n" + payload + "\r\n", "FIN"}, []saw{cut(payload)}, 400, ""},
		{"half a body and FIN", []string{start + "Content-Length: 9\r\n\r\n" + `{"id`, "FIN"}, []saw{cut(`{"id`)}, 400, ""},
		{"half a body and RST", []string{start + "Content-Length: 9\r\n\r\n" + `{"id`, "RST"}, []saw{cut(`{"id`)}, 0,
			"the connection was reset by us after half the body"},
		{"headers only", []string{start + "Content-Length: 9\r\n\r\n"}, []saw{cut("")}, 0,
			"the body never came: we left the connection open after the headers"},
	} {
		tested[row.fault] = true
		for _, scheme := range []string{"http", "https"} {
			t.Run(row.fault+" "+scheme, func(t *testing.T) {
				t.Parallel()
				server, wait, end := correct(t, scheme == "https")
				transport, done := through(server.Listener.Addr().String())
				if scheme == "https" {
					transport.TLSClientConfig = server.Client().Transport.(*http.Transport).TLSClientConfig
				}
				f := sender(t, row.fault)
				var line *delivery.Line
				answer, failure, kept := delivery.Play(t.Context(), transport, callback(scheme, payload), long, func(l *delivery.Line) error {
					line = l
					return f.Play(l)
				})
				if answer.Status != row.status || failure != row.failure {
					t.Errorf("answer %d, failure %q; want %d, %q", answer.Status, failure, row.status, row.failure)
				}
				if (kept != nil) != (f.Name == "headers only") {
					t.Errorf("the connection is kept: %v", kept != nil)
				}
				if kept != nil {
					_ = kept.Close()
				}
				for _, want := range row.saw {
					got := wait()
					if got.body != want.body || (got.err == nil) != (want.err == nil) {
						t.Errorf("the handler saw %q, error %v; want %q, %v", got.body, got.err, want.body, want.err)
					}
				}
				if more := end(); len(more) > 0 {
					t.Errorf("the handler also saw %v", more)
				}
				if scheme == "http" && !slices.Equal(done.list, row.acts) {
					t.Errorf("on the wire: %q\nwant %q", done.list, row.acts)
				}
				wrote := strings.NewReplacer("FIN", "", "RST", "").Replace(strings.Join(row.acts, ""))
				if said := written(line.Sent()); wrote != said && wrote != said+said {
					t.Errorf("said to be sent: %q\nwant %q, once or twice", said, wrote)
				}
			})
		}
	}
	for _, f := range senders() {
		if !tested[f.Name] {
			t.Errorf("the fault %q is in no row of this test", f.Name)
		}
	}
}

// written is a message as it stood on the wire.
func written(m journal.Message) string {
	_, target, _ := strings.Cut(m.URL, "example.com")
	text := m.Method + " " + target + " HTTP/1.1\r\n"
	for _, f := range m.Header {
		text += f.Name + ": " + f.Value + "\r\n"
	}
	return text + "\r\n" + string(m.Body)
}

// TestCutIsCut: whatever the body, what is said to be cut never looks whole, and what is said to be complete does.
func TestCutIsCut(t *testing.T) {
	complete := map[string]int{ // how often the receiver sees it
		"head in two packets": 1, "slow body": 1, "Expect 100-continue": 1, "a connection that the receiver has closed": 1,
	}
	for _, f := range senders() {
		for _, body := range []string{"", "1", "[]", "[19]", strings.Repeat(" ", 1<<20) + payload} {
			if f.Name == "Content-Length too short" {
				continue // a receiver cannot tell: what it gets is a whole request
			}
			t.Run(f.Name, func(t *testing.T) {
				t.Parallel()
				server, wait, end := correct(t, false)
				transport, _ := through(server.Listener.Addr().String())
				answer, failure, kept := delivery.Play(t.Context(), transport, callback("http", body), long, f.Play)
				if kept != nil {
					_ = kept.Close()
				}
				for range max(complete[f.Name], 1) {
					got := wait()
					if complete[f.Name] > 0 && (got.err != nil || got.body != body) || complete[f.Name] == 0 && got.err == nil {
						t.Errorf("of %d bytes the handler saw %d, error %v", len(body), len(got.body), got.err)
					}
				}
				if more := end(); len(more) > 0 {
					t.Errorf("the handler was called %d times more", len(more))
				}
				if complete[f.Name] == 0 && answer.Status != 0 && answer.Status != 400 || answer.Status == 0 && failure == "" {
					t.Errorf("answer %d, failure %q", answer.Status, failure)
				}
			})
		}
	}
}

// TestSilentReceiver: one that takes all and never answers holds nobody up; nor does one that does not even read.
func TestSilentReceiver(t *testing.T) {
	const short = 50 * time.Millisecond
	for _, reads := range []bool{true, false} {
		for _, f := range senders() {
			t.Run(f.Name, func(t *testing.T) {
				t.Parallel()
				over := make(chan struct{})
				defer close(over)
				address := listen(t, func(conn net.Conn) {
					if reads {
						_, _ = io.Copy(io.Discard, conn)
					}
					<-over
				})
				transport, _ := through(address)
				answer, failure, kept := delivery.Play(t.Context(), transport, callback("http", payload), short, f.Play)
				if kept != nil {
					_ = kept.Close()
				}
				own := strings.HasPrefix(failure, "the connection was reset by us") || strings.HasPrefix(failure, "the body never came")
				if answer.Status != 0 || failure != "no answer within 50ms" && !own {
					t.Errorf("answer %d, failure %q", answer.Status, failure)
				}
			})
		}
	}
}

// listen serves the connections that it gets, each with this function, and gives its address.
func listen(t *testing.T, serve func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var serving sync.WaitGroup
	t.Cleanup(func() {
		_ = l.Close()
		serving.Wait()
	})
	serving.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			serving.Go(func() {
				defer func() { _ = conn.Close() }()
				serve(conn)
			})
		}
	})
	return l.Addr().String()
}

// head reads a request up to its body.
func head(r *bufio.Reader) {
	for {
		if line, err := r.ReadString('\n'); err != nil || line == "\r\n" {
			return
		}
	}
}

// TestReceiversOfTheirOwn: what the faults do with receivers that know less of HTTP, or more, than net/http does.
func TestReceiversOfTheirOwn(t *testing.T) {
	const ok, accepted = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"
	rest := func(n int64, r io.Reader) { _, _ = io.CopyN(io.Discard, r, n) }
	for _, row := range []struct {
		fault, reason string
		serve         func(net.Conn, *bufio.Reader)
		status        int
		failure       string
		last          string // the last write
	}{
		{"Expect 100-continue", "it never says 100, as PHP's own server", func(c net.Conn, r *bufio.Reader) {
			head(r)
			rest(9, r)
			_, _ = io.WriteString(c, ok)
		}, 200, "", payload},
		{"Expect 100-continue", "it says 100 late", func(c net.Conn, r *bufio.Reader) {
			head(r)
			rest(9, r)
			_, _ = io.WriteString(c, "HTTP/1.1 100 Continue\r\n\r\n"+ok)
		}, 200, "", payload},
		{"Expect 100-continue", "it says 102 first", func(c net.Conn, r *bufio.Reader) {
			head(r)
			_, _ = io.WriteString(c, "HTTP/1.1 102 Processing\r\n\r\n")
			rest(9, r)
			_, _ = io.WriteString(c, ok)
		}, 200, "", payload},
		{"Expect 100-continue", "it does not want the body", func(c net.Conn, r *bufio.Reader) {
			head(r)
			_, _ = io.WriteString(c, "HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\n\r\n")
			rest(9, r)
		}, 417, "", ""},
		{"Expect 100-continue", "it closes when asked", func(_ net.Conn, r *bufio.Reader) { head(r) }, 0, "the receiver closed the connection without an answer", ""},
		{"a connection that the receiver has closed", "it does not close, against HTTP", func(c net.Conn, r *bufio.Reader) {
			for _, answer := range []string{ok, accepted} {
				head(r)
				rest(9, r)
				_, _ = io.WriteString(c, answer)
			}
		}, 202, "", ""},
		{"a connection that the receiver has closed", "its answer ends with the connection", func(c net.Conn, r *bufio.Reader) {
			head(r)
			rest(9, r)
			_, _ = io.WriteString(c, "HTTP/1.0 200 OK\r\n\r\nok")
		}, 0, "sent again on a connection that the receiver had been told to close: the receiver closed the connection without an answer", ""},
		{"a connection that the receiver has closed", "it does not answer the first", func(_ net.Conn, r *bufio.Reader) { head(r) }, 0, "the receiver closed the connection without an answer", ""},
		{"slow body", "it has seen enough", func(c net.Conn, r *bufio.Reader) {
			head(r)
			_, _ = io.WriteString(c, "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n")
			rest(4, r)
		}, 401, "", ""},
		{"headers only", "it answers before the body", func(c net.Conn, r *bufio.Reader) {
			head(r)
			_, _ = io.WriteString(c, ok)
			rest(9, r)
		}, 0, "the body never came: we left the connection open after the headers", ""},
	} {
		t.Run(row.fault+" "+row.reason, func(t *testing.T) {
			t.Parallel()
			transport, done := through(listen(t, func(c net.Conn) { row.serve(c, bufio.NewReader(c)) }))
			answer, failure, kept := delivery.Play(t.Context(), transport, callback("http", payload), long, sender(t, row.fault).Play)
			if kept != nil {
				_ = kept.Close()
			}
			if answer.Status != row.status || failure != row.failure {
				t.Errorf("answer %d, failure %q; want %d, %q", answer.Status, failure, row.status, row.failure)
			}
			if last := done.list[len(done.list)-1]; row.fault == "Expect 100-continue" && (last == payload) != (row.last == payload) {
				t.Errorf("the last write was %q", last)
			}
		})
	}
}
