package steps

import (
	"regexp"
	"strings"
	"testing"

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
