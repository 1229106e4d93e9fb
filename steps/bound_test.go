package steps

import (
	"fmt"
	"strings"
	"testing"
)

// TestBelowAStepIsBounded: what takes time by the square is refused where it becomes too much, and before it has taken the time.
func TestBelowAStepIsBounded(t *testing.T) {
	table := func(rows, size int) string { return strings.Repeat("| "+strings.Repeat("k", size)+" | 1 |\n", rows) }
	text := func(lines, size int) string {
		return "\"\"\"\n" + strings.Repeat(strings.Repeat("x", size)+"\n", lines) + "\"\"\"\n"
	}
	examples := "Then c\nScenario Outline: <a>\nGiven a\nExamples:\n| a | b |\n" + table(2*mostRows, 1)
	for name, c := range map[string]struct{ below, says string }{
		"as many rows as fit":   {table(mostRows, 1), ""},
		"a row more":            {table(mostRows+1, 1), "a.feature:1004:"},
		"many rows":             {table(20*mostRows, 1), "the table has more than 1000 rows"},
		"large rows":            {table(mostRows, 4<<10), "the table has more than 1 MiB"},
		"as many lines as fit":  {text(mostLines, 10), ""},
		"a line more":           {text(mostLines+1, 0), "a.feature:10005:"},
		"many lines":            {text(30*mostLines, 1), "the doc string has more than 10000 lines"},
		"large lines":           {text(300, 4<<10), "the doc string has more than 1 MiB"},
		"comments are not rows": {strings.Repeat("# c\n\n", mostRows) + table(mostRows, 1), ""},
		"two that fit":          {table(mostRows, 1) + "And b\n" + table(mostRows, 1), ""},
		"rows of Examples":      {examples, ""},
	} {
		_, err := Select([]Source{{"a.feature", []byte("Feature: f\nScenario: s\nGiven a\n" + c.below)}}, Selection{})
		switch {
		case c.says == "" && err != nil, c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)):
			t.Errorf("%s: %.200v, want %q", name, err, c.says)
		case err != nil && strings.Count(err.Error(), "\n") > 0:
			t.Errorf("%s: it is said more than once: %.300v", name, err)
		}
	}
}

// TestCellsAreBounded: the cells of a row multiply with the places that they are filled in.
func TestCellsAreBounded(t *testing.T) {
	outline := func(text string, cells ...string) string {
		head := "Feature: f\nScenario Outline: s\nGiven a\n\"\"\"\n" + text + "\n\"\"\"\nExamples:\n| a | b | c |\n"
		return head + "| 1 | 2 | 3 |\n| " + strings.Join(cells, " | ") + " |\n"
	}
	many := strings.Repeat("x", 1000)
	for name, c := range map[string]struct {
		text string
		wide bool
	}{
		"as long as fits":     {outline(strings.Repeat("<a>\n", 1000), many, "", ""), false},
		"too long":            {outline(strings.Repeat("<a>\n", 2000), many, "", ""), true},
		"together":            {outline(strings.Repeat("<a><b>\n", 600), many, many, ""), true},
		"a column in a cell":  {outline(strings.Repeat("<a>\n", 100), strings.Repeat("<b>", 100), strings.Repeat("<c>", 100), many), true},
		"an earlier column":   {outline(strings.Repeat("<b>\n", 100), many, strings.Repeat("<a>", 100), ""), false},
		"shorter than before": {outline(strings.Repeat("<a>\n", 9000), "", "", ""), false},
	} {
		_, err := Select([]Source{{"a.feature", []byte(c.text)}}, Selection{})
		if c.wide != (err != nil) || err != nil && !strings.Contains(err.Error(), "with the cells of this row a step gets longer than 1 MiB") {
			t.Errorf("%s: %.200v", name, err)
		}
	}
}

// TestManyTags: each tag is there once, in the order of the file.
func TestManyTags(t *testing.T) {
	var tags []string
	for i := range 3000 {
		tags = append(tags, fmt.Sprint("@t", i%1500))
	}
	if got := distinct(tags); len(got) != 1500 || got[1499] != "@t1499" {
		t.Errorf("%d tags", len(got))
	}
}
