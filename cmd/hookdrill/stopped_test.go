package main

import (
	"context"
	"errors"
	"io"
	"syscall"
	"testing"
)

// TestStoppedWhileChecked: a signal ends a run also while features are parsed and checked, which may take long.
func TestStoppedWhileChecked(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(interruption{syscall.SIGTERM})
	p := &program{stdout: io.Discard, stderr: io.Discard}
	o := &runOptions{}
	o.Receivers = []string{"sample"}
	_, err := p.plan(ctx, o, nil) // the built-in features, which are read at once
	if stopped := (interruption{}); !errors.As(err, &stopped) || stopped.code() != 143 {
		t.Errorf("it ended with %v", err)
	}
}
