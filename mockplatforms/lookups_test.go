package mockplatforms_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"testing/fstest"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// TestLookupAnswers compares whole bodies: the requested ids stand where the answer carries them, and nothing else
// has changed.
func TestLookupAnswers(t *testing.T) {
	const (
		one  = `{"id":118,"total":1.10,"url":"https://x.example/118/orders/118/","note":"118"}`
		list = `{"data":[{"id":118,"url":"/t/118","n":1},{"id":119}],"meta":{"total":1}}`
	)
	for _, row := range []struct {
		reason, route, identity, body string
		target, want                  string
	}{
		{"a number", "GET /t/{id}", "id", one, "/t/7", `{"id":7,"total":1.10,"url":"https://x.example/118/orders/118/","note":"118"}`},
		{"and the last place of it in a URL", "GET /t/{id}", "id,url", one, "/t/7",
			`{"id":7,"total":1.10,"url":"https://x.example/118/orders/7/","note":"118"}`},
		{"a number beyond 2^53", "GET /t/{id}", "id", `{"id":1}`, "/t/9007199254740993", `{"id":9007199254740993}`},
		{"a negative number", "GET /t/{id}", "id", `{"id":1}`, "/t/-5", `{"id":-5}`},
		{"007 is no JSON number", "GET /t/{id}", "id,url", one, "/t/007",
			`{"id":"007","total":1.10,"url":"https://x.example/118/orders/007/","note":"118"}`},
		{"nor is +5", "GET /t/{id}", "id", `{"id":1}`, "/t/+5", `{"id":"+5"}`},
		{"nor 1e3", "GET /t/{id}", "id", `{"id":1}`, "/t/1e3", `{"id":"1e3"}`},
		{"nor a number that no int64 holds", "GET /t/{id}", "id", `{"id":1}`, "/t/9223372036854775808", `{"id":"9223372036854775808"}`},
		{"quotes cannot break the body", "GET /t/{id}", "id", `{"id":1}`, `/t/%22,%22x%22:%22%5C`, `{"id":"\",\"x\":\"\\"}`},
		{"a name, where the recorded id is a number", "GET /t/{id}", "id", `{"id":1}`, "/t/abc", `{"id":"abc"}`},
		{"a string id stays a string", "GET /t/{id}", "id", `{"id":"e1-f2"}`, "/t/7", `{"id":"7"}`},
		{"a uuid, and in a URL", "GET /t/{id}", "id,url", `{"id":"e1-f2","url":"/e1-f2/x"}`, "/t/a-b", `{"id":"a-b","url":"/a-b/x"}`},
		{"a place deeper down", "GET /t/{id}", "data.id,data.link.url", `{"data":{"id":1,"link":{"url":"/a/1"}}}`, "/t/7",
			`{"data":{"id":7,"link":{"url":"/a/7"}}}`},
		{"no place", "GET /t/{id}", "", `{"now":1}`, "/t/7", `{"now":1}`},
		{"a path without an id", "GET /t/time", "id", `{"id":1}`, "/t/time", `{"id":1}`},
		{"the id of the path, in each element of a list", "GET /t/{id}/products", "#.order_id", `[{"order_id":1,"n":1},{"order_id":1}]`,
			"/t/7/products", `[{"order_id":7,"n":1}]`},

		{"one id of a query", "GET /t?id:in={id}", "data.#.id", list, "/t?id:in=7",
			`{"data":[{"id":7,"url":"/t/118","n":1}],"meta":{"total":1}}`},
		{"several, in the order in which they were asked for", "GET /t?id:in={id}", "data.#.id", list, "/t?id:in=9,7",
			`{"data":[{"id":9,"url":"/t/118","n":1},{"id":7,"url":"/t/118","n":1}],"meta":{"total":1}}`},
		{"all the places of each", "GET /t?id:in={id}", "data.#.id,data.#.url", list, "/t?id:in=9,7",
			`{"data":[{"id":9,"url":"/t/9","n":1},{"id":7,"url":"/t/7","n":1}],"meta":{"total":1}}`},
		{"commas too many", "GET /t?id:in={id}", "data.#.id", `{"data":[{"id":1}]}`, "/t?id:in=,7,,", `{"data":[{"id":7}]}`},
		{"no id after all", "GET /t?id:in={id}", "data.#.id", list, "/t?id:in=", list},
		{"another query: the list as it was recorded", "GET /t?id:in={id}", "data.#.id", list, "/t?sort=id", list},
		{"its first page too", "GET /t?id:in={id}", "data.#.id", list, "/t?page=1", list},
		{"a page behind it is empty, or clients would go on forever", "GET /t?id:in={id}", "data.#.id", list, "/t?page=2", `{"data":[],"meta":{"total":1}}`},
		{"also with ids", "GET /t?id:in={id}", "data.#.id", list, "/t?id:in=7&page=2", `{"data":[],"meta":{"total":1}}`},
		{"also of a list at the top, for the id of a path", "GET /t/{id}/products", "#.order_id", `[{"order_id":1}]`, "/t/7/products?page=2", `[]`},
		{"what is no list has no pages", "GET /t/{id}", "id", `{"id":1}`, "/t/7?page=2", `{"id":7}`},
		{"an id of a query whose answer is no list", "GET /t?id={id}", "id", `{"id":1}`, "/t?id=7", `{"id":7}`},
		{"a list without an example", "GET /t?id:in={id}", "data.#.id", `{"data":[]}`, "/t?id:in=7", `{"data":[]}`},
	} {
		s := toyState(t, fstest.MapFS{"toy/lookups/t.response.http": lookup(row.route, row.identity, row.body)})
		w := ask(t, s, row.target)
		if w.Code != 200 || w.Body.String() != row.want {
			t.Errorf("%s: GET %s gives %d %s\nwant %s", row.reason, row.target, w.Code, w.Body, row.want)
		}
		if !gjson.ValidBytes(w.Body.Bytes()) {
			t.Errorf("%s: that is no JSON", row.reason)
		}
		if m, err := s.Fixtures.Load("toy/lookups/t"); err != nil || string(m.Body) != row.body {
			t.Errorf("%s: the recorded body became %s", row.reason, m.Body)
		}
	}
}

func TestForgottenIDs(t *testing.T) {
	for _, row := range []struct {
		reason, route, identity, body, target string
		status                                int
		want                                  string
	}{
		{"an id of a path", "GET /t/{id}", "id", `{"id":1}`, "/t/8", 404, `{"missing":"{webhook_id}"}`},
		{"another id", "GET /t/{id}", "id", `{"id":1}`, "/t/88", 200, `{"id":88}`},
		{"an id of a path, though the answer is a list", "GET /t/{id}/x", "#.order_id", `[{"order_id":1}]`, "/t/8/x", 404, `{"missing":"{webhook_id}"}`},
		{"the only one of a query: an empty list", "GET /t?id:in={id}", "data.#.id", `{"data":[{"id":1}],"n":1}`, "/t?id:in=8", 200, `{"data":[],"n":1}`},
		{"one of two", "GET /t?id:in={id}", "data.#.id", `{"data":[{"id":1}]}`, "/t?id:in=8,7", 200, `{"data":[{"id":7}]}`},
		{"all of a list at the top", "GET /t?id:in={id}", "#.id", `[{"id":1}]`, "/t?id:in=8", 200, `[]`},
		{"the only one of a query whose answer is no list", "GET /t?id={id}", "id", `{"id":1}`, "/t?id=8", 404, `{"missing":"{webhook_id}"}`},
		{"the only one of a query whose answer carries no id", "GET /t?id={id}", "", `{}`, "/t?id=8", 404, `{"missing":"{webhook_id}"}`},
	} {
		s := toyState(t, fstest.MapFS{"toy/lookups/t.response.http": lookup(row.route, row.identity, row.body)})
		s.Forget("thing", "8")
		s.Forget("other", "7")
		if w := ask(t, s, row.target); w.Code != row.status || w.Body.String() != row.want {
			t.Errorf("%s: %d %s, want %d %s", row.reason, w.Code, w.Body, row.status, row.want)
		}
	}
}

// TestLookupsOfOnePath: of the lookups of one path the one with the query comes last, however the files are called.
func TestLookupsOfOnePath(t *testing.T) {
	for _, names := range [][2]string{{"a", "z"}, {"z", "a"}} {
		s := toyState(t, fstest.MapFS{
			"toy/lookups/" + names[0] + ".response.http": lookup("GET /t?id:in={id}", "#.id", `[{"id":1}]`),
			"toy/lookups/" + names[1] + ".response.http": lookup("GET /t", "", `[]`),
			"toy/lookups/m.response.http":                lookup("GET /t?name={id}", "#.name", `[{"name":"n"}]`),
			"toy/registration/x.response.http":           answer("200", "", `{}`), // no lookup
		})
		list := mockplatforms.Lookups(s.Fixtures, "toy")
		taking := func(target string) (routes []string) {
			for _, l := range list {
				if l.Takes(httptest.NewRequest(http.MethodGet, target, http.NoBody)) {
					routes = append(routes, l.Route())
				}
			}
			return routes
		}
		for target, want := range map[string][]string{
			"/t":          {"GET /t"},
			"/t?id:in=1":  {"GET /t", "GET /t?id:in={id}"},
			"/t?id%3Ain=": {"GET /t", "GET /t?id:in={id}"},
			"/t?name=x":   {"GET /t", "GET /t?name={id}"},
			"/t?other=x":  {"GET /t"},
		} {
			if got := taking(target); !slices.Equal(got, want) {
				t.Errorf("%s is taken by %q, want %q", target, got, want)
			}
		}
		if len(list) != 3 || list[0].Pattern != "GET /t" || list[0].Resource != "thing" {
			t.Errorf("the lookups are %+v", list)
		}
	}
}
