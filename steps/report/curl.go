package report

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// curlBody is how long a body may be that is written into a command.
const curlBody = 64 << 10

// curlExpect is the length from which some versions of curl ask first whether they may send a body.
const curlExpect = 1 << 10

// putBack is the note on a command in which secrets are hidden.
const putBack = "# " + hidden + " stands for a secret: put it back"

// curl is the command that sends the request again, byte for byte, for any POSIX shell; then notes on what could not be
// written into it. All that came from a payload is quoted, so that nothing in it is read by the shell or by curl.
func (o Options) curl(e journal.Entry) []string {
	r := e.Request
	if !strings.HasPrefix(r.URL, "http://") && !strings.HasPrefix(r.URL, "https://") {
		return nil // a request in process, or one that was never made: there is no address to send it to
	}
	switch {
	case r.Truncated:
		return []string{"# the body was longer than what was kept, so the request cannot be sent again"}
	case e.Condition == string(mockplatforms.BrokenOff):
		return []string{"# this breaks off, as no HTTP client lets it: there is no command that sends it again"}
	}
	target, body := o.url(r.URL), o.mask(string(r.Body))
	if has(r.Header, "Authorization") {
		target = withoutUser(target) // whose name and password stand in that field
	}
	words := append([]string{"curl -i"}, methodWords(r)...)
	words = append(words, urlWords(target)...)
	fields, secrets := o.fieldWords(r)
	words = append(words, fields...)
	data, feed, notes := bodyWords(r.Method, body)
	command := feed + strings.Join(append(words, data...), " ")
	if strings.Contains(target, hidden) || strings.Contains(body, hidden) { // also one that was masked before it was recorded
		notes = append(notes, putBack)
	}
	if len(secrets) > 0 {
		notes = append(notes, "# set first, as secrets are not shown: "+strings.Join(secrets, ", "))
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

// fieldWords are the header fields in their order, then orders to leave out what curl would add by itself. Secrets are the
// variables that have to be set.
func (o Options) fieldWords(r journal.Message) (words, secrets []string) {
	for _, f := range r.Header {
		if byItself(f, r) {
			continue
		}
		word, secret := o.fieldWord(f)
		words = append(words, "-H "+word)
		if secret != "" {
			secrets = append(secrets, secret)
		}
	}
	added := []string{"Accept", "User-Agent"}
	if len(r.Body) > 0 || sendsLength(r.Method) {
		added = append(added, "Content-Type")
	}
	if len(r.Body) > curlExpect {
		added = append(added, "Expect")
	}
	for _, name := range added {
		if !has(r.Header, name) {
			words = append(words, "-H '"+name+":'")
		}
	}
	return words, secrets
}

// byItself says of a field whether curl sends it like that of its own accord.
func byItself(f fixtures.Field, r journal.Message) bool {
	switch strings.ToLower(f.Name) {
	case "content-length":
		return f.Value == strconv.Itoa(len(r.Body))
	case "host":
		u, err := url.Parse(r.URL)
		return err == nil && f.Value == u.Host
	}
	return false
}

// withoutUser takes the name and the password out of a URL.
func withoutUser(target string) string {
	scheme, rest, _ := strings.Cut(target, "//")
	host := rest
	if i := strings.IndexAny(rest, "/?#"); i >= 0 {
		host = rest[:i]
	}
	return scheme + "//" + rest[strings.LastIndexByte(host, '@')+1:]
}

func has(fields []fixtures.Field, name string) bool {
	return slices.ContainsFunc(fields, func(f fixtures.Field) bool { return strings.EqualFold(f.Name, name) })
}

// fieldWord is a header field as a word of the shell. A secret is a variable, which whoever has it can set: it is named, with
// what it holds where that is more than the value itself.
func (o Options) fieldWord(f fixtures.Field) (word, secret string) {
	value, masked := o.fieldValue(f)
	switch {
	case masked:
		prefix, ok := strings.CutSuffix(value, hidden)
		if !ok || strings.Contains(prefix, hidden) {
			prefix = ""
		}
		secret = "$" + variable(f.Name)
		word = shellWord(f.Name+": "+prefix) + `"` + secret + `"`
		if strings.EqualFold(prefix, "Basic ") {
			secret += " (NAME:PASSWORD in base64)"
		}
		return word, secret
	case value == "":
		return shellWord(f.Name + ";"), "" // how curl is told that the field is there, and empty
	}
	return shellWord(f.Name + ": " + value), ""
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
		return []string{"--data-raw " + shellWord(body)}, "", nil // raw: a body that begins with @ is not the name of a file
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
