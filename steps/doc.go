// Package steps is the language of hookdrill, and the verdict: Gherkin steps that let a commerce platform play to a
// webhook receiver, and say what the receiver got right.
//
// In a Go test it holds an http.Handler to the built-in features or to your own:
//
//	set, err := fixtures.Builtin()
//	setup := &steps.Setup{
//		Platforms: all.Platforms(),
//		Fixtures:  set,
//		Receiver:  steps.Handler(steps.Simple(myHandler, "/hooks/{event}"), false),
//	}
//	suite := godog.TestSuite{
//		ScenarioInitializer: setup.InitializeScenario,
//		Options:             &godog.Options{Format: "pretty", Strict: true, TestingT: t, Paths: []string{"my.feature"}},
//	}
//
// The vocabulary is one table, printed by `hookdrill list steps`. A scenario gets a World of its own: an engine that
// plays one account of one platform, and a target that is the receiver. Selection, running and verdicts are ours; godog
// is the parser and the matcher.
package steps
