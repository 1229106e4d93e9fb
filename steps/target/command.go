package target

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// keepOutput is how many bytes of what a command prints are kept.
const keepOutput = 16 << 10

// grace is how long a command has to end after SIGTERM before it is killed.
const grace = 3 * time.Second

// command is a receiver that we start: a process group of its own, so that its children end with it.
type command struct {
	spec   Spec
	fill   func(string) string
	target *Target

	mu      sync.Mutex
	printed []byte // the end of it
	total   int64  // how many bytes it was
	began   int64  // how many of them were there before this process
	starts  int    // of processes
	cmd     *exec.Cmd
	watcher *watcher
	ended   chan struct{} // closed when the process has ended
	why     error         // set before ended is closed
}

func openCommand(ctx context.Context, s Spec) (*Target, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	fill := func(text string) string { return strings.ReplaceAll(text, "{port}", strconv.Itoa(port)) }
	expand := func(text string) (string, error) {
		if s.Expand == nil {
			return fill(text), nil
		}
		return s.Expand(fill(text))
	}
	if s.Exec, err = expand(s.Exec); err != nil {
		return nil, fmt.Errorf("--exec: %w", err)
	}
	s.Env = slices.Clone(s.Env)
	for i, e := range s.Env {
		if s.Env[i], err = expand(e); err != nil {
			name, _, _ := strings.Cut(e, "=") // its value may be a secret
			return nil, fmt.Errorf("--env %s: %w", name, err)
		}
	}
	t, err := overHTTP(s, fill)
	if err != nil {
		return nil, err
	}
	c := &command{spec: s, fill: fill, target: t}
	t.Name = fmt.Sprintf("%q at %s", s.Exec, t.Name)
	t.Output, t.Printed, t.Ended, t.Starts, t.Close = c.output, c.totalPrinted, c.endedWhy, c.started, c.stop
	t.Start, t.Revive = c.restart, c.restart
	if s.Register == "start" {
		t.Register, t.Restarts = c.restart, true
	}
	if err := c.start(ctx); err != nil {
		_ = c.stop()
		return nil, err
	}
	return t, nil
}

// freePort finds a port that nobody listens on.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("no free port for the receiver: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

func (c *command) start(ctx context.Context) error {
	cmd := exec.Command("sh", "-c", c.spec.Exec) // the user's own words, as a shell reads them
	cmd.Dir = c.spec.Dir
	cmd.Env = append(os.Environ(), c.spec.Env...)
	cmd.Stdout, cmd.Stderr = c, c
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = grace // a grandchild that holds the pipe open does not hold us
	c.mu.Lock()
	c.began = c.total
	c.starts++
	c.mu.Unlock()
	if err := cmd.Start(); err != nil {
		return &Unreachable{Where: c.spec.Exec, Why: err}
	}
	watcher, ended := startWatcher(cmd.Process.Pid), make(chan struct{})
	c.mu.Lock()
	c.cmd, c.watcher, c.ended, c.why = cmd, watcher, ended, nil
	c.mu.Unlock()
	go func() {
		err := cmd.Wait()
		if err == nil {
			err = fmt.Errorf("exit status 0")
		}
		c.mu.Lock()
		c.why = fmt.Errorf("the receiver's command ended: %w", err)
		c.mu.Unlock()
		close(ended)
	}()
	return ready(ctx, c.target, c.spec, c.fill(c.spec.first()), c.fill(c.spec.WaitFor), process{ended, c.endedWhy, c.outputNow})
}

func (c *command) restart(ctx context.Context) error {
	if err := c.stop(); err != nil {
		return err
	}
	return c.start(ctx)
}

// stop ends the process and its children, and waits until they are gone.
func (c *command) stop() error {
	c.mu.Lock()
	cmd, watcher, ended := c.cmd, c.watcher, c.ended
	c.cmd = nil // its pid may soon be another's
	c.mu.Unlock()
	if cmd == nil {
		return nil
	}
	group := -cmd.Process.Pid
	// The leader may be gone already while its children are not, so the group is signalled in any case.
	_ = syscall.Kill(group, syscall.SIGTERM)
	timer := time.NewTimer(grace)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
	}
	_ = syscall.Kill(group, syscall.SIGKILL)
	<-ended
	watcher.gone()
	awaitGone(group)
	return nil
}

// awaitGone waits until no process of a group is left: one that has been killed may hold its port for a moment. The wait
// is short because where nothing reaps orphans, dead ones stay in the group for good.
func awaitGone(group int) {
	tick, limit := time.NewTicker(time.Millisecond), time.NewTimer(300*time.Millisecond)
	defer tick.Stop()
	defer limit.Stop()
	for syscall.Kill(group, 0) == nil {
		select {
		case <-tick.C:
		case <-limit.C:
			return
		}
	}
}

func (c *command) endedWhy() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.why
}

func (c *command) started() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.starts
}

// Write keeps the end of what the command prints.
func (c *command) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.printed, c.total = append(c.printed, p...), c.total+int64(len(p))
	if over := len(c.printed) - keepOutput; over > 0 {
		c.printed = append(c.printed[:0], c.printed[over:]...)
	}
	return len(p), nil
}

func (c *command) output() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.printed)
}

// outputNow is the end of what this process has printed, without those before it.
func (c *command) outputNow() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return string(c.printed[max(int64(len(c.printed))-(c.total-c.began), 0):])
}

func (c *command) totalPrinted() int64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.total
}
