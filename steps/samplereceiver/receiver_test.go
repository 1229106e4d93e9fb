package samplereceiver_test

import (
	"context"
	"errors"
	"fmt"
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
	"github.com/hookdrill/hookdrill/mockplatforms/oliver"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

func TestAnswersToCallbacks(t *testing.T) {
	const object, escaped = `{"id":1}`, `"{\"id\":1}"`
	for _, row := range []struct {
		method, path, contentType, body string
		status, processed               int
	}{
		{"POST", "/hooks/cratejoy/customer_new", "application/json", escaped, 200, 1},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", object, 200, 1},
		{"POST", "/hooks/cratejoy/customer_new/", "application/json", object, 200, 1}, // no redirect
		{"POST", "/hooks/cratejoy/customer_new", "application/json", " \n" + escaped + "\t", 200, 1},
		{"POST", "/hooks/cratejoy/customer_new", "Application/JSON; Charset=UTF-8", object, 200, 1},
		{"POST", "/hooks/cratejoy/customer_new", "application/vnd.api+json", object, 200, 1},
		{"POST", "/hooks/cratejoy/customer_new", "text/json", object, 200, 1},
		{"POST", "/hooks/cratejoy/customer_new", "", object, 200, 1},                    // it may be JSON, and it is
		{"POST", "/hooks/cratejoy/customer_new", "", "a=b", 400, 0},                     // and here it is not
		{"POST", "/hooks/cratejoy/customer_new", "text/plain", object, 415, 0},          // refused aloud, not lost
		{"POST", "/hooks/cratejoy/customer_new", "multipart/form-data", object, 415, 0}, //
		{"POST", "/hooks/cratejoy/customer_new", "nonsense;;=", object, 415, 0},         //
		{"POST", "/hooks/cratejoy/customer_new", "application/json", "", 400, 0},        //
		{"POST", "/hooks/cratejoy/customer_new", "application/json", `{"id":1`, 400, 0}, //
		{"POST", "/hooks/cratejoy/customer_new", "application/json", `{"id":1}}`, 400, 0},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", `"just text"`, 400, 0},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", `"\"{\\\"id\\\":1}\""`, 400, 0}, // a third time is too often
		{"POST", "/hooks/cratejoy/customer_new", "application/json", `[1]`, 400, 0},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", `null`, 400, 0},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", strings.Repeat(" ", 4<<20-len(object)) + object, 200, 1},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", strings.Repeat(" ", 4<<20-len(object)+1) + object, 413, 0},
		{"POST", "/hooks/cratejoy/customer_new", "application/json", strings.Repeat("[", 100_000), 400, 0},
		{"PUT", "/hooks/cratejoy/customer_new", "application/json", object, 405, 0},
		{"HEAD", "/hooks/cratejoy/customer_new", "", "", 405, 0},
		{"GET", "/hooks/cratejoy/customer_new?id=7&email=jane%40example.com", "", "", 200, 1},
		{"POST", "/hooks/cratejoy/unicorn_new", "application/json", object, 200, 0},
		{"POST", "/hooks/cratejoy", "application/json", object, 404, 0},
		{"GET", "/hooks/oliver", "", "", 405, 0},
		{"POST", "/hooks/oliver", "application/json", `{"hookName":"customerCreated","data":{"ID":"a"}}`, 200, 1},
		{"POST", "/hooks/oliver", "application/json", `{"hookName":"customerCreated"}`, 200, 1},
		{"POST", "/hooks/oliver", "application/json", `{"hookName":"unicornCreated","data":{}}`, 200, 0},
		{"POST", "/hooks/oliver", "application/json", `{"data":{}}`, 400, 0}, // what is it about?
		{"POST", "/hooks/bigcommerce", "application/json", `{"scope":"store/customer/created"}`, 401, 0},
		{"POST", "/hooks/bigcommerce", "application/json", ``, 401, 0},
		{"POST", "/hooks/stripe", "application/json", object, 404, 0},
		{"GET", "/healthz", "", "", 200, 0},
		{"POST", "/healthz", "", "", 405, 0},
		{"POST", "/state", "", "", 405, 0},
		{"GET", "/register", "", "", 405, 0},
		{"GET", "/", "", "", 404, 0},
	} {
		s := newStage(t, cratejoy.Platform, "")
		status, text := s.send(row.method, row.path, row.contentType, row.body)
		if processed := s.shown().Processed; status != row.status || processed != row.processed {
			t.Errorf("%s %s %q %.60q: status %d, %d processed; want %d, %d", row.method, row.path, row.contentType, row.body, status, processed, row.status, row.processed)
		}
		if len(text) > 100 {
			t.Errorf("%s %s: the answer is long: %.200q", row.method, row.path, text)
		}
	}
}

func TestTheStateShowsWhatWasReceived(t *testing.T) {
	s := newStage(t, cratejoy.Platform, "")
	for _, empty := range []string{`"processed":0`, `"records":[]`, `"fetched":[]`, `"hooks":[]`, `"hooks_refused":[]`} {
		if !strings.Contains(s.state(), empty) {
			t.Errorf("the first state has no %s: %s", empty, s.state())
		}
	}
	bodies := []struct{ path, body, id, texts string }{
		{"cratejoy/customer_new", `{"id":9007199254740993,"b":"<b>","a":"José 🎁"}`, `9007199254740993`, `["José 🎁" "<b>"]`},
		{"cratejoy/customer_new", `{"id":123456789012345678901234567890.0}`, `123456789012345678901234567890.0`, `[]`},
		{"cratejoy/customer_new", `"{\"id\": \"9007199254740993\", \"note\": \"C:\\\\new \\\"x\\\" \\u00e9 \\ud83c\\udf81\"}"`, `"9007199254740993"`, `["9007199254740993" "C:\\new \"x\" é 🎁"]`},
		{"cratejoy/transaction_new", `{"order":{"id":2},"transaction":{"id":1}}`, `1`, `[]`},
		{"cratejoy/design_updated", `{"theme_name":"x"}`, `null`, `["x"]`},
		{"oliver", `{"command":"viewCustomerNotification","data":"{\"WPId\":40,\"FirstName\":\"Zoë\"}"}`, `40`, `["viewCustomerNotification" "Zoë"]`},
		{"oliver", `{"command":"addCustomerNotification","data":"\"saved\""}`, `null`, `["addCustomerNotification" "saved"]`},
		{"oliver", `{"hookName":"customerCreated","event":"Customer","data":{"ID":"a"}}`, `"a"`, `["a" "Customer" "customerCreated"]`},
	}
	for _, row := range bodies {
		if status, text := s.send("POST", "/hooks/"+row.path, "application/json", row.body); status != 200 {
			t.Errorf("%s: %d %s", row.body, status, text)
		}
	}
	for i, r := range s.shown().Records {
		if got := fmt.Sprintf("%q", r.Texts); string(r.ID) != bodies[i].id || got != bodies[i].texts {
			t.Errorf("%s is kept as id %s, texts %s", bodies[i].body, r.ID, got)
		}
	}
	if got := s.shown().Records[5].Event; got != "customer-detail-view" {
		t.Errorf("the event of a sample app's command is %s", got)
	}
	if a, b := s.state(), s.state(); a != b {
		t.Error("the state is another one each time")
	}
}

func TestEveryEventOfTheCatalogues(t *testing.T) {
	for _, p := range platforms() {
		t.Run(p.Name, func(t *testing.T) {
			s := newSocketStage(t, p, "")
			for i, event := range s.set.Events(p.Name) {
				s.hook(event)
				if got := statuses(s.happens(event, "")); got != "200" {
					t.Errorf("%s is answered %s", event, got)
				}
				v := s.shown()
				if v.Processed != i+1 || len(v.Records) != i+1 {
					t.Fatalf("%s made %d records of %d", event, v.Processed, i+1)
				}
			}
			for _, f := range s.shown().Fetched {
				if f.Status != http.StatusOK || strings.Contains(f.Path, "{") {
					t.Errorf("%s was answered %d", f.Path, f.Status)
				}
			}
			for _, call := range s.calls(0) {
				if !strings.HasSuffix(call, " 200") {
					t.Errorf("a lookup that the platform does not have: %s", call)
				}
			}
		})
	}
}

func TestWhatIsFetched(t *testing.T) {
	const cart = "09346904-4175-44fd-be53-f7e598531b6c"
	for _, row := range []struct {
		p               *mockplatforms.Platform
		event, overlays string // path=value,…
		want            string
	}{
		{bigcommerce.Platform, "store/customer/created", "data.id=9007199254740993", "GET /stores/abc123/v3/customers?id:in=9007199254740993 200"},
		{bigcommerce.Platform, "store/customer/address/updated", "data.id=7", "GET /stores/abc123/v3/customers/addresses?id:in=7 200"},
		{bigcommerce.Platform, "store/customer/deleted", "", ""},
		{bigcommerce.Platform, "store/order/statusUpdated", "data.id=250", "GET /stores/abc123/v2/orders/250 200"},
		{bigcommerce.Platform, "store/order/transaction/created", `data.order_id="251"`, "GET /stores/abc123/v3/orders/251/transactions 200"},
		{bigcommerce.Platform, "store/order/metafield/created", "", ""},
		{bigcommerce.Platform, "store/product/updated", "data.id=205", "GET /stores/abc123/v3/catalog/products/205 200"},
		{bigcommerce.Platform, "store/cart/created", "data.id=" + cart, "GET /stores/abc123/v3/carts/" + cart + " 200"},
		{bigcommerce.Platform, "store/cart/lineItem/created", "data.cartId=" + cart, "GET /stores/abc123/v3/carts/" + cart + " 200"},
		{bigcommerce.Platform, "store/channel/{channel_id}/order/created", "data.order_id=5", "GET /stores/abc123/v2/orders/5 200"},
		{bigcommerce.Platform, "store/channel/{channel_id}/socialMediaLinks/updated", "", ""},
		{bigcommerce.Platform, "store/priceList/records/created", "", ""},
		{bigcommerce.Platform, "store/app/uninstalled", "", ""},
		{bigcommerce.Platform, "store/cart/updated", "data.id=../../v3/hooks", ""}, // no id leads out of its path
		{cratejoy.Platform, "shipment_shipped", "id=5", "GET /v1/shipments/5/ 200"},
		{cratejoy.Platform, "customer_new", "", ""},
	} {
		s := newStage(t, row.p, "")
		s.hook(row.event)
		pairs := strings.FieldsFunc(row.overlays, func(r rune) bool { return r == '=' })
		if got := statuses(s.happens(row.event, "", pairs...)); got != "200" {
			t.Errorf("%s is answered %s", row.event, got)
		}
		if got := strings.Join(s.calls(0), ", "); got != row.want {
			t.Errorf("%s %s: fetched %q, want %q", row.event, row.overlays, got, row.want)
		}
	}
}

func TestWhatIsGoneIsNoErrorAndWhatFailsIsSentAgain(t *testing.T) {
	s := newStage(t, bigcommerce.Platform, "")
	s.engine.State.Forget("product", "205")
	s.hook("store/product/updated")
	if got := statuses(s.happens("store/product/updated", "", "data.id", "205")); got != "200" {
		t.Errorf("what is gone is answered %s", got)
	}
	for _, broken := range []int{503, 429, 500, 0} {
		down := true
		platform := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			switch {
			case !down:
			case broken == 0:
				panic("the platform is gone")
			default:
				w.WriteHeader(broken)
			}
		})
		r := receiver(t, "bigcommerce", platform, nil)
		body := `{"scope":"store/customer/created","hash":"a","data":{"type":"customer","id":32}}`
		first := post(t, r, "/hooks/bigcommerce", body, signed(t, "m", time.Now(), body)...)
		down = false
		second := post(t, r, "/hooks/bigcommerce", body, signed(t, "m", time.Now(), body)...)
		third := post(t, r, "/hooks/bigcommerce", body, signed(t, "m", time.Now(), body)...)
		if first.Code != 503 || second.Code != 200 || third.Code != 200 {
			t.Errorf("a lookup that fails with %d, works, is not needed: %d %d %d", broken, first.Code, second.Code, third.Code)
		}
		if state := get(r, "/state").Body.String(); !strings.Contains(state, `"processed":1,`) {
			t.Errorf("processed otherwise than once: %s", state)
		}
	}
}

// receiver is a correct one with a platform that is not the engine's.
func receiver(t *testing.T, name string, platform http.Handler, wait func(context.Context, time.Duration) error) *samplereceiver.Receiver {
	t.Helper()
	credentials := map[string]string{}
	for _, p := range platforms() {
		for _, f := range p.Vars(p.Account) {
			credentials[p.Name+"."+f.Name] = f.Value
		}
	}
	if wait == nil {
		wait = func(ctx context.Context, _ time.Duration) error { return ctx.Err() }
	}
	r, err := samplereceiver.New(samplereceiver.Config{
		Self: "http://127.0.0.1:3000", Platforms: map[string]string{name: "https://platform.test/"},
		Credentials: credentials, Client: &http.Client{Transport: direct{platform}}, Wait: wait,
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func post(t *testing.T, r http.Handler, path, body string, fields ...fixtures.Field) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequest("POST", path, strings.NewReader(body))
	for _, f := range fields {
		request.Header[f.Name] = []string{f.Value} // in the case in which it was sent
	}
	w := httptest.NewRecorder()
	r.ServeHTTP(w, request)
	return w
}

func get(r http.Handler, path string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	r.ServeHTTP(w, httptest.NewRequest("GET", path, nil))
	return w
}

func TestCopiesAtTheSameTimeTakeEffectOnce(t *testing.T) {
	s := newStage(t, cratejoy.Platform, "")
	var all sync.WaitGroup
	for i := range 64 {
		all.Go(func() {
			status, _ := s.send("POST", "/hooks/cratejoy/shipment_shipped", "application/json", fmt.Sprintf(`{"id":%d}`, i%4))
			if status != 200 {
				t.Errorf("a copy is answered %d", status)
			}
			s.state()
		})
	}
	all.Wait()
	if v := s.shown(); v.Processed != 4 || len(v.Fetched) != 4 {
		t.Errorf("%d processed, %d fetched, want 4", v.Processed, len(v.Fetched))
	}
}

func TestTheCustomHeaderIsReadInAnyCase(t *testing.T) {
	body := `{"scope":"store/app/uninstalled","hash":"a","data":{"type":"store"}}`
	for _, row := range []struct {
		name, value string
		status      int
	}{
		{"X-Hook-Source", "sample", 200}, {"x-hook-source", "sample", 200}, {"X-HOOK-SOURCE", "sample", 200},
		{"X-Hook-Source", "other", 400}, {"X-Other", "other", 200},
	} {
		r := receiver(t, "", http.NotFoundHandler(), nil)
		got := post(t, r, "/hooks/bigcommerce", body, append(signed(t, "m", time.Now(), body), fixtures.Field{Name: row.name, Value: row.value})...)
		if got.Code != row.status {
			t.Errorf("%s: %s is answered %d, want %d", row.name, row.value, got.Code, row.status)
		}
	}
}

func TestWithoutASecretNothingIsBelieved(t *testing.T) {
	r, err := samplereceiver.New(samplereceiver.Config{})
	if err != nil {
		t.Fatal(err)
	}
	body := `{"scope":"store/app/uninstalled"}`
	fields, _ := mockplatforms.StandardWebhooks(nil, "m", time.Now(), []byte(body))
	if got := post(t, r, "/hooks/bigcommerce", body, fields...); got.Code != 401 {
		t.Errorf("a callback that is signed with no secret is answered %d", got.Code)
	}
	if err := r.Register(context.Background()); err != nil {
		t.Errorf("a receiver without platforms registers nothing: %v", err)
	}
}

func TestRegisters(t *testing.T) {
	want := map[string][]string{
		"bigcommerce": {
			"store/cart/* /hooks/bigcommerce", "store/customer/created /hooks/bigcommerce", "store/customer/updated /hooks/bigcommerce",
			"store/order/created /hooks/bigcommerce", "store/product/updated /hooks/bigcommerce",
		},
		"cratejoy": {
			"customer_new /hooks/cratejoy/customer_new", "order_new /hooks/cratejoy/order_new",
			"shipment_shipped /hooks/cratejoy/shipment_shipped", "subscription_renewed /hooks/cratejoy/subscription_renewed",
		},
		"oliver": {
			"checkoutComplete ", "customer-detail-view ", "customer-save-notification ", "customerCreated ", "customerDeleted ", "customerUpdated ",
			"product-detail ",
		},
	}
	for _, p := range platforms() {
		for _, refusal := range []mockplatforms.Refusal{
			{}, {Status: 503, Times: 1}, {Status: 429, Times: 2}, {Nth: 2, Status: 503, Times: 1}, {Nth: 1, Status: 500, Times: 2},
		} {
			t.Run(fmt.Sprint(p.Name, refusal), func(t *testing.T) {
				s := newSocketStage(t, p, "")
				if refusal.Status != 0 {
					if err := s.engine.State.Refuse(refusal); err != nil {
						t.Fatal(err)
					}
				}
				for range 2 { // the second time there is nothing to do
					if status, text := s.send("POST", "/register", "", ""); status != 200 {
						t.Fatalf("%d %s", status, text)
					}
					if got := s.standing(); !slices.Equal(got, want[p.Name]) {
						t.Errorf("at the platform stand %q", got)
					}
					if v := s.shown(); len(v.Hooks) != len(want[p.Name]) || len(v.Refused) != 0 {
						t.Errorf("the state shows %v and %v", v.Hooks, v.Refused)
					}
				}
				asked := slices.DeleteFunc(s.calls(0), func(call string) bool { return strings.HasPrefix(call, "GET") })
				if len(asked) > len(want[p.Name])+max(refusal.Times, refusal.Nth) {
					t.Errorf("it asked %q", asked)
				}
				if (refusal.Status == 0) != (len(s.waits) == 0) {
					t.Errorf("it waited %v", s.waits)
				}
			})
		}
	}
}

func TestWhatIsRefusedForGood(t *testing.T) {
	for _, p := range platforms() {
		for _, status := range []int{400, 401, 402, 403, 404, 422} {
			if p.Name == "bigcommerce" && status == 402 {
				continue // it never answers that
			}
			t.Run(fmt.Sprint(p.Name, status), func(t *testing.T) {
				s := newStage(t, p, "")
				if err := s.engine.State.Refuse(mockplatforms.Refusal{Status: status}); err != nil {
					t.Fatal(err)
				}
				if got, text := s.send("POST", "/register", "", ""); got != 502 || !strings.Contains(text, fmt.Sprint(status)) {
					t.Errorf("/register answers %d %q", got, text)
				}
				v := s.shown()
				if len(v.Hooks) != 0 || len(v.Refused) < 4 || v.Refused[0].Status != status {
					t.Errorf("the state shows %v and %v", v.Hooks, v.Refused)
				}
				if calls := s.calls(0); len(calls) > 1+len(v.Refused) || len(s.waits) > 0 {
					t.Errorf("it hammers: %q", calls)
				}
			})
		}
	}
	t.Run("one of several", func(t *testing.T) {
		s := newStage(t, oliver.Platform, "")
		if err := s.engine.State.Refuse(mockplatforms.Refusal{Event: "customerUpdated", Status: 402}); err != nil {
			t.Fatal(err)
		}
		if err := s.self.Register(context.Background()); err == nil || !strings.Contains(err.Error(), "customerUpdated: status 402") {
			t.Errorf("the error is %v", err)
		}
		if got := s.standing(); len(got) != 6 || len(s.calls(0)) != 5 {
			t.Errorf("%q stand after %q", got, s.calls(0))
		}
	})
}

func TestHowLongItWaits(t *testing.T) {
	for _, row := range []struct {
		field, value string
		waits        string
	}{
		{"Retry-After", "7", "[7s 7s]"},
		{"X-Retry-After", "3", "[3s 3s]"},
		{"Retry-After", "soon", "[1s 2s]"},
		{"Retry-After", "-5", "[0s 0s]"},
		{"Retry-After", "Mon, 02 Jan 2006 15:04:05 GMT", "[0s 0s]"},
		{"Retry-After", "3600", "[]"}, // not as long as that, and not sooner either
		{"", "", "[1s 2s]"},
	} {
		waits, posts := []time.Duration{}, 0
		platform := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Method == http.MethodGet {
				_, _ = w.Write([]byte(`{"results":[]}`))
				return
			}
			posts++
			w.Header().Set(row.field, row.value)
			w.WriteHeader(http.StatusTooManyRequests)
		})
		r := receiver(t, "cratejoy", platform, func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil })
		if err := r.Register(context.Background()); err == nil || fmt.Sprint(waits) != row.waits || posts != len(waits)+1 {
			t.Errorf("%s: %s: waits %v, %d requests, %v", row.field, row.value, waits, posts, err)
		}
	}
}

func TestListsAreReadToTheirEnd(t *testing.T) {
	for _, p := range []*mockplatforms.Platform{bigcommerce.Platform, cratejoy.Platform} {
		s := newStage(t, p, "")
		for i := range 120 {
			s.hook(first(p), func(h *mockplatforms.Hook) { h.Target = fmt.Sprintf("https://example.com/%d", i) })
		}
		s.hook(first(p))
		before := len(s.standing())
		if err := s.self.Register(context.Background()); err != nil {
			t.Fatal(err)
		}
		if added, want := len(s.standing())-before, len(s.shown().Hooks)-1; added != want || want < 3 {
			t.Errorf("%s: %d hooks more, want %d", p.Name, added, want)
		}
	}
}

func TestAListThatNeverEndsOrIsRefused(t *testing.T) {
	calls := 0
	for _, list := range []string{`{"next":"?page=2","results":[]}`, `{"next":"https://evil.test/?page=2","results":[]}`} {
		calls = 0
		r := receiver(t, "cratejoy", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.Host != "platform.test" {
				t.Errorf("it called %s", r.Host)
			}
			calls++
			_, _ = w.Write([]byte(list))
		}), nil)
		if err := r.Register(context.Background()); err != nil || calls > 200 {
			t.Errorf("%d calls, %v", calls, err)
		}
	}
	calls = 0
	r := receiver(t, "bigcommerce", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.WriteHeader(http.StatusUnauthorized)
	}), nil)
	if err := r.Register(context.Background()); err == nil || calls != 1 {
		t.Errorf("a list that is refused: %d calls, %v", calls, err)
	}
}

func TestADuplicateHookIsNoFailure(t *testing.T) {
	r := receiver(t, "bigcommerce", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			w.WriteHeader(http.StatusUnprocessableEntity)
			_, _ = w.Write([]byte(`{"errors":{"destination":"A webhook with this scope and destination exists already."}}`))
		}
	}), nil)
	if err := r.Register(context.Background()); err != nil {
		t.Error(err)
	}
}

func TestRegistrationEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r := receiver(t, "oliver", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		w.WriteHeader(http.StatusServiceUnavailable)
	}), func(ctx context.Context, _ time.Duration) error { <-ctx.Done(); return ctx.Err() })
	if err := r.Register(ctx); err == nil {
		t.Error("it registered nothing and says nothing")
	}
	if err := r.Register(ctx); err == nil {
		t.Error("it registered nothing and says nothing")
	}
	if got := get(r, "/healthz").Code; got != 200 {
		t.Errorf("it is dead: %d", got)
	}
}

func TestARedirectIsNotFollowed(t *testing.T) {
	r := receiver(t, "bigcommerce", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Host != "platform.test" {
			t.Errorf("the token went to %s", r.Host)
		}
		http.Redirect(w, r, "https://evil.test/", http.StatusTemporaryRedirect)
	}), nil)
	if err := r.Register(context.Background()); err == nil {
		t.Error("a redirect counts as success")
	}
}

func TestTwoRegistrationsAtOnceRegisterOnce(t *testing.T) {
	s := newStage(t, cratejoy.Platform, "")
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			if err := s.self.Register(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := s.standing(); len(got) != 4 {
		t.Errorf("%q stand", got)
	}
}

func TestTheDeadAnswerNothing(t *testing.T) {
	s := newSocketStage(t, cratejoy.Platform, "dies-on-malformed")
	if status, _ := s.send("POST", "/hooks/cratejoy/customer_new", "application/json", "{"); status != 400 {
		t.Errorf("its last answer is %d", status)
	}
	for _, path := range []string{"/healthz", "/state", "/hooks/oliver"} {
		if status, _ := s.send("GET", path, "", ""); status != 0 {
			t.Errorf("%s is answered %d", path, status)
		}
	}
}

func TestItsOwnWaitEndsWithTheContext(t *testing.T) {
	r, err := samplereceiver.New(samplereceiver.Config{
		Platforms: map[string]string{"oliver": "http://platform.test"},
		Client: &http.Client{Transport: direct{http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "50")
			w.WriteHeader(http.StatusTooManyRequests)
		})}},
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if err := r.Register(ctx); err == nil || !errors.Is(ctx.Err(), context.DeadlineExceeded) {
		t.Errorf("it came back with %v", err)
	}
}
