package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// interruption is the cause of a context that a signal has ended.
type interruption struct{ signal syscall.Signal }

func (i interruption) Error() string { return "interrupted (" + i.signal.String() + ")" }

func (i interruption) code() int { return 128 + int(i.signal) }

// hurry is how long after the first signal more of them are taken for the same: GNU timeout, for one, sends it to the process and
// then to its group. It is longer than a receiver has to end before it is killed, so that none is left behind.
const hurry = 5 * time.Second

// interruptible gives a context that ends with the first signal that asks us to stop. One that comes later than in a hurry
// ends the process. What it gives besides ends the context too, and after a signal it ends the hurry no sooner: the second may
// be on its way yet.
func interruptible(parent context.Context) (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		select {
		case s := <-signals:
			if number, ok := s.(syscall.Signal); ok {
				cancel(interruption{number})
			}
			<-time.After(hurry)
		case <-ctx.Done():
		}
		signal.Stop(signals)
	}()
	return ctx, func() { cancel(nil) }
}

// keepPipes has a write to a pipe that nobody reads fail, where it would end the process: a receiver that was started
// would be left behind.
func keepPipes() { signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE) }
