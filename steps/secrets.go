package steps

import (
	"net/url"
	"slices"
	"strings"
)

// secrets are what reports must not show: those of the accounts, and what else was given that is one by its name or its place.
func (o Options) secrets(setup *Setup) (list []string) {
	for _, p := range setup.Platforms {
		list = append(list, Masked(p.Vars(setup.account(p)))...)
	}
	var guessed []string
	for _, text := range o.Accounts { // one that another has replaced is still on the command line
		if name, value, _ := strings.Cut(text, "="); namesSecret(name) {
			guessed = append(guessed, value)
		}
	}
	for _, text := range append([]string{o.Receiver, o.WaitFor, o.Probe, o.Register}, o.Receivers...) {
		guessed = append(guessed, inURL(text)...)
	}
	for _, text := range o.Env {
		name, value, _ := strings.Cut(text, "=")
		guessed = append(guessed, inURL(value)...)
		if namesSecret(name) {
			guessed = append(guessed, value)
		}
	}
	for _, f := range setup.HookHeaders {
		if namesSecret(f.Name) || strings.HasPrefix(strings.ToLower(f.Name), "x-") {
			guessed = append(guessed, f.Value)
		}
	}
	return append(list, slices.DeleteFunc(guessed, func(s string) bool { return len(s) < shortestSecret || strings.ContainsAny(s, "{}") })...)
}

// shortestSecret is how long a value must be to be taken for a secret by its name: a shorter one stands in other words, too.
const shortestSecret = 6

// namesSecret says of the name of a variable, a header or a parameter whether its value is a secret: by its words.
func namesSecret(name string) bool {
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool { return r < 'a' || r > 'z' })
	return slices.ContainsFunc(words, func(word string) bool {
		ends := func(end string) bool { return strings.HasSuffix(word, end) }
		return slices.ContainsFunc([]string{"secret", "token", "password", "passphrase", "apikey"}, ends) || slices.Contains([]string{
			"key", "pass", "passwd", "pwd", "auth", "authorization", "credential", "credentials", "signature", "sig", "hmac", "jwt", "bearer", "cookie", "session",
		}, word)
	})
}

// inURL are the password and the secret parameters of a URL, which may have placeholders and need not be one.
func inURL(text string) (list []string) {
	_, rest, _ := strings.Cut(text, "://")
	authority, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 {
		_, password, _ := strings.Cut(authority[:at], ":")
		list = append(list, password)
	}
	_, query, _ := strings.Cut(rest, "?")
	for _, pair := range strings.Split(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); namesSecret(name) {
			list = append(list, value)
		}
	}
	for _, escaped := range list {
		if plain, err := url.PathUnescape(escaped); err == nil && plain != escaped {
			list = append(list, plain)
		}
	}
	return list
}
