package steps_test

import (
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/steps"
)

// TestSuiteEnv: a variable that a godog suite does not honour is refused, and the error says which it does.
func TestSuiteEnv(t *testing.T) {
	for _, name := range []string{"NAME", "TAGS", "FEATURES", "SHARD", "STRICT", "MIN_COVERAGE", "RECEIVR", "URL"} {
		err := steps.CheckSuiteEnv([]string{"PATH=x", "HOOKDRILL_" + name + "=x"}, []string{"receiver", "platform"})
		if err == nil || !strings.Contains(err.Error(), "HOOKDRILL_"+name) || !strings.Contains(err.Error(), "go test takes HOOKDRILL_RECEIVER, HOOKDRILL_PLATFORM;") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := steps.CheckSuiteEnv([]string{"HOOKDRILL_RECEIVER=x", "HOOKDRILL_TEST_TOOLS=all", "HOOKDRILL_NAME="}, []string{"receiver"}); err != nil {
		t.Error(err)
	}
}
