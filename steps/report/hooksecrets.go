package report

import (
	"slices"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// A receiver may register header fields that its callbacks are to carry: what is a secret among them, by its name, is the receiver's,
// and nobody has told us of it before.

// hiding are options that also hide the secrets which exchanges show to be some.
func (o Options) hiding(entries ...journal.Entry) Options {
	var secrets []string
	for _, e := range entries {
		switch e.Kind {
		case journal.Attempt:
			for _, f := range e.Request.Header {
				secrets = append(secrets, secretOf(f)...)
			}
		case journal.Registration:
			secrets = append(secrets, registered(gjson.ParseBytes(e.Request.Body))...)
			secrets = append(secrets, registered(gjson.ParseBytes(e.Response.Body))...)
		}
	}
	if len(secrets) == 0 {
		return o
	}
	slices.Sort(secrets)
	known, more := o.mask, Mask(slices.Compact(secrets))
	o.Mask = func(text string) string { return more(known(text)) }
	return o
}

// exchanges are those of a scenario: what a printer was given of them.
func (s Scenario) exchanges() []journal.Entry {
	if s.Failure == nil {
		return s.Entries
	}
	return slices.Concat(s.Entries, s.Failure.Entries)
}

// registered are the secrets among the headers of hooks, wherever they stand in a body.
func registered(body gjson.Result) (secrets []string) {
	if !body.IsObject() && !body.IsArray() {
		return nil
	}
	body.ForEach(func(key, value gjson.Result) bool {
		if !strings.EqualFold(key.Str, "headers") || !value.IsObject() {
			secrets = append(secrets, registered(value)...)
			return true
		}
		value.ForEach(func(name, text gjson.Result) bool {
			secrets = append(secrets, secretOf(fixtures.Field{Name: name.Str, Value: text.String()})...)
			return true
		})
		return true
	})
	return secrets
}

// secretOf is what is a secret in a field. What names a signature is none: it is made of one, and says whether it is right.
func secretOf(f fixtures.Field) []string {
	signs := func(word string) bool {
		return slices.Contains([]string{"signature", "signatures", "sig", "hmac", "idempotency"}, word)
	}
	words := strings.FieldsFunc(strings.ToLower(f.Name), func(r rune) bool { return r == '-' || r == '_' })
	if f.Value == "" || f.Value == hidden || !NamesSecret(f.Name) || slices.ContainsFunc(words, signs) {
		return nil
	}
	if _, credentials, ok := strings.Cut(f.Value, " "); ok && slices.Contains(words, "authorization") {
		return []string{credentials} // the scheme is not a secret
	}
	return []string{f.Value}
}
