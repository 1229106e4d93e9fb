package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/steps/samplereceiver"
)

// variable is one of the environment that the sample receiver reads.
type variable struct {
	name, doc string
	key       string // what it is to the receiver: "bigcommerce.token"
	fallback  string // the example account's
}

// receiverVariables are made of what platforms tell their receivers: {cratejoy.user} is CRATEJOY_USER.
func receiverVariables() (list []variable) {
	for _, p := range all.Platforms() {
		prefix := strings.ToUpper(p.Name) + "_"
		list = append(list, variable{name: prefix + "URL", doc: "where " + p.Title + " is; with it the receiver registers its hooks when it starts", key: p.Name + ".url"})
		for _, v := range p.Vars(p.Account) {
			list = append(list, variable{
				name: prefix + strings.ToUpper(v.Name), doc: "default " + v.Value, key: p.Name + "." + v.Name, fallback: v.Value,
			})
		}
	}
	return list
}

func (p *program) receiverCommand() *cobra.Command {
	var bug, listen string
	cmd := &cobra.Command{
		Use: "receiver", Short: "run the sample receiver alone", Args: noArguments,
		Long: `Runs the sample receiver, correct or with one of its bugs ("hookdrill list bugs"), until it is stopped.

It takes callbacks at /hooks/oliver, /hooks/cratejoy/{event} and /hooks/bigcommerce, shows its state at /state, and
registers its hooks when it starts and at POST /register. It is told of the platforms by variables: CRATEJOY_URL,
CRATEJOY_USER and others ("hookdrill help environment"). As a receiver that hookdrill starts:

  hookdrill run --exec "hookdrill receiver --listen 127.0.0.1:{port}" --env OLIVER_URL={oliver.url} \
    --env CRATEJOY_URL={cratejoy.url} --env BIGCOMMERCE_URL={bigcommerce.url} --looks-up \
    --receiver "http://127.0.0.1:{port}/hooks/{platform}/{event}" --probe "http://127.0.0.1:{port}/state"`,
		RunE: func(cmd *cobra.Command, _ []string) error { return p.receiver(cmd.Context(), bug, listen) },
	}
	cmd.Flags().StringVar(&bug, "bug", "", "switch this `BUG` on")
	cmd.Flags().StringVar(&listen, "listen", "127.0.0.1:3000", "`ADDRESS` to listen on")
	return cmd
}

func (p *program) receiver(ctx context.Context, bug, listen string) error {
	set, err := fixtures.Builtin()
	if err != nil {
		return ourFault(err)
	}
	config := samplereceiver.Config{
		Platforms: map[string]string{}, Credentials: map[string]string{}, Events: set.Events, Bug: bug,
	}
	for _, v := range receiverVariables() {
		value := cmp.Or(p.env(v.name), v.fallback)
		if platform, isURL := strings.CutSuffix(v.key, ".url"); !isURL {
			config.Credentials[v.key] = value
		} else if value != "" {
			config.Platforms[platform] = value
		}
	}
	if _, err := samplereceiver.New(config); err != nil {
		return err
	}
	if _, err := engine.HostOf(listen); err != nil {
		return fmt.Errorf("--listen: %w", err)
	}
	listener, err := net.Listen("tcp", listen)
	if err != nil {
		return cannotListen("--listen", listen, err)
	}
	config.Self = selfURL(listener.Addr())
	receiver, err := samplereceiver.New(config)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: p.logged(receiver), ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 30 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	p.talk("the sample receiver listens at %s", config.Self)
	if len(config.Platforms) > 0 {
		go p.register(ctx, receiver)
	}
	select {
	case err := <-ended:
		return ourFault(err)
	case <-ctx.Done():
		return server.Close()
	}
}

// selfURL is where the receiver says that it is: an address that listens everywhere is reached at loopback too.
func selfURL(addr net.Addr) string {
	tcp, ok := addr.(*net.TCPAddr)
	if ok && tcp.IP.IsUnspecified() {
		return fmt.Sprintf("http://127.0.0.1:%d", tcp.Port)
	}
	return "http://" + addr.String()
}

func (p *program) register(ctx context.Context, r *samplereceiver.Receiver) {
	switch err := r.Register(ctx); {
	case ctx.Err() != nil:
	case err != nil:
		p.talk("not all hooks are registered:\n%v", err)
	default:
		p.talk("all hooks are registered")
	}
}

// logged says what came, and what was answered.
func (p *program) logged(h http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		seen := &statusWriter{ResponseWriter: w, status: http.StatusOK}
		defer func() {
			broken := recover()
			if broken != nil {
				seen.status = 0
			}
			p.talk("%s %q -> %d", r.Method, r.URL.RequestURI(), seen.status)
			if broken != nil {
				panic(broken) // the server ends the connection
			}
		}()
		h.ServeHTTP(seen, r)
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

func (w *statusWriter) WriteHeader(status int) {
	w.status = status
	w.ResponseWriter.WriteHeader(status)
}
