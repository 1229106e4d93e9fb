package mockplatforms_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

func TestValidate(t *testing.T) {
	for _, row := range []struct {
		reason string
		spoil  func(*mockplatforms.Platform)
		words  string // "": it is taken
	}{
		{"nothing is wrong", func(*mockplatforms.Platform) {}, ""},
		{"it need not sign, look at credentials, or have switches", func(p *mockplatforms.Platform) { p.Switches = nil }, ""},
		{"it looks at credentials", func(p *mockplatforms.Platform) { p.Authorize, p.Denied = anybody, http.StatusUnauthorized }, ""},
		{"no name", func(p *mockplatforms.Platform) { p.Name = "" }, "no name"},
		{"no title", func(p *mockplatforms.Platform) { p.Title = "" }, "no title"},
		{"no manual", func(p *mockplatforms.Platform) { p.Manual = "" }, "platform toy is undocumented"},
		{"no routes", func(p *mockplatforms.Platform) { p.Routes = nil }, "platform toy needs Routes"},
		{"nobody reads what was asked for", func(p *mockplatforms.Platform) { p.Asked = nil }, "platform toy needs"},
		{"nobody makes callbacks", func(p *mockplatforms.Platform) { p.Encode = nil }, "platform toy needs"},
		{"nobody tells the receiver", func(p *mockplatforms.Platform) { p.Vars = nil }, "platform toy needs"},
		{"no rule of acknowledgement", func(p *mockplatforms.Platform) { p.Policy.Acknowledged = nil }, "platform toy has no policy"},
		{"no timeout", func(p *mockplatforms.Platform) { p.Policy.Timeout = 0 }, "platform toy has no policy"},
		{"a timeout in the past", func(p *mockplatforms.Platform) { p.Policy.Timeout = -1 }, "platform toy has no policy"},
		{"no words for what it acknowledges", func(p *mockplatforms.Platform) { p.Policy.Acknowledges = "" }, "platform toy has no policy"},
		{"a retry in the past", func(p *mockplatforms.Platform) { p.Policy.Retries = []time.Duration{time.Minute, 0} }, "platform toy: delay 2"},
		{"a default of no rule", func(p *mockplatforms.Platform) { p.Policy.Defaults = []string{"retires"} }, `platform toy: no rule "retires"`},
		{"no status for wrong credentials", func(p *mockplatforms.Platform) { p.Authorize = anybody }, "platform toy checks credentials"},
		{"a switch without a name", func(p *mockplatforms.Platform) { p.Switches[1].Name = "" }, `switch "" needs`},
		{"a switch without a doc", func(p *mockplatforms.Platform) { p.Switches[1].Doc = "" }, `switch "status" needs`},
		{"a switch with nothing to choose", func(p *mockplatforms.Platform) { p.Switches[1].Values = []string{"200"} }, `switch "status" needs`},
	} {
		good, bad := toy(), toy()
		good.Name = "good"
		row.spoil(bad)
		err := mockplatforms.Validate([]*mockplatforms.Platform{good, bad})
		if row.words == "" && err != nil || row.words != "" && (err == nil || !strings.Contains(err.Error(), row.words)) {
			t.Errorf("%s: error %v, want %q", row.reason, err, row.words)
		}
	}
	if err := mockplatforms.Validate([]*mockplatforms.Platform{toy(), toy()}); err == nil || !strings.Contains(err.Error(), "toy is listed twice") {
		t.Errorf("listed twice: %v", err)
	}
}

func anybody(s *mockplatforms.State, _ *http.Request) (mockplatforms.Account, bool) {
	return s.Accounts()[0], true
}

func TestSuccess2xx(t *testing.T) {
	for status, want := range map[int]bool{0: false, 199: false, 200: true, 204: true, 299: true, 300: false, 410: false, 500: false} {
		if mockplatforms.Success2xx(status) != want {
			t.Errorf("%d acknowledges: %v", status, !want)
		}
	}
}

// TestRequestHeader: a changed request shares no header with the one it was made of, however much room that has left.
func TestRequestHeader(t *testing.T) {
	field := func(name, value string) fixtures.Field { return fixtures.Field{Name: name, Value: value} }
	start := func() []fixtures.Field {
		return append(make([]fixtures.Field, 0, 8), field("X-A", "1"), field("content-type", "a/b"), field("x-a", "2"))
	}
	for _, row := range []struct {
		reason string
		change func(mockplatforms.Request) mockplatforms.Request
		want   []fixtures.Field
	}{
		{"every spelling of a name goes, and its repeats", func(r mockplatforms.Request) mockplatforms.Request {
			return r.WithoutHeader("X-a")
		}, []fixtures.Field{field("content-type", "a/b")}},
		{"a name that is not there", func(r mockplatforms.Request) mockplatforms.Request { return r.WithoutHeader("X") }, start()},
		{"a field takes the place of all of its name", func(r mockplatforms.Request) mockplatforms.Request {
			return r.WithHeader("x-A", "3")
		}, []fixtures.Field{field("content-type", "a/b"), field("x-A", "3")}},
		{"a new field", func(r mockplatforms.Request) mockplatforms.Request { return r.WithHeader("B", "") }, append(start(), field("B", ""))},
	} {
		original := mockplatforms.Request{Header: start()}
		got := row.change(original)
		if !reflect.DeepEqual(got.Header, row.want) {
			t.Errorf("%s: %v, want %v", row.reason, got.Header, row.want)
		}
		for i := range got.Header {
			got.Header[i].Value = "overwritten"
		}
		if full := original.Header[:cap(original.Header)]; !reflect.DeepEqual(original.Header, start()) || full[3] != (fixtures.Field{}) {
			t.Errorf("%s: the original has become %v", row.reason, full)
		}
	}
}

func TestManual(t *testing.T) {
	for _, row := range []struct{ reason, source, want string }{
		{"a package comment", "// Package x does.\n//\n// # Heading\npackage x\n", "Package x does.\n\n# Heading\n"},
		{"no comment", "package x\n", ""},
		{"a comment that belongs to nothing", "// Copyright.\n\npackage x\n", ""},
		{"no Go", "Package x does.", ""},
		{"nothing", "", ""},
	} {
		if got := mockplatforms.Manual(row.source); got != row.want {
			t.Errorf("%s: %q, want %q", row.reason, got, row.want)
		}
	}
}
