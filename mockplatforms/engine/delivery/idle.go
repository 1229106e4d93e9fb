package delivery

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

// Idle opens n connections to the address of a URL and says nothing on them, not even of TLS; the closer ends them. It
// opens them one after the other, and no faster than the receiver takes them: its queue of new connections may be as
// short as 5, as Python's servers have it, and one that finds no room there is only tried again after a second.
func Idle(ctx context.Context, transport *http.Transport, url string, n int) (io.Closer, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	var opened closers
	pace := time.Duration(0)
	for i := range n {
		began := time.Now()
		conn, err := dial(ctx, transport, request.URL)
		if err == nil {
			opened = append(opened, conn)
			pace = slower(pace, time.Since(began))
			err = wait(ctx, pace)
		}
		if err != nil {
			return nil, errors.Join(fmt.Errorf("idle connection %d of %d: %w", i+1, n, err), opened.Close())
		}
	}
	return opened, nil
}

// slower gives the time between two connections, after one took so long: over half a second there was no room for it.
func slower(pace, took time.Duration) time.Duration {
	if took < 500*time.Millisecond {
		return pace
	}
	return min(max(2*pace, time.Millisecond), 64*time.Millisecond)
}

func wait(ctx context.Context, d time.Duration) error {
	if d == 0 {
		return nil
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type closers []io.Closer

// Close closes all of them, and gives the errors of those that would not.
func (c closers) Close() error {
	var errs []error
	for _, one := range c {
		errs = append(errs, one.Close())
	}
	return errors.Join(errs...)
}
