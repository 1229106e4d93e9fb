package bigcommerce_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"
	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/bigcommerce"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// receiver keeps the callbacks that it gets.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	bodies [][]byte
	header []http.Header
	paths  []string
}

func newReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		defer r.mu.Unlock()
		r.bodies, r.header, r.paths = append(r.bodies, body), append(r.header, q.Header), append(r.paths, q.Method+" "+q.RequestURI)
	}))
	t.Cleanup(r.Close)
	return r
}

func deliver(t *testing.T, e *engine.Engine, ev engine.Event) []journal.Entry {
	t.Helper()
	attempts, err := e.Deliver(context.Background(), ev)
	if err != nil {
		t.Fatal(err)
	}
	return attempts
}

func event(t testing.TB, name string) *fixtures.Message {
	t.Helper()
	m, err := builtin(t).Event("bigcommerce", name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// Every event can be registered by its name and by each of its wildcards, and reaches these hooks and no others: in the
// recorded form, with the concrete scope.
func TestEveryEvent(t *testing.T) {
	r := newReceiver(t)
	concrete := func(scope string) string { return strings.Replace(scope, "{channel_id}", "7", 1) }
	for _, name := range builtin(t).Events("bigcommerce") {
		m := event(t, name)
		e := newEngine(t, nil)
		register(t, e, hook("store/information/updated", r.URL+"/"))
		register(t, e, hook("store/channel/7/settings/SEO/updated", r.URL+"/"))
		want := 0
		for _, scope := range append([]string{name}, m.Meta.Scopes...) {
			register(t, e, hook(concrete(scope)+"/", r.URL+"/webhooks"))
			want++
		}
		if name == "store/information/updated" || strings.HasSuffix(name, "/settings/SEO/updated") {
			want++
		}
		attempts := deliver(t, e, engine.Event{Message: m, ID: "msg_1"})
		if len(attempts) != want {
			t.Errorf("%s: %d callbacks, want %d", name, len(attempts), want)
		}
		for _, a := range attempts {
			body := *m
			body.Body = a.Request.Body
			if err := builtin(t).Validate(&body); err != nil {
				t.Error(err)
			}
			expect(t, a.Request.Body, `scope="`+concrete(name)+`"`, `store_id="1025646"`, `producer="stores/abc123"`, `created_at=1700000000`,
				"data="+gjson.GetBytes(m.Body, "data").Raw, "hash="+gjson.GetBytes(attempts[0].Request.Body, "hash").Raw)
			if !a.Acknowledged || a.Event != name {
				t.Errorf("%s: %+v", name, a)
			}
		}
	}
}

func TestMatches(t *testing.T) {
	for _, row := range []struct {
		scope, event string
		want         bool
	}{
		{"store/order/created", "store/order/created", true},
		{"store/order/created", "store/order/updated", false},
		{"store/order/*", "store/order/message/created", true},
		{"store/cart/*", "store/cart/lineItem/created", true},
		{"store/cart/lineItem/*", "store/cart/created", false},
		{"store/customer/*", "store/order/created", false},
		{"store/channel/7/cart/created", "store/channel/{channel_id}/cart/created", true},
		{"store/channel/{channel_id}/cart/created", "store/channel/{channel_id}/cart/created", true},
		{"store/channel/7/cart/*", "store/channel/{channel_id}/cart/lineItem/created", true},
		{"store/channel/7/cart/*", "store/channel/{channel_id}/order/created", false},
		{"store/channel/7/cart/created", "store/cart/created", false},
		{"store/channel/*", "store/channel/created", true},
		{"store/channel/*", "store/channel/{channel_id}/cart/created", false},
		{"store/channel/*/inventory/product/stock_changed", "store/channel/*/inventory/product/stock_changed", true},
		{"store/channel/7/inventory/product/stock_changed", "store/channel/*/inventory/product/stock_changed", false},
	} {
		if got := bigcommerce.Platform.Matches(mockplatforms.Hook{Event: row.scope}, event(t, row.event)); got != row.want {
			t.Errorf("%s gets %s: %v, want %v", row.scope, row.event, got, row.want)
		}
	}
}

// The bytes are those of the fixture, but for the values of this event.
func TestBytes(t *testing.T) {
	r := newReceiver(t)
	e := newEngine(t, nil)
	register(t, e, `{"scope":"store/customer/created","destination":"`+r.URL+`/webhooks?shop=1",
		"headers":{"x-secret":"a","X-Secret-2":"é","content-type":"application/vnd.example+json","x-secret":"b"}}`)
	expect(t, do(e, "GET", v3+"/18048287", "").Body.Bytes(),
		`data.headers={"X-Secret-2":"é","content-type":"application/vnd.example+json","x-secret":"b"}`)
	attempts := deliver(t, e, engine.Event{Message: event(t, "store/customer/created"), ID: "msg_1"})
	want := `{"producer":"stores/abc123","hash":"HASH","created_at":1700000000,"store_id":"1025646","scope":"store/customer/created","data":{"type":"customer","id":32}}`
	hash := gjson.GetBytes(r.bodies[0], "hash").String()
	if got := strings.Replace(string(r.bodies[0]), hash, "HASH", 1); got != want {
		t.Errorf("body %s\nwant %s", got, want)
	}
	if !regexp.MustCompile(`^[0-9a-f]{40}$`).MatchString(hash) || hash == "352e4afc6dd3fc85ea26bfdf3f91852604d57528" {
		t.Errorf("hash %q", hash)
	}
	if r.paths[0] != "POST /webhooks?shop=1" {
		t.Errorf("sent as %s", r.paths[0])
	}
	for name, value := range map[string]string{"X-Secret": "b", "X-Secret-2": "é", "Content-Type": "application/vnd.example+json"} {
		if got := r.header[0].Values(name); !slices.Equal(got, []string{value}) {
			t.Errorf("field %s is %q, want %q", name, got, value)
		}
	}
	if !slices.Contains(attempts[0].Request.Header, fixtures.Field{Name: "x-secret", Value: "b"}) {
		t.Errorf("names are not sent as they were registered: %v", attempts[0].Request.Header)
	}
	do(e, "PUT", v3+"/18048287", `{"headers":{}}`)
	deliver(t, e, engine.Event{Message: event(t, "store/customer/created")})
	if got := r.header[1].Get("Content-Type"); got != "application/json" || r.header[1].Get("X-Secret") != "" {
		t.Errorf("without custom header: %v", r.header[1])
	}
}

func TestValuesOfTheScenarioStay(t *testing.T) {
	r := newReceiver(t)
	e := newEngine(t, nil)
	register(t, e, hook("store/customer/created", r.URL))
	m := *event(t, "store/customer/created")
	for _, change := range []struct{ path, value string }{
		{"store_id", "1025646"}, {"hash", `"again"`}, {"created_at", "7"}, {"data.id", "9007199254740993"}, {"data.extra", `[1.10]`},
	} {
		body, err := fixtures.Overlay(m.Body, change.path, change.value)
		if err != nil {
			t.Fatal(err)
		}
		m.Body = body
	}
	deliver(t, e, engine.Event{Message: &m})
	want := `{"producer":"stores/abc123","hash":"again","created_at":7,"store_id":1025646,"scope":"store/customer/created","data":{"type":"customer","id":9007199254740993,"extra":[1.10]}}`
	if got := string(r.bodies[0]); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}

	own := fixtures.Message{Name: "mine", Meta: m.Meta, Body: []byte(`{ "scope": "store/customer/created", "created_at": 1, "data": {} }`)}
	deliver(t, e, engine.Event{Message: &own}) // spaces stay, what is not there is not added
	if got := string(r.bodies[1]); got != `{ "scope": "store/customer/created", "created_at": 1700000000, "data": {} }` {
		t.Errorf("a message without some fields: %s", got)
	}
	if r.paths[1] != "POST /" {
		t.Errorf("sent as %s", r.paths[1])
	}
}

func TestVerbatim(t *testing.T) {
	r := newReceiver(t)
	e := newEngine(t, nil)
	register(t, e, `{"scope":"store/customer/created","destination":"`+r.URL+`","headers":{"X-Key":"1"}}`)
	m := *event(t, "store/customer/created")
	for _, body := range []string{string(m.Body), `{"scope":`, "", "\xff\x00 [1]\n"} {
		m.Body = []byte(body)
		attempts := deliver(t, e, engine.Event{Message: &m, Verbatim: true})
		if got := r.bodies[len(r.bodies)-1]; !bytes.Equal(got, m.Body) || attempts[0].Request.Field("X-Key") != "1" {
			t.Errorf("%q was sent as %q with %v", body, got, attempts[0].Request.Header)
		}
		if !gjson.Valid(body) {
			if _, err := e.Deliver(context.Background(), engine.Event{Message: &m}); err == nil || !strings.Contains(err.Error(), "verbatim") {
				t.Errorf("%q, not verbatim: %v", body, err)
			}
		}
	}
}

func TestHash(t *testing.T) {
	r := newReceiver(t)
	e := newEngine(t, nil)
	register(t, e, hook("store/order/created", r.URL))
	register(t, e, hook("store/order/*", r.URL))
	hashes := func(ev engine.Event) (list []string) {
		for _, a := range deliver(t, e, ev) {
			list = append(list, gjson.GetBytes(a.Request.Body, "hash").String())
		}
		return list
	}
	created, updated := event(t, "store/order/created"), event(t, "store/order/updated")
	first := hashes(engine.Event{Message: created, ID: "msg_1", At: noon})
	if len(first) != 2 || first[0] != first[1] {
		t.Fatalf("two hooks for one event see %v", first)
	}
	if again := hashes(engine.Event{Message: created, ID: "msg_1", At: noon}); again[0] != first[0] {
		t.Errorf("the same event again has %v, not %v", again, first)
	}
	other := *created
	other.Body = bytes.Replace(created.Body, []byte(`"id":`), []byte(`"id":1`), 1)
	for name, ev := range map[string]engine.Event{
		"another event of its kind": {Message: created, ID: "msg_2", At: noon},
		"another time":              {Message: created, ID: "msg_1", At: noon.Add(time.Second)},
		"another scope":             {Message: updated, ID: "msg_1", At: noon},
		"another order":             {Message: &other, ID: "msg_1", At: noon},
	} {
		if got := hashes(ev); got[0] == first[0] {
			t.Errorf("%s has the same hash", name)
		}
	}
}

func TestChannelOfTheHook(t *testing.T) {
	r := newReceiver(t)
	e := newEngine(t, nil)
	register(t, e, hook("store/channel/12/cart/*", r.URL))
	register(t, e, hook("store/channel/3/cart/lineItem/created", r.URL))
	e.State.Hooks.Add(mockplatforms.Hook{Event: "store/channel/{channel_id}/cart/lineItem/created", Target: r.URL, Active: true}, nil)
	deliver(t, e, engine.Event{Message: event(t, "store/channel/{channel_id}/cart/lineItem/created")})
	for i, channel := range []string{"12", "3", "1"} {
		expect(t, r.bodies[i], `scope="store/channel/`+channel+`/cart/lineItem/created"`)
	}
	register(t, e, hook("store/channel/*/inventory/product/stock_changed", r.URL))
	deliver(t, e, engine.Event{Message: event(t, "store/channel/*/inventory/product/stock_changed")})
	expect(t, r.bodies[3], `scope="store/channel/*/inventory/product/stock_changed"`)
}

// The vector was checked against the Python library of github.com/standard-webhooks/standard-webhooks.
func TestSignatureVector(t *testing.T) {
	body := event(t, "store/customer/created").Body
	if want := `{"producer":"stores/abc123","hash":"352e4afc6dd3fc85ea26bfdf3f91852604d57528","created_at":1561482670,"store_id":"1025646","scope":"store/customer/created","data":{"type":"customer","id":32}}`; string(body) != want {
		t.Fatalf("the fixture is not the vector's: %s", body)
	}
	got, err := bigcommerce.Platform.Sign(bigcommerce.Platform.Account, "msg_2b8c1f", time.Unix(1700000000, 0), body)
	want := []fixtures.Field{
		{Name: "webhook-id", Value: "msg_2b8c1f"}, {Name: "webhook-timestamp", Value: "1700000000"},
		{Name: "webhook-signature", Value: "v1,uAWLWqoCJW0eVciOdkheDxjz1rjd2j6zBCzlgkJemfU="},
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("%v, %v\nwant %v", got, err, want)
	}
}

// A receiver written after the vendor's samples believes the callbacks of its own client's hooks, and no others.
func TestSignatureOnTheWire(t *testing.T) {
	r := newReceiver(t)
	e, err := engine.New(engine.Options{Platform: bigcommerce.Platform, Fixtures: builtin(t)}) // the library looks at the time
	if err != nil {
		t.Fatal(err)
	}
	other := bigcommerce.Platform.Account
	other.Client, other.Token, other.Secret = "other_client", "other_token", "other_secret"
	e.State.AddAccount(other)
	register(t, e, hook("store/order/created", r.URL))
	register(t, e, hook("store/order/created", r.URL), "X-Auth-Token", "other_token")
	deliver(t, e, engine.Event{Message: event(t, "store/order/created"), ID: "msg_1"})
	for i, secret := range []string{bigcommerce.Platform.Account.Secret, "other_secret"} {
		wh, err := standardwebhooks.NewWebhook(base64.StdEncoding.EncodeToString([]byte(secret)))
		if err != nil {
			t.Fatal(err)
		}
		if err := wh.Verify(r.bodies[i], r.header[i]); err != nil {
			t.Errorf("callback %d: %v", i, err)
		}
		if err := wh.Verify(r.bodies[1-i], r.header[1-i]); err == nil {
			t.Errorf("callback %d is believed with the secret of another client", 1-i)
		}
		if id := r.header[i].Get("webhook-id"); id != "msg_1" {
			t.Errorf("webhook-id %q", id)
		}
	}
}

func TestInactiveHook(t *testing.T) {
	r := newReceiver(t)
	e := newEngine(t, nil)
	id := register(t, e, `{"scope":"store/order/created","destination":"`+r.URL+`","is_active":false}`)
	m := event(t, "store/order/created")
	if got := deliver(t, e, engine.Event{Message: m}); len(got) != 0 {
		t.Errorf("a hook that is off got %d callbacks", len(got))
	}
	do(e, "PUT", v3+"/"+id, `{"is_active":true}`)
	if got := deliver(t, e, engine.Event{Message: m}); len(got) != 1 {
		t.Errorf("a hook that is on again got %d callbacks", len(got))
	}
	do(e, "DELETE", v3+"/"+id, "")
	if got := deliver(t, e, engine.Event{Message: m}); len(got) != 0 {
		t.Errorf("a hook that is gone got %d callbacks", len(got))
	}
}
