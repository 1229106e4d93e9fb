package steps

import (
	"bytes"
	"fmt"
	"slices"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
)

// PickleIndex finds the scenario that a pickle of godog is. The ids of pickles are numbers that a parse gives out, so an
// index is good for one run of one suite only.
type PickleIndex struct{ byNode map[string]Scenario }

// NewPickleIndex parses the contents once more, with ids given out as godog gives them out when its FeatureContents are
// these features in this order, and no Paths. It also proves the blanking: what the contents hold must be exactly the
// selected scenarios, at their lines. An error is our own fault, never the user's.
func NewPickleIndex(features ...Feature) (*PickleIndex, error) {
	index := &PickleIndex{byNode: map[string]Scenario{}}
	newID := (&messages.Incrementing{}).NewId
	for _, f := range features {
		if err := index.add(excerpt{path: f.Path, content: f.Content, scenarios: f.Scenarios}, newID); err != nil {
			return nil, err
		}
	}
	return index, nil
}

func newIndex(e excerpt) (*PickleIndex, error) {
	index := &PickleIndex{byNode: map[string]Scenario{}}
	return index, index.add(e, (&messages.Incrementing{}).NewId)
}

// excerpt is what is left of a file with some of its scenarios.
type excerpt struct {
	path      string
	content   []byte
	lines     []int // where those of content stand in the file; none where they stand in their places
	scenarios []Scenario
}

// excerpt is the feature with these of its scenarios alone.
func (f Feature) excerpt(scenarios []Scenario) excerpt {
	e := excerpt{path: f.Path, content: f.Content, scenarios: scenarios}
	if len(scenarios) < len(f.Scenarios) {
		keep := make([]bool, len(f.file.scenarios))
		for _, s := range scenarios {
			keep[s.place] = true
		}
		e.content, e.lines = f.file.cut(keep)
	}
	return e
}

// line is where one of its lines stands in the file.
func (e excerpt) line(n int64) int {
	if len(e.lines) == 0 {
		return int(n)
	}
	return e.lines[n-1]
}

func (x *PickleIndex) add(e excerpt, newID func() string) error {
	document, err := gherkin.ParseGherkinDocument(bytes.NewReader(e.content), newID)
	if err != nil {
		return fmt.Errorf("the selected part of the file cannot be parsed: %w", explainParseError(e.path, err))
	}
	pickles := gherkin.Pickles(*document, e.path, newID)
	if len(pickles) != len(e.scenarios) {
		return fmt.Errorf("%s: %d scenarios are selected, but its selected part has %d", e.path, len(e.scenarios), len(pickles))
	}
	lines := linesOfNodes(document)
	for i, p := range pickles {
		want, id := e.scenarios[i], idOf(e.path, e.line(lines[p.AstNodeIds[len(p.AstNodeIds)-1]]))
		if id != want.ID || !want.is(p) {
			return fmt.Errorf("%s: %q is selected, but its selected part has %q (%s) there", want.ID, want.Title(), p.Name, id)
		}
		x.byNode[nodeKey(p)] = want
	}
	return nil
}

// linesOfNodes is where the scenarios and rows of a tree stand, by their ids.
func linesOfNodes(document *messages.GherkinDocument) map[string]int64 {
	lines := map[string]int64{}
	eachPart(document.Feature, func(p part) {
		if p.scenario == nil {
			return
		}
		lines[p.scenario.Id] = p.scenario.Location.Line
		for _, examples := range p.scenario.Examples {
			for _, row := range examples.TableBody {
				lines[row.Id] = row.Location.Line
			}
		}
	})
	return lines
}

// Scenario is the scenario that a pickle is. The error is a pickle of another run, or of a file that is not in this index.
func (x *PickleIndex) Scenario(p *messages.Pickle) (Scenario, error) {
	s, ok := x.byNode[nodeKey(p)]
	if !ok || !s.is(p) {
		return Scenario{}, fmt.Errorf("godog runs %q of %s, which was not selected", p.Name, p.Uri)
	}
	return s, nil
}

// is says whether a pickle has the name and the steps of a scenario.
func (s Scenario) is(p *messages.Pickle) bool {
	same := func(step ScenarioStep, other *messages.PickleStep) bool { return step.Text == other.Text }
	return s.Name == p.Name && slices.EqualFunc(s.Steps(), p.Steps, same)
}

// nodeKey tells pickles of one run apart: by the row of an outline, or by the scenario.
func nodeKey(p *messages.Pickle) string { return p.Uri + " " + p.AstNodeIds[len(p.AstNodeIds)-1] }
