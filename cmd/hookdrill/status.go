package main

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"sync"
	"unicode"

	"golang.org/x/text/width"

	"github.com/hookdrill/hookdrill/steps/report"
)

// status is a line on a terminal that says what a run is doing now and how far it is. It goes to stderr, and away before
// anything else is printed. The zero value says nothing.
type status struct {
	out   io.Writer // nil: nobody looks
	width int
	total int

	mu    sync.Mutex
	done  int
	bad   int
	now   string
	waits string // what for, "" while it does not wait
	shown bool
}

// status is that of a run, where somebody looks at stderr and wants such a thing. Dots on stdout say how far the run is, and
// stand in a line that must not be taken away.
func (p *program) status(total int, formats []string) *status {
	s := &status{total: total, width: 80}
	if isTerminal(p.stderr) && !p.inCI() && p.env("TERM") != "dumb" && !slices.Contains(formats, "progress") {
		s.out = p.stderr
	}
	if w := p.width(); w > 0 {
		s.width = w
	}
	return s
}

// begin says which scenario is running.
func (s *status) begin(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = report.Visible(name)
	s.show()
}

// wait says what is waited for, "" that it is over. It gives false where nobody looks.
func (s *status) wait(text string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hide()
	s.waits = report.Visible(text)
	s.show()
	return s.out != nil
}

// at says which of how many is running, the first being 1.
func (s *status) at(name string, n, of int) {
	s.mu.Lock()
	s.done, s.total = n-1, of
	s.mu.Unlock()
	s.begin(name)
}

// beside takes the line away while something else is said.
func (s *status) beside(say func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hide()
	say()
	s.show()
}

// aside takes the line away while something else is printed, and counts the scenario that this is about.
func (s *status) aside(one report.Scenario, print func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hide()
	print()
	s.done++
	if one.Fails() {
		s.bad++
	}
	s.show()
}

// end takes the line away.
func (s *status) end() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hide()
	s.out = nil
}

func (s *status) hide() {
	if s.out != nil && s.shown {
		_, _ = io.WriteString(s.out, "\r\x1b[K") // it is only there to be looked at
		s.shown = false
	}
}

func (s *status) show() {
	text := cmp.Or(s.waits, s.now)
	if s.out == nil || text == "" {
		return
	}
	if s.now != "" { // a run that has begun
		failed := ""
		if s.bad > 0 {
			failed = fmt.Sprintf(", %d failed", s.bad)
		}
		text = fmt.Sprintf("%d of %d%s: %s", s.done, s.total, failed, text)
	}
	_, _ = io.WriteString(s.out, "\r\x1b[K"+within(s.width-1, text)) // it is only there to be looked at
	s.shown = true
}

// within is as much of a text as has room in so many columns.
func within(columns int, text string) string {
	taken, cut := 0, 0 // cut: where it ends if something has to stand for the rest
	for i, r := range text {
		if taken < columns {
			cut = i
		}
		if taken += columnsOf(r); taken > columns {
			return text[:cut] + "…"
		}
	}
	return text
}

// columnsOf is how wide a terminal shows a character, or wider where terminals differ: a line that is too short is only ugly,
// one that is too long cannot be taken away.
func columnsOf(r rune) int {
	const emojiStyle = 0xfe0f // makes the symbol before it wide
	switch {
	case r == emojiStyle:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1f1e6 && r <= 0x1f1ff: // half a flag
		return 2
	}
	if kind := width.LookupRune(r).Kind(); kind == width.EastAsianWide || kind == width.EastAsianFullwidth {
		return 2
	}
	return 1
}
