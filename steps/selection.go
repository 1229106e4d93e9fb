package steps

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	messages "github.com/cucumber/messages/go/v21"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Source is a feature file. Path is how it was named; it is what errors, reports and Selection.Lines call it.
type Source struct {
	Path    string
	Content []byte
}

// Selection says which scenarios are meant: those that fit all that is set. The zero value means all of them.
type Selection struct {
	Tags  string           // a Cucumber tag expression
	Name  string           // a part of the name, or /a regular expression/; an outline's row is named "name [its, cells]"
	Lines map[string][]int // by path; a path that has no lines is meant whole

	Keep func(Scenario) bool // what else a scenario has to be; optional
	Kept string              // the same in words, for the error of a selection that no scenario fits: "platform cratejoy"
}

// Feature is a file with the scenarios that were selected of it.
type Feature struct {
	Path    string
	Name    string
	Content []byte // the file with all other scenarios and rows blanked; line numbers are those of the file
	// Scenarios are in the order of the file, which is the order in which the Gherkin parser compiles Content.
	Scenarios []Scenario

	file *sourceFile
}

// Scenario is one scenario, or one row of an outline.
type Scenario struct {
	ID      string // path:line; the same from run to run
	Path    string
	Name    string // placeholders filled in
	Outline string // the name as it is written, placeholders and all
	Row     string // an outline's row: its cells, "customer_new, 200"
	Line    int    // of the scenario, or of its row
	Tags    []string

	source *written // what it has in common with the other rows of its table
	cells  []string // of its row
	place  int      // among the scenarios of its file
}

// ScenarioStep is one step as it will run: placeholders filled in.
type ScenarioStep struct {
	Keyword  string // as it is written: "Given", "And", "*"
	Text     string
	Line     int
	Argument *messages.PickleStepArgument // the table or doc string below it; optional
}

// Title names a scenario in full, a row with its cells.
func (s Scenario) Title() string {
	if s.Row == "" {
		return s.Name
	}
	return s.Name + " [" + s.Row + "]"
}

// ErrNothingSelected is the error of a selection that no scenario fits. It is misuse: a run that tests nothing must not
// look like one that passed.
var ErrNothingSelected = errors.New("nothing selected")

// ParseLocation takes the lines off the end of "a.feature:12:30". A path without lines comes back as it is.
func ParseLocation(location string) (path string, lines []int, err error) {
	path = location
	for {
		i := strings.LastIndexByte(path, ':')
		if i < 0 || i == len(path)-1 || strings.Trim(path[i+1:], "0123456789") != "" {
			slices.Reverse(lines)
			return path, lines, nil
		}
		line, err := strconv.Atoi(path[i+1:])
		if err != nil || line == 0 {
			return "", nil, fmt.Errorf("%q: %s is not a line number; the first line is 1", location, path[i+1:])
		}
		path, lines = path[:i], append(lines, line)
	}
}

// Select gives the features that have selected scenarios, in the order of the sources. A file that is given twice is
// taken once. Errors: a file that does not parse, a line where nothing is, a tag that no scenario has, an expression
// that cannot be read, and ErrNothingSelected.
func Select(sources []Source, s Selection) ([]Feature, error) {
	files, err := readSources(sources)
	if err != nil {
		return nil, err
	}
	wanted, err := s.filters(files)
	if err != nil {
		return nil, err
	}
	var features []Feature
	for _, f := range files {
		if feature := f.selected(wanted); len(feature.Scenarios) > 0 {
			features = append(features, feature)
		}
	}
	if len(features) == 0 {
		return nil, s.nothing(files)
	}
	return features, nil
}

// selected is the file with the scenarios that are wanted.
func (f *sourceFile) selected(wanted func(Scenario) bool) Feature {
	keep, number := make([]bool, len(f.scenarios)), 0
	for i, scenario := range f.scenarios {
		if keep[i] = wanted(scenario); keep[i] {
			number++
		}
	}
	feature := Feature{Path: f.path, Name: f.name, file: f}
	switch number {
	case 0:
	case len(f.scenarios):
		feature.Content, feature.Scenarios = f.content, f.scenarios
	default:
		feature.Content, feature.Scenarios = f.blanked(keep), make([]Scenario, 0, number)
		for i, kept := range keep {
			if kept {
				feature.Scenarios = append(feature.Scenarios, f.scenarios[i])
			}
		}
	}
	return feature
}

func readSources(sources []Source) ([]*sourceFile, error) {
	var files []*sourceFile
	var broken []error
	seen := map[string][]byte{}
	for _, source := range sources {
		if content, twice := seen[source.Path]; twice {
			if !bytes.Equal(content, source.Content) {
				broken = append(broken, fmt.Errorf("%s: two files have this name; name them apart", source.Path))
			}
			continue
		}
		seen[source.Path] = source.Content
		f, err := readSource(source)
		if err != nil {
			broken = append(broken, err)
			continue
		}
		files = append(files, f)
	}
	return files, errors.Join(broken...)
}

// filters makes one predicate of the selection. What cannot mean anything is an error here, before anything is run.
func (s Selection) filters(files []*sourceFile) (func(Scenario) bool, error) {
	tags, err := ParseTags(s.Tags)
	if err != nil {
		return nil, err
	}
	name, err := nameFilter(s.Name)
	if err != nil {
		return nil, err
	}
	lines, err := s.lineFilter(files)
	if err != nil {
		return nil, err
	}
	if err := knownTags(tags, files); err != nil {
		return nil, err
	}
	keep := s.Keep
	if keep == nil {
		keep = func(Scenario) bool { return true }
	}
	return func(scenario Scenario) bool {
		return tags.Matches(scenario.Tags) && name(scenario) && lines(scenario) && keep(scenario)
	}, nil
}

// knownTags refuses a tag that no scenario has: it is a typing error more often than not, and "not @slwo" would run
// what was to be left out.
func knownTags(x TagExpression, files []*sourceFile) error {
	known := map[string]bool{}
	for _, f := range files {
		for _, scenario := range f.scenarios {
			for _, tag := range scenario.Tags {
				known[tag] = true
			}
		}
	}
	for _, tag := range x.Tags() {
		if !known[tag] {
			return fmt.Errorf("no scenario has the tag %q%s", tag, fixtures.Hint(tag, slices.Sorted(maps.Keys(known))))
		}
	}
	return nil
}

func nameFilter(name string) (func(Scenario) bool, error) {
	if len(name) < 2 || name[0] != '/' || name[len(name)-1] != '/' {
		return func(s Scenario) bool { return strings.Contains(s.Title(), name) }, nil
	}
	pattern, err := regexp.Compile(name[1 : len(name)-1])
	if err != nil {
		return nil, fmt.Errorf("the name %s is not a regular expression: %w", name, err)
	}
	return func(s Scenario) bool { return pattern.MatchString(s.Name) || pattern.MatchString(s.Title()) }, nil
}

func (s Selection) lineFilter(files []*sourceFile) (func(Scenario) bool, error) {
	at := map[string]bool{} // by ID
	var paths []string
	for _, f := range files {
		paths = append(paths, f.path)
		for _, line := range s.Lines[f.path] {
			found, err := f.at(line)
			if err != nil {
				return nil, err
			}
			for _, scenario := range found {
				at[scenario.ID] = true
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(s.Lines)) {
		if !slices.Contains(paths, path) {
			return nil, fmt.Errorf("lines are asked for of %q, which is none of the feature files%s", path, fixtures.Hint(path, paths))
		}
	}
	return func(scenario Scenario) bool { return len(s.Lines[scenario.Path]) == 0 || at[scenario.ID] }, nil
}

// nothing says what was asked for, and of how many.
func (s Selection) nothing(files []*sourceFile) error {
	total := 0
	for _, f := range files {
		total += len(f.scenarios)
	}
	var asked []string
	if s.Tags != "" {
		asked = append(asked, "tags "+strconv.Quote(s.Tags))
	}
	if s.Name != "" {
		asked = append(asked, "name "+strconv.Quote(s.Name))
	}
	if s.Kept != "" {
		asked = append(asked, s.Kept)
	}
	for _, f := range files {
		for _, line := range s.Lines[f.path] {
			asked = append(asked, f.path+":"+strconv.Itoa(line))
		}
	}
	if len(asked) == 0 || total == 0 {
		return fmt.Errorf("%w: the feature files (%d) hold no scenario", ErrNothingSelected, len(files))
	}
	return fmt.Errorf("%w: none of the scenarios (%d) fits %s", ErrNothingSelected, total, strings.Join(asked, " and "))
}
