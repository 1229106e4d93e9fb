package target

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// What hookdrill itself asks of a receiver: whether it is ready, its state, and to register. net/http sends user and password of
// a URL as Basic authorization.

// mostRedirects is how many are followed, as browsers and net/http do.
const mostRedirects = 10

// mostState is how long a state may be: it is asked for again and again.
const mostState = 16 << 20

// within follows redirects to the address that was asked. Where else one leads, to a page that says thanks or a login, is not
// what was asked for.
func within(next *http.Request, before []*http.Request) error {
	switch {
	case next.URL.Host != before[0].URL.Host || next.URL.Scheme != before[0].URL.Scheme:
		return http.ErrUseLastResponse
	case len(before) >= mostRedirects:
		return fmt.Errorf("%s leads from one page to the next without end", redacted(before[0].URL.String()))
	}
	return nil
}

// nowhere follows no redirect.
func nowhere(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// reply is an answer that was read.
type reply struct {
	code   int
	status string // with its words
	body   []byte
}

// answered makes a request, and reads the answer. What is shown of the address holds no password.
func answered(ctx context.Context, client http.Client, method, address string) (reply, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return reply{}, err
	}
	response, err := client.Do(request)
	if wrapped := new(url.Error); errors.As(err, &wrapped) {
		err = wrapped.Err // the address is said where this is
	}
	if err != nil {
		return reply{}, err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, mostState+1))
	return reply{response.StatusCode, response.Status, body}, err
}

// fetch makes a request that has to be answered with 2xx.
func fetch(ctx context.Context, transport http.RoundTripper, address string) ([]byte, error) {
	answer, err := answered(ctx, http.Client{Transport: transport, CheckRedirect: nowhere}, http.MethodGet, address)
	if err == nil && (answer.code < 200 || answer.code > 299) {
		err = fmt.Errorf("GET %s answered %s", redacted(address), answer.status)
	}
	if err == nil && len(answer.body) > mostState {
		err = fmt.Errorf("GET %s answered with more than %d MB, which is too long: have it show less", redacted(address), mostState>>20)
	}
	return answer.body, err
}

// call has a receiver register. It may answer with a page, or lead to one.
func call(ctx context.Context, transport http.RoundTripper, method, address string) error {
	answer, err := answered(ctx, http.Client{Transport: transport, CheckRedirect: within}, method, address)
	if err == nil && (answer.code < 200 || answer.code > 399) {
		err = fmt.Errorf("%s %s answered %s", method, redacted(address), answer.status)
	}
	return err
}

// redacted is a URL without its password.
func redacted(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return shown(address)
	}
	return u.Redacted()
}

// RegisteredBy reads what --register says: the method and the URL that make a receiver register. They are empty for "start", and
// for one that does not register.
func RegisteredBy(text string) (method, address string, err error) {
	if slices.Contains([]string{"", "start", "none"}, text) {
		return "", "", nil
	}
	words := strings.Fields(text)
	method = strings.ToUpper(words[0])
	methods := []string{http.MethodGet, http.MethodPost, http.MethodPut, http.MethodPatch}
	switch {
	case len(words) == 2 && slices.Contains(methods, method):
		return method, words[1], checkURL("--register", words[1], "")
	case len(words) == 2:
		return "", "", fmt.Errorf("--register: no receiver is made to register by %.8s%s (%s do)", words[0], fixtures.Hint(method, methods), strings.Join(methods, ", "))
	}
	return "", "", fmt.Errorf("--register is not one that there is%s; write \"start\" for a receiver that registers when it starts, \"POST http://…\" (or GET, PUT, PATCH) for a URL that makes it register, or \"none\" for one that does not",
		fixtures.Hint(text, []string{"start", "none"}))
}

// probe reads the receiver's state.
func probe(ctx context.Context, transport http.RoundTripper, address, path string) ([]byte, error) {
	body, err := fetch(ctx, transport, address)
	if err != nil {
		return nil, fmt.Errorf("the probe failed: %w", err)
	}
	if !fixtures.ValidJSON(body) {
		return nil, fmt.Errorf("the probe %s did not answer with JSON: %.80q", redacted(address), body)
	}
	if path == "" {
		return body, nil
	}
	part := gjson.GetBytes(body, path)
	if !part.Exists() {
		return nil, fmt.Errorf("the probe %s has nothing at the path %q", redacted(address), path)
	}
	return []byte(part.Raw), nil
}
