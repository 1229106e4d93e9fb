package config_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
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
		"receivrs: {}":                                     `y.yaml:1:1: no key "receivrs"; did you mean "receivers"?`,
		"receivers:\n  a:\n    urll: x\n":                  `y.yaml:3:5: no key "urll"; did you mean "url"?`,
		"receivers:\n  a:\n    ready:\n      ulr: x\n":     `y.yaml:4:7: no key "ulr"; did you mean "url"?`,
		"receivers:\n  a:\n    url: [x]\n":                 "y.yaml:3:10: here is a list, and it should be text",
		"receivers: 7":                                     "y.yaml:1:12: ",
		"- a":                                              "y.yaml:1:1: ",
		"receivers: {a: {url: x}, a: {url: y}}":            "already defined",
		"receivers: [":                                     "y.yaml:1:",
		"receivers:\n  a:\n    command: x\n":               `y.yaml:2:3: the receiver "a" has no url`,
		"receivers:\n  a: {url: x, urls: {cratejoy: y}}":   "url and urls",
		"receivers:\n  a: {url: x, env: {A: b}}":           "no command",
		"known-failures:\n- because: x\n":                  "y.yaml:2:",
		"a: b\n---\nc: d\n":                                "several YAML documents",
		"receivers:\n  a: &x {url: y}\n  b: *z\n":          "y.yaml:3:",
		"receivers:\n\ta: {url: y}\n":                      "y.yaml:2:",
		"receivers:\n  a: {url: x, looks-up: \"maybe\"}\n": "should be true or false",
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

func TestFind(t *testing.T) {
	top := t.TempDir()
	below := filepath.Join(top, "a", "b")
	if err := os.MkdirAll(filepath.Join(below, config.Name), 0o755); err != nil { // a folder of that name is no file
		t.Fatal(err)
	}
	file := filepath.Join(top, config.Name)
	if err := os.WriteFile(file, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if got, err := config.Find(below); err != nil || got != file {
		t.Errorf("%q, %v", got, err)
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
		"receivrs: {}", "receivers: {a: {urll: x}}", "receivers: {a: {command: x}}", "receivers: {a: {url: x, urls: {p: y}}}",
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
	for _, seed := range []string{whole, "receivers: {a: {url: x}}", "known-failures: [{scenario: a, because: b}]", "a: &b [*b]", "\xff", "? [a]: b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := config.Parse("y.yaml", []byte(text))
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
