package report

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// shownBytes of a body, and of anything else that a receiver can make long, are shown; the json format has all.
const shownBytes = 2 << 10

// mask hides the secrets in a text: those that are known, and what a URL itself calls one.
func (o Options) mask(text string) string {
	if o.Mask != nil {
		text = o.Mask(text)
	}
	return maskURLs(text)
}

// line is a text as it may be printed within a line: secrets hidden, nothing invisible.
func (o Options) line(text string) string { return visible(o.mask(text)) }

// lines are texts as each may be printed on a line.
func (o Options) lines(texts []string) (list []string) {
	for _, text := range texts {
		list = append(list, o.line(text))
	}
	return list
}

// Visible is a text as it may be printed within a line: all is written out that a terminal would act on or not show: control
// characters, escape sequences, marks that turn the direction of writing, characters without a width, and bytes that are not UTF-8.
func Visible(text string) string { return visible(text) }

// Printable is a text of several lines as it may be printed: what a line must not hold is written out, but for tabs.
func Printable(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		cells := strings.Split(line, "\t")
		for j := range cells {
			cells[j] = visible(cells[j])
		}
		lines[i] = strings.Join(cells, "\t")
	}
	return strings.Join(lines, "\n")
}

func visible(text string) string {
	var b strings.Builder
	var before rune
	for len(text) > 0 {
		r, n := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && n == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case unicode.IsPrint(r), joins(before, r, text[n:]):
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\r':
			b.WriteString(`\r`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < utf8.RuneSelf:
			fmt.Fprintf(&b, `\x%02x`, r)
		case r > 0xffff:
			fmt.Fprintf(&b, `\U%08x`, r)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		before, text = r, text[n:]
	}
	return b.String()
}

// joins says of a joiner or a non-joiner that it has its place: inside an emoji, or in a script whose letters join.
func joins(before, r rune, rest string) bool {
	after, _ := utf8.DecodeRuneInString(rest)
	return (r == 0x200c || r == 0x200d) && joined(before) && joined(after)
}

func joined(r rune) bool {
	const emojiStyle = 0xfe0f // the variation selector behind a symbol
	symbol := r >= utf8.RuneSelf && r != utf8.RuneError && unicode.In(r, unicode.So, unicode.Sk)
	return symbol || r == emojiStyle || unicode.In(r, unicode.Arabic, unicode.Syriac, unicode.Nko, unicode.Mongolian, unicode.Devanagari,
		unicode.Bengali, unicode.Gurmukhi, unicode.Gujarati, unicode.Oriya, unicode.Tamil, unicode.Telugu, unicode.Kannada,
		unicode.Malayalam, unicode.Sinhala, unicode.Khmer, unicode.Myanmar, unicode.Tibetan)
}

// plain says whether nothing in a text needs to be written out.
func plain(text string) bool {
	for _, r := range text {
		if !unicode.IsPrint(r) {
			return false
		}
	}
	return utf8.ValidString(text)
}

// visibleLines are the lines of a text that is already masked. A line break at its end is told apart from none.
func visibleLines(text string) []string {
	list := strings.Split(text, "\n")
	if last := len(list) - 1; last > 0 && list[last] == "" {
		list = list[:last]
		list[last-1] += "\n"
	}
	for i := range list {
		list[i] = visible(list[i])
	}
	return list
}

// clipped are the lines of a text's beginning, and a last one that says how much is left out.
func clipped(text string) []string {
	if len(text) <= shownBytes {
		return visibleLines(text)
	}
	end := shownBytes
	for end > shownBytes-utf8.UTFMax && !utf8.RuneStart(text[end]) {
		end--
	}
	return append(visibleLines(text[:end]), fmt.Sprintf("… %d bytes more", len(text)-end))
}

// clippedEnd are the lines of a text's end, after one that says how much is left out.
func clippedEnd(text string) []string {
	if len(text) <= shownBytes {
		return visibleLines(text)
	}
	begin := len(text) - shownBytes
	for begin < len(text) && !utf8.RuneStart(text[begin]) {
		begin++
	}
	return append([]string{fmt.Sprintf("… %d bytes before", begin)}, visibleLines(text[begin:])...)
}

func indent(by string, lines []string) []string {
	list := make([]string, len(lines))
	for i, line := range lines {
		list[i] = by + line
		if line == "" {
			list[i] = strings.TrimRight(by, " ")
		}
	}
	return list
}

// title names a scenario, a row of an outline with its cells.
func (o Options) title(s Scenario) string {
	name := s.Name
	if name == "" {
		name = "(no name)"
	}
	if s.Row != "" {
		name += " [" + s.Row + "]"
	}
	return o.line(name)
}

// took is a duration as people say it: as precise as it matters.
func took(d time.Duration) string {
	switch {
	case d < time.Millisecond:
		return d.Round(time.Microsecond).String()
	case d < time.Second:
		return d.Round(time.Millisecond).String()
	}
	return d.Round(10 * time.Millisecond).String()
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// style is a colour of a terminal, by its number.
type style int

const (
	red    style = 31
	green  style = 32
	yellow style = 33
	bold   style = 1
)

// paint colours a text that is visible already.
func (o Options) paint(s style, text string) string {
	if !o.Color {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", s, text)
}
