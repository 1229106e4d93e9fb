package samplereceiver

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The bounds of the receiver's own calls.
const (
	maxTries   = 3                // of what may work another time
	maxWait    = time.Minute      // between two tries; who wants us to wait longer is asked at the next registration
	maxCall    = 10 * time.Second // for one answer
	maxReply   = 4 << 20
	firstPause = time.Second // where a platform does not say how long; twice as long the next time
)

// reply is a platform's answer to one call. Status 0 is no answer.
type reply struct {
	status int
	header http.Header
	body   []byte
	again  bool // it may be another one next time
}

func (a reply) good() bool { return a.status >= 200 && a.status < 300 }

// stands says whether the hook that was asked for is there now: also if it was there before.
func (a reply) stands() bool {
	text := strings.ToLower(string(a.body))
	return a.good() || a.status == http.StatusUnprocessableEntity && (strings.Contains(text, "exist") || strings.Contains(text, "duplicate"))
}

// Register registers the hooks at every platform that has a URL, and comes back when all stand or the tries are used up.
// The error names the hooks that do not stand; the receiver lives on without them.
func (r *Receiver) Register(ctx context.Context) error {
	select {
	case r.registering <- struct{}{}:
		defer func() { <-r.registering }()
	case <-ctx.Done():
		return ctx.Err()
	}
	standing, refused := []hook{}, []refusal{}
	for _, p := range r.platforms {
		if p.base != "" {
			o := r.registerAt(ctx, p)
			standing, refused = append(standing, o.standing...), append(refused, o.refused...)
		}
	}
	r.mu.Lock()
	r.state.Hooks, r.state.Refused = standing, refused
	r.mu.Unlock()
	var failed []error
	for _, f := range refused {
		failed = append(failed, fmt.Errorf("%s did not register %s: status %d", f.Platform, f.Event, f.Status))
	}
	return errors.Join(failed...)
}

// outcome is how far the registration at one platform has come.
type outcome struct {
	standing []hook
	refused  []refusal
	missing  []hook // still to be asked for
	last     reply  // the last one that may be another next time
}

func (o *outcome) giveUp() {
	for _, h := range o.missing {
		o.refused = append(o.refused, refusal{h, o.last.status})
	}
	o.missing = nil
}

// registerAt sees which hooks of a platform stand, asks for the missing ones, and asks again for those alone that failed
// in a way that may pass.
func (r *Receiver) registerAt(ctx context.Context, p *platform) outcome {
	o := r.compare(ctx, p)
	for try := 1; len(o.missing) > 0; try++ {
		r.ask(ctx, p, &o)
		switch {
		case len(o.missing) == 0:
		case try >= r.tries(o.last) || r.pause(ctx, o.last, try) != nil,
			len(o.refused) > 0 && r.has("stops-at-first-refusal"):
			o.giveUp()
		case r.has("registers-everything-again"):
			o.missing = p.hooks
		}
	}
	if len(o.refused) > 0 && r.has("dies-on-registration-error") {
		r.die()
	}
	return o
}

// compare finds out what stands: from the platform's list, or, where there is none, from what it has accepted before.
// Where the list is refused nothing is asked for: that would be refused too, or be there twice.
func (r *Receiver) compare(ctx context.Context, p *platform) outcome {
	if r.has("never-lists") {
		return outcome{missing: p.hooks}
	}
	var o outcome
	there, last := r.accepted(), reply{status: http.StatusOK}
	if p.list != nil {
		there, last = p.list(ctx)
	}
	for _, h := range p.hooks {
		if slices.Contains(there, h) {
			o.standing = append(o.standing, h)
		} else {
			o.missing = append(o.missing, h)
		}
	}
	if o.last = last; !last.good() {
		o.giveUp()
	}
	return o
}

// accepted gives the hooks that stood after the last registration.
func (r *Receiver) accepted() []hook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.state.Hooks
}

// ask asks once for what is missing. What was not asked for comes first the next time, so that a hook that always fails
// does not keep the others back.
func (r *Receiver) ask(ctx context.Context, p *platform, o *outcome) {
	hooks := o.missing
	replies := r.request(ctx, p, hooks)
	o.missing = slices.Clone(hooks[len(replies):])
	for i, a := range replies {
		switch {
		case a.stands():
			o.standing = append(o.standing, hooks[i])
		case a.again:
			o.missing, o.last = append(o.missing, hooks[i]), a
		default:
			o.refused = append(o.refused, refusal{hooks[i], a.status})
		}
	}
}

// request registers hooks, all in one request where the platform takes that. One after the other, it ends with the
// first that is to be asked again: a platform that is down or has had enough is not asked for more.
func (r *Receiver) request(ctx context.Context, p *platform, hooks []hook) (replies []reply) {
	if p.ask != nil {
		return p.ask(ctx, hooks)
	}
	for _, h := range hooks {
		a := p.create(ctx, h)
		replies = append(replies, a)
		if a.again || !a.stands() && r.has("stops-at-first-refusal") {
			break
		}
	}
	return replies
}

// insist reads something from a platform, and again while the answer may be another one.
func (r *Receiver) insist(ctx context.Context, p *platform, path string) reply {
	for try := 1; ; try++ {
		a := r.call(ctx, p, http.MethodGet, path, nil)
		if !a.again || try >= r.tries(a) || r.pause(ctx, a, try) != nil {
			return a
		}
	}
}

// call makes one call with the platform's credentials. It reads the answer to its end, so that the connection can be
// used again.
func (r *Receiver) call(ctx context.Context, p *platform, method, path string, payload any) reply {
	ctx, cancel := context.WithTimeout(ctx, maxCall)
	defer cancel()
	var body io.Reader
	if payload != nil {
		text, err := json.Marshal(payload)
		if err != nil {
			return reply{}
		}
		body = bytes.NewReader(text)
	}
	request, err := http.NewRequestWithContext(ctx, method, p.base+path, body)
	if err != nil {
		return reply{} // what we were told is no URL: it will not be one next time
	}
	request.Header.Set("Accept", "application/json")
	if payload != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	p.credentials(request)
	response, err := r.client.Do(request)
	if err != nil {
		return reply{again: true}
	}
	defer func() { _ = response.Body.Close() }()
	a := reply{status: response.StatusCode, header: response.Header}
	a.again = a.status == http.StatusTooManyRequests || a.status >= 500 || r.hammers(a)
	if a.body, err = io.ReadAll(io.LimitReader(response.Body, maxReply)); err != nil {
		return reply{again: true}
	}
	return a
}

// hammers is the bug of taking a refusal of the credentials for something that passes.
func (r *Receiver) hammers(a reply) bool {
	return (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden) && r.has("hammers-on-401")
}

// tries is how often something is tried that was answered so.
func (r *Receiver) tries(a reply) int {
	switch {
	case r.hammers(a):
		return 60 // and not without end: the platform that is hit is ours
	case r.has("gives-up-registering"):
		return 1
	}
	return maxTries
}

// pause waits as long as the platform wants, or longer each time. The error says that there will be no other try.
func (r *Receiver) pause(ctx context.Context, a reply, try int) error {
	if r.hammers(a) {
		return nil
	}
	d := firstPause << (try - 1)
	for _, field := range []string{"Retry-After", "X-Retry-After"} {
		text := a.header.Get(field)
		if seconds, err := strconv.Atoi(text); err == nil {
			d = time.Duration(seconds) * time.Second
			break
		}
		if at, err := http.ParseTime(text); err == nil {
			d = time.Until(at)
			break
		}
	}
	if d > maxWait {
		return fmt.Errorf("the platform wants to be left alone for %s", d)
	}
	return r.config.Wait(ctx, max(d, 0))
}
