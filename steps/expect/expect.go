// Package expect judges: pure functions over journal entries and states. Nil is agreement; anything else is a *Mismatch
// with what was expected, what was there, and the exchanges that show it.
package expect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Mismatch is an expectation that did not hold.
type Mismatch struct {
	Message string          // one sentence
	Want    string          // what was expected, in words
	Got     string          // what was there
	Entries []journal.Entry // the exchanges that show it
	TooMuch bool            // the receiver did what it should not have done, and would have without what hookdrill lacks, too
}

func (m *Mismatch) Error() string {
	text := m.Message
	if m.Want != "" {
		text += "; expected " + m.Want
	}
	if m.Got != "" {
		text += ", got " + m.Got
	}
	return text
}

// Class is a kind of answer. Honest receivers differ in the number, so scenarios ask for the class.
type Class struct {
	Name string // the verb: what the receiver should do to the callback
	Want string
	Fits func(journal.Entry) bool
}

// Acknowledged is an answer that the platform takes as success.
func Acknowledged() Class {
	return Class{"acknowledge", "an answer that this platform takes as success", func(e journal.Entry) bool { return e.Acknowledged }}
}

// Refused is a deliberate no to what came (mockplatforms.Meanings).
func Refused() Class {
	return Class{"refuse", "a deliberate refusal (4xx, but not 408, 425 or 429)", refused}
}

func refused(e journal.Entry) bool { return fits(e, mockplatforms.Refused) }

// fits says whether an answer that came to its end is one of a class.
func fits(e journal.Entry, a mockplatforms.Answer) bool {
	return e.Failure == "" && a.Fits(mockplatforms.Reply{
		Status: e.Response.Status, Acknowledged: e.Acknowledged,
		Method: e.Request.Method, Coded: e.Request.Field("Transfer-Encoding") != "", RetryAfter: e.Response.Field("Retry-After") != "",
	})
}

// PutsOff says whether an answer has nothing against a callback, and says when to send it again.
func PutsOff(e journal.Entry) bool { return fits(e, mockplatforms.Later) }

// Allowed holds an answer to a clause of the contract between a platform and its receivers.
func Allowed(e journal.Entry, platform string, c mockplatforms.Clause) error {
	if len(c.Allowed) == 0 || slices.ContainsFunc(c.Allowed, func(a mockplatforms.Answer) bool { return fits(e, a) }) {
		return nil
	}
	return &Mismatch{
		Message: fmt.Sprintf("the receiver did not answer %s as the contract allows (hookdrill explain %s %q)", e.Event, platform, c.Condition),
		Want:    fmt.Sprintf("%s: %s; %s", c.Words(), c.What, c.Why), Got: Answer(e), Entries: []journal.Entry{e},
	}
}

// Handled is either: the receiver has answered on purpose, and has not broken.
func Handled() Class {
	return Class{
		"acknowledge or refuse", "success or a deliberate refusal (4xx, but not 408, 425 or 429)",
		func(e journal.Entry) bool { return e.Acknowledged || refused(e) },
	}
}

// Answers holds each attempt to a class.
func Answers(attempts []journal.Entry, class Class) error {
	for _, e := range attempts {
		if !class.Fits(e) {
			return &Mismatch{
				Message: fmt.Sprintf("the receiver did not %s %s", class.Name, e.Event),
				Want:    class.Want, Got: Answer(e), Entries: []journal.Entry{e},
			}
		}
	}
	return nil
}

// Answered refuses callbacks that the receiver has not answered: they tell nothing of what it makes of them. Of one that breaks
// off no answer is asked for.
func Answered(attempts []journal.Entry) error {
	for _, e := range attempts {
		if e.Response.Status == 0 && e.Condition != string(mockplatforms.BrokenOff) {
			return &Mismatch{
				Message: fmt.Sprintf("the receiver did not answer %s, so nothing tells what it makes of it", e.Event),
				Want:    "an answer", Got: Answer(e), Entries: []journal.Entry{e},
			}
		}
	}
	return nil
}

// Answer says in words what a call was answered.
func Answer(e journal.Entry) string {
	if e.Response.Status == 0 {
		return "no answer: " + e.Failure
	}
	text := fmt.Sprintf("status %d", e.Response.Status)
	if e.Failure != "" {
		text += " (" + e.Failure + ")"
	}
	return text
}

// Status holds each attempt to one of several status codes.
func Status(attempts []journal.Entry, allowed []int) error {
	for _, e := range attempts {
		if !slices.Contains(allowed, e.Response.Status) || e.Failure != "" {
			return &Mismatch{
				Message: fmt.Sprintf("%s: the receiver's status is wrong", e.Event),
				Want:    "status " + strings.Trim(strings.ReplaceAll(fmt.Sprint(allowed), " ", " or "), "[]"),
				Got:     Answer(e), Entries: []journal.Entry{e},
			}
		}
	}
	return nil
}

// Fetched holds the lookups of one thing to a number; want < 0 is "at least once". One that the platform refused for the
// time being has fetched nothing.
func Fetched(entries []journal.Entry, resource, id string, want int) error {
	var found, others []journal.Entry
	for _, e := range entries {
		switch {
		case e.Kind != journal.Lookup:
		case e.Response.Status >= 500 || e.Response.Status == 429:
			others = append(others, e)
		case e.Resource == resource && slices.Contains(e.IDs, id):
			found = append(found, e)
		default:
			others = append(others, e)
		}
	}
	if len(found) == want || want < 0 && len(found) > 0 {
		return nil
	}
	m := &Mismatch{
		Message: fmt.Sprintf("the receiver did not fetch %s %s as it should", resource, id),
		Want:    times(want), Got: times(len(found)), Entries: append(found, others...),
	}
	if len(others) > 0 {
		m.Got += " (and " + calls(others) + ")"
	}
	return m
}

// FetchedNothing refuses any call of the receiver to the platform.
func FetchedNothing(entries []journal.Entry) error {
	var found []journal.Entry
	for _, e := range entries {
		if e.Call() {
			found = append(found, e)
		}
	}
	if len(found) == 0 {
		return nil
	}
	return &Mismatch{
		Message: "the receiver called the platform", Want: "no call to the platform", Got: calls(found), Entries: found, TooMuch: true,
	}
}

func calls(entries []journal.Entry) string {
	var list []string
	for i, e := range entries {
		if i == 3 {
			list = append(list, fmt.Sprintf("%d more", len(entries)-i))
			break
		}
		list = append(list, e.Request.Method+" "+e.Request.URL)
	}
	return strings.Join(list, ", ")
}

func times(n int) string {
	switch {
	case n < 0:
		return "at least once"
	case n == 0:
		return "not at all"
	case n == 1:
		return "once"
	case n == 2:
		return "twice"
	}
	return fmt.Sprintf("%d times", n)
}
