package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/steps/inspector"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// sendTimeout is for an order as a whole: a callback waits seconds for its answer, and several hooks may listen.
const sendTimeout = 5 * time.Minute

func (p *program) sendCommand() *cobra.Command {
	var o inspector.Order
	var to, tokenEnv string
	cmd := &cobra.Command{
		Use: "send EVENT [PATH=VALUE...]", Short: "have the running serve send a callback",
		Long: `Has "hookdrill serve" send the callback of an event to every hook that listens to it. PATH=VALUE puts a value at a
gjson path of the payload: JSON, or bare text for a string; a new element is at most 100 beyond the end of its list. Exits with 0 if all of them were acknowledged, with 1 if one
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
				o.Values = append(o.Values, inspector.Assignment{Path: path, Value: value})
			}
			token, err := p.token(tokenEnv)
			if err != nil {
				return err
			}
			p.conceal(token)
			return p.send(cmd.Context(), to, token, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.Platform, "platform", "", "the `NAME` of the platform; needed only if several have the event")
	f.BoolVar(&o.New, "new", false, "with new ids: about something that the receiver has not seen")
	f.StringArrayVar(&o.Faults, "fault", nil, "`NAME` of what goes wrong on the way (may be given several times); `hookdrill list faults` shows them")
	f.StringVar(&o.Target, "target", "", "`URL` for which a hook is added first, unless one points there")
	f.StringVar(&to, "to", "http://"+fixed(adminPort), "`URL` of serve's inspector")
	f.StringVar(&tokenEnv, "token-env", "", "`VARIABLE` of the environment with the token that it asks for")
	return cmd
}

func (p *program) send(ctx context.Context, to, token string, o inspector.Order) error {
	if o.Target != "" {
		if err := target.CheckURL("--target", o.Target); err != nil {
			return err
		}
	}
	if err := target.CheckURL("--to", to); err != nil {
		return err
	}
	done, err := place(ctx, to, token, o)
	if err != nil {
		return err
	}
	if err := p.show(told(done.Attempts)); err != nil {
		return err
	}
	switch {
	case done.Error != "":
		return errors.New(done.Error)
	case len(done.Attempts) == 0 && len(done.Consequences) > 0:
		return &exit{exitFailed, errors.New(strings.Join(done.Consequences, "; "))}
	case len(done.Attempts) == 0:
		return &exit{exitFailed, errors.New(done.Nobody(o.Event, "add a hook with --target URL"))}
	}
	for _, a := range done.Attempts {
		if !a.Acknowledged {
			return &exit{code: exitFailed}
		}
	}
	return nil
}

// place gives the order to serve.
func place(ctx context.Context, to, token string, o inspector.Order) (done inspector.Receipt, err error) {
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
	request.Header.Set(inspector.OrderField, inspector.FromSend)
	if token != "" {
		request.Header.Set("Authorization", "Bearer "+token)
	} else if user := request.URL.User; user != nil { // of what stands in front of it
		password, _ := user.Password()
		request.SetBasicAuth(user.Username(), password)
	}
	transport := &http.Transport{} // no proxy of the environment comes between
	defer transport.CloseIdleConnections()
	response, err := transport.RoundTrip(request)
	if err != nil {
		return done, &exit{exitUnreachable, fmt.Errorf("no \"hookdrill serve\" answers at %s: %w; start it, or say with --to where it is", to, err)}
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 4<<20))
	if err == nil {
		err = json.Unmarshal(text, &done)
	}
	if err != nil || done.Hookdrill == "" {
		return done, &exit{exitUnreachable, fmt.Errorf("what answers at %s (%s) is not \"hookdrill serve\"; it is at %s unless --admin says otherwise", to, response.Status, fixed(adminPort))}
	}
	return done, nil
}

// told is a line for each attempt.
func told(attempts []inspector.Attempt) string {
	var b strings.Builder
	for _, a := range attempts {
		b.WriteString(report.Visible(a.String()) + "\n")
	}
	return b.String()
}

// hintAtPlatform names the nearest platform.
func hintAtPlatform(name string, platforms []*mockplatforms.Platform) string {
	return fixtures.Hint(name, platformNames(platforms))
}
