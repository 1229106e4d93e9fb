package target_test

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// TestNothingIsLeftBehind: whoever is killed at once has no time to end its receiver, and it ends all the same, with its children,
// also those that do not listen to SIGTERM.
func TestNothingIsLeftBehind(t *testing.T) {
	needProc(t)
	t.Parallel()
	us := exec.Command(os.Args[0])
	us.Env = append(os.Environ(), asReceiver+"=hookdrill", "HELD="+
		`sleep 600 & echo child $!; (trap "" TERM; exec sleep 600) & echo stubborn $!; echo pid $$; exec '`+os.Args[0]+`'`)
	us.Stderr = os.Stderr
	told, err := us.StdoutPipe()
	if err == nil {
		err = us.Start()
	}
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	for lines := bufio.NewScanner(told); lines.Scan() && lines.Text() != "held"; {
		said.WriteString(lines.Text() + "\n")
	}
	receiver, child, stubborn := printed(t, said.String(), "pid"), printed(t, said.String(), "child"), printed(t, said.String(), "stubborn")
	if gone(receiver) || gone(child) || gone(stubborn) {
		t.Fatal("the processes do not run")
	}
	defer func() {
		if t.Failed() {
			_ = syscall.Kill(-receiver, syscall.SIGKILL)
		}
	}()
	if err := us.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = us.Wait() // it was killed
	await(t, "all have ended", func() bool { return gone(receiver) && gone(child) && gone(stubborn) })
}

// TestWatcherEndsToo: after the end of a receiver nothing is left in its group, whether it was asked to end or has ended by itself.
func TestWatcherEndsToo(t *testing.T) {
	needProc(t)
	t.Parallel()
	for name, path := range map[string]string{"asked to": "", "by itself": "die"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opened := open(t, command("serve"))
			group := -probed(t, opened).PID
			if path != "" {
				_, _, _, _ = send(t.Context(), opened.Transport, "POST", strings.TrimSuffix(opened.URL("", ""), "hooks/")+path, "")
				await(t, "its end is seen", func() bool { return opened.Ended() != nil })
			}
			if err := syscall.Kill(group, 0); err != nil {
				t.Errorf("nobody watches: %v", err)
			}
			if err := opened.Close(); err != nil {
				t.Error(err)
			}
			if err := syscall.Kill(group, 0); err == nil {
				t.Error("something is left of its group")
			}
		})
	}
}
