package expect

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// Changed holds the receiver's state to be another one than before the callbacks.
func Changed(before, after []byte, sent []journal.Entry) error {
	if !Equal(before, after) {
		return nil
	}
	return &Mismatch{
		Message: sent[0].Event + " was answered, and had no effect: 200 is not an effect",
		Want:    "another state than before the callback", Got: fmt.Sprintf("the same: %.300s", after), Entries: sent,
	}
}

// Unchanged holds the receiver's state to be the one before the callbacks. The message says what it means if it is not.
func Unchanged(message string, before, after []byte, sent []journal.Entry) error {
	if Equal(before, after) {
		return nil
	}
	return &Mismatch{
		Message: message, Want: "the state that was there before the callback",
		Got: "another one:\n" + Diff(before, after), Entries: sent, TooMuch: true,
	}
}

// ErrNothingNew is the error of a state in which nothing can be seen: it showed the value before, and has not changed.
var ErrNothingNew = errors.New("the receiver's state showed this before the callback came, and is the same")

// Shown holds a value to stand somewhere in the state. Where it stood before, by an earlier scenario, it has to stand once
// more, unless the state is one that does not grow: then what came has replaced what was there.
func Shown(before, state []byte, want string, sent []journal.Entry) error {
	stood, _ := occurrences(before, want)
	stands, _ := occurrences(state, want)
	m := &Mismatch{
		Message: "the receiver has not kept what the callback said", Want: fmt.Sprintf("%q somewhere in its state", want),
		Got: fmt.Sprintf("%.600s", state), Entries: sent,
	}
	_, values := occurrences(before, "")
	_, more := occurrences(state, "")
	switch {
	case stands > stood:
		return nil
	case stands == 0:
		return m
	case Equal(before, state):
		return ErrNothingNew
	case more > values:
		m.Want += ", once more than before the callback"
		m.Got = "in what is new it does not stand:\n" + Diff(before, state)
		return m
	}
	return nil
}

// Hidden holds a value to stand nowhere in the state.
func Hidden(state []byte, text string, sent []journal.Entry) error {
	if !Shows(state, text) {
		return nil
	}
	return &Mismatch{
		Message: "the receiver keeps what it should not", Want: fmt.Sprintf("%q nowhere in its state", text),
		Got: fmt.Sprintf("%.600s", state), Entries: sent, TooMuch: true,
	}
}

// NothingSent refuses any callback.
func NothingSent(sent []journal.Entry) error {
	if len(sent) == 0 {
		return nil
	}
	return &Mismatch{Message: "a callback was sent", Want: "none", Got: strconv.Itoa(len(sent)), Entries: sent}
}

// Within holds an answer to have come in time.
func Within(e journal.Entry, limit time.Duration) error {
	if e.Took <= limit && e.Failure == "" {
		return nil
	}
	got := e.Took.Round(time.Millisecond).String()
	if e.Failure != "" {
		got = Answer(e)
	}
	return &Mismatch{
		Message: "the receiver answers too late", Want: "an answer within " + limit.String(), Got: got, Entries: []journal.Entry{e},
	}
}

// Field holds a header field of an answer to a value.
func Field(e journal.Entry, name, want string) error {
	got := e.Response.Field(name)
	if got == want {
		return nil
	}
	return &Mismatch{
		Message: "the answer's header " + name + " is wrong", Want: strconv.Quote(want), Got: strconv.Quote(got), Entries: []journal.Entry{e},
	}
}

// Contains holds the body of an answer to have a text in it.
func Contains(e journal.Entry, text string) error {
	if strings.Contains(string(e.Response.Body), text) {
		return nil
	}
	return &Mismatch{
		Message: "the answer's body is wrong", Want: fmt.Sprintf("a body with %q in it", text),
		Got: fmt.Sprintf("%.200q", e.Response.Body), Entries: []journal.Entry{e},
	}
}
