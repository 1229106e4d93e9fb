package mockplatforms

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"
	"github.com/tidwall/sjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Lookup is one thing that a receiver fetches after a callback: a recorded answer in which the requested id is put.
// Any id is answered, unless the scenario has said that it does not exist.
type Lookup struct {
	Pattern  string // net/http's, without the query
	Resource string
	path     []string // the pattern's segments
	message  *fixtures.Message
	query    string // the parameter that holds the ids, "" where the path does
}

// Lookups are read from the fixtures that have a Fixture-Route: those with a query behind those without, so that of
// several that take a request the last is the one that says most.
func Lookups(set *fixtures.Set, platform string) []Lookup {
	var list []Lookup
	for _, m := range set.List(platform, ".response.http") {
		if m.Meta.Route == "" {
			continue
		}
		pattern, query, _ := strings.Cut(m.Meta.Route, "?")
		list = append(list, Lookup{
			Pattern: pattern, Resource: m.Meta.Resource, path: segments(pattern), message: m, query: strings.TrimSuffix(query, "={id}"),
		})
	}
	slices.SortStableFunc(list, func(a, b Lookup) int { return min(len(a.query), 1) - min(len(b.query), 1) })
	return list
}

// Route is the request that is answered, as the fixture writes it: "GET /v1/customers/{id}/".
func (l Lookup) Route() string { return l.message.Meta.Route }

// Identity is where the answer carries the requested id; nowhere in some.
func (l Lookup) Identity() []string { return l.message.Meta.Identity }

// Evidence is how sure the answer's form is: recorded, documented or inferred.
func (l Lookup) Evidence() string { return l.message.Meta.Evidence }

// Fixture is the name of the recorded answer.
func (l Lookup) Fixture() string { return l.message.Name }

// IDs are the ids that a request asks for.
func (l Lookup) IDs(r *http.Request) []string {
	if l.query == "" {
		if id := r.PathValue("id"); id != "" {
			return []string{id}
		}
		return nil
	}
	if v := r.URL.Query().Get(l.query); v != "" {
		return strings.FieldsFunc(v, func(r rune) bool { return r == ',' || r == ' ' })
	}
	return nil
}

// Takes says whether the lookup is the one for a request: several share a path and differ by their query.
func (l Lookup) Takes(r *http.Request) bool { return l.query == "" || r.URL.Query().Has(l.query) }

// Answer writes the recorded answer about the ids that the request asks for.
func (l Lookup) Answer(s *State, w http.ResponseWriter, r *http.Request) {
	var ids []string
	asked := l.IDs(r)
	for _, id := range asked {
		if s.exists(l.Resource, id) {
			ids = append(ids, id)
		}
	}
	if len(asked) > 0 && len(ids) == 0 && (l.query == "" || !l.answersList()) {
		s.Error(w, r, http.StatusNotFound)
		return
	}
	filled := len(asked) > 0
	if l.answersList() && pastFirst(r) {
		ids, filled = nil, true
	}
	name := strings.TrimSuffix(strings.TrimPrefix(l.message.Name, s.Platform.Name+"/"), ".response.http")
	s.Answer(w, name, func(body []byte) []byte {
		return s.valued(l, identify(body, l.message.Meta.Identity, ids, filled))
	})
}

// pastFirst says whether a request is for a later page. Recorded lists have one page, and there are clients that go on
// until a page is empty (@space48/bigcommerce-api).
func pastFirst(r *http.Request) bool {
	page, _ := strconv.Atoi(r.URL.Query().Get("page"))
	return page > 1
}

// answersList says whether the answer about no id is an empty list.
func (l Lookup) answersList() bool {
	return len(l.message.Meta.Identity) > 0 && strings.Contains(l.message.Meta.Identity[0], "#.")
}

// identify puts the requested ids where the answer carries them.
func identify(body []byte, paths, ids []string, asked bool) []byte {
	if !asked || len(paths) == 0 {
		return body
	}
	list, _, isList := strings.Cut(paths[0], "#.")
	if !isList {
		return setID(body, paths, ids[0])
	}
	var fields []string
	for _, path := range paths {
		if field, ok := strings.CutPrefix(path, list+"#."); ok {
			fields = append(fields, field)
		}
	}
	list = strings.TrimSuffix(list, ".")
	if list == "" {
		list = "@this"
	}
	template := gjson.GetBytes(body, list).Array()
	if len(template) == 0 {
		return body
	}
	elements := []string{}
	for _, id := range ids {
		elements = append(elements, string(setID([]byte(template[0].Raw), fields, id)))
	}
	joined := []byte("[" + strings.Join(elements, ",") + "]")
	if list == "@this" {
		return joined
	}
	changed, err := sjson.SetRawBytes(body, list, joined)
	if err != nil {
		return body
	}
	return changed
}

// setID puts an id into an element: raw where the sample is a number, and inside the sample's text where it is one
// (a URL that ends in the id).
func setID(element []byte, paths []string, id string) []byte {
	sample := gjson.GetBytes(element, paths[0]).String()
	for _, path := range paths {
		old := gjson.GetBytes(element, path)
		raw := []byte(id)
		if n, err := strconv.ParseInt(id, 10, 64); err != nil || strconv.FormatInt(n, 10) != id || old.Type == gjson.String {
			text := id
			if i := strings.LastIndex(old.Str, sample); i >= 0 && sample != "" {
				text = old.Str[:i] + id + old.Str[i+len(sample):]
			}
			raw, _ = json.Marshal(text) // a string always has a JSON form
		}
		if changed, err := sjson.SetRawBytes(element, path, raw); err == nil {
			element = changed
		}
	}
	return bytes.Clone(element)
}
