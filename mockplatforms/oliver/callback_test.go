package oliver_test

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

// registerIn registers one hook in a dialect, as an app does.
func registerIn(t *testing.T, e *engine.Engine, dialect string, m *fixtures.Message) {
	t.Helper()
	word := gjson.GetBytes(m.Body, "event").String() + gjson.GetBytes(m.Body, "callbackCommand").String()
	if word == "" {
		word = "Any"
	}
	body := map[string]string{
		"A": `{"command":"Callback","version":1.0,"method":"POST","data":[{"event":"WORD","hookName":"NAME"}]}`,
		"B": `{"command":"registerCallback","version":1.0,"method":"POST","data":[{"callbackCommand":"WORD","hookName":"NAME"}]}`,
		"C": `{"command":"registerCallBack","version":1,"method":"post","data":[{"command":"my \"command\"","onAction":"NAME"}]}`,
	}[dialect]
	reply := post(t, e, strings.NewReplacer("WORD", word, "NAME", m.Meta.Event).Replace(body))
	if !strings.Contains(reply, `"status":200`) {
		t.Fatal(reply)
	}
}

// payload reads the data of a triggered message the way a receiver of its dialect does.
func payload(t *testing.T, dialect, body string) string {
	t.Helper()
	if !gjson.Valid(body) {
		t.Fatalf("not JSON: %s", body)
	}
	data := gjson.Get(body, "data")
	if dialect != "C" {
		return data.Raw
	}
	if data.Type != gjson.String || !gjson.Valid(data.Str) {
		t.Fatalf("data is not JSON text: %s", body)
	}
	return data.Str
}

// Every event reaches a hook of every dialect, in the dialect's words and with the data that was recorded.
func TestEveryEventInEveryDialect(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	keys := map[string]string{
		"A": "command method version responseType event hookName data",
		"B": "command method version responseType callbackCommand hookName data",
		"C": "command data",
	}
	for _, name := range set.Events("oliver") {
		for dialect, words := range keys {
			t.Run(name+" "+dialect, func(t *testing.T) {
				e, r := start(t, nil)
				m, err := set.Event("oliver", name)
				if err != nil {
					t.Fatal(err)
				}
				registerIn(t, e, dialect, m)
				if _, err := e.Deliver(context.Background(), engine.Event{Message: m}); err != nil || len(r.bodies) != 1 {
					t.Fatalf("%d callbacks, %v", len(r.bodies), err)
				}
				body := r.bodies[0]
				if got, want := payload(t, dialect, body), payload(t, m.Meta.Dialect, string(m.Body)); got != want {
					t.Errorf("data %s, want %s", got, want)
				}
				if dialect == m.Meta.Dialect && dialect != "C" && body != string(m.Body) {
					t.Errorf("not the recorded bytes: %s", body)
				}
				count := 0
				gjson.Parse(body).ForEach(func(key, _ gjson.Result) bool {
					if count++; !strings.Contains(" "+words+" ", " "+key.String()+" ") {
						t.Errorf("key %s in dialect %s: %s", key, dialect, body)
					}
					return true
				})
				if count != len(strings.Fields(words)) || strings.Contains(body, "{event}") || strings.Contains(body, "{hookName}") {
					t.Errorf("dialect %s: %s", dialect, body)
				}
				if dialect == "C" && gjson.Get(body, "command").String() != `my "command"` {
					t.Errorf("not the command that was registered: %s", body)
				}
				if dialect != "C" && gjson.Get(body, "hookName").String() != name {
					t.Errorf("not the hook's name: %s", body)
				}
			})
		}
	}
}

func TestCallback(t *testing.T) {
	hook := func(dialect string) mockplatforms.Hook {
		return mockplatforms.Hook{
			Event: "customerCreated", Active: true,
			Fields: map[string]string{"dialect": dialect, "event": "Customer", "command": "saved"},
		}
	}
	encode := func(t *testing.T, h mockplatforms.Hook, settings map[string]string, change func(*mockplatforms.Callback)) (mockplatforms.Request, error) {
		t.Helper()
		e, _ := start(t, settings)
		c := mockplatforms.Callback{Account: e.State.Accounts()[0], Hook: h, Message: load(t, e, "callbacks/customerCreated.callback.http")}
		if change != nil {
			change(&c)
		}
		return e.Platform.Encode(e.State, c)
	}
	t.Run("recorded dialect", func(t *testing.T) {
		r, err := encode(t, hook("A"), nil, nil)
		want := `{"command":"Callback","method":"POST","version":1.0,"responseType":"triggered","event":"Customer","hookName":"customerCreated","data":{"ID":"qu658fhbeiimfooogggdvu9w4","email":"jane@example.com"}}`
		if err != nil || r.Method != http.MethodPost || r.URL != target || string(r.Body) != want {
			t.Errorf("%+v %s, %v", r, r.Body, err)
		}
		if len(r.Header) != 1 || r.Header[0].Value != "application/json" {
			t.Errorf("header %v", r.Header)
		}
	})
	t.Run("B", func(t *testing.T) {
		r, err := encode(t, hook("B"), nil, nil)
		want := `{"command":"registerCallback","version":1.0,"method":"POST","responseType":"triggered","callbackCommand":"Customer","hookName":"customerCreated","data":{"ID":"qu658fhbeiimfooogggdvu9w4","email":"jane@example.com"}}`
		if err != nil || string(r.Body) != want {
			t.Errorf("%s, %v", r.Body, err)
		}
	})
	t.Run("C", func(t *testing.T) {
		r, err := encode(t, hook("C"), nil, nil)
		want := `{"command":"saved","data":"{\"ID\":\"qu658fhbeiimfooogggdvu9w4\",\"email\":\"jane@example.com\"}"}`
		if err != nil || string(r.Body) != want {
			t.Errorf("%s, %v", r.Body, err)
		}
	})
	t.Run("a hook without a dialect", func(t *testing.T) {
		h := mockplatforms.Hook{Event: "customerCreated", Active: true}
		if r, err := encode(t, h, nil, nil); err != nil || gjson.GetBytes(r.Body, "command").String() != "Callback" {
			t.Errorf("%s, %v", r.Body, err)
		}
	})
	t.Run("the hook's own target", func(t *testing.T) {
		h := hook("A")
		h.Target = "http://other.example/"
		if r, err := encode(t, h, nil, nil); err != nil || r.URL != h.Target {
			t.Errorf("%s, %v", r.URL, err)
		}
	})
	t.Run("no target", func(t *testing.T) {
		_, err := encode(t, hook("A"), nil, func(c *mockplatforms.Callback) { c.Account.Target = "" })
		if err == nil || !strings.Contains(err.Error(), "example-app has no target") {
			t.Error(err)
		}
	})
	t.Run("verbatim", func(t *testing.T) {
		r, err := encode(t, hook("C"), map[string]string{"body": "literal"}, func(c *mockplatforms.Callback) {
			c.Verbatim = true
			c.Message = &fixtures.Message{Body: []byte("\x00 not {JSON")}
		})
		if err != nil || string(r.Body) != "\x00 not {JSON" {
			t.Errorf("%q, %v", r.Body, err)
		}
	})
	t.Run("no JSON, another dialect", func(t *testing.T) {
		if _, err := encode(t, hook("C"), nil, func(c *mockplatforms.Callback) {
			changed := *c.Message
			changed.Body = []byte("{")
			c.Message = &changed
		}); err == nil || !strings.Contains(err.Error(), "not JSON") {
			t.Error(err)
		}
	})
	t.Run("a dialect that is not there", func(t *testing.T) {
		if _, err := encode(t, hook("D"), nil, nil); err == nil {
			t.Error("no error")
		}
	})
	t.Run("literal", func(t *testing.T) {
		r, err := encode(t, hook("A"), map[string]string{"body": "literal"}, nil)
		if err != nil || gjson.ValidBytes(r.Body) || !strings.Contains(string(r.Body), "hookName: ‘customerCreated’") {
			t.Errorf("%s, %v", r.Body, err)
		}
		if _, err := encode(t, hook("B"), map[string]string{"body": "literal"}, nil); err == nil {
			t.Error("a text of dialect A went to a hook of dialect B")
		}
		if _, err := encode(t, hook("B"), map[string]string{"body": "literal"}, func(c *mockplatforms.Callback) {
			e, _ := start(t, nil)
			c.Message = load(t, e, "callbacks/userChanged.callback.http")
		}); err == nil || !strings.Contains(err.Error(), "oliver.body=strict") {
			t.Error(err)
		}
	})
}

func TestUnknownEventHasNoListener(t *testing.T) {
	e, _ := start(t, nil)
	m := load(t, e, "abuse/unknown-event.callback.http")
	if _, err := e.State.Fixtures.Event("oliver", m.Meta.Event); m.Meta.Event == "" || err == nil {
		t.Errorf("%q is in the catalogue", m.Meta.Event)
	}
	reply := post(t, e, `{"command":"Callback","version":1.0,"method":"POST","data":[{"event":"Unicorn","hookName":"unicornCreated"}]}`)
	if gjson.Get(reply, "Hooks.0.error").String() != refused {
		t.Error(reply)
	}
}

func FuzzAPI(f *testing.F) {
	set, err := fixtures.Builtin()
	if err != nil {
		f.Fatal(err)
	}
	for _, m := range set.List("oliver", ".http") {
		f.Add(http.MethodPost, commands, m.Body)
	}
	f.Add(http.MethodGet, "/oliver/app/x/commands/", []byte("{}"))
	f.Add(http.MethodPost, commands, []byte(`{"command":"Callback","version":"1","method":"POST","data":[{"event":null,"hookName":{"a":[]}}]}`))
	f.Fuzz(func(t *testing.T, method, path string, body []byte) {
		request, err := http.NewRequest(method, "http://oliver.example/", strings.NewReader(string(body)))
		if err != nil {
			t.Skip()
		}
		request.URL.Path = "/" + strings.TrimPrefix(path, "/")
		e, _ := start(t, nil)
		w := newRecorder(e, request)
		if w.Code < 200 || !gjson.ValidBytes(w.Body.Bytes()) {
			t.Errorf("%s %q %q: HTTP %d %q", method, path, body, w.Code, w.Body)
		}
		for _, entry := range e.Journal.Since(0) {
			if entry.Failure != "" {
				t.Error(entry.Failure)
			}
		}
	})
}
