package report

import (
	"fmt"
	"html/template"
	"regexp"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// messageView is a message as the page shows it.
type messageView struct {
	Label, Start string
	Fields       []jsonField
	Body         template.HTML
	Cut          bool   // the body was longer than what was kept of it
	SecondLabel  string // of a second look at the body: the JSON inside a JSON string, decoded
	Second       template.HTML
}

func (v *View) messageView(label, start string, m journal.Message) messageView {
	shown := messageView{Label: label, Start: start}
	for _, f := range m.Header {
		value, _ := v.fieldValue(f)
		shown.Fields = append(shown.Fields, jsonField{visible(f.Name), visible(value)})
	}
	if len(m.Body) == 0 {
		return shown
	}
	shown.Cut = m.Truncated
	body := v.mask(string(m.Body))
	shown.Body = v.coloured(strings.Join(clipped(body), "\n"))
	if second, text := readable(body); second != "" {
		shown.SecondLabel, shown.Second = second, v.coloured(strings.Join(clipped(v.mask(text)), "\n"))
	}
	return shown
}

// tokens finds strings (with the colon behind a key), numbers and the words of JSON. What is no JSON is coloured as far as it
// looks like some.
func tokens() *regexp.Regexp {
	return regexp.MustCompile(`("(?:[^"\\]|\\.)*")(\s*:)?|(-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b|\b(?:true|false|null)\b)`)
}

// coloured is text with its JSON coloured, and all of it escaped.
func (v *View) coloured(text string) template.HTML {
	var b strings.Builder
	end := 0
	for _, m := range v.tokens.FindAllStringSubmatchIndex(text, -1) {
		b.WriteString(template.HTMLEscapeString(text[end:m[0]]))
		class, from, to := "n", m[6], m[7]
		if m[2] >= 0 {
			class, from, to = "s", m[2], m[3]
			if m[4] >= 0 {
				class = "k"
			}
		}
		fmt.Fprintf(&b, `<span class="%s">%s</span>%s`, class, template.HTMLEscapeString(text[from:to]), template.HTMLEscapeString(text[to:m[1]]))
		end = m[1]
	}
	b.WriteString(template.HTMLEscapeString(text[end:]))
	return template.HTML(b.String())
}

// around is how many bytes before and behind a difference are shown.
const around = 40

// byteDiff shows where two bodies differ: what was there struck out, what is there now underlined, both as bytes. It is empty
// where they do not.
func byteDiff(before, now string) template.HTML {
	if before == now {
		return ""
	}
	start := 0
	for start < len(before) && start < len(now) && before[start] == now[start] {
		start++
	}
	end := 0
	for end < len(before)-start && end < len(now)-start && before[len(before)-1-end] == now[len(now)-1-end] {
		end++
	}
	part := func(text string) string {
		changed := text[start : len(text)-end]
		if len(changed) > 2*around {
			changed = changed[:around] + "…" + changed[len(changed)-around:]
		}
		return template.HTMLEscapeString(visible(changed))
	}
	head, tail := now[max(start-around, 0):start], now[len(now)-end:min(len(now)-end+around, len(now))]
	return template.HTML(fmt.Sprintf("at byte %d: %s<del>%s</del><ins>%s</ins>%s", start,
		template.HTMLEscapeString(visible(head)), part(before), part(now), template.HTMLEscapeString(visible(tail))))
}
