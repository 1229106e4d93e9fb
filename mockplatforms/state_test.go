package mockplatforms_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

func TestSwitches(t *testing.T) {
	s := toyState(t, nil)
	if got := s.Setting("body") + " " + s.Setting("status"); got != "escaped 200" {
		t.Errorf("the defaults are %q, want the first values", got)
	}
	if err := s.Set("body", "plain"); err != nil {
		t.Error(err)
	}
	for _, row := range []struct{ reason, name, value, words string }{
		{"a value that the switch does not have", "body", "plan", `switch toy.body takes ["escaped" "plain"], not "plan"`},
		{"a value of another switch", "status", "plain", `switch toy.status takes ["200" "201" "204"], not "plain"`},
		{"a slip", "stats", "200", `toy has no switch "stats"; did you mean "status"? (it has ["body" "status"])`},
		{"no name", "", "200", `toy has no switch ""`},
	} {
		if err := s.Set(row.name, row.value); err == nil || err.Error() != row.words && !strings.HasPrefix(err.Error(), row.words) {
			t.Errorf("%s: %v, want %s", row.reason, err, row.words)
		}
	}
	if got := s.Setting("body") + " " + s.Setting("status"); got != "plain 200" {
		t.Errorf("then the settings are %q", got)
	}
	if got := s.Setting("none"); got != "" {
		t.Errorf("a switch that is not there says %q", got)
	}
	if got := toyState(t, nil).Setting("body"); got != "escaped" {
		t.Errorf("the next scenario begins with %q", got)
	}
}

// TestRefused asks for a row of registrations, "" being a whole request, and looks at which are refused with what.
func TestRefused(t *testing.T) {
	for _, row := range []struct {
		reason   string
		refusals []mockplatforms.Refusal
		asked    string
		want     string
	}{
		{"nothing is to be refused", nil, " a b", "- - -"},
		{"whole requests, until the end", []mockplatforms.Refusal{{Status: 503}}, "  ", "503 503 503"},
		{"whole requests, twice", []mockplatforms.Refusal{{Status: 503, Times: 2}}, "   ", "503 503 - -"},
		{"a whole request is no single hook", []mockplatforms.Refusal{{Status: 503, Times: 1}}, "a b ", "- - 503"},
		{"an event, until the end", []mockplatforms.Refusal{{Event: "a", Status: 422}}, "a b a a", "422 - 422 422"},
		{"an event, once", []mockplatforms.Refusal{{Event: "a", Status: 422, Times: 1}}, "b a a", "- 422 -"},
		{"an event is no whole request", []mockplatforms.Refusal{{Event: "a", Status: 422}}, " b", "- -"},
		{"an event whose name begins another", []mockplatforms.Refusal{{Event: "a", Status: 422}}, "aa a", "- 422"},
		{"the second hook, whatever its event", []mockplatforms.Refusal{{Nth: 2, Status: 422}}, "a b c", "- 422 -"},
		{"the second hook; whole requests do not count", []mockplatforms.Refusal{{Nth: 2, Status: 422}}, " a  b", "- - - 422"},
		{"the first hook is no whole request", []mockplatforms.Refusal{{Nth: 1, Status: 422}}, " a a", "- 422 -"},
		{"of two that fit, the first that was asked for", []mockplatforms.Refusal{{Nth: 1, Status: 422}, {Event: "a", Status: 503}}, "a a", "422 503"},
		{"one after the other", []mockplatforms.Refusal{{Status: 503, Times: 1}, {Status: 422, Times: 1}}, "  ", "503 422 -"},
		{"one that is used up makes room only for itself",
			[]mockplatforms.Refusal{{Event: "a", Status: 503, Times: 1}, {Event: "b", Status: 422, Times: 2}}, "a b b b a", "503 422 422 - -"},
	} {
		s := toyState(t, nil)
		for _, r := range row.refusals {
			if err := s.Refuse(r); err != nil {
				t.Fatal(err)
			}
		}
		var got []string
		for _, event := range strings.Split(row.asked, " ") {
			if status, refused := s.Refused(event); refused {
				got = append(got, fmt.Sprint(status))
			} else {
				got = append(got, "-")
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: asked for %q, answered %q, want %q", row.reason, strings.Split(row.asked, " "), got, row.want)
		}
	}
}

// TestRefusedOnce: times are counted under the lock. It catches a count that is read in one step and changed in another.
func TestRefusedOnce(t *testing.T) {
	s := toyState(t, nil)
	if err := s.Refuse(mockplatforms.Refusal{Status: 503, Times: 5}); err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	refused := make(chan int, 64)
	for range 16 {
		clients.Go(func() {
			for range 4 {
				if status, no := s.Refused(""); no {
					refused <- status
				}
			}
		})
	}
	clients.Wait()
	if len(refused) != 5 {
		t.Errorf("%d of 64 were refused, want 5", len(refused))
	}
}

func TestRefuseUnknownStatus(t *testing.T) {
	s := toyState(t, nil)
	want := `toy has no recorded error answer 418; it has ["404" "422" "503" "v2-404"]`
	if err := s.Refuse(mockplatforms.Refusal{Status: 418}); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if status, refused := s.Refused(""); refused {
		t.Errorf("it refuses with %d all the same", status)
	}
}

func TestAnswer(t *testing.T) {
	s := toyState(t, fstest.MapFS{
		"toy/registration/hook.response.http": answer("201", "X-Limit: 1\nX-Limit: 2\n", `{"data":{"id":1,"name":"{n}","again":"{n}","v":1.10}}`),
	})
	for _, row := range []struct {
		reason string
		edits  []mockplatforms.Edit
		want   string
	}{
		{"as it was recorded", nil, `{"data":{"id":1,"name":"{n}","again":"{n}","v":1.10}}`},
		{"a value", []mockplatforms.Edit{mockplatforms.Put("data.id", []byte("9007199254740993"))},
			`{"data":{"id":9007199254740993,"name":"{n}","again":"{n}","v":1.10}}`},
		{"every place of a placeholder", []mockplatforms.Edit{mockplatforms.Fill("{n}", "x")}, `{"data":{"id":1,"name":"x","again":"x","v":1.10}}`},
		{"one edit after the other", []mockplatforms.Edit{mockplatforms.Put("data", []byte(`"{n}"`)), mockplatforms.Fill("{n}", "x")}, `{"data":"x"}`},
		{"a path that cannot be set leaves the body", []mockplatforms.Edit{mockplatforms.Put("", []byte("1"))},
			`{"data":{"id":1,"name":"{n}","again":"{n}","v":1.10}}`},
	} {
		w := httptest.NewRecorder()
		s.Answer(w, "registration/hook", row.edits...)
		if w.Code != 201 || w.Body.String() != row.want || !slices.Equal(w.Header().Values("X-Limit"), []string{"1", "2"}) {
			t.Errorf("%s: %d %v %s\nwant %s", row.reason, w.Code, w.Header(), w.Body, row.want)
		}
		for name := range w.Header() {
			if strings.HasPrefix(name, "Fixture-") {
				t.Errorf("the metadata %s is sent", name)
			}
		}
	}
	w := httptest.NewRecorder()
	if s.Answer(w, "registration/hok"); w.Code != http.StatusNotImplemented || !strings.Contains(w.Body.String(), `no fixture "toy/registration/hok`) {
		t.Errorf("an answer that was not recorded: %d %s", w.Code, w.Body)
	}
}

func TestError(t *testing.T) {
	s := toyState(t, nil)
	r := httptest.NewRequest(http.MethodGet, "/v2/x", http.NoBody)
	w := httptest.NewRecorder()
	if s.Error(w, r, 404, mockplatforms.Fill("{webhook_id}", "9")); w.Code != 404 || w.Body.String() != `{"missing":"9"}` {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	s.Platform.ErrorName = func(r *http.Request, status int) string {
		return fmt.Sprintf("errors/%s-%d", strings.Split(r.URL.Path, "/")[1], status)
	}
	w = httptest.NewRecorder()
	if s.Error(w, r, 404); w.Code != 404 || w.Body.String() != `{"v2":true}` {
		t.Errorf("with a name of the platform's own: %d %s", w.Code, w.Body)
	}
}

// TestAccounts: the first is the one under test; who has read the list keeps what it read.
func TestAccounts(t *testing.T) {
	s := toyState(t, nil)
	before := s.Accounts()
	s.AddAccount(mockplatforms.Account{Client: "two"})
	both := s.Accounts()
	s.SetAccount(mockplatforms.Account{Client: "mine", Secret: "s"})
	s.SetTarget("http://127.0.0.1:1/")
	got := s.Accounts()
	if len(before) != 1 || len(both) != 2 || before[0].Client != "client" || both[0].Client != "client" || both[1].Client != "two" {
		t.Errorf("what was read has become %+v and %+v", before, both)
	}
	if want := (mockplatforms.Account{Client: "mine", Secret: "s", Target: "http://127.0.0.1:1/"}); len(got) != 2 || got[0] != want || got[1].Client != "two" {
		t.Errorf("the accounts are %+v", got)
	}
	if s.Platform.Account.Client != "client" || s.Platform.Account.Target != "" {
		t.Errorf("the platform's example has become %+v", s.Platform.Account)
	}
}
