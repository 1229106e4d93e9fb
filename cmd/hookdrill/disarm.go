package main

import (
	"io"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// disarmed writes text that others have a say in to where a CI system reads its log, which takes some of it for commands:
// GitHub a line that begins with ::, GitHub and Azure ##[ and ##vso[ anywhere, TeamCity ##teamcity[. One character of each
// is written as its \u escape: inside JSON that means the same. It is safe for concurrent use.
type disarmed struct {
	to io.Writer

	mu     sync.Mutex
	inLine bool   // something that is seen stands on the line already
	held   string // the end of what was written, which may be the beginning of a command
}

// orders are how commands begin that are taken anywhere on a line.
func orders() []string { return []string{"##[", "##vso[", "##teamcity["} }

// Write takes all of the text, though it may hold the last few bytes of it until more comes.
func (d *disarmed) Write(text []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if _, err := io.WriteString(d.to, d.disarm(d.held+string(text))); err != nil {
		return 0, err
	}
	return len(text), nil
}

// flush writes what is held: nothing more comes.
func (d *disarmed) flush() {
	d.mu.Lock()
	defer d.mu.Unlock()
	_, _ = io.WriteString(d.to, d.held) // there is nobody left to tell
	d.held = ""
}

// disarm gives what can be written of a text, and holds the rest.
func (d *disarmed) disarm(text string) string {
	var b strings.Builder
	d.held = ""
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		rest := strings.ToLower(text[:min(len(text), len("##teamcity["))])
		switch {
		case r == '\n', r == '\r':
			d.inLine = false
		case d.begins(rest, strings.HasPrefix):
			b.WriteString(map[rune]string{':': `\u003a`, '#': `\u0023`}[r])
			text, d.inLine = text[n:], true
			continue
		case d.begins(rest, func(text, order string) bool { return strings.HasPrefix(order, text) }):
			d.held = text
			return b.String()
		case unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.M, r) && r != utf8.RuneError:
			d.inLine = true
		}
		b.WriteString(text[:n])
		text = text[n:]
	}
	return b.String()
}

// begins says whether a text and the beginning of a command are as asked for.
func (d *disarmed) begins(text string, is func(text, order string) bool) bool {
	if text[0] == ':' {
		return !d.inLine && is(text, "::")
	}
	if text[0] == '#' {
		for _, order := range orders() {
			if is(text, order) {
				return true
			}
		}
	}
	return false
}
