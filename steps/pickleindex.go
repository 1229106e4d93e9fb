package steps

import (
	"fmt"

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
	for _, feature := range features {
		document, pickles, err := compileGherkin(feature.Path, feature.Content, newID)
		if err != nil {
			return nil, fmt.Errorf("the selected part of the file cannot be parsed: %w", err)
		}
		if len(pickles) != len(feature.Scenarios) {
			return nil, fmt.Errorf("%s: %d scenarios are selected, but its selected part has %d", feature.Path, len(feature.Scenarios), len(pickles))
		}
		nodes := linesOfNodes(document)
		for i, p := range pickles {
			want, got := feature.Scenarios[i], scenarioOf(p, nodes)
			if got.ID != want.ID || got.Title() != want.Title() || len(got.Steps) != len(want.Steps) {
				return nil, fmt.Errorf("%s: %q is selected, but its selected part has %q (%s) there", want.ID, want.Title(), got.Title(), got.ID)
			}
			index.byNode[nodeKey(p)] = want
		}
	}
	return index, nil
}

// Scenario is the scenario that a pickle is. The error is a pickle of another run, or of a file that is no feature of
// this index.
func (x *PickleIndex) Scenario(p *messages.Pickle) (Scenario, error) {
	s, ok := x.byNode[nodeKey(p)]
	if !ok || s.Name != p.Name || len(s.Steps) != len(p.Steps) {
		return Scenario{}, fmt.Errorf("godog runs %q of %s, which was not selected", p.Name, p.Uri)
	}
	return s, nil
}

// nodeKey tells pickles of one run apart: by the row of an outline, or by the scenario.
func nodeKey(p *messages.Pickle) string { return p.Uri + " " + p.AstNodeIds[len(p.AstNodeIds)-1] }
