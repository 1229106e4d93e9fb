package report

import (
	"encoding/base64"
	"encoding/hex"
	entities "html"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// LongSecret is how long a secret is that is hidden wherever it stands. A shorter one may be part of any word, and is hidden only
// where it is the whole value of something.
const LongSecret = 8

// Mask makes what hides secrets in a text, however they are written there: plain, in hex, in base64 at any offset, escaped for
// a URL, JSON, HTML or a shell; and what a URL itself calls a secret.
func Mask(secrets []string) func(string) string {
	var long, short []string
	for _, s := range secrets {
		switch {
		case len(s) >= LongSecret:
			long = append(long, spellings(s)...)
		case s != "":
			short = append(short, s)
		}
	}
	bare := slices.Clone(long)
	for _, s := range long { // what looks like an escape in a secret may be lost in a text without escapes
		if s, _ = unescaped(s); len(s) >= LongSecret {
			bare = append(bare, s)
		}
	}
	words, bareWords := newFinder(long), newFinder(bare)
	slices.SortFunc(short, func(a, b string) int { return len(b) - len(a) })
	return func(text string) string {
		text = maskURLs(maskWords(text, words, bareWords))
		for _, s := range short {
			text = maskValue(text, s)
		}
		return text
	}
}

// spellings are the ways in which a long secret is written, but for escapes.
func spellings(secret string) []string {
	inHex := hex.EncodeToString([]byte(secret))
	list := []string{secret, inHex, strings.ToUpper(inHex), strings.ReplaceAll(secret, " ", "+")}
	for offset := range 3 { // of its first byte in a group of three
		text := base64.RawStdEncoding.EncodeToString([]byte(strings.Repeat("\x00", offset) + secret))
		text = text[[]int{0, 2, 3}[offset]:] // what is made of other bytes too
		if (offset+len(secret))%3 != 0 {
			text = text[:len(text)-1]
		}
		list = append(list, text, strings.NewReplacer("+", "-", "/", "_").Replace(text))
	}
	return list
}

// span is a part of a text.
type span struct{ from, to int }

// maskWords hides words wherever they stand, also where some of their characters are escaped: bare finds them then.
func maskWords(text string, words, bare *finder) string {
	found := words.find(text)
	if strings.ContainsAny(text, `\%&`) {
		plain, places := unescaped(text)
		for _, f := range bare.find(plain) {
			found = append(found, span{int(places[f.from]), int(places[f.to])})
		}
	}
	if len(found) == 0 {
		return text
	}
	slices.SortFunc(found, func(a, b span) int { return a.from - b.from })
	var b strings.Builder
	end := 0
	for _, f := range found {
		if f.from >= end { // otherwise it overlaps with the one before
			b.WriteString(text[end:f.from])
			b.WriteString(hidden)
		}
		end = max(end, f.to)
	}
	return b.String() + text[end:]
}

// finder finds many words in one pass: by their first two bytes.
type finder struct {
	begins [1 << 16]bool
	words  map[int][]string
}

func newFinder(words []string) *finder {
	f := &finder{words: map[int][]string{}}
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) }) // one may be part of another
	for _, word := range words {
		key := int(word[0])<<8 | int(word[1])
		f.begins[key] = true
		f.words[key] = append(f.words[key], word)
	}
	return f
}

func (f *finder) find(text string) (found []span) {
	for i := 0; i+1 < len(text); i++ {
		key := int(text[i])<<8 | int(text[i+1])
		if !f.begins[key] {
			continue
		}
		for _, word := range f.words[key] {
			if strings.HasPrefix(text[i:], word) {
				found = append(found, span{i, i + len(word)})
				break
			}
		}
	}
	return found
}

// unescaped is a text without the escapes of URLs, JSON (also inside a JSON string), HTML and shells, and where each of its bytes
// stands in the text.
func unescaped(text string) (plain string, places []int32) {
	made := make([]byte, 0, len(text))
	places = make([]int32, 0, len(text)+1)
	for i := 0; i < len(text); {
		one, n := unescape(text[i:])
		made = append(made, one...)
		for range len(one) {
			places = append(places, int32(i))
		}
		i += n
	}
	return string(made), append(places, int32(len(text)))
}

// unescape is the first character of a text, and how much of the text it takes.
func unescape(text string) (one string, n int) {
	switch text[0] {
	case '%':
		if c, err := strconv.ParseUint(text[1:min(3, len(text))], 16, 8); err == nil && len(text) >= 3 {
			return string([]byte{byte(c)}), 3
		}
	case '&':
		if end := strings.IndexByte(text[:min(len(text), 10)], ';'); end > 0 {
			if is := entities.UnescapeString(text[:end+1]); is != text[:end+1] {
				return is, end + 1
			}
		}
	case '\'':
		if strings.HasPrefix(text, `'\''`) {
			return "'", 4
		}
	case '\\':
		escape := strings.TrimLeft(text, `\`) // several are taken for one: it was escaped again
		n := len(text) - len(escape)
		if r, size := codePoint(escape); size > 0 {
			return string(r), n + size
		}
		if escape == "" {
			return `\`, n
		}
		if i := strings.IndexByte(`"/'ntr`, escape[0]); i >= 0 {
			return "\"/'\n\t\r"[i : i+1], n + 1
		}
		return `\`, n
	}
	return text[:1], 1
}

// codePoint reads u00e9 or ud83dude00 (with \ between), of which it is told behind the first \. The size is 0 where it is not one.
func codePoint(text string) (r rune, size int) {
	one := func(text string) rune {
		if len(text) < 5 || text[0] != 'u' {
			return -1
		}
		n, err := strconv.ParseUint(text[1:5], 16, 16)
		if err != nil {
			return -1
		}
		return rune(n)
	}
	if r = one(text); r < 0 {
		return 0, 0
	}
	rest := strings.TrimLeft(text[5:], `\`)
	if pair := utf16.DecodeRune(r, one(rest)); pair != utf8.RuneError {
		return pair, len(text) - len(rest) + 5
	}
	return r, 5
}

// maskValue hides a short secret where it is a value and nothing else: the whole text, or what stands behind = or : up to the
// end of the value.
func maskValue(text, secret string) string {
	if text == secret {
		return hidden
	}
	var b strings.Builder
	for end := 0; ; {
		i := strings.Index(text[end:], secret)
		if i < 0 {
			return b.String() + text[end:]
		}
		from := end + i
		to := from + len(secret)
		b.WriteString(text[end:from])
		if isValue(text[:from], text[to:]) {
			b.WriteString(hidden)
		} else {
			b.WriteString(secret)
		}
		end = to
	}
}

// isValue says of what stands between two texts whether it is a value and nothing else.
func isValue(before, behind string) bool {
	quote := ""
	if n := len(before); n > 0 && (before[n-1] == '"' || before[n-1] == '\'') {
		quote = before[n-1:]
		before = strings.TrimRight(before[:n-1], `\`)
	}
	before = strings.TrimRight(before, " ")
	if before == "" || before[len(before)-1] != '=' && before[len(before)-1] != ':' {
		return false
	}
	if quote != "" {
		return strings.HasPrefix(strings.TrimLeft(behind, `\`), quote)
	}
	return behind == "" || strings.IndexByte("\"'&;,#@}])\n\r\\", behind[0]) >= 0 || behind[0] == ' ' && before[len(before)-1] == '='
}

// NamesSecret says of the name of a variable, a header field or a parameter whether its value is a secret: by its words.
func NamesSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc(words, func(word string) bool {
		ends := func(end string) bool { return strings.HasSuffix(word, end) }
		return slices.ContainsFunc([]string{"secret", "token", "password", "passphrase", "apikey"}, ends) || slices.Contains([]string{
			"key", "pass", "passwd", "pwd", "auth", "authorization", "credential", "credentials", "signature", "sig", "hmac", "jwt", "bearer", "cookie", "session",
		}, word)
	})
}

// maskURLs hides the passwords of URLs, and the parameters that are secrets by their names.
func maskURLs(text string) string {
	text = maskBehind(text, "://", maskAuthority)
	if strings.Contains(text, `:\/\/`) { // as PHP writes it into JSON
		text = maskBehind(text, `:\/\/`, maskAuthority)
	}
	return maskBehind(text, "?", maskQuery)
}

// maskBehind rewrites what stands behind each mark, as far as it may belong to a URL.
func maskBehind(text, mark string, rewrite func(string) string) string {
	if !strings.Contains(text, mark) {
		return text
	}
	var b strings.Builder
	for {
		before, rest, more := strings.Cut(text, mark)
		b.WriteString(before)
		if !more {
			return b.String()
		}
		end := 0
		for end < len(rest) && (rest[end] > ' ' && strings.IndexByte("\"'`<>#|\\", rest[end]) < 0 || strings.HasPrefix(rest[end:], ampersand)) {
			end++
		}
		if next := strings.Index(rest[:end], mark); next >= 0 {
			end = next
		}
		b.WriteString(mark)
		b.WriteString(rewrite(rest[:end]))
		text = rest[end:]
	}
}

// ampersand is how one is written into JSON that may stand in HTML.
const ampersand = `\u0026`

// maskAuthority hides the password in what follows the scheme of a URL.
func maskAuthority(rest string) string {
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	at := strings.LastIndexByte(rest[:end], '@')
	user, password, has := strings.Cut(rest[:max(at, 0)], ":")
	if !has || password == "" || placeholder(password) {
		return rest
	}
	return user + ":" + hidden + rest[at:]
}

// maskQuery hides the values of a query that are secrets by their names.
func maskQuery(query string) string {
	for _, between := range []string{"&", ampersand} {
		pairs := strings.Split(query, between)
		for i, pair := range pairs {
			if name, value, _ := strings.Cut(pair, "="); value != "" && !placeholder(value) && NamesSecret(name) {
				pairs[i] = name + "=" + hidden + value[len(strings.TrimRight(value, ";,.")):] // which belongs to the sentence
			}
		}
		query = strings.Join(pairs, between)
	}
	return query
}

// placeholder says of a value that it is filled in later: {cratejoy.secret}.
func placeholder(value string) bool {
	return strings.HasPrefix(value, "{") && strings.HasSuffix(value, "}")
}
