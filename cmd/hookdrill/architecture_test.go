package main

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The shape of the project is held by these tests: who may import whom, how long things may grow, and what stands at
// the top. A limit that is in the way asks for another seam, not for a bigger number.

const module = "github.com/hookdrill/hookdrill/"

// sourceFile is one Go file of the project, by its path from the top.
type sourceFile struct {
	path  string
	lines int
	ast   *ast.File
	set   *token.FileSet
}

func (f sourceFile) dir() string  { return filepath.ToSlash(filepath.Dir(f.path)) }
func (f sourceFile) isTest() bool { return strings.HasSuffix(f.path, "_test.go") }

func sourceFiles(t *testing.T) (list []sourceFile) {
	t.Helper()
	top := filepath.Join("..", "..")
	err := filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		set := token.NewFileSet()
		parsed, err := parser.ParseFile(set, path, text, parser.ParseComments)
		if err != nil {
			return err
		}
		relative, err := filepath.Rel(top, path)
		list = append(list, sourceFile{filepath.ToSlash(relative), strings.Count(string(text), "\n"), parsed, set})
		return err
	})
	if err != nil || len(list) < 50 {
		t.Fatalf("%d Go files found, error %v", len(list), err)
	}
	return list
}

func TestTopLevel(t *testing.T) {
	entries, err := os.ReadDir(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	allowed := []string{"features", "steps", "fixtures", "mockplatforms", "cmd", "go.mod", "go.sum", "Makefile", "README.md", "LICENSE", "bin"}
	for _, e := range entries {
		if !slices.Contains(allowed, e.Name()) && !strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s stands at the top level, where only %q belong", e.Name(), allowed)
		}
	}
}

// layers says what each part may import of ours, tests aside. A part is a folder with all below it; the longest that
// fits counts.
var layers = map[string][]string{
	"fixtures":                      {},
	"mockplatforms":                 {"fixtures"},
	"mockplatforms/oliver":          {"fixtures", "mockplatforms"},
	"mockplatforms/cratejoy":        {"fixtures", "mockplatforms"},
	"mockplatforms/bigcommerce":     {"fixtures", "mockplatforms"},
	"mockplatforms/all":             {"mockplatforms", "mockplatforms/oliver", "mockplatforms/cratejoy", "mockplatforms/bigcommerce"},
	"mockplatforms/platformtest":    {"fixtures", "mockplatforms", "mockplatforms/engine", "mockplatforms/engine/journal"},
	"mockplatforms/engine":          {"fixtures", "mockplatforms", "mockplatforms/engine/clock", "mockplatforms/engine/delivery", "mockplatforms/engine/fault", "mockplatforms/engine/form", "mockplatforms/engine/journal"},
	"mockplatforms/engine/clock":    {},
	"mockplatforms/engine/journal":  {"fixtures"},
	"mockplatforms/engine/delivery": {"fixtures", "mockplatforms", "mockplatforms/engine/journal"},
	"mockplatforms/engine/fault":    {"fixtures", "mockplatforms", "mockplatforms/engine/delivery"},
	"mockplatforms/engine/form":     {"fixtures", "mockplatforms"},
	"steps":                         {"fixtures", "mockplatforms", "mockplatforms/engine", "mockplatforms/engine/clock", "mockplatforms/engine/delivery", "mockplatforms/engine/fault", "mockplatforms/engine/form", "mockplatforms/engine/journal", "steps/config", "steps/expect", "steps/report", "steps/saboteur", "steps/samplereceiver", "steps/target"},
	"steps/browsertest":             {},
	"steps/config":                  {"fixtures"},
	"steps/expect":                  {"fixtures", "mockplatforms", "mockplatforms/engine/journal"},
	"steps/inspector":               {"fixtures", "mockplatforms", "mockplatforms/engine", "mockplatforms/engine/fault", "mockplatforms/engine/journal", "steps/report", "steps/target"},
	"steps/report":                  {"fixtures", "mockplatforms", "mockplatforms/engine/journal"},
	"steps/saboteur":                {"fixtures", "mockplatforms/engine", "mockplatforms/engine/journal"},
	"steps/samplereceiver":          {"fixtures"},
	"steps/target":                  {"fixtures", "mockplatforms/engine/delivery"},
	"features":                      {},
	"cmd/hookdrill":                 {"*"},
}

func TestImports(t *testing.T) {
	used := map[string]bool{}
	for _, f := range sourceFiles(t) {
		if f.isTest() {
			continue
		}
		part := f.dir()
		for part != "." && layers[part] == nil {
			part = filepath.ToSlash(filepath.Dir(part))
		}
		used[part] = true
		for _, spec := range f.ast.Imports {
			path := strings.Trim(spec.Path.Value, `"`)
			if ours, ok := strings.CutPrefix(path, module); ok && !slices.Contains(layers[part], ours) && !slices.Contains(layers[part], "*") {
				t.Errorf("%s: %s must not import %s", f.path, part, ours)
			}
			if strings.HasPrefix(path, "github.com/cucumber/godog") && f.dir() != "steps" {
				t.Errorf("%s: only steps imports godog", f.path)
			}
		}
	}
	for part := range layers {
		if !used[part] {
			t.Errorf("the table of imports names %s, which has no Go file", part)
		}
	}
}

// TestEngineNamesNoPlatform: the core may never know a leaf.
func TestEngineNamesNoPlatform(t *testing.T) {
	for _, f := range sourceFiles(t) {
		if f.isTest() || !strings.HasPrefix(f.path, "mockplatforms/engine/") {
			continue
		}
		text, err := os.ReadFile(filepath.Join("..", "..", f.path))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range []string{"oliver", "cratejoy", "bigcommerce"} {
			if strings.Contains(strings.ToLower(string(text)), name) {
				t.Errorf("%s names the platform %s", f.path, name)
			}
		}
	}
}

func TestBudgets(t *testing.T) {
	folders := map[string]int{}
	for _, f := range sourceFiles(t) {
		if f.isTest() {
			continue
		}
		limit := 400
		if f.dir() == "mockplatforms/engine/fault" {
			limit = 60
		}
		if f.lines > limit {
			t.Errorf("%s has %d lines, more than %d", f.path, f.lines, limit)
		}
		if _, err := os.Stat(filepath.Join("..", "..", f.dir(), "platform.go")); err == nil && f.dir() != "mockplatforms" && filepath.Base(f.path) != "doc.go" {
			folders[f.dir()] += f.lines
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncDecl); ok && fn.Body != nil {
				if lines := length(f, fn); lines > 60 {
					t.Errorf("%s: %s has %d lines, more than 60", f.path, fn.Name.Name, lines)
				}
			}
			return true
		})
	}
	for dir, lines := range folders {
		if lines > 600 {
			t.Errorf("%s has %d lines without its manual, more than 600", dir, lines)
		}
	}
	if len(folders) < 3 {
		t.Errorf("only %d platform folders were measured", len(folders))
	}
}

// length is how many lines a function has, its head and its last brace included.
func length(f sourceFile, fn *ast.FuncDecl) int {
	return f.set.Position(fn.End()).Line - f.set.Position(fn.Pos()).Line + 1
}

// TestStepMethods: a step says what is meant and leaves how to others; ten lines of body are enough for that.
func TestStepMethods(t *testing.T) {
	steps := map[string]bool{}
	var methods []func()
	for _, f := range sourceFiles(t) {
		if f.dir() != "steps" || f.isTest() {
			continue
		}
		if filepath.Base(f.path) == "vocabulary.go" {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if r, ok := n.(*ast.ReturnStmt); ok && len(r.Results) == 1 {
					if s, ok := r.Results[0].(*ast.SelectorExpr); ok {
						steps[s.Sel.Name] = true
					}
				}
				return true
			})
			continue
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if fn, ok := n.(*ast.FuncDecl); ok && fn.Recv != nil {
				methods = append(methods, func() {
					if lines := length(f, fn) - 2; steps[fn.Name.Name] && lines > 10 {
						t.Errorf("%s: the step method %s has %d lines of body, more than 10", f.path, fn.Name.Name, lines)
					}
				})
			}
			return true
		})
	}
	if len(steps) < 40 {
		t.Fatalf("only %d step methods were found in the vocabulary", len(steps))
	}
	for _, check := range methods {
		check()
	}
}
