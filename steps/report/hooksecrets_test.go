package report

import (
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// TestHookSecrets: the secrets that a receiver registers are shown by no format, neither in callbacks nor where they are registered.
func TestHookSecrets(t *testing.T) {
	headers := `{"X-Webhook-Secret":"longhooksecret22","Authorization":"Bearer longtoken33","X-Shop":"a-name-of-a-shop"}`
	entries := []journal.Entry{
		{
			Seq: 1, Kind: journal.Registration, Request: journal.Message{Method: "POST", URL: "http://127.0.0.1:1/hooks", Body: []byte(`{"headers":` + headers + `}`)},
			Response: journal.Message{Status: 200, Body: []byte(`{"data":[{"id":1,"headers":` + headers + `}]}`)},
		},
		{
			Seq: 2, Kind: journal.Attempt, Event: "made", Request: journal.Message{Method: "POST", URL: "http://127.0.0.1:1/", Body: []byte("{}"), Header: []fixtures.Field{
				{Name: "X-Webhook-Secret", Value: "longhooksecret22"}, {Name: "Authorization", Value: "Bearer longtoken33"},
				{Name: "X-Shop", Value: "a-name-of-a-shop"}, {Name: "Webhook-Signature", Value: "v1,thesignature"},
			}}, Response: journal.Message{Status: 500, Body: []byte("not longhooksecret22")},
		},
	}
	scenario := Scenario{
		Name: "x", File: "a.feature", Line: 1, Verdict: Fail, Entries: entries,
		Failure: &Failure{Message: "it has longhooksecret22", Entries: entries},
	}
	for _, format := range []string{"pretty", "html", "junit", "json", "har", "events", "markdown", "ctrf", "messages"} {
		text := printed(t, format, Options{}, Run{}, []Scenario{scenario})
		for _, secret := range []string{"longhooksecret22", "longtoken33"} {
			if i := strings.Index(text, secret); i >= 0 {
				t.Errorf("%s shows %s: …%s", format, secret, text[max(0, i-80):i+len(secret)])
			}
		}
		if strings.Contains(text, "X-Shop") && (!strings.Contains(text, "a-name-of-a-shop") || !strings.Contains(text, "v1,thesignature")) {
			t.Errorf("%s hides what is not a secret", format)
		}
	}
}
