package cratejoy_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/cratejoy"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

const (
	hooks  = "/v1/hooks/"
	first  = "/v1/hooks/20417/"
	target = "https://example.com/hooks/cratejoy"
)

// receiver keeps what it is sent, and acknowledges it.
type receiver struct {
	got    []*http.Request
	bodies []string
}

func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	r.got, r.bodies = append(r.got, request), append(r.bodies, string(body))
	return &http.Response{StatusCode: http.StatusOK, Body: http.NoBody, Request: request}, err
}

func start(t testing.TB, settings map[string]string) (*engine.Engine, *receiver) {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{}
	e, err := engine.New(engine.Options{
		Platform: cratejoy.Platform, Fixtures: set, Transport: r, Settings: settings,
		Stamp: func() time.Time { return time.Date(2026, 11, 22, 11, 0, 0, 0, time.FixedZone("", 3600)) },
	})
	if err != nil {
		t.Fatal(err)
	}
	return e, r
}

// call makes a request with the account's credentials.
func call(e *engine.Engine, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.SetBasicAuth("cj_client_example", "cj_secret_example")
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func create(t testing.TB, e *engine.Engine, event, requestType, target, more string) {
	t.Helper()
	body := fmt.Sprintf(`{"event":%q,"request_type":%q,"target":%q,"name":"n"%s}`, event, requestType, target, more)
	if w := call(e, http.MethodPost, hooks, body); w.Code != http.StatusCreated {
		t.Fatalf("%s: HTTP %d %s", body, w.Code, w.Body)
	}
}

func load(t testing.TB, e *engine.Engine, name string) *fixtures.Message {
	t.Helper()
	m, err := e.State.Fixtures.Load("cratejoy/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPlatform(t *testing.T) {
	if err := mockplatforms.Validate([]*mockplatforms.Platform{cratejoy.Platform}); err != nil {
		t.Fatal(err)
	}
	want := []fixtures.Field{{Name: "user", Value: "cj_client_example"}, {Name: "password", Value: "cj_secret_example"}}
	if got := cratejoy.Platform.Vars(cratejoy.Platform.Account); !slices.Equal(got, want) {
		t.Errorf("Vars = %v, want %v", got, want)
	}
}

// The recorded requests, with the recorded credentials, get the recorded answers.
func TestRecordedRequests(t *testing.T) {
	e, _ := start(t, nil)
	send := func(m *fixtures.Message) *httptest.ResponseRecorder {
		r := httptest.NewRequest(m.Method(), strings.Fields(m.Start)[1], strings.NewReader(string(m.Body)))
		for _, f := range m.Header {
			r.Header.Set(f.Name, f.Value)
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		return w
	}
	want := load(t, e, "registration/hook.response.http")
	if w := send(load(t, e, "registration/create.request.http")); w.Code != 201 || w.Body.String() != string(want.Body) {
		t.Errorf("HTTP %d %s, want %s", w.Code, w.Body, want.Body)
	}
	if w := call(e, http.MethodGet, first, ""); w.Code != 200 || w.Body.String() != string(want.Body) {
		t.Errorf("HTTP %d %s, want %s", w.Code, w.Body, want.Body)
	}
	if w := send(load(t, e, "registration/update.request.http")); w.Code != 200 || gjson.Get(w.Body.String(), "target").Str != "https://example.com/hooks/cratejoy/v2" {
		t.Errorf("HTTP %d %s", w.Code, w.Body)
	}
	if w := call(e, http.MethodDelete, first, ""); w.Code != 204 || w.Body.Len() != 0 {
		t.Errorf("HTTP %d %s", w.Code, w.Body)
	}
	empty := load(t, e, "registration/list.response.http")
	if w := call(e, http.MethodGet, hooks, ""); w.Code != 200 || w.Body.String() != string(empty.Body) {
		t.Errorf("HTTP %d %s", w.Code, w.Body)
	}
}

func TestCalls(t *testing.T) {
	good := `"event":"order_new","request_type":"POST","target":"` + target + `","name":"n"`
	tests := []struct {
		name, method, path, body string
		status                   int
		path2, want              string // a gjson path of the answer, and its raw value
	}{
		{"create", "POST", hooks, "{" + good + "}", 201, "@this.id", "20418"},
		{"create without the slash", "POST", "/v1/hooks", "{" + good + "}", 201, "url", `"/v1/hooks/20418/"`},
		{"http target", "POST", hooks, `{"event":"order_new","request_type":"GET","target":"http://127.0.0.1:1/?a=1&b=2","name":"é","querystring":"id={id}"}`, 201, "target", `"http://127.0.0.1:1/?a=1&b=2"`},
		{"querystring null", "POST", hooks, "{" + good + `,"querystring":null}`, 201, "querystring", "null"},
		{"name beyond ASCII", "POST", hooks, `{"event":"order_new","request_type":"POST","target":"` + target + `","name":"é\n\""}`, 201, "name", `"\u00e9\n\""`},
		{"enabled is read-only here", "POST", hooks, "{" + good + `,"enabled":true}`, 400, "errors", `["Unknown property 'enabled'"]`},
		{"unknown and read-only", "POST", hooks, "{" + good + `,"bad\"prop":1,"id":7}`, 400, "errors", `["Unknown property 'bad\"prop'","Unknown property 'id'"]`},
		{"nothing", "POST", hooks, "{}", 400, "errors", `["Missing required property 'name'","Missing required property 'target'","Missing required property 'request_type'","Missing required property 'event'"]`},
		{"no target", "POST", hooks, `{"event":"order_new","request_type":"POST","name":"n"}`, 400, "errors", `["Missing required property 'target'"]`},
		{"event", "POST", hooks, strings.Replace("{"+good+"}", "order_new", "unicorn_new", 1), 400, "errors", `["Invalid value for 'event'"]`},
		{"event of a wrong type", "POST", hooks, strings.Replace("{"+good+"}", `"order_new"`, `["order_new"]`, 1), 400, "errors", `["Invalid value for 'event'"]`},
		{"request_type", "POST", hooks, strings.Replace("{"+good+"}", `"POST"`, `"post"`, 1), 400, "errors", `["Invalid value for 'request_type'"]`},
		{"a blank in the target", "POST", hooks, strings.Replace("{"+good+"}", target, "https://example.com/a b", 1), 400, "errors", `["Invalid value for 'target'"]`},
		{"a target with a port and no host", "POST", hooks, strings.Replace("{"+good+"}", target, "http://:80/", 1), 400, "errors", `["Invalid value for 'target'"]`},
		{"target", "POST", hooks, strings.Replace("{"+good+"}", target, "/hooks", 1), 400, "errors", `["Invalid value for 'target'"]`},
		{"ftp target", "POST", hooks, strings.Replace("{"+good+"}", target, "ftp://example.com/", 1), 400, "errors", `["Invalid value for 'target'"]`},
		{"name and querystring", "POST", hooks, strings.Replace("{"+good+`,"querystring":{}}`, `"n"`, "1", 1), 400, "errors", `["Invalid value for 'name'","Invalid value for 'querystring'"]`},
		{"malformed", "POST", hooks, "{" + good, 400, "errors", `["Malformed JSON"]`},
		{"a list", "POST", hooks, "[{" + good + "}]", 400, "errors", `["Malformed JSON"]`},
		{"a string", "POST", hooks, `"{}"`, 400, "errors", `["Malformed JSON"]`},
		{"empty", "POST", hooks, "", 400, "errors", `["Malformed JSON"]`},
		{"a form", "POST", hooks, "event=order_new&name=n", 400, "errors", `["Malformed JSON"]`},
		{"get", "GET", first, "", 200, "event", `"customer_new"`},
		{"get without the slash", "GET", "/v1/hooks/20417", "", 200, "id", "20417"},
		{"get unknown", "GET", "/v1/hooks/1/", "", 404, "errors", `["Not found"]`},
		{"get a word", "GET", "/v1/hooks/customer_new/", "", 404, "errors", `["Not found"]`},
		{"get another spelling", "GET", "/v1/hooks/+20417/", "", 404, "errors", `["Not found"]`},
		{"put", "PUT", first, `{"event":"order_new","request_type":"GET","name":"m","querystring":"q"}`, 200, "[event,request_type,name,querystring,target].@this", ""},
		{"put enabled", "PUT", first, `{"enabled":false}`, 200, "enabled", "false"},
		{"put enabled as a word", "PUT", first, `{"enabled":"false"}`, 400, "errors", `["Invalid value for 'enabled'"]`},
		{"put nothing", "PUT", first, `{}`, 200, "enabled", "true"},
		{"put a whole element", "PUT", first, `{"id":20417,"name":"m"}`, 400, "errors", `["Unknown property 'id'"]`},
		{"put an invalid value", "PUT", first, `{"event":"x"}`, 400, "errors", `["Invalid value for 'event'"]`},
		{"put malformed", "PUT", first, `{`, 400, "errors", `["Malformed JSON"]`},
		{"put unknown", "PUT", "/v1/hooks/1/", `{}`, 404, "errors", `["Not found"]`},
		{"patch", "PATCH", first, `{"name":"m"}`, 200, "name", `"m"`},
		{"delete unknown", "DELETE", "/v1/hooks/1/", "", 404, "errors", `["Not found"]`},
		{"another path", "GET", "/v1/hook/", "", 404, "errors", `["Not found"]`},
		{"another method", "DELETE", hooks, "", 405, "errors", `["Method not allowed"]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, _ := start(t, nil)
			create(t, e, "customer_new", "POST", target, "")
			w := call(e, test.method, test.path, test.body)
			if w.Code != test.status || w.Header().Get("Content-Type") != "application/json" || !gjson.Valid(w.Body.String()) {
				t.Fatalf("HTTP %d %v %s, want %d", w.Code, w.Header(), w.Body, test.status)
			}
			if got := gjson.Get(w.Body.String(), test.path2).Raw; test.want != "" && got != test.want {
				t.Errorf("%s = %s, want %s", test.path2, got, test.want)
			}
			if w.Code < 300 {
				m := *load(t, e, "registration/hook-200.response.http")
				m.Body = w.Body.Bytes()
				if err := e.State.Fixtures.Validate(&m); err != nil {
					t.Error(err)
				}
				again := call(e, http.MethodGet, gjson.Get(w.Body.String(), "url").Str, "")
				if again.Body.String() != w.Body.String() {
					t.Errorf("then read as %s, answered as %s", again.Body, w.Body)
				}
			} else if n := len(e.State.Hooks.List()); n != 1 {
				t.Errorf("refused, and there are %d hooks", n)
			}
		})
	}
}

func TestForms(t *testing.T) {
	body := `{"event":"order_new","request_type":"POST","target":"` + target + `","name":"n"}`
	for media, status := range map[string]int{
		"application/x-www-form-urlencoded": 400,
		"multipart/form-data; boundary=x":   400,
		"application/json; charset=utf-8":   201,
		"text/plain":                        201,
		"":                                  201,
		"APPLICATION/X-WWW-FORM-URLENCODED; a=\"": 400,
	} {
		e, _ := start(t, nil)
		if w := call(e, http.MethodPost, hooks, body, "Content-Type", media); w.Code != status {
			t.Errorf("%q: HTTP %d, want %d", media, w.Code, status)
		}
	}
}

func TestCredentials(t *testing.T) {
	e, _ := start(t, nil)
	e.State.AddAccount(mockplatforms.Account{Client: "other", Secret: "secret"})
	for _, test := range []struct {
		name   string
		change func(*http.Request)
		status int
	}{
		{"none", func(*http.Request) {}, 403},
		{"wrong password", func(r *http.Request) { r.SetBasicAuth("cj_client_example", "x") }, 403},
		{"another's password", func(r *http.Request) { r.SetBasicAuth("cj_client_example", "secret") }, 403},
		{"empty", func(r *http.Request) { r.SetBasicAuth("", "") }, 403},
		{"bearer", func(r *http.Request) { r.Header.Set("Authorization", "Bearer cj_secret_example") }, 403},
		{"right", func(r *http.Request) { r.SetBasicAuth("cj_client_example", "cj_secret_example") }, 200},
		{"another client", func(r *http.Request) { r.SetBasicAuth("other", "secret") }, 200},
	} {
		for _, path := range []string{hooks, "/v1/customers/1/"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			test.change(r)
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != test.status || w.Code == 403 && gjson.Get(w.Body.String(), "errors.0").Str != "Forbidden" {
				t.Errorf("%s %s: HTTP %d %s", test.name, path, w.Code, w.Body)
			}
		}
	}
}

func TestList(t *testing.T) {
	fill := func(t *testing.T, settings map[string]string) *engine.Engine {
		e, _ := start(t, settings)
		for i := range 12 {
			event, requestType := "order_new", "POST"
			if i%4 == 0 {
				event, requestType = "customer_new", "GET"
			}
			create(t, e, event, requestType, fmt.Sprintf("http://r.example/%d", i), "")
		}
		call(e, http.MethodPut, "/v1/hooks/20418/", `{"enabled":false,"querystring":"a"}`)
		return e
	}
	tests := []struct {
		query, pages string
		count, got   int
		first        string // id
		next, prev   string
	}{
		{"", "one", 12, 10, "20417", `"?page=2"`, "null"},
		{"?page=1", "one", 12, 10, "20417", `"?page=2"`, "null"},
		{"?page=2", "one", 12, 2, "20427", "null", `"?page=1"`},
		{"?page=3", "one", 12, 0, "", "null", `"?page=2"`},
		{"?page=9223372036854775807", "one", 12, 0, "", "null", `"?page=9223372036854775806"`},
		{"", "zero", 12, 10, "20417", `"?page=1"`, "null"},
		{"?page=0", "zero", 12, 10, "20417", `"?page=1"`, "null"},
		{"?page=1", "zero", 12, 2, "20427", "null", `"?page=0"`},
		{"?limit=5&page=2", "one", 12, 5, "20422", `"?page=3&limit=5"`, `"?page=1&limit=5"`},
		{"?limit=12", "one", 12, 12, "20417", "null", "null"},
		{"?limit=9223372036854775807", "one", 12, 12, "20417", "null", "null"},
		{"?event=customer_new", "one", 3, 3, "20417", "null", "null"},
		{"?event__eq=customer_new&limit=2", "one", 3, 2, "20417", `"?page=2&event__eq=customer_new&limit=2"`, "null"},
		{"?event__ne=customer_new", "one", 9, 9, "20418", "null", "null"},
		{"?event__in=customer_new,x", "one", 3, 3, "20417", "null", "null"},
		{"?event__nin=customer_new,x", "one", 9, 9, "20418", "null", "null"},
		{"?enabled=false", "one", 1, 1, "20418", "null", "null"},
		{"?enabled=True", "one", 11, 10, "20417", `"?page=2&enabled=True"`, "null"},
		{"?request_type=GET&event=order_new", "one", 0, 0, "", "null", "null"},
		{"?target=http://r.example/7", "one", 1, 1, "20424", "null", "null"},
		{"?target__like=%25/1_", "one", 2, 2, "20427", "null", "null"},
		{"?target__ilike=HTTP%25/1", "one", 1, 1, "20418", "null", "null"},
		{"?target__like=HTTP%25", "one", 0, 0, "", "null", "null"},
		{"?id__gt=20425&id__le=20427", "one", 2, 2, "20426", "null", "null"},
		{"?id__lt=20418", "one", 1, 1, "20417", "null", "null"},
		{"?id__ge=9", "one", 12, 10, "20417", `"?page=2&id__ge=9"`, "null"},
		{"?created_at__lt=2026-11-23", "one", 12, 10, "20417", `"?page=2&created_at__lt=2026-11-23"`, "null"},
		{"?querystring__is_null=false", "one", 1, 1, "20418", "null", "null"},
		{"?with=anything", "one", 12, 10, "20417", `"?page=2&with=anything"`, "null"},
	}
	for _, test := range tests {
		t.Run(test.pages+test.query, func(t *testing.T) {
			w := call(fill(t, map[string]string{"pages": test.pages}), http.MethodGet, hooks+test.query, "")
			body := gjson.Parse(w.Body.String())
			if w.Code != 200 || !gjson.Valid(w.Body.String()) {
				t.Fatalf("HTTP %d %s", w.Code, w.Body)
			}
			if body.Get("count").Int() != int64(test.count) || body.Get("results.#").Int() != int64(test.got) ||
				body.Get("results.0.id").Raw != test.first || body.Get("next").Raw != test.next || body.Get("prev").Raw != test.prev {
				t.Errorf("count %s, %s elements from %s, next %s, prev %s", body.Get("count").Raw, body.Get("results.#").Raw,
					body.Get("results.0.id").Raw, body.Get("next").Raw, body.Get("prev").Raw)
			}
		})
	}
	for query, want := range map[string]string{
		"?colour=red":                `["Unknown property 'colour'"]`,
		"?@this=1":                   `["Unknown property '@this'"]`,
		"?event__near=x":             `["Invalid value for 'event__near'"]`,
		"?limit=0":                   `["Invalid value for 'limit'"]`,
		"?limit=x&page=0":            `["Invalid value for 'limit'","Invalid value for 'page'"]`,
		"?%22%C3%A9=1":               `["Unknown property '\"\u00e9'"]`,
		"?page=99999999999999999999": `["Invalid value for 'page'"]`,
	} {
		e, _ := start(t, nil)
		if w := call(e, http.MethodGet, hooks+query, ""); w.Code != 400 || gjson.Get(w.Body.String(), "errors").Raw != want {
			t.Errorf("%s: HTTP %d %s, want %s", query, w.Code, w.Body, want)
		}
	}
}

func TestRefusals(t *testing.T) {
	body := `{"event":"order_new","request_type":"POST","target":"` + target + `","name":"n"}`
	e, _ := start(t, nil)
	for _, m := range e.State.Fixtures.List("cratejoy", ".response.http") {
		name, found := strings.CutPrefix(m.Name, "cratejoy/errors/")
		if !found || len(strings.TrimSuffix(name, ".response.http")) != 3 {
			continue
		}
		for _, event := range []string{"", "order_new"} {
			if err := e.State.Refuse(mockplatforms.Refusal{Event: event, Status: m.Status(), Times: 1}); err != nil {
				t.Fatal(err)
			}
			w := call(e, http.MethodPost, hooks, body)
			if w.Code != m.Status() || w.Body.String() != string(m.Body) || w.Code == 429 && w.Header().Get("Retry-After") == "" {
				t.Errorf("%s %q: HTTP %d %v %s", name, event, w.Code, w.Header(), w.Body)
			}
		}
	}
	if err := e.State.Refuse(mockplatforms.Refusal{Event: "customer_new", Status: 500}); err != nil {
		t.Fatal(err)
	}
	if w := call(e, http.MethodPost, hooks, body); w.Code != 201 || len(e.State.Hooks.List()) != 1 {
		t.Errorf("another event is refused too: HTTP %d", w.Code)
	}
}

func TestAsked(t *testing.T) {
	for _, test := range []struct {
		request string
		status  int
		want    []mockplatforms.Ask
	}{
		{`{"event":"order_new"}`, 201, []mockplatforms.Ask{{Event: "order_new", Accepted: true}}},
		{`{"event":"order_new"}`, 200, []mockplatforms.Ask{{Event: "order_new", Accepted: true}}},
		{`{"event":"order_new"}`, 400, []mockplatforms.Ask{{Event: "order_new"}}},
		{`{"event":7}`, 400, nil},
		{`{"event":"order_new"`, 400, nil},
		{``, 400, nil},
	} {
		if got := cratejoy.Platform.Asked([]byte(test.request), test.status, nil); !slices.Equal(got, test.want) {
			t.Errorf("%s %d: %v, want %v", test.request, test.status, got, test.want)
		}
	}
}

// What a callback names can be fetched under the id that it names, of whatever kind it is.
func TestLookups(t *testing.T) {
	e, _ := start(t, nil)
	paths := map[string]string{
		"customer": "customers", "order": "orders", "subscription": "subscriptions", "shipment": "shipments", "product": "products",
	}
	fetched := map[string]bool{}
	fetch := func(kind, id string) {
		fetched[kind] = true
		path := "/v1/" + paths[kind] + "/" + id + "/"
		w := call(e, http.MethodGet, path, "")
		body := gjson.Parse(w.Body.String())
		if w.Code != 200 || body.Get("id").Raw != id || body.Get("type").Str != kind || body.Get("url").Str != path {
			t.Errorf("%s: HTTP %d id %s type %s url %s", path, w.Code, body.Get("id").Raw, body.Get("type").Raw, body.Get("url").Raw)
		}
	}
	for _, name := range e.State.Fixtures.Events("cratejoy") {
		m, err := e.State.Fixtures.Event("cratejoy", name)
		if err != nil {
			t.Fatal(err)
		}
		inner, _ := fixtures.Unescape(m.Body)
		var visit func(gjson.Result)
		visit = func(v gjson.Result) {
			if kind := v.Get("type").Str; v.IsObject() && paths[kind] != "" {
				fetch(kind, v.Get("id").Raw)
			}
			if v.IsObject() || v.IsArray() {
				v.ForEach(func(_, child gjson.Result) bool { visit(child); return true })
			}
		}
		visit(gjson.ParseBytes(inner))
	}
	for kind := range paths {
		if fetch(kind, "9007199254740993"); !fetched[kind] {
			t.Errorf("no callback names a %s", kind)
		}
	}
	e.State.Forget("order", "5")
	if w := call(e, http.MethodGet, "/v1/orders/5/", ""); w.Code != 404 {
		t.Errorf("HTTP %d for an order that is not there", w.Code)
	}
}

func FuzzAPI(f *testing.F) {
	set, err := fixtures.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	for _, m := range set.List("cratejoy", ".request.http") {
		f.Add(m.Method(), strings.Fields(m.Start)[1], "", m.Body)
	}
	f.Add(http.MethodGet, hooks, "page=2&limit=1&event__like=%25&id__gt=1", []byte(nil))
	f.Add(http.MethodPut, first, "", []byte(`{"enabled":false,"querystring":"{{id}}"}`))
	f.Add(http.MethodDelete, first, "", []byte(nil))
	f.Fuzz(func(t *testing.T, method, path, query string, body []byte) {
		request, err := http.NewRequest(method, "http://api.cratejoy.com/", strings.NewReader(string(body)))
		if err != nil {
			t.Skip()
		}
		request.URL.Path, request.URL.RawQuery = "/"+strings.TrimPrefix(path, "/"), query
		if !strings.HasPrefix(request.URL.Path, "/v1/hooks") {
			t.Skip() // lookups are not this package's
		}
		request.SetBasicAuth("cj_client_example", "cj_secret_example")
		e, _ := start(t, nil)
		create(t, e, "customer_new", "POST", target, "")
		w := httptest.NewRecorder()
		e.ServeHTTP(w, request)
		if w.Code < 200 || w.Code != http.StatusNoContent && !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s %q %q %q: HTTP %d %q", method, path, query, body, w.Code, w.Body)
		}
		for _, entry := range e.Journal.Since(0) {
			if entry.Failure != "" {
				t.Error(entry.Failure)
			}
		}
	})
}
