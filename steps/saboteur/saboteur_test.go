package saboteur_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/saboteur"
)

// TestAll: each has a file of its own, by its name, and all that its row of the list has to say.
func TestAll(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range saboteur.All() {
		if seen[s.Name] {
			t.Errorf("%s is listed twice", s.Name)
		}
		seen[s.Name] = true
		if !regexp.MustCompile(`^[a-z]+(-[a-z]+)*$`).MatchString(s.Name) || s.Doc == "" || len(s.Catches) == 0 {
			t.Errorf("%s needs a name in kebab case, a doc, and the scenarios that are there to catch it", s.Name)
		}
		if _, err := os.Stat(strings.ReplaceAll(s.Name, "-", "") + ".go"); err != nil {
			t.Errorf("%s has no file of its own: %v", s.Name, err)
		}
		if found, err := saboteur.Find(s.Name); err != nil || found.Doc != s.Doc {
			t.Errorf("%s is not found: %v", s.Name, err)
		}
	}
	if len(seen) < 25 {
		t.Errorf("there are %d", len(seen))
	}
	if _, err := saboteur.Find("drops-one-of-thre"); err == nil || !strings.Contains(err.Error(), `did you mean "drops-one-of-three"?`) {
		t.Errorf("the error is %v", err)
	}
}

type transport func(*http.Request) (*http.Response, error)

func (t transport) RoundTrip(r *http.Request) (*http.Response, error) { return t(r) }

var _ http.RoundTripper = transport(nil)

func named(t *testing.T, name string) saboteur.Saboteur {
	t.Helper()
	s, err := saboteur.Find(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// got is what comes through a saboteur: what the receiver was sent, and what the platform was answered.
type got struct {
	sent, answered []string
}

// TestCallbacks plays three callbacks, the second for the first time and again, to a receiver that answers with a status.
func TestCallbacks(t *testing.T) {
	const accent = `{"id":9007199254740993,"name":"Jos\u00e9 é"}`
	for _, row := range []struct {
		name   string
		status int
		body   string
		want   got
	}{
		{"deaf", 200, "a", got{nil, []string{"200", "200", "200"}}},
		{"drops-one-of-three", 201, "a", got{[]string{"POST /h a", "POST /h a"}, []string{"201", "201", "200"}}},
		{"fails-one-of-three", 200, "a", got{[]string{"POST /h a", "POST /h a"}, []string{"200", "200", "503"}}},
		{"breaks-one-of-three", 200, "a", got{[]string{"POST /h a", "POST /h a"}, []string{"200", "200", "unexpected EOF"}}},
		{"hides-refusals", 401, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"200", "200", "200"}}},
		{"hides-refusals", 500, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"500", "500", "500"}}},
		{"hides-crashes", 502, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"200", "200", "200"}}},
		{"hides-crashes", 404, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"404", "404", "404"}}},
		{"crashes-instead", 400, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"500", "500", "500"}}},
		{"answers-a-redirect", 200, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"307", "307", "307"}}},
		{"truncates", 200, "abcd", got{[]string{"POST /h ab", "POST /h ab", "POST /h ab"}, []string{"200", "200", "200"}}},
		{"loses-the-path", 200, "a", got{[]string{"POST / a", "POST / a", "POST / a"}, []string{"200", "200", "200"}}},
		{"another-method", 200, "a", got{[]string{"PUT /h a", "PUT /h a", "PUT /h a"}, []string{"200", "200", "200"}}},
		{"swallows-retries", 503, "a", got{[]string{"POST /h a"}, []string{"503", "200", "200"}}},
		{"refuses-repeats", 200, "a", got{[]string{"POST /h a"}, []string{"200", "409", "409"}}},
		{"holds-back", 201, "a", got{[]string{"POST /h a", "POST /h a"}, []string{"200", "201", "201"}}},
		{"doubles", 200, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a", "POST /h a", "POST /h a", "POST /h a"}, []string{"200", "200", "200"}}},
		{"mangles-accents", 200, accent, got{
			[]string{`POST /h {"id":9007199254740993,"name":"Jos? ?"}`, `POST /h {"id":9007199254740993,"name":"Jos? ?"}`, `POST /h {"id":9007199254740993,"name":"Jos? ?"}`},
			[]string{"200", "200", "200"},
		}},
		{"reserialises", 200, ` {"id":9007199254740993}`, got{
			[]string{`POST /h {"id":9007199254740992}`, `POST /h {"id":9007199254740992}`, `POST /h {"id":9007199254740992}`}, []string{"200", "200", "200"},
		}},
		{"reserialises", 200, `no JSON`, got{[]string{"POST /h no JSON", "POST /h no JSON", "POST /h no JSON"}, []string{"200", "200", "200"}}},
		{"busy", 200, "a", got{[]string{"POST /h a", "POST /h a", "POST /h a"}, []string{"200", "200", "200"}}}, // none comes beside another
	} {
		var seen got
		receiver := transport(func(r *http.Request) (*http.Response, error) {
			body, _ := io.ReadAll(r.Body)
			seen.sent = append(seen.sent, r.Method+" "+r.URL.Path+" "+string(body))
			return &http.Response{StatusCode: row.status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		})
		through := named(t, row.name).New().Callbacks(receiver)
		for range 3 {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://receiver.test/h", strings.NewReader(row.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Content-Type", "application/json")
			a, err := through.RoundTrip(r)
			if err != nil {
				seen.answered = append(seen.answered, err.Error())
				continue
			}
			seen.answered = append(seen.answered, strconv.Itoa(a.StatusCode))
			_ = a.Body.Close()
		}
		if !slices.Equal(seen.sent, row.want.sent) || !slices.Equal(seen.answered, row.want.answered) {
			t.Errorf("%s with %d:\n sent %q, want %q\n answered %q, want %q", row.name, row.status, seen.sent, row.want.sent, seen.answered, row.want.answered)
		}
	}
}

// TestHeaders: what is done to the fields of a callback, or of its answer.
func TestHeaders(t *testing.T) {
	for _, row := range []struct {
		name   string
		status int
		holds  func(sent, answer http.Header, body string) bool
	}{
		{"strips-signatures", 200, func(sent, _ http.Header, _ string) bool {
			return sent.Get("Webhook-Signature") == "" && sent.Get("Webhook-Id") == "1"
		}},
		{"first-signature-only", 200, func(sent, _ http.Header, _ string) bool { return sent.Get("Webhook-Signature") == "v1,a" }},
		{"loses-the-type", 200, func(sent, _ http.Header, _ string) bool { return sent.Get("Content-Type") == "text/plain" }},
		{"chatty", 200, func(_, answer http.Header, _ string) bool { return len(answer.Get("X-Debug-Trace")) > 8<<10 }},
		{"tells-its-insides", 400, func(_, _ http.Header, body string) bool { return strings.Contains(body, "at JSON.parse") }},
		{"tells-its-insides", 200, func(_, _ http.Header, body string) bool { return body == "" }},
	} {
		var sent http.Header
		through := named(t, row.name).New().Callbacks(transport(func(r *http.Request) (*http.Response, error) {
			sent = r.Header
			return &http.Response{StatusCode: row.status, Header: http.Header{}, Body: http.NoBody, Request: r}, nil
		}))
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://receiver.test/h", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = http.Header{"Content-Type": {"application/json"}, "Webhook-Id": {"1"}, "Webhook-Signature": {"v1,a v1,b"}}
		a, err := through.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(a.Body)
		if !row.holds(sent, a.Header, string(body)) {
			t.Errorf("%s with %d: sent %v, answered %v %s", row.name, row.status, sent, a.Header, body)
		}
		if r.Header.Get("Webhook-Signature") != "v1,a v1,b" || r.URL.Path != "/h" {
			t.Errorf("%s has changed the request that it was given", row.name)
		}
	}
}

// TestCalls: what comes to the platform of a list, two registrations and a lookup, and what the receiver is told.
func TestCalls(t *testing.T) {
	asked := []string{"GET /hooks", `POST /hooks {"e":"a"}`, `POST /hooks {"e":"b"}`, "GET /customers/32", "GET /customers/32"}
	for _, row := range []struct {
		name   string
		status int // of the second registration
		calls  string
		told   string
	}{
		{"swallows-a-registration", 200, "GET /hooks, POST a, GET 32, GET 32", `list, ok a, ok b, 32, 32`},
		{"registers-twice", 200, "GET /hooks, POST a, POST a, POST b, POST b, GET 32, GET 32", `list, ok a, ok b, 32, 32`},
		{"believes-in-hooks", 422, "GET /hooks, POST a, POST b, GET 32, GET 32", `list, ok a, ok b, 32, 32`},
		{"sees-no-hooks", 200, "POST a, POST b, GET 32, GET 32", `none, ok a, ok b, 32, 32`},
		{"repeats-lookups", 200, "GET /hooks, POST a, POST b, GET 32, GET 32, GET 32, GET 32", `list, ok a, ok b, 32, 32`},
		{"suppresses-lookups", 200, "GET /hooks, POST a, POST b", `list, ok a, ok b, 404, 404`},
		{"looks-up-another", 200, "GET /hooks, POST a, POST b, GET 33, GET 33", `list, ok a, ok b, 33, 33`},
		{"looks-up-once", 200, "GET /hooks, POST a, POST b, GET 32", `list, ok a, ok b, 32, 32`},
	} {
		var calls, told []string
		platform := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			body, _ := io.ReadAll(r.Body)
			e := strings.TrimSuffix(strings.TrimPrefix(string(body), `{"e":"`), `"}`)
			switch {
			case e != "":
				calls = append(calls, "POST "+e)
				if e == "b" && row.status != 200 {
					w.WriteHeader(row.status)
				}
				_, _ = io.WriteString(w, `{"ok":"`+e+`"}`)
			case r.URL.Path == "/hooks":
				calls = append(calls, "GET /hooks")
				_, _ = io.WriteString(w, "list")
			default:
				id := strings.TrimPrefix(r.URL.Path, "/customers/")
				calls = append(calls, "GET "+id)
				_, _ = io.WriteString(w, id)
			}
		})
		through := named(t, row.name).New().Calls(platform, func(r *http.Request) (journal.Kind, bool) {
			if r.URL.Path == "/hooks" {
				return journal.Registration, r.Method == http.MethodPost
			}
			return journal.Lookup, false
		})
		for _, a := range asked {
			part := strings.SplitN(a+" ", " ", 3)
			w := httptest.NewRecorder()
			through.ServeHTTP(w, httptest.NewRequest(part[0], part[1], strings.NewReader(strings.TrimSpace(part[2]))))
			told = append(told, words(w))
		}
		if strings.Join(calls, ", ") != row.calls || strings.Join(told, ", ") != row.told {
			t.Errorf("%s: the platform got %q, want %q; the receiver is told %q, want %q", row.name, strings.Join(calls, ", "), row.calls, strings.Join(told, ", "), row.told)
		}
	}
}

// words are an answer in short.
func words(w *httptest.ResponseRecorder) string {
	body := w.Body.String()
	switch {
	case w.Code == http.StatusNotFound:
		return "404"
	case strings.Contains(body, `"data":[]`):
		return "none"
	case strings.HasPrefix(body, `{"ok"`) && w.Code < 300:
		return "ok " + strings.Trim(strings.TrimPrefix(body, `{"ok":`), `"}`)
	}
	return body
}
