package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
)

// sendTimeout is for an order as a whole: a callback waits seconds for its answer, and several hooks may listen.
const sendTimeout = 5 * time.Minute

func (p *program) sendCommand() *cobra.Command {
	var o order
	var to string
	cmd := &cobra.Command{
		Use: "send EVENT [PATH=VALUE...]", Short: "have the running serve send a callback",
		Long: `Has "hookdrill serve" send the callback of an event to every hook that listens to it. PATH=VALUE puts a value at a
gjson path of the payload: JSON, or bare text for a string. Exits with 0 if all of them were acknowledged, with 1 if one
was not or no hook listens, with 3 if no serve is running.`,
		Example: `  hookdrill send customer_new email=jane@example.com
  hookdrill send store/customer/created --new --target http://127.0.0.1:3000/webhooks/bigcommerce
  hookdrill send customerCreated --fault "truncated JSON"`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return errors.New("send needs the name of an event (`hookdrill list events` lists them all)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Event = args[0]
			for _, arg := range args[1:] {
				path, value, ok := strings.Cut(arg, "=")
				if !ok || path == "" {
					return fmt.Errorf("%q: write PATH=VALUE", arg)
				}
				o.Values = append(o.Values, assignment{path, value})
			}
			return p.send(cmd.Context(), to, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Platform, "platform", "", "the `NAME` of the platform; needed only if several have the event")
	f.BoolVar(&o.New, "new", false, "with new ids: about something that the receiver has not seen")
	f.StringArrayVar(&o.Faults, "fault", nil, "`NAME` of what goes wrong on the way (may be given several times); `hookdrill list faults` shows them")
	f.StringVar(&o.Target, "target", "", "`URL` for which a hook is added first, unless one points there")
	f.StringVar(&to, "to", "http://"+fixed(adminPort), "`URL` of serve's admin endpoint")
	return cmd
}

func (p *program) send(ctx context.Context, to string, o order) error {
	if o.Target != "" {
		if err := checkURL("--target", o.Target); err != nil {
			return err
		}
	}
	if err := checkURL("--to", to); err != nil {
		return err
	}
	done, err := place(ctx, to, o)
	if err != nil {
		return err
	}
	if err := p.show(told(done.Attempts)); err != nil {
		return err
	}
	switch {
	case done.Error != "":
		return errors.New(done.Error)
	case len(done.Attempts) == 0:
		return &exit{exitFailed, nobody(done, o.Event)}
	}
	for _, a := range done.Attempts {
		if !a.Acknowledged {
			return &exit{code: exitFailed}
		}
	}
	return nil
}

// place gives the order to serve.
func place(ctx context.Context, to string, o order) (done receipt, err error) {
	body, err := json.Marshal(o)
	if err != nil {
		return done, ourFault(err)
	}
	ctx, cancel := context.WithTimeout(ctx, sendTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(to, "/")+"/send", bytes.NewReader(body))
	if err != nil {
		return done, err
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set(adminField, "1")
	transport := &http.Transport{} // no proxy of the environment comes between
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return done, &exit{exitUnreachable, fmt.Errorf("no \"hookdrill serve\" answers at %s: %w; start it, or say with --to where it is", to, err)}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 16<<20))
	if err == nil {
		err = json.Unmarshal(text, &done)
	}
	if err != nil || done.Hookdrill == "" {
		return done, &exit{exitUnreachable, fmt.Errorf("what answers at %s (%s) is not \"hookdrill serve\"; its admin endpoint is %s unless --admin says otherwise", to, response.Status, fixed(adminPort))}
	}
	return done, nil
}

// told is a line for each attempt.
func told(attempts []attempt) string {
	var b strings.Builder
	for _, a := range attempts {
		answered := fmt.Sprint(a.Status)
		if a.Status == 0 {
			answered = "no answer"
		}
		if a.Failure != "" {
			answered += " (" + a.Failure + ")"
		}
		judged := "not acknowledged"
		if a.Acknowledged {
			judged = "acknowledged"
		}
		b.WriteString(visible(fmt.Sprintf("%s %s -> %s, %s (hook %d)", a.Method, a.URL, answered, judged, a.Hook)) + "\n")
	}
	return b.String()
}

// nobody says that no hook listens, and what to do.
func nobody(done receipt, event string) error {
	standing := "there are no hooks yet"
	if len(done.Hooks) > 0 {
		standing = fmt.Sprintf("there are hooks for %q", done.Hooks)
	}
	return fmt.Errorf("no active hook of %s listens to %q (%s): have the receiver register at %s, or add a hook with --target URL",
		done.Platform, event, standing, done.URL)
}

func checkURL(flag, text string) error {
	u, err := url.Parse(text)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return fmt.Errorf("%s %q is not a URL; write it as http://127.0.0.1:3000/path", flag, text)
	}
	return nil
}

// hintAtPlatform names the nearest platform.
func hintAtPlatform(name string, platforms []*mockplatforms.Platform) string {
	return fixtures.Hint(name, platformNames(platforms))
}
