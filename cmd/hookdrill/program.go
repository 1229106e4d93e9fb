package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"runtime/debug"
	"slices"
	"strings"
	"sync"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// Exit codes. `hookdrill help exit-codes` prints them; they do not change.
const (
	exitFailed      = 1
	exitMisuse      = 2
	exitUnreachable = 3
	exitFault       = 4
)

// program is one call of hookdrill: all that it knows of the world around it.
type program struct {
	environ        []string
	stdin          io.Reader
	stdout, stderr io.Writer

	fromEnvironment map[string]bool     // flags that an environment variable has set
	fromFile        map[string]string   // flags that hookdrill.yaml has set, and where in it
	secrets         []string            // that were given
	mask            func(string) string // hides them
	refused         error               // why help was not given
	speaking        sync.Mutex          // servers talk from many goroutines

	log     io.Writer // stderr as a CI system reads it, where it takes commands from us
	resumes string    // the token with which GitHub takes commands again; "": it does
}

// run is hookdrill as a function of its world. It gives the exit code.
func run(ctx context.Context, args, environ []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	p := &program{environ: environ, stdin: stdin, stdout: stdout, stderr: stderr, fromEnvironment: map[string]bool{}, fromFile: map[string]string{}}
	defer p.guardLog()()
	defer func() {
		if broken := recover(); broken != nil {
			p.talk("hookdrill broke; this is a fault of hookdrill, please report it: %v\n%s", broken, debug.Stack())
			code = exitFault
		}
	}()
	root := newRoot(p)
	root.SetArgs(append([]string{}, args...)) // never nil: cobra would take those of the process
	err := root.ExecuteContext(ctx)
	if err == nil {
		err = p.refused
	}
	return p.exitCode(ctx, err)
}

// exit is an error that says with which code the program ends. Without a cause all has been said.
type exit struct {
	code  int
	cause error
}

func (e *exit) Error() string {
	if e.cause == nil {
		return ""
	}
	return e.cause.Error()
}

func (e *exit) Unwrap() error { return e.cause }

// ourFault is an error that is our own.
func ourFault(err error) error {
	return &exit{exitFault, fmt.Errorf("a fault of hookdrill, please report it: %w", err)}
}

// exitCode says what went wrong and gives the code for it. An error that says nothing else is misuse.
func (p *program) exitCode(ctx context.Context, err error) int {
	if err == nil {
		return 0
	}
	if text := err.Error(); text != "" {
		p.talk("%s", text)
	}
	var said *exit
	var down *target.Unreachable
	var stopped interruption
	switch {
	case errors.As(err, &said):
		return said.code
	case errors.As(context.Cause(ctx), &stopped):
		return stopped.code()
	case errors.As(err, &down):
		return exitUnreachable
	}
	return exitMisuse
}

// talk says something to whoever watches. What was asked for goes to stdout, and nothing else does.
func (p *program) talk(format string, args ...any) {
	p.speaking.Lock()
	defer p.speaking.Unlock()
	text := fmt.Sprintf(format, args...)
	if p.mask != nil {
		text = p.mask(text)
	}
	_, _ = fmt.Fprintf(p.stderr, "hookdrill: %s\n", report.Printable(text)) // there is nobody left to tell
}

// conceal has nothing show secrets from now on.
func (p *program) conceal(secrets ...string) {
	p.secrets = append(p.secrets, secrets...)
	slices.Sort(p.secrets)
	p.secrets = slices.Compact(p.secrets) // --watch finds them again
	p.mask = report.Mask(p.secrets)
}

// concealFlags conceals the secrets that flags were given, before any of them can stand in an error.
func (p *program) concealFlags(flags *pflag.FlagSet) {
	var secrets []string
	flags.Visit(func(f *pflag.Flag) {
		values := []string{f.Value.String()}
		if list, ok := f.Value.(pflag.SliceValue); ok {
			values = list.GetSlice()
		}
		for _, value := range values {
			secrets = append(secrets, steps.SecretsIn(f.Name, value)...)
		}
	})
	p.conceal(secrets...)
}

// show prints what was asked for.
func (p *program) show(text string) error {
	if p.mask != nil {
		text = p.mask(text)
	}
	if _, err := io.WriteString(p.stdout, text); err != nil {
		return &exit{exitFault, fmt.Errorf("cannot write to stdout: %w", err)}
	}
	return nil
}

// lookup reads a variable of the environment.
func (p *program) lookup(name string) (string, bool) {
	for i := len(p.environ) - 1; i >= 0; i-- {
		if value, ok := strings.CutPrefix(p.environ[i], name+"="); ok {
			return value, true
		}
	}
	return "", false
}

// env is a variable of the environment; one that is not set is empty.
func (p *program) env(name string) string {
	value, _ := p.lookup(name)
	return value
}
