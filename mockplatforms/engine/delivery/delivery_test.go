package delivery

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// long is for what comes at once; a test that needs all of it has failed.
const long = 30 * time.Second

// receiver serves a handler on loopback and counts the connections that it gets.
func receiver(t *testing.T, h http.HandlerFunc) (url string, connections *atomic.Int64) {
	t.Helper()
	connections = &atomic.Int64{}
	s := httptest.NewUnstartedServer(h)
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s.URL, connections
}

func send(t *testing.T, url string, timeout time.Duration, allowed ...string) (answer journal.Message, failure string) {
	t.Helper()
	through := Transport(allowed...)
	defer through.CloseIdleConnections()
	return Send(t.Context(), through, mockplatforms.Request{Method: http.MethodPost, URL: url, Body: []byte("{}")}, timeout)
}

func ok(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "ok") }

// raw answers the first request of a connection with these bytes, closes it, and gives the head of the request as it came.
func raw(t *testing.T, answer string) (url string, head <-chan string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	got := make(chan string, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = conn.Close() }()
		var lines strings.Builder
		for r := bufio.NewReader(conn); ; {
			line, err := r.ReadString('\n')
			if lines.WriteString(line); err != nil || line == "\r\n" {
				if strings.Contains(lines.String(), "Content-Length: 2\r\n") {
					_, _ = io.CopyN(io.Discard, r, 2) // the body of send
				}
				break
			}
		}
		got <- lines.String()
		_, _ = io.WriteString(conn, answer)
	}()
	return "http://" + l.Addr().String(), got
}

func TestAnswerIsKept(t *testing.T) {
	var zipped bytes.Buffer
	z := gzip.NewWriter(&zipped)
	_, _ = io.WriteString(z, "ok")
	_ = z.Close()
	url, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header()["X-B"] = []string{"2", "1"}
		w.Header().Set("X-A", "1")
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusTeapot)
		_, _ = w.Write(zipped.Bytes())
	})
	answer, failure := send(t, url, long)
	if failure != "" || answer.Status != http.StatusTeapot || answer.Truncated {
		t.Errorf("%+v, failure %q", answer, failure)
	}
	if !bytes.Equal(answer.Body, zipped.Bytes()) || answer.Field("Content-Encoding") != "gzip" {
		t.Errorf("the body was decoded behind our back: %q", answer.Body)
	}
	var custom []fixtures.Field
	for _, f := range answer.Header {
		if strings.HasPrefix(f.Name, "X-") {
			custom = append(custom, f)
		}
	}
	if !slices.Equal(custom, []fixtures.Field{{Name: "X-A", Value: "1"}, {Name: "X-B", Value: "2"}, {Name: "X-B", Value: "1"}}) {
		t.Errorf("the fields are %v, want them sorted by name, the repeats in order", custom)
	}
}

func TestRedirectsAreNotFollowed(t *testing.T) {
	for _, status := range []int{301, 302, 303, 307, 308} {
		var asked atomic.Int64
		url, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
			asked.Add(1)
			http.Redirect(w, r, "/elsewhere", status)
		})
		answer, failure := send(t, url, long)
		if failure != "" || answer.Status != status || answer.Field("Location") != "/elsewhere" || asked.Load() != 1 {
			t.Errorf("%d: answer %d to %q, failure %q, %d requests", status, answer.Status, answer.Field("Location"), failure, asked.Load())
		}
	}
}

// TestHeaderOnTheWire looks at the bytes: a canonical name, a field of ours or a second Content-Length show nowhere else.
// What Outgoing says is what is there.
func TestHeaderOnTheWire(t *testing.T) {
	for _, row := range []struct {
		reason string
		fields []fixtures.Field
		body   string
		want   []string // the lines, sorted, but for Host
	}{
		{"what frames the message, and nothing else", nil, "{}", []string{"Content-Length: 2"}},
		{"no body has a length too", nil, "", []string{"Content-Length: 0"}},
		{"names as they are written, repeats in order", []fixtures.Field{
			{Name: "x-lower", Value: "1"}, {Name: "X-REPEAT", Value: "b"}, {Name: "X-REPEAT", Value: "a"}, {Name: "content-type", Value: "a/b"},
		}, "{}", []string{"Content-Length: 2", "X-REPEAT: b", "X-REPEAT: a", "content-type: a/b", "x-lower: 1"}},
		{"the sender's own name", []fixtures.Field{{Name: "User-Agent", Value: "Toy/1"}}, "{}", []string{"Content-Length: 2", "User-Agent: Toy/1"}},
		{"the sender's own name in lower case", []fixtures.Field{{Name: "user-agent", Value: "Toy/1"}}, "{}", []string{"Content-Length: 2", "User-Agent: Toy/1"}},
		{"a length that fits is counted again, however it is spelt", []fixtures.Field{{Name: "content-length", Value: "2"}}, "{}", []string{"Content-Length: 2"}},
		{"chunks, however they are spelt", []fixtures.Field{{Name: "transfer-encoding", Value: "Chunked"}}, "{}", []string{"Transfer-Encoding: chunked"}},
		{"nothing needs no chunk", []fixtures.Field{{Name: "Transfer-Encoding", Value: "chunked"}}, "", []string{"Content-Length: 0"}},
		{"another host", []fixtures.Field{{Name: "X-A", Value: " 1 "}, {Name: "HOST", Value: "shop.example:8080"}}, "{}", []string{"Content-Length: 2", "Host: shop.example:8080", "X-A: 1"}},
		{"credentials that were given", []fixtures.Field{{Name: "authorization", Value: "Bearer t"}}, "{}", []string{"Content-Length: 2", "authorization: Bearer t"}},
	} {
		t.Run(row.reason, func(t *testing.T) {
			url, head := raw(t, "HTTP/1.1 204 No Content\r\n\r\n")
			through := Transport()
			defer through.CloseIdleConnections()
			body := row.body
			request := mockplatforms.Request{Method: http.MethodPost, URL: url + "/a?b", Header: row.fields, Body: []byte(body)}
			_, failure := Send(t.Context(), through, request, long)
			if failure != "" {
				t.Fatal(failure)
			}
			lines := strings.Split(strings.TrimSpace(<-head), "\r\n")
			if lines[0] != "POST /a?b HTTP/1.1" {
				t.Errorf("it begins with %q", lines)
			}
			said := saidOf(t, request)
			if !slices.Equal(said, lines[1:]) {
				t.Errorf("sent was    %q\nsaid to be %q", lines[1:], said)
			}
			lines = slices.DeleteFunc(lines[1:], func(line string) bool { return line == "Host: "+strings.TrimPrefix(url, "http://") })
			slices.SortStableFunc(lines, func(a, b string) int {
				name := func(line string) string { n, _, _ := strings.Cut(line, ":"); return n }
				return strings.Compare(name(a), name(b))
			})
			if !slices.Equal(lines, row.want) {
				t.Errorf("the fields are %q\nwant %q", lines, row.want)
			}
		})
	}
}

// TestURLOnTheWire: what is said to be the URL is the one that leaves, whatever was given, by both ways of sending.
func TestURLOnTheWire(t *testing.T) {
	for given, want := range map[string]string{
		"":                       "",
		"/a b":                   "/a%20b",
		"/a%2Fb//c?x=%20&y#z":    "/a%2Fb//c?x=%20&y",
		"/é?q=é ü":               "/%C3%A9?q=%C3%A9%20%C3%BC",
		"/?q=\xff":               "/?q=%FF",
		"/a{1,2}[x]?q[]=1&r={2}": "/a%7B1,2%7D%5Bx%5D?q[]=1&r={2}",
		`/a'b"c?'"`:              `/a%27b%22c?'"`,
		"?;w&a=%zz":              "?;w&a=%zz",
	} {
		for _, way := range []string{"sent", "played"} {
			url, head := raw(t, "HTTP/1.1 204 No Content\r\n\r\n")
			r := mockplatforms.Request{Method: http.MethodPost, URL: url + given, Body: []byte("{}")}
			said, err := Outgoing(r)
			if err != nil {
				t.Fatal(err)
			}
			if way == "sent" {
				through := Transport()
				_, _ = Send(t.Context(), through, r, long)
				through.CloseIdleConnections()
			} else {
				_, _, _ = Play(t.Context(), Transport(), r, long, func(l *Line) error {
					defer func() { said = l.Sent() }()
					return whole(l)
				})
			}
			line, _, _ := strings.Cut(<-head, "\r\n")
			if line != "POST /"+strings.TrimPrefix(want, "/")+" HTTP/1.1" || said.URL != url+want {
				t.Errorf("%q, %s: the line is %q, said to be %q", given, way, line, said.URL)
			}
		}
	}
}

// saidOf are the lines of a head as Outgoing gives them.
func saidOf(t *testing.T, r mockplatforms.Request) (lines []string) {
	t.Helper()
	m, err := Outgoing(r)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range m.Header {
		lines = append(lines, f.Name+": "+f.Value)
	}
	return lines
}

// TestCredentialsOfAURL: a name and a password in a URL are sent as every client sends them, and only where nothing else is.
func TestCredentialsOfAURL(t *testing.T) {
	for _, row := range []struct {
		reason, credentials string
		fields              []fixtures.Field
		want                string
	}{
		{"none", "", nil, ""},
		{"both", "hookuser:hookpw123@", nil, "Basic aG9va3VzZXI6aG9va3B3MTIz"},
		{"a name alone", "u@", nil, "Basic dTo="},
		{"escaped in the URL", "a%40b:%C3%A9:x@", nil, "Basic YUBiOsOpOng="},
		{"given as a field", "u:p@", []fixtures.Field{{Name: "authorization", Value: "Bearer t"}}, "Bearer t"},
		{"given as an empty field", "u:p@", []fixtures.Field{{Name: "Authorization", Value: ""}}, ""},
	} {
		got := make(chan string, 2)
		at, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) { got <- strings.Join(r.Header["Authorization"], "|") })
		r := mockplatforms.Request{Method: http.MethodPost, URL: strings.Replace(at, "://", "://"+row.credentials, 1), Header: row.fields, Body: []byte("{}")}
		if _, failure := Send(t.Context(), Transport(), r, long); failure != "" {
			t.Errorf("%s: %s", row.reason, failure)
			continue
		}
		if _, failure, _ := Play(t.Context(), Transport(), r, long, whole); failure != "" {
			t.Errorf("%s: %s", row.reason, failure)
			continue
		}
		if sent, played := <-got, <-got; sent != row.want || played != row.want {
			t.Errorf("%s: sent as %q, played as %q, want %q", row.reason, sent, played, row.want)
		}
	}
}

// TestWhatCannotBeSent is refused, and not left out without a word.
func TestWhatCannotBeSent(t *testing.T) {
	at, connections := receiver(t, ok)
	for _, row := range []struct {
		fields []fixtures.Field
		want   string
	}{
		{[]fixtures.Field{{Name: "content-length", Value: "999"}}, "content-length is counted"},
		{[]fixtures.Field{{Name: "Transfer-Encoding", Value: "gzip, chunked"}}, `chunked, and this is "gzip, chunked"`},
		{[]fixtures.Field{{Name: "Trailer", Value: "X"}}, "Trailer is about one connection"},
		{[]fixtures.Field{{Name: "connection", Value: "close"}}, "connection is about one connection"},
		{[]fixtures.Field{{Name: "Host", Value: ""}}, "not a host"},
		{[]fixtures.Field{{Name: "Host", Value: "a/b"}}, "not a host"},
		{[]fixtures.Field{{Name: "Host", Value: "a"}, {Name: "host", Value: "a"}}, "host is given twice"},
		{[]fixtures.Field{{Name: "User-Agent", Value: "a"}, {Name: "user-agent", Value: "b"}}, "user-agent is given twice"},
		{[]fixtures.Field{{Name: "Content-Type", Value: "a/b"}, {Name: "Content-Type", Value: "a/c"}}, "Content-Type is given twice"},
	} {
		r := mockplatforms.Request{Method: http.MethodPost, URL: at, Header: row.fields, Body: []byte("{}")}
		if _, err := Outgoing(r); err == nil || !strings.Contains(err.Error(), row.want) {
			t.Errorf("%v: %v, want %q", row.fields, err, row.want)
		}
		if _, failure, _ := Play(t.Context(), Transport(), r, long, whole); !strings.Contains(failure, row.want) {
			t.Errorf("%v: played %q, want %q", row.fields, failure, row.want)
		}
	}
	if connections.Load() != 0 {
		t.Errorf("%d connections were opened", connections.Load())
	}
}

func TestTimeout(t *testing.T) {
	done := make(chan struct{})
	defer close(done)
	const short = 50 * time.Millisecond
	silent, _ := receiver(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-done:
		case <-r.Context().Done():
		}
	})
	if answer, failure := send(t, silent, short); failure != "no answer within 50ms" || answer.Status != 0 {
		t.Errorf("no answer: %+v, failure %q", answer, failure)
	}
	stalling, _ := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, "half")
		w.(http.Flusher).Flush()
		select {
		case <-done:
		case <-r.Context().Done():
		}
	})
	answer, failure := send(t, stalling, short)
	if failure != "the answer broke off: no answer within 50ms" || answer.Status != 200 || string(answer.Body) != "half" {
		t.Errorf("half an answer: %+v, failure %q", answer, failure)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	through := Transport()
	defer through.CloseIdleConnections()
	if _, failure := Send(ended, through, mockplatforms.Request{Method: "POST", URL: silent}, long); failure != "context canceled" {
		t.Errorf("a run that was ended: %q", failure)
	}
}

// TestAnswerIsBounded: an answer without end is cut off; one that is just as long as what is kept is not.
func TestAnswerIsBounded(t *testing.T) {
	for _, row := range []struct {
		reason    string
		size      int // -1: without end
		kept      int
		truncated bool
	}{
		{"none", 0, 0, false},
		{"just what is kept", MaxAnswer, MaxAnswer, false},
		{"one byte more", MaxAnswer + 1, MaxAnswer, true},
		{"without end", -1, MaxAnswer, true},
	} {
		url, _ := receiver(t, func(w http.ResponseWriter, _ *http.Request) {
			chunk := bytes.Repeat([]byte("x"), 32<<10)
			for left := row.size; left != 0; left -= len(chunk) {
				if left > 0 && left < len(chunk) {
					chunk = chunk[:left]
				}
				if _, err := w.Write(chunk); err != nil {
					return // the caller has gone
				}
			}
		})
		answer, failure := send(t, url, long)
		if failure != "" || len(answer.Body) != row.kept || answer.Truncated != row.truncated {
			t.Errorf("%s: %d bytes, truncated %v, failure %q", row.reason, len(answer.Body), answer.Truncated, failure)
		}
	}
}

func TestNoAnswer(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	broken, _ := raw(t, "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabc")
	none, _ := raw(t, "")
	noise, _ := raw(t, "220 mail.example ESMTP\r\n")
	for _, row := range []struct {
		reason, url, failure string
		status               int
		body                 string
	}{
		{"it breaks off", broken, "the answer broke off: the receiver closed the connection", 200, "abc"},
		{"the connection is closed", none, "the receiver closed the connection without an answer", 0, ""},
		{"another protocol", noise, "malformed HTTP", 0, ""},
		{"nobody listens", "http://" + closed.Addr().String(), "connection refused", 0, ""},
		{"no URL", "http://[::1", "missing ']'", 0, ""},
		{"no scheme", "127.0.0.1:1/x", "first path segment", 0, ""},
		{"another scheme", "ftp://127.0.0.1/", "unsupported protocol scheme", 0, ""},
		{"no host", "http:///x", "no Host", 0, ""},
	} {
		answer, failure := send(t, row.url, long)
		if !strings.Contains(failure, row.failure) || answer.Status != row.status || string(answer.Body) != row.body {
			t.Errorf("%s: %d %q, failure %q; want %q", row.reason, answer.Status, answer.Body, failure, row.failure)
		}
	}
	url, connections := receiver(t, ok)
	for _, row := range []struct {
		reason string
		r      mockplatforms.Request
		words  string
	}{
		{"a name that is none", mockplatforms.Request{Method: "POST", URL: url, Header: []fixtures.Field{{Name: "a b", Value: "c"}}}, "header field name"},
		{"a value that splits the message", mockplatforms.Request{Method: "POST", URL: url, Header: []fixtures.Field{{Name: "a", Value: "b\r\nc: d"}}}, "header field value"},
		{"a method that is none", mockplatforms.Request{Method: "PO ST", URL: url}, "invalid method"},
	} {
		through := Transport()
		if _, failure := Send(t.Context(), through, row.r, long); !strings.Contains(failure, row.words) || connections.Load() != 0 {
			t.Errorf("%s: failure %q, %d connections", row.reason, failure, connections.Load())
		}
		through.CloseIdleConnections()
	}
}

// TestConnectionsAreKept: one connection carries callbacks one after the other, whatever the answers are.
func TestConnectionsAreKept(t *testing.T) {
	url, connections := receiver(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/error" {
			w.WriteHeader(http.StatusInternalServerError)
		}
		_, _ = w.Write(bytes.Repeat([]byte("x"), 100<<10))
	})
	through := Transport()
	defer through.CloseIdleConnections()
	for _, path := range []string{"/", "/error", "/", "/"} {
		if _, failure := Send(t.Context(), through, mockplatforms.Request{Method: "POST", URL: url + path, Body: []byte("{}")}, long); failure != "" {
			t.Fatal(failure)
		}
	}
	if connections.Load() != 1 {
		t.Errorf("4 callbacks took %d connections", connections.Load())
	}
}

func TestNoProxyOfTheEnvironment(t *testing.T) {
	if Transport().Proxy != nil {
		t.Error("a proxy of the environment would come between")
	}
}
