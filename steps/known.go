package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/fixtures"
)

// KnownFailure is a scenario that is known to fail. It does not fail the run; it does when it passes, so that the list
// gets shorter.
type KnownFailure struct {
	Scenario string // "FILE:LINE", or "FILE: NAME", where the name is that of a scenario, of an outline, or of a row with its cells
	Because  string
	Where    string // where it is listed, for errors: "hookdrill.yaml:12:5"
}

// MatchKnown finds the scenarios that a list of known failures means, with the reason of each. The error is a line that
// means none: what it excused has been renamed or mended. Lines about files that are not among the sources are left alone
// if elsewhere says that there is such a file.
func MatchKnown(list []KnownFailure, sources []Source, elsewhere func(path string) bool) (map[string]string, error) {
	if len(list) == 0 {
		return nil, nil
	}
	files, err := readSources(sources)
	if err != nil {
		return nil, err
	}
	known := map[string]string{}
	var broken []error
	for _, k := range list {
		path, lines, name, err := k.parse()
		if err != nil {
			broken = append(broken, err)
			continue
		}
		i := slices.IndexFunc(files, func(f *sourceFile) bool { return f.path == path })
		if i < 0 && elsewhere(path) {
			continue
		}
		var names []string
		found := 0
		if i >= 0 {
			for _, s := range files[i].scenarios {
				if slices.Contains(lines, s.Line) || name != "" && slices.Contains([]string{s.Name, s.Outline, s.Title()}, name) {
					if known[s.ID] != "" {
						broken = append(broken, fmt.Errorf("%s: known failure %q: %s is on the list already", k.Where, k.Scenario, s.ID))
					}
					known[s.ID] = k.Because
					found++
				}
				names = append(names, s.Outline, s.Title())
			}
		}
		switch {
		case i < 0:
			broken = append(broken, fmt.Errorf("%s: known failure %q: there is no such file", k.Where, k.Scenario))
		case found == 0:
			broken = append(broken, fmt.Errorf("%s: known failure %q: no scenario is that%s; take it off the list if it is gone", k.Where, k.Scenario, fixtures.Hint(name, names)))
		}
	}
	return known, errors.Join(broken...)
}

// parse takes a line apart.
func (k KnownFailure) parse() (path string, lines []int, name string, err error) {
	if path, name, ok := strings.Cut(k.Scenario, ".feature: "); ok {
		return path + ".feature", nil, strings.TrimSpace(name), nil
	}
	path, lines, err = ParseLocation(k.Scenario)
	if err == nil && len(lines) == 0 {
		err = errors.New(`write "FILE:LINE" or "FILE.feature: NAME"`)
	}
	if err != nil {
		return "", nil, "", fmt.Errorf("%s: known failure %q: %w", k.Where, k.Scenario, err)
	}
	return path, lines, "", nil
}
