package cratejoy_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

func deliver(t *testing.T, e *engine.Engine, m *fixtures.Message) {
	t.Helper()
	if _, err := e.Deliver(context.Background(), engine.Event{Message: m}); err != nil {
		t.Fatal(err)
	}
}

// Every event of the catalogue goes out in both forms, and a receiver can read it.
func TestEveryEvent(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if n := len(set.Events("cratejoy")); n != 17 {
		t.Errorf("%d events, the document has 17", n)
	}
	for _, name := range set.Events("cratejoy") {
		for _, form := range []string{"escaped", "plain"} {
			t.Run(name+" "+form, func(t *testing.T) {
				m, err := set.Event("cratejoy", name)
				if err != nil {
					t.Fatal(err)
				}
				e, r := start(t, map[string]string{"body": form})
				create(t, e, name, "POST", target, "")
				deliver(t, e, m)
				if len(r.bodies) != 1 {
					t.Fatalf("%d callbacks", len(r.bodies))
				}
				body := r.bodies[0]
				value := gjson.Parse(body)
				if form == "escaped" {
					if body != string(m.Body) || !strings.HasPrefix(body, `"{\"`) || !strings.HasSuffix(body, `}"`) {
						t.Errorf("not the recorded bytes: %s", body)
					}
					value = gjson.Parse(value.Str)
				}
				if !gjson.Valid(body) || !value.IsObject() || !gjson.Valid(value.Raw) {
					t.Errorf("not an object: %s", body)
				}
				if inner, _ := fixtures.Unescape(m.Body); value.Raw != string(inner) {
					t.Errorf("another payload: %s", value.Raw)
				}
				for i := range len(body) {
					if body[i] >= 0x80 {
						t.Fatalf("a byte beyond ASCII: %s", body)
					}
				}
				got := r.got[0]
				if got.Method != http.MethodPost || got.URL.String() != target || got.Header.Get("Content-Type") != "application/json" || len(got.Header) != 2 {
					t.Errorf("%s %s %v", got.Method, got.URL, got.Header)
				}
			})
		}
	}
}

func TestCanonicalBody(t *testing.T) {
	e, r := start(t, nil)
	create(t, e, "customer_new", "POST", target, "")
	deliver(t, e, load(t, e, "callbacks/variants/customer_new-canonical.callback.http"))
	if want := `"{\"id\": 63546, \"type\": \"customer\"}"`; r.bodies[0] != want {
		t.Errorf("%s, want %s", r.bodies[0], want)
	}
}

// A user's fixture may hold the JSON as it is; it goes out as Cratejoy would send it.
func TestPlainFixture(t *testing.T) {
	for form, want := range map[string]string{"escaped": `"{\"name\": \"Jos\\u00e9\"}"`, "plain": `{"name": "José"}`} {
		e, r := start(t, map[string]string{"body": form})
		create(t, e, "customer_new", "POST", target, "")
		deliver(t, e, &fixtures.Message{Meta: fixtures.Meta{Event: "customer_new"}, Body: []byte(`{"name": "José"}`)})
		if r.bodies[0] != want {
			t.Errorf("%s: %s, want %s", form, r.bodies[0], want)
		}
	}
	for _, body := range []string{`"text"`, `{"a"`, ``, `7`} {
		e, r := start(t, nil)
		create(t, e, "customer_new", "POST", target, "")
		deliver(t, e, &fixtures.Message{Meta: fixtures.Meta{Event: "customer_new"}, Body: []byte(body)})
		if r.bodies[0] != body {
			t.Errorf("%s became %s", body, r.bodies[0])
		}
	}
}

func TestVerbatim(t *testing.T) {
	for _, method := range []string{"POST", "GET"} {
		e, r := start(t, map[string]string{"body": "plain"})
		create(t, e, "customer_new", method, target, `,"querystring":"id={id}"`)
		m := &fixtures.Message{Meta: fixtures.Meta{Event: "customer_new"}, Body: []byte("\x00\"{\\\"a\\\":1}\"\r\n")}
		if _, err := e.Deliver(context.Background(), engine.Event{Message: m, Verbatim: true}); err != nil {
			t.Fatal(err)
		}
		if r.bodies[0] != string(m.Body) || r.got[0].Method != method || r.got[0].URL.String() != target {
			t.Errorf("%s %s %q", r.got[0].Method, r.got[0].URL, r.bodies[0])
		}
	}
}

// A recorded GET is one, also as an event of the catalogue: where its hook does not say otherwise.
func TestRecordedGET(t *testing.T) {
	e, r := start(t, nil)
	e.State.Hooks.Add(mockplatforms.Hook{Client: e.State.Accounts()[0].Client, Event: "customer_new", Target: target + "?secret=s", Active: true}, nil)
	deliver(t, e, &fixtures.Message{Meta: fixtures.Meta{Event: "customer_new"}, Start: "GET /?id=4711 HTTP/1.1"})
	if want := target + "?secret=s&id=4711"; r.got[0].Method != "GET" || r.got[0].URL.String() != want || r.bodies[0] != "" {
		t.Errorf("sent as %s %s %q, want GET %s", r.got[0].Method, r.got[0].URL, r.bodies[0], want)
	}
}

func TestGET(t *testing.T) {
	tests := []struct{ target, querystring, want string }{
		{target, "id={id}&kind=customer", target + "?id=586402305&kind=customer"},
		{target, "id={{id}}", target + "?id=586402305"},
		{target, "?id={{ id }}", target + "?id=586402305"},
		{target + "?secret=s", "name={name}&note={missing}&url={url}", target + "?secret=s&name=Jos%C3%A9+Doe&note=&url=%2Fv1%2Fcustomers%2F586402305%2F"},
		{target + "?secret=s#top", "a", target + "?secret=s&a"}, // a fragment is not sent
		{target, "", target},
		{target + "?secret=s", "", target + "?secret=s"},
		{target, "literal=a b#c\\u00e9%41+{}{", target + "?literal=a%20b%23c%C3%A9%41+{}{"},
		{target, "v={total_revenue}&t={type}&n={@this.nothing}", target + "?v=0&t=customer&n="},
	}
	for _, test := range tests {
		t.Run(test.querystring, func(t *testing.T) {
			e, r := start(t, nil)
			create(t, e, "customer_new", "GET", test.target, `,"querystring":"`+test.querystring+`"`)
			m, err := e.State.Fixtures.Event("cratejoy", "customer_new")
			if err != nil {
				t.Fatal(err)
			}
			deliver(t, e, m)
			got := r.got[0]
			if got.Method != http.MethodGet || got.URL.String() != test.want || r.bodies[0] != "" || got.Header.Get("Content-Type") != "" {
				t.Errorf("%s %s %v %q\nwant %s", got.Method, got.URL, got.Header, r.bodies[0], test.want)
			}
		})
	}
	t.Run("a payload that is not JSON", func(t *testing.T) {
		e, r := start(t, nil)
		create(t, e, "customer_new", "GET", target, `,"querystring":"id={id}"`)
		deliver(t, e, &fixtures.Message{Meta: fixtures.Meta{Event: "customer_new"}, Body: []byte(`{"id": 1`)})
		if got := r.got[0].URL.String(); got != target+"?id=" {
			t.Error(got)
		}
	})
}

func TestWhoGetsACallback(t *testing.T) {
	e, r := start(t, nil)
	create(t, e, "customer_new", "POST", target, "")
	create(t, e, "customer_new", "POST", target, "")
	create(t, e, "order_new", "POST", target, "")
	m, err := e.State.Fixtures.Event("cratejoy", "customer_new")
	if err != nil {
		t.Fatal(err)
	}
	if deliver(t, e, m); len(r.bodies) != 2 {
		t.Errorf("%d callbacks to two equal hooks", len(r.bodies))
	}
	call(e, http.MethodPut, first, `{"enabled":false}`)
	if deliver(t, e, m); len(r.bodies) != 3 {
		t.Errorf("%d callbacks after one of them was disabled", len(r.bodies))
	}
	call(e, http.MethodPut, first, `{"enabled":true}`)
	call(e, http.MethodDelete, "/v1/hooks/20418/", "")
	if deliver(t, e, m); len(r.bodies) != 4 {
		t.Errorf("%d callbacks after one was enabled and one deleted", len(r.bodies))
	}
	deliver(t, e, load(t, e, "abuse/unknown-event.callback.http"))
	if len(r.bodies) != 4 {
		t.Error("an unknown event has a listener")
	}
}

func TestNoTarget(t *testing.T) {
	e, _ := start(t, nil)
	m, err := e.State.Fixtures.Event("cratejoy", "customer_new")
	if err != nil {
		t.Fatal(err)
	}
	for _, bad := range []string{"", "http://[::1"} {
		c := mockplatforms.Callback{Account: e.State.Accounts()[0], Hook: mockplatforms.Hook{Target: bad}, Message: m}
		if _, err := e.Platform.Encode(e.State, c); err == nil {
			t.Errorf("target %q made a request", bad)
		}
	}
}
