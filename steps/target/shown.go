package target

import (
	"fmt"
	"net/url"
	"regexp"
	"strings"
)

// Misshapen is the error of a flag whose value has not the shape that it should have: which one, in words, behind "write". It does
// not repeat the value: a secret may have been written in its place.
func Misshapen(flag, shape string) error {
	return fmt.Errorf("%s: write %s; one that was given is not so (it is not shown: it may be a secret)", flag, shape)
}

// likeAddress finds what is meant as an address and holds nothing else: a scheme, localhost or digits, a port and a path.
var likeAddress = regexp.MustCompile(`^([a-z]+:)?/*(localhost|[\d.]+|\[[\da-f:]+\])?(:(\d+|\{port\}))?(/[^@]*)?$`)

// shown is what may be repeated of a value that should be a URL: whatever stands before an @ may be a password, and a word that is
// not like an address a secret.
func shown(text string) string {
	u, err := url.Parse(text)
	at := strings.LastIndexByte(text, '@')
	switch {
	case err == nil && u.Host != "" && u.User != nil && strings.Contains(text, "://"):
		return u.Scheme + "://" + u.User.Username() + ":***" + text[at:]
	case at >= 0:
		return "***" + text[at:]
	case err == nil && u.Host != "", likeAddress.MatchString(text):
		return text
	}
	return "***"
}
