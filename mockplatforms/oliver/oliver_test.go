package oliver_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/oliver"
)

const (
	commands = "/oliver/app/example-app/commands"
	target   = "http://receiver.example/callbacks"
	refused  = "Error occurred when registering call back events, please check your request format."
)

// receiver keeps what it is sent, and acknowledges it.
type receiver struct {
	got    []*http.Request
	bodies []string
}

func (r *receiver) RoundTrip(request *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(request.Body)
	r.got, r.bodies = append(r.got, request), append(r.bodies, string(body))
	return &http.Response{StatusCode: http.StatusNoContent, Body: http.NoBody, Request: request}, err
}

func start(t testing.TB, settings map[string]string) (*engine.Engine, *receiver) {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	r := &receiver{}
	e, err := engine.New(engine.Options{
		Platform: oliver.Platform, Fixtures: set, Transport: r, Settings: settings,
		Stamp: func() time.Time { return time.Unix(1700000000, 0) },
	})
	if err != nil {
		t.Fatal(err)
	}
	e.State.SetTarget(target)
	return e, r
}

func call(e *engine.Engine, method, path, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func post(t *testing.T, e *engine.Engine, body string) string {
	t.Helper()
	w := call(e, http.MethodPost, commands, body)
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/json" {
		t.Fatalf("HTTP %d %v; every message is answered 200 application/json", w.Code, w.Header())
	}
	return w.Body.String()
}

func load(t testing.TB, e *engine.Engine, name string) *fixtures.Message {
	t.Helper()
	m, err := e.State.Fixtures.Load("oliver/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func names(e *engine.Engine) (list []string) {
	for _, h := range e.State.Hooks.List() {
		list = append(list, h.Event)
	}
	return list
}

func TestPlatform(t *testing.T) {
	if err := mockplatforms.Validate([]*mockplatforms.Platform{oliver.Platform}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(oliver.Platform.Manual, "callbacks are not HTTP") {
		t.Error("the manual does not say that this is an adaptation")
	}
	want := []fixtures.Field{{Name: "app", Value: "example-app"}, {Name: "path", Value: commands}}
	if got := oliver.Platform.Vars(oliver.Platform.Account); !slices.Equal(got, want) {
		t.Errorf("Vars = %v, want %v", got, want)
	}
}

// What was recorded of a registration is answered as it was recorded, byte for byte.
func TestRecordedRegistrations(t *testing.T) {
	for _, name := range []string{"customerCreated", "customerDeleted", "customerUpdated", "checkout", "c"} {
		t.Run(name, func(t *testing.T) {
			e, _ := start(t, nil)
			if name == "checkout" { // the sample has its third hook refused
				if err := e.State.Refuse(mockplatforms.Refusal{Event: "checkoutSyncComplete", Status: 422}); err != nil {
					t.Fatal(err)
				}
			}
			request, want := load(t, e, "registration/"+name+".request.http"), load(t, e, "registration/"+name+".response.http")
			if got := post(t, e, string(request.Body)); got != string(want.Body) {
				t.Errorf("got  %s\nwant %s", got, want.Body)
			}
		})
	}
}

func TestRegistration(t *testing.T) {
	head := func(command string) string { return `{"command":"` + command + `","version":1.0,"method":"POST"` }
	ok, bad := `"status":200,"message":"Event registered successfully","error":null}`, `"status":402,"message":null,"error":"`
	replyA := head("Callback") + `,"responseType":"registered","Hooks":[`
	tests := []struct {
		name, body, want string
		hooks            []string
	}{
		{
			"B, page of a hook", head("registerCallback") + `,"data":[{"callbackCommand":"Cart","hookName":"itemUpdatedInCart"}]}`,
			head("registerCallback") + `,"responseType":"registered","Hooks":[{"callbackCommand":"Cart","hookName":"itemUpdatedInCart",` + ok + `]}`,
			[]string{"itemUpdatedInCart"},
		},
		{
			"B, page of a hook, refused", head("registerCallback") + `,"data":[{"callbackCommand":"Cart","hookName":"unicorn"}]}`,
			head("registerCallback") + `,"responseType":"registered","Hooks":[{"callbackCommand":"Cart","hookName":"unicorn",` + bad + refused + `"}]}`,
			nil,
		},
		{
			"A, partial failure",
			head("Callback") + `,"data":[{"event":"Customer","hookName":"customerCreated"},{"event":"Customer","hookName":"unicornCreated"},{"event":"Cart","hookName":"customerDeleted"},{"event":"Customer"},{"hookName":"customerUpdated"},7,{"event":"Checkout","hookName":"checkoutComplete"}]}`,
			replyA + `{"event":"Customer","hookName":"customerCreated",` + ok +
				`,{"event":"Customer","hookName":"unicornCreated",` + bad + refused + `"},{"event":"Cart","hookName":"customerDeleted",` + bad + refused +
				`"},{"event":"Customer",` + bad + `Missing attribute"},{"hookName":"customerUpdated",` + bad + `Missing attribute"},{` + bad + `Missing attribute"}` +
				`,{"event":"Checkout","hookName":"checkoutComplete",` + ok + `]}`,
			[]string{"customerCreated", "checkoutComplete"},
		},
		{
			"the word of a variant is good", head("Callback") + `,"data":[{"event":"customerAdded","hookName":"customerAddedToCart"}]}`,
			replyA + `{"event":"customerAdded","hookName":"customerAddedToCart",` + ok + `]}`, []string{"customerAddedToCart"},
		},
		{
			"an event of dialect C", head("Callback") + `,"data":[{"event":"Any","hookName":"product-detail"}]}`,
			replyA + `{"event":"Any","hookName":"product-detail",` + ok + `]}`, []string{"product-detail"},
		},
		{
			"a duplicate in one request", head("Callback") + `,"data":[{"event":"Customer","hookName":"customerCreated"},{"event":"Customer","hookName":"customerCreated"}]}`,
			replyA + `{"event":"Customer","hookName":"customerCreated",` + ok + `,{"event":"Customer","hookName":"customerCreated",` + ok + `]}`,
			[]string{"customerCreated"},
		},
		{
			"numbers for names", head("Callback") + `,"data":[{"event":1,"hookName":2.50}]}`,
			replyA + `{"event":1,"hookName":2.50,` + bad + refused + `"}]}`, nil,
		},
		{
			"command in another case", head("CALLBACK") + `,"data":[{"event":"Customer","hookName":"customerCreated"}]}`,
			head("CALLBACK") + `,"responseType":"registered","Hooks":[{"event":"Customer","hookName":"customerCreated",` + ok + `]}`, []string{"customerCreated"},
		},
		{
			"registerCallback in another case", head("REGISTERCALLBACK") + `,"data":[{"callBackCommand":"Customer","hookName":"customerCreated"}]}`,
			head("REGISTERCALLBACK") + `,"responseType":"registered","hooks":[{"event":"Customer","hookName":"customerCreated",` + ok + `]}`, []string{"customerCreated"},
		},
		{
			"C, not validated", `{"command":"registerCallBack","version":1.0,"method":"get","data":[{"command":"x","onAction":"no-such"},"{\"command\":\"y\",\"onAction\":\"product-detail\"}",{}]}`,
			`{"command":"registerCallBack","version":1.0,"method":"post","status":200,"data":{"message":"call back event registerd successfully."},"error":null}`,
			[]string{"no-such", "product-detail"},
		},
		{
			"C, no version", `{"command":"registercallback","data":[{"command":"x","onAction":"product-detail"}]}`,
			`{"command":"registerCallBack","method":"post","status":200,"data":{"message":"call back event registerd successfully."},"error":null}`,
			[]string{"product-detail"},
		},
		{
			"C with the items of A hears nothing", `{"command":"registerCallBack","version":"1.0","method":"POST","data":[{"event":"Customer","hookName":"customerCreated"}]}`,
			`{"command":"registerCallBack","version":"1.0","method":"post","status":200,"data":{"message":"call back event registerd successfully."},"error":null}`, nil,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, _ := start(t, nil)
			if got := post(t, e, test.body); got != test.want {
				t.Errorf("got  %s\nwant %s", got, test.want)
			}
			if got := names(e); !slices.Equal(got, test.hooks) {
				t.Errorf("hooks %q, want %q", got, test.hooks)
			}
		})
	}
}

func TestVersions(t *testing.T) {
	for version, good := range map[string]bool{
		`1.0`: true, `1`: true, `"1.0"`: true, `"1"`: true, `2`: true,
		`"one"`: false, `""`: false, `true`: false, `{}`: false, `"0x1"`: false, `"Inf"`: false,
	} {
		e, _ := start(t, nil)
		reply := post(t, e, `{"command":"Callback","version":`+version+`,"method":"post","data":[{"event":"Customer","hookName":"customerCreated"}]}`)
		if got := gjson.Get(reply, "version").Raw; got != version {
			t.Errorf("version %s is echoed as %s", version, got)
		}
		if got := gjson.Get(reply, "Hooks.0.error").String(); (got == "") != good || !good && got != "Invalid version" {
			t.Errorf("version %s: error %q", version, got)
		}
	}
}

func TestGeneralErrors(t *testing.T) {
	item := `"data":[{"event":"Customer","hookName":"customerCreated"}]}`
	tests := []struct{ name, body, fixture string }{
		{"unknown command", `{"command":"Callforward","version":1.0,"method":"POST",` + item, "errors/invalid-command"},
		{"version is a word", `{"command":"Callback","version":"one","method":"POST",` + item, "errors/invalid-version"},
		{"data is an object", `{"command":"Callback","version":1.0,"method":"POST","data":{"event":"Customer","hookName":"customerCreated"}}`, "errors/invalid-data-format"},
		{"no method", `{"command":"Callback","version":1.0,` + item, "errors/missing-attribute"},
		{"an unknown command without items of A or B", `{"command":"Callforward","version":1,"method":"post","data":[]}`, "registration/c-unknown-command"},
		{"data of C is no list", `{"command":"registerCallBack","version":1,"method":"post","data":{}}`, "registration/c-failure"},
		{"no data in C", `{"command":"registerCallBack"}`, "registration/c-failure"},
		{"a null item in C", `{"command":"registerCallBack","data":[null]}`, "registration/c-failure"},
		{"an item of C that is no JSON", `{"command":"registerCallBack","data":["x"]}`, "registration/c-failure"},
		{"not JSON", `command=Callback`, "registration/c-invalid-request"},
		{"the documentation's own text", "{ command: ‘Callback’ }", "registration/c-invalid-request"},
		{"empty", "", "registration/c-empty-request"},
		{"null", "null", "registration/c-empty-request"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, _ := start(t, nil)
			if got, want := post(t, e, test.body), string(load(t, e, test.fixture).Body); got != want {
				t.Errorf("got  %s\nwant %s", got, want)
			}
			if got := names(e); got != nil {
				t.Errorf("%q were registered", got)
			}
		})
	}
}

func TestErrorTexts(t *testing.T) {
	tests := []struct{ body, path, want string }{
		{`{"command":"Callback","version":1.0,"method":"GET","data":[{"event":"Customer","hookName":"customerCreated"}]}`, "Hooks.0.error", "Invalid method"},
		{`{"command":"Callback","version":1.0,"method":"POST"}`, "Hooks.0.error", "Missing attribute"},
		{`{"command":"Callback","version":1.0,"method":"POST","data":null}`, "Hooks.0.error", "Missing attribute"},
		{`{"command":"Callback","method":"POST","data":[]}`, "Hooks.0.error", "Missing attribute"},
		{`{"command":"Callback","version":1.0,"method":"POST","data":[]}`, "Hooks.0.error", "Missing attribute"},
		{`{"command":"Callback","version":1.0,"method":"POST","data":"x"}`, "Hooks.0.error", "Invalid data format"},
		{`{"version":1.0,"method":"POST","data":[{"event":"Customer","hookName":"customerCreated"}]}`, "Hooks.0.error", "Missing attribute"},
		{`{"command":"registerCallback","version":"one","method":"POST","data":[{"callBackCommand":"Customer","hookName":"customerCreated"}]}`, "hooks.0.error", "Invalid version"},
		{`{"command":"registerCallback","version":"one","method":"POST","data":[{"event":"Customer","hookName":"customerCreated"}]}`, "hooks.0.error", "Invalid version"},
		{`{"command":"registerCallback","version":"one","method":"POST","data":[{"callbackCommand":"Customer","hookName":"x"}]}`, "Hooks.0.callbackCommand", "Customer"},
		{`{"command":"Callforward","data":[{"callBackCommand":"Customer","hookName":"x"},{"callBackCommand":"Cart","hookName":"y"}]}`, "hooks.1.error", "Invalid command"},
		{`{}`, "data.message", "Invalid command"},
		{`"a \"text\""`, "data.request", `a "text"`},
		{`[1]`, "data.code", "500"},
		{`0`, "data.code", "GR3"},
		{`false`, "data.request", "false"},
		{`""`, "data.message", "Invalid request."},
	}
	for _, test := range tests {
		e, _ := start(t, nil)
		reply := post(t, e, test.body)
		if got := gjson.Get(reply, test.path).String(); !gjson.Valid(reply) || got != test.want {
			t.Errorf("%s\n%s is %q in %s, want %q", test.body, test.path, got, reply, test.want)
		}
	}
}

func TestRefusals(t *testing.T) {
	refuse := func(t *testing.T, e *engine.Engine, r mockplatforms.Refusal) {
		t.Helper()
		if err := e.State.Refuse(r); err != nil {
			t.Fatal(err)
		}
	}
	t.Run("one item, once", func(t *testing.T) {
		e, _ := start(t, nil)
		refuse(t, e, mockplatforms.Refusal{Event: "customerDeleted", Status: 500, Times: 1})
		body := `{"command":"Callback","version":1,"method":"POST","data":[{"event":"Customer","hookName":"customerCreated"},{"event":"Customer","hookName":"customerDeleted"}]}`
		if got := gjson.Get(post(t, e, body), "Hooks.#.status").Raw; got != "[200,402]" {
			t.Errorf("statuses %s", got)
		}
		if got := gjson.Get(post(t, e, body), "Hooks.#.status").Raw; got != "[200,200]" {
			t.Errorf("statuses of the second request %s", got)
		}
		if got := names(e); !slices.Equal(got, []string{"customerCreated", "customerDeleted"}) {
			t.Errorf("hooks %q", got)
		}
	})
	t.Run("an item of C refuses the rest", func(t *testing.T) {
		e, _ := start(t, nil)
		refuse(t, e, mockplatforms.Refusal{Event: "customer-save-notification", Status: 402})
		got := post(t, e, string(load(t, e, "registration/c.request.http").Body))
		if want := string(load(t, e, "registration/c-failure").Body); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if got := names(e); !slices.Equal(got, []string{"customer-detail-view"}) {
			t.Errorf("hooks %q", got)
		}
	})
	t.Run("a whole request", func(t *testing.T) {
		e, _ := start(t, nil)
		for _, m := range e.State.Fixtures.List("oliver", ".response.http") {
			name, found := strings.CutPrefix(m.Name, "oliver/errors/")
			if !found || name[0] < '0' || name[0] > '9' {
				continue
			}
			status := 100*int(name[0]-'0') + 10*int(name[1]-'0') + int(name[2]-'0')
			refuse(t, e, mockplatforms.Refusal{Status: status, Times: 1})
			if w := call(e, http.MethodPost, commands, "{}"); w.Code != m.Status() || w.Body.String() != string(m.Body) {
				t.Errorf("%d: HTTP %d %s", status, w.Code, w.Body)
			}
		}
	})
}

func TestOtherCalls(t *testing.T) {
	for _, test := range []struct {
		method, path string
		status       int
	}{
		{http.MethodPost, "/oliver/app/other-app/commands", 404},
		{http.MethodPost, "/oliver/app/commands", 404},
		{http.MethodPost, "/", 404},
		{http.MethodGet, commands, 405},
		{http.MethodDelete, commands, 405},
	} {
		e, _ := start(t, nil)
		if w := call(e, test.method, test.path, ""); w.Code != test.status || !gjson.ValidBytes(w.Body.Bytes()) {
			t.Errorf("%s %s: HTTP %d %s", test.method, test.path, w.Code, w.Body)
		}
	}
}

// A request may be as long as the API takes, and apps may register at the same time.
func TestManyHooks(t *testing.T) {
	e, _ := start(t, nil)
	var items []string
	for i := range 5000 {
		items = append(items, `{"command":"x","onAction":"action-`+strconv.Itoa(i)+`"}`)
	}
	body := `{"command":"registerCallBack","version":1,"method":"post","data":[` + strings.Join(items, ",") + `]}`
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() { call(e, http.MethodPost, commands, body) })
	}
	wait.Wait()
	if n := len(e.State.Hooks.List()); n != len(items) {
		t.Errorf("%d hooks, want %d", n, len(items))
	}
}

func TestDuplicates(t *testing.T) {
	e, r := start(t, nil)
	m, err := e.State.Fixtures.Event("oliver", "product-detail")
	if err != nil {
		t.Fatal(err)
	}
	for _, command := range []string{"first", "second"} {
		reply := post(t, e, `{"command":"registerCallBack","version":1,"method":"post","data":[{"command":"`+command+`","onAction":"product-detail"}]}`)
		if gjson.Get(reply, "status").Raw != "200" {
			t.Errorf("%s: %s", command, reply)
		}
	}
	if _, err := e.Deliver(context.Background(), engine.Event{Message: m}); err != nil {
		t.Fatal(err)
	}
	if len(r.bodies) != 1 || gjson.Get(r.bodies[0], "command").String() != "first" {
		t.Errorf("sent %q", r.bodies)
	}
}

func newRecorder(e *engine.Engine, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	e.ServeHTTP(w, r)
	return w
}

func TestAsked(t *testing.T) {
	ask := func(event string, accepted bool) mockplatforms.Ask {
		return mockplatforms.Ask{Event: event, Accepted: accepted}
	}
	tests := []struct {
		name, request string
		refusal       mockplatforms.Refusal
		want          []mockplatforms.Ask
	}{
		{
			"A", `{"command":"Callback","version":1,"method":"POST","data":[{"event":"Customer","hookName":"customerCreated"},{"event":"Cart","hookName":"customerDeleted"},{"event":"Customer","hookName":"customerUpdated"}]}`,
			mockplatforms.Refusal{}, []mockplatforms.Ask{ask("customerCreated", true), ask("customerDeleted", false), ask("customerUpdated", true)},
		},
		{
			"B, the second hook is refused", `{"command":"registerCallback","version":1,"method":"POST","data":[{"callBackCommand":"Customer","hookName":"customerCreated"},{"callBackCommand":"Customer","hookName":"customerDeleted"}]}`,
			mockplatforms.Refusal{Nth: 2, Status: 402}, []mockplatforms.Ask{ask("customerCreated", true), ask("customerDeleted", false)},
		},
		{
			"C", `{"command":"registerCallBack","version":1,"method":"post","data":[{"command":"x","onAction":"a"},"{\"command\":\"y\",\"onAction\":\"b\"}",{}]}`,
			mockplatforms.Refusal{}, []mockplatforms.Ask{ask("a", true), ask("b", true)},
		},
		{
			"C, refused", `{"command":"registerCallBack","version":1,"method":"post","data":[{"command":"x","onAction":"a"},{"command":"y","onAction":"b"}]}`,
			mockplatforms.Refusal{Nth: 2, Status: 402}, []mockplatforms.Ask{ask("a", false), ask("b", false)},
		},
		{
			"a general error", `{"command":"Callback","version":"one","method":"POST","data":[{"event":"Customer","hookName":"customerCreated"}]}`,
			mockplatforms.Refusal{}, []mockplatforms.Ask{ask("customerCreated", false)},
		},
		{
			"a gateway", `{"command":"Callback","version":1,"method":"POST","data":[{"event":"Customer","hookName":"customerCreated"}]}`,
			mockplatforms.Refusal{Status: 503}, []mockplatforms.Ask{ask("customerCreated", false)},
		},
		{"register v3", `{"command":"registerCallBack","data":[{"command":"x","onAction":"a"}]}`, mockplatforms.Refusal{Status: 406}, []mockplatforms.Ask{ask("a", false)}},
		{"not JSON", `{"data":[`, mockplatforms.Refusal{}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			e, _ := start(t, nil)
			if test.refusal.Status != 0 {
				if err := e.State.Refuse(test.refusal); err != nil {
					t.Fatal(err)
				}
			}
			w := call(e, http.MethodPost, commands, test.request)
			if got := oliver.Platform.Asked([]byte(test.request), w.Code, w.Body.Bytes()); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v; %s", got, test.want, w.Body)
			}
		})
	}
}
