package steps_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
)

// TestExampleSecretIsNoticed: a receiver that was not told the secret refuses everything, and its owner wonders why.
func TestExampleSecretIsNoticed(t *testing.T) {
	t.Setenv("HOOKDRILL_TEST_SECRET", "s3cret")
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	defer server.Close()
	for _, c := range []struct {
		platform string
		secret   []string
		noticed  bool
	}{{"bigcommerce", nil, true}, {"bigcommerce", []string{"HOOKDRILL_TEST_SECRET"}, false}, {"cratejoy", nil, false}} {
		o := steps.Options{Platforms: []string{c.platform}, Receivers: []string{server.URL}, SecretEnv: c.secret}
		opened, err := o.Open(t.Context(), all.Platforms())
		if err != nil {
			t.Fatal(err)
		}
		opened.Close()
		if got := strings.Contains(strings.Join(opened.Notices, "\n"), "example account"); got != c.noticed {
			t.Errorf("%s with %q: the notices are %q", c.platform, c.secret, opened.Notices)
		}
	}
}

func TestSplitReceiver(t *testing.T) {
	for text, want := range map[string][2]string{
		"http://127.0.0.1:1/?a=b":          {"", "http://127.0.0.1:1/?a=b"},
		"cratejoy=http://127.0.0.1:1/?a=b": {"cratejoy", "http://127.0.0.1:1/?a=b"},
		"{port}=x":                         {"", "{port}=x"},
	} {
		if platform, url := steps.SplitReceiver(text); platform != want[0] || url != want[1] {
			t.Errorf("%s: %q, %q", text, platform, url)
		}
	}
}
