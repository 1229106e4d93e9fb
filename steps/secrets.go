package steps

import (
	"fmt"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// secrets are what reports must not show: those of the accounts, and what else was given that is one by its name or its place.
func (o Options) secrets(setup *Setup) (list []string) {
	for _, p := range setup.Platforms {
		list = append(list, Masked(p.Vars(setup.account(p)))...)
	}
	for flag, values := range map[string][]string{
		"account": o.Accounts, "env": o.Env, "hook-header": o.HookHeaders, // of accounts one that another has replaced is still on the command line
		"receiver": append([]string{o.Receiver, o.WaitFor, o.Probe, o.Register}, o.Receivers...),
	} {
		for _, value := range values {
			list = append(list, SecretsIn(flag, value)...)
		}
	}
	return list
}

// SecretsIn are the secrets in a value of a flag, by their names or their places.
func SecretsIn(flag, value string) []string {
	list := inURL(value)
	if takesAddress(flag) {
		list = append(list, notURL(value))
	}
	switch name, text := nameAndText(flag, value); {
	case NamesSecret(flag, name):
		list = append(list, text)
	case flag == "hook-header" && strings.HasPrefix(strings.ToLower(name), "x-"):
		list = append(list, text)
	}
	return slices.DeleteFunc(list, func(s string) bool { return len(s) < shortestSecret || strings.ContainsAny(s, "{}") })
}

// shortestSecret is how long a value must be to be taken for a secret by its name: a shorter one is also the value of something
// else. Where the name stands beside it, it is not shown either; see Shown.
const shortestSecret = 6

// NamesSecret says of a name in the value of a flag whether a secret stands behind it.
func NamesSecret(flag, name string) bool {
	return slices.Contains([]string{"account", "env", "hook-header"}, flag) && report.NamesSecret(name)
}

// Shown is the value of a flag as it may be shown: what is a secret by its name is left out, however short it is.
func Shown(flag, value string) string {
	name, text := nameAndText(flag, value)
	if text == "" || !NamesSecret(flag, name) || strings.ContainsAny(text, "{}") {
		return value
	}
	return strings.TrimSuffix(value, text) + "***"
}

// nameAndText takes NAME=VALUE apart, or "Name: value".
func nameAndText(flag, value string) (name, text string) {
	between := "="
	if flag == "hook-header" {
		between = ":"
	}
	name, text, _ = strings.Cut(value, between)
	return name, strings.TrimSpace(text)
}

// NoVariable is the error of a flag that names a variable of the environment that is not there. What does not look like such a
// name is not shown: many give the secret itself.
func NoVariable(flag, variable string) error {
	if !looksLikeVariable(variable) {
		return fmt.Errorf("%s takes the name of a variable of the environment; what was given is not one that is set, and is not shown: it may be the secret itself", flag)
	}
	var names []string
	for _, entry := range os.Environ() {
		name, _, _ := strings.Cut(entry, "=")
		names = append(names, name)
	}
	return fmt.Errorf("%s %s: the environment has no such variable, or it is empty%s", flag, variable, fixtures.Hint(variable, names))
}

func looksLikeVariable(name string) bool {
	return regexp.MustCompile(`^[A-Z][A-Z0-9]*(_[A-Z0-9]+)+$`).MatchString(name)
}

// CheckSecretEnv refuses a value of --secret-env that is to be written down, and may be the secret itself: the variable is neither set
// nor called like one.
func CheckSecretEnv(text string) error {
	_, variable, ok := strings.Cut(text, "=")
	if !ok {
		variable = text
	}
	if os.Getenv(variable) != "" || looksLikeVariable(variable) {
		return nil
	}
	return NoVariable("--secret-env", variable)
}

// platformIn is the platform that a flag's value names. What does not look like a name is not shown.
func (s *Setup) platformIn(flag, name, shape string) (*mockplatforms.Platform, error) {
	p, err := s.platform(name)
	switch {
	case err == nil:
		return p, nil
	case !regexp.MustCompile(`^[A-Za-z][A-Za-z _-]{0,23}$`).MatchString(name):
		return nil, target.Misshapen(flag, shape)
	}
	return nil, fmt.Errorf("%s: %w", flag, err)
}

// takesAddress are the flags whose values are URLs, or addresses.
func takesAddress(flag string) bool {
	return slices.Contains([]string{"receiver", "wait-for", "probe", "register", "target", "to", "listen", "admin", "inspect", "allow-host"}, flag)
}

// notURL is what may be a password in a text that should be a URL and is not one: what stands before its last @.
func notURL(text string) string {
	at := strings.LastIndexByte(text, '@')
	_, rest, ok := strings.Cut(text[:max(at, 0)], "//")
	if u, err := url.Parse(strings.NewReplacer("{", "", "}", "").Replace(text)); at < 0 || ok && err == nil && u.Scheme != "" {
		return ""
	}
	if !ok {
		rest = text[:at]
	}
	if _, password, ok := strings.Cut(rest, ":"); ok {
		return password
	}
	return rest
}

// inURL are the password and the secret parameters of a URL, which may have placeholders and need not be one.
func inURL(text string) (list []string) {
	_, rest, ok := strings.Cut(text, "//")
	if !ok {
		rest = text // a query may stand in it
	}
	authority, _, _ := strings.Cut(rest, "/")
	if at := strings.LastIndexByte(authority, '@'); at >= 0 && ok {
		_, password, _ := strings.Cut(authority[:at], ":")
		list = append(list, password)
	}
	_, query, _ := strings.Cut(rest, "?")
	for _, pair := range strings.Split(query, "&") {
		if name, value, _ := strings.Cut(pair, "="); report.NamesSecret(name) {
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
