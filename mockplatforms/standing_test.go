package mockplatforms_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// scheduled is a toy state whose schedule stands where the test puts it.
func scheduled(t *testing.T) (s *mockplatforms.State, now *time.Duration) {
	t.Helper()
	s, now = toyState(t, nil), new(time.Duration)
	s.Elapsed = func() time.Duration { return *now }
	return s, now
}

func TestBlocksEnd(t *testing.T) {
	s, now := scheduled(t)
	block := func(client, domain string, until time.Duration) {
		s.Block(mockplatforms.Block{Client: client, Domain: domain, Until: until})
	}
	block("client", "b.example", 180*time.Second)
	block("other", "b.example", 300*time.Second)
	block("client", "a.example", 60*time.Second)
	block("client", "b.example", 200*time.Second) // one that began before the first has ended
	for _, row := range []struct {
		reason        string
		at            time.Duration
		client, other string
	}{
		{"in the order in which they began, each client's alone", 0, "b.example a.example b.example", "b.example"},
		{"just before the first ends", 60*time.Second - 1, "b.example a.example b.example", "b.example"},
		{"the end is no longer in it", 60 * time.Second, "b.example b.example", "b.example"},
		{"of two of one domain the later counts", 199 * time.Second, "b.example", "b.example"},
		{"none is left", 200 * time.Second, "", "b.example"},
		{"nor for the other", 300 * time.Second, "", ""},
	} {
		*now = row.at
		for client, want := range map[string]string{"client": row.client, "other": row.other, "": "", "third": ""} {
			var domains []string
			for _, b := range s.Blocks(client) {
				if b.Client != client {
					t.Errorf("%s: %q is shown %+v", row.reason, client, b)
				}
				domains = append(domains, b.Domain)
			}
			if got := strings.Join(domains, " "); got != want {
				t.Errorf("%s: at %s %q is kept from %q, want %q", row.reason, row.at, client, got, want)
			}
		}
	}
}

func TestBlocked(t *testing.T) {
	hook := func(client, target string) mockplatforms.Hook {
		return mockplatforms.Hook{Client: client, Target: target}
	}
	for _, row := range []struct {
		reason string
		hook   mockplatforms.Hook
		want   bool
	}{
		{"its host", hook("client", "https://shop.example/hooks"), true},
		{"any port and path of it", hook("client", "http://shop.example:8443/other?x=1"), true},
		{"in any spelling", hook("client", "https://SHOP.Example/"), true},
		{"another client there", hook("other", "https://shop.example/hooks"), false},
		{"a host below it", hook("client", "https://eu.shop.example/"), false},
		{"a host that ends like it", hook("client", "https://myshop.example/"), false},
		{"its name in the path", hook("client", "https://other.example/shop.example"), false},
		{"a hook without a target", hook("client", ""), false},
	} {
		s, now := scheduled(t)
		s.Block(mockplatforms.Block{Client: "client", Domain: "shop.example", Until: time.Minute})
		if got := s.Blocked(row.hook); got != row.want {
			t.Errorf("%s: %v", row.reason, got)
		}
		*now = time.Minute
		if s.Blocked(row.hook) {
			t.Errorf("%s: still, when it has ended", row.reason)
		}
	}
}

// TestEmails: an address list is a client's own, and who gives or gets one cannot change it later.
func TestEmails(t *testing.T) {
	s := toyState(t, nil)
	if got := s.Emails("client"); len(got) != 0 {
		t.Errorf("at first: %q", got)
	}
	given := []string{"a@example.com", "b@example.com"}
	s.SetEmails("client", given)
	s.SetEmails("other", []string{"c@example.com"})
	given[0] = "spoilt"
	s.Emails("client")[1] = "spoilt"
	for client, want := range map[string][]string{"client": {"a@example.com", "b@example.com"}, "other": {"c@example.com"}, "third": nil} {
		if got := s.Emails(client); !slices.Equal(got, want) {
			t.Errorf("%s has %q, want %q", client, got, want)
		}
	}
	s.SetEmails("client", []string{"d@example.com"})
	if got := s.Emails("client"); !slices.Equal(got, []string{"d@example.com"}) {
		t.Errorf("a new list comes beside the old one: %q", got)
	}
	s.SetEmails("client", nil)
	if got := s.Emails("client"); len(got) != 0 {
		t.Errorf("set to none: %q", got)
	}
}

func TestRefuseLookups(t *testing.T) {
	type refusal struct{ status, times int }
	for _, row := range []struct {
		reason   string
		refusals []refusal
		want     string // of five lookups
	}{
		{"none is to be refused", nil, "- - - - -"},
		{"once", []refusal{{503, 1}}, "503 - - - -"},
		{"twice", []refusal{{503, 2}}, "503 503 - - -"},
		{"until the scenario ends", []refusal{{503, 0}}, "503 503 503 503 503"},
		{"one after the other", []refusal{{503, 2}, {422, 1}}, "503 503 422 - -"},
		{"one without an end leaves nothing to the next", []refusal{{503, 0}, {422, 1}}, "503 503 503 503 503"},
	} {
		s := toyState(t, nil)
		for _, r := range row.refusals {
			if err := s.RefuseLookups(r.status, r.times); err != nil {
				t.Fatal(err)
			}
		}
		if status, refused := s.Refused(""); refused {
			t.Errorf("%s: a registration is refused with %d", row.reason, status)
		}
		var got []string
		for range 5 {
			if status, refused := s.LookupRefused(); refused {
				got = append(got, fmt.Sprint(status))
			} else {
				got = append(got, "-")
			}
		}
		if strings.Join(got, " ") != row.want {
			t.Errorf("%s: %q, want %q", row.reason, got, row.want)
		}
	}
}

// TestRegistrationsAreNoLookups: a refusal of registrations leaves lookups alone.
func TestRegistrationsAreNoLookups(t *testing.T) {
	s := toyState(t, nil)
	if err := s.Refuse(mockplatforms.Refusal{Status: 503}); err != nil {
		t.Fatal(err)
	}
	if status, refused := s.LookupRefused(); refused {
		t.Errorf("a lookup is refused with %d", status)
	}
}

func TestRefuseLookupsUnknownStatus(t *testing.T) {
	s := toyState(t, nil)
	want := `toy has no recorded error answer 429; it has ["404" "422" "503" "v2-404"]`
	if err := s.RefuseLookups(429, 1); err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
	if status, refused := s.LookupRefused(); refused {
		t.Errorf("it refuses with %d all the same", status)
	}
}

// TestLookupsRefusedOnce: times are counted under the lock, and blocks may be read while others are filed.
func TestLookupsRefusedOnce(t *testing.T) {
	s := toyState(t, nil)
	if err := s.RefuseLookups(503, 5); err != nil {
		t.Fatal(err)
	}
	var clients sync.WaitGroup
	refused := make(chan int, 64)
	for i := range 16 {
		clients.Go(func() {
			client := fmt.Sprint(i % 2)
			for range 4 {
				if status, no := s.LookupRefused(); no {
					refused <- status
				}
				s.Block(mockplatforms.Block{Client: client, Domain: "a.example", Until: time.Minute})
				s.Blocks(client)
				s.SetEmails(client, append(s.Emails(client), "a@example.com"))
			}
		})
	}
	clients.Wait()
	if blocks := len(s.Blocks("0")) + len(s.Blocks("1")); len(refused) != 5 || blocks != 64 {
		t.Errorf("%d of 64 lookups were refused, want 5; %d blocks, want 64", len(refused), blocks)
	}
}
