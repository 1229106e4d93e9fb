package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// curlBody is how long a body may be that is written into a command.
const curlBody = 64 << 10

// curlExpect is the length from which some versions of curl ask first whether they may send a body.
const curlExpect = 1 << 10

// curl is the command that sends the request again, byte for byte, for any POSIX shell; then notes on what could not be
// written into it. All that came from a payload is quoted, so that nothing in it is read by the shell or by curl.
func (o Options) curl(e journal.Entry) []string {
	r := e.Request
	if !strings.HasPrefix(r.URL, "http://") && !strings.HasPrefix(r.URL, "https://") {
		return nil // a request in process, or one that was never made: there is no address to send it to
	}
	if r.Truncated {
		return []string{"# the body was longer than what was kept, so the request cannot be sent again"}
	}
	target, body := o.url(r.URL), o.mask(string(r.Body))
	words := append([]string{"curl -i"}, methodWords(r)...)
	words = append(words, urlWords(target)...)
	words = append(words, o.fieldWords(e)...)
	data, feed, notes := bodyWords(r.Method, body)
	command := feed + strings.Join(append(words, data...), " ")
	if strings.Contains(target, hidden) || strings.Contains(body, hidden) { // also one that was masked before it was recorded
		notes = append(notes, "# "+hidden+" stands for a secret: put it back")
	}
	return append([]string{command}, notes...)
}

func methodWords(r journal.Message) []string {
	switch {
	case r.Method == "HEAD" && len(r.Body) == 0:
		return []string{"-I"} // -X HEAD would wait for a body
	case r.Method == "GET" && len(r.Body) == 0, r.Method == "POST":
		return nil // what curl does by itself
	}
	return []string{"-X " + shellWord(r.Method)}
}

func urlWords(target string) []string {
	var words []string
	if strings.ContainsAny(target, "[]{}") {
		words = append(words, "-g") // or curl reads them as a pattern
	}
	if strings.Contains(target, "/.") {
		words = append(words, "--path-as-is")
	}
	if strings.HasPrefix(target, "https:") {
		words = append(words, "--http1.1") // HTTP/2 would make the names of the fields small
	}
	return append(words, shellWord(target))
}

// fieldWords are the header fields in their order, then orders to leave out what curl would add by itself.
func (o Options) fieldWords(e journal.Entry) []string {
	fields := slices.Clone(e.Request.Header)
	var words []string
	for _, f := range fields {
		if strings.EqualFold(f.Name, "Content-Length") && f.Value == strconv.Itoa(len(e.Request.Body)) {
			continue // curl counts too
		}
		words = append(words, "-H "+o.fieldWord(f))
	}
	added := []string{"Accept", "User-Agent"}
	if len(e.Request.Body) > 0 || sendsLength(e.Request.Method) {
		added = append(added, "Content-Type")
	}
	if len(e.Request.Body) > curlExpect {
		added = append(added, "Expect")
	}
	for _, name := range added {
		if !has(fields, name) {
			words = append(words, "-H '"+name+":'")
		}
	}
	return words
}

func has(fields []fixtures.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f fixtures.Field) bool { return strings.EqualFold(f.Name, name) })
}

// fieldWord is a header field as a word of the shell. A secret is a variable, which whoever has it can set.
func (o Options) fieldWord(f fixtures.Field) string {
	value, masked := o.fieldValue(f)
	switch {
	case masked:
		prefix, ok := strings.CutSuffix(value, hidden)
		if !ok || strings.Contains(prefix, hidden) {
			prefix = ""
		}
		return shellWord(f.Name+": "+prefix) + `"$` + variable(f.Name) + `"`
	case value == "":
		return shellWord(f.Name + ";") // how curl is told that the field is there, and empty
	}
	return shellWord(f.Name + ": " + value)
}

func variable(name string) string {
	return strings.Map(func(r rune) rune {
		if r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
			return unicode.ToUpper(r)
		}
		return '_'
	}, name)
}

// sendsLength says whether a request without a body says so in a Content-Length of 0.
func sendsLength(method string) bool { return method == "POST" || method == "PUT" || method == "PATCH" }

// bodyWords are curl's words for a body, what is piped into curl, and notes.
func bodyWords(method, body string) (data []string, feed string, notes []string) {
	switch {
	case body == "" && !sendsLength(method):
		return nil, "", nil
	case len(body) > curlBody:
		return []string{"--data-binary @body"}, "", []string{fmt.Sprintf(
			"# @body: the body of %d bytes is left out here; it is in the output of --format json, in this scenario's evidence", len(body))}
	case plain(body):
		return []string{"--data-raw " + shellWord(body)}, "", nil // raw: a body that begins with @ is no file name
	}
	return []string{"--data-binary @-"}, "printf '" + printfFormat(body) + "' | ", nil
}

// shellWord quotes a text as one word. Bytes that cannot stand on a line are made by printf.
func shellWord(text string) string {
	if plain(text) {
		return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
	}
	return `"$(printf '` + printfFormat(text) + `')"`
}

// printfFormat is a format, for the inside of single quotes, that printf of a POSIX shell prints as the text.
func printfFormat(text string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case r == '%':
			b.WriteString("%%")
		case r == '\\':
			b.WriteString(`\\`)
		case r == '\'':
			b.WriteString(`'\''`)
		case r == '\n':
			b.WriteString(`\n`)
		case unicode.IsPrint(r) && (r != utf8.RuneError || n > 1) && (r != '-' || i > 0): // a first - would begin an option
			b.WriteString(text[i : i+n])
		default:
			for _, c := range []byte(text[i : i+n]) {
				fmt.Fprintf(&b, `\%03o`, c)
			}
		}
		i += n
	}
	return b.String()
}
