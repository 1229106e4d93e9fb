package samplereceiver_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/bigcommerce"
	"github.com/hookdrill/hookdrill/mockplatforms/cratejoy"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/fault"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/mockplatforms/oliver"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

func platforms() []*mockplatforms.Platform {
	return []*mockplatforms.Platform{bigcommerce.Platform, cratejoy.Platform, oliver.Platform}
}

// direct hands requests to a handler without a socket. Names of header fields stay as they were written.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(request *http.Request) (answer *http.Response, err error) {
	r := request.Clone(request.Context())
	r.RequestURI, r.Host = r.URL.RequestURI(), r.URL.Host
	if r.Body == nil {
		r.Body = http.NoBody
	}
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the connection broke off: %v", p)
		}
	}()
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	answer = w.Result()
	answer.Request = request
	return answer, nil
}

// stage is one receiver and one platform.
type stage struct {
	t      *testing.T
	engine *engine.Engine
	set    *fixtures.Set
	self   *samplereceiver.Receiver
	url    string
	reach  http.RoundTripper // the receiver

	mu    sync.Mutex
	waits []time.Duration // what the receiver would have waited
}

// newStage is a stage without sockets.
func newStage(t *testing.T, p *mockplatforms.Platform, bug string) *stage {
	t.Helper()
	s := openStage(t, p)
	s.url, s.reach = "http://127.0.0.1:3000", direct{http.HandlerFunc(s.serve)}
	s.start(bug, "http://"+p.Name+".test", &http.Client{Transport: direct{s.engine}})
	return s
}

// newSocketStage is a stage with servers on loopback.
func newSocketStage(t *testing.T, p *mockplatforms.Platform, bug string) *stage {
	t.Helper()
	s := openStage(t, p)
	platform, receiver := httptest.NewServer(s.engine), httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(platform.Close)
	t.Cleanup(receiver.Close)
	s.url, s.reach = receiver.URL, &http.Transport{DisableKeepAlives: true}
	s.start(bug, platform.URL, platform.Client())
	return s
}

func openStage(t *testing.T, p *mockplatforms.Platform) *stage {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	s := &stage{t: t, set: set}
	if s.engine, err = engine.New(engine.Options{Platform: p, Fixtures: set, Seed: "stage", Timeout: time.Second / 2}); err != nil {
		t.Fatal(err)
	}
	return s
}

func (s *stage) serve(w http.ResponseWriter, r *http.Request) { s.self.ServeHTTP(w, r) }

func (s *stage) start(bug, platform string, client *http.Client) {
	s.t.Helper()
	p := s.engine.Platform
	credentials := map[string]string{}
	for _, f := range p.Vars(p.Account) {
		credentials[p.Name+"."+f.Name] = f.Value
	}
	var err error
	s.self, err = samplereceiver.New(samplereceiver.Config{
		Self: s.url, Platforms: map[string]string{p.Name: platform}, Credentials: credentials,
		Events: s.set.Events, Client: client, Bug: bug,
		Wait: func(ctx context.Context, d time.Duration) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			s.waits = append(s.waits, d)
			return ctx.Err()
		},
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.engine.Travel(s.reach)
	s.engine.State.SetTarget(s.url + samplereceiver.Path(p.Name, "callback"))
}

// hook makes a hook to the receiver without its doing.
func (s *stage) hook(event string, change ...func(*mockplatforms.Hook)) {
	h := mockplatforms.Hook{
		Client: s.engine.State.Accounts()[0].Client, Event: event, Active: true, Fields: map[string]string{},
		Target: s.url + samplereceiver.Path(s.engine.Platform.Name, event),
	}
	for _, c := range change {
		c(&h)
	}
	s.engine.State.Hooks.Add(h, nil)
}

// happens sends an event, with values of a table of path and value in it, and gives what was answered.
func (s *stage) happens(event string, faults string, pairs ...string) []journal.Entry {
	s.t.Helper()
	m, err := s.set.Event(s.engine.Platform.Name, event)
	if err != nil {
		m, err = s.set.Load(event)
	}
	if err != nil {
		s.t.Fatal(err)
	}
	changed := *m
	for i := 0; i+1 < len(pairs); i += 2 {
		if changed.Body, err = fixtures.Overlay(changed.Body, pairs[i], pairs[i+1]); err != nil {
			s.t.Fatal(err)
		}
	}
	return s.deliver(engine.Event{Message: &changed}, faults)
}

func (s *stage) deliver(ev engine.Event, faults string) []journal.Entry {
	s.t.Helper()
	for _, name := range strings.FieldsFunc(faults, func(r rune) bool { return r == ',' }) {
		f, err := fault.Find(name)
		if err != nil {
			s.t.Fatal(err)
		}
		ev.Faults = append(ev.Faults, f)
	}
	ev.At = time.Unix(1_800_000_000, 0) // so that two stages see the same hashes
	entries, err := s.engine.Deliver(context.Background(), ev)
	if err != nil {
		s.t.Fatal(err)
	}
	return entries
}

// statuses are the answers in short: "200 200", 0 for none.
func statuses(entries []journal.Entry) string {
	var list []string
	for _, e := range entries {
		list = append(list, fmt.Sprint(e.Response.Status))
	}
	return strings.Join(list, " ")
}

// calls are the receiver's calls since the nth entry, with what they were answered.
func (s *stage) calls(since int) []string {
	list := []string{}
	for _, e := range s.engine.Journal.Since(since) {
		if e.Call() {
			_, path, _ := strings.Cut(strings.TrimPrefix(e.Request.URL, "http://"), "/")
			list = append(list, fmt.Sprintf("%s /%s %d", e.Request.Method, path, e.Response.Status))
		}
	}
	return list
}

// standing are the hooks at the platform.
func (s *stage) standing() []string {
	list := []string{}
	for _, h := range s.engine.State.Hooks.List() {
		list = append(list, h.Event+" "+strings.TrimPrefix(h.Target, s.url))
	}
	slices.Sort(list)
	return list
}

// state is GET /state, "" for a receiver that does not live.
func (s *stage) state() string {
	_, body := s.send("GET", "/state", "", "")
	return body
}

// shown is the state decoded.
type shown struct {
	Processed int
	Records   []struct {
		Platform, Event string
		ID              json.RawMessage
		Texts           []string
	}
	Fetched []struct {
		Platform, Path string
		Status         int
	}
	Hooks   []struct{ Platform, Event string }
	Refused []struct {
		Event  string
		Status int
	} `json:"hooks_refused"`
}

func (s *stage) shown() (v shown) {
	s.t.Helper()
	if err := json.Unmarshal([]byte(s.state()), &v); err != nil {
		s.t.Fatalf("the state is no JSON: %v", err)
	}
	return v
}

// send makes a request to the receiver and gives its status and body.
func (s *stage) send(method, path, contentType, body string, fields ...fixtures.Field) (int, string) {
	s.t.Helper()
	request, err := http.NewRequest(method, s.url+path, bytes.NewReader([]byte(body))) //nolint:noctx // a test's own server
	if err != nil {
		s.t.Fatal(err)
	}
	if contentType != "" {
		request.Header.Set("Content-Type", contentType)
	}
	for _, f := range fields {
		request.Header[f.Name] = []string{f.Value}
	}
	response, err := s.reach.RoundTrip(request)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	text, _ := io.ReadAll(response.Body)
	return response.StatusCode, string(text)
}

// signed are the fields with which BigCommerce would send a body.
func signed(t *testing.T, id string, at time.Time, body string) []fixtures.Field {
	t.Helper()
	fields, err := mockplatforms.StandardWebhooks([]byte(bigcommerce.Platform.Account.Secret), id, at, []byte(body))
	if err != nil {
		t.Fatal(err)
	}
	return fields
}
