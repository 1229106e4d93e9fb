package mockplatforms_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// TestValues: what a scenario sets stands in every answer about the thing, in a list and in an envelope too, and in no other.
func TestValues(t *testing.T) {
	files := fstest.MapFS{
		"toy/lookups/one.response.http":   lookup("GET /t/{id}", "id", `{"id":1,"status":11,"of":{"a":1}}`),
		"toy/lookups/v3.response.http":    lookup("GET /v3/t/{id}", "data.id", `{"data":{"id":1,"status":11},"meta":{}}`),
		"toy/lookups/many.response.http":  lookup("GET /t?id:in={id}", "data.#.id", `{"data":[{"id":1,"status":11}]}`),
		"toy/lookups/plain.response.http": lookup("GET /l", "#.id", `[{"id":7,"status":11}]`),
	}
	for _, row := range []struct{ id, target, want string }{
		{"7", "/t/7", `{"id":7,"status":10,"of":{"a":1}}`},
		{"7", "/t/8", `{"id":8,"status":11,"of":{"a":1}}`},
		{"", "/t/8", `{"id":8,"status":10,"of":{"a":1}}`},
		{"7", "/v3/t/7", `{"data":{"id":7,"status":10},"meta":{}}`},
		{"7", "/t?id:in=8,7", `{"data":[{"id":8,"status":11},{"id":7,"status":10}]}`},
		{"", "/t?id:in=8,7", `{"data":[{"id":8,"status":10},{"id":7,"status":10}]}`},
		{"7", "/l", `[{"id":7,"status":10}]`},
	} {
		s := toyState(t, files)
		if err := s.SetValue("thing", row.id, "status", "10"); err != nil {
			t.Fatal(err)
		}
		w := httptest.NewRecorder()
		r := httptest.NewRequest(http.MethodGet, row.target, nil)
		found := mockplatforms.Find(mockplatforms.Lookups(s.Fixtures, "toy"), r)
		if len(found) == 0 {
			t.Fatalf("%s: nothing looks it up", row.target)
		}
		found[0].Answer(s, w, r)
		if w.Body.String() != row.want {
			t.Errorf("with %q set, %s gives %s, want %s", row.id, row.target, w.Body, row.want)
		}
	}
	s := toyState(t, files)
	for setting, says := range map[string]string{
		"thing.status": "", "thing.of.a": "", "thing.of.b": `no "of.b"; did you mean "a"?`, "thing.of.a.b": "is a value", "thing.sttus": `did you mean "status"?`, "thng.status": `did you mean "thing"?`, "moood": "no switch",
	} {
		if err := s.Set(setting, "10"); (err == nil) != (says == "") || err != nil && !strings.Contains(err.Error(), says) {
			t.Errorf("%s: %v, want %q", setting, err, says)
		}
	}
}
