package bigcommerce_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/bigcommerce"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
)

const (
	v3     = "/stores/abc123/v3/hooks"
	v2     = "/stores/abc123/v2/hooks"
	target = "https://example.com/webhooks"
)

// noon is the receiver's time in these tests.
var noon = time.Unix(1700000000, 0)

func builtin(t testing.TB) *fixtures.Set {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	return set
}

// newEngine gives an engine with a second client of the same store.
func newEngine(t testing.TB, settings map[string]string) *engine.Engine {
	t.Helper()
	e, err := engine.New(engine.Options{
		Platform: bigcommerce.Platform, Fixtures: builtin(t), Settings: settings, Stamp: func() time.Time { return noon },
	})
	if err != nil {
		t.Fatal(err)
	}
	other := bigcommerce.Platform.Account
	other.Client, other.Token, other.Secret = "other_client", "other_token", "other_secret"
	e.State.AddAccount(other)
	return e
}

// do calls the API with the token of the account under test, unless header pairs say otherwise.
func do(e *engine.Engine, method, path, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if len(header) == 0 {
		header = []string{"X-Auth-Token", bigcommerce.Platform.Account.Token}
	}
	for i := 0; i < len(header); i += 2 {
		r.Header[header[i]] = []string{header[i+1]}
	}
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func hook(scope, destination string) string {
	return fmt.Sprintf(`{"scope":%q,"destination":%q}`, scope, destination)
}

// register makes a hook and gives its id.
func register(t testing.TB, e *engine.Engine, body string, header ...string) string {
	t.Helper()
	w := do(e, "POST", v3, body, header...)
	if w.Code != 200 {
		t.Fatalf("registering %s: %d %s", body, w.Code, w.Body)
	}
	return gjson.GetBytes(w.Body.Bytes(), "data.id").Raw
}

// expect compares the raw values at paths ("data.id=7"); "path=" says that there is none.
func expect(t *testing.T, body []byte, want ...string) {
	t.Helper()
	if !gjson.ValidBytes(body) {
		t.Fatalf("no JSON: %s", body)
	}
	for _, w := range want {
		path, raw, _ := strings.Cut(w, "=")
		if got := gjson.GetBytes(body, path).Raw; got != raw {
			t.Errorf("%s is %s, want %s, in %s", path, got, raw, body)
		}
	}
}

func fixture(t testing.TB, name string) *fixtures.Message {
	t.Helper()
	m, err := builtin(t).Load("bigcommerce/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestPlatform(t *testing.T) {
	if err := mockplatforms.Validate([]*mockplatforms.Platform{bigcommerce.Platform}); err != nil {
		t.Error(err)
	}
	for _, word := range []string{"UNKNOWN/default", "unknown_scope", "destinations", "{bigcommerce.secret}"} {
		if !strings.Contains(bigcommerce.Platform.Manual, word) {
			t.Errorf("the manual does not speak of %s", word)
		}
	}
	var names []string
	for _, f := range bigcommerce.Platform.Vars(bigcommerce.Platform.Account) {
		names = append(names, f.Name+"="+f.Value)
	}
	want := "store_hash=abc123 client_id=bc_client_id_example token=bc_access_token_example secret=bc_client_secret_0123456789"
	if got := strings.Join(names, " "); got != want {
		t.Errorf("vars %s, want %s", got, want)
	}
	p := bigcommerce.Platform.Policy
	if p.Timeout != 10*time.Second || !p.Acknowledged(204) || p.Acknowledged(302) || p.Acknowledged(500) {
		t.Errorf("policy %+v", p)
	}
}

// The recorded request gets the recorded answer: same keys in the same order, with the values of this hook.
func TestRecordedExchange(t *testing.T) {
	for _, row := range []struct{ request, path, answer string }{
		{"registration/create.request.http", v3, "registration/hook.response.http"},
		{"registration/v2-create.request.http", v2, "registration/v2-hook.response.http"},
	} {
		request, answer := fixture(t, row.request), fixture(t, row.answer)
		var header []string
		for _, f := range request.Header {
			header = append(header, f.Name, f.Value)
		}
		w := do(newEngine(t, nil), "POST", row.path, string(request.Body), header...)
		want := strings.ReplaceAll(string(answer.Body), "1561488106", "1700000000")
		if w.Code != answer.Status() || w.Body.String() != want {
			t.Errorf("%s: %d %s\nwant %d %s", row.request, w.Code, w.Body, answer.Status(), want)
		}
		for _, f := range answer.Header {
			if w.Header().Get(f.Name) != f.Value {
				t.Errorf("%s: field %s is %q, want %q", row.request, f.Name, w.Header().Get(f.Name), f.Value)
			}
		}
	}
}

// One life of a hook, in each version.
func TestLife(t *testing.T) {
	for _, row := range []struct {
		base, at string
		created  int
	}{{v3, "data.", 200}, {v2, "", 201}} {
		e := newEngine(t, nil)
		in := func(want ...string) []string {
			for i := range want {
				want[i] = row.at + want[i]
			}
			return want
		}
		step := func(status int, method, path, body string, want ...string) {
			t.Helper()
			w := do(e, method, row.base+path, body)
			if w.Code != status {
				t.Fatalf("%s %s %s: %d %s", method, path, body, w.Code, w.Body)
			}
			expect(t, w.Body.Bytes(), want...)
		}
		step(row.created, "POST", "", `{"scope":"store/order/*/","destination":"`+target+`?a=1&b=é","headers":{},"events_history_enabled":true}`,
			in(`id=18048287`, `client_id="bc_client_id_example"`, `store_hash="abc123"`, `created_at=1700000000`, `updated_at=1700000000`,
				`scope="store/order/*"`, `destination="`+target+`?a=1&b=é"`, `is_active=true`, `headers=null`, `events_history_enabled=`)...)
		step(200, "GET", "/18048287", "", in(`id=18048287`, `is_active=true`)...)
		step(200, "PUT", "/18048287", `{"is_active":false}`, in(`is_active=false`, `scope="store/order/*"`, `destination="`+target+`?a=1&b=é"`)...)
		step(200, "PUT", "/18048287", `{"headers":{"X-Key":"a \"b\"","x.y*":""}}`, in(`is_active=false`, `headers={"X-Key":"a \"b\"","x.y*":""}`)...)
		step(200, "PUT", "/18048287", `{"is_active":true,"scope":"store/cart/created","destination":"https://example.org:443/"}`,
			in(`is_active=true`, `scope="store/cart/created"`, `destination="https://example.org:443/"`, `headers={"X-Key":"a \"b\"","x.y*":""}`)...)
		step(200, "PUT", "/18048287", `{"headers":null}`, in(`headers=null`)...)
		step(row.created, "POST", "", hook("store/cart/created", target), in(`id=18048288`)...)
		step(200, "DELETE", "/18048287", "", in(`id=18048287`, `scope="store/cart/created"`)...)
		for _, method := range []string{"GET", "DELETE", "PUT"} {
			step(404, method, "/18048287", `{"is_active":true}`)
		}
		step(200, "GET", "", "")
		if w := do(e, "GET", row.base, ""); !strings.Contains(w.Body.String(), "18048288") || strings.Contains(w.Body.String(), "18048287") {
			t.Errorf("%s lists %s", row.base, w.Body)
		}
	}
}

func TestTimes(t *testing.T) {
	now := noon
	e, err := engine.New(engine.Options{
		Platform: bigcommerce.Platform, Fixtures: builtin(t), Stamp: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	id := register(t, e, hook("store/order/created", target))
	now = now.Add(time.Minute)
	w := do(e, "PUT", v3+"/"+id, `{"is_active":false}`)
	expect(t, w.Body.Bytes(), "data.created_at=1700000000", "data.updated_at=1700000060")
	now = now.Add(time.Minute)
	expect(t, do(e, "GET", v3+"/"+id, "").Body.Bytes(), "data.created_at=1700000000", "data.updated_at=1700000060")
}

func TestRefusedRequests(t *testing.T) {
	long := strings.Repeat(" ", engine.MaxRequest+1)
	missing := func(field string) string { return `errors={"` + field + `":"error.path.missing."}` }
	for _, row := range []struct {
		name, method, path, body string
		status                   int
		want                     string
	}{
		{"no JSON", "POST", "", `{"scope":`, 400, `title="Input is invalid."`},
		{"no body", "POST", "", ``, 400, ``},
		{"an array", "POST", "", `[]`, 400, ``},
		{"a JSON string", "POST", "", `"{}"`, 400, ``},
		{"byte order mark", "POST", "", "\ufeff" + hook("store/order/created", target), 400, ``},
		{"too large", "POST", "", long, 413, ``},
		{"nothing", "POST", "", `{}`, 422, missing("destination")},
		{"no scope", "POST", "", `{"destination":"` + target + `"}`, 422, missing("scope")},
		{"no destination", "POST", "", `{"scope":"store/order/created"}`, 422, missing("destination")},
		{"null destination", "POST", "", `{"scope":"store/order/created","destination":null}`, 422, missing("destination")},
		{"scope a number", "POST", "", `{"scope":1,"destination":"` + target + `"}`, 400, ``},
		{"destination an array", "POST", "", `{"scope":"store/order/created","destination":[]}`, 400, ``},
		{"is_active a string", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","is_active":"true"}`, 400, ``},
		{"headers an array", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":[]}`, 400, ``},
		{"headers a string", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":"a"}`, 400, ``},
		{"header a number", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":{"a":1}}`, 400, ``},
		{"header with a space", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":{"a b":"1"}}`, 400, ``},
		{"header without a name", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":{"":"1"}}`, 400, ``},
		{"header with a line end", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":{"a":"1\r\nb: 2"}}`, 400, ``},
		{"two hosts", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":{"Host":"a","host":"b"}}`, 400, ``},
		{"two content types", "POST", "", `{"scope":"store/order/created","destination":"` + target + `","headers":{"Content-Type":"a/b","content-type":"a/c"}}`, 400, ``},
		{"unknown scope", "POST", "", hook("store/app/uninstall", target), 400, `errors.scope="The scope is not one that webhooks can be registered for."`},
		{"an event of no catalogue", "POST", "", hook("store/unicorn/created", target), 400, ``},
		{"empty scope", "POST", "", hook("", target), 400, ``},
		{"undocumented wildcard", "POST", "", hook("store/*", target), 400, ``},
		{"channel without an id", "POST", "", hook("store/channel/{channel_id}/cart/created", target), 400, ``},
		{"channel 0", "POST", "", hook("store/channel/0/cart/created", target), 400, ``},
		{"channel *", "POST", "", hook("store/channel/*/cart/created", target), 400, ``},
		{"stock of one channel", "POST", "", hook("store/channel/1/inventory/product/stock_changed", target), 400, ``},
		{"http", "POST", "", hook("store/order/created", "http://example.com/"), 422, `errors.destination="The destination must be an https URL on port 443."`},
		{"port", "POST", "", hook("store/order/created", "https://example.com:8443/"), 422, ``},
		{"no URL", "POST", "", hook("store/order/created", "example.com"), 422, ``},
		{"no host", "POST", "", hook("store/order/created", "https:///webhooks"), 422, ``},
		{"bad URL", "POST", "", hook("store/order/created", "https://exa mple.com/"), 422, ``},
		{"a blank in it", "POST", "", hook("store/order/created", "https://example.com/web hooks"), 422, `errors.destination="The destination must be an https URL on port 443."`},
		{"a blank before it", "POST", "", hook("store/order/created", " https://example.com/"), 422, ``},
		{"a blank on loopback", "POST", "", hook("store/order/created", "http://127.0.0.1:3000/web hooks"), 422, ``},
		{"a line end in it", "POST", "", hook("store/order/created", `https://example.com/a\nb`), 422, ``},
		{"a placeholder left", "POST", "", hook("store/order/created", "https://example.com/{event}"), 422, ``},
		{"a lonely %", "POST", "", hook("store/order/created", "https://example.com/?a=100%"), 422, ``},
		{"a port and no host", "POST", "", hook("store/order/created", "https://:443/"), 422, ``},
		{"update to a blank", "PUT", "/18048287", `{"destination":"https://example.com/a b"}`, 422, ``},
		{"empty URL", "POST", "", hook("store/order/created", ""), 422, ``},
		{"other scheme", "POST", "", hook("store/order/created", "ftp://127.0.0.1/"), 422, ``},
		{"no such hook", "GET", "/7", ``, 404, `title="Webhook with id [7] not found"`},
		{"id with quotes", "GET", "/%22%5C%22", ``, 404, `title="Webhook with id [\"\\\"] not found"`},
		{"id as it is not written", "GET", "/018048287", ``, 404, `title="Webhook with id [018048287] not found"`},
		{"no id", "DELETE", "/events", ``, 404, `title="Webhook with id [events] not found"`},
		{"update of no hook", "PUT", "/7", `{"is_active":true}`, 404, ``},
		{"deletion of no hook", "DELETE", "/7", ``, 404, ``},
		{"update with nothing", "PUT", "/18048287", `{}`, 422, `title="JSON data is missing or invalid"`},
		{"update with nothing known", "PUT", "/18048287", `{"events_history_enabled":true,"scope":null}`, 422, ``},
		{"update without JSON", "PUT", "/18048287", `is_active=true`, 400, ``},
		{"update of the type", "PUT", "/18048287", `{"is_active":1}`, 400, ``},
		{"update to an unknown scope", "PUT", "/18048287", `{"scope":"store/nothing"}`, 400, ``},
		{"update to http", "PUT", "/18048287", `{"destination":"http://example.com/"}`, 422, ``},
		{"update to a duplicate", "PUT", "/18048287", `{"scope":"store/order/updated"}`, 422, `errors.destination="A webhook with this scope and destination exists already."`},
		{"duplicate", "POST", "", hook("store/order/updated/", target), 422, `errors.destination="A webhook with this scope and destination exists already."`},
		{"method", "PATCH", "/18048287", `{}`, 405, ``},
		{"method on the list", "DELETE", "", ``, 405, ``},
		{"path", "GET", "/18048287/events", ``, 404, `title="The requested resource was not found."`},
	} {
		for _, base := range []string{v3, v2} {
			e := newEngine(t, nil)
			register(t, e, hook("store/customer/created", target))
			register(t, e, hook("store/order/updated", target))
			before := e.State.Hooks.List()
			w := do(e, row.method, base+row.path, row.body)
			if w.Code != row.status {
				t.Errorf("%s: %s: %d %s", base, row.name, w.Code, w.Body)
				continue
			}
			want := []string{fmt.Sprintf("status=%d", row.status), row.want}
			if base == v2 {
				want = []string{fmt.Sprintf("0.status=%d", row.status), "1="}
			}
			expect(t, w.Body.Bytes(), want...)
			if got := e.State.Hooks.List(); fmt.Sprint(got) != fmt.Sprint(before) {
				t.Errorf("%s: %s left %v", base, row.name, got)
			}
			if w.Header().Get("X-Rate-Limit-Requests-Quota") == "" || strings.Contains(w.Body.String(), "{webhook_id}") {
				t.Errorf("%s: %s: %v %s", base, row.name, w.Header(), w.Body)
			}
		}
	}
	w := do(newEngine(t, nil), "POST", v2, `{"destination":"`+target+`"}`)
	expect(t, w.Body.Bytes(), `0.message="The required field 'scope' was not supplied."`)
}

func TestCredentials(t *testing.T) {
	token := bigcommerce.Platform.Account.Token
	for _, row := range []struct {
		name, path string
		header     []string
		status     int
	}{
		{"right", v3, []string{"X-Auth-Token", token}, 200},
		{"any case", v3, []string{"x-auth-TOKEN", token}, 200},
		{"an old client's id beside it", v2, []string{"X-Auth-Client", "whatever", "X-Auth-Token", token}, 200},
		{"none", v3, []string{"Accept", "*/*"}, 401},
		{"none, v2", v2, []string{"Accept", "*/*"}, 401},
		{"empty", v3, []string{"X-Auth-Token", ""}, 401},
		{"wrong", v3, []string{"X-Auth-Token", token + "x"}, 401},
		{"bearer", v3, []string{"Authorization", "Bearer " + token}, 401},
		{"another store", "/stores/other/v3/hooks", []string{"X-Auth-Token", token}, 401},
		{"a lookup", "/stores/abc123/v2/orders/7", []string{"X-Auth-Token", "x"}, 401},
	} {
		e := newEngine(t, nil)
		e.State.AddAccount(mockplatforms.Account{Store: "abc123", Client: "a client without a token"})
		w := do(e, "GET", row.path, "", row.header...)
		if w.Code != row.status || !gjson.ValidBytes(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", row.name, w.Code, w.Body)
		}
	}
}

func TestHooksBelongToTheirClient(t *testing.T) {
	e := newEngine(t, nil)
	mine := register(t, e, hook("store/order/created", target))
	other := []string{"X-Auth-Token", "other_token"}
	theirs := register(t, e, hook("store/order/created", target), other...) // no duplicate: another client
	for _, method := range []string{"GET", "PUT", "DELETE"} {
		if w := do(e, method, v3+"/"+mine, `{"is_active":false}`, other...); w.Code != 404 {
			t.Errorf("%s of a foreign hook: %d %s", method, w.Code, w.Body)
		}
	}
	w := do(e, "GET", v3, "", other...)
	expect(t, w.Body.Bytes(), `data.#=1`, `data.0.id=`+theirs, `data.0.client_id="other_client"`)
	w = do(e, "GET", v3+"/admin", "", other...)
	expect(t, w.Body.Bytes(), `data.hooks_list.#=1`, `data.hooks_list.0.id=`+theirs)
}

func TestLimits(t *testing.T) {
	e := newEngine(t, nil)
	var last string
	for i := range 10 {
		last = register(t, e, hook("store/order/created", fmt.Sprintf("%s/%d", target, i)))
	}
	w := do(e, "POST", v3, hook("store/order/created", target))
	if w.Code != 422 {
		t.Errorf("the 11th hook: %d %s", w.Code, w.Body)
	}
	expect(t, w.Body.Bytes(), `errors.scope="The limit of 10 webhooks for this scope is reached."`)
	register(t, e, hook("store/order/updated", target))
	register(t, e, hook("store/order/created", target), "X-Auth-Token", "other_token")
	if w := do(e, "PUT", v3+"/18048297", `{"scope":"store/order/created"}`); w.Code != 422 {
		t.Errorf("an update to the 11th hook: %d %s", w.Code, w.Body)
	}
	if w := do(e, "PUT", v3+"/"+last, `{"scope":"store/order/created","is_active":true}`); w.Code != 200 {
		t.Errorf("an update of the 10th hook: %d %s", w.Code, w.Body)
	}
	do(e, "DELETE", v3+"/"+last, "")
	register(t, e, hook("store/order/created", target))
}

// However many ask at once, the rules hold.
func TestLimitsUnderConcurrency(t *testing.T) {
	e := newEngine(t, nil)
	var group sync.WaitGroup
	for i := range 40 {
		group.Go(func() {
			do(e, "POST", v3, hook("store/order/created", fmt.Sprintf("%s/%d", target, i%20)))
			do(e, "PUT", fmt.Sprintf("%s/%d", v3, 18048287+i), `{"destination":"`+target+`/same"}`)
			do(e, "GET", v3, "")
		})
	}
	group.Wait()
	seen := map[string]bool{}
	for _, h := range e.State.Hooks.List() {
		if seen[h.Target] {
			t.Errorf("two hooks for %s", h.Target)
		}
		seen[h.Target] = true
	}
	if len(seen) != 10 {
		t.Errorf("%d hooks, want 10", len(seen))
	}
}

func TestDeliveryException(t *testing.T) {
	e := newEngine(t, nil)
	register(t, e, hook("store/order/created", target))
	const exception = "store/hook/deliveryException"
	refused := func(name string, w *httptest.ResponseRecorder) {
		t.Helper()
		if w.Code != 422 {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
		expect(t, w.Body.Bytes(), `errors.destination="There can be only one deliveryException webhook, and no other webhook can have its destination."`)
	}
	refused("at another hook's destination", do(e, "POST", v3, hook(exception, target)))
	id := register(t, e, hook(exception, target+"/errors"))
	refused("a second one", do(e, "POST", v3, hook(exception, target+"/more")))
	refused("moved to another hook's destination", do(e, "PUT", v3+"/"+id, `{"destination":"`+target+`"}`))
	if w := do(e, "POST", v2, hook(exception, target)); w.Code != 422 || gjson.GetBytes(w.Body.Bytes(), "0.message").String() == "" {
		t.Errorf("v2: %d %s", w.Code, w.Body)
	}
}

func TestDestinations(t *testing.T) {
	for _, row := range []struct {
		destination      string
		loopback, strict int
	}{
		{"https://example.com/webhooks", 200, 200},
		{"https://example.com:443", 200, 200},
		{"HTTPS://example.com/", 200, 200},
		{"https://127.0.0.1/", 200, 200},
		{"http://127.0.0.1:8080/webhooks", 200, 422},
		{"https://127.8.0.1:8443/", 200, 422},
		{"http://localhost/", 200, 422},
		{"http://app.localhost:3000/", 200, 422},
		{"http://[::1]:3000/", 200, 422},
		{"http://192.168.0.1/", 422, 422},
		{"http://127.0.0.1.example.com/", 422, 422},
		{"http://localhost.example.com/", 422, 422},
		{"ws://localhost/", 422, 422},
	} {
		for setting, want := range map[string]int{"loopback": row.loopback, "strict": row.strict} {
			e := newEngine(t, map[string]string{"destinations": setting})
			if w := do(e, "POST", v3, hook("store/order/created", row.destination)); w.Code != want {
				t.Errorf("%s, %s: %d, want %d", row.destination, setting, w.Code, want)
			}
		}
	}
}

func TestUnknownScopeSwitch(t *testing.T) {
	for _, status := range []int{400, 422} {
		e := newEngine(t, map[string]string{"unknown_scope": fmt.Sprint(status)})
		w := do(e, "POST", v3, hook("store/nothing", target))
		expect(t, w.Body.Bytes(), fmt.Sprintf("status=%d", status), `errors.scope="The scope is not one that webhooks can be registered for."`)
		w2 := do(e, "POST", v2, hook("store/nothing", target))
		expect(t, w2.Body.Bytes(), fmt.Sprintf("0.status=%d", status))
		if w.Code != status || w2.Code != status {
			t.Errorf("%d and %d, want %d", w.Code, w2.Code, status)
		}
	}
}

func TestScriptedRefusals(t *testing.T) {
	for _, row := range []struct {
		name, event, scope string
		refused            bool
	}{
		{"any registration", "", "store/order/created", true},
		{"this event", "store/order/created", "store/order/created", true},
		{"this event, asked for with a slash", "store/order/created", "store/order/created/", true},
		{"another event", "store/order/created", "store/order/updated", false},
		{"a channel's event as the catalogue has it", "store/channel/{channel_id}/cart/created", "store/channel/7/cart/created", true},
	} {
		for _, status := range []int{403, 409, 422, 429, 500, 503} {
			for _, base := range []string{v3, v2} {
				e := newEngine(t, nil)
				if err := e.State.Refuse(mockplatforms.Refusal{Event: row.event, Status: status, Times: 1}); err != nil {
					t.Fatal(err)
				}
				w := do(e, "POST", base, hook(row.scope, target))
				if (w.Code == status) != row.refused || !gjson.ValidBytes(w.Body.Bytes()) {
					t.Errorf("%s: %s: %d %s", base, row.name, w.Code, w.Body)
				}
				if status == 429 && row.refused && (w.Header().Get("X-Retry-After") == "" || w.Header().Get("X-Rate-Limit-Time-Reset-Ms") == "") {
					t.Errorf("429 without %v", w.Header())
				}
				if row.refused && len(e.State.Hooks.List()) != 0 {
					t.Errorf("%s: %s made a hook", base, row.name)
				}
				if row.refused { // once only
					register(t, e, hook(row.scope, target))
				}
			}
		}
	}
}

func TestNthRefusal(t *testing.T) {
	e := newEngine(t, nil)
	if err := e.State.Refuse(mockplatforms.Refusal{Nth: 2, Status: 503, Times: 1}); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{200, 503, 200} {
		if w := do(e, "POST", v3, hook("store/channel/7/cart/created", fmt.Sprintf("%s/%d", target, i))); w.Code != want {
			t.Errorf("hook %d: %d, want %d", i+1, w.Code, want)
		}
	}
}

func TestAsked(t *testing.T) {
	for _, row := range []struct {
		request string
		status  int
		want    []mockplatforms.Ask
	}{
		{hook("store/order/created", target), 200, []mockplatforms.Ask{{Event: "store/order/created", Target: target, Accepted: true}}},
		{hook("store/order/created/", target), 201, []mockplatforms.Ask{{Event: "store/order/created", Target: target, Accepted: true}}},
		{hook("store/channel/7/cart/*", target), 422, []mockplatforms.Ask{{Event: "store/channel/7/cart/*", Target: target}}},
		{`{"scope":1}`, 400, nil},
		{`{"scope":"store/order/created"`, 400, nil},
		{``, 400, nil},
	} {
		if got := bigcommerce.Platform.Asked([]byte(row.request), row.status, nil); !slices.Equal(got, row.want) {
			t.Errorf("%s: %v, want %v", row.request, got, row.want)
		}
	}
}

// Each error answer of v3 has one of v2, or a refusal of a v2 request would have no words.
func TestErrorsOfBothVersions(t *testing.T) {
	for _, m := range builtin(t).List("bigcommerce", ".response.http") {
		name, ok := strings.CutPrefix(m.Name, "bigcommerce/errors/")
		if !ok || strings.HasPrefix(name, "v2-") || name == "404-resource.response.http" {
			continue
		}
		if fixture(t, "errors/v2-"+name).Status() != m.Status() {
			t.Errorf("v2-%s has another status", name)
		}
	}
}

func TestList(t *testing.T) {
	e := newEngine(t, nil)
	w := do(e, "GET", v3, "")
	empty := fixture(t, "registration/list.response.http").Body
	if w.Code != 200 || w.Body.String() != string(empty) {
		t.Errorf("without hooks: %d %s\nwant %s", w.Code, w.Body, empty)
	}
	if w := do(e, "GET", v2, ""); w.Code != 200 || w.Body.String() != "[]" {
		t.Errorf("v2 without hooks: %d %s", w.Code, w.Body)
	}
	const scopes, each = 12, 10
	for i, event := range builtin(t).Events("bigcommerce")[:scopes] {
		for j := range each {
			h := fmt.Sprintf(`{"scope":%q,"destination":"%s/%d","is_active":%v}`, strings.Replace(event, "{channel_id}", "1", 1), target, j, i%2 == 0)
			if do(e, "POST", v3, h).Code != 200 {
				t.Fatal(h)
			}
		}
	}
	first := url.QueryEscape(builtin(t).Events("bigcommerce")[0])
	for _, row := range []struct {
		query, numbers, previous, current, next string // numbers: total count per_page current_page total_pages
	}{
		{"", "120 50 50 1 3", "", "?page=1&limit=50", "?page=2&limit=50"},
		{"?page=2", "120 50 50 2 3", "?page=1&limit=50", "?page=2&limit=50", "?page=3&limit=50"},
		{"?page=3", "120 20 50 3 3", "?page=2&limit=50", "?page=3&limit=50", ""},
		{"?page=4", "120 0 50 4 3", "?page=3&limit=50", "?page=4&limit=50", ""},
		{"?page=9", "120 0 50 9 3", "", "?page=9&limit=50", ""},
		{"?limit=250", "120 120 250 1 1", "", "?page=1&limit=250", ""},
		{"?limit=251", "120 120 250 1 1", "", "?page=1&limit=250", ""},
		{"?limit=60&page=2", "120 60 60 2 2", "?page=1&limit=60", "?page=2&limit=60", ""},
		{"?limit=0&page=0", "120 50 50 1 3", "", "?page=1&limit=50", "?page=2&limit=50"},
		{"?limit=-1&page=x", "120 50 50 1 3", "", "?page=1&limit=50", "?page=2&limit=50"},
		{"?page=9223372036854775807", "120 0 50 9223372036854775807 3", "", "?page=9223372036854775807&limit=50", ""},
		{"?page=99999999999999999999&limit=99999999999999999999", "120 0 250 9223372036854775807 1", "", "?page=9223372036854775807&limit=250", ""},
		{"?is_active=true&limit=7", "60 7 7 1 9", "", "?page=1&limit=7&is_active=true", "?page=2&limit=7&is_active=true"},
		{"?is_active=false", "60 50 50 1 2", "", "?page=1&limit=50&is_active=false", "?page=2&limit=50&is_active=false"},
		{"?is_active=maybe", "120 50 50 1 3", "", "?page=1&limit=50&is_active=maybe", "?page=2&limit=50&is_active=maybe"},
		{"?scope=" + first, "10 10 50 1 1", "", "?page=1&limit=50&scope=" + first, ""},
		{"?scope=" + first + "%2F&limit=20", "10 10 20 1 1", "", "?page=1&limit=20&scope=" + first + "%2F", ""},
		{"?scope=store/nothing", "0 0 50 1 0", "", "?page=1&limit=50&scope=store%2Fnothing", ""},
		{"?scope=&destination=" + target + "/3", "12 12 50 1 1", "", "?page=1&limit=50&destination=" + url.QueryEscape(target+"/3") + "&scope=", ""},
		{"?is_active=true&scope=" + first + "&destination=" + target + "/3", "1 1 50 1 1", "",
			"?page=1&limit=50&destination=" + url.QueryEscape(target+"/3") + "&is_active=true&scope=" + first, ""},
	} {
		w := do(e, "GET", v3+row.query, "")
		p := gjson.GetBytes(w.Body.Bytes(), "meta.pagination")
		got := fmt.Sprintln(p.Get("total").Raw, p.Get("count").Raw, p.Get("per_page").Raw, p.Get("current_page").Raw, p.Get("total_pages").Raw,
			p.Get("links.previous"), p.Get("links.current"), p.Get("links.next"))
		want := fmt.Sprintln(row.numbers, row.previous, row.current, row.next)
		if w.Code != 200 || got != want || gjson.GetBytes(w.Body.Bytes(), "data.#").Raw != p.Get("count").Raw {
			t.Errorf("%s: %d %swant %s", row.query, w.Code, got, want)
		}
		count := gjson.GetBytes(do(e, "GET", v2+row.query, "").Body.Bytes(), "#").Raw
		if count != p.Get("count").Raw {
			t.Errorf("v2%s: %s hooks, want %s", row.query, count, p.Get("count").Raw)
		}
	}
	keys := func(w *httptest.ResponseRecorder, path string) (names string) {
		gjson.GetBytes(w.Body.Bytes(), path).ForEach(func(k, _ gjson.Result) bool { names += k.Str + " "; return true })
		return names
	}
	one := do(e, "GET", v3+"/18048287", "")
	if list := keys(do(e, "GET", v3, ""), "data.0"); list == "" || list != keys(one, "data") {
		t.Errorf("a hook of the list has %s, alone %s", list, keys(one, "data"))
	}
	one = do(e, "GET", v2+"/18048287", "")
	if list := keys(do(e, "GET", v2, ""), "0"); list == "" || list != keys(one, "@this") {
		t.Errorf("v2: a hook of the list has %s, alone %s", list, keys(one, "@this"))
	}
}

func TestAdmin(t *testing.T) {
	e := newEngine(t, nil)
	w := do(e, "GET", v3+"/admin", "")
	expect(t, w.Body.Bytes(), `data.emails=[]`, `data.hooks_list=[]`, `data.blocked_domains=[]`, `meta.pagination.total=0`)
	on := register(t, e, hook("store/order/created", target))
	off := register(t, e, `{"scope":"store/order/updated","destination":"`+target+`","is_active":false}`)
	request := fixture(t, "registration/upsert-emails.request.http")
	if w := do(e, "PUT", v3+"/admin", string(request.Body)); w.Code != 204 || w.Body.Len() != 0 {
		t.Errorf("PUT: %d %s", w.Code, w.Body)
	}
	w = do(e, "GET", v3+"/admin", "")
	expect(t, w.Body.Bytes(), `data.emails=["jane@example.com"]`, `data.hooks_list.#=2`, `meta.pagination.total=2`,
		`data.hooks_list.0.id=`+on, `data.hooks_list.0.status="active"`, `data.hooks_list.1.id=`+off, `data.hooks_list.1.status="inactive"`)
	expect(t, do(e, "GET", v3+"/admin", "", "X-Auth-Token", "other_token").Body.Bytes(), `data.emails=[]`)
	expect(t, do(e, "GET", v3+"/admin?is_active=false", "").Body.Bytes(), `data.hooks_list.#=1`, `data.hooks_list.0.id=`+off)
	for body, status := range map[string]int{
		``: 400, `[]`: 400, `{}`: 422, `{"emails":null}`: 422, `{"emails":"jane@example.com"}`: 400, `{"emails":{}}`: 400,
		`{"emails":[1]}`: 400, `{"emails":["jane"]}`: 400, `{"emails":[null]}`: 400, `{"emails":["a@example.com","b@example.com"]}`: 204,
	} {
		if w := do(e, "PUT", v3+"/admin", body); w.Code != status {
			t.Errorf("PUT %s: %d, want %d", body, w.Code, status)
		}
	}
	expect(t, do(e, "PUT", v3+"/admin", `{}`).Body.Bytes(), `errors={"emails":"error.path.missing."}`)
	expect(t, do(e, "GET", v3+"/admin", "").Body.Bytes(), `data.emails=["a@example.com","b@example.com"]`)
	if w := do(e, "PUT", v3+"/admin", `{"emails":[]}`); w.Code != 204 {
		t.Errorf("PUT of none: %d", w.Code)
	}
	expect(t, do(e, "GET", v3+"/admin", "").Body.Bytes(), `data.emails=[]`)
	if w := do(e, "GET", v2+"/admin", ""); w.Code != 404 {
		t.Errorf("v2 has no admin: %d", w.Code)
	}
}

// TestAdminShowsConsequences: what the platform itself has switched off, and what it blocks, for whom and how long still.
func TestAdminShowsConsequences(t *testing.T) {
	e := newEngine(t, nil)
	id := register(t, e, hook("store/order/created", "http://127.0.0.1:1/hooks"))
	n, _ := strconv.ParseInt(id, 10, 64)
	e.State.Hooks.Update(n, func(h *mockplatforms.Hook) { h.Active, h.Off = false, "500 × 12" })
	account := bigcommerce.Platform.Account
	e.State.Block(mockplatforms.Block{
		Client: account.Client, Domain: "127.0.0.1", Target: "http://127.0.0.1:1", Until: 3 * time.Minute, Why: "status 500", Count: 100, At: noon,
	})
	body := do(e, "GET", v3+"/admin", "").Body.Bytes()
	expect(t, body, `data.hooks_list.0.status="deactivated"`, `data.blocked_domains.#=1`, `data.blocked_domains.0.destination="http://127.0.0.1:1"`,
		`data.blocked_domains.0.time_left=180`, `data.blocked_domains.0.reasons.0.count=100`, `data.blocked_domains.0.reasons.0.timestamp=1700000000`)
	if why := gjson.GetBytes(body, "data.blocked_domains.0.reasons.0.failure_description").String(); !strings.HasSuffix(why, ": status 500") {
		t.Errorf("it is blocked for %q", why)
	}
	expect(t, do(e, "GET", v3+"/admin", "", "X-Auth-Token", "other_token").Body.Bytes(), `data.blocked_domains=[]`)
	e.Clock.To(179*time.Second + time.Millisecond)
	expect(t, do(e, "GET", v3+"/admin", "").Body.Bytes(), `data.blocked_domains.0.time_left=0`)
	e.Clock.To(3 * time.Minute)
	expect(t, do(e, "GET", v3+"/admin", "").Body.Bytes(), `data.blocked_domains=[]`)
	do(e, "PUT", v3+"/"+id, `{"is_active":true}`)
	expect(t, do(e, "GET", v3+"/admin", "").Body.Bytes(), `data.hooks_list.0.status="active"`)
	if h, _ := e.State.Hooks.Get(n); h.Off != "" {
		t.Errorf("its owner has switched it on again, and it still says %q", h.Off)
	}
}

// TestPolicy is the schedule and the rules as BigCommerce publishes them
// (developer.bigcommerce.com/docs/integrations/webhooks), in numbers.
func TestPolicy(t *testing.T) {
	p := bigcommerce.Platform.Policy
	var delays []int
	total := 0
	for _, d := range p.Retries {
		delays = append(delays, int(d/time.Second))
		total += int(d / time.Second)
	}
	if want := []int{60, 180, 300, 600, 900, 1800, 3600, 7200, 21600, 50400, 86400}; !slices.Equal(delays, want) || total != 48*3600+4*60 {
		t.Errorf("the delays are %d, together %d s; want %d, 48 h 04 min", delays, total, want)
	}
	if !p.SwitchOff || p.Idle != 90*24*time.Hour || p.Tolerance != 5*time.Minute {
		t.Errorf("switched off: %v, idle %s, tolerance %s", p.SwitchOff, p.Idle, p.Tolerance)
	}
	if b := p.Block; b.Window != 2*time.Minute || b.Minimum != 100 || b.Success != 0.9 || b.For != 3*time.Minute {
		t.Errorf("it blocks by %+v", b)
	}
	if x := p.Exceptions; x.Event != "store/hook/deliveryException" || x.Every != 10*time.Minute {
		t.Errorf("it tells of failures by %+v", x)
	}
	for status, want := range map[int]bool{199: false, 200: true, 204: true, 299: true, 301: false, 404: false, 410: false, 429: false, 500: false} {
		if got := p.Judge(status, nil) == ""; got != want {
			t.Errorf("%d is acknowledged: %v", status, got)
		}
	}
}

func TestLookups(t *testing.T) {
	e := newEngine(t, nil)
	w := do(e, "GET", "/stores/abc123/v2/orders/9007199254740993", "")
	if w.Code != 200 {
		t.Errorf("an order: %d %s", w.Code, w.Body)
	}
	expect(t, w.Body.Bytes(), "id=9007199254740993")
	e.State.Forget("product", "7")
	w = do(e, "GET", "/stores/abc123/v3/catalog/products/7", "")
	if w.Code != 404 || strings.Contains(w.Body.String(), "Webhook") {
		t.Errorf("a product that is gone: %d %s", w.Code, w.Body)
	}
	expect(t, w.Body.Bytes(), "status=404")
}

// FuzzAPI: whatever comes, there is an answer in JSON, and the hooks obey the rules.
func FuzzAPI(f *testing.F) {
	for _, m := range builtin(f).List("bigcommerce", ".request.http") {
		path := strings.Split(m.Start, " ")[1]
		f.Add(m.Method(), path, m.Body)
		f.Add("DELETE", path+"/18048287", m.Body)
	}
	for _, m := range builtin(f).List("bigcommerce", ".callback.http")[:5] {
		f.Add("POST", v3, []byte(hook(m.Meta.Event, target)))
		f.Add("POST", v2, m.Body)
	}
	f.Add("PUT", v3+"/18048287", []byte(`{"headers":{"a":"b","a":"c"},"scope":"store/channel/1/cart/*","destination":"http://[::1]/"}`))
	f.Add("GET", v3+"?page=2&limit=1&scope=%22", []byte(nil))
	f.Add("GET", v3+"/%22", []byte(nil))
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		u, err := url.ParseRequestURI(path)
		if err != nil || !strings.HasPrefix(path, "/") {
			t.Skip()
		}
		e := newEngine(t, nil)
		register(t, e, hook("store/order/created", "https://example.com/"))
		r := &http.Request{Method: method, URL: u, Host: "api.bigcommerce.com", Header: http.Header{
			"X-Auth-Token": {bigcommerce.Platform.Account.Token}}, Body: http.NoBody}
		if len(body) > 0 {
			r.Body = httptest.NewRequest("POST", "/", strings.NewReader(string(body))).Body
		}
		w := httptest.NewRecorder()
		e.ServeHTTP(w, r)
		if w.Code < 200 || w.Code > 499 {
			t.Errorf("status %d: %s", w.Code, w.Body)
		}
		if w.Code != 204 && !gjson.ValidBytes(w.Body.Bytes()) {
			t.Errorf("no JSON: %d %s", w.Code, w.Body)
		}
		for _, entry := range e.Journal.Since(0) {
			if entry.Failure != "" {
				t.Error(entry.Failure)
			}
		}
		for _, h := range e.State.Hooks.List() {
			if h.Event == "" || h.Target == "" || strings.HasSuffix(h.Event, "/") {
				t.Errorf("hook %+v", h)
			}
		}
	})
}
