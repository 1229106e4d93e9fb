// Package config reads hookdrill.yaml: what a project says of its receivers, once, in the place of flags. It knows no
// platform; what a file says is handed on as values of flags, so that a flag or a variable of the environment wins.
package config

import (
	"bytes"
	_ "embed" // of the schema
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Name is what the file is called, and In says what else it may be called.
const Name = "hookdrill.yaml"

// Sample is what --receiver calls the sample receiver, in the place of a URL.
const Sample = "sample"

// schema is the JSON Schema of the file.
//
//go:embed hookdrill.schema.json
var schema []byte

// Schema gives the JSON Schema of the file, for editors.
func Schema() []byte { return slices.Clone(schema) }

// File is hookdrill.yaml.
type File struct {
	Receivers     map[string]Receiver            `yaml:"receivers,omitempty"`
	Features      []string                       `yaml:"features,omitempty"`
	Fixtures      []string                       `yaml:"fixtures,omitempty"`
	Contract      map[string]map[string][]string `yaml:"contract,omitempty"` // platform, condition, answers
	KnownFailures []KnownFailure                 `yaml:"known-failures,omitempty"`

	path string
	root ast.Node
}

// Receiver is one receiver of the project.
type Receiver struct {
	Platforms []string          `yaml:"platforms,omitempty"`
	Events    []string          `yaml:"events,omitempty"`
	URL       string            `yaml:"url,omitempty"`
	URLs      map[string]string `yaml:"urls,omitempty"` // by platform
	Command   string            `yaml:"command,omitempty"`
	Env       map[string]string `yaml:"env,omitempty"`
	Ready     Ready             `yaml:"ready,omitempty"`
	Register  string            `yaml:"register,omitempty"`
	Probe     Probe             `yaml:"probe,omitempty"`
	LooksUp   bool              `yaml:"looks-up,omitempty"`
	Quiet     string            `yaml:"quiet,omitempty"`
	Secrets   map[string]string `yaml:"secrets,omitempty"`  // by platform: the variable of the environment that holds it
	Settings  map[string]string `yaml:"settings,omitempty"` // PLATFORM.SWITCH: value
	Headers   map[string]string `yaml:"headers,omitempty"`
	Listen    map[string]string `yaml:"listen,omitempty"` // by platform
	Hosts     []string          `yaml:"allow-hosts,omitempty"`
}

// Ready is how a receiver shows that it can be used.
type Ready struct {
	URL     string `yaml:"url,omitempty"`
	Timeout string `yaml:"timeout,omitempty"`
}

// Probe is where a receiver's state is seen.
type Probe struct {
	URL  string `yaml:"url,omitempty"`
	Path string `yaml:"path,omitempty"`
}

// KnownFailure is a scenario that is known to fail.
type KnownFailure struct {
	Scenario string `yaml:"scenario"`
	Because  string `yaml:"because"`
}

// Load reads the file. The error of what it cannot be names the place, and the nearest key that there is.
func Load(path string) (*File, error) {
	text, err := readFile(path)
	if err != nil {
		return nil, err
	}
	return Parse(path, text)
}

// Parse reads the text of a file that is called path in errors.
func Parse(path string, text []byte) (*File, error) {
	if err := fixtures.CheckUTF8(path, text); err != nil {
		return nil, err
	}
	f := &File{path: path}
	if err := f.decode(text); err != nil {
		return nil, f.explain(err)
	}
	return f, f.check()
}

// decode hands the text to the YAML library, which panics at some that is not YAML (found by fuzzing, v1.19.2).
func (f *File) decode(text []byte) (err error) {
	defer func() {
		if broken := recover(); broken != nil {
			err = fmt.Errorf("this is not YAML that can be read (%v)", broken)
		}
	}()
	text, err = oneDocument(text)
	if err != nil {
		return err
	}
	tokens, err := bounded(text)
	if err != nil {
		return err
	}
	tree, err := parser.Parse(tokens, 0)
	if err != nil || len(tree.Docs) == 0 || tree.Docs[0].Body == nil {
		return err
	}
	if len(tree.Docs) > 1 {
		return errSeveral
	}
	f.root = tree.Docs[0].Body
	return yaml.NodeToValue(f.root, f, yaml.Strict())
}

var errSeveral = errors.New("it holds several YAML documents, and should be one")

// oneDocument takes out what stands around the one document: the marks of others that are empty, directives, and a byte order
// mark. The library stops at an empty one, and drops in silence what is behind it. Lines stay where they are.
func oneDocument(text []byte) ([]byte, error) {
	lines := bytes.Split(bytes.TrimPrefix(text, []byte("\ufeff")), []byte("\n"))
	full, inside := 0, false
	for i, line := range lines {
		bare := bytes.TrimSpace(line)
		mark, _, _ := strings.Cut(string(bare), " #")
		switch {
		case len(bare) == 0, bare[0] == '#':
		case bytes.HasPrefix(line, []byte("---")) && mark == "---", bytes.HasPrefix(line, []byte("...")) && mark == "...":
			lines[i], inside = nil, false
		case bytes.HasPrefix(line, []byte("%")) && !inside:
			lines[i] = nil
		case !inside:
			full, inside = full+1, true
		}
	}
	if full > 1 {
		return nil, errSeveral
	}
	return bytes.Join(lines, []byte("\n")), nil
}

// explain puts file, line and column before what the parser says.
func (f *File) explain(err error) error {
	var unknown *yaml.UnknownFieldError
	if errors.As(err, &unknown) {
		key := unknown.Token.Value
		hint := fixtures.Hint(key, keys())
		if at := ofFlag(key); at != "" {
			hint = fmt.Sprintf("; what --%s says stands in %q", key, at)
		} else if hint == "" {
			hint = fmt.Sprintf("; there are %s", strings.Join(keys(), ", "))
		}
		return fmt.Errorf("%s:%d:%d: no key %q%s (`hookdrill config --schema` lists them)", f.path,
			unknown.Token.Position.Line, unknown.Token.Position.Column, key, hint)
	}
	var much *tooMuch
	if errors.As(err, &much) {
		return fmt.Errorf("%s:%d:%d: %w", f.path, much.at.Position.Line, much.at.Position.Column, err)
	}
	var mistyped *yaml.TypeError
	if errors.As(err, &mistyped) {
		return fmt.Errorf("%s:%d:%d: here is %s, and it should be %s", f.path, mistyped.Token.Position.Line, mistyped.Token.Position.Column,
			inWords(mistyped.SrcType), inWords(mistyped.DstType))
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		return fmt.Errorf("%s:%d:%d: %s", f.path, at.GetToken().Position.Line, at.GetToken().Position.Column, at.GetMessage())
	}
	return fmt.Errorf("%s: %w", f.path, err)
}

// inWords says what a value is.
func inWords(t reflect.Type) string {
	switch t.Kind() {
	case reflect.Slice:
		return "a list"
	case reflect.Map, reflect.Struct:
		return "a mapping of keys to values"
	case reflect.Bool:
		return "true or false"
	case reflect.String:
		return "text"
	}
	return "a number"
}

// keys are all that there are, at any depth.
func keys() (list []string) {
	for _, of := range []any{File{}, Receiver{}, Ready{}, Probe{}, KnownFailure{}} {
		t := reflect.TypeOf(of)
		for i := range t.NumField() {
			if name, _, _ := strings.Cut(t.Field(i).Tag.Get("yaml"), ","); name != "" {
				list = append(list, name)
			}
		}
	}
	return list
}

// ofFlag is the key that says what a flag of another name does, "" if there is none.
func ofFlag(flag string) string {
	switch flag {
	case "set":
		return "settings"
	case "exec":
		return "command"
	case "receiver":
		return "url"
	case "wait-for", "wait-timeout":
		return "ready"
	case "probe-path":
		return "probe"
	case "secret-env":
		return "secrets"
	case "hook-header":
		return "headers"
	}
	return ""
}

// check finds what is well written and cannot be meant.
func (f *File) check() error {
	var broken []error
	for _, name := range f.Names() {
		r, at := f.Receivers[name], f.Where("receivers", name)
		switch {
		case name == Sample:
			broken = append(broken, fmt.Errorf("%s: --receiver %s is the receiver that hookdrill brings; call yours something else", at, Sample))
		case r.URL == Sample || slices.Contains(slices.Collect(maps.Values(r.URLs)), Sample):
			broken = append(broken, fmt.Errorf("%s: the receiver %q has no URL but the word %q; the receiver that hookdrill brings needs no file: hookdrill run --receiver %s", at, name, Sample, Sample))
		case r.URL == "" && len(r.URLs) == 0:
			broken = append(broken, fmt.Errorf("%s: the receiver %q has no url (url: http://127.0.0.1:3000/path)", at, name))
		case r.URL != "" && len(r.URLs) > 0:
			broken = append(broken, fmt.Errorf("%s: the receiver %q has url and urls; one of them is enough", at, name))
		case r.Command == "" && len(r.Env) > 0:
			broken = append(broken, fmt.Errorf("%s: the receiver %q has env and no command that would get it", at, name))
		}
	}
	for i, k := range f.KnownFailures {
		if k.Scenario == "" || k.Because == "" {
			broken = append(broken, fmt.Errorf("%s: a known failure needs scenario and because", f.Where("known-failures", fmt.Sprint(i))))
		}
	}
	return errors.Join(broken...)
}

// Names are those of the receivers, sorted.
func (f *File) Names() (names []string) {
	for name := range f.Receivers {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Path is where the file is.
func (f *File) Path() string { return f.path }

// Where is the place of a key, by those above it: "hookdrill.yaml:7:5". Items of a list go by their number, from 0.
func (f *File) Where(keys ...string) string {
	node := f.root
	for _, key := range keys {
		if next := child(node, key); next != nil {
			node = next
		}
	}
	if pair, ok := node.(*ast.MappingValueNode); ok {
		node = pair.Key
	}
	if node == nil || node.GetToken() == nil {
		return f.path
	}
	return fmt.Sprintf("%s:%d:%d", f.path, node.GetToken().Position.Line, node.GetToken().Position.Column)
}

func child(node ast.Node, key string) ast.Node {
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, v := range n.Values {
			if v.Key.GetToken().Value == key {
				return v
			}
		}
	case *ast.MappingValueNode:
		if n.Key.GetToken().Value == key && n.Value != nil {
			return n.Value
		}
		return child(n.Value, key)
	case *ast.SequenceNode:
		for i, v := range n.Values {
			if fmt.Sprint(i) == key {
				return v
			}
		}
	}
	return nil
}
