package samplereceiver

import (
	"bytes"
	"encoding/json"
	"net/http"
	"regexp"
	"strings"
)

// What is here are bugs in the reading of bytes: the same JSON in another form is read as another text, or not at all.

// chokes ends a callback at its first bytes.
func (r *Receiver) chokes(p *platform, body []byte) answer {
	switch {
	case bytes.HasPrefix(body, []byte("\ufeff")) && r.has("bom-500"):
		return answer{http.StatusInternalServerError, "internal error"}
	case p.name == "bigcommerce" && !bytes.Contains(body, []byte(`"scope":"`)) && r.has("compact-only"):
		return answer{http.StatusOK, ""} // its regular expression finds no event
	}
	return answer{}
}

// misread gives the text that a bug takes a body for.
func (r *Receiver) misread(text []byte) []byte {
	switch {
	case r.has("latin-1"):
		var b strings.Builder
		for _, c := range text {
			b.WriteRune(rune(c))
		}
		return []byte(b.String())
	case r.has("splits-lines"):
		return bytes.ReplaceAll(text, []byte("\u2028"), []byte(`\n`))
	case r.has("halves-surrogates"):
		return regexp.MustCompile(`(?i)\\ud[89a-f][0-9a-f]{2}`).ReplaceAll(text, []byte(`\ufffd`))
	}
	return text
}

// parse reads JSON as the receiver does, with its bugs.
func (r *Receiver) parse(text []byte) (any, error) {
	value, err := parse(text)
	if err == nil {
		return value, nil
	}
	switch {
	case r.has("first-document"):
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		var first any
		return first, d.Decode(&first)
	case r.has("lenient-json"):
		repaired := regexp.MustCompile(`,\s*([}\]])`).ReplaceAll(bytes.ReplaceAll(text, []byte("'"), []byte(`"`)), []byte("$1"))
		return parse(repaired)
	}
	return nil, err
}

// exponents says whether a number is written with one, which a conversion to an integer does not read.
func exponents(value any) bool {
	switch v := value.(type) {
	case json.Number:
		return strings.ContainsAny(v.String(), "eE")
	case []any:
		for _, element := range v {
			if exponents(element) {
				return true
			}
		}
	case map[string]any:
		for _, element := range v {
			if exponents(element) {
				return true
			}
		}
	}
	return false
}
