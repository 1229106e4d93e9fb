// Package mockplatforms says what a commerce platform is to a webhook receiver, as a value that an engine brings to
// life.
//
// # How to write a platform
//
// A platform is one folder below this one and one line in package all. The folder, the package, the tag in features,
// the flag's value and the help topic are one word. The folder exports one value, Platform, and holds
//
//	doc.go       the manual: endpoints, callbacks, and for each default that it is one. `hookdrill help NAME` prints it
//	platform.go  the value: account, policy, switches
//	api.go       the registration API: plain handlers over the shared hook store
//	callback.go  how an event becomes a request, and how it is signed
//
// and its messages are fixtures in fixtures/NAME. These invariants hold for every platform, and platformtest.Exercise
// holds each of them to them:
//
//   - No payload and no message text stands in Go. Answers, errors and callbacks are fixtures; code puts values in them.
//   - Every request gets an answer in the platform's own words: no JSON, too large, wrong method, wrong credentials,
//     a path that is not there. None makes it panic or hang.
//   - What the platform may have and its fixtures do not is told apart from what it does not have: Platform.API says where its
//     paths begin, and what is asked for below is a gap of hookdrill's.
//   - What is registered is what the API then lists, and a hook that is off gets nothing.
//   - A callback is the same bytes in each attempt; only what proves the sender (timestamp, signature) is made anew.
//   - A verbatim message goes out with its body byte for byte.
//   - Policies are data and pure functions. Nothing waits, nothing reads the clock: State.Now and Callback.At tell the time.
//
// A platform imports this package and fixtures, and nothing else of hookdrill. It does not know the engine, and the
// engine names no platform.
package mockplatforms
