package steps

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
)

// A sentence that two patterns match is refused: godog would take the first.
func TestResolveRefusesTwoSteps(t *testing.T) {
	l := &language{}
	for _, p := range []string{`^the (.+) is restarted$`, `^the receiver is (.+)$`} {
		l.steps = append(l.steps, Step{Pattern: p})
		l.patterns = append(l.patterns, regexp.MustCompile(p))
	}
	for range 2 { // it is not remembered as either of them
		_, err := l.resolve("the receiver is restarted")
		if err == nil || !strings.Contains(err.Error(), `is two steps: ^the (.+) is restarted$ and ^the receiver is (.+)$`) {
			t.Errorf("the error is %v", err)
		}
	}
	for range 2 {
		if s, err := l.resolve("the receiver is gone"); err != nil || s.Pattern != l.steps[1].Pattern {
			t.Errorf("%+v, %v", s, err)
		}
	}
}

func TestNewIDIsOfTheSameKind(t *testing.T) {
	for sample, kind := range map[string]string{
		`586402305`:                              `^[12]\d{9}$`,
		`"586402305"`:                            `^"[12]\d{9}"$`,
		`"jo@example.com"`:                       `^"jane\.[12]\d{9}@example\.com"$`,
		`"6f1c1ae2-0b5e-4c4e-9f7e-2f3f0d9d3a10"`: `^"[0-9a-f]{8}-0000-4000-8000-[0-9a-f]{12}"$`,
		`"customer_ab"`:                          `^"id[0-9a-z]+"$`,
		`""`:                                     `^"id[0-9a-z]+"$`,
	} {
		seen := map[string]bool{}
		for n := range int64(100) {
			id := newID("seed", n, gjson.Parse(sample))
			if !regexp.MustCompile(kind).MatchString(id) || !gjson.Valid(id) {
				t.Errorf("%s has become %s", sample, id)
			}
			if seen[id] {
				t.Errorf("%s came twice", id)
			}
			if r := gjson.Parse(id); r.Type == gjson.Number && r.Int() > 1<<31-1 {
				t.Errorf("%s is larger than what a 32-bit integer holds", id)
			}
			seen[id] = true
		}
		first, again, other := newID("seed", 1, gjson.Parse(sample)), newID("seed", 1, gjson.Parse(sample)), newID("other", 1, gjson.Parse(sample))
		if first != again || first == other {
			t.Errorf("%s does not derive from the seed", sample)
		}
	}
}

// Every event can be made anew: another body, of the same shape to a byte but for the ids.
func TestRenewEveryEvent(t *testing.T) {
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range all.Platforms() {
		for _, name := range set.Events(p.Name) {
			m, err := set.Event(p.Name, name)
			if err != nil {
				t.Fatal(err)
			}
			before := string(m.Body)
			a, err := Renew(m, "seed", 1)
			if err != nil {
				t.Errorf("%s %s: %v", p.Name, name, err)
				continue
			}
			b, _ := Renew(m, "seed", 2)
			if string(m.Body) != before {
				t.Errorf("%s %s: the fixture has changed", p.Name, name)
			}
			if len(m.Meta.Identity) > 0 && (string(a.Body) == string(b.Body) || string(a.Body) == before) {
				t.Errorf("%s %s: no new ids in %s", p.Name, name, a.Body)
			}
			if !gjson.ValidBytes(a.Body) {
				t.Errorf("%s %s: no JSON: %s", p.Name, name, a.Body)
			}
		}
	}
}

// A platform is found by its name and by its title, in any case.
func TestPlatformByName(t *testing.T) {
	s := &Setup{Platforms: all.Platforms()}
	for _, name := range []string{"cratejoy", "Cratejoy", "oliver", "Oliver POS", "oliver pos", "bigcommerce", "BIGCOMMERCE"} {
		if _, err := s.platform(name); err != nil {
			t.Error(err)
		}
	}
	_, err := s.platform("BigComerce")
	if err == nil || !strings.Contains(err.Error(), `did you mean "BigCommerce"?`) || !strings.Contains(err.Error(), "Oliver POS") {
		t.Errorf("the error is %v", err)
	}
}

func TestMaskedLeavesNothingOut(t *testing.T) {
	fields := []fixtures.Field{
		{Name: "user", Value: "u"}, {Name: "password", Value: "p"}, {Name: "token", Value: "t"},
		{Name: "secret", Value: "s"}, {Name: "token", Value: ""},
	}
	if got := strings.Join(Masked(fields), ","); got != "p,t,s" {
		t.Errorf("masked are %q", got)
	}
	// An empty secret is masked nowhere: it stands between any two letters.
	for _, p := range all.Platforms() {
		for _, secret := range Masked(p.Vars(mockplatforms.Account{})) {
			t.Errorf("%s masks %q", p.Name, secret)
		}
	}
}
