package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestReadme runs each command of the README's console blocks as it is written, in a folder that has the files that the
// README shows, and looks for each line that it prints, in order. "…" stands for lines that are left out.
func TestReadme(t *testing.T) {
	if testing.Short() {
		t.Skip("not run with -short: it waits for a receiver in Node")
	}
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, m := range regexp.MustCompile("(?s)<!-- file: (\\S+) -->\n```\\w+\n(.*?)```").FindAllStringSubmatch(string(text), -1) {
		name, body := filepath.Join(dir, m[1]), m[2]
		if strings.HasSuffix(name, ".http") {
			body = strings.TrimSuffix(body, "\n") // the fence ends the line, not the message
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(body), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	// The checkout in which the README is read has the receivers; what is beside them is built in.
	if err := os.MkdirAll(filepath.Join(dir, "features"), 0o755); err != nil {
		t.Fatal(err)
	}
	data, err := filepath.Abs(filepath.Join("..", "..", "features", "testdata"))
	if err == nil {
		err = os.Symlink(data, filepath.Join(dir, "features", "testdata"))
	}
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile("(?s)```console\n\\$ (.*?)\n(.*?)```").FindAllStringSubmatch(string(text), -1)
	if len(blocks) < 4 {
		t.Fatalf("only %d console blocks were found", len(blocks))
	}
	for _, block := range blocks {
		t.Run(strings.Fields(block[1])[0]+" "+strings.Fields(block[1])[1], func(t *testing.T) { readmeBlock(t, dir, block[1], block[2]) })
	}
}

func readmeBlock(t *testing.T, dir, command, printed string) {
	if strings.Contains(command, "node ") {
		if _, err := exec.LookPath("node"); err != nil {
			t.Skipf("not run: this machine has no node for %s", command)
		}
	}
	if strings.Contains(command, "--use fastify") {
		check := exec.CommandContext(t.Context(), "node", "-e", "require('fastify')")
		check.Dir = filepath.Join(dir, "features", "testdata", "receivers")
		if err := check.Run(); err != nil {
			t.Skipf("not run: this machine has no Fastify for %s (make tools installs it): %v", command, err)
		}
	}
	command = strings.Replace(command, "make run", "hookdrill run --receiver sample", 1) // what the target is; make would build again
	shell := exec.CommandContext(t.Context(), "sh", "-c", command)
	shell.Dir = dir
	for _, e := range os.Environ() {
		if name, _, _ := strings.Cut(e, "="); name != "CI" && name != "GITHUB_ACTIONS" && !strings.HasPrefix(name, "HOOKDRILL_") {
			shell.Env = append(shell.Env, e)
		}
	}
	out, err := shell.CombinedOutput()
	failed := strings.Contains(printed, "✗")
	if (err != nil) != failed {
		t.Fatalf("%s ends with %v, and the README shows a failure: %v\n%s", command, err, failed, out)
	}
	got := steady(string(out))
	for _, line := range strings.Split(strings.TrimSuffix(printed, "\n"), "\n") {
		if line == "…" || strings.TrimSpace(line) == "" {
			continue
		}
		before, after, found := strings.Cut(got, steady(line))
		if !found {
			t.Fatalf("%s does not print, after what the README shows before it:\n%s\nthe rest of its output:\n%s", command, line, before)
		}
		got = after
	}
}

// steady takes out what differs from run to run: ports and durations.
func steady(text string) string {
	text = regexp.MustCompile(`127\.0\.0\.1:\d+`).ReplaceAllString(text, "127.0.0.1:PORT")
	return regexp.MustCompile(`in [\d.]+(?:ms|s)\b`).ReplaceAllString(text, "in TIME")
}

// TestReadmeConfig: the hookdrill.yaml that the README shows is one.
func TestReadmeConfig(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "README.md"))
	if err != nil {
		t.Fatal(err)
	}
	block := regexp.MustCompile("(?s)```yaml\n(.*?)```").FindSubmatch(text)
	if block == nil {
		t.Fatal("the README shows no yaml")
	}
	file := filepath.Join(t.TempDir(), "hookdrill.yaml")
	if err := os.WriteFile(file, block[1], 0o644); err != nil {
		t.Fatal(err)
	}
	for _, command := range [][]string{{"config"}, {"run", "--dry-run", "builtin"}} {
		var out bytes.Buffer
		if code := run(t.Context(), append(command, "--config", file), nil, nil, &out, &out); code != 0 {
			t.Errorf("%q ends with %d: %s", command, code, out.String())
		}
	}
}
