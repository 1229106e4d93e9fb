package steps_test

import (
	"slices"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/target"
)

// TestSecretsByTheirNames: what is secret by its name or its place is masked; what is not, or stands in other words, is not.
func TestSecretsByTheirNames(t *testing.T) {
	t.Setenv("HOOKDRILL_TEST_SECOND", "second-secret")
	o := steps.Options{
		Spec: target.Spec{
			Env:   []string{"API_KEY=env-secret", "DB=postgres://u:db%2Dsecret@h/x", "PORT={port}", "PLATFORM_SECRET={cratejoy.secret}", "MODE=production", "AUTH=no", "DB_PASS=pass-secret", "AUTHOR=somebody", "KEYBOARD=qwertyuiop", "MONKEY=orangutan"},
			Probe: "http://127.0.0.1:{port}/state?token=probe-secret&page=thousand",
		},
		Receivers:   []string{"http://user:url-secret@127.0.0.1:{port}/{event}?order=unnamed-value&sig=query-secret"},
		HookHeaders: []string{"X-Acme: header-secret", "Authorization: Bearer abc", "Accept: application/json", "X-Shop: 1"},
		Platforms:   []string{"cratejoy"},
		Accounts:    []string{"cratejoy.secret=first-secret"}, // which the other replaces
		SecretEnv:   []string{"HOOKDRILL_TEST_SECOND"},
	}
	opened, err := o.Prepare(all.Platforms())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"env-secret", "db%2Dsecret", "db-secret", "probe-secret", "url-secret", "header-secret", "Bearer abc", "pass-secret", "query-secret", "first-secret", "second-secret"} {
		if !slices.Contains(opened.Secrets, want) {
			t.Errorf("%q is not masked: %q", want, opened.Secrets)
		}
	}
	for _, no := range []string{"", "1", "no", "production", "application/json", "thousand", "unnamed-value", "somebody", "qwertyuiop", "orangutan", "{port}", "{cratejoy.secret}"} {
		if slices.Contains(opened.Secrets, no) {
			t.Errorf("%q is masked", no)
		}
	}
}
