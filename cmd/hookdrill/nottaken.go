package main

import (
	"fmt"
	"strings"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// shownEvents of those that the receiver may not take are named at most.
const shownEvents = 3

// notTaken says of each platform which events the receiver may not take. A receiver of which it is said what it takes is not guessed at.
func notTaken(opened *steps.Opened, tally *report.Tally) (notices []string) {
	if len(opened.Events) > 0 {
		return nil
	}
	for _, p := range opened.Platforms {
		events := tally.NotTaken(p.Name)
		if len(events) == 0 {
			continue
		}
		names := strings.Join(events[:min(len(events), shownEvents)], ", ")
		if more := len(events) - shownEvents; more > 0 {
			names += fmt.Sprintf(" and %d more", more)
		}
		notices = append(notices, fmt.Sprintf("this receiver refuses %s of %s: it may not take this; --event NAME says which events it takes, and scenarios about others are not run", names, p.Title))
	}
	return notices
}
