package steps

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v21"
)

// layOut finds out which lines stand for which scenarios. A part ends where the next one begins, less the empty lines
// and comments between them; the tree itself does not say where a table or a text block ends.
func (f *sourceFile) layOut(parts []part, bodies map[int][]tableRow) {
	ofRule := map[*messages.Rule]stretch{}
	for _, p := range parts {
		if s, ok := ofRule[p.inRule]; p.scenario != nil {
			if !ok {
				s.from = int32(p.from)
			}
			s.to = int32(p.to)
			ofRule[p.inRule] = s
		}
	}
	for i, p := range parts {
		end := len(f.lines) + 1
		if i+1 < len(parts) {
			end = f.firstOf(parts[i+1].keyword())
		}
		s := stretch{first: int32(f.firstOf(p.keyword())), last: int32(f.lastBefore(end))}
		switch {
		case p.scenario != nil:
			s.from, s.to, s.blankable = int32(p.from), int32(p.to), true
			f.stretches = append(f.stretches, s)
			f.layOutExamples(p, end, bodies)
			continue
		case p.rule != nil:
			s.from, s.to = ofRule[p.rule].from, ofRule[p.rule].to
		case p.inRule != nil: // its background
			s.from, s.to = ofRule[p.inRule].from, ofRule[p.inRule].to
		default:
			s.to = int32(len(f.scenarios))
		}
		f.stretches = append(f.stretches, s)
	}
}

func (f *sourceFile) layOutExamples(p part, end int, bodies map[int][]tableRow) {
	at := int32(p.from)
	for i, examples := range p.scenario.Examples {
		until := end
		if i+1 < len(p.scenario.Examples) {
			until = f.firstOf(p.scenario.Examples[i+1].Location)
		}
		table := stretch{
			first: int32(f.firstOf(examples.Location)), last: int32(f.lastBefore(until)), from: at, blankable: true, strict: true,
		}
		var rows []tableRow
		if examples.TableHeader != nil {
			rows = bodies[int(examples.TableHeader.Location.Line)]
		}
		table.to = at + int32(len(rows))
		f.stretches = append(slices.Grow(f.stretches, len(rows)+1), table)
		for _, row := range rows {
			line := int32(row.line)
			f.stretches = append(f.stretches, stretch{first: line, last: line, from: at, to: at + 1, blankable: true})
			at++
		}
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
		if int(s.first) <= line && line <= int(s.last) {
			inner = &f.stretches[i]
		}
	}
	if inner != nil && inner.from < inner.to && (!inner.strict || f.says(line) != "") {
		return f.scenarios[inner.from:inner.to], nil
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

// gone are the lines of the scenarios and rows that are not kept. A table without rows goes whole, and an outline without
// tables, or Gherkin would take the outline for a scenario.
func (f *sourceFile) gone(keep []bool) []bool {
	lines := make([]bool, len(f.lines))
	for _, s := range f.stretches {
		if s.blankable && !slices.Contains(keep[s.from:s.to], true) {
			for line := s.first; line <= s.last; line++ {
				lines[line-1] = true
			}
		}
	}
	return lines
}

// blanked is the file with the lines emptied that are gone.
func (f *sourceFile) blanked(keep []bool) []byte {
	var content []byte
	for i, gone := range f.gone(keep) {
		if gone {
			content = append(content, lineEnd(f.lines[i])...)
		} else {
			content = append(content, f.lines[i]...)
		}
	}
	return content
}

// cut is the file without the lines that are gone, and where each of those that are left stands in the file.
func (f *sourceFile) cut(keep []bool) (content []byte, lines []int) {
	for i, gone := range f.gone(keep) {
		if !gone {
			content, lines = append(content, f.lines[i]...), append(lines, i+1)
		}
	}
	return content, lines
}

func lineEnd(line []byte) []byte {
	for _, end := range []string{"\r\n", "\n"} {
		if bytes.HasSuffix(line, []byte(end)) {
			return []byte(end)
		}
	}
	return nil
}
