package delivery

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Outgoing is a request as it leaves: with its URL as it is escaped, and with the fields that net/http adds, all in the order in
// which it writes them. The error is Check's. A URL that leads nowhere is not one: it is for Send to fail at.
func Outgoing(r mockplatforms.Request) (journal.Message, error) {
	m := journal.Message{Method: r.Method, URL: r.URL, Header: r.Header, Body: r.Body}
	if err := Check(r); err != nil {
		return m, err
	}
	request, _, err := outgoing(context.Background(), r)
	if err != nil {
		return m, nil //nolint:nilerr // Send fails at it
	}
	var wire head
	if err := request.Write(&wire); err != nil && !wire.whole() {
		return m, nil
	}
	m.Method, m.URL, m.Header = request.Method, request.URL.String(), fieldsOf(wire)
	return m, nil
}

// outgoing makes an HTTP request of a callback. It is the one place that settles what is known only when it is sent: who
// is called and by which URL, who calls where the URL says so, how the body is framed. Fields are all others, in order. The
// request is one that Check lets through.
func outgoing(ctx context.Context, r mockplatforms.Request) (request *http.Request, fields []fixtures.Field, err error) {
	request, err = http.NewRequestWithContext(ctx, r.Method, mockplatforms.SentURL(r.URL), bytes.NewReader(r.Body))
	if err != nil {
		return nil, nil, err
	}
	chunked, signedIn := r.Chunked, request.URL.User == nil
	for _, f := range r.Header {
		switch strings.ToLower(f.Name) {
		case "host":
			request.Host = f.Value
		case "content-length":
		case "transfer-encoding":
			chunked = true
		case "authorization":
			signedIn = true
			fallthrough
		default:
			fields = append(fields, f)
		}
	}
	if chunked {
		request.ContentLength = -1
	}
	if !signedIn {
		fields = append(fields, fixtures.Field{Name: "Authorization", Value: basic(request)})
	}
	request.Header = header(fields)
	return request, fields, nil
}

// basic is what every client makes of a name and a password in a URL.
func basic(r *http.Request) string {
	password, _ := r.URL.User.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(r.URL.User.Username()+":"+password))
}

// header keeps the names as they are written: a receiver may compare them.
func header(fields []fixtures.Field) http.Header {
	h := http.Header{"User-Agent": {""}} // net/http would send its own name where there is none
	for _, f := range fields {
		if strings.EqualFold(f.Name, "User-Agent") {
			h["User-Agent"] = []string{f.Value}
			continue
		}
		h[f.Name] = append(h[f.Name], f.Value)
	}
	return h
}

// head keeps what is written until the empty line behind the fields was, and refuses the rest of the body.
type head []byte

func (h *head) whole() bool { return bytes.Contains(*h, []byte("\r\n\r\n")) }

func (h *head) Write(p []byte) (int, error) {
	if h.whole() {
		return 0, io.ErrShortWrite
	}
	*h = append(*h, p...)
	return len(p), nil
}

// fieldsOf reads the fields of a head that was written by us.
func fieldsOf(head []byte) (list []fixtures.Field) {
	lines, _, _ := strings.Cut(string(head), "\r\n\r\n")
	for i, line := range strings.Split(lines, "\r\n") {
		if name, value, ok := strings.Cut(line, ":"); ok && i > 0 {
			list = append(list, fixtures.Field{Name: name, Value: strings.TrimPrefix(value, " ")})
		}
	}
	return list
}
