package steps

import (
	"bytes"
	"fmt"
	"strings"

	messages "github.com/cucumber/messages/go/v21"
)

// layOut finds out which lines stand for which scenarios. A part ends where the next one begins, less the empty lines
// and comments between them; the tree itself does not say where a table or a text block ends.
func (f *sourceFile) layOut(feature *messages.Feature, byNode map[string][]int) {
	var parts []part
	all, ofRule := []int{}, map[*messages.Rule][]int{}
	eachPart(feature, func(p part) {
		parts = append(parts, p)
		if p.scenario != nil {
			all = append(all, byNode[p.scenario.Id]...)
			ofRule[p.inRule] = append(ofRule[p.inRule], byNode[p.scenario.Id]...)
		}
	})
	for i, p := range parts {
		end := len(f.lines) + 1
		if i+1 < len(parts) {
			end = f.firstOf(parts[i+1].keyword())
		}
		s := stretch{first: f.firstOf(p.keyword()), last: f.lastBefore(end)}
		switch {
		case p.scenario != nil:
			s.scenarios, s.blankable = byNode[p.scenario.Id], true
			f.stretches = append(f.stretches, s)
			f.layOutExamples(p.scenario.Examples, end, byNode)
			continue
		case p.rule != nil:
			s.scenarios = ofRule[p.rule]
		case p.inRule != nil: // its background
			s.scenarios = ofRule[p.inRule]
		default:
			s.scenarios = all
		}
		f.stretches = append(f.stretches, s)
	}
}

func (f *sourceFile) layOutExamples(list []*messages.Examples, end int, byNode map[string][]int) {
	for i, examples := range list {
		until := end
		if i+1 < len(list) {
			until = f.firstOf(list[i+1].Location)
		}
		table := stretch{
			first: f.firstOf(examples.Location), last: f.lastBefore(until), blankable: true, strict: true,
		}
		var rows []stretch
		for _, row := range examples.TableBody {
			line := int(row.Location.Line)
			rows = append(rows, stretch{first: line, last: line, scenarios: byNode[row.Id], blankable: true})
			table.scenarios = append(table.scenarios, byNode[row.Id]...)
		}
		f.stretches = append(append(f.stretches, table), rows...)
	}
}

// firstOf is where a thing begins: at its keyword, or at the first of the tag lines above it. The tree cannot be asked: a
// tag line may hold no tag.
func (f *sourceFile) firstOf(keyword *messages.Location) int {
	first := int(keyword.Line)
	for line := first - 1; line > 0; line-- {
		switch text := f.says(line); {
		case strings.HasPrefix(text, "@"):
			first = line
		case text != "":
			return first
		}
	}
	return first
}

// lastBefore is the last line before end that is neither empty nor a comment. A text block cannot be cut short: it ends
// in its own delimiter.
func (f *sourceFile) lastBefore(end int) int {
	line := end - 1
	for line > 1 && f.says(line) == "" {
		line--
	}
	return line
}

// says is what stands in a line, "" for an empty line and a comment.
func (f *sourceFile) says(line int) string {
	text := bytes.TrimSpace(f.lines[line-1])
	if bytes.HasPrefix(text, []byte("#")) {
		return ""
	}
	return string(text)
}

// at gives the scenarios that a line stands for. The error of a line that stands for none names the nearest one.
func (f *sourceFile) at(line int) ([]Scenario, error) {
	var inner *stretch
	for i, s := range f.stretches {
		if s.first <= line && line <= s.last {
			inner = &f.stretches[i]
		}
	}
	if inner != nil && len(inner.scenarios) > 0 && (!inner.strict || f.says(line) != "") {
		found := make([]Scenario, len(inner.scenarios))
		for i, n := range inner.scenarios {
			found[i] = f.scenarios[n]
		}
		return found, nil
	}
	if len(f.scenarios) == 0 {
		return nil, fmt.Errorf("%s:%d: the file has no scenario", f.path, line)
	}
	nearest := f.scenarios[0]
	for _, s := range f.scenarios {
		if distanceOf(s.Line, line) < distanceOf(nearest.Line, line) {
			nearest = s
		}
	}
	return nil, fmt.Errorf("%s:%d: no scenario is there; the nearest is %q, %s", f.path, line, nearest.Title(), nearest.ID)
}

func distanceOf(a, b int) int { return max(a-b, b-a) }

// blanked is the file without the scenarios and rows that are not kept: their lines are empty. A table without rows goes
// whole, and an outline without tables, or Gherkin would take the outline for a scenario.
func (f *sourceFile) blanked(keep map[string]bool) []byte {
	lines := append([][]byte{}, f.lines...)
	for _, s := range f.stretches {
		if !s.blankable || f.keeps(s, keep) {
			continue
		}
		for line := s.first; line <= s.last; line++ {
			lines[line-1] = lineEnd(f.lines[line-1])
		}
	}
	return bytes.Join(lines, nil)
}

func (f *sourceFile) keeps(s stretch, keep map[string]bool) bool {
	for _, n := range s.scenarios {
		if keep[f.scenarios[n].ID] {
			return true
		}
	}
	return false
}

func lineEnd(line []byte) []byte {
	for _, end := range []string{"\r\n", "\n"} {
		if bytes.HasSuffix(line, []byte(end)) {
			return []byte(end)
		}
	}
	return nil
}
