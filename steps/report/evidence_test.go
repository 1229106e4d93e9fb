package report

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

func evidenceOf(o Options, f Failure) string {
	return strings.Join(Evidence(o, Scenario{File: "a.feature", Failure: &f}), "\n")
}

func bodyOf(body string) Failure {
	return Failure{Message: "m", Entries: []journal.Entry{{
		Kind: journal.Attempt, Request: journal.Message{Method: "POST", URL: "in process", Body: []byte(body)}, Failure: "refused"}}}
}

func TestBodiesAreReadable(t *testing.T) {
	long := `{"a":"` + strings.Repeat("x", wideJSON) + `"}`
	for _, c := range []struct {
		reason, body string
		want         []string
		never        string
	}{
		{"short JSON needs no second look", `{"a":1}`, []string{`> {"a":1}`}, "indented"},
		{"long JSON is indented too", long, []string{"> " + long, "the same, indented:", `      "a": "xxx`}, ""},
		{"JSON in a string is decoded", `"{\"a\": \"\\u00e9\"}"`, []string{`> "{\"a\": \"\\u00e9\"}"`, `the JSON in that string:`, `    {"a": "\u00e9"}`}, "indented"},
		{"a string is a string", `"a"`, []string{`> "a"`}, "JSON"},
		{"numbers are not rounded", `{"id":9007199254740993,"pad":"` + long[6:], []string{`"id": 9007199254740993,`}, ""},
		{"long bodies are clipped", strings.Repeat("é", shownBytes), []string{"… 2048 bytes more"}, strings.Repeat("é", shownBytes/2+1)},
		{"never within a character", "x" + strings.Repeat("é", shownBytes), []string{"… 2050 bytes more"}, `\xc3`},
		{"a line break at the end is seen", "a\n", []string{`> a\n`}, ""},
		{"spaces at the end are kept", "a  \nb", []string{"> a  \n  > b"}, ""},
	} {
		got := evidenceOf(Options{}, bodyOf(c.body))
		for _, want := range c.want {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %q is not in\n%s", c.reason, want, got)
			}
		}
		if c.never != "" && strings.Contains(got, c.never) {
			t.Errorf("%s: %q is in\n%s", c.reason, c.never, got)
		}
	}
}

// A secret is hidden before a body is cut, and again in what is decoded.
func TestSecretsAreHidden(t *testing.T) {
	o := Options{Mask: func(s string) string { return strings.ReplaceAll(s, "a/secret", hidden) }}
	f := bodyOf(strings.Repeat("x", shownBytes-4) + "a/secret")
	f.Message, f.Want, f.Got, f.Output = "a/secret m", "a/secret w", "a/secret g", "a/secret o"
	f.Entries = append(f.Entries, bodyOf(`"{\"s\": \"a\/secret\"}"`).Entries...)
	f.Entries[1].Failure = "dial a/secret"
	f.Entries[1].Request.URL = "http://hookuser:hookpw123@host/a/secret"
	f.Entries[1].Request.Header = []fixtures.Field{{Name: "X-Hook", Value: "key=a/secret"}, {Name: "Cookie", Value: "c00kie"}, {Name: "authorization", Value: "Basic dXNlcg=="}}
	got := evidenceOf(o, f)
	for _, leak := range []string{"a/sec", "pass", "c00kie", "dXNlcg", "hookuser"} {
		if strings.Contains(got, leak) {
			t.Errorf("%q is in\n%s", leak, got)
		}
	}
	for _, want := range []string{`{"s": "***"}`, "authorization: Basic ***", `-H 'X-Hook: key='"$X_HOOK"`, `-H 'authorization: Basic '"$AUTHORIZATION"`, "http://***@host/***", "stands for a secret",
		"curl -i 'http://host/***'", "# set first, as secrets are not shown: $X_HOOK, $COOKIE, $AUTHORIZATION (NAME:PASSWORD in base64)"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not in\n%s", want, got)
		}
	}
}

// TestEarlyAnswer: an answer that came before all was read, and a connection closed then, are both worth a line, also after a replay.
func TestEarlyAnswer(t *testing.T) {
	const said = "(the receiver closed the connection before it had read all of the request)"
	f := bodyOf("{}")
	f.Entries[0].Response = journal.Message{Status: 413}
	if got := evidenceOf(Options{}, f); strings.Contains(got, said) {
		t.Errorf("it is said of an answer that came in its time:\n%s", got)
	}
	f.Entries[0].Response.Early = true
	if got := evidenceOf(Options{}, f); !strings.Contains(got, said) {
		t.Errorf("it is not said:\n%s", got)
	}
	again, err := jsonPrinter{}.message(f.Entries[0].Response).message()
	if err != nil || !again.Early {
		t.Errorf("read again: %+v, error %v", again, err)
	}
}

func TestWhatCannotBeSentAgain(t *testing.T) {
	f := bodyOf(strings.Repeat("x", curlBody+1))
	if got := evidenceOf(Options{}, f); strings.Contains(got, "curl") {
		t.Errorf("a request in process has a command:\n%s", got)
	}
	f.Entries[0].Request.URL = "http://127.0.0.1:1/"
	if got := evidenceOf(Options{}, f); !strings.Contains(got, "--data-binary @body\n") || !strings.Contains(got, "--format json") {
		t.Errorf("a long body is not left out:\n%s", got)
	}
	f.Entries[0].Request.Truncated = true
	if got := evidenceOf(Options{}, f); strings.Contains(got, "curl -i") || !strings.Contains(got, "cannot be sent again") {
		t.Errorf("a truncated request has a command:\n%s", got)
	}
}

// awkward texts are what a shell, printf or curl would take for something else.
func awkward() []string {
	every := make([]byte, 256)
	for i := range every {
		every[i] = byte(i)
	}
	return []string{
		"", "a", "@/etc/passwd", "it's", `''`, "$HOME `id` $(id) \\ \" !x", "%s %% %d", `\n \x41 \\`, "-n", "-\n", "a\n", "\n\na\r\n\n",
		"é 漢 🎁", "\u202egnp\u2066", "\xff\xfe", string(every), "a b  c", "; rm -rf x", "\x1b[31m", "&a=b", "#", "{a,b}[1-3]",
	}
}

// The shell hands every body and every field to curl as it was. A script in the place of curl writes down what it gets.
func TestCommandsKeepBytes(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\nfor word; do printf '%s\\0' \"$word\"; done > " + dir + "/words\ncat > " + dir + "/input\n"
	if err := os.WriteFile(filepath.Join(dir, "curl"), []byte(script), 0o755); err != nil {
		t.Fatal(err)
	}
	for _, text := range awkward() {
		value := strings.Map(func(r rune) rune { // a field holds no line break, and cannot end in one
			if r == '\n' || r == '\r' || r == 0 {
				return -1
			}
			return r
		}, text)
		entry := journal.Entry{Kind: journal.Lookup, Request: journal.Message{
			Method: "PUT", URL: "http://127.0.0.1/" + value, Body: []byte(text), Header: []fixtures.Field{{Name: "X-A", Value: value}},
		}}
		command := strings.Join(Options{}.curl(entry), "\n")
		run := exec.CommandContext(t.Context(), "sh", "-c", command)
		run.Env = append(os.Environ(), "PATH="+dir+":"+os.Getenv("PATH"))
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("%q: %v\n%s\n%s", text, err, out, command)
			continue
		}
		list, _ := os.ReadFile(filepath.Join(dir, "words"))
		input, _ := os.ReadFile(filepath.Join(dir, "input"))
		words := strings.Split(string(list), "\x00")
		field := "X-A: " + value
		if value == "" {
			field = "X-A;"
		}
		body := string(input)
		if i := slices.Index(words, "--data-raw"); i >= 0 {
			body = words[i+1]
		} else if !slices.Contains(words, "@-") {
			body = "no body"
		}
		if body != text || !slices.Contains(words, field) || !slices.Contains(words, entry.Request.URL) {
			t.Errorf("%q becomes %q and %q by\n%s", text, words, body, command)
		}
		if !plain(command) {
			t.Errorf("the command for %q holds %q raw", text, command)
		}
	}
}

// TestParametersAreAll: HAR has each parameter of a query in its order, also one that cannot be decoded.
func TestParametersAreAll(t *testing.T) {
	got := parameters("http://h/p?b=%C3%A9+x&a=1;w&;v&&a=%zz&c")
	want := []jsonField{{"b", "é x"}, {"a", "1;w"}, {";v", ""}, {"a", "%zz"}, {"c", ""}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// curl, given the command, sends what was sent: the request line, the fields in their order and writing, and the body.
func TestCurlRepeatsTheRequest(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Log("curl is not installed: TestCommandsKeepBytes alone says that the commands are right")
		return
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	received := make(chan string, 1)
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			received <- rawRequest(conn)
		}
	}()
	base := "http://" + listener.Addr().String()
	host := "Host: " + listener.Addr().String()
	long := strings.Repeat("x'", 2000)
	for _, c := range []struct {
		method, path, body string
		fields             []string
		want               []string // of the head, after the request line and Host
	}{
		{"POST", "/hooks", `{"a": "it's"}`, []string{"content-type: application/json", "X-B: 1", "X-A: 2", "X-B: 3", "User-Agent: x", "Accept: y"},
			[]string{"content-type: application/json", "X-B: 1", "X-A: 2", "X-B: 3", "User-Agent: x", "Accept: y", "Content-Length: 13"}},
		{"POST", "/", "", nil, []string{"Content-Length: 0"}},
		{"POST", "/", "@x", []string{"Content-Length: 2", "X-Empty: "}, []string{"X-Empty:", "Content-Length: 2"}},
		{"PUT", "/a/../b?[1]={x}", "\x00\xff\n", nil, []string{"Content-Length: 3"}},
		{"GET", "/", "", nil, nil},
		{"GET", "/", "body", nil, []string{"Content-Length: 4"}},
		{"DELETE", "/", "", nil, nil},
		{"POST", "/", long, nil, []string{"Content-Length: 4000"}},
	} {
		r := journal.Message{Method: c.method, URL: base + c.path, Body: []byte(c.body)}
		for _, f := range c.fields {
			name, value, _ := strings.Cut(f, ": ")
			r.Header = append(r.Header, fixtures.Field{Name: name, Value: value})
		}
		command := Options{}.curl(journal.Entry{Kind: journal.Attempt, Request: r})[0]
		run := exec.CommandContext(t.Context(), "sh", "-c", command+" -sS -q --noproxy '*' -m 10")
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("%v: %s\n%s", err, out, command)
			continue
		}
		head := append([]string{c.method + " " + c.path + " HTTP/1.1", host}, c.want...)
		if diff := cmp.Diff(strings.Join(head, "\r\n")+"\r\n\r\n"+c.body, <-received); diff != "" {
			t.Errorf("%s %.20q is sent otherwise by\n%.300s\n%s", c.method, c.body, command, diff)
		}
	}
}

// Whom it was for, who sent it and how it was framed is repeated too; what breaks off has no command.
func TestCurlRepeatsTheWay(t *testing.T) {
	saw := make(chan string, 1)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		saw <- fmt.Sprintf("%s %s %q %s", r.Host, r.Header.Get("Authorization"), r.TransferEncoding, body)
	}))
	t.Cleanup(server.Close)
	own := strings.TrimPrefix(server.URL, "http://")
	field := func(name, value string) fixtures.Field { return fixtures.Field{Name: name, Value: value} }
	for _, row := range []struct {
		reason, credentials string
		fields              []fixtures.Field
		want                string
	}{
		{"its own host", "", []fixtures.Field{field("Host", own), field("Content-Length", "2")}, own + `  [] {}`},
		{"another host", "", []fixtures.Field{field("Host", "shop.example.com")}, `shop.example.com  [] {}`},
		{"chunks", "", []fixtures.Field{field("Host", own), field("Transfer-Encoding", "chunked")}, own + `  ["chunked"] {}`},
		{"credentials", "hookuser:hookpw123@", []fixtures.Field{field("Authorization", "Basic aG9va3VzZXI6aG9va3B3MTIz")}, own + ` Basic aG9va3VzZXI6aG9va3B3MTIz [] {}`},
	} {
		entry := journal.Entry{Kind: journal.Attempt, Request: journal.Message{
			Method: "POST", URL: "http://" + row.credentials + own + "/hooks", Header: row.fields, Body: []byte("{}"),
		}}
		command := Options{}.curl(entry)[0]
		if strings.Contains(command, "hookpw123") || strings.Contains(command, "aG9va3") || row.reason == "its own host" && strings.Contains(command, "Host") {
			t.Errorf("%s: %s", row.reason, command)
		}
		if _, err := exec.LookPath("curl"); err != nil {
			continue
		}
		run := exec.CommandContext(t.Context(), "sh", "-c", command+" -sS -q --noproxy '*' -m 10")
		run.Env = append(os.Environ(), "AUTHORIZATION=aG9va3VzZXI6aG9va3B3MTIz")
		if out, err := run.CombinedOutput(); err != nil {
			t.Errorf("%s: %v: %s\n%s", row.reason, err, out, command)
			continue
		}
		if got := <-saw; got != row.want {
			t.Errorf("%s: sent as %s, want %s\n%s", row.reason, got, row.want, command)
		}
	}
	broken := journal.Entry{Kind: journal.Attempt, Condition: "broken off", Request: journal.Message{
		Method: "POST", URL: server.URL, Header: []fixtures.Field{field("Content-Length", "9")}, Body: []byte("{")},
	}
	if got := (Options{}).curl(broken); len(got) != 1 || !strings.HasPrefix(got[0], "# this breaks off") {
		t.Errorf("%q", got)
	}
}

// rawRequest reads one request as bytes, by its Content-Length, and answers it.
func rawRequest(conn net.Conn) string {
	defer func() { _ = conn.Close() }()
	var got bytes.Buffer
	chunk := make([]byte, 1<<16)
	for {
		if head, body, ok := strings.Cut(got.String(), "\r\n\r\n"); ok {
			length := 0
			for _, line := range strings.Split(head, "\r\n") {
				if value, ok := strings.CutPrefix(line, "Content-Length: "); ok {
					for _, digit := range value {
						length = length*10 + int(digit-'0')
					}
				}
			}
			if len(body) >= length {
				break
			}
		}
		n, err := conn.Read(chunk)
		got.Write(chunk[:n])
		if err != nil {
			break
		}
	}
	_, _ = io.WriteString(conn, "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n")
	return got.String()
}

func FuzzVisible(f *testing.F) {
	for _, text := range awkward() {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, line := range append(append(visibleLines(text), clipped(text)...), clippedEnd(text)...) {
			if !utf8.ValidString(line) || strings.ContainsFunc(line, func(r rune) bool { return !unicode.IsPrint(r) }) {
				t.Fatalf("%q is shown as %q", text, line)
			}
		}
		if legal(visible(text)) != visible(text) {
			t.Fatalf("%q is shown as %q, which XML cannot hold", text, visible(text))
		}
		if got := printfFormat(text); !plain(got) {
			t.Fatalf("%q is printed by %q", text, got)
		}
	})
}
