package engine

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// address gives the URL of a hook's target with what the start line of a message says: its path where the target has none,
// its query beside the target's. What both say is the target's: it knows where the receiver is today, and with which token.
// Unsent says in words what of the message is not taken. All of it stays as it is spelt.
func address(target string, m *fixtures.Message) (to, unsent string) {
	recordedPath, recordedQuery, _ := strings.Cut(m.Target(), "?")
	u, err := url.Parse(target)
	if err != nil || m.Target() == "" || m.Target() == "/" {
		return target, ""
	}
	to, _, _ = strings.Cut(target, "#")
	to, query, _ := strings.Cut(to, "?")
	var lost []string
	switch path := u.EscapedPath(); {
	case recordedPath == "/" || recordedPath == path:
	case path == "" || path == "/":
		to = strings.TrimSuffix(to, "/") + recordedPath
	default:
		lost = append(lost, "the path "+recordedPath)
	}
	own := parameters(query)
	all := own
	for _, p := range parameters(recordedQuery) {
		switch {
		case !slices.ContainsFunc(own, func(other string) bool { return nameOf(other) == nameOf(p) }):
			all = append(all, p)
		case !slices.Contains(own, p):
			lost = append(lost, "the parameter "+nameOf(p))
		}
	}
	if len(all) > 0 {
		to += "?" + strings.Join(all, "&")
	}
	if len(lost) > 0 {
		unsent = fmt.Sprintf("%s: %s of its start line is not sent: the receiver's URL has its own", m.Name, strings.Join(lost, " and "))
	}
	return to, unsent
}

// parameters are those of a query, as they are spelt.
func parameters(query string) []string {
	return slices.DeleteFunc(strings.Split(query, "&"), func(p string) bool { return p == "" })
}

func nameOf(parameter string) string {
	name, _, _ := strings.Cut(parameter, "=")
	return name
}
