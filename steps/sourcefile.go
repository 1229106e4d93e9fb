package steps

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"

	"github.com/hookdrill/hookdrill/fixtures"
)

// sourceFile is a parsed feature file: its scenarios, and which lines are whose.
type sourceFile struct {
	path      string
	name      string
	content   []byte
	lines     [][]byte // with their line ends
	scenarios []Scenario
	stretches []stretch // an inner one after the one that it lies in
}

// stretch is a run of lines that stands for scenarios: a feature or rule header, a scenario, an Examples table, a row.
type stretch struct {
	first, last int32
	from, to    int32 // the scenarios, as indexes into sourceFile.scenarios: from, and to without the last
	blankable   bool  // these lines go when none of the scenarios is selected
	strict      bool  // comments and empty lines in it stand for nothing: a row that is commented out does not run
}

// parseErrorPattern takes apart what the parser says: "(3:5): expected: …".
var parseErrorPattern = regexp.MustCompile(`(?m)^\((\d+):\d+\): (.*)$`)

// maxParseErrors are shown of a file: the first is the cause, most others follow from it.
const maxParseErrors = 3

// readSource parses a file.
func readSource(source Source) (*sourceFile, error) {
	content, err := textOf(source)
	if err != nil {
		return nil, err
	}
	document, bodies, err := parseFile(source.Path, content)
	if err != nil {
		return nil, err
	}
	f := &sourceFile{path: source.Path, content: content, lines: bytes.SplitAfter(content, []byte("\n"))}
	if document.Feature == nil {
		return f, nil
	}
	f.name = document.Feature.Name
	return f, errors.Join(f.compile(document.Feature, bodies), f.lostSteps(document.Feature), f.columns())
}

// textOf is what a file says, without the byte order mark that some editors begin it with and the parser refuses.
func textOf(source Source) ([]byte, error) {
	content := bytes.TrimPrefix(source.Content, []byte("\ufeff"))
	if err := fixtures.CheckUTF8(source.Path, content); err != nil {
		return nil, err
	}
	for i, line := range bytes.SplitAfter(content, []byte("\n")) {
		if len(line) >= bufio.MaxScanTokenSize { // the parser's scanner gives up at it, and the parser then goes on with no line at all
			return nil, fmt.Errorf("%s:%d: the line is longer than the Gherkin parser takes (64 KiB)", source.Path, i+1)
		}
	}
	return content, nil
}

// tableRow is a row of an Examples table. There may be very many of them, so no more is kept of one.
type tableRow struct {
	line   int
	joined string   // its cells, "customer_new, 200"
	cells  []string // parts of joined
}

// rowsApart builds the tree of a file without the bodies of its Examples tables: in the tree a row takes ten times its text.
type rowsApart struct {
	gherkin.AstBuilder
	header *gherkin.Token     // of the Examples table that is being read
	inside bool               // of an Examples table
	below  amount             // of the step that is being read
	bodies map[int][]tableRow // by the line of the header
}

// StartRule notes that an Examples table begins, or what stands below a step.
func (b *rowsApart) StartRule(r gherkin.RuleType) (bool, error) {
	switch r {
	case gherkin.RuleTypeExamplesTable:
		b.inside, b.header = true, nil
	case gherkin.RuleTypeDataTable, gherkin.RuleTypeDocString:
		b.below = amount{of: r}
	}
	return b.AstBuilder.StartRule(r)
}

// EndRule notes that it ends.
func (b *rowsApart) EndRule(r gherkin.RuleType) (bool, error) {
	b.inside = b.inside && r != gherkin.RuleTypeExamplesTable
	if r == b.below.of {
		b.below = amount{}
	}
	return b.AstBuilder.EndRule(r)
}

// Build keeps the rows below its header apart, and leaves out what is too much below a step.
func (b *rowsApart) Build(t *gherkin.Token) (bool, error) {
	if fits, err := b.below.add(t); !fits {
		return true, err
	}
	switch {
	case !b.inside || t.Type != gherkin.TokenTypeTableRow:
		return b.AstBuilder.Build(t)
	case b.header == nil:
		b.header = t
		return b.AstBuilder.Build(t)
	case len(t.Items) != len(b.header.Items):
		return false, fmt.Errorf("(%d:%d): inconsistent cell count within the table", t.Location.Line, t.Location.Column)
	}
	header := b.header.Location.Line
	b.bodies[header] = append(b.bodies[header], newTableRow(t))
	return true, nil
}

func newTableRow(t *gherkin.Token) tableRow {
	const between = ", "
	texts, row := make([]string, len(t.Items)), tableRow{line: t.Location.Line, cells: make([]string, len(t.Items))}
	for i, item := range t.Items {
		texts[i] = item.Text
	}
	row.joined = strings.Join(texts, between)
	at := 0
	for i, text := range texts {
		row.cells[i] = row.joined[at : at+len(text)]
		at += len(text) + len(between)
	}
	return row
}

// parseFile gives the tree of a file, and apart from it the bodies of its Examples tables by the lines of their headers.
func parseFile(path string, content []byte) (*messages.GherkinDocument, map[int][]tableRow, error) {
	b := &rowsApart{AstBuilder: gherkin.NewAstBuilder((&messages.Incrementing{}).NewId), bodies: map[int][]tableRow{}}
	matcher := gherkin.NewMatcher(gherkin.DialectsBuiltin())
	if err := gherkin.NewParser(b).Parse(gherkin.NewScanner(bytes.NewReader(content)), matcher); err != nil {
		return nil, nil, explainParseError(path, err)
	}
	return b.GetGherkinDocument(), b.bodies, nil
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

// part is one thing that follows another in a file. One of the fields is set; rule is the header of a rule only, its
// children are parts of their own.
type part struct {
	feature    *messages.Feature
	rule       *messages.Rule
	background *messages.Background
	scenario   *messages.Scenario
	inRule     *messages.Rule // of a background or a scenario: the rule that it stands in
	from, to   int            // of a scenario: what it is among those of the file
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

// idOf names a scenario by its place.
func idOf(path string, line int) string { return path + ":" + strconv.Itoa(line) }
