package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/goccy/go-yaml"
)

// action is what GitHub reads of ours.
type action struct {
	Inputs  map[string]struct{ Description, Default string }
	Outputs map[string]struct{ Value string }
	Runs    struct {
		Steps []struct {
			ID  string
			Env map[string]string
		}
	}
}

func actionFolder() string { return filepath.Join("..", "..", ".github", "actions", "hookdrill") }

func readAction(t *testing.T) (a action) {
	t.Helper()
	read(t, filepath.Join(actionFolder(), "action.yml"), &a)
	return a
}

func read(t *testing.T, file string, into any) (text string) {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(content, into); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return string(content)
}

// TestAction: each input of the GitHub action is one that its script hands on, to a flag that there is.
func TestAction(t *testing.T) {
	folder, action := actionFolder(), readAction(t)
	script, err := os.ReadFile(filepath.Join(folder, "run.sh"))
	if err != nil {
		t.Fatal(err)
	}
	root := newRoot(&program{})
	flags, _, err := root.Find([]string{"run"})
	if err != nil {
		t.Fatal(err)
	}
	env := action.Runs.Steps[len(action.Runs.Steps)-1].Env
	for name := range action.Inputs {
		variable := strings.ToUpper(name)
		if env["INPUT_"+variable] != "${{ inputs."+name+" }}" || !regexp.MustCompile(`\b(INPUT_)?`+variable+`\b`).Match(script) {
			t.Errorf("the input %s is not handed on", name)
		}
		if flags.Flags().Lookup(name) == nil && name != "secret" && name != "features" && name != "report" {
			t.Errorf("hookdrill run has no flag --%s", name)
		}
	}
	for name, output := range action.Outputs {
		if output.Value != "${{ steps.run.outputs."+name+" }}" {
			t.Errorf("the output %s is %s", name, output.Value)
		}
	}
	// As GitHub runs it: what is not given is empty.
	dir := t.TempDir()
	binary := filepath.Join(dir, "hookdrill") // under this name the test binary is hookdrill: see TestMain
	if err := os.Symlink(mustAbs(t, os.Args[0]), binary); err != nil {
		t.Fatal(err)
	}
	step := exec.CommandContext(t.Context(), "bash", mustAbs(t, filepath.Join(folder, "run.sh")), binary)
	step.Dir = dir
	for _, e := range os.Environ() {
		if !strings.HasPrefix(e, "HOOKDRILL_") && !strings.HasPrefix(e, "GITHUB_") {
			step.Env = append(step.Env, e)
		}
	}
	for name := range env {
		step.Env = append(step.Env, name+"=")
	}
	step.Env = append(step.Env, "INPUT_TAGS=@oliver", "INPUT_RECEIVER=sample", "INPUT_STRICT=true", "INPUT_FEATURES=features/oliver", "INPUT_REPORT=out", "INPUT_SHARD=1/2", "HOOKDRILL_IN_PROCESS=true")
	if out, err := step.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, name := range []string{"out/events.ndjson", "out/junit.xml"} {
		if _, err := os.Stat(filepath.Join(dir, name)); err != nil {
			t.Error(err)
		}
	}
}

func mustAbs(t *testing.T, path string) string {
	t.Helper()
	abs, err := filepath.Abs(path)
	if err != nil {
		t.Fatal(err)
	}
	return abs
}

// TestAlone: the static binary needs nothing around it, as in an image from scratch: no shell, no files, no names of hosts,
// and it need not be root.
func TestAlone(t *testing.T) {
	root := t.TempDir()
	build := exec.Command("go", "build", "-o", filepath.Join(root, "hookdrill"), ".")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	alone := exec.Command("/hookdrill", "run", "--format", "events:-", "features/cratejoy/events.feature")
	alone.Dir, alone.Env = "/", []string{}
	alone.SysProcAttr = &syscall.SysProcAttr{Chroot: root}
	if os.Getuid() == 0 {
		alone.SysProcAttr.Credential = &syscall.Credential{Uid: 65532, Gid: 65532}
	} else {
		alone.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		alone.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getuid(), Size: 1}}
		alone.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 65532, HostID: os.Getgid(), Size: 1}}
	}
	var out, talk bytes.Buffer
	alone.Stdout, alone.Stderr = &out, &talk
	err := alone.Run()
	if errors.Is(err, syscall.EPERM) {
		t.Skipf("not run: this machine lets nobody but root change the root of a process (%v)", err)
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, talk.String())
	}
	if !strings.Contains(out.String(), `"type":"end"`) {
		t.Errorf("%s", out.String())
	}
}

// TestExamples: the commands in the examples for CI are ones that there are.
func TestExamples(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("..", "..", ".github", "examples", "*.yml"))
	if err != nil || len(files) < 3 {
		t.Fatalf("%q, %v", files, err)
	}
	root, inputs := newRoot(&program{}), readAction(t).Inputs
	for _, file := range files {
		var workflow struct {
			Jobs map[string]struct {
				Steps []struct {
					Uses string
					With map[string]any
				}
			}
		}
		text := read(t, file, &workflow)
		for _, job := range workflow.Jobs {
			for _, step := range job.Steps {
				for input := range step.With {
					if _, ok := inputs[input]; !ok && strings.Contains(step.Uses, "/actions/hookdrill@") {
						t.Errorf("%s: the action has no input %s", file, input)
					}
				}
			}
		}
		for _, line := range strings.Split(text, "\n") {
			m := regexp.MustCompile(`hookdrill (run|merge)\b|args: \[(run),`).FindStringSubmatch(line)
			if m == nil {
				continue
			}
			command, _, err := root.Find([]string{m[1] + m[2]})
			if err != nil {
				t.Fatal(err)
			}
			for _, flag := range regexp.MustCompile(`--([a-z-]+)`).FindAllStringSubmatch(line, -1) {
				if command.Flags().Lookup(flag[1]) == nil {
					t.Errorf("%s: hookdrill %s has no flag --%s", file, m[1]+m[2], flag[1])
				}
			}
		}
	}
}
