package inspector

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

const good = `{"event":"customer_new"}`

// No web page of another origin gives orders, nor reads what is shown: not by its script, its form, or a name of its own.
func TestGuard(t *testing.T) {
	open, closed := opened(t, nil), opened(t, func(o *Options) { o.Token = "0123456789abcdef" })
	for _, c := range []struct {
		name         string
		i            *Inspector
		method, path string
		header       map[string]string
		status       int
		says         string
	}{
		{"an order", open, "POST", "/send", map[string]string{OrderField: "1"}, 200, ""},
		{"by IPv6", open, "POST", "/send", map[string]string{"Host": "[::1]:4009", OrderField: "1"}, 200, ""},
		{"by name", open, "POST", "/send", map[string]string{"Host": "localhost:4009", OrderField: "1"}, 200, ""},
		{"by the page itself", open, "POST", "/send", map[string]string{"Origin": "http://127.0.0.1:4009", "Sec-Fetch-Site": "same-origin", OrderField: "1"}, 200, ""},
		{"a rebound name", open, "POST", "/send", map[string]string{"Host": "evil.example:4009", OrderField: "1"}, 403, "Host"},
		{"a rebound name reads", open, "GET", "/", map[string]string{"Host": "evil.example:4009"}, 403, "Host"},
		{"a rebound name of one origin", open, "GET", "/events", map[string]string{"Host": "evil.example", "Origin": "http://evil.example", "Sec-Fetch-Site": "same-origin"}, 403, "Host"},
		{"a name that begins well", open, "POST", "/send", map[string]string{"Host": "127.0.0.1.evil.example", OrderField: "1"}, 403, "Host"},
		{"no host", open, "POST", "/send", map[string]string{"Host": "", OrderField: "1"}, 403, "Host"},
		{"another origin", open, "POST", "/send", map[string]string{"Origin": "http://evil.example", OrderField: "1"}, 403, "Origin"},
		{"another port is another origin", open, "POST", "/send", map[string]string{"Origin": "http://127.0.0.1:3000", OrderField: "1"}, 403, "Origin"},
		{"another scheme is another origin", open, "POST", "/send", map[string]string{"Origin": "https://127.0.0.1:4009", OrderField: "1"}, 403, "Origin"},
		{"a sandboxed frame", open, "POST", "/send", map[string]string{"Origin": "null", OrderField: "1"}, 403, "Origin"},
		{"another origin reads", open, "GET", "/events", map[string]string{"Origin": "http://evil.example"}, 403, "Origin"},
		{"a browser that says so", open, "POST", "/send", map[string]string{"Sec-Fetch-Site": "cross-site", OrderField: "1"}, 403, "another origin"},
		{"another site of the same machine", open, "POST", "/send", map[string]string{"Sec-Fetch-Site": "same-site", OrderField: "1"}, 403, "another origin"},
		{"an image of another page", open, "GET", "/events", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}, 403, "another origin"},
		{"a frame of another page", open, "GET", "/exchanges/1", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403, "another origin"},
		{"a form of another page that leads here", open, "POST", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 403, "another origin"},
		{"a link that is followed", open, "GET", "/", map[string]string{"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}, 200, "<h1>a test</h1>"},
		{"a form of a web page", open, "POST", "/send", map[string]string{"Content-Type": "text/plain"}, 403, OrderField},
		{"a question whether it may", open, "OPTIONS", "/send", nil, 403, OrderField},

		{"no token", closed, "POST", "/send", map[string]string{OrderField: "1"}, 401, "token"},
		{"no token, the page", closed, "GET", "/", nil, 401, `action="/login"`},
		{"no token, the exchanges", closed, "GET", "/events", nil, 401, "token"},
		{"the token", closed, "POST", "/send", map[string]string{"Authorization": "Bearer 0123456789abcdef", OrderField: "1"}, 200, ""},
		{"from afar", closed, "GET", "/", map[string]string{"Host": "ci.example:4009", "Authorization": "Bearer 0123456789abcdef"}, 200, "<h1>a test</h1>"},
		{"half the token", closed, "POST", "/send", map[string]string{"Authorization": "Bearer 01234567", OrderField: "1"}, 401, "token"},
		{"an empty token", closed, "POST", "/send", map[string]string{"Authorization": "Bearer ", OrderField: "1"}, 401, "token"},
		{"a session that is none", closed, "GET", "/", map[string]string{"Cookie": sessionCookie + "="}, 401, "token"},
		{"the token, from another origin", closed, "GET", "/", map[string]string{"Origin": "http://evil.example", "Authorization": "Bearer 0123456789abcdef"}, 403, "Origin"},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(good))
		r.Host = "127.0.0.1:4009"
		r.Header.Set("Content-Type", "application/json")
		for name, value := range c.header {
			if name == "Host" {
				r.Host = value
			} else {
				r.Header.Set(name, value)
			}
		}
		w := httptest.NewRecorder()
		c.i.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s: %d %.300s, want %d %s", c.name, w.Code, w.Body, c.status, c.says)
		}
		h := w.Header()
		if h.Get("Access-Control-Allow-Origin") != "" || !strings.Contains(h.Get("Content-Security-Policy"), "frame-ancestors 'none'") || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("%s: %v", c.name, h)
		}
	}
}

// Who has the token gets a session that no script reads and no other site sends; who has not gets none.
func TestLogin(t *testing.T) {
	i := opened(t, func(o *Options) { o.Token = "0123456789abcdef" })
	post := func(token string) *http.Response {
		r := httptest.NewRequest(http.MethodPost, "/login", strings.NewReader(url.Values{"token": {token}}.Encode()))
		r.Host = "ci.example:4009"
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		w := httptest.NewRecorder()
		i.ServeHTTP(w, r)
		return w.Result()
	}
	for _, wrong := range []string{"", "0123456789abcdeg", "0123456789abcdef "} {
		if answer := post(wrong); answer.StatusCode != http.StatusUnauthorized || len(answer.Cookies()) != 0 {
			t.Errorf("%q: %s %v", wrong, answer.Status, answer.Cookies())
		}
	}
	answer := post("0123456789abcdef")
	if answer.StatusCode != http.StatusSeeOther || len(answer.Cookies()) != 1 {
		t.Fatalf("%s %v", answer.Status, answer.Cookies())
	}
	cookie := answer.Cookies()[0]
	if !cookie.HttpOnly || cookie.SameSite != http.SameSiteStrictMode || strings.Contains(cookie.Value, i.Token) {
		t.Errorf("%v", cookie)
	}
	r := httptest.NewRequest(http.MethodGet, "/", nil)
	r.Host = "ci.example:4009"
	r.AddCookie(cookie)
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	if w.Code != http.StatusOK {
		t.Errorf("with the session: %d", w.Code)
	}
}

// Beyond loopback it listens only if it asks for a token.
func TestListen(t *testing.T) {
	for _, c := range []struct {
		address, token string
		taken          bool
	}{
		{"127.0.0.1:0", "", true}, {"localhost:0", "", true}, {"0.0.0.0:0", "", false}, {":0", "", false}, {"192.0.2.1:0", "", false},
		{"nonsense", "", false}, {"0.0.0.0:0", "0123456789abcdef", true},
	} {
		i := opened(t, func(o *Options) { o.Token = c.token })
		err := i.Listen(c.address)
		if (err == nil) != c.taken {
			t.Errorf("%s with the token %q: %v", c.address, c.token, err)
		}
		if err := i.Close(); err != nil {
			t.Error(err)
		}
	}
}

// listening is an inspector at an address.
func listening(t *testing.T, change func(*Options)) *Inspector {
	t.Helper()
	i := opened(t, change)
	if err := i.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = i.Close() })
	return i
}

// Five hundred that send their orders byte by byte, and as many that read nothing of what they ask for, do not keep others
// waiting.
func TestSlowClients(t *testing.T) {
	i := listening(t, nil)
	host := strings.TrimPrefix(i.URL, "http://")
	for n := range 500 {
		connection, err := net.Dial("tcp", host)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = connection.Close() })
		if n%2 == 0 {
			_, err = fmt.Fprintf(connection, "POST /send HTTP/1.1\r\nHost: %s\r\n%s: 1\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", host, OrderField)
		} else {
			_, err = fmt.Fprintf(connection, "GET /events?from=%s HTTP/1.1\r\nHost: %s\r\n\r\n", i.mark(position{}), host)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	target, bodies, _ := receiver(t)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	order := strings.NewReader(fmt.Sprintf(`{"event":"customer_new","target":%q}`, target))
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, i.URL+"/send", order)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(OrderField, "1")
	answer, err := (&http.Transport{}).RoundTrip(request)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK || len(*bodies) != 1 {
		t.Errorf("%s %s", answer.Status, text)
	}
}

// What happens is told as it happens; who comes again is told what was missed, and who comes from another process to load
// the page anew.
func TestEvents(t *testing.T) {
	i := listening(t, nil)
	target, _, _ := receiver(t)
	watch := func(from string) *bufio.Scanner {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, i.URL+"/events?from="+i.mark(position{}), nil)
		if err != nil {
			t.Fatal(err)
		}
		if from != "" {
			request.Header.Set("Last-Event-ID", from)
		}
		answer, err := (&http.Transport{}).RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = answer.Body.Close() })
		lines := bufio.NewScanner(answer.Body)
		lines.Buffer(nil, 8<<20)
		return lines
	}
	seen := func(lines *bufio.Scanner, text string) (id string) {
		t.Helper()
		for lines.Scan() {
			if mark, ok := strings.CutPrefix(lines.Text(), "id: "); ok {
				id = mark
			}
			if strings.Contains(lines.Text(), text) {
				return id
			}
		}
		t.Fatalf("%q was not told", text)
		return ""
	}
	first := watch("")
	seen(first, `"hooks"`)
	ordered(t, i, "/send", Order{Event: "customer_new", Target: target})
	at := seen(first, "1 of customer_new, for hook")
	ordered(t, i, "/send", Order{Event: "order_new", Target: target})
	seen(first, "1 of order_new, for hook")
	second := watch(at)
	second.Scan()
	if second.Scan(); strings.Contains(second.Text(), "customer_new, for") || !strings.Contains(second.Text(), "order_new, for") {
		t.Errorf("who comes again is told %s", second.Text())
	}
	seen(watch("another.1.0"), "event: reload")
	if len(i.clients) > 3 {
		t.Errorf("%d watch", len(i.clients))
	}
}

// The newest exchanges are kept, and no more than there is room for.
func TestFeedIsBounded(t *testing.T) {
	i := opened(t, nil)
	target, _, _ := receiver(t)
	ordered(t, i, "/send", Order{Event: "customer_new", Target: target})
	h, _ := i.feed.find("1")
	for range mostExchanges + 10 {
		i.Exchange("", h.entry)
	}
	if _, ok := i.feed.find("11"); ok || len(i.feed.exchanges.kept) != mostExchanges {
		t.Errorf("%d are kept", len(i.feed.exchanges.kept))
	}
	if h, ok := i.feed.find(strconv.Itoa(mostExchanges + 11)); !ok || h.name != strconv.Itoa(mostExchanges+11) {
		t.Errorf("the newest is %s", h.name)
	}
	for n := range 2 * mostExchanges { // after so many, what is sent again is still known to be
		h.entry.Delivery = strconv.Itoa(n)
		i.Exchange("", h.entry)
	}
	i.Exchange("", h.entry)
	if h, ok := i.feed.find(strconv.Itoa(i.feed.end().exchanges)); !ok || !h.again() || len(i.feed.last) > mostExchanges {
		t.Errorf("%s was sent again: %t; %d are remembered", h.name, h.again(), len(i.feed.last))
	}
	large := h.entry
	large.Request.Body = make([]byte, 5<<20)
	for range 20 {
		i.Exchange("", large)
	}
	if i.feed.weight > mostBytes || len(i.feed.exchanges.kept) < 10 {
		t.Errorf("%d exchanges weigh %d MiB", len(i.feed.exchanges.kept), i.feed.weight>>20)
	}
}
