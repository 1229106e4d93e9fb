package steps_test

import (
	"context"
	"encoding/base64"
	"encoding/hex"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/target"
)

func field(name, value string) fixtures.Field { return fixtures.Field{Name: name, Value: value} }

func probeOf(state string) func(context.Context) ([]byte, error) {
	return func(context.Context) ([]byte, error) { return []byte(state), nil }
}

func TestMisusedWhens(t *testing.T) {
	tests := []struct {
		lines []string
		says  []string
	}{
		{[]string{`"customer_nwe" happens`}, []string{`"customer_nwe"`, `did you mean "customer_new"?`}},
		{[]string{`a new "customer_nwe" happens`}, []string{`did you mean "customer_new"?`}},
		{[]string{`"customer_nwe" happens with:`, " | a | 1 |"}, []string{`did you mean "customer_new"?`}},
		{[]string{`"customer_nwe" happens with the body:`, " ```", " {}", " ```"}, []string{`did you mean "customer_new"?`}},
		{[]string{`"customer_new" happens with:`, " | a | 1 | 2 |"}, []string{"3 columns"}},
		{[]string{`"customer_new" happens with the body:`, " ```base46", " x", " ```"}, []string{`media type "base46"`, `did you mean "base64"?`, "hex"}},
		{[]string{`"customer_new" happens with the body:`, " ```xml", " x", " ```"}, []string{`media type "xml"`, "base64, hex, go"}},
		{[]string{`"customer_new" happens with the body:`, " ```base64", " !", " ```"}, []string{"base64"}},
		{[]string{`"customer_new" happens with the body:`, " ```hex", " 0g", " ```"}, []string{"hex"}},
		{[]string{`"customer_new" happens with the body:`, " ```go", " {}", " ```"}, []string{"Go string literal"}},
		{[]string{`the fixture "cratejoy/callbacks/customer_nwe" is sent`}, []string{`did you mean "cratejoy/callbacks/customer_new"?`}},
		{[]string{`the fixture "bigcommerce/callbacks/store/customer/created" is sent`}, []string{"belongs to bigcommerce", "the store is one of Cratejoy"}},
		{[]string{`"customer_new" happens but arrives with: truncted JSON`}, []string{`did you mean "truncated JSON"?`}},
		{[]string{`"customer_new" happens but arrives with: empty body, no contnt type`}, []string{`did you mean "no content type"?`}},
		{[]string{`"customer_new" happens, signed 10 minutes ago`}, []string{"Cratejoy signs nothing"}},
		{[]string{`"order_new" happens`, "the same callback is sent again"}, []string{"no callback was sent"}},
	}
	for _, test := range tests {
		failed(t, play(t, rich(status(200)), append([]string{aStore, aHook}, test.lines...)...), test.says...)
	}
}

func inner(c callback) string {
	text, _ := fixtures.Unescape([]byte(c.body))
	return string(text)
}

func TestHappensAgainIsTheSame(t *testing.T) {
	got := sent(t, aStore, aHook, happens, happens, "the same callback is sent again", taken)
	if len(got) != 3 || got[0].body != got[1].body || got[1].body != got[2].body {
		t.Errorf("got %+v", got)
	}
}

func TestNewHappens(t *testing.T) {
	got := sent(t, aStore, aHook, happens, `a new "customer_new" happens`, `a new "customer_new" happens`, "the same callback is sent again", taken)
	var ids []string
	for _, c := range got {
		ids = append(ids, gjson.Get(inner(c), "id").Raw)
	}
	if len(ids) != 4 || ids[0] != "586402305" || ids[1] == ids[0] || ids[2] == ids[1] || ids[2] == ids[0] || ids[3] != ids[2] {
		t.Errorf("the ids are %q", ids)
	}
	for _, c := range got[1:] {
		if strings.Replace(inner(c), gjson.Get(inner(c), "id").Raw, "586402305", 1) != inner(got[0]) {
			t.Errorf("more than the id is new: %s", inner(c))
		}
	}
}

// The same event keeps its delivery id when it is sent again; another event has one of its own.
func TestDeliveryIDs(t *testing.T) {
	const bc = `"store/customer/created" happens`
	got := sent(t, "a BigCommerce store", `a hook for "store/customer/created"`,
		bc, "the same callback is sent again", "the same event is sent again as another delivery", bc, taken)
	var ids []string
	for _, c := range got {
		ids = append(ids, c.Header.Get("Webhook-Id"))
	}
	if len(ids) != 4 || ids[0] == "" || ids[1] != ids[0] || ids[2] == ids[0] || ids[3] == ids[0] || ids[3] == ids[2] {
		t.Errorf("the delivery ids are %q", ids)
	}
	if got[0].body != got[1].body || got[0].body != got[2].body {
		t.Errorf("the bodies are %q %q %q", got[0].body, got[1].body, got[2].body)
	}
}

func TestHappensWith(t *testing.T) {
	got := sent(t, aStore, aHook, `"customer_new" happens with:`,
		"  | id         | 9007199254740993 |", "  | first_name | Zoë \"Z\"         |", "  | note       | null             |",
		"  | last_name  | \"7\"              |", "  | added.deep | [1, 2]           |", taken)
	body := inner(got[0])
	for path, raw := range map[string]string{"id": "9007199254740993", "note": "null", "last_name": `"7"`, "added.deep": "[1, 2]", "num_orders": "0"} {
		if v := gjson.Get(body, path).Raw; v != raw {
			t.Errorf("%s is %s in %s", path, v, body)
		}
	}
	if gjson.Get(body, "first_name").Str != `Zoë "Z"` || !strings.HasPrefix(got[0].body, `"{`) {
		t.Errorf("got %s", got[0].body)
	}
}

// Exactly these bytes go out: those that Gherkin would change too.
func TestExactBodies(t *testing.T) {
	const bytes = "{\"a\": \"\\\"\\\"\\\"\",\r\n  \"b\": \"\x00\xff\"}\n\n"
	tests := []struct{ media, content, want string }{
		{"", `{"id":  1}`, `{"id":  1}`},
		{"json", `{"id":  1}`, `{"id":  1}`},
		{"application/json", `{"a":"\"\"\""}`, `{"a":"\"\"\""}`},
		{"text", "hello", "hello"},
		{"base64", base64.StdEncoding.EncodeToString([]byte(bytes)), bytes},
		{"hex", hex.EncodeToString([]byte(bytes)), bytes},
		{"hex", "00 ff\n    0a", "\x00\xff\n"},
		{"go", `"{\"a\": \"\\\"\\\"\\\"\",\r\n  \"b\": \"\x00\xff\"}\n\n"`, bytes},
		{"base64", "", ""},
	}
	for _, test := range tests {
		got := sent(t, aStore, aHook, `"customer_new" happens with the body:`, "  ```"+test.media, "  "+test.content, "  ```", taken)
		if len(got) != 1 || got[0].body != test.want {
			t.Errorf("%s %q: got %q", test.media, test.content, got[0].body)
		}
	}
}

func TestWholeMessage(t *testing.T) {
	got := sent(t, aStore, aHook, `"customer_new" happens with the message:`, "  ```",
		"  PUT / HTTP/1.1", "  Content-Type: text/plain", "  x-shop: mine", "", "  id=1&x", "  ```", taken)
	if len(got) != 1 || got[0].Method != "PUT" || got[0].body != "id=1&x" || got[0].Header.Get("Content-Type") != "text/plain" || got[0].Header.Get("X-Shop") != "mine" {
		t.Errorf("got %+v", got)
	}
}

func TestFixtureSent(t *testing.T) {
	got := sent(t, aStore, aHook, `the fixture "cratejoy/callbacks/variants/customer_new-canonical" is sent`, taken)
	m, err := setupOf(t, steps.Receiver{}).Fixtures.Load("cratejoy/callbacks/variants/customer_new-canonical")
	if err != nil || len(got) != 1 || got[0].body != string(m.Body) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestFaults(t *testing.T) {
	got := sent(t, aStore, aHook, `"customer_new" happens but arrives with: empty body, no content type`, taken)
	if len(got) != 1 || got[0].body != "" || got[0].Header.Get("Content-Type") != "" {
		t.Errorf("got %+v", got)
	}
	good := sent(t, aStore, aHook, happens, taken)
	got = sent(t, aStore, aHook, `"customer_new" happens but arrives with: truncated JSON`, taken)
	if gjson.Valid(got[0].body) || len(got[0].body) == 0 || len(got[0].body) >= len(good[0].body) {
		t.Errorf("got %q", got[0].body)
	}
}

func TestUnknownEvent(t *testing.T) {
	for _, store := range []string{"an Oliver POS store", aStore, "a BigCommerce store"} {
		if got := sent(t, store, "something happens that no receiver knows", taken); len(got) != 1 {
			t.Errorf("%s: got %+v", store, got)
		}
	}
}

// The receiver registers: what it makes of the answer is its own business, that it is down is not.
func TestRegisterFails(t *testing.T) {
	tests := []struct {
		err  error
		says string
	}{
		{nil, "did not ask the platform for a single hook"},
		{context.DeadlineExceeded, "did not ask the platform for a single hook"},
		{&target.Unreachable{Where: "http://127.0.0.1:1/", Why: context.DeadlineExceeded, Output: "no database"}, "no database"},
	}
	for _, test := range tests {
		receiver := changed(plain(status(200)), func(o *target.Target) {
			o.Register = func(context.Context) error { return test.err }
		})
		failed(t, play(t, receiver, aStore, "the receiver registers"), test.says)
	}
}

func TestRestart(t *testing.T) {
	made := 0
	receiver := steps.Handler(func(target.World) (target.Receiver, error) {
		made++
		return target.Receiver{Handler: status(200 + made)}, nil
	}, false)
	passed(t, play(t, receiver, aStore, aHook, happens, "the receiver answers with status 201",
		"the receiver is restarted", happens, "the receiver answers with status 202"))
	failed(t, play(t, changed(plain(status(200)), func(o *target.Target) {
		o.Start = func(context.Context) error { return context.Canceled }
	}), aStore, "the receiver is restarted"), "context canceled")
}

// TestAnIdOfTheScenariosOwn: a receiver that remembers an earlier run took an id that a feature has written down for a repeat.
func TestAnIdOfTheScenariosOwn(t *testing.T) {
	var ids []string
	receiver := plain(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		ids = append(ids, gjson.Get(gjson.ParseBytes(body).String(), "id").Raw)
	})
	const with, id = `"customer_new" happens with:`, "  | id | {new id} |"
	one := []string{aStore, aHook, with, id, with, id, taken}
	for _, seed := range []string{"1", "2"} {
		setup := setupOf(t, receiver)
		setup.Seed = seed
		passed(t, run(t, setup, file(one), steps.RunOptions{})[0])
	}
	if len(ids) != 4 || ids[0] != ids[1] || ids[2] != ids[3] || ids[0] == ids[2] || len(ids[0]) != 10 {
		t.Errorf("ids %q", ids)
	}
}
