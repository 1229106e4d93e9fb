package mockplatforms

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// value is what the answers about a thing say at a path of it; without an id, about every thing of the resource.
type value struct{ resource, id, path, text string }

// SetValue has what is looked up say a value: JSON where it parses as JSON, a string otherwise. The id "" is every thing.
func (s *State) SetValue(resource, id, path, text string) error {
	if err := s.Platform.checkValue(s.Fixtures, resource, path, text); err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.values = append(s.values, value{resource, id, path, text})
	return nil
}

// checkValue refuses what nothing that is looked up has: it would be set where no receiver looks.
func (p *Platform) checkValue(set *fixtures.Set, resource, path, text string) error {
	var resources, names []string
	first, _, _ := strings.Cut(path, ".")
	for _, l := range Lookups(set, p.Name) {
		resources = append(resources, l.Resource)
		if l.Resource != resource {
			continue
		}
		for _, at := range l.elements(l.message.Body) {
			element := gjson.GetBytes(l.message.Body, at)
			if element.Get(first).Exists() {
				if err := p.within(resource, element, path); err != nil {
					return err
				}
				_, err := fixtures.Overlay(l.message.Body, below(at, path), text)
				return err
			}
			element.ForEach(func(name, _ gjson.Result) bool {
				names = append(names, name.Str)
				return true
			})
		}
	}
	if !slices.Contains(resources, resource) {
		return fmt.Errorf("nothing on %s is looked up as %q%s (`hookdrill list lookups`)", p.Title, resource, fixtures.Hint(resource, resources))
	}
	return fmt.Errorf("what %s answers about a lookup of %s has no %q%s", p.Title, resource, first, fixtures.Hint(first, names))
}

// within refuses a path that leads out of what is there. A list may get one element more; what stands below that, or where nothing
// is recorded, is not known.
func (p *Platform) within(resource string, at gjson.Result, path string) error {
	parts := strings.Split(path, ".")
	for i, name := range parts {
		if strings.HasPrefix(name, "@") || at.Type != gjson.JSON {
			if i > 0 && at.Type != gjson.JSON && at.Type != gjson.Null && !strings.HasPrefix(name, "@") {
				return fmt.Errorf("%s of %s's %s is a value, so it has no %q", strings.Join(parts[:i], "."), p.Title, resource, name)
			}
			return nil
		}
		var names []string
		at.ForEach(func(key, _ gjson.Result) bool {
			names = append(names, key.Str)
			return true
		})
		switch next := at.Get(name); {
		case next.Exists():
			at = next
		case len(names) == 0 && at.IsObject(), at.IsArray() && name == strconv.Itoa(len(names)):
			return nil
		case at.IsArray():
			return fmt.Errorf("%s of %s's %s is a list of %d, so it has no %q", strings.Join(parts[:i], "."), p.Title, resource, len(names), name)
		default:
			return fmt.Errorf("what %s answers about a lookup of %s has no %q%s", p.Title, resource, strings.Join(parts[:i+1], "."), fixtures.Hint(name, names))
		}
	}
	return nil
}

// elements are the places in an answer at which things stand: "data", "data.0", "@this".
func (l Lookup) elements(body []byte) (list []string) {
	identity := ""
	if len(l.message.Meta.Identity) > 0 {
		identity = l.message.Meta.Identity[0]
	}
	before, _, isList := strings.Cut(identity, "#.")
	switch {
	case isList:
		at := strings.TrimSuffix(before, ".")
		for i := range gjson.GetBytes(body, cmp.Or(at, "@this")).Array() {
			list = append(list, strings.TrimPrefix(at+"."+strconv.Itoa(i), "."))
		}
		return list
	case strings.HasPrefix(identity, "data.") || identity == "" && gjson.GetBytes(body, "data").IsObject():
		return []string{"data"}
	}
	return []string{"@this"}
}

// below is a path inside of an element.
func below(element, path string) string {
	return strings.TrimPrefix(element+"."+path, "@this.")
}

// valued puts what the scenario has set into an answer. Each thing is known by the id that it carries.
func (s *State) valued(l Lookup, body []byte) []byte {
	s.mu.Lock()
	set := slices.Clone(s.values)
	s.mu.Unlock()
	for _, v := range set {
		if v.resource != l.Resource {
			continue
		}
		for _, at := range l.elements(body) {
			if v.id != "" && v.id != l.idAt(body, at) {
				continue
			}
			if changed, err := fixtures.Overlay(body, below(at, v.path), v.text); err == nil {
				body = changed
			}
		}
	}
	return body
}

// idAt is the id that an element carries.
func (l Lookup) idAt(body []byte, element string) string {
	if len(l.message.Meta.Identity) == 0 {
		return ""
	}
	path := l.message.Meta.Identity[0]
	if _, field, isList := strings.Cut(path, "#."); isList {
		path = below(element, field)
	}
	id := gjson.GetBytes(body, path)
	return either(id.Type == gjson.String, id.Str, id.Raw)
}
