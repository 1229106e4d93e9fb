package samplereceiver

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"mime"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

// maxBody is how many bytes of body are read. The documented payloads are below 10 KiB.
const maxBody = 4 << 20

// platform is what the receiver knows of one platform. A field that is nil is something the platform does not have.
type platform struct {
	name        string
	base        string   // the URL of its API; "": the receiver never calls it
	methods     []string // with which its callbacks come
	hooks       []hook   // what the receiver wants to hear of
	credentials func(*http.Request)

	admit  func(delivery) answer             // refuses a callback that somebody else has made
	read   func(delivery) (callback, answer) // finds out what the payload says
	lookup func(callback) string             // the path of what has to be fetched, "" for nothing

	list   func(context.Context) ([]hook, reply) // the hooks that stand; its reply is the last one
	create func(context.Context, hook) reply     // registers one hook
	ask    func(context.Context, []hook) []reply // registers several in one request
}

// delivery is a callback as it arrived.
type delivery struct {
	event   string // where the address says it
	raw     http.Header
	header  http.Header // the same under canonical names
	body    []byte
	payload map[string]any
}

// callback is what a delivery means.
type callback struct {
	event string
	id    any
	data  any      // the part of the payload that is about the thing
	keys  []string // one of them seen before makes it a duplicate
}

// receive takes a callback through all its stages. Each may end it with an answer; nothing has an effect before the last.
func (r *Receiver) receive(req *http.Request, p *platform, event string) answer {
	if r.has("one-at-a-time") {
		r.turn.Lock()
		defer r.turn.Unlock()
	}
	d := delivery{event: event, raw: req.Header, header: canonical(req.Header)}
	for _, stage := range []func() answer{
		func() answer { return r.checkMethod(p, req) },
		func() (a answer) { d.body, a = r.readBody(req); return a },
		func() answer { return r.checkType(d.header, req) },
		func() answer {
			if p.admit == nil {
				return answer{}
			}
			return p.admit(d)
		},
		func() (a answer) { d.payload, a = r.payload(req, p, d); return a },
	} {
		if a := stage(); a.given() {
			return a
		}
	}
	c, a := p.read(d)
	if a.given() {
		return a
	}
	if a := r.early(req.Context(), c, d); a.given() {
		return a
	}
	return r.process(req.Context(), p, c, d)
}

// canonical files header fields under canonical names: only a server on a socket has done so already.
func canonical(raw http.Header) http.Header {
	h := http.Header{}
	for name, values := range raw {
		for _, v := range values {
			h.Add(name, v)
		}
	}
	return h
}

func (r *Receiver) checkMethod(p *platform, req *http.Request) answer {
	switch {
	case slices.Contains(p.methods, req.Method) || r.has("any-method"):
		return answer{}
	}
	return answer{http.StatusMethodNotAllowed, "callbacks come with " + strings.Join(p.methods, " or ")}
}

// readBody reads no more than it takes. The query of a GET is its body.
func (r *Receiver) readBody(req *http.Request) ([]byte, answer) {
	if req.Method == http.MethodGet {
		return []byte(req.URL.RawQuery), answer{}
	}
	body, err := io.ReadAll(io.LimitReader(req.Body, maxBody+1))
	switch {
	case req.ContentLength < 0 && r.has("chunked-500"):
		return nil, answer{http.StatusInternalServerError, "internal error"}
	case err != nil && r.has("processes-broken-bodies"):
		return body, answer{}
	case err != nil && r.has("dies-on-broken-body"):
		r.die()
		return nil, answer{http.StatusBadRequest, "the body broke off"}
	case err != nil:
		return nil, answer{http.StatusBadRequest, "the body broke off"}
	case len(body) > maxBody:
		return nil, answer{http.StatusRequestEntityTooLarge, fmt.Sprintf("the body is longer than %d bytes", maxBody)}
	case len(body) > 100<<10 && r.has("large-body-500"):
		return nil, answer{http.StatusInternalServerError, "internal error"}
	}
	return body, answer{}
}

// checkType takes JSON, and what does not say what it is: it may be JSON. What says that it is something else is
// refused aloud, so that it is not lost.
func (r *Receiver) checkType(header http.Header, req *http.Request) answer {
	field := header.Get("Content-Type")
	switch {
	case header.Get("Expect") != "" && r.has("expect-417"):
		return answer{http.StatusExpectationFailed, "nothing is expected here"}
	case header.Get("Content-Encoding") != "" && r.has("gzip-500"):
		return answer{http.StatusInternalServerError, "internal error"}
	}
	if req.Method == http.MethodGet {
		return answer{}
	}
	if field == "" {
		if r.has("no-content-type-lost") {
			return answer{http.StatusOK, ""}
		}
		return answer{}
	}
	name, parameters, err := mime.ParseMediaType(field)
	switch {
	case err == nil && name == "text/plain" && r.has("text-plain-lost"):
		return answer{http.StatusOK, ""}
	case err == nil && name == "text/plain" && r.has("keeps-undefined"):
		r.keep(record{Texts: []string{}, Numbers: []any{}})
		return answer{http.StatusOK, ""}
	case err == nil && name == "application/x-www-form-urlencoded" && r.has("form-500"):
		return answer{http.StatusInternalServerError, "internal error"}
	case len(parameters) > 0 && r.has("exact-content-type"):
	case err == nil && (name == "application/json" || name == "text/json" || strings.HasSuffix(name, "+json")):
		return answer{}
	}
	return answer{http.StatusUnsupportedMediaType, "the body has to be application/json"}
}

// payload decodes the body. A GET carries its payload in the query, where every value is a text.
func (r *Receiver) payload(req *http.Request, p *platform, d delivery) (map[string]any, answer) {
	if req.Method == http.MethodGet {
		payload := map[string]any{}
		for key, values := range req.URL.Query() {
			payload[key] = values[0]
		}
		return payload, answer{}
	}
	payload, a, err := r.decode(p, d.body)
	if err != nil {
		return nil, r.malformed(p, d, err)
	}
	return payload, a
}

// malformed answers a body that is not JSON.
func (r *Receiver) malformed(p *platform, d delivery, err error) answer {
	switch {
	case len(d.body) == 0 && r.has("empty-body-500"), r.has("malformed-500"):
		return answer{http.StatusInternalServerError, "internal error"}
	case len(d.body) > 0 && r.has("stores-garbage"):
		r.keep(record{Platform: p.name, Event: d.event, Texts: []string{string(d.body)}, Numbers: []any{}})
		return answer{http.StatusOK, ""}
	case r.has("dies-on-malformed"):
		r.die()
	case r.has("leaks-stack"):
		return answer{http.StatusBadRequest, err.Error() + "\n" + string(debug.Stack())}
	}
	return answer{http.StatusBadRequest, "the body is not JSON"}
}

// process gives a callback its effect, once.
func (r *Receiver) process(ctx context.Context, p *platform, c callback, d delivery) answer {
	if !r.knows(p, c.event) {
		switch {
		case r.has("unknown-event-500"):
			return answer{http.StatusInternalServerError, "internal error"}
		case !r.has("unknown-event-stored"):
			return answer{http.StatusOK, ""} // the platform may have more events than we have heard of
		}
	}
	if c.id != nil && r.has("dedupes-by-event-and-id") {
		c.keys = []string{key(p.name, c.event, fmt.Sprint(c.id))}
	}
	if !r.claim(c.keys) {
		if r.has("replay-refused") {
			return answer{http.StatusConflict, "this callback was here before"}
		}
		return answer{http.StatusOK, ""}
	}
	if r.has("race-doubled") {
		r.release(c.keys) // it is marked when the work is done, which takes a while
		_ = r.config.Wait(ctx, 30*time.Second)
		defer r.claim(c.keys)
	}
	// The thing is fetched before the answer: after it nobody would send the callback again.
	if p.lookup != nil && p.base != "" && !r.fetch(ctx, p, p.lookup(c)) {
		switch {
		case r.has("swallows-lookup-errors"):
			return answer{http.StatusOK, ""}
		case !r.has("duplicate-after-failure"):
			r.release(c.keys)
		}
		return answer{http.StatusServiceUnavailable, "what the callback names could not be fetched; send it again"}
	}
	r.keep(record{Platform: p.name, Event: c.event, ID: c.id, Texts: r.texts(d.payload), Numbers: numbers(c.data)})
	if p.base != "" && r.has("registers-on-every-callback") {
		r.request(ctx, p, p.hooks[:1])
	}
	return answer{http.StatusOK, ""}
}

// fetch looks up what a callback names. It has worked also if the thing is gone: callbacks are late, and things are
// deleted. It has failed if the platform has to be asked another time.
func (r *Receiver) fetch(ctx context.Context, p *platform, path string) bool {
	if path == "" || r.has("never-fetches") {
		return true
	}
	found := r.look(ctx, p, path)
	if r.has("fetches-twice") {
		found = r.look(ctx, p, path)
	}
	if found.status == http.StatusNotFound {
		switch {
		case r.has("gone-503"):
			return false
		case r.has("dies-on-lookup-error"):
			r.die()
		}
	}
	return !found.again
}

func (r *Receiver) look(ctx context.Context, p *platform, path string) reply {
	found := r.call(ctx, p, http.MethodGet, path, nil)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.state.Fetched = append(r.state.Fetched, lookup{p.name, path, found.status})
	return found
}

// knows says whether an event is in the catalogue. There, {channel_id} stands for any channel.
func (r *Receiver) knows(p *platform, event string) bool {
	catalogue, ok := r.known[p.name]
	return !ok || slices.ContainsFunc(catalogue, func(name string) bool {
		return name == event || !r.has("exact-scopes") && strings.Contains(name, "{") && fits(name, event)
	})
}

// fits compares a scope with a pattern, part by part. A part in braces fits any one, and a pattern that ends in a slash
// fits all that is below it.
func fits(pattern, scope string) bool {
	parts := strings.Split(scope, "/")
	for i, want := range strings.Split(pattern, "/") {
		switch {
		case want == "":
			return len(parts) > i
		case i >= len(parts) || want != parts[i] && want[0] != '{':
			return false
		}
	}
	return strings.Count(pattern, "/") == len(parts)-1
}

// key makes one key of several words, none of which can run into the next.
func key(words ...string) string { return fmt.Sprintf("%q", words) }

// sum stands for a body where a platform sends no id of the callback.
func sum(body []byte) string {
	s := sha256.Sum256(body)
	return hex.EncodeToString(s[:])
}
