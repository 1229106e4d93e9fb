package config_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/hookdrill/hookdrill/steps/config"
)

const whole = `
receivers:
  shop:
    platforms: [bigcommerce, cratejoy]
    events: [customer_new, store/order/created]
    urls:
      cratejoy: http://127.0.0.1:{port}/c/{event}
      bigcommerce: http://127.0.0.1:{port}/b
    command: node server.js
    env: {PORT: "{port}", DEBUG: 1}
    ready: {url: "http://127.0.0.1:{port}/health", timeout: 10s}
    register: start
    probe: {url: "http://127.0.0.1:{port}/state", path: seen}
    looks-up: true
    quiet: 50ms
    secrets: {bigcommerce: BC_SECRET}
    settings: {cratejoy.body: plain}
    headers: {X-Auth: hello}
    listen: {cratejoy: "127.0.0.1:4011"}
    allow-hosts: [shop.local]
  till:
    url: http://127.0.0.1:3000/{platform}
features: [builtin, my]
fixtures: [my/fixtures]
contract:
  bigcommerce:
    forged: [401]
known-failures:
  - scenario: "my/a.feature: it fails"
    because: ticket 7
`

func TestFlags(t *testing.T) {
	f, err := config.Parse("top/hookdrill.yaml", []byte(whole))
	if err != nil {
		t.Fatal(err)
	}
	flags := map[string][]string{}
	for _, flag := range f.Flags("shop") {
		flags[flag.Name] = append(flags[flag.Name], flag.Values...)
		if !strings.HasPrefix(flag.Where, "top/hookdrill.yaml:") {
			t.Errorf("--%s is from %s", flag.Name, flag.Where)
		}
	}
	want := map[string][]string{
		"platform": {"bigcommerce", "cratejoy"}, "receiver": {"bigcommerce=http://127.0.0.1:{port}/b", "cratejoy=http://127.0.0.1:{port}/c/{event}"},
		"event": {"customer_new", "store/order/created"}, "exec": {"node server.js"}, "env": {"DEBUG=1", "PORT={port}"}, "wait-for": {"http://127.0.0.1:{port}/health"}, "wait-timeout": {"10s"},
		"register": {"start"}, "probe": {"http://127.0.0.1:{port}/state"}, "probe-path": {"seen"}, "looks-up": {"true"}, "quiet": {"50ms"},
		"secret-env": {"bigcommerce=BC_SECRET"}, "set": {"cratejoy.body=plain"}, "hook-header": {"X-Auth: hello"}, "listen": {"cratejoy=127.0.0.1:4011"},
		"allow-host": {"shop.local"}, "fixtures": {"top/my/fixtures"},
	}
	if diff := cmp.Diff(want, flags); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if got := f.FeaturePaths("builtin"); !slices.Equal(got, []string{"builtin", "top/my"}) {
		t.Errorf("the features are %q", got)
	}
	if got := f.Where("receivers", "till", "url"); got != "top/hookdrill.yaml:22:5" {
		t.Errorf("till's url stands at %s", got)
	}
	if _, err := f.Receiver(""); err == nil || !strings.Contains(err.Error(), "--use") {
		t.Errorf("of two receivers none is chosen: %v", err)
	}
	if _, err := f.Receiver("shp"); err == nil || !strings.Contains(err.Error(), `did you mean "shop"?`) {
		t.Errorf("the nearest receiver is not named: %v", err)
	}
	if name, err := f.Receiver("till"); err != nil || name != "till" {
		t.Errorf("%q, %v", name, err)
	}
}

// TestBadInput: the error names file, line and column, and the nearest key.
func TestBadInput(t *testing.T) {
	for text, want := range map[string]string{
		"receivrs: {}":                                      `y.yaml:1:1: no key "receivrs"; did you mean "receivers"?`,
		"receivers:\n  a:\n    urll: x\n":                   `y.yaml:3:5: no key "urll"; did you mean "url"?`,
		"receivers:\n  a:\n    ready:\n      ulr: x\n":      `y.yaml:4:7: no key "ulr"; did you mean "url"?`,
		"receivers:\n  a:\n    url: [x]\n":                  "y.yaml:3:10: here is a list, and it should be text",
		"receivers:\n  a:\n    url: x\n    set: {a.b: c}\n": `y.yaml:4:5: no key "set"; what --set says stands in "settings"`,
		"receivers:\n  a:\n    nothinglikeit: x\n":          `no key "nothinglikeit"; there are receivers, features,`,
		"receivers: 7":                                      "y.yaml:1:12: ",
		"- a":                                               "y.yaml:1:1: ",
		"receivers: {a: {url: x}, a: {url: y}}":             "already defined",
		"receivers: [":                                      "y.yaml:1:",
		"receivers:\n  a:\n    command: x\n":                `y.yaml:2:3: the receiver "a" has no url`,
		"receivers:\n  a: {url: x, urls: {cratejoy: y}}":    "url and urls",
		"receivers:\n  a: {url: x, env: {A: b}}":            "no command",
		"receivers:\n  sample: {url: x}":                    "y.yaml:2:3: --receiver sample is the receiver that hookdrill brings",
		"receivers:\n  a: {url: sample}":                    `y.yaml:2:3: the receiver "a" has no URL but the word "sample"`,
		"known-failures:\n- because: x\n":                   "y.yaml:2:",
		"a: b\n---\nc: d\n":                                 "several YAML documents, and should be one",
		"receivers:\n  a: &x {url: y}\n  b: *z\n":           "y.yaml:3:",
		"receivers:\n\ta: {url: y}\n":                       "y.yaml:2:",
		"receivers:\n  a: {url: x, headers: {A: Zo\xe9}}":   "y.yaml:2: the line is not UTF-8 (byte 0xe9 in column 30)",
		"receivers:\n  a: {url: x, looks-up: \"maybe\"}\n":  "should be true or false",
	} {
		_, err := config.Parse("y.yaml", []byte(text))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: the error is %v, and should say %s", text, err, want)
		}
	}
	for _, text := range []string{"", "# nothing yet\n", "receivers:\n", "{}"} {
		if _, err := config.Parse("y.yaml", []byte(text)); err != nil {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestFind: the file is found upwards, by each of its names. What is there and would be left out in silence is refused, by its
// name and what to write: two at once, a name that is not read, a folder, a link that leads nowhere.
func TestFind(t *testing.T) {
	const report = "{\n  \"format\": \"hookdrill-report/1\"\n}"
	for _, c := range []struct {
		there map[string]string // what it holds; "/" is a folder, "->x" a link
		found string
		wrong string
	}{
		{map[string]string{"hookdrill.yaml": ""}, "hookdrill.yaml", ""},
		{map[string]string{"hookdrill.yml": ""}, "hookdrill.yml", ""},
		{map[string]string{".config/hookdrill.yaml": ""}, ".config/hookdrill.yaml", ""},
		{map[string]string{".config/hookdrill.yml": ""}, ".config/hookdrill.yml", ""},
		{map[string]string{".config": ""}, "", ""},
		{map[string]string{"a/hookdrill.yml": "", "hookdrill.yaml": ""}, "a/hookdrill.yml", ""},
		{map[string]string{"hookdrill.yaml": "", "hookdrill.yml": ""}, "", "hookdrill.yml are there"},
		{map[string]string{"hookdrill.yaml": "", ".config/hookdrill.yaml": ""}, "", "only one can describe the receivers"},
		{map[string]string{"hookdrill.yaml": "", "hookdrill.yml": "->hookdrill.yaml"}, "hookdrill.yaml", ""},
		{map[string]string{"hookdrill.json": "{}"}, "", "hookdrill.json is not read: receivers are described in hookdrill.yaml"},
		{map[string]string{"hookdrill.json": report}, "", ""},
		{map[string]string{"hookdrill.json": report, "hookdrill.yaml": ""}, "hookdrill.yaml", ""},
		{map[string]string{"hookdrill.json": "{}", "hookdrill.yaml": ""}, "", "hookdrill.json are there"},
		{map[string]string{".hookdrill.yaml": ""}, "", ".hookdrill.yaml is not read"},
		{map[string]string{"a/b/hookdrill.yaml": "/", "hookdrill.yaml": ""}, "", "b/hookdrill.yaml is not a file"},
		{map[string]string{"hookdrill.yaml": "->nowhere"}, "", "hookdrill.yaml is a link that leads nowhere"},
		{map[string]string{"HOOKDRILL.yaml": ""}, "", "HOOKDRILL.yaml is not read: receivers are described in hookdrill.yaml"},
		{map[string]string{"hookdrill.YAML": ""}, "", "hookdrill.YAML is not read"},
		{map[string]string{"hookdrill.YML": ""}, "", "hookdrill.YML is not read"},
		{map[string]string{".config/Hookdrill.Yaml": ""}, "", "Hookdrill.Yaml is not read"},
		{map[string]string{"HOOKDRILL.JSON": report}, "", ""},
		{map[string]string{"HOOKDRILL.yaml": "", "hookdrill.yaml": ""}, "", "only one can describe the receivers"},
		{map[string]string{"hookdrill.yaml.txt": ""}, "", "hookdrill.yaml.txt is not read, and there is no hookdrill.yaml beside it"},
		{map[string]string{"Hookdrill.yml.TXT": ""}, "", "Hookdrill.yml.TXT is not read"},
		{map[string]string{"hookdrill.yaml~": ""}, "", "hookdrill.yaml~ is not read"},
		{map[string]string{"hookdrill.yaml.txt": "", "hookdrill.yaml~": "", "hookdrill.yaml.bak": "", "hookdrill.yml.orig": "", ".hookdrill.yaml.swp": "", "hookdrill.yaml": ""}, "hookdrill.yaml", ""},
		{map[string]string{"hookdrill.json.gz": "", "hookdrill.yaml.d": "/"}, "", ""},
		{map[string]string{"hookdrill.yaml.example": "", "hookdrill/first.feature": "", "hookdrill.html": ""}, "", ""},
	} {
		top := t.TempDir()
		for name, content := range c.there {
			path := filepath.Join(top, name)
			err := os.MkdirAll(filepath.Dir(path), 0o755)
			switch to, link := strings.CutPrefix(content, "->"); {
			case link:
				err = errors.Join(err, os.Symlink(to, path))
			case content == "/":
				err = errors.Join(err, os.MkdirAll(path, 0o755))
			default:
				err = errors.Join(err, os.WriteFile(path, []byte(content), 0o644))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		want := ""
		if c.found != "" {
			want = filepath.Join(top, c.found)
		}
		got, err := config.Find(filepath.Join(top, "a", "b"))
		if c.wrong == "" && (err != nil || got != want && strings.HasPrefix(got, top)) || c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong)) {
			t.Errorf("%q: %q, %v", c.there, got, err)
		}
	}
}

// TestFolder: a file in .config is about the folder that holds it.
func TestFolder(t *testing.T) {
	for path, want := range map[string]string{"hookdrill.yaml": ".", "a/hookdrill.yml": "a", ".config/hookdrill.yaml": ".", "a/.config/hookdrill.yaml": "a", "../.config/hookdrill.yaml": ".."} {
		f, err := config.Parse(path, nil)
		if err != nil || f.Folder() != want {
			t.Errorf("%s is about %s, %v", path, f.Folder(), err)
		}
	}
}

// TestDocuments: an empty document before or behind, comments, directives and a byte order mark hide nothing.
func TestDocuments(t *testing.T) {
	const text = "receivers:\n  a: {url: http://127.0.0.1/}\n"
	for _, whole := range []string{text, "---\n" + text, "# one\n---\n" + text, "---\n# one\n---\n" + text, "---\n---\n" + text, text + "---\n", text + "...\n", "%YAML 1.2\n---\n" + text, "\ufeff" + text} {
		f, err := config.Parse("y.yaml", []byte(whole))
		if err != nil || len(f.Receivers) != 1 {
			t.Errorf("%q: %v", whole, err)
		}
	}
}

// TestSchema: the published schema has the keys that are read, agrees about a whole file, and refuses what Parse refuses.
func TestSchema(t *testing.T) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(config.Schema()))
	if err != nil {
		t.Fatal(err)
	}
	compiler := jsonschema.NewCompiler()
	if err := compiler.AddResource("schema.json", document); err != nil {
		t.Fatal(err)
	}
	schema, err := compiler.Compile("schema.json")
	if err != nil {
		t.Fatal(err)
	}
	validate := func(text string) error {
		asJSON, err := yaml.YAMLToJSON([]byte(text))
		if err != nil {
			return err
		}
		value, err := jsonschema.UnmarshalJSON(bytes.NewReader(asJSON))
		if err != nil {
			return err
		}
		return schema.Validate(value)
	}
	if err := validate(whole); err != nil {
		t.Error(err)
	}
	for _, text := range []string{
		"receivrs: {}", "receivers: {}", "receivers: {sample: {url: x}}", "receivers: {a: {urll: x}}", "receivers: {a: {command: x}}", "receivers: {a: {url: x, urls: {p: y}}}",
		"known-failures: [{scenario: x}]", "receivers: {a: {url: [x]}}", "contract: {p: {good: [fine]}}", "contract: {p: {good: [600]}}",
	} {
		if validate(text) == nil {
			t.Errorf("the schema takes %s", text)
		}
	}
	var tree struct {
		Properties map[string]json.RawMessage
		Defs       map[string]struct{ Properties map[string]json.RawMessage } `json:"$defs"`
	}
	if err := json.Unmarshal(config.Schema(), &tree); err != nil {
		t.Fatal(err)
	}
	for of, properties := range map[any]map[string]json.RawMessage{reflect.TypeFor[config.File](): tree.Properties, reflect.TypeFor[config.Receiver](): tree.Defs["receiver"].Properties} {
		var read, published []string
		for i := range of.(reflect.Type).NumField() {
			if name, _, _ := strings.Cut(of.(reflect.Type).Field(i).Tag.Get("yaml"), ","); name != "" {
				read = append(read, name)
			}
		}
		for name := range properties {
			published = append(published, name)
		}
		slices.Sort(read)
		slices.Sort(published)
		if diff := cmp.Diff(read, published); diff != "" {
			t.Errorf("%v: -read +published:\n%s", of, diff)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		whole, "receivers: {a: {url: x}}", "known-failures: [{scenario: a, because: b}]", "a: &b [*b]", "\xff", "? [a]: b",
		"features: [[[[[[", "- - - - - -", "receivers: {a: &a {env: {b: c}}, d: *a}", "? ? ? a", "a:\n b:\n  c:\n",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		var file *config.File
		var err error
		if cost := allocated(func() { file, err = config.Parse("y.yaml", []byte(text)) }); cost > cheap(text) {
			t.Errorf("%d bytes take %d", len(text), cost)
		}
		if err != nil {
			if !strings.HasPrefix(err.Error(), "y.yaml") {
				t.Errorf("the error does not name the file: %v", err)
			}
			return
		}
		for _, name := range file.Names() {
			for _, flag := range file.Flags(name) {
				if len(flag.Values) == 0 || !strings.HasPrefix(flag.Where, "y.yaml") {
					t.Errorf("%+v", flag)
				}
			}
			file.PlatformNames(name)
		}
	})
}

// allocated is how many bytes something takes, also those that are free again.
func allocated(do func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	do()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// cheap is what a text may take.
func cheap(text string) uint64 { return uint64(1<<20 + 4096*len(text)) }

// TestCost: no file takes much memory, whatever it holds; what a project has is far from the bounds.
func TestCost(t *testing.T) {
	keys := func(from string, n int) string {
		var b strings.Builder
		for i := range n {
			fmt.Fprintf(&b, from, i)
		}
		return b.String()
	}
	repeat := strings.Repeat
	for name, c := range map[string]struct{ text, says string }{
		"brackets":        {"features: " + repeat("[", 2<<10), "y.yaml:1:"},
		"many brackets":   {repeat("[", 200<<10), "longer than 128 KiB"},
		"braces":          {"receivers: " + repeat("{a: ", 900), "nested deeper than 16"},
		"closed brackets": {"features: " + repeat("[", 2<<10) + "\n " + repeat("]", 2<<10), "nested deeper than 16"},
		"entries":         {repeat("- ", 2<<10), "nested deeper than 16"},
		"entries in keys": {repeat("- a:\n", 20<<10), "y.yaml"},
		"keys in keys":    {repeat("? ", 2<<10), "nested deeper than 16"},
		"blocks":          {indented(400), "y.yaml:17:"},
		"many keys":       {keys("k%d: v\n", 5000), "more than 4000 keys"},
		"many flow keys":  {"receivers: {" + keys("k%d: v,\n ", 5000) + "}", "more than 4000 keys"},
		"aliases":         {"features: [&a x" + repeat(",\n *a", 5000) + "]", "more than 100 aliases"},
		"laughs":          {"contract: {a: &a {b: [" + repeat("c,\n ", 20<<10) + "]}" + keys(", d%d: *a", 100) + "}", ""},
		"documents":       {repeat("a: b\n---\n", 10<<10), "several YAML documents"},
		"comments":        {repeat("#\n", 60<<10), ""},
		"known failures":  {"known-failures:\n" + keys("  - {scenario: 'features/a.feature:%d', because: 'a reason [with] {marks}'}\n", 1000), ""},
		"blank lines":     {"a: >\n" + repeat("\n", 100_000), "y.yaml:52:1: there are more than 50 blank lines in a row"},
		"with blanks":     {"a: |\n" + repeat(" \t\r\n", 20<<10), "more than 50 blank lines in a row"},
		"returns":         {"a: |\n  x\n" + repeat("\r", 100_000), "y.yaml:53:1: there are more than 50 blank lines in a row"},
		"some blank":      {"a: >\n" + repeat(" - x"+repeat("\n", 50), 2000), "y.yaml"},
		"some at a text":  {"a: x\n" + repeat(" ?"+repeat("\n", 50), 2000), "y.yaml"},
		"a long line":     {"a: b\nc: " + repeat("<<", 50_000), "y.yaml:2:1: the line is longer than 4 KiB"},
		"long lines":      {"a: >\n  " + repeat(repeat("<<", 2000)+"\n  ", 30), "y.yaml"},
		"long escapes":    {"a: \"" + repeat(repeat("x\\t", 1000)+"\n ", 40) + "\"", "y.yaml"},
		"a block's list":  {"features:\n" + repeat("  - a\n", 2000), ""},
	} {
		var err error
		cost := allocated(func() { _, err = config.Parse("y.yaml", []byte(c.text)) })
		if cost > min(cheap(c.text), 256<<20) {
			t.Errorf("%s: %d bytes take %d", name, len(c.text), cost)
		}
		if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) {
			t.Errorf("%s: %.200v, want %q", name, err, c.says)
		}
	}
}

func indented(n int) string {
	var b strings.Builder
	for i := range n {
		b.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return b.String()
}
