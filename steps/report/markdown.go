package report

import (
	"fmt"
	"html/template"
	"strings"
)

// markdown writes a summary for people who look at a pull request: counts, coverage, and what failed with its evidence.
type markdown struct{ Options }

var _ Printer = markdown{}

func newMarkdown(o Options) Printer { return markdown{o} }

func (markdown) Scenario(Scenario) error { return nil }

func (m markdown) End(run Run, tally *Tally) error {
	_, err := m.Out.Write([]byte(Markdown(m.Options, run, tally, 1<<20)))
	return err
}

// Markdown is the summary of a run, of at most limit bytes: what does not fit is counted. GitHub drops a step summary of more
// than 1 MiB as a whole. Payloads stand in code blocks, which render nothing.
func Markdown(o Options, run Run, tally *Tally, limit int) string {
	o.Color = false
	var b strings.Builder
	c, mark := tally.Counts, "✅"
	if c.Failed > 0 || run.Broken != "" || len(tally.Uncovered(run)) > 0 {
		mark = "❌"
	}
	fmt.Fprintf(&b, "## %s hookdrill: %s\n\n", mark, escapeMarkdown(o.line(run.Receiver)))
	b.WriteString("| passed | failed | failed below must | flaky | known failures | not run |\n| --- | --- | --- | --- | --- | --- |\n")
	fmt.Fprintf(&b, "| %d | %d | %d | %d | %d | %d |\n\n", c.Passed, c.Failed, c.Tolerated, c.Flaky, c.Known, c.NotRun)
	for _, line := range o.summary(run, tally)[1:] {
		fmt.Fprintf(&b, "- %s\n", escapeMarkdown(line))
	}
	for _, one := range tally.Cover(run.Catalogues) {
		fmt.Fprintf(&b, "- %s\n", escapeMarkdown(fmt.Sprintf("%s: %.0f %% of the catalogue acknowledged", one.Platform, one.Percent)))
	}
	b.WriteString("\n")
	left := 0
	for _, s := range graveFirst(tally.Failures()) {
		details := o.details(s)
		if b.Len()+len(details)+100 > limit {
			left++
			continue
		}
		b.WriteString(details)
	}
	if left > 0 {
		fmt.Fprintf(&b, "\nand %d more that failed or are flaky: they did not fit here\n", left)
	}
	return b.String()
}

// details is a failure that can be opened.
func (o Options) details(s Scenario) string {
	fence := "```"
	text := strings.Join(Evidence(o, s), "\n")
	for strings.Contains(text, fence) {
		fence += "`"
	}
	level := ""
	switch {
	case s.flaky():
		level = " (flaky)"
	case !s.Fails():
		level = " (" + string(s.Level) + ")"
	}
	return fmt.Sprintf("<details><summary>%s%s <code>%s:%d</code></summary>\n\n%stext\n%s\n%s\n\n</details>\n",
		template.HTMLEscapeString(o.title(s)), level, template.HTMLEscapeString(visible(s.File)), s.Line, fence, text, fence)
}

// graveFirst are the scenarios that failed: first those that fail the run, and last those that are flaky.
func graveFirst(scenarios []Scenario) (list []Scenario) {
	for _, has := range []func(Scenario) bool{Scenario.Fails, Scenario.below, Scenario.flaky} {
		for _, s := range scenarios {
			if has(s) {
				list = append(list, s)
			}
		}
	}
	return list
}

// escapeMarkdown has text stand as it is.
func escapeMarkdown(text string) string {
	var b strings.Builder
	for _, r := range text {
		switch {
		case r == '<':
			b.WriteString("&lt;")
			continue
		case strings.ContainsRune("\\`*_[]|#~@", r):
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// mostAnnotations are shown of a step: GitHub takes no more.
const mostAnnotations = 10

// Annotations are workflow commands for GitHub: each failure on the line of its scenario, the gravest first. The last line
// says how many more there are. Place gives a feature file as the repository has it.
func Annotations(o Options, tally *Tally, place func(file string) string) (lines []string) {
	failed := graveFirst(tally.Failures())
	for i, s := range failed {
		if i == mostAnnotations-1 && len(failed) > mostAnnotations {
			lines = append(lines, fmt.Sprintf("::error title=hookdrill::and %d more, which the report has", len(failed)-i))
			break
		}
		command, message := "error", "it passed, and is listed as a known failure"
		if !s.Fails() {
			command = "warning"
		}
		if s.Failure != nil {
			o := o.hiding(s.exchanges()...)
			message = o.mask(s.Failure.Message)
			if s.Failure.Want != "" {
				message += "\nexpected: " + o.mask(s.Failure.Want) + "\ngot: " + o.mask(s.Failure.Got)
			}
		}
		if s.flaky() {
			message = "flaky: " + o.mask(s.Reason) + "\n" + message
		}
		lines = append(lines, fmt.Sprintf("::%s file=%s,line=%d,title=%s::%s", command, property(visible(place(s.File))), s.Line, property(o.title(s)),
			data(strings.Join(clipped(message), "\n"))))
	}
	return lines
}

// Masks are workflow commands that have GitHub hide secrets in its log.
func Masks(secrets []string) (lines []string) {
	for _, s := range secrets {
		lines = append(lines, "::add-mask::"+data(s))
	}
	return lines
}

// data is text as a workflow command takes it.
func data(text string) string {
	return strings.NewReplacer("%", "%25", "\r", "%0D", "\n", "%0A").Replace(text)
}

// property is text as a property of a workflow command.
func property(text string) string {
	return strings.NewReplacer(":", "%3A", ",", "%2C").Replace(data(text))
}
