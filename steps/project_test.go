package steps

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps/config"
)

// TestKnownNamesAreNoPaths: what stands behind the file is a name, and keeps its slashes and dots.
func TestKnownNamesAreNoPaths(t *testing.T) {
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.feature"), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	for scenario, want := range map[string]string{
		"a.feature: GET //x/../y/ fails": filepath.Join(folder, "a.feature") + ": GET //x/../y/ fails",
		"a.feature:12":                   filepath.Join(folder, "a.feature") + ":12",
		"features/b.feature: one // two": "features/b.feature: one // two", // built in
	} {
		file, err := config.Parse(filepath.Join(folder, config.Name), []byte("known-failures: [{scenario: '"+scenario+"', because: x}]"))
		if err != nil {
			t.Fatal(err)
		}
		if got := known(file)[0].Scenario; got != want {
			t.Errorf("%q means %q, not %q", scenario, got, want)
		}
	}
}

func TestPlays(t *testing.T) {
	setup := &Setup{Platforms: all.Platforms()}
	for _, c := range []struct {
		flag, value string
		want        bool
	}{
		{"receiver", "cratejoy=http://127.0.0.1:1/", true}, {"receiver", "oliver=http://127.0.0.1:1/", false}, {"receiver", "http://127.0.0.1:1/", true},
		{"set", "bigcommerce.destinations=strict", false}, {"set", "cratejoy.body=plain", true}, {"set", "cratjoy.body=plain", true},
		{"secret-env", "bigcommerce=BC", false}, {"secret-env", "BC", true}, {"env", "oliver=1", true}, {"listen", "oliver=127.0.0.1:1", false},
	} {
		if got := setup.plays([]string{"cratejoy"}, c.flag, c.value); got != c.want {
			t.Errorf("--%s %s: %t", c.flag, c.value, got)
		}
		if !setup.plays(nil, c.flag, c.value) {
			t.Errorf("--%s %s is not for a run of all platforms", c.flag, c.value)
		}
	}
}
