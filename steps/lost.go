package steps

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"

	gherkin "github.com/cucumber/gherkin/go/v26"
	messages "github.com/cucumber/messages/go/v21"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Gherkin takes any line for description that it does not know, where a description may stand. A step that is misspelt, or stands
// in the wrong place, would vanish there, and what is left of its scenario pass.

// description is a run of lines that Gherkin reads as prose.
type description struct {
	below      string // the keyword
	from, to   int    // lines, to without the last
	takesSteps bool   // a step could stand here
}

// descriptions are those of a file.
func (f *sourceFile) descriptions(feature *messages.Feature) (list []description) {
	var parts []part
	eachPart(feature, func(p part) { parts = append(parts, p) })
	for i, p := range parts {
		end := len(f.lines) + 1
		if i+1 < len(parts) {
			end = f.firstOf(parts[i+1].keyword())
		}
		d := description{from: int(p.keyword().Line) + 1, to: end}
		switch {
		case p.feature != nil:
			d.below = p.feature.Keyword
		case p.rule != nil:
			d.below = p.rule.Keyword
		case p.background != nil:
			d.below, d.takesSteps = p.background.Keyword, true
			d.endsAt(p.background.Steps)
		default:
			d.below, d.takesSteps = p.scenario.Keyword, true
			if len(p.scenario.Examples) > 0 {
				d.to = f.firstOf(p.scenario.Examples[0].Location)
			}
			d.endsAt(p.scenario.Steps)
			list = append(list, f.ofExamples(p.scenario.Examples, end)...)
		}
		list = append(list, d)
	}
	return list
}

func (d *description) endsAt(steps []*messages.Step) {
	if len(steps) > 0 {
		d.to = int(steps[0].Location.Line)
	}
}

func (f *sourceFile) ofExamples(examples []*messages.Examples, end int) (list []description) {
	for i, e := range examples {
		d := description{below: e.Keyword, from: int(e.Location.Line) + 1, to: end}
		if i+1 < len(examples) {
			d.to = f.firstOf(examples[i+1].Location)
		}
		if e.TableHeader != nil {
			d.to = int(e.TableHeader.Location.Line)
		}
		list = append(list, d)
	}
	return list
}

// lostSteps refuses lines of descriptions that are steps, or nearly.
func (f *sourceFile) lostSteps(feature *messages.Feature) error {
	words := keywordsOf(feature.Language)
	var broken []error
	for _, d := range f.descriptions(feature) {
		for line := d.from; line < d.to; line++ {
			text := f.says(line)
			meant := meantStep(text, words, d.takesSteps)
			switch {
			case meant == "":
			case d.takesSteps && foreign(meant, feature.Language) != "":
				broken = append(broken, fmt.Errorf("%s:%d: %q is read as description and would never run; %s (or begin the line with # if it is a remark)", f.path, line, text, foreign(meant, feature.Language)))
			case d.takesSteps:
				broken = append(broken, fmt.Errorf("%s:%d: %q is read as description and would never run; write %q, or begin the line with # if it is a remark", f.path, line, text, meant))
			default:
				broken = append(broken, fmt.Errorf("%s:%d: %q stands below %s: and is read as description, so it would never run; steps stand below Scenario: or Background: (begin the line with # if it is a remark)", f.path, line, text, d.below))
			}
		}
	}
	return errors.Join(broken...)
}

// foreign says of a step that begins with a keyword of another language than its feature's which ones this has; "" if all is well.
func foreign(meant, language string) string {
	dialect := gherkin.DialectsBuiltin().GetDialect(language)
	if dialect == nil {
		return ""
	}
	var words []string
	for _, word := range dialect.StepKeywords() {
		if strings.HasPrefix(meant, word) { // with the space that it needs
			return ""
		}
		word = strings.TrimSpace(word)
		if word != "*" && !slices.Contains(words, word) {
			words = append(words, word)
		}
	}
	return fmt.Sprintf("the feature's language is %q, in which a step begins with %s", language, strings.Join(words, ", "))
}

// keywordsOf are the words that steps begin with in a language of Gherkin, and in English.
func keywordsOf(language string) (words []string) {
	for _, of := range []string{language, gherkin.DefaultDialect} {
		if dialect := gherkin.DialectsBuiltin().GetDialect(of); dialect != nil {
			for _, word := range dialect.StepKeywords() {
				words = append(words, strings.TrimSpace(word))
			}
		}
	}
	return words
}

// meantStep is the step that a line of a description was meant to be, as it is to be written; "" for prose.
func meantStep(text string, words []string, takesSteps bool) string {
	line := strings.TrimLeft(plainSpaces(text), "-–—•+ ")
	if line == "" {
		return ""
	}
	if found, ok := stepOf(line); ok {
		return found.Kind + " " + line
	}
	for _, word := range words {
		if meant := behind(word, text, line, takesSteps); meant != "" {
			return meant
		}
	}
	first, rest, _ := strings.Cut(line, " ")
	for _, word := range words {
		if rest = strings.TrimLeft(rest, separators); oneSlip(strings.ToLower(strings.TrimRight(first, separators)), strings.ToLower(word)) && near(rest) && farther(line, rest) {
			return word + " " + rest
		}
	}
	return ""
}

// separators may stand behind a keyword by mistake.
const separators = " :;,.-–—"

// behind is the step that stands behind a keyword, whatever its case and whatever stands between the two. Words that begin with a
// keyword and an unusual space are always meant as a step, where one can stand.
func behind(word, text, line string, takesSteps bool) string {
	if len(line) <= len(word) || !strings.EqualFold(line[:len(word)], word) {
		return ""
	}
	rest := strings.TrimLeft(line[len(word):], separators)
	after, exact := strings.CutPrefix(text, word)
	space := strings.IndexFunc(after, func(r rune) bool { return r != ' ' && blank(r) })
	if exact && takesSteps && space == 0 && rest != "" {
		return word + " " + rest
	}
	if !near(rest) {
		return ""
	}
	return word + " " + rest
}

// vague says that a sentence is a step, and may be prose as well: "a small store" names no platform.
func vague(found Step, text string) bool {
	return found.Pattern == storePattern && !strings.ContainsFunc(argumentsOf(found, text)[0], unicode.IsUpper)
}

// stepOf is the step that a line is beyond doubt: not one that may be prose.
func stepOf(line string) (Step, bool) {
	found := compiled().matching(line)
	if len(found) == 0 || vague(compiled().steps[found[0]], line) {
		return Step{}, false
	}
	return compiled().steps[found[0]], true
}

// near says whether a sentence is a step, but for a slip or two, and cannot be prose.
func near(text string) bool {
	if text == "" {
		return false
	}
	if compiled().matching(text) != nil {
		_, ok := stepOf(text)
		return ok
	}
	best, _ := fixtures.Nearest(bare(text), compiled().bare, max(2, len(text)/8))
	return best != ""
}

// farther says that a line is farther from a step than what stands behind its first word: the word does not belong to the step.
func farther(line, rest string) bool {
	_, behind := fixtures.Nearest(bare(rest), compiled().bare, len(rest))
	whole, _ := fixtures.Nearest(bare(line), compiled().bare, behind)
	return whole == ""
}

// blank are the characters that look like a space, or like nothing.
func blank(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Zs, unicode.Cf) }

// plainSpaces is a text with one space where any white space or invisible characters are.
func plainSpaces(text string) string { return strings.Join(strings.FieldsFunc(text, blank), " ") }

// oneSlip says whether two words differ in one letter that is missing, too many, wrong, or in its neighbour's place.
func oneSlip(a, b string) bool {
	if near, _ := fixtures.Nearest(a, []string{b}, 1); near != "" {
		return true
	}
	if len(a) != len(b) {
		return false
	}
	i := 0
	for i < len(a)-1 && a[i] == b[i] {
		i++
	}
	return i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
}
