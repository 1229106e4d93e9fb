package form

import (
	"cmp"
	"slices"

	"github.com/tidwall/gjson"

	"github.com/hookdrill/hookdrill/fixtures"
)

// structureForms are about the members of objects.
func structureForms() []Form {
	return []Form{{
		Name: "key order reversed", Expect: Same,
		Doc:   "the members of each object stand in the opposite order",
		Apply: inside(ordered(reversed)),
	}, {
		Name: "key order sorted", Expect: Same,
		Doc:   "the members of each object stand in the order of their keys' bytes",
		Apply: inside(ordered(sorted)),
	}, {
		Name: "keys twice", Expect: Either,
		Doc:   "each member whose value is no object and no list stands twice, with the same value",
		Apply: inside(doubled(func(value string) string { return value })),
	}, {
		Name: "decoys first", Expect: Either,
		Doc: `each member whose value is no object and no list stands twice, first with the value "hookdrill-decoy"; ` +
			"most parsers take the last",
		Apply: inside(doubled(func(string) string { return `"hookdrill-decoy"` })),
	}, {
		Name: "data as a string", Expect: Either,
		Doc:   `the member "data" is a string that holds its JSON`,
		Apply: inside(dataAsString),
	}}
}

// ordered changes the order of members.
func ordered(arrange func([]member)) func(string) (string, error) {
	return func(text string) (string, error) {
		several := false
		text = rewriter{members: func(list []member, _ int) []member {
			keys := map[string]bool{}
			for _, m := range list {
				keys[decoded(m.key)] = true
			}
			several = several || len(keys) > 1
			arrange(list)
			return list
		}}.write(text)
		if !several {
			return "", lacks("object with two members")
		}
		return text, nil
	}
}

// reversed turns the order of keys round. Of members with one key the last is taken, so they keep their order among
// themselves.
func reversed(list []member) {
	same := map[string][]member{}
	var keys []string
	for _, m := range list {
		key := decoded(m.key)
		if same[key] == nil {
			keys = append(keys, key)
		}
		same[key] = append(same[key], m)
	}
	list = list[:0]
	for _, key := range slices.Backward(keys) {
		list = append(list, same[key]...)
	}
}

func sorted(list []member) {
	slices.SortStableFunc(list, func(a, b member) int { return cmp.Compare(decoded(a.key), decoded(b.key)) })
}

// doubled puts a member with the same key before each that holds no members itself: these would grow with each level.
func doubled(first func(value string) string) func(string) (string, error) {
	return func(text string) (string, error) {
		found := false
		text = rewriter{members: func(list []member, _ int) (twice []member) {
			for _, m := range list {
				if m.plain() {
					found = true
					twice = append(twice, member{m.key, m.colon, first(m.value)})
				}
				twice = append(twice, m)
			}
			return twice
		}}.write(text)
		if !found {
			return "", lacks("member that is no object and no list")
		}
		return text, nil
	}
}

// dataAsString writes the member "data" of the outermost object as a string. A text cannot be written so: with quotes
// around it it would be another text.
func dataAsString(text string) (string, error) {
	found := false
	text = rewriter{members: func(list []member, depth int) []member {
		for i, m := range list {
			switch {
			case depth != 1 || decoded(m.key) != "data":
			case !m.plain():
				list[i].value, found = string(quote([]byte(m.value))), true
			default:
				held := gjson.Parse(gjson.Parse(m.value).Str) // some are written so already
				found = found || fixtures.ValidJSON(held.Raw) && (held.IsObject() || held.IsArray())
			}
		}
		return list
	}}.write(text)
	if !found {
		return "", lacks(`member "data" that is an object or a list`)
	}
	return text, nil
}
