package expect

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// SwitchedOff holds every hook for an event to have been switched off by the platform.
func SwitchedOff(event string, hooks []mockplatforms.Hook, attempts []journal.Entry) error {
	if len(hooks) == 0 {
		return &Mismatch{Message: "there is no hook for " + event, Want: "one that the platform has switched off", Got: "none"}
	}
	for _, h := range hooks {
		if h.Active || h.Off == "" {
			return &Mismatch{Message: fmt.Sprintf("the platform has not switched hook %d for %s off", h.ID, event), Want: "off, by the platform", Got: stands(h), Entries: attempts}
		}
	}
	return nil
}

// On holds every hook to be on.
func On(hooks []mockplatforms.Hook, consequences []journal.Entry) error {
	if len(hooks) == 0 {
		return &Mismatch{Message: "there is no hook that could be on", Want: "at least one", Got: "none"}
	}
	for _, h := range hooks {
		if !h.Active {
			return &Mismatch{Message: fmt.Sprintf("hook %d for %s is off", h.ID, h.Event), Want: "on", Got: stands(h) + said(consequences)}
		}
	}
	return nil
}

// stands says how a hook stands.
func stands(h mockplatforms.Hook) string {
	switch {
	case h.Active:
		return "on"
	case h.Off != "":
		return "off: " + h.Off
	}
	return "off, as its owner wants it"
}

// Blocked holds the receiver's domain to be blocked, or not to be.
func Blocked(blocked, want bool, consequences []journal.Entry) error {
	if blocked == want {
		return nil
	}
	words := map[bool]string{true: "blocked", false: "not blocked"}
	return &Mismatch{Message: "the receiver's domain is " + words[blocked], Want: words[want], Got: words[blocked] + said(consequences)}
}

// Says holds a consequence to have been drawn, by words of it.
func Says(consequences []journal.Entry, words string) error {
	if slices.ContainsFunc(consequences, func(e journal.Entry) bool { return strings.Contains(e.Text, words) }) {
		return nil
	}
	return &Mismatch{Message: "the platform did not say this", Want: fmt.Sprintf("%q", words), Got: "nothing of it" + said(consequences)}
}

// Mailed holds a mail to have gone to an address.
func Mailed(consequences []journal.Entry, address string) error {
	if slices.ContainsFunc(consequences, func(e journal.Entry) bool { return slices.Contains(e.To, address) }) {
		return nil
	}
	return &Mismatch{Message: "no mail went there", Want: "a mail to " + address, Got: "none" + said(consequences)}
}

// Waiting holds the number of callbacks in the retry queue.
func Waiting(got, want int, consequences []journal.Entry) error {
	if got == want {
		return nil
	}
	return &Mismatch{Message: "another number of callbacks waits in the retry queue", Want: fmt.Sprint(want), Got: fmt.Sprint(got) + said(consequences)}
}

// Sent holds the attempts of an event to a number.
func Sent(event string, attempts []journal.Entry, want int) error {
	if len(attempts) == want {
		return nil
	}
	return &Mismatch{Message: event + " was sent another number of times", Want: times(want), Got: times(len(attempts)), Entries: attempts}
}

// said are the last consequences in words.
func said(consequences []journal.Entry) string {
	if len(consequences) == 0 {
		return "; the platform drew no consequence"
	}
	var list []string
	for _, e := range consequences[max(0, len(consequences)-5):] {
		list = append(list, e.Text)
	}
	return fmt.Sprintf("; the platform said: %q", list)
}
