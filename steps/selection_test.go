package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"
)

func shopFeature(t testing.TB) Source {
	t.Helper()
	content, err := os.ReadFile("testdata/selection/shop.feature")
	if err != nil {
		t.Fatal(err)
	}
	return Source{Path: "shop.feature", Content: content}
}

// titles are what a selection means, in one line.
func titles(features []Feature) string {
	var list []string
	for _, f := range features {
		for _, s := range f.Scenarios {
			list = append(list, fmt.Sprintf("%d %s", s.Line, s.Title()))
		}
	}
	return strings.Join(list, "; ")
}

const (
	opens = "12 it opens"
	made  = "31 made is acknowledged [made, 200]"
	sold  = "34 sold is acknowledged [sold, 201]"
	lost  = "39 lost is acknowledged [lost, 404]"
	door  = "47 every door closes [door]"
	shut  = "55 it stays shut"
)

func TestSelect(t *testing.T) {
	all := []string{opens, made, sold, lost, door, shut}
	lines := func(n ...int) Selection { return Selection{Lines: map[string][]int{"shop.feature": n}} }
	for _, c := range []struct {
		reason string
		s      Selection
		want   []string
	}{
		{"nothing asked", Selection{}, all},
		{"feature tag", Selection{Tags: "@shop"}, all},
		{"scenario tag", Selection{Tags: "@smoke and @fast"}, []string{opens}},
		{"tag of a table", Selection{Tags: "@events and not @bad"}, []string{made, sold}},
		{"tag of a rule", Selection{Tags: "@holiday"}, []string{shut}},
		{"part of a name, placeholders filled in", Selection{Name: "old is ack"}, []string{sold}},
		{"cells of a row", Selection{Name: "[lost, 404]"}, []string{lost}},
		{"regular expression", Selection{Name: "/^it .*s$/"}, []string{opens}},
		{"regular expression over a row's name alone", Selection{Name: "/acknowledged$/"}, []string{made, sold, lost}},
		{"name and tag", Selection{Name: "ack", Tags: "@bad"}, []string{lost}},
		{"keyword line", lines(12), []string{opens}},
		{"tag line", lines(9), []string{opens}},
		{"comment among the tags", lines(10), []string{opens}},
		{"step", lines(13), []string{opens}},
		{"empty line in a text block", lines(17), []string{opens}},
		{"end of a text block", lines(18), []string{opens}},
		{"last step", lines(19), []string{opens}},
		{"outline", lines(25), []string{made, sold, lost}},
		{"empty line in an outline", lines(27), []string{made, sold, lost}},
		{"tag of a table", lines(28), []string{made, sold}},
		{"table keyword", lines(29), []string{made, sold}},
		{"table header", lines(30), []string{made, sold}},
		{"row", lines(34), []string{sold}},
		{"several lines", lines(39, 31), []string{made, lost}},
		{"data table of an outline", lines(44), []string{door}},
		{"feature line", lines(3), all},
		{"feature tags", lines(2), all},
		{"description", lines(4), all},
		{"background", lines(7), all},
		{"rule line", lines(50), []string{shut}},
		{"rule tag", lines(49), []string{shut}},
		{"rule background", lines(53), []string{shut}},
		{"line and tag", Selection{Tags: "@bad", Lines: map[string][]int{"shop.feature": {25}}}, []string{lost}},
	} {
		features, err := Select([]Source{shopFeature(t)}, c.s)
		if want := strings.Join(c.want, "; "); err != nil || titles(features) != want {
			t.Errorf("%s: selected %s, %v\nwant %s", c.reason, titles(features), err, want)
			continue
		}
		if _, err := NewPickleIndex(features...); err != nil {
			t.Errorf("%s: %v\n%s", c.reason, err, features[0].Content)
		}
	}
}

func TestSelectionErrors(t *testing.T) {
	lines := func(n int) Selection { return Selection{Lines: map[string][]int{"shop.feature": {n}}} }
	for _, c := range []struct {
		s    Selection
		want string
	}{
		{Selection{Tags: "@smok"}, `no scenario has the tag "@smok"; did you mean "@smoke"?`},
		{Selection{Tags: "not smoke"}, `did you mean "@smoke"?`},
		{Selection{Tags: "@smoke @fast"}, "character 8"},
		{Selection{Name: "/(/"}, "the name /(/ is not a regular expression"},
		{lines(1), `shop.feature:1: no scenario is there; the nearest is "it opens", shop.feature:12`},
		{lines(20), `the nearest is "it opens", shop.feature:12`},
		{lines(32), `the nearest is "made is acknowledged [made, 200]", shop.feature:31`},
		{lines(33), `the nearest is "sold is acknowledged [sold, 201]", shop.feature:34`},
		{lines(48), `the nearest is "every door closes [door]"`},
		{lines(999), `the nearest is "it stays shut", shop.feature:55`},
		{Selection{Lines: map[string][]int{"shp.feature": {3}}}, `"shp.feature", which is none of the feature files; did you mean "shop.feature"?`},
	} {
		features, err := Select([]Source{shopFeature(t)}, c.s)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v selects %s, %v; want the error %s", c.s, titles(features), err, c.want)
		}
		if errors.Is(err, ErrNothingSelected) {
			t.Errorf("%v is not an empty selection", err)
		}
	}
}

func TestNothingSelected(t *testing.T) {
	empty := Source{Path: "empty.feature", Content: []byte("Feature: nothing\n")}
	void := Source{Path: "void.feature"}
	for _, c := range []struct {
		sources []Source
		s       Selection
		want    string
	}{
		{[]Source{shopFeature(t)}, Selection{Tags: "@smoke and @bad", Name: "x"}, `none of the scenarios (6) fits tags "@smoke and @bad" and name "x"`},
		{[]Source{shopFeature(t)}, Selection{Tags: "@bad", Lines: map[string][]int{"shop.feature": {12}}}, `tags "@bad" and shop.feature:12`},
		{[]Source{empty, void}, Selection{}, "the feature files (2) hold no scenario"},
		{nil, Selection{}, "the feature files (0) hold no scenario"},
	} {
		_, err := Select(c.sources, c.s)
		if !errors.Is(err, ErrNothingSelected) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("the error is %v, want %s", err, c.want)
		}
	}
}

func TestScenariosKnowTheirSteps(t *testing.T) {
	features, err := Select([]Source{shopFeature(t)}, Selection{Name: "/stays shut|sold/"})
	if err != nil {
		t.Fatal(err)
	}
	sold, shut := features[0].Scenarios[0], features[0].Scenarios[1]
	if want := []ScenarioStep{{"Given", "a shop", 7, nil}, {"When", "sold happens", 25, nil}, {"Then", "the answer is 201", 26, nil}}; !slices.Equal(sold.Steps(), want) {
		t.Errorf("steps of a row are %v", sold.Steps())
	}
	if want := []ScenarioStep{{"Given", "a shop", 7, nil}, {"*", "it is a holiday", 53, nil}, {"Then", "it is shut", 56, nil}}; !slices.Equal(shut.Steps(), want) {
		t.Errorf("steps in a rule are %v", shut.Steps())
	}
	if want := []string{"@shop", "@all", "@events", "@good"}; !slices.Equal(sold.Tags, want) {
		t.Errorf("tags of a row are %v", sold.Tags)
	}
	if sold.ID != "shop.feature:34" || sold.Path != "shop.feature" || features[0].Name != "A shop" {
		t.Errorf("%+v of %q", sold, features[0].Name)
	}
}

// What is left keeps its line and its bytes, whatever the file's line ends.
func TestBlankedKeepsLines(t *testing.T) {
	source := shopFeature(t)
	source.Content = bytes.ReplaceAll(source.Content, []byte("\n"), []byte("\r\n"))
	features, err := Select([]Source{source}, Selection{Name: "sold"})
	if err != nil {
		t.Fatal(err)
	}
	before, after := strings.Split(string(source.Content), "\r\n"), strings.Split(string(features[0].Content), "\r\n")
	if len(before) != len(after) {
		t.Fatalf("%d lines became %d", len(before), len(after))
	}
	for i := range before {
		if after[i] != "" && after[i] != before[i] {
			t.Errorf("line %d became %q", i+1, after[i])
		}
		kept := i+1 < 9 || i+1 >= 22 && i+1 <= 34 && i+1 != 31 || i+1 >= 49 && i+1 <= 53
		if (after[i] != "") != kept && !strings.HasPrefix(strings.TrimSpace(before[i]), "#") && before[i] != "" {
			t.Errorf("line %d, %q, became %q", i+1, before[i], after[i])
		}
	}
}

func TestWholeFileIsUntouched(t *testing.T) {
	features, err := Select([]Source{shopFeature(t), shopFeature(t)}, Selection{})
	if err != nil || len(features) != 1 || !bytes.Equal(features[0].Content, shopFeature(t).Content) {
		t.Errorf("%d features, %v\n%s", len(features), err, features[0].Content)
	}
}

func TestSourcesThatCannotBeRead(t *testing.T) {
	for content, want := range map[string]string{
		"Feature: a\n  Scenario: b\n    nonsense\n    Given x\n   whatever": `a.feature:5: expected:`,
		"Scenario: x": "a.feature:1: expected:",
		"Feature: a\nScenario Outline: b\n Given c\n Examples:\n | d |\n | e | f |\n": "a.feature:6: inconsistent cell count",
		"# language: xx\nFeature: a":                                        "a.feature:1: Language not supported",
		"Feature: a\n# " + strings.Repeat("x", 70000) + "\n":                "a.feature:2: the line is longer",
		"Feature: a\nScenario: b\n Given c\n" + strings.Repeat("oops\n", 9): "a.feature: and 6 more",
	} {
		features, err := Select([]Source{{"a.feature", []byte(content)}, shopFeature(t)}, Selection{})
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "Parser errors") {
			t.Errorf("%.60q gives %s, %v; want %s", content, titles(features), err, want)
		}
	}
	if _, err := Select([]Source{shopFeature(t), {"shop.feature", []byte("Feature: b")}}, Selection{}); err == nil ||
		!strings.Contains(err.Error(), "two files have this name") {
		t.Errorf("two contents for one path: %v", err)
	}
	bom := Source{"bom.feature", []byte("\ufeffFeature: a\n  Scenario: b\n    Given c\n")}
	if features, err := Select([]Source{bom}, Selection{}); err != nil || titles(features) != "2 b" {
		t.Errorf("a file with a byte order mark: %s, %v", titles(features), err)
	}
}

func TestParseLocation(t *testing.T) {
	for location, want := range map[string]string{
		"a.feature":                        "a.feature []",
		"a.feature:12":                     "a.feature [12]",
		"a.feature:12:30":                  "a.feature [12 30]",
		`C:\x\a.feature:3`:                 `C:\x\a.feature [3]`,
		"a.feature:":                       "a.feature: []",
		"a.feature:x":                      "a.feature:x []",
		"a.feature:0":                      "error",
		"a.feature:9999999999999999999999": "error",
	} {
		path, lines, err := ParseLocation(location)
		got := fmt.Sprint(path, " ", lines)
		if err != nil {
			got = "error"
		}
		if got != want {
			t.Errorf("%s is %s, %v", location, got, err)
		}
	}
}

// godog, given the blanked contents, runs exactly what was selected, and each of its pickles is found again.
func TestPickleIndexFitsGodog(t *testing.T) {
	other := Source{"other.feature", []byte("Feature: other\n  Scenario: it opens\n    Then it closes\n")}
	features, err := Select([]Source{other, shopFeature(t)}, Selection{Tags: "not @bad and not @fast"})
	if err != nil {
		t.Fatal(err)
	}
	index, err := NewPickleIndex(features...)
	if err != nil {
		t.Fatal(err)
	}
	var contents []godog.Feature
	for _, f := range features {
		contents = append(contents, godog.Feature{Name: f.Path, Contents: f.Content})
	}
	var ran []string
	godog.TestSuite{
		Options: &godog.Options{FeatureContents: contents, Format: "progress", Output: io.Discard, NoColors: true},
		ScenarioInitializer: func(c *godog.ScenarioContext) {
			c.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
				s, err := index.Scenario(p)
				if err != nil {
					t.Error(err)
				}
				ran = append(ran, fmt.Sprintf("%d %s", s.Line, s.Title()))
				return ctx, nil
			})
		},
	}.Run()
	if got := strings.Join(ran, "; "); got != titles(features) {
		t.Errorf("godog ran     %s\nselected were %s", got, titles(features))
	}
	if _, err := index.Scenario(&messages.Pickle{Uri: "shop.feature", AstNodeIds: []string{"1"}, Name: "it opens"}); err == nil {
		t.Error("a pickle of another parse is found")
	}
}

// blankingHolds cuts a file down to the scenarios that bits names: what is left must parse, and be what was selected.
func blankingHolds(t *testing.T, content string, bits uint64) (scenarios int) {
	t.Helper()
	file, err := readSource(Source{"a.feature", []byte(content)})
	if err != nil {
		return 0
	}
	keep, feature := make([]bool, len(file.scenarios)), Feature{Path: "a.feature"}
	for i, s := range file.scenarios {
		if bits>>(i%64)&1 == 1 {
			keep[i] = true
			feature.Scenarios = append(feature.Scenarios, s)
		}
		if found, err := file.at(s.Line); err != nil || !slices.ContainsFunc(found, func(f Scenario) bool { return f.ID == s.ID }) {
			t.Fatalf("%s is not found at its line, %v:\n%s", s.ID, err, content)
		}
	}
	feature.Content = file.blanked(keep)
	cut := excerpt{path: "a.feature", scenarios: feature.Scenarios}
	cut.content, cut.lines = file.cut(keep)
	if _, err := newIndex(cut); err != nil {
		t.Fatalf("%v\n%s\nwas cut to\n%s", err, content, cut.content)
	}
	if _, err := NewPickleIndex(feature); err != nil {
		t.Fatalf("%v\n%s\nbecame\n%s", err, content, feature.Content)
	}
	for line := range len(file.lines) + 2 {
		if found, err := file.at(line); err == nil && len(found) == 0 {
			t.Fatalf("line %d stands for nothing, and is no error:\n%s", line, content)
		}
	}
	return len(file.scenarios)
}

// Files made of random lines find shapes that nobody writes on purpose.
func TestBlankingOfRandomFiles(t *testing.T) {
	lines := []string{
		"Scenario: s", "Scenario Outline: o <a>", "Examples:", "Examples: e", "|a|", "|1|", "|2|", "@t", "@t @u #c", "@", "Rule: r",
		"Background:", "Given g", "Given g", "* <a>", `"""`, `"""`, "```", "# c", "", "text", "  ", "Scenario: s",
	}
	random := rand.New(rand.NewPCG(1, 2))
	scenarios := 0
	for range 4000 {
		content := "Feature: f\n"
		for range random.IntN(24) {
			content += lines[random.IntN(len(lines))] + []string{"\n", "\r\n"}[random.IntN(2)]
		}
		scenarios += blankingHolds(t, content, random.Uint64())
	}
	if scenarios < 500 {
		t.Errorf("the files had %d scenarios in all: the test tests nothing", scenarios)
	}
}

func FuzzBlanking(f *testing.F) {
	f.Add(string(shopFeature(f).Content), uint64(0b010010))
	f.Add("Feature: a\n@x\n  Scenario Outline: b\n Given <c>\n\"\"\"\n | x |\n\"\"\"\n Examples:\n Examples:\n | c |\n | 1 |\n#x\n|2|", uint64(2))
	f.Add("# language: de\r\nFunktionalität: a\r\nRegel: b\r\n@y @z#c\r\nBeispiel: c\r\n* d\r\n|e|\r\nRegel: f\r\nBeispiel: g", uint64(1))
	f.Add("Feature:0\n@\nScenario:0", uint64(0)) // a tag line without a tag
	f.Fuzz(func(t *testing.T, content string, bits uint64) { blankingHolds(t, content, bits) })
}
