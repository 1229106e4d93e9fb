package report

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	entities "html"
	"net/url"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// TestMaskLong: a long secret is hidden wherever it stands and however it is written.
func TestMaskLong(t *testing.T) {
	for _, secret := range []string{"my literal secret value!", `a/b+c=d&e<f>"g'h\i%41é`, "0123456789abcdef", "-----BEGIN KEY-----\nMIIBPAIBAAJBAKj\n", "C:\\new\\table"} {
		mask := Mask([]string{"tok", secret})
		inJSON, _ := json.Marshal(secret)
		twice, _ := json.Marshal(string(inJSON))
		byRune, byByte := "", ""
		for _, r := range secret {
			byRune += fmt.Sprintf(`\u%04x`, r)
		}
		for _, c := range []byte(secret) {
			byByte += fmt.Sprintf("%%%02x", c)
		}
		first, _ := json.Marshal(secret[1:])
		for name, text := range map[string]string{
			"plain": secret, "hex": hex.EncodeToString([]byte(secret)), "HEX": strings.ToUpper(hex.EncodeToString([]byte(secret))),
			"query": url.QueryEscape(secret), "path": url.PathEscape(secret), "small digits": strings.ToLower(url.QueryEscape(strings.ToLower(secret))),
			"each byte": byByte, "each rune": byRune, "each rune, capitals": `\u` + strings.ToUpper(strings.TrimPrefix(strings.ReplaceAll(byRune, `\u`, " "), " ")),
			"JSON": string(inJSON), "JSON in JSON": string(twice), "PHP": strings.ReplaceAll(string(inJSON), "/", `\/`), "HTML": entities.EscapeString(secret),
			"one escape": fmt.Sprintf(`\u%04x`, secret[0]) + strings.Trim(string(first), `"`), "shell": strings.ReplaceAll(secret, "'", `'\''`),
		} {
			own := mask
			switch name {
			case "small digits":
				own = Mask([]string{strings.ToLower(secret)})
			case "each rune, capitals":
				text = strings.ReplaceAll(text, " ", `\u`)
			case "one escape", "shell":
				if strings.Contains(secret, "%") || name == "shell" && strings.Contains(secret, `\`) {
					continue // what is no escape there is one here
				}
			}
			for _, around := range []string{"", "x", "tok", " 0 "} {
				if got := own(around + text + around); !strings.Contains(got, hidden) || len(got) > len(around)*2+len(hidden)+len(`\""\""`) {
					t.Errorf("%s of %q: %q is left of %q", name, secret, got, around+text+around)
				}
			}
		}
		for before := range 4 {
			for behind := range 4 {
				raw := []byte(strings.Repeat("u", before) + secret + strings.Repeat(":", behind))
				for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding} {
					text := encoding.EncodeToString(raw)
					if got := mask(text); !strings.Contains(got, hidden) || len(got) > len(hidden)+16 {
						t.Errorf("%d before %q, %d behind: %q is left of %q", before, secret, behind, got, text)
					}
				}
			}
		}
	}
}

// TestMaskShort: a short secret is hidden where it is a value, and in no other word.
func TestMaskShort(t *testing.T) {
	mask := Mask([]string{"tok", "secret7"})
	for text, want := range map[string]string{
		"tok":                                  "***",
		"--account cratejoy.token=tok --seed":  "--account cratejoy.token=*** --seed",
		"--env 'A=tok' tokens":                 "--env 'A=***' tokens",
		"X-Token: tok\nnext":                   "X-Token: ***\nnext",
		`{"a": "tok", "b":"token","c":["tok"]`: `{"a": "***", "b":"token","c":["tok"]`,
		`"{\"a\":\"tok\"}"`:                    `"{\"a\":\"***\"}"`,
		"?a=tok&b=stock":                       "?a=***&b=stock",
		"http://127.0.0.1/tok/stock/secret7":   "http://127.0.0.1/tok/stock/secret7",
		"stock is token: tok tok":              "stock is token: tok tok",
		"tok is not secret7":                   "tok is not secret7",
		"a=secret7":                            "a=***",
		"a=secret77":                           "a=secret77",
	} {
		if got := mask(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

// TestMaskURLs: what a URL calls a secret is hidden though nobody has given it as one.
func TestMaskURLs(t *testing.T) {
	for text, want := range map[string]string{
		"see http://u:p%20w@h:1/x?a=1&token=abc#f":     "see http://u:***@h:1/x?a=1&token=***#f",
		"GET /hook?secret=s -> 200":                    "GET /hook?secret=*** -> 200",
		"http://h/?token=abc; cratejoy":                "http://h/?token=***; cratejoy",
		`"postgres:\/\/u:p@h\/x?x-api-key=k"`:          `"postgres:\/\/u:***@h\/x?x-api-key=***"`,
		`{"u":"https://h/?a=b\u0026access_token=x"}`:   `{"u":"https://h/?a=b\u0026access_token=***"}`,
		"https://h/?a=b&amp;hmac=x==":                  "https://h/?a=b&amp;hmac=***",
		"http://u@h/?page=2&keyboard=q":                "http://u@h/?page=2&keyboard=q",
		"http://{user}:{cratejoy.secret}@h/?token={t}": "http://{user}:{cratejoy.secret}@h/?token={t}",
		"really? token=abc, a@b: c@d":                  "really? token=abc, a@b: c@d",
		"http://h/?sig=a?sig=b http://h?sig=c":         "http://h/?sig=***?sig=*** http://h?sig=***",
	} {
		if got := Mask(nil)(text); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
		if got := (Options{}).mask(text); got != want {
			t.Errorf("%s, without secrets: %s, want %s", text, got, want)
		}
	}
}

// BenchmarkMask is a body of 1 MiB, with and without escapes, and ten secrets.
func BenchmarkMask(b *testing.B) {
	var secrets []string
	for i := range 10 {
		secrets = append(secrets, fmt.Sprintf("secret-number-%d-of-ten", i))
	}
	mask := Mask(secrets)
	row := `{"id":4711,"email":"jane@example.com","url":"https://shop.example/a?b=c"},`
	plain := strings.Repeat(row, 1<<20/len(row))
	escaped, err := json.Marshal(plain)
	if err != nil {
		b.Fatal(err)
	}
	for name, text := range map[string]string{"plain": plain, "escaped": string(escaped), "line": row} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(text)))
			for b.Loop() {
				mask(text)
			}
		})
	}
}

// TestNoFormatShowsSecrets: whatever a run says holds the secret, and no format shows it.
func TestNoFormatShowsSecrets(t *testing.T) {
	const secret = "a-secret-of-some-length"
	const text = "x " + secret + ` "quoted"`
	message := func() journal.Message {
		return journal.Message{
			Method: "POST", URL: "http://h/" + secret, Header: []fixtures.Field{{Name: "X-A", Value: text}}, Body: []byte(`{"a":"` + secret + `"}`),
		}
	}
	answer := message()
	answer.Status = 500
	entry := journal.Entry{
		Kind: journal.Attempt, Event: "e", Number: 1, Delivery: "d", Request: message(), Response: answer, Failure: text, Rejected: text, Client: text,
		Resource: text, IDs: []string{text}, Fault: text, Text: text, To: []string{text},
	}
	word := entry
	word.Kind = journal.Word
	consequence := entry
	consequence.Kind = journal.Consequence
	entries := []journal.Entry{entry, word, consequence}
	run := Run{Version: "1", Receiver: text, Platforms: []string{"p"}, Notices: []string{text}, Rerun: text, Broken: text}
	var scenarios []Scenario
	for i, verdict := range []Verdict{Pass, Fail, NotRun, KnownFailure, UnexpectedPass, Flaky} {
		s := Scenario{
			File: "a.feature", Feature: text, Name: text, Outline: text, Row: text, Line: i + 1, Platform: "p", Level: Must, Verdict: verdict, Reason: text,
			Steps: []Step{{Keyword: "Given", Text: text, Verdict: verdict}}, Entries: entries, Consequences: []string{text},
			Sent: []Sent{},
		}
		if verdict == Fail || verdict == Flaky {
			s.Failure = &Failure{Message: text, Want: text, Got: text, Entries: entries, Output: text}
		}
		scenarios = append(scenarios, s)
	}
	for _, f := range Formats() {
		var out bytes.Buffer
		p := f.New(Options{Out: &out, Mask: Mask([]string{secret})})
		recorder, _ := p.(Recorder)
		if recorder != nil {
			if err := recorder.Begin(run); err != nil {
				t.Fatal(err)
			}
		}
		for _, s := range scenarios {
			for _, e := range s.Entries {
				if recorder != nil {
					if err := recorder.Exchange(s.ID(), e); err != nil {
						t.Fatal(err)
					}
				}
			}
			if err := p.Scenario(s); err != nil {
				t.Fatal(err)
			}
		}
		if err := p.End(run, TallyOf(scenarios)); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		if f.Name == "html" {
			text = unpacked(t, text)
		}
		for line := range strings.Lines(text) {
			if strings.Contains(line, secret) {
				t.Errorf("%s shows it: %.2000s", f.Name, line)
			}
		}
	}
}

// TestLongFieldsAreClipped: a receiver can make a field long.
func TestLongFieldsAreClipped(t *testing.T) {
	m := journal.Message{Status: 200, Header: []fixtures.Field{{Name: "X-Long", Value: strings.Repeat("x", 1<<20)}, {Name: "X-Short", Value: "short"}}}
	text := strings.Join(Options{}.message("< ", "200 OK", m), "\n")
	if len(text) > 2*shownBytes || !strings.Contains(text, "bytes more") || !strings.Contains(text, "X-Short: short") {
		t.Errorf("%d bytes: %.200s", len(text), text)
	}
}
