package steps

import (
	"fmt"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// expander fills in {NAME.KEY}.
func expander(values map[string]string) func(string) (string, error) {
	return func(text string) (string, error) {
		var b strings.Builder
		for {
			before, rest, ok := strings.Cut(text, "{")
			name, after, closed := strings.Cut(rest, "}")
			b.WriteString(before)
			if !ok {
				return b.String(), nil
			}
			value, known := values[name]
			switch {
			case closed && known:
				b.WriteString(value)
			case closed && isPlaceholder(name):
				var names []string
				for n := range values {
					names = append(names, n)
				}
				slices.Sort(names)
				return "", fmt.Errorf("{%s} is nothing that can be filled in%s (there are %s)", name, fixtures.Hint(name, names), strings.Join(names, ", "))
			case closed && name != "port" && fixtures.Hint(name, []string{"port"}) != "" && strings.Trim(name, "prot") == "":
				return "", fmt.Errorf("{%s} is nothing that can be filled in; did you mean {port}?", name)
			default: // a brace of the user's own
				b.WriteString("{")
				text = rest
				continue
			}
			text = after
		}
	}
}

// isPlaceholder tells {bigcommerce.tokne} from the braces of a JSON text or a shell function.
func isPlaceholder(name string) bool {
	platform, key, ok := strings.Cut(name, ".")
	return ok && platform != "" && key != "" && strings.Trim(name, "abcdefghijklmnopqrstuvwxyz_.") == ""
}
