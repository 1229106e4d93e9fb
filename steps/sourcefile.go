package steps

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"
)

// sourceFile is a parsed feature file: its scenarios, and which lines are whose.
type sourceFile struct {
	path      string
	name      string
	lines     [][]byte // with their line ends
	scenarios []Scenario
	stretches []stretch // an inner one after the one that it lies in
}

// stretch is a run of lines that stands for scenarios: a feature or rule header, a scenario, an Examples table, a row.
type stretch struct {
	first, last int
	scenarios   []int // indexes into sourceFile.scenarios
	blankable   bool  // these lines go when none of the scenarios is selected
	strict      bool  // comments and empty lines in it stand for nothing: a row that is commented out is no row
}

// parseErrorPattern takes apart what the parser says: "(3:5): expected: …".
var parseErrorPattern = regexp.MustCompile(`(?m)^\((\d+):\d+\): (.*)$`)

// maxParseErrors are shown of a file: the first is the cause, most others follow from it.
const maxParseErrors = 3

// readSource parses a file. All ids are of newID, so that they can be the same again in a second parse.
func readSource(source Source) (*sourceFile, error) {
	content := bytes.TrimPrefix(source.Content, []byte("\ufeff")) // some editors begin a file with it; the parser refuses it
	document, pickles, err := compileGherkin(source.Path, content, (&messages.Incrementing{}).NewId)
	if err != nil {
		return nil, err
	}
	f := &sourceFile{path: source.Path, lines: bytes.SplitAfter(content, []byte("\n"))}
	if document.Feature == nil {
		return f, nil
	}
	f.name = document.Feature.Name
	lines := linesOfNodes(document)
	f.scenarios = make([]Scenario, len(pickles))
	byNode := map[string][]int{}
	for i, p := range pickles {
		f.scenarios[i] = scenarioOf(p, lines)
		for _, id := range p.AstNodeIds {
			byNode[id] = append(byNode[id], i)
		}
	}
	f.layOut(document.Feature, byNode)
	return f, nil
}

// compileGherkin parses content and compiles its pickles, the way godog does: with one id generator for both.
func compileGherkin(path string, content []byte, newID func() string) (*messages.GherkinDocument, []*messages.Pickle, error) {
	// The parser's scanner gives up at such a line, and the parser then goes on with no line at all.
	for i, line := range bytes.SplitAfter(content, []byte("\n")) {
		if len(line) >= bufio.MaxScanTokenSize {
			return nil, nil, fmt.Errorf("%s:%d: the line is longer than the Gherkin parser takes (64 KiB)", path, i+1)
		}
	}
	document, err := gherkin.ParseGherkinDocument(bytes.NewReader(content), newID)
	if err != nil {
		return nil, nil, explainParseError(path, err)
	}
	return document, gherkin.Pickles(*document, path, newID), nil
}

func explainParseError(path string, err error) error {
	found := parseErrorPattern.FindAllStringSubmatch(err.Error(), -1)
	if len(found) == 0 {
		return fmt.Errorf("%s: %w", path, err)
	}
	var list []error
	for i, m := range found {
		if i == maxParseErrors {
			list = append(list, fmt.Errorf("%s: and %d more", path, len(found)-i))
			break
		}
		list = append(list, fmt.Errorf("%s:%s: %s", path, m[1], m[2]))
	}
	return errors.Join(list...)
}

// astNode is what is needed of a step, a scenario or a row of the tree once its pickles are made.
type astNode struct {
	line    int
	keyword string
	name    string
	cells   []string
}

func linesOfNodes(document *messages.GherkinDocument) map[string]astNode {
	nodes := map[string]astNode{}
	steps := func(list []*messages.Step) {
		for _, s := range list {
			nodes[s.Id] = astNode{line: int(s.Location.Line), keyword: strings.TrimSpace(s.Keyword)}
		}
	}
	eachPart(document.Feature, func(p part) {
		if p.background != nil {
			steps(p.background.Steps)
		}
		if p.scenario == nil {
			return
		}
		nodes[p.scenario.Id] = astNode{line: int(p.scenario.Location.Line), name: p.scenario.Name}
		steps(p.scenario.Steps)
		for _, examples := range p.scenario.Examples {
			for _, row := range examples.TableBody {
				n := astNode{line: int(row.Location.Line)}
				for _, cell := range row.Cells {
					n.cells = append(n.cells, cell.Value)
				}
				nodes[row.Id] = n
			}
		}
	})
	return nodes
}

func scenarioOf(p *messages.Pickle, nodes map[string]astNode) Scenario {
	self := nodes[p.AstNodeIds[len(p.AstNodeIds)-1]] // the row, where there is one
	s := Scenario{
		ID: p.Uri + ":" + strconv.Itoa(self.line), Path: p.Uri, Name: p.Name, Line: self.line,
		Outline: nodes[p.AstNodeIds[0]].name, Row: strings.Join(self.cells, ", "),
	}
	for _, tag := range p.Tags {
		if !slices.Contains(s.Tags, tag.Name) {
			s.Tags = append(s.Tags, tag.Name)
		}
	}
	s.Tags = nearestLevel(s.Tags)
	for _, step := range p.Steps {
		n := nodes[step.AstNodeIds[0]]
		s.Steps = append(s.Steps, ScenarioStep{Keyword: n.keyword, Text: step.Text, Line: n.line})
	}
	return s
}

// part is one thing that follows another in a file. One of the fields is set; rule is the header of a rule only, its
// children are parts of their own.
type part struct {
	feature    *messages.Feature
	rule       *messages.Rule
	background *messages.Background
	scenario   *messages.Scenario
	inRule     *messages.Rule // of a background or a scenario: the rule that it stands in
}

// eachPart goes through a file from its top.
func eachPart(feature *messages.Feature, visit func(part)) {
	if feature == nil {
		return
	}
	visit(part{feature: feature})
	for _, child := range feature.Children {
		switch {
		case child.Background != nil:
			visit(part{background: child.Background})
		case child.Scenario != nil:
			visit(part{scenario: child.Scenario})
		case child.Rule != nil:
			visit(part{rule: child.Rule})
			for _, inner := range child.Rule.Children {
				visit(part{background: inner.Background, scenario: inner.Scenario, inRule: child.Rule})
			}
		}
	}
}

// keyword is where the thing's own line is.
func (p part) keyword() *messages.Location {
	switch {
	case p.feature != nil:
		return p.feature.Location
	case p.rule != nil:
		return p.rule.Location
	case p.background != nil:
		return p.background.Location
	}
	return p.scenario.Location
}
