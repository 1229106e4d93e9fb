package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v21"
)

// written is what a file says once: a scenario, or what the rows of one Examples table have in common.
type written struct {
	name    string
	tags    []string
	columns []string // of the Examples table
	steps   []writtenStep
}

// writtenStep is a step with its placeholders. In a background nothing is filled in.
type writtenStep struct {
	ScenarioStep
	background bool
}

// Steps are the steps of a scenario as they will run, placeholders filled in; those of its backgrounds come first. None means
// that it tests nothing.
func (s Scenario) Steps() []ScenarioStep {
	if s.source == nil {
		return nil
	}
	list := make([]ScenarioStep, len(s.source.steps))
	for i, step := range s.source.steps {
		list[i] = step.ScenarioStep
		if !step.background {
			list[i].Text = s.fill(step.Text)
			list[i].Argument = s.fillArgument(step.Argument)
		}
	}
	return list
}

// fill puts the cells of an outline's row in the place of its columns, one after the other, as Gherkin does.
func (s Scenario) fill(text string) string {
	if !strings.Contains(text, "<") {
		return text
	}
	for i, column := range s.source.columns {
		text = strings.ReplaceAll(text, "<"+column+">", s.cells[i])
	}
	return text
}

func (s Scenario) fillArgument(a *messages.PickleStepArgument) *messages.PickleStepArgument {
	switch {
	case a == nil || len(s.cells) == 0:
		return a
	case a.DocString != nil:
		return &messages.PickleStepArgument{DocString: &messages.PickleDocString{MediaType: s.fill(a.DocString.MediaType), Content: s.fill(a.DocString.Content)}}
	}
	table := &messages.PickleTable{}
	for _, row := range a.DataTable.Rows {
		filled := &messages.PickleTableRow{}
		for _, cell := range row.Cells {
			filled.Cells = append(filled.Cells, &messages.PickleTableCell{Value: s.fill(cell.Value)})
		}
		table.Rows = append(table.Rows, filled)
	}
	return &messages.PickleStepArgument{DataTable: table}
}

// compiler goes through a file from its top and knows what holds for the scenario that comes.
type compiler struct {
	file                   *sourceFile
	bodies                 map[int][]tableRow
	tags, ruleTags         []string
	background, ruleGround []writtenStep
	broken                 []error
}

// compile makes the scenarios of a file, in the order in which Gherkin compiles its pickles. The error names outlines without rows,
// and columns that stand twice.
func (f *sourceFile) compile(feature *messages.Feature, bodies map[int][]tableRow) error {
	c := &compiler{file: f, bodies: bodies, tags: namesOf(feature.Tags)}
	var parts []part
	eachPart(feature, func(p part) {
		p.from = len(f.scenarios)
		switch {
		case p.rule != nil:
			c.ruleTags, c.ruleGround = namesOf(p.rule.Tags), nil
		case p.background != nil && p.inRule != nil:
			c.ruleGround = stepsOf(p.background.Steps, true)
		case p.background != nil:
			c.background = stepsOf(p.background.Steps, true)
		case p.scenario != nil:
			c.scenario(p.scenario, p.inRule != nil)
		}
		p.to = len(f.scenarios)
		if p.scenario != nil && p.from == p.to {
			c.broken = append(c.broken, fmt.Errorf("%s:%d: the outline %q has no row in its Examples, so it would never run", f.path, p.scenario.Location.Line, p.scenario.Name))
		}
		parts = append(parts, p)
	})
	f.layOut(parts, bodies)
	return errors.Join(c.broken...)
}

// scenario adds the scenarios that one is: itself, or the rows of its tables.
func (c *compiler) scenario(scenario *messages.Scenario, inRule bool) {
	tags, steps := slices.Concat(c.tags, namesOf(scenario.Tags)), []writtenStep(nil)
	if inRule {
		tags = slices.Concat(c.tags, c.ruleTags, namesOf(scenario.Tags))
	}
	if len(scenario.Steps) > 0 { // a background alone makes no scenario
		steps = slices.Clone(c.background)
		if inRule {
			steps = append(steps, c.ruleGround...)
		}
		steps = append(steps, stepsOf(scenario.Steps, false)...)
	}
	if len(scenario.Examples) == 0 {
		c.add(&written{name: scenario.Name, tags: distinct(tags), steps: steps}, tableRow{line: int(scenario.Location.Line)})
		return
	}
	for _, examples := range scenario.Examples {
		if examples.TableHeader == nil {
			continue
		}
		w := &written{name: scenario.Name, tags: distinct(slices.Concat(tags, namesOf(examples.Tags))), steps: steps}
		for _, cell := range examples.TableHeader.Cells {
			if slices.Contains(w.columns, cell.Value) { // Gherkin takes the first, and drops the other without a word
				c.broken = append(c.broken, fmt.Errorf("%s:%d: the column %q stands twice", c.file.path, cell.Location.Line, cell.Value))
			}
			w.columns = append(w.columns, cell.Value)
		}
		rows := c.bodies[int(examples.TableHeader.Location.Line)]
		c.file.scenarios = slices.Grow(c.file.scenarios, len(rows)) // there may be very many
		texts := placesOf(w)
		for _, row := range rows {
			if slices.ContainsFunc(texts, func(p places) bool { return p.overflows(w.columns, row.cells) }) {
				c.broken = append(c.broken, fmt.Errorf("%s:%d: with the cells of this row a step gets longer than %d MiB", c.file.path, row.line, mostBelow>>20))
				return
			}
			c.add(w, row)
		}
	}
}

func (c *compiler) add(w *written, row tableRow) {
	s := Scenario{
		ID: idOf(c.file.path, row.line), Path: c.file.path, Outline: w.name, Row: row.joined, Line: row.line, Tags: w.tags,
		source: w, cells: row.cells, place: len(c.file.scenarios),
	}
	s.Name = s.fill(w.name)
	c.file.scenarios = append(c.file.scenarios, s)
}

func namesOf(tags []*messages.Tag) (list []string) {
	for _, tag := range tags {
		list = append(list, tag.Name)
	}
	return list
}

// distinct are the tags of a scenario, each once.
func distinct(tags []string) (list []string) {
	seen := map[string]bool{} // there may be very many
	for _, tag := range tags {
		if !seen[tag] {
			list = append(list, tag)
		}
		seen[tag] = true
	}
	return nearestLevel(list)
}

func stepsOf(steps []*messages.Step, background bool) (list []writtenStep) {
	for _, s := range steps {
		one := ScenarioStep{Keyword: strings.TrimSpace(s.Keyword), Text: s.Text, Line: int(s.Location.Line)}
		switch {
		case s.DocString != nil:
			one.Argument = &messages.PickleStepArgument{DocString: &messages.PickleDocString{MediaType: s.DocString.MediaType, Content: s.DocString.Content}}
		case s.DataTable != nil:
			one.Argument = &messages.PickleStepArgument{DataTable: tableOf(s.DataTable)}
		}
		list = append(list, writtenStep{one, background})
	}
	return list
}

func tableOf(t *messages.DataTable) *messages.PickleTable {
	table := &messages.PickleTable{}
	for _, row := range t.Rows {
		cells := &messages.PickleTableRow{}
		for _, cell := range row.Cells {
			cells.Cells = append(cells.Cells, &messages.PickleTableCell{Value: cell.Value})
		}
		table.Rows = append(table.Rows, cells)
	}
	return table
}
