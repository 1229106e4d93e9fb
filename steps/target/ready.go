package target

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/delivery"
)

// Unreachable is the error of a receiver that could not be reached, or was not ready in time.
type Unreachable struct {
	Where  string
	Why    error
	Output string // what it has printed since it was started
}

func (e *Unreachable) Error() string {
	text := fmt.Sprintf("the receiver at %s is not ready: %v", e.Where, e.Why)
	if e.Output != "" {
		text += "\nits last output:\n" + lastLines(e.Output)
	}
	return text
}

func (e *Unreachable) Unwrap() error { return e.Why }

// What of an output stands in an error: its end, where the reason is. A stack trace of a usual depth fits.
const (
	shownLines = 20
	shownBytes = 1500
)

// lastLines is the end of an output, indented.
func lastLines(output string) string {
	text := strings.TrimRight(output, "\n")
	short := text[max(len(text)-shownBytes, 0):]
	lines := strings.Split(strings.ToValidUTF8(short, ""), "\n")
	short = strings.Join(lines[max(len(lines)-shownLines, 0):], "\n  ")
	if len(lines) > shownLines || len(text) > shownBytes {
		return "  …\n  " + short
	}
	return "  " + short
}

// process is what is known of a receiver that we have started. Of one that we have not, all is nil.
type process struct {
	ended  <-chan struct{}
	why    func() error  // it has ended
	output func() string // what it has printed
}

// ready waits until the receiver can be used, it has ended, or the time is over. While it waits it says so.
func ready(run context.Context, t *Target, s Spec, receiver, waitFor string, p process) error {
	ctx, cancel := context.WithTimeout(run, s.WaitTimeout)
	defer cancel()
	where := receiver
	check := func() error { return accepts(ctx, t, receiver) }
	if waitFor != "" {
		where = waitFor
		check = func() error {
			_, err := fetch(ctx, t.Transport, waitFor)
			return err
		}
	}
	defer s.Tell.While(where, s.WaitTimeout)()
	over := make(chan error, 1)
	go func() { over <- answers(ctx, s, where, check) }() // a check may take long; who has ended is not waited for
	unreachable := func(why error) error {
		down := &Unreachable{Where: where, Why: why}
		if p.output != nil {
			down.Output = p.output()
		}
		return down
	}
	select {
	case <-p.ended:
		return unreachable(p.why())
	case err := <-over:
		waited := new(waitedOut)
		switch {
		case err == nil && closed(p.ended): // who answers is another, whose address it could not have
			return unreachable(fmt.Errorf("%w; what answers there is another program", p.why()))
		case run.Err() != nil:
			return run.Err() // interrupted: that says nothing of the receiver
		case errors.As(err, &waited):
			return unreachable(err)
		}
		return err
	}
}

// look reads the state of a receiver before a run, and waits for it no longer than for the receiver. While it waits it says so.
func (s Spec) look(run context.Context, where string, probe func(context.Context) ([]byte, error)) ([]byte, error) {
	ctx, cancel := context.WithTimeout(run, s.WaitTimeout)
	defer cancel()
	defer s.Tell.While("the state that --probe shows, "+where, s.WaitTimeout)()
	state, err := probe(ctx)
	switch {
	case err == nil || ctx.Err() == nil:
		return state, err
	case run.Err() != nil:
		return nil, run.Err() // interrupted: that says nothing of the receiver
	}
	return nil, &Unreachable{Where: where, Why: &waitedOut{errors.New("the probe did not answer to its end"), s.WaitTimeout}}
}

// waitedOut is the end of a wait that was too long.
type waitedOut struct {
	last error // what came of the last check
	long time.Duration
}

func (e *waitedOut) Error() string {
	return fmt.Sprintf("%v (waited %s; --wait-timeout gives it longer)", e.last, e.long)
}

func (e *waitedOut) Unwrap() error { return e.last }

// answers checks again and again until it succeeds. It gives up at once where no waiting helps.
func answers(ctx context.Context, s Spec, where string, check func() error) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	last := errors.New("no answer")
	for {
		err := check()
		if err == nil {
			return nil
		}
		if refused := s.beyond(where, err); refused != nil {
			return refused
		}
		if !errors.Is(err, context.DeadlineExceeded) { // else the wait has cut it off, and the one before it tells more
			last = err
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return &waitedOut{last, s.WaitTimeout}
		}
	}
}

// beyond is the error of a host that nothing is sent to, however long it is waited for: it is not this machine, or it has no
// address, and nobody has allowed it.
func (s Spec) beyond(where string, err error) error {
	far, never, unknown := new(delivery.NotAllowed), new(delivery.Never), new(net.DNSError)
	switch {
	case errors.As(err, &far):
		return far
	case errors.As(err, &never):
		return never
	case errors.As(err, &unknown):
		u, broken := url.Parse(example(where))
		if broken != nil || slices.ContainsFunc(s.AllowHosts, func(h string) bool { return strings.EqualFold(h, u.Hostname()) }) {
			return nil //nolint:nilerr // it may get an address while we wait
		}
		return fmt.Errorf("%s has no address here (%w); a host beyond this machine is called only with --allow-host %s", u.Hostname(), err, u.Hostname())
	}
	return nil
}

// near refuses URLs beside the receiver's own that nothing is sent to: a step that calls one would fail for it.
func (s Spec) near(ctx context.Context) error {
	_, register, err := RegisteredBy(strings.ReplaceAll(s.Register, "{port}", "1"))
	for _, of := range []struct{ flag, address string }{{"--register", register}, {"--probe", s.Probe}} {
		u, broken := url.Parse(strings.ReplaceAll(of.address, "{port}", "1"))
		if err != nil || broken != nil || of.address == "" {
			continue
		}
		conn, err := delivery.Transport(s.AllowHosts...).DialContext(ctx, "tcp", net.JoinHostPort(u.Hostname(), cmp.Or(u.Port(), "80")))
		if err == nil {
			_ = conn.Close()
		} else if far := s.beyond(u.String(), err); far != nil {
			return fmt.Errorf("%s: %w", of.flag, far)
		}
	}
	return nil
}

func closed(ended <-chan struct{}) bool {
	select {
	case <-ended:
		return true
	default:
		return false
	}
}

// refuses says that nobody listens any more at the address of a receiver that we have not started. What else may be wrong with it
// is for its callbacks to show.
func refuses(t *Target, address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Second)
	defer cancel()
	if err := accepts(ctx, t, address); errors.Is(err, syscall.ECONNREFUSED) {
		return fmt.Errorf("nobody listens any more: %w", err)
	}
	return nil
}

// accepts says whether the address of a URL accepts the connections of callbacks: those that may leave this machine.
func accepts(ctx context.Context, t *Target, address string) error {
	u, err := url.Parse(example(address))
	if err != nil {
		return err
	}
	port := u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	conn, err := t.dial(ctx, "tcp", net.JoinHostPort(u.Hostname(), port))
	if err != nil {
		return err
	}
	return conn.Close()
}
