package mockplatforms

import (
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Paths of an API overlap (customers/subscribers/{id}, customers/{id}/consent), which net/http's mux refuses: of the lookups that a
// path fits, the one counts whose first difference is a name and not a {placeholder}.

// segments are the parts of a pattern's path, without the slash at its end.
func segments(pattern string) []string {
	_, path, _ := strings.Cut(pattern, " ")
	return strings.Split(strings.Trim(path, "/"), "/")
}

// placeholder is a segment that stands for any.
var placeholder = regexp.MustCompile(`^\{\w+\}$`)

func isPlaceholder(segment string) bool { return strings.HasPrefix(segment, "{") }

// Check refuses a route that cannot be served: one that is not a path, or one that the registration API has.
func (l Lookup) Check(own []Route) error {
	for _, s := range l.path {
		if strings.ContainsAny(s, "{}") && !placeholder.MatchString(s) {
			return fmt.Errorf("%q is neither a name nor a {placeholder}", s)
		}
	}
	for _, r := range own {
		if strings.HasPrefix(r.Pattern, http.MethodGet+" ") && slices.EqualFunc(segments(r.Pattern), l.path, alike) {
			return fmt.Errorf("it is the platform's own %s", r.Pattern)
		}
	}
	return nil
}

func alike(a, b string) bool { return a == b || isPlaceholder(a) && isPlaceholder(b) }

// fits gives the values of the placeholders of a path, if it is one of a pattern's.
func fits(parts, path []string) (values map[string]string, ok bool) {
	if len(parts) != len(path) {
		return nil, false
	}
	values = map[string]string{}
	for i, part := range parts {
		switch {
		case isPlaceholder(part) && path[i] != "":
			text, err := url.PathUnescape(path[i])
			if err != nil {
				return nil, false
			}
			values[strings.Trim(part, "{}")] = text
		case part != path[i]:
			return nil, false
		}
	}
	return values, true
}

// Find gives the lookups that a request's path is for, whatever its method, and puts what the path says into the request. Several are
// told apart by their query.
func Find(lookups []Lookup, r *http.Request) (found []Lookup) {
	path := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	var values map[string]string
	for _, l := range lookups {
		v, ok := fits(l.path, path)
		if !ok {
			continue
		}
		order := 1
		if len(found) > 0 {
			order = closer(l, found[0])
		}
		switch {
		case order > 0:
			found, values = []Lookup{l}, v
		case order == 0:
			found = append(found, l)
		}
	}
	for name, value := range values {
		r.SetPathValue(name, value)
	}
	return found
}

// Below says whether a path is below one of these, and puts what it says into the request. The route is the path as a fixture would
// write it: what looks like an id is a placeholder.
func Below(roots []string, r *http.Request) (route string, ok bool) {
	path := strings.Split(strings.Trim(r.URL.EscapedPath(), "/"), "/")
	for _, root := range roots {
		parts := segments("GET " + root)
		n := len(parts)
		values, ok := fits(parts, path[:min(n, len(path))])
		if !ok || len(path) <= n {
			continue
		}
		for name, value := range values {
			r.SetPathValue(name, value)
		}
		for _, p := range path[n:] {
			if strings.ContainsAny(p, "0123456789") {
				p = "{id}"
			}
			parts = append(parts, p)
		}
		return "/" + strings.Join(parts, "/"), true
	}
	return "", false
}

// Misspelt gives the pattern of a lookup that a route is a letter or two away from; "" if there is none. A segment with a digit says
// a version, which may be another that the platform has, and in a short one a letter makes another word.
func Misspelt(list []Lookup, route string) string {
	parts := segments(route)
	for _, l := range list {
		wrong := 0
		if len(l.path) != len(parts) {
			continue
		}
		for i, part := range l.path {
			if alike(part, parts[i]) || isPlaceholder(part) {
				continue
			}
			_, letters := fixtures.Nearest(parts[i], []string{part}, lettersWrong)
			if len(part) < shortestWord || strings.ContainsAny(part+parts[i], "0123456789{") {
				letters = lettersWrong + 1
			}
			wrong += letters
		}
		if wrong > 0 && wrong <= lettersWrong {
			return l.Pattern
		}
	}
	return ""
}

// What is taken for a slip of the pen.
const (
	lettersWrong = 2
	shortestWord = 5
)

// closer compares two lookups that a path fits: positive if the first says more of it.
func closer(a, b Lookup) int {
	x, y := a.path, b.path
	for i := range x {
		switch {
		case isPlaceholder(x[i]) && !isPlaceholder(y[i]):
			return -1
		case !isPlaceholder(x[i]) && isPlaceholder(y[i]):
			return 1
		}
	}
	return 0
}
