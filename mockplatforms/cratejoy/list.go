package cratejoy

import (
	"cmp"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// filter is one "property__operator=value" of a query.
type filter struct{ property, operator, value string }

// list answers a page of the hooks that pass all filters, in the envelope of collections.
func (a api) list(w http.ResponseWriter, r *http.Request, _ mockplatforms.Account) {
	sample, err := a.Fixtures.Load(a.Platform.Name + "/registration/hook-200.response.http")
	if err != nil {
		a.Error(w, r, http.StatusInternalServerError)
		return
	}
	query, first := r.URL.Query(), 1
	if a.Setting("pages") == "zero" {
		first = 0
	}
	filters, problems := filtersOf(query, gjson.ParseBytes(sample.Body))
	limit, ok := atLeast(1, query.Get("limit"), 10)
	if !ok {
		problems = append(problems, problem{"errors/400-invalid", "limit"})
	}
	page, ok := atLeast(first, query.Get("page"), first)
	if !ok {
		problems = append(problems, problem{"errors/400-invalid", "page"})
	}
	if len(problems) > 0 {
		a.refuse(w, problems)
		return
	}
	var elements []string
	for _, hook := range a.Hooks.List() {
		element := a.element(hook)(sample.Body)
		if !slices.ContainsFunc(filters, func(f filter) bool { return !f.takes(gjson.GetBytes(element, f.property)) }) {
			elements = append(elements, string(element))
		}
	}
	// Dividing, not multiplying: a page number may be any that an int holds.
	count, from := len(elements), len(elements)
	if page-first <= count/limit {
		from = min((page-first)*limit, count)
	}
	to := from + min(limit, count-from)
	next, prev := []byte("null"), []byte("null")
	if to < count {
		next = link(query, page+1)
	}
	if page > first {
		prev = link(query, page-1)
	}
	a.Answer(w, "registration/list",
		mockplatforms.Put("count", []byte(strconv.Itoa(count))),
		mockplatforms.Put("next", next), mockplatforms.Put("prev", prev),
		mockplatforms.Put("results", []byte("["+strings.Join(elements[from:to], ",")+"]")))
}

// atLeast reads a number of a query, or gives the default.
func atLeast(least int, text string, missing int) (n int, ok bool) {
	if text == "" {
		return missing, true
	}
	n, err := strconv.Atoi(text)
	return n, err == nil && n >= least
}

// link is a page's query string: relative, with the page in front, and the rest of the query as it was asked.
func link(query url.Values, page int) []byte {
	rest := maps.Clone(query)
	rest.Del("page")
	text := "?page=" + strconv.Itoa(page)
	if len(rest) > 0 {
		text += "&" + rest.Encode()
	}
	return quote(text)
}

// filtersOf reads the filters of a query. Relations (with=) are no filters, and hooks have none to expand.
func filtersOf(query url.Values, sample gjson.Result) (filters []filter, problems []problem) {
	operators := []string{"eq", "ne", "lt", "le", "gt", "ge", "like", "ilike", "in", "nin", "is_null"}
	properties := map[string]bool{}
	sample.ForEach(func(key, _ gjson.Result) bool {
		properties[key.Str] = true
		return true
	})
	for _, name := range slices.Sorted(maps.Keys(query)) {
		if name == "limit" || name == "page" || name == "with" {
			continue
		}
		property, operator, found := strings.Cut(name, "__")
		if !found {
			operator = "eq"
		}
		quoted := quote(name)
		switch {
		case !properties[property]:
			quoted = quote(property)
			problems = append(problems, problem{"errors/400-unknown-property", string(quoted[1 : len(quoted)-1])})
		case !slices.Contains(operators, operator):
			problems = append(problems, problem{"errors/400-invalid", string(quoted[1 : len(quoted)-1])})
		}
		for _, value := range query[name] {
			filters = append(filters, filter{property, operator, value})
		}
	}
	return filters, problems
}

// takes judges one value. Values are compared as text, numbers by size; True is true, as Python clients write it.
func (f filter) takes(v gjson.Result) bool {
	text := v.String()
	if v.Type == gjson.Number {
		text = v.Raw
	}
	same := func(want string) bool { return text == want || v.IsBool() && strings.EqualFold(text, want) }
	order := strings.Compare(text, f.value)
	if n, err := strconv.ParseInt(f.value, 10, 64); err == nil && v.Type == gjson.Number {
		order = cmp.Compare(v.Int(), n)
	}
	switch f.operator {
	case "eq":
		return same(f.value)
	case "ne":
		return !same(f.value)
	case "in":
		return slices.ContainsFunc(strings.Split(f.value, ","), same)
	case "nin":
		return !slices.ContainsFunc(strings.Split(f.value, ","), same)
	case "lt":
		return order < 0
	case "le":
		return order <= 0
	case "gt":
		return order > 0
	case "ge":
		return order >= 0
	case "is_null":
		return (v.Type == gjson.Null) == (strings.EqualFold(f.value, "true") || f.value == "1")
	case "like":
		return like("(?s)^", f.value, text)
	case "ilike":
		return like("(?si)^", f.value, text)
	}
	return false
}

// like is SQL's: % stands for any text, _ for any character.
func like(flags, pattern, text string) bool {
	expression := strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(pattern))
	compiled, err := regexp.Compile(flags + expression + "$")
	return err == nil && compiled.MatchString(text)
}
