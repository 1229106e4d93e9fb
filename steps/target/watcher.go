package target

import (
	"os"
	"os/exec"
	"syscall"
)

// watcher ends a receiver that we leave behind: SIGKILL gives us no time to do it ourselves. It waits for the end of a pipe that
// we hold and write nothing to, so that whatever ends us speaks to it.
//
// It is a shell, as the receiver's own command is, because our own program may be anybody's: a test with the features in it, or
// whoever embeds them. And it is in the group that it ends: as long as it lives the system gives the group's number to nobody
// else, and what ends the group ends it too. It holds no output and no folder, and no terminal speaks to its group.
type watcher struct {
	cmd *exec.Cmd
	us  *os.File // the end of the pipe that is ours
}

// watch asks a group to end as we do, and ends it after the same grace. What asks the group to end is not for the watcher.
const watch = `trap '' HUP INT QUIT TERM USR1 USR2
read -r nothing
kill -TERM 0
sleep 3
kill -KILL 0`

// startWatcher puts a watcher into a group whose leader we have not waited for yet: it has not lost its number. Where there is none
// the receiver runs without.
func startWatcher(group int) *watcher {
	theirs, ours, err := os.Pipe()
	if err != nil {
		return nil
	}
	defer func() { _ = theirs.Close() }() // it has its own
	cmd := exec.Command("sh", "-c", watch)
	cmd.Stdin, cmd.Dir = theirs, "/"
	cmd.Env = []string{"PATH=" + os.Getenv("PATH")} // nobody who looks for the receiver's processes by their environment finds it
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pgid: group}
	if err := cmd.Start(); err != nil {
		_ = ours.Close()
		return nil
	}
	return &watcher{cmd, ours}
}

// gone waits for the end of a watcher whose group was killed.
func (w *watcher) gone() {
	if w == nil {
		return
	}
	_ = w.cmd.Wait() // it was killed
	_ = w.us.Close()
}
