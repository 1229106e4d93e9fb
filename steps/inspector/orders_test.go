package inspector

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps"
)

// opened is an inspector with a store of each platform.
func opened(t testing.TB, change func(*Options)) *Inspector {
	t.Helper()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	o := Options{
		Title: "a test", Version: "test", Platforms: all.Platforms(), Fixtures: set, Seed: "test", Folder: t.TempDir(),
		Command: func(journal.Entry) string {
			return "hookdrill run --platform cratejoy --account bc_client_secret_0123456789"
		},
		Mask: strings.NewReplacer("bc_client_secret_0123456789", "***").Replace,
	}
	if change != nil {
		change(&o)
	}
	i := New(o)
	var stores []Store
	for _, p := range all.Platforms() {
		e, err := engine.New(engine.Options{Platform: p, Fixtures: set, Recorded: func(e journal.Entry) { i.Exchange("", e) }})
		if err != nil {
			t.Fatal(err)
		}
		stores = append(stores, Store{Platform: p, Engine: e, URL: "http://127.0.0.1:1"})
	}
	i.Play(stores)
	return i
}

// ordered gives an order and what came of it.
func ordered(t *testing.T, i *Inspector, path string, order any) (int, Receipt) {
	t.Helper()
	body, err := json.Marshal(order)
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(string(body)))
	r.Host = "127.0.0.1:4009"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(OrderField, "1")
	w := httptest.NewRecorder()
	i.ServeHTTP(w, r)
	var done Receipt
	if err := json.Unmarshal(w.Body.Bytes(), &done); err != nil {
		t.Fatal(err)
	}
	return w.Code, done
}

// receiver answers each callback with the next status, and keeps them.
func receiver(t *testing.T, statuses ...int) (url string, bodies *[]string, headers *[]http.Header) {
	t.Helper()
	bodies, headers = new([]string), new([]http.Header) // read when what came has been answered
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var body strings.Builder
		if _, err := fmt.Fprint(&body, r.Method, " "); err == nil {
			text := make([]byte, r.ContentLength)
			n, _ := r.Body.Read(text)
			body.Write(text[:n])
		}
		*bodies, *headers = append(*bodies, body.String()), append(*headers, r.Header)
		if len(statuses) > 0 {
			w.WriteHeader(statuses[0])
			statuses = statuses[1:]
		}
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hooks", bodies, headers
}

// Orders that cannot be carried out say why.
func TestOrders(t *testing.T) {
	i := opened(t, nil)
	good := `{"event":"customer_new"}`
	for _, c := range []struct {
		name, method, path, media, body string
		status                          int
		says                            string
	}{
		{"an order", "POST", "/send", "application/json", good, 200, `"attempts":[]`},
		{"with a charset", "POST", "/send", "application/json; charset=utf-8", good, 200, ""},
		{"another type", "POST", "/send", "text/plain", good, 415, "application/json"},
		{"another method", "GET", "/send", "", "", 405, "POST"},
		{"another path", "POST", "/elsewhere", "application/json", good, 404, "nothing here"},
		{"no JSON", "POST", "/send", "application/json", "{", 400, "cannot be read"},
		{"too long", "POST", "/send", "application/json", `{"event":"` + strings.Repeat("x", maxOrder) + `"}`, 400, "too large"},
		{"no event", "POST", "/send", "application/json", `{}`, 422, "no platform has an event"},
		{"a path that is none", "POST", "/send", "application/json", `{"event":"customer_new","values":[{"path":"","value":"1"}]}`, 422, ""},
		{"a far index", "POST", "/send", "application/json", `{"event":"customer_new","values":[{"path":"zzz.100000000","value":"1"}]}`, 422, "beyond the end of its list"},
		{"no target", "POST", "/send", "application/json", `{"event":"customerCreated","platform":"oliver"}`, 200, "no active hook"},
		{"no such fault", "POST", "/send", "application/json", `{"event":"customer_new","faults":["no answr"]}`, 422, "no fault"},
		{"no such platform", "POST", "/pass", "application/json", `{"platform":"cratejy"}`, 422, `did you mean \"cratejoy\"`},
		{"time that does not pass", "POST", "/pass", "application/json", `{"platform":"cratejoy","by":"-1h"}`, 422, "no time that can pass"},
		{"more time than there is", "POST", "/pass", "application/json", `{"platform":"cratejoy","by":"9000h"}`, 422, "a year at most"},
		{"nothing is due", "POST", "/pass", "application/json", `{"platform":"cratejoy"}`, 200, "no callback waits"},
		{"a fault that does not fit", "POST", "/fault", "application/json", `{"platform":"cratejoy","fault":"no signature"}`, 422, "signs nothing"},
		{"a target that is no URL", "POST", "/send", "application/json", `{"event":"customer_new","target":"file:///etc/passwd"}`, 422, "is not a URL"},
		{"a hook that is not there", "POST", "/remove", "application/json", `{"platform":"cratejoy","hook":1}`, 422, "has no hook 1"},
		{"an exchange that is not there", "POST", "/again", "application/json", `{"exchange":"7"}`, 422, "is not kept"},
		{"nothing to keep", "POST", "/save", "application/json", `{"exchange":"7","name":"x"}`, 422, "is not kept"},
		{"an exchange that is not there", "GET", "/exchanges/7", "", "", 404, "is not kept"},
		{"a name that is none", "GET", "/exchanges/x", "", "", 404, "is not kept"},
		{"an exchange of a scenario that is not there", "GET", "/exchanges/s1.1", "", "", 404, "is not kept"},
		{"half a name", "GET", "/exchanges/s1", "", "", 404, "is not kept"},
		{"a scenario that is not there", "GET", "/scenarios/1", "", "", 404, "is not kept"},
		{"an event that is not there", "GET", "/payload?platform=cratejoy&event=customer_nwe", "", "", 404, `did you mean \"customer_new\"`},
	} {
		r := httptest.NewRequest(c.method, c.path, strings.NewReader(c.body))
		r.Host = "127.0.0.1:4009"
		r.Header.Set(OrderField, "1")
		if c.media != "" {
			r.Header.Set("Content-Type", c.media)
		}
		w := httptest.NewRecorder()
		i.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) || w.Header().Get("Content-Type") != "application/json" {
			t.Errorf("%s: %d %s, want %d %s", c.name, w.Code, w.Body, c.status, c.says)
		}
	}
}

// While a run goes on nothing is ordered: it would be taken for the receiver's doing.
func TestOrdersDisturbNoRun(t *testing.T) {
	i := opened(t, nil)
	i.Play(nil)
	if code, done := ordered(t, i, "/send", Order{Event: "customer_new"}); code != 422 || !strings.Contains(done.Error, "the run goes on") {
		t.Errorf("%d %+v", code, done)
	}
}

// What is renewed differs each time, what is not is the same, and what is edited is as it was written.
func TestSend(t *testing.T) {
	i := opened(t, nil)
	url, bodies, _ := receiver(t)
	for _, o := range []Order{
		{}, {}, {New: true}, {New: true}, {Values: []Assignment{{"first_name", "Zoë"}, {"id", "9007199254740993"}}},
	} {
		o.Event, o.Target = "customer_new", url
		code, done := ordered(t, i, "/send", o)
		if code != 200 || len(done.Attempts) != 1 || !done.Attempts[0].Acknowledged || !strings.Contains(done.Said, "-> 200, acknowledged") {
			t.Fatalf("%d %+v", code, done)
		}
	}
	b := *bodies
	if b[0] != b[1] || b[1] == b[2] || b[2] == b[3] {
		t.Errorf("%q", b)
	}
	if !strings.Contains(b[4], `\"first_name\": \"Zo\\u00eb\"`) || !strings.Contains(b[4], `\"id\": 9007199254740993`) {
		t.Errorf("%s", b[4])
	}
}

// A callback that comes again is the same to a byte, under the same id; one with new ids is about something else.
func TestAgain(t *testing.T) {
	i := opened(t, nil)
	url, bodies, headers := receiver(t)
	ordered(t, i, "/send", Order{Event: "store/customer/created", Target: url, Values: []Assignment{{"data.id", "77"}}})
	ordered(t, i, "/again", againOrder{Exchange: "1"})
	ordered(t, i, "/again", againOrder{Exchange: "1", New: true})
	ordered(t, i, "/send", Order{Event: "customer_new", Target: url})
	ordered(t, i, "/again", againOrder{Exchange: "4"})
	b, h := *bodies, *headers
	if len(b) != 5 {
		t.Fatalf("%d callbacks came: %q", len(b), b)
	}
	first, fresh := gjson.Parse(b[0][len("POST "):]), gjson.Parse(b[2][len("POST "):])
	if b[0] != b[1] || h[0].Get("Webhook-Id") != h[1].Get("Webhook-Id") || len(h[1]["Webhook-Id"]) != 1 || first.Get("data.id").Raw != "77" {
		t.Errorf("the same again:\n%s\n%v\n%s\n%v", b[0], h[0], b[1], h[1])
	}
	if h[0].Get("Webhook-Id") == h[2].Get("Webhook-Id") || first.Get("data.id").Raw == fresh.Get("data.id").Raw || first.Get("hash").Raw == fresh.Get("hash").Raw {
		t.Errorf("another:\n%s\n%v\n%s\n%v", b[0], h[0], b[2], h[2])
	}
	elsewhere, moved, _ := receiver(t)
	for _, s := range i.playing() {
		s.Anew, s.Target = true, func(string) string { return elsewhere }
	}
	ordered(t, i, "/again", againOrder{Exchange: "4"})
	if m := *moved; len(m) != 1 || m[0] != b[3] || len(*bodies) != 5 {
		t.Errorf("where there is another receiver it gets %q", m)
	}
	forged := opened(t, nil)
	ordered(t, forged, "/send", Order{Event: "store/customer/created", Target: url, Faults: []string{"no signature"}})
	ordered(t, forged, "/again", againOrder{Exchange: "1"})
	if h := (*headers)[len(*headers)-2:]; h[0].Get("Webhook-Signature") != "" || h[1].Get("Webhook-Signature") != "" {
		t.Errorf("what was forged comes again as %v", h[1])
	}
	stale, _ := forged.feed.find("1")
	stale.entry.Fault = ""
	forged.Exchange("", stale.entry)
	if code, done := ordered(t, forged, "/again", againOrder{Exchange: "3"}); code != 422 || !strings.Contains(done.Error, "signed for another time") {
		t.Errorf("a stale signature comes again: %d %+v", code, done)
	}
	if code, done := ordered(t, forged, "/again", againOrder{Exchange: "3", New: true}); code != 200 || len(done.Attempts) != 1 {
		t.Errorf("another event has a signature of its own: %d %+v", code, done)
	}
	if code, done := ordered(t, forged, "/save", saveOrder{"3", "stale"}); code != 422 || !strings.Contains(done.Error, "signed for another time") {
		t.Errorf("a stale signature is kept: %d %+v", code, done)
	}
	if b[3] != b[4] {
		t.Errorf("the escaped body comes again as\n%s\nand was\n%s", b[4], b[3])
	}
}

// A URL that is escaped when it is sent is still the one of its hook: what comes again needs no other.
func TestAgainToAnEscapedURL(t *testing.T) {
	i := opened(t, nil)
	url, bodies, _ := receiver(t)
	ordered(t, i, "/send", Order{Event: "customer_new", Target: url + "/a'b?q=é"})
	ordered(t, i, "/again", againOrder{Exchange: "1"})
	hooks := 0
	for _, s := range i.playing() {
		hooks += len(s.Engine.State.Hooks.List())
	}
	if len(*bodies) != 2 || hooks != 1 {
		t.Errorf("%d callbacks came, for %d hooks", len(*bodies), hooks)
	}
}

// Where the platform sends nothing, it says why.
func TestConsequencesAreSaid(t *testing.T) {
	i := opened(t, nil)
	var said []string
	for range 200 {
		_, done := ordered(t, i, "/send", Order{Event: "store/customer/created", Target: "http://127.0.0.1:1/", New: true})
		if len(done.Attempts) == 0 {
			said = done.Consequences
			break
		}
	}
	if len(said) == 0 || !strings.Contains(strings.Join(said, " "), "blocked") {
		t.Errorf("it says %q", said)
	}
}

// A page of a process that is gone is not taken at its word: its exchanges are others here.
func TestOrdersOfAnotherProcess(t *testing.T) {
	i := opened(t, nil)
	for from, status := range map[string]int{i.feed.instance: 404, FromSend: 404, "another": 409} {
		r := httptest.NewRequest(http.MethodGet, "/exchanges/1", nil)
		r.Host = "127.0.0.1:4009"
		r.Header.Set(OrderField, from)
		w := httptest.NewRecorder()
		if i.ServeHTTP(w, r); w.Code != status {
			t.Errorf("%s: %d %s", from, w.Code, w.Body)
		}
	}
}

// A fault that is switched on befalls what is sent until it is switched off; time that passes brings what is due.
func TestFaultsAndTime(t *testing.T) {
	i := opened(t, nil)
	url, bodies, headers := receiver(t)
	say := func(path string, order any) string {
		t.Helper()
		code, done := ordered(t, i, path, order)
		if code != 200 {
			t.Fatalf("%s %v: %d %+v", path, order, code, done)
		}
		return done.Said
	}
	created := Order{Event: "store/customer/created", Target: url}
	say("/fault", faultOrder{"bigcommerce", "answer 503"})
	if said := say("/send", created); !strings.Contains(said, "503, not acknowledged") || len(*bodies) != 0 {
		t.Errorf("%s, %d came", said, len(*bodies))
	}
	say("/fault", faultOrder{"bigcommerce", ""})
	if said := say("/pass", passOrder{"bigcommerce", ""}); said != "it is 1 min later; attempts that were due: 1" || len(*bodies) != 1 {
		t.Errorf("%s, %d came", said, len(*bodies))
	}
	say("/fault", faultOrder{"bigcommerce", "no signature"})
	say("/send", created)
	say("/fault", faultOrder{"bigcommerce", ""})
	say("/send", created)
	h := *headers
	if len(h) != 3 || h[1].Get("Webhook-Signature") != "" || h[2].Get("Webhook-Signature") == "" {
		t.Errorf("%v", h)
	}
}

// The payload of a GET hook stands in its URL: it is kept, and what the receiver's URL has is not.
func TestSaveKeepsTheQuery(t *testing.T) {
	i := opened(t, nil)
	url, _, _ := receiver(t)
	s, err := i.storeOf("cratejoy")
	if err != nil {
		t.Fatal(err)
	}
	s.Engine.State.Hooks.Add(mockplatforms.Hook{
		Client: s.Engine.State.Accounts()[0].Client, Event: "customer_new", Target: url + "?token=t", Method: "GET", Active: true,
		Fields: map[string]string{"querystring": "id={id}&type={type}"},
	}, nil)
	if code, done := ordered(t, i, "/send", Order{Event: "customer_new", Values: []Assignment{{"id", "4711"}}}); code != 200 || len(done.Attempts) != 1 {
		t.Fatalf("%d %+v", code, done)
	}
	if code, done := ordered(t, i, "/save", saveOrder{"1", "get"}); code != 200 {
		t.Fatalf("%d %+v", code, done)
	}
	file, err := os.ReadFile(filepath.Join(i.Folder, "fixtures", "cratejoy", "get.callback.http"))
	if want := "GET /?id=4711&type=customer HTTP/1.1\n"; err != nil || !strings.HasPrefix(string(file), want) {
		t.Errorf("%v, kept is %.200s, want %s", err, file, want)
	}
}

// What is kept is read, runs, and holds no secret.
func TestSave(t *testing.T) {
	i := opened(t, nil)
	url, _, _ := receiver(t)
	ordered(t, i, "/send", Order{Event: "customer_new", Target: url, Values: []Assignment{{"note", "bc_client_secret_0123456789"}}})
	ordered(t, i, "/send", Order{Event: "store/customer/created", Target: url, Faults: []string{"no signature"}, Values: []Assignment{{"data.id", "424242"}}})
	ordered(t, i, "/send", Order{Event: "customer_new", Target: url, Faults: []string{"truncated JSON"}})
	ordered(t, i, "/send", Order{Event: "customer_new", Target: url, Faults: []string{"answer 503"}})
	for n, name := range []string{"march", "forged", "half"} {
		if code, done := ordered(t, i, "/save", saveOrder{strconv.Itoa(n + 1), name}); code != 200 || !strings.Contains(done.Said, "hookdrill run --platform cratejoy --account *** --fixtures ") {
			t.Fatalf("%d %+v", code, done)
		}
	}
	for _, c := range []struct{ name, says string }{
		{"march", "is there already"}, {"../escape", "is not a name"}, {"", "is not a name"}, {"Upper", "is not a name"},
	} {
		if code, done := ordered(t, i, "/save", saveOrder{"1", c.name}); code != 422 || !strings.Contains(done.Error, c.says) {
			t.Errorf("%q: %d %+v", c.name, code, done)
		}
	}
	if code, done := ordered(t, i, "/save", saveOrder{"4", "outage"}); code != 422 || !strings.Contains(done.Error, "something stood in front of the receiver (answer 503)") {
		t.Errorf("%d %+v", code, done)
	}
	layer := filepath.Join(i.Folder, "fixtures")
	set, err := fixtures.New(fixtures.Layer{FS: os.DirFS(layer), Dir: layer})
	if err != nil {
		t.Fatal(err)
	}
	m, err := set.Load("cratejoy/march")
	if err != nil || !strings.Contains(string(m.Body), `\"note\": \"***\"`) || strings.Contains(string(m.Format()), "secret") {
		t.Errorf("%v, %s", err, m.Format())
	}
	if half, err := set.Load("cratejoy/half"); err != nil || gjson.ValidBytes(half.Body) {
		t.Errorf("%v, %s", err, half.Body)
	}
	if forged, err := set.Load("bigcommerce/forged"); err != nil || gjson.GetBytes(forged.Body, "data.id").Raw != "424242" {
		t.Errorf("%v, %s", err, forged.Body)
	}
	for name, says := range map[string]string{
		"march": `When the fixture "cratejoy/march" is sent
    Then the receiver acknowledges it
`, "forged": `When the fixture "bigcommerce/forged" is sent but arrives with: no signature
    Then the receiver answers as the contract allows
`, "half": `When the fixture "cratejoy/half" is sent
    Then the receiver acknowledges or refuses it
`,
	} {
		feature, err := os.ReadFile(filepath.Join(i.Folder, name+".feature"))
		if err != nil || !strings.HasSuffix(string(feature), says) {
			t.Errorf("%v, %s", err, feature)
		}
		_, sentences, _ := strings.Cut(string(feature), "Scenario:")
		for _, line := range strings.Split(strings.TrimSpace(sentences), "\n")[1:] {
			_, sentence, _ := strings.Cut(strings.TrimSpace(line), " ")
			if _, err := steps.Resolve(sentence); err != nil {
				t.Errorf("%s: %q is no step: %v", name, sentence, err)
			}
		}
	}
}

// TestSaveFollowsNoLink: what is kept stays in the folder, whoever has made that.
func TestSaveFollowsNoLink(t *testing.T) {
	elsewhere := t.TempDir()
	link := func(to, from string) {
		t.Helper()
		if err := os.MkdirAll(filepath.Dir(from), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.Symlink(to, from); err != nil {
			t.Skip("no links here:", err)
		}
	}
	project := t.TempDir()
	t.Chdir(project)
	link(elsewhere, "itself")
	link(elsewhere, filepath.Join("fixtures-of", "fixtures"))
	link(elsewhere, filepath.Join("platform-of", "fixtures", "cratejoy"))
	link(elsewhere, "above")
	link(filepath.Join(elsewhere, "march.feature"), filepath.Join("file-of", "march.feature"))
	url, _, _ := receiver(t)
	for _, c := range []struct {
		folder string
		code   int
	}{
		{"itself", 422}, {filepath.Join(project, "itself"), 422}, {"fixtures-of", 422}, {filepath.Join(project, "platform-of"), 422}, {filepath.Join("above", "below"), 422},
		{"file-of", 422}, {"plain", 200}, {filepath.Join(project, "new", "absolute"), 200},
	} {
		i := opened(t, func(o *Options) { o.Folder = c.folder })
		ordered(t, i, "/send", Order{Event: "customer_new", Target: url})
		if code, done := ordered(t, i, "/save", saveOrder{"1", "march"}); code != c.code {
			t.Errorf("%s: %d, %s%s", c.folder, code, done.Said, done.Error)
		} else if link := c.folder + "/fixtures"; c.folder == "fixtures-of" && !strings.Contains(done.Error, link+" is a link") {
			t.Errorf("the link %s is not named: %s", link, done.Error)
		}
	}
	if written, err := os.ReadDir(elsewhere); err != nil || len(written) > 0 {
		t.Errorf("%v is written elsewhere, %v", written, err)
	}
}
