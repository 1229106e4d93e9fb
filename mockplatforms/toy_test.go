package mockplatforms_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/fstest"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// answer writes a fixture of an answer of the toy platform: "404", more fields, a body.
func answer(status, fields, body string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("HTTP/1.1 " + status + " Toy\nFixture-Platform: toy\nFixture-Source: a test\n" +
		"Fixture-Evidence: inferred\nContent-Type: application/json\n" + fields + "\n" + body)}
}

func lookup(route, identity, body string) *fstest.MapFile {
	return answer("200", "Fixture-Route: "+route+"\nFixture-Resource: thing\nFixture-Identity: "+identity+"\n", body)
}

// toySet is the fixtures of a platform of this test, with the files of one case.
func toySet(t testing.TB, files fstest.MapFS) *fixtures.Set {
	t.Helper()
	all := fstest.MapFS{
		"toy/errors/404.response.http":    answer("404", "", `{"missing":"{webhook_id}"}`),
		"toy/errors/422.response.http":    answer("422", "", `{}`),
		"toy/errors/503.response.http":    answer("503", "", `{}`),
		"toy/errors/v2-404.response.http": answer("404", "", `{"v2":true}`),
	}
	for name, file := range files {
		all[name] = file
	}
	set, err := fixtures.New(fixtures.Layer{FS: all, Dir: "toys"})
	if err != nil {
		t.Fatal(err)
	}
	return set
}

func toy() *mockplatforms.Platform {
	return &mockplatforms.Platform{
		Name: "toy", Title: "Toy", Manual: "A platform of this test.", FirstHook: 7,
		Account: mockplatforms.Account{Client: "client"},
		Switches: []mockplatforms.Switch{
			{Name: "body", Doc: "how a body looks", Values: []string{"escaped", "plain"}},
			{Name: "status", Doc: "which status", Values: []string{"200", "201", "204"}},
		},
		Policy: mockplatforms.Policy{Acknowledges: "some", Acknowledged: mockplatforms.Success2xx, Timeout: time.Second},
		Vars:   func(mockplatforms.Account) []fixtures.Field { return nil },
		Routes: func(*mockplatforms.State) []mockplatforms.Route { return nil },
		Asked:  func([]byte, int, []byte) []mockplatforms.Ask { return nil },
		Encode: func(*mockplatforms.State, mockplatforms.Callback) (mockplatforms.Request, error) {
			return mockplatforms.Request{}, nil
		},
	}
}

func toyState(t testing.TB, files fstest.MapFS) *mockplatforms.State {
	t.Helper()
	return mockplatforms.NewState(toy(), toySet(t, files), time.Now)
}

// ask has the one lookup that a path reaches answer a request, as an engine would.
func ask(t testing.TB, s *mockplatforms.State, target string) *httptest.ResponseRecorder {
	t.Helper()
	mux := http.NewServeMux()
	for _, l := range mockplatforms.Lookups(s.Fixtures, "toy") {
		mux.HandleFunc(l.Pattern, func(w http.ResponseWriter, r *http.Request) { l.Answer(s, w, r) })
	}
	w := httptest.NewRecorder()
	mux.ServeHTTP(w, httptest.NewRequest(http.MethodGet, target, http.NoBody))
	return w
}
