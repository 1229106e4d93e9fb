package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

// interruption is the cause of a context that a signal has ended.
type interruption struct{ signal syscall.Signal }

func (i interruption) Error() string { return "interrupted (" + i.signal.String() + ")" }

func (i interruption) code() int { return 128 + int(i.signal) }

// interruptible gives a context that ends with the first signal that asks us to stop. The second one ends the process.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case s := <-signals:
			signal.Stop(signals)
			if number, ok := s.(syscall.Signal); ok {
				cancel(interruption{number})
			}
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		signal.Stop(signals)
		cancel(nil)
	}
}

// keepPipes has a write to a pipe that nobody reads fail, where it would end the process: a receiver that was started
// would be left behind.
func keepPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
