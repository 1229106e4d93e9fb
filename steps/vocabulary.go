package steps

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Need is what a step asks of a receiver beyond an address for callbacks.
type Need int

// What a step may need.
const (
	NeedsRegistering Need = 1 << iota // a way to make it register its hooks
	NeedsStarting                     // hookdrill starts it
	NeedsProbe                        // its state can be seen
	NeedsLookups                      // it fetches what callbacks name
	NeedsEffect                       // its state can be seen, or it fetches
	NeedsWords                        // it says what it does
	opensStore                        // nothing: this is the step before which there is no store
)

// Step is one sentence of the language.
type Step struct {
	Kind    string // Given, When or Then
	Pattern string // anchored regular expression
	Example string // a sentence that it matches
	Doc     string // what it does, in a sentence
	Needs   Need
	Do      func(*World) any // the method, bound to a scenario's world
}

// Vocabulary is the whole language, in the order in which `hookdrill list steps` prints it.
func Vocabulary() []Step { return append(append(givens(), whens()...), thens()...) }

func givens() []Step {
	return []Step{
		{"Given", `^an? (.+) store$`, `a Cratejoy store`,
			"The scenario's platform, with an account of its own and no hooks.", opensStore, func(w *World) any { return w.store }},
		{"Given", `^another API client "([^"]*)" of that store$`, `another API client "billing app" of that store`,
			"A second client with its own id, token and secret; hooks are visible to the client that made them.", 0, func(w *World) any { return w.anotherClient }},
		{"Given", `^its "([^"]*)" is "([^"]*)"$`, `its "body" is "plain"`,
			"Turns a switch of the platform (`hookdrill list platforms` shows them).", 0, func(w *World) any { return w.setting }},
		{"Given", `^a hook for "([^"]*)"$`, `a hook for "customer_new"`,
			"A hook that points to the receiver, without the receiver's doing. The event may be a wildcard scope.", 0, func(w *World) any { return w.hook }},
		{"Given", `^a hook for "([^"]*)" with:$`, `a hook for "customer_new" with:`,
			"The same, with a table of name and value: method, client, a field of the platform's hooks, or \"header NAME\".", 0, func(w *World) any { return w.hookWith }},
		{"Given", `^(\d+) other hooks$`, `60 other hooks`,
			"Hooks of the same client that lead elsewhere, so that a list has several pages. They get no callbacks.", 0, func(w *World) any { return w.otherHooks }},
		{"Given", `^the hook for "([^"]*)" is switched off$`, `the hook for "customer_new" is switched off`,
			"The hook stays, and gets nothing.", 0, func(w *World) any { return w.switchOff }},
		{"Given", `^registrations are answered with status (\d+)( once| twice| [1-9]\d* times)?$`, `registrations are answered with status 503 once`,
			"The platform answers whole registration requests with its own error; without a number, until the scenario ends.", NeedsRegistering, func(w *World) any { return w.refuseAll }},
		{"Given", `^the (1st|2nd|3rd|\d+th) hook that it asks for is refused with status (\d+)$`, `the 2nd hook that it asks for is refused with status 402`,
			"The platform refuses one hook and takes the others; asked again, it takes it.", NeedsRegistering, func(w *World) any { return w.refuseNth }},
		{"Given", `^the registration of "([^"]*)" is refused with status (\d+)( once| twice| [1-9]\d* times)?$`, `the registration of "order_new" is refused with status 400`,
			"The platform refuses the hooks for one event.", NeedsRegistering, func(w *World) any { return w.refuseEvent }},
		{"Given", `^(\w+) "([^"]*)" does not exist$`, `customer "32" does not exist`,
			"A lookup of it is answered as the platform answers for what it does not have.", NeedsLookups, func(w *World) any { return w.gone }},
		{"Given", `^the (\w+) ("[^"]*"|\d+) has:$`, `the order 118 has:`,
			"What a lookup of it is answered: a table of gjson path and value (JSON, or bare text for a string), without the envelope around the thing.", 0, func(w *World) any { return w.has }},
		{"Given", `^every (\w+) has:$`, `every order has:`,
			"The same for all that is looked up as this.", 0, func(w *World) any { return w.everyHas }},
		{"Given", `^lookups are answered with status (\d+)( once| twice| [1-9]\d* times)?$`, `lookups are answered with status 503 once`,
			"What the receiver fetches is answered with the platform's own error; without a number, until the scenario ends.", NeedsLookups, func(w *World) any { return w.lookupsRefused }},
		{"Given", `^an outage of (\d+) (second|minute|hour|day)s?: (.+)$`, `an outage of 2 hours: answer 500`,
			"From now on, and for so long of the platform's time, something stands in front of the receiver (`hookdrill list faults` shows what can).", 0, func(w *World) any { return w.outageFor }},
		{"Given", `^an outage: (.+)$`, `an outage: connection refused`,
			"The same until the outage is over.", 0, func(w *World) any { return w.outageOpen }},
		{"Given", `^the platform waits (\d+) (ms|s) for an answer$`, `the platform waits 500 ms for an answer`,
			"Real time, from now on; otherwise --answer-timeout, or the platform's own.", 0, func(w *World) any { return w.answerTimeout }},
		{"Given", `^mails about its hooks go to "([^"]*)"$`, `mails about its hooks go to "ops@example.com"`,
			"The address that the platform tells when it switches a hook off or blocks a domain.", 0, func(w *World) any { return w.mailsGoTo }},
		{"Given", `^(\d+) idle connections to the receiver$`, `1000 idle connections to the receiver`,
			"Connections that are opened, say nothing, and stay until the scenario ends. Needs sockets.", 0, func(w *World) any { return w.idleConnections }},
		{"Given", `^the probe "([^"]*)" is "([^"]*)" of "([^"]*)"$`, `the probe "processed" is "processed" of "/state"`,
			"A JSON value of the receiver that is looked at before each When: its gjson path, and a URL, or a path at the address of the callbacks.", 0, func(w *World) any { return w.declareProbe }},
	}
}

func whens() []Step { return slices.Concat(happeningWhens(), laterWhens()) }

// happeningWhens let something happen.
func happeningWhens() []Step {
	return []Step{
		{"When", `^the receiver registers$`, `the receiver registers`,
			"Makes the receiver register its hooks (--register), and waits until it has asked.", NeedsRegistering, func(w *World) any { return w.registers }},
		{"When", `^the receiver registers again$`, `the receiver registers again`,
			"The same again; this time it need not ask for anything.", NeedsRegistering, func(w *World) any { return w.registersAgain }},
		{"When", `^the receiver is restarted$`, `the receiver is restarted`,
			"Ends the receiver and starts it again.", NeedsStarting, func(w *World) any { return w.restarted }},
		{"When", `^"([^"]*)" happens$`, `"customer_new" happens`,
			"The event's fixture goes to every hook that listens.", 0, func(w *World) any { return w.happens }},
		{"When", `^a new "([^"]*)" happens$`, `a new "customer_new" happens`,
			"The same with new ids in it, so that the receiver cannot have seen it before.", 0, func(w *World) any { return w.happensNew }},
		{"When", `^"([^"]*)" happens with:$`, `"customer_new" happens with:`,
			"The event's fixture with own values: a table of gjson path and value (JSON, or bare text for a string; {new id} is a number that the scenario has for itself, another one in each run). A new element is at most 100 beyond the end of its list; of gjson's modifiers only @fromstr is taken.", 0, func(w *World) any { return w.happensWith }},
		{"When", `^"([^"]*)" happens with the body:$`, `"customer_new" happens with the body:`,
			"The event with exactly this body. Media type base64, hex or go (a Go string literal) of the doc string gives exact bytes.", 0, func(w *World) any { return w.happensWithBody }},
		{"When", `^"([^"]*)" happens with the message:$`, `"customer_new" happens with the message:`,
			"The event as a whole message: a fixture written in the feature. The start line of a request, fields, empty line, body; media types as above.", 0, func(w *World) any { return w.happensWithMessage }},
		{"When", `^the fixture "([^"]*)" is sent$`, `the fixture "cratejoy/callbacks/variants/customer_new-canonical" is sent`,
			"A callback of the fixtures by its name, to the hooks for its Fixture-Event.", 0, func(w *World) any { return w.fixtureSent }},
		{"When", `^the fixture "([^"]*)" is sent but arrives with: (.+)$`, `the fixture "cratejoy/forms/customer_new" is sent but arrives with: half a body and FIN`,
			"The same, and something goes wrong on the way, as below.", 0, func(w *World) any { return w.fixtureArrivesWith }},
		{"When", `^"([^"]*)" happens but arrives with: (.+)$`, `"customer_new" happens but arrives with: truncated JSON`,
			"Something goes wrong on the way (`hookdrill list faults`); several faults are separated by commas.", 0, func(w *World) any { return w.arrivesWith }},
		{"When", `^"([^"]*)" happens in the form: (.+)$`, `"customer_new" happens in the form: raw UTF-8`,
			"The event's fixture, its JSON written down in another way (`hookdrill list forms`), and signed as it is then.", 0, func(w *World) any { return w.inForm }},
		{"When", `^the fixture "([^"]*)" is sent in the form: (.+)$`, `the fixture "cratejoy/forms/customer_new" is sent in the form: raw UTF-8`,
			"The same for a callback of the fixtures by its name.", 0, func(w *World) any { return w.fixtureInForm }},
		{"When", `^"([^"]*)" happened (\d+) (second|minute|hour|day)s? ago and arrives now$`, `"store/customer/created" happened 47 hours ago and arrives now`,
			"A new event that is as old as this in its body; the signature is of now, as a late retry's is.", 0, func(w *World) any { return w.happenedAgo }},
		{"When", `^(\d+) new "([^"]*)" happen( at once)?$`, `8 new "customer_new" happen at once`,
			"So many different events, one after the other, or all at the same time.", 0, func(w *World) any { return w.manyHappen }},
		{"When", `^a new "([^"]*)" happens and arrives (\d+) times at once$`, `a new "customer_new" happens and arrives 8 times at once`,
			"The same callback so many times at the same time.", 0, func(w *World) any { return w.copiesAtOnce }},
		{"When", `^these happen and arrive in reverse order:$`, `these happen and arrive in reverse order:`,
			"A table of events, in the order in which they happen to one new thing; the last arrives first.", 0, func(w *World) any { return w.reversed }},
		{"When", `^"([^"]*)" happens, signed (\d+) (second|minute|hour|day)s? (ago|ahead)$`, `"store/customer/created" happens, signed 10 minutes ago`,
			"The signature and its timestamp are of another time than now.", 0, func(w *World) any { return w.signedAt }},
		{"When", `^something happens that no receiver knows$`, `something happens that no receiver knows`,
			"A well-formed callback for an event that is in no catalogue.", 0, func(w *World) any { return w.unknownHappens }},
		{"When", `^everything that it has registered for happens$`, `everything that it has registered for happens`,
			"One new event for each hook that the receiver has registered; a wildcard gets the first event that it covers.", NeedsRegistering, func(w *World) any { return w.registeredHappens }},
	}
}

// laterWhens are about what has happened: it comes again, and time passes.
func laterWhens() []Step {
	return []Step{
		{"When", `^the same callback is sent again$`, `the same callback is sent again`,
			"The last callback once more: same bytes, same id, and the same faults.", 0, func(w *World) any { return w.sentAgain }},
		{"When", `^the same event is sent again as another delivery$`, `the same event is sent again as another delivery`,
			"The same body under another delivery id, as when the platform fires twice for one event.", 0, func(w *World) any { return w.sentAnew }},
		{"When", `^it is sent again but arrives with: (.+)$`, `it is sent again but arrives with: body changed after signing`,
			"The last callback once more, under its id, with these faults.", 0, func(w *World) any { return w.sentAgainWith }},
		{"When", `^(\d+) (second|minute|hour|day)s? pass(?:es)?$`, `2 hours pass`,
			"So much time of the platform passes, with the retries that are due in it. It takes the receiver no real time.", 0, func(w *World) any { return w.pass }},
		{"When", `^the next retry comes$`, `the next retry comes`,
			"As much time passes as it is until the next attempt.", 0, func(w *World) any { return w.nextRetry }},
		{"When", `^the retries are exhausted$`, `the retries are exhausted`,
			"As much time passes as it is until no callback waits for another attempt.", 0, func(w *World) any { return w.exhausted }},
		{"When", `^the outage is over$`, `the outage is over`,
			"The receiver is reached again.", 0, func(w *World) any { return w.outageOver }},
		{"When", `^the hook for "([^"]*)" is switched on again$`, `the hook for "store/customer/created" is switched on again`,
			"As its owner does it; what was lost until then is not sent again.", 0, func(w *World) any { return w.switchOn }},
		{"When", `^it is sent again as it should be$`, `it is sent again as it should be`,
			"The last callback once more, without the faults that it had: the retry after a broken attempt.", 0, func(w *World) any { return w.sentUnbroken }},
	}
}

func thens() []Step {
	return slices.Concat(answerThens(), effectThens(), consequenceThens(), registrationThens())
}

// answerThens are about what the receiver answers.
func answerThens() []Step {
	return []Step{
		{"Then", `^the receiver acknowledges it$`, `the receiver acknowledges it`,
			"Every callback of the last When got an answer that the platform takes as success.", 0, func(w *World) any { return w.acknowledges }},
		{"Then", `^the receiver refuses it$`, `the receiver refuses it`,
			"Every callback got a deliberate refusal: a 4xx other than 408, 425 and 429, or 501 to a method or a coding (`hookdrill explain statuses`).", 0, func(w *World) any { return w.refuses }},
		{"Then", `^the receiver acknowledges or refuses it$`, `the receiver acknowledges or refuses it`,
			"Either; but no 5xx, no redirect, no broken connection.", 0, func(w *World) any { return w.handles }},
		{"Then", `^the receiver answers as the contract allows$`, `the receiver answers as the contract allows`,
			"Each callback got one of the answers that `hookdrill explain PLATFORM` lists for the condition in which it came: as it should be, repeated, forged, malformed … Where it has to be refused, a good one is sent to compare with.", 0, func(w *World) any { return w.keepsContract }},
		{"Then", `^the receiver answers with status (\d{3}(?:(?:, | or )\d{3})*)$`, `the receiver answers with status 200 or 204`,
			"One of these numbers, for receivers that promise a number.", 0, func(w *World) any { return w.answersStatus }},
		{"Then", `^the receiver answers within (\d+) (ms|s)$`, `the receiver answers within 500 ms`,
			"Real time from the first byte sent to the last byte of the answer.", 0, func(w *World) any { return w.answersWithin }},
		{"Then", `^the answer's "([^"]*)" header is "([^"]*)"$`, `the answer's "Content-Type" header is "application/json"`,
			"The header field of the receiver's answer, its first value.", 0, func(w *World) any { return w.answerHeader }},
		{"Then", `^the answer's body contains "([^"]*)"$`, `the answer's body contains "ok"`,
			"The text stands in the body of the receiver's answer.", 0, func(w *World) any { return w.answerContains }},
		{"Then", `^the answer tells nothing about the receiver's insides$`, `the answer tells nothing about the receiver's insides`,
			"No stack trace, source file or path, and no framework's page for developers, in the body of the answer, however it is escaped.", 0, func(w *World) any { return w.answerTellsNothing }},
		{"Then", `^in the answer "([^"]*)" is (.+)$`, `in the answer "status" is "ok"`,
			"A JSON value of the answer by its gjson path. Numbers are compared by their text.", 0, func(w *World) any { return w.answerValue }},
		{"Then", `^nothing is sent$`, `nothing is sent`,
			"The last event reached no hook.", 0, func(w *World) any { return w.nothingSent }},
	}
}

// effectThens are about what it does.
func effectThens() []Step {
	return []Step{
		{"Then", `^the receiver still handles "([^"]*)"$`, `the receiver still handles "customer_new"`,
			"It is alive: the next good callback is acknowledged and, where its state can be seen, takes effect.", 0, func(w *World) any { return w.stillHandles }},
		{"Then", `^it takes effect$`, `it takes effect`,
			"The receiver's state is another one than before the callback.", NeedsProbe, func(w *World) any { return w.takesEffect }},
		{"Then", `^it has no effect$`, `it has no effect`,
			"The receiver has answered, and its state is the one before the callback. A good callback is sent to compare with: where none has an effect, the scenario is not run.", NeedsProbe, func(w *World) any { return w.noEffect }},
		{"Then", `^it is either refused or takes effect$`, `it is either refused or takes effect`,
			"Not lost in silence: what is acknowledged has changed the state.", NeedsProbe, func(w *World) any { return w.refusedOrEffect }},
		{"Then", `^it has the same effect as in its usual form$`, `it has the same effect as in its usual form`,
			"The state has changed, and of what the receiver keeps of this callback in its usual form, which is sent to compare with, it has kept the same.", NeedsProbe, func(w *World) any { return w.sameEffect }},
		{"Then", `^it is either refused or has the same effect as in its usual form$`, `it is either refused or has the same effect as in its usual form`,
			"Neither lost in silence, nor kept as something else.", NeedsProbe, func(w *World) any { return w.refusedOrSame }},
		{"Then", `^it has taken effect only once$`, `it has taken effect only once`,
			"The first callback changed the state, the same one again did not.", NeedsProbe, func(w *World) any { return w.effectOnce }},
		{"Then", `^the receiver's state shows "(.+)"$`, `the receiver's state shows "José"`,
			"The value stands somewhere in the state, as a value or as a key: a number by its digits, a text decoded.", NeedsProbe, func(w *World) any { return w.stateShows }},
		{"Then", `^the receiver's state shows its id$`, `the receiver's state shows its id`,
			"The id that the callback named stands somewhere in the state, as a value or as a key, to the last digit.", NeedsProbe, func(w *World) any { return w.stateShowsID }},
		{"Then", `^the receiver's state does not show "(.+)"$`, `the receiver's state does not show "undefined"`,
			"The value stands nowhere in the state, as a value or as a key, after callbacks that were answered.", NeedsProbe, func(w *World) any { return w.stateHides }},
		{"Then", `^in the receiver's state "([^"]*)" is (.+)$`, `in the receiver's state "processed" is 1`,
			"A JSON value of the state by its gjson path.", NeedsProbe, func(w *World) any { return w.stateValue }},
		{"Then", `^the receiver fetched (\w+) ("[^"]*"|\d+)(?: exactly)?( once| twice| \d+ times)?$`, `the receiver fetched customer 32 exactly once`,
			"It looked this up since the event first happened, and got it; without a number, at least once.", NeedsLookups, func(w *World) any { return w.fetched }},
		{"Then", `^the receiver fetched the (\w+)(?: exactly)?( once| twice| \d+ times)?$`, `the receiver fetched the customer exactly once`,
			"The same for the id that the callback named, or for each of several.", NeedsLookups, func(w *World) any { return w.fetchedNamed }},
		{"Then", `^the receiver made no call to the platform$`, `the receiver made no call to the platform`,
			"Neither a lookup nor a registration since the callback, which was answered.", 0, func(w *World) any { return w.fetchedNothing }},
		{"Then", `^it is processed once$`, `it is processed once`,
			"What happened has left behind what one new callback leaves, which is sent to compare; of several events, each. The state decides; where it cannot be seen, lookups tell what was lost.", NeedsEffect, func(w *World) any { return w.processedOnce }},
		{"Then", `^the probe "([^"]*)" goes from (.+) to (.+)$`, `the probe "processed" goes from 0 to 1`,
			"Its value before the last When, and now.", 0, func(w *World) any { return w.probeGoes }},
		{"Then", `^the probe "([^"]*)" stays as it was$`, `the probe "processed" stays as it was`,
			"Its value is the one before the last When, whose callbacks were answered.", 0, func(w *World) any { return w.probeStays }},
		{"Then", `^the receiver said "([^"]*)"( once| twice| \d+ times)?$`, `the receiver said "processed customer_new" once`,
			"A receiver in a Go test says what it does (target.World.Say); since the last When.", NeedsWords, func(w *World) any { return w.said }},
	}
}

// consequenceThens are about what the platform makes of it.
func consequenceThens() []Step {
	return []Step{
		{"Then", `^"([^"]*)" was sent( once| twice| \d+ times)$`, `"store/customer/created" was sent 12 times`,
			"All attempts of the event in the scenario, to all hooks.", 0, func(w *World) any { return w.wasSent }},
		{"Then", `^the platform has switched the hook for "([^"]*)" off$`, `the platform has switched the hook for "store/customer/created" off`,
			"As a consequence, and not because its owner wants it.", 0, func(w *World) any { return w.switchedOff }},
		{"Then", `^every hook is on$`, `every hook is on`,
			"All hooks of the receiver get callbacks.", 0, func(w *World) any { return w.allOn }},
		{"Then", `^the platform (blocks|does not block) the receiver's domain$`, `the platform blocks the receiver's domain`,
			"Callbacks to it are kept back for a while, or are not.", 0, func(w *World) any { return w.blocks }},
		{"Then", `^(\d+) callbacks? waits? in the retry queue$`, `1 callback waits in the retry queue`,
			"So many will be tried again.", 0, func(w *World) any { return w.waiting }},
		{"Then", `^the platform says "([^"]*)"$`, `the platform says "hook 18048287 switched off after 48 h 04 min"`,
			"Words of a consequence that it has drawn in this scenario.", 0, func(w *World) any { return w.says }},
		{"Then", `^a mail goes to "([^"]*)"$`, `a mail goes to "ops@example.com"`,
			"The platform tells this address of a consequence.", 0, func(w *World) any { return w.mailed }},
	}
}

// registrationThens are about its hooks.
func registrationThens() []Step {
	return []Step{
		{"Then", `^it has registered at least (\d+) hooks?$`, `it has registered at least 1 hook`,
			"So many of its hooks stand at the platform.", NeedsRegistering, func(w *World) any { return w.registeredSome }},
		{"Then", `^the other hooks that it asks for stand$`, `the other hooks that it asks for stand`,
			"A hook that is refused does not keep the others out. One that asks for a single hook has none: it is made to register again, to tell.", NeedsRegistering, func(w *World) any { return w.othersStand }},
		{"Then", `^it has registered a hook for "([^"]*)"$`, `it has registered a hook for "customer_new"`,
			"A hook of this event, or of a wildcard that covers it, stands at the platform.", NeedsRegistering, func(w *World) any { return w.registeredFor }},
		{"Then", `^every hook that it asked for stands once$`, `every hook that it asked for stands once`,
			"All that it asked for is registered in the end, and nothing twice.", NeedsRegistering, func(w *World) any { return w.registeredOnce }},
		{"Then", `^it did not ask again for what had been accepted$`, `it did not ask again for what had been accepted`,
			"No registration request names an event and a target whose hook the platform had taken already.", NeedsRegistering, func(w *World) any { return w.askedOnlyRefused }},
		{"Then", `^it asks for nothing that it had not asked for before$`, `it asks for nothing that it had not asked for before`,
			"Since the last When it has asked for no event that it had not asked for until then.", NeedsRegistering, func(w *World) any { return w.askedForNothingNew }},
		{"Then", `^it asked at most (\d+) times$`, `it asked at most 12 times`,
			"So many registration requests since the When, and no more, whether or not they were refused; after callbacks that were acknowledged.", NeedsRegistering, func(w *World) any { return w.askedAtMost }},
		{"Then", `^every hook points to the receiver$`, `every hook points to the receiver`,
			"The targets of its hooks are where the receiver listens.", NeedsRegistering, func(w *World) any { return w.pointsHome }},
		{"Then", `^its requests have the recorded shape$`, `its requests have the recorded shape`,
			"Each registration request has the names and kinds of values of a recorded one, whatever the values.", NeedsRegistering, func(w *World) any { return w.recordedShape }},
	}
}

// language is the vocabulary with its patterns compiled.
type language struct {
	steps    []Step
	patterns []*regexp.Regexp
	bare     []string // the examples without what stands in their quotes
	resolved sync.Map // the shapes of sentences that were resolved before: the same ones come again and again
}

// compiled makes the language once for all scenarios: godog compiles a pattern that is text again for each.
var compiled = sync.OnceValue(func() *language {
	l := &language{steps: Vocabulary()}
	for _, s := range l.steps {
		l.patterns = append(l.patterns, regexp.MustCompile(s.Pattern))
		l.bare = append(l.bare, bare(s.Example))
	}
	return l
})

// Resolve gives the step that a sentence is. Exactly one has to match; the error names the nearest example, or the
// two that both match.
func Resolve(text string) (Step, error) { return compiled().resolve(text) }

func (l *language) resolve(text string) (Step, error) {
	found := l.matching(text)
	switch len(found) {
	case 1:
		return l.steps[found[0]], nil
	case 0:
		return Step{}, fmt.Errorf("no step is written %q%s (`hookdrill list steps` lists them all)", text, nearest(text))
	}
	return Step{}, fmt.Errorf("%q is two steps: %s and %s", text, l.steps[found[0]].Pattern, l.steps[found[1]].Pattern)
}

// matching are the steps that a sentence may be.
func (l *language) matching(text string) (found []int) {
	shape := shapeOf(text)
	if i, ok := l.resolved.Load(shape); ok {
		return []int{i.(int)}
	}
	for i, p := range l.patterns {
		if p.MatchString(text) {
			found = append(found, i)
		}
	}
	if len(found) == 1 {
		l.resolved.Store(shape, found[0])
	}
	return found
}

// shapeOf is a sentence with one letter in each of its quotes that is not empty: what stands there decides of no step, and is
// different in each of very many rows. Patterns do not match a line break.
func shapeOf(text string) string {
	if strings.Contains(text, "\n") {
		return text
	}
	return quotedPattern.ReplaceAllStringFunc(text, func(quoted string) string {
		if quoted == `""` {
			return quoted
		}
		return `"x"`
	})
}

// nearest is a hint at the step that a sentence was meant to be. Sentences are compared with their quoted parts taken out: these
// are the user's, and may be anything.
func nearest(text string) string {
	l := compiled()
	text = bare(text)
	best, _ := fixtures.Nearest(text, l.bare, max(2, len(text)/3))
	if best == "" {
		return ""
	}
	return "; the nearest is " + l.steps[slices.Index(l.bare, best)].Example
}

// bare is a sentence without what stands in quotes.
func bare(text string) string { return strings.TrimSpace(quotedPattern.ReplaceAllString(text, `""`)) }

var quotedPattern = regexp.MustCompile(`"[^"]*"`)
