package target_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/steps/target"
)

// gone says whether a process has ended. One that is dead and that nobody has reaped has ended too.
func gone(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return os.IsNotExist(err)
	}
	_, rest, _ := strings.Cut(string(stat), ") ")
	return strings.HasPrefix(rest, "Z") || strings.HasPrefix(rest, "X")
}

func needProc(t *testing.T) {
	t.Helper()
	if gone(os.Getpid()) {
		t.Skip("no /proc here to look for processes")
	}
}

func TestCommand(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	spec.Exec += " --port={port}"
	spec.Env = append(spec.Env, "TOLD=port {port} key {cratejoy.user}")
	given := slices.Clone(spec.Env)
	spec.Expand = func(text string) (string, error) { return strings.ReplaceAll(text, "{cratejoy.user}", "jane"), nil }
	opened := open(t, spec)

	port, ok := strings.CutPrefix(opened.URL("cratejoy", ""), "http://127.0.0.1:")
	port, _, ok2 := strings.Cut(port, "/hooks/")
	if n, err := strconv.Atoi(port); !ok || !ok2 || err != nil || n == 0 {
		t.Fatalf("the URL is %s", opened.URL("cratejoy", ""))
	}
	s := probed(t, opened)
	if !slices.Equal(s.Args, []string{"--port=" + port}) || s.Env != "port "+port+" key jane" {
		t.Errorf("on port %s it was told %q and %q", port, s.Args, s.Env)
	}
	if opened.URL("cratejoy", "customer_new") != "http://127.0.0.1:"+port+"/hooks/customer_new" {
		t.Errorf("the URL is %s", opened.URL("cratejoy", "customer_new"))
	}
	if !strings.Contains(opened.Name, "--port="+port) {
		t.Errorf("the name is %s", opened.Name)
	}
	if !slices.Equal(spec.Env, given) {
		t.Errorf("the caller's environment has become %q", spec.Env)
	}
	if err := opened.Ended(); err != nil {
		t.Errorf("it runs, and is said to have ended: %v", err)
	}
	if opened.Start == nil || opened.Register != nil {
		t.Error("a command can be started again, and registers only where it is told how")
	}
}

// Two commands get two ports.
func TestCommandsSideBySide(t *testing.T) {
	t.Parallel()
	a, b := open(t, command("serve")), open(t, command("serve"))
	if a.URL("", "") == b.URL("", "") || probed(t, a).PID == probed(t, b).PID {
		t.Error("two receivers are one")
	}
}

func TestCommandRefusesUnknownPlaceholders(t *testing.T) {
	unknown := errors.New("{cratejoy.usr} is nothing")
	for flag, spec := range map[string]target.Spec{
		"--exec": {Receiver: "http://127.0.0.1:{port}", Exec: "run {cratejoy.usr}"},
		"--env":  {Receiver: "http://127.0.0.1:{port}", Exec: "run", Env: []string{"A=1", "USER={cratejoy.usr}"}},
	} {
		spec.Expand = func(text string) (string, error) {
			if strings.Contains(text, "usr") {
				return "", unknown
			}
			return text, nil
		}
		_, err := target.Open(t.Context(), spec)
		if !errors.Is(err, unknown) {
			t.Errorf("%s: %v", flag, err)
		}
		says(t, err, flag)
	}
}

func TestCommandWaitsFor(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	spec.WaitFor, spec.ProbePath = "http://127.0.0.1:{port}/ready", "waits"
	opened := open(t, spec)
	if left, err := opened.Probe(t.Context()); err != nil || string(left) != "-1" {
		t.Errorf("it was taken as ready too early: %s, %v", left, err)
	}
}

func TestCommandEndsAtOnce(t *testing.T) {
	t.Parallel()
	_, err := target.Open(t.Context(), command("ends"))
	u := unreachable(t, err)
	says(t, err, "exit status 4", "its last output:", "  no configuration found", "  giving up")
	if strings.Contains(err.Error(), "waited") {
		t.Errorf("it was waited for: %v", err)
	}
	if u.Output != "no configuration found\ngiving up\n" && u.Output != "giving up\nno configuration found\n" {
		t.Errorf("the output is %q", u.Output)
	}
}

func TestCommandThatIsNone(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	spec.Exec = "no-such-program-anywhere --port {port}"
	_, err := target.Open(t.Context(), spec)
	unreachable(t, err)
	says(t, err, "exit status 127", "no-such-program-anywhere")
}

// One that ends well before it listens has ended too.
func TestCommandThatEndsWell(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	spec.Exec = "true"
	_, err := target.Open(t.Context(), spec)
	unreachable(t, err)
	says(t, err, "exit status 0")
}

func TestCommandThatNeverListens(t *testing.T) {
	needProc(t)
	t.Parallel()
	spec := command("")
	spec.Exec = "echo pid $$; exec sleep 600"
	spec.WaitTimeout = 300 * time.Millisecond
	_, err := target.Open(t.Context(), spec)
	u := unreachable(t, err)
	says(t, err, "waited 300ms", "pid ")
	if pid := printed(t, u.Output, "pid"); !gone(pid) {
		t.Errorf("process %d was left behind", pid)
	}
}

func TestInterruptedCommandIsEnded(t *testing.T) {
	needProc(t)
	t.Parallel()
	spec := command("")
	file := t.TempDir() + "/pid"
	spec.Exec = "echo pid $$ > " + file + "; exec sleep 600"
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	failed := make(chan error, 1)
	go func() {
		_, err := target.Open(ctx, spec)
		failed <- err
	}()
	var told []byte
	await(t, "the command has started", func() bool {
		told, _ = os.ReadFile(file)
		return strings.HasSuffix(string(told), "\n")
	})
	cancel()
	if err := <-failed; !errors.Is(err, context.Canceled) {
		t.Errorf("the error is %v", err)
	}
	if pid := printed(t, string(told), "pid"); !gone(pid) {
		t.Errorf("process %d was left behind", pid)
	}
}

// printed reads "NAME 123" from what a command has printed.
func printed(t *testing.T, output, name string) int {
	t.Helper()
	for _, line := range strings.Split(output, "\n") {
		if text, ok := strings.CutPrefix(line, name+" "); ok {
			pid, err := strconv.Atoi(text)
			if err != nil {
				t.Fatal(err)
			}
			return pid
		}
	}
	t.Fatalf("no %q in the output %q", name, output)
	return 0
}

// A start script has children; they end with it, also those that it has put into the background, and those that do not
// listen to SIGTERM.
func TestChildrenEndToo(t *testing.T) {
	needProc(t)
	for name, child := range map[string]string{
		"in the background":     `sleep 600 >/dev/null 2>&1 &`,
		"that holds the output": `sleep 600 &`,
		"that ignores SIGTERM":  `(trap "" TERM; exec sleep 600) >/dev/null 2>&1 &`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			spec := command("serve")
			// Without exec, so that the receiver itself is a child of the shell.
			spec.Exec = child + ` echo child $!; '` + os.Args[0] + `'; echo over`
			opened := open(t, spec)
			await(t, "the shell has printed", func() bool { return strings.Contains(opened.Output(), "\n") })
			pid, self := printed(t, opened.Output(), "child"), probed(t, opened).PID
			if gone(pid) || gone(self) {
				t.Fatal("the processes do not run")
			}
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
			if !gone(pid) || !gone(self) {
				t.Errorf("after the end: child gone %t, receiver gone %t", gone(pid), gone(self))
			}
			if err := opened.Close(); err != nil {
				t.Errorf("closed again: %v", err)
			}
		})
	}
}

func TestRestart(t *testing.T) {
	needProc(t)
	t.Parallel()
	opened := open(t, command("serve"))
	url, first := opened.URL("p", "e"), probed(t, opened).PID
	if err := opened.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	second := probed(t, opened).PID
	if first == second || !gone(first) || gone(second) {
		t.Errorf("process %d (gone %t) was followed by %d (gone %t)", first, gone(first), second, gone(second))
	}
	if opened.URL("p", "e") != url {
		t.Error("its address has changed")
	}
	if opened.Ended() != nil {
		t.Errorf("it is said to have ended: %v", opened.Ended())
	}
}

func TestRegisterByStart(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	spec.Register = "start"
	opened := open(t, spec)
	first := probed(t, opened).PID
	if err := opened.Register(t.Context()); err != nil {
		t.Fatal(err)
	}
	if probed(t, opened).PID == first {
		t.Error("it was not started again")
	}
}

func TestEnded(t *testing.T) {
	t.Parallel()
	opened := open(t, command("serve"))
	url := strings.TrimSuffix(opened.URL("", ""), "hooks/")
	if _, _, _, err := send(t.Context(), opened.Transport, "POST", url+"die", ""); err == nil {
		t.Fatal("it answered, and should have died")
	}
	await(t, "its end is seen", func() bool { return opened.Ended() != nil })
	says(t, opened.Ended(), "ended", "exit status 3")
	if opened.Output() != "dying\n" {
		t.Errorf("the output is %q", opened.Output())
	}
	if err := opened.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if opened.Ended() != nil {
		t.Errorf("it was started again, and is said to have ended: %v", opened.Ended())
	}
	probed(t, opened)
}

// The end is kept, where the reason stands; memory does not grow with what a receiver prints.
func TestOutputIsBounded(t *testing.T) {
	t.Parallel()
	spec := command("serve")
	spec.Env = append(spec.Env, "NOISE=1")
	opened := open(t, spec)
	await(t, "all has been read", func() bool { return strings.HasSuffix(opened.Output(), "the end\n") })
	if n := len(opened.Output()); n > 16<<10 || n < 1<<10 {
		t.Errorf("%d bytes are kept", n)
	}
}
