package mockplatforms

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Condition is a state in which a callback reaches a receiver. What it may answer depends on it.
type Condition string

// The conditions. A callback is in one of them: in the worst, if in several.
const (
	Good         Condition = "good"
	Retried      Condition = "retry"
	Repeated     Condition = "repeat"
	AtOnce       Condition = "copies at once"
	Crowd        Condition = "many at once"
	OutOfOrder   Condition = "out of order"
	OtherForm    Condition = "other form"
	OddForm      Condition = "odd form"
	NoJSON       Condition = "no JSON"
	OddEnvelope  Condition = "odd envelope"
	Large        Condition = "large"
	OddSignature Condition = "odd signature"
	OddTimestamp Condition = "odd timestamp"
	Forged       Condition = "forged"
	OddSender    Condition = "odd sender"
	BrokenOff    Condition = "broken off"
	UnknownEvent Condition = "unknown event"
	AsWritten    Condition = "as written"
)

// Answer is a class of answer, or one status code: honest receivers differ in the number, so a contract asks for the class.
type Answer string

// The classes of answer. What is neither is never right: a redirect, what says "later" or that the receiver has broken
// (Meanings), a connection that breaks off.
const (
	Acknowledged Answer = "acknowledged" // the platform takes it as success
	Refused      Answer = "refused"      // a deliberate no to what came
	Later        Answer = "later"        // a rate limit that says when to come again (429 or 503 with Retry-After)
)

// Clause is a row of the contract between a platform and its receivers.
type Clause struct {
	Condition Condition `json:"condition"`
	What      string    `json:"what"`    // what comes
	Allowed   []Answer  `json:"allowed"` // any of these; none: no answer is asked for
	Why       string    `json:"why"`
}

// Fits says whether a reply is of the class, or has the number.
func (a Answer) Fits(r Reply) bool {
	switch a {
	case Acknowledged:
		return r.Acknowledged
	case Refused:
		return r.refuses()
	case Later:
		return r.wantsLater()
	}
	return string(a) == strconv.Itoa(r.Status)
}

// Words are the allowed answers for people.
func (c Clause) Words() string {
	if len(c.Allowed) == 0 {
		return "none is asked for"
	}
	var list []string
	for _, a := range c.Allowed {
		list = append(list, map[Answer]string{Acknowledged: "acknowledged", Refused: "refused", Later: "told to come later (429 or 503, with Retry-After)"}[a])
		if list[len(list)-1] == "" {
			list[len(list)-1] = "status " + string(a)
		}
	}
	return strings.Join(list, " or ")
}

// Contract is what this platform's receivers may answer, a clause for each condition that its callbacks can be in. The
// clauses are those of all platforms; what an answer that is no success leads to is the platform's policy.
func (p *Platform) Contract() []Clause {
	either, yes, no := []Answer{Acknowledged, Refused}, []Answer{Acknowledged}, []Answer{Refused}
	lost, busy := p.Policy.failing(), []Answer{}
	if len(p.Policy.Retries) > 0 { // who never comes again cannot be told to
		busy = append(busy, Later)
	}
	list := []Clause{
		{Good, "a callback of the catalogue, as the platform sends it", yes, "anything else is a failure: " + lost},
		{Retried, "a later attempt of a callback that was not acknowledged", yes, "it is the same event, and still to be handled: " + lost},
		{Repeated, "a callback that was acknowledged already, once more", yes,
			"senders repeat themselves; what is refused counts as failed, although it was handled: " + lost},
		{AtOnce, "copies of one callback at the same time", append(either, busy...), "one of them is handled; the others may be told that it is in work (409)"},
		{Crowd, "several callbacks at the same time", append(yes, busy...), "a shop has more than one customer; a limit has to say when to come again, and only a platform that tries again does: " + lost},
		{OutOfOrder, "an older event after a newer one of the same thing", yes, "nothing promises an order: " + lost},
		{OtherForm, "the same JSON in other bytes: white space, escapes, key order", yes, "it means the same, and a sender may change its serialiser any day: " + lost},
		{OddForm, "legal on the wire, but not what any receiver has to take: a byte order mark, gzip, duplicate keys", either,
			"it may be refused, but not lost in silence; a 5xx says that the receiver broke on it"},
		{NoJSON, "a body that no parser takes: malformed, cut off, empty, HTML", either,
			"honest receivers differ (400, 422, or 200 and nothing done); a 5xx says that the receiver broke on it"},
		{OddEnvelope, "another method or content type than the platform's, or a hook with a method that the receiver has not asked for", either,
			"honest receivers differ (200, 405, 415, 501 to a method that they have no code for); any other 5xx says that the receiver broke on it"},
		{Large, "a body of 1 MiB", either, "a limit is the receiver's right (413); a 5xx says that it broke on it"},
		{OddSignature, "a good signature, unusually written: beside another one, made some seconds ago, names of fields in capitals", yes,
			"while a secret is being changed two signatures come; a clock is a little off; names have no case: " + lost},
		{OddTimestamp, "a good signature whose timestamp is some minutes off, or has letters behind its digits", either,
			"how far a clock may be off is the receiver's choice, and nothing can be forged with letters that are not part of what was signed"},
		{Forged, "a callback whose signature is missing, wrong, a day old, or of other bytes", no, "anybody can send it; what is acknowledged is believed"},
		{OddSender, "all of a callback, written slowly, in pieces, or with Expect: 100-continue", yes, "it is there to its last byte: " + lost},
		{BrokenOff, "a callback that is not there to its last byte", nil, "nobody may be left to hear an answer; it is not processed, and the next one is handled"},
		{UnknownEvent, "a well-formed callback for an event that is in no catalogue", either, "platforms add events; honest receivers differ (200, 404); a 5xx would be tried again"},
	}
	return slices.DeleteFunc(list, func(c Clause) bool {
		signs := c.Condition == OddSignature || c.Condition == OddTimestamp || c.Condition == Forged
		return signs && p.Sign == nil || c.Condition == Retried && len(p.Policy.Retries) == 0
	})
}

// failing says what an answer leads to that is no success.
func (p Policy) failing() string {
	switch {
	case len(p.Retries) == 0:
		return "the event is lost"
	case p.SwitchOff:
		var sum time.Duration
		for _, d := range p.Retries {
			sum += d
		}
		return fmt.Sprintf("it is tried again %d times in %s, and then the hook is switched off", len(p.Retries), InWords(sum))
	}
	return fmt.Sprintf("it is tried again %d times, and then lost", len(p.Retries))
}

// Clause finds the clause of a condition. The error of an unknown one names the nearest.
func (p *Platform) Clause(name string) (Clause, error) {
	var names []string
	for _, c := range p.Contract() {
		if string(c.Condition) == name {
			return c, nil
		}
		names = append(names, string(c.Condition))
	}
	return Clause{}, fmt.Errorf("%s's contract has no condition %q%s (`hookdrill explain %s` shows them)", p.Title, name, fixtures.Hint(name, names), p.Name)
}

// mayBe says of an answer that is allowed whether a reply with the status may be one, to some callback.
func (p *Platform) mayBe(status int) func(Answer) bool {
	r := Reply{Status: status, Acknowledged: p.Policy.Acknowledged(status), Method: "any", Coded: true, RetryAfter: true}
	return func(a Answer) bool { return a.Fits(r) }
}

// Narrow gives the clause with fewer answers. The error is an answer that the contract does not allow: a project may ask
// more of its receiver than the platform does, and never less.
func (p *Platform) Narrow(c Clause, allowed []Answer) (Clause, error) {
	for _, a := range allowed {
		status, err := strconv.Atoi(string(a))
		switch {
		case a != Acknowledged && a != Refused && a != Later && (err != nil || status < 100 || status > 599):
			return c, fmt.Errorf("%s: %q is not an answer%s; write acknowledged, refused, later, or a status code", c.Condition, a,
				fixtures.Hint(string(a), []string{string(Acknowledged), string(Refused), string(Later)}))
		case !slices.Contains(c.Allowed, a) && (err != nil || !slices.ContainsFunc(c.Allowed, p.mayBe(status))):
			return c, fmt.Errorf("%s: the contract allows %s, and %s is not among it; it can be narrowed, not widened", c.Condition, c.Words(), a)
		}
	}
	if len(allowed) == 0 {
		return c, fmt.Errorf("%s: no answer would be allowed; name one, or leave the condition out", c.Condition)
	}
	c.Allowed = allowed
	return c, nil
}
