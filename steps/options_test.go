package steps_test

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/target"
)

// parsed reads a command line, and the environment behind it.
func parsed(t *testing.T, env map[string]string, args ...string) (*steps.Options, error) {
	t.Helper()
	o := &steps.Options{}
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	f.SetOutput(io.Discard)
	o.Flags(f)
	if err := f.Parse(args); err != nil {
		return nil, err
	}
	return o, steps.FromEnv(f, func(name string) (string, bool) {
		value, ok := env[name]
		return value, ok
	})
}

// opened opens what a command line says, and closes it when the test is over.
func opened(t *testing.T, args ...string) (*steps.Opened, error) {
	t.Helper()
	o, err := parsed(t, nil, args...)
	if err != nil {
		t.Fatal(err)
	}
	got, err := o.Open(t.Context(), all.Platforms())
	if got != nil {
		t.Cleanup(func() { got.Close() })
	}
	return got, err
}

func mustOpen(t *testing.T, args ...string) *steps.Opened {
	t.Helper()
	got, err := opened(t, args...)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// Every misuse is refused before anything is sent, by the name of its flag, and is no receiver that cannot be reached.
func TestOptionErrors(t *testing.T) {
	t.Setenv("HOOKDRILL_TEST_EMPTY", "")
	t.Setenv("HOOKDRILL_TEST_SECRET", "s3cret")
	var called atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { called.Add(1) }))
	defer server.Close()
	notFolder := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(notFolder, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	url := func(args ...string) []string {
		return append([]string{"--platform", "cratejoy", "--receiver", server.URL}, args...)
	}
	tests := []struct {
		args []string
		says []string
	}{
		{[]string{"--platform", "cratejoi"}, []string{`no platform "cratejoi"`, `did you mean "Cratejoy"?`}},
		{[]string{"--answer-timeout", "-1s", "--timeout", "-2s"}, []string{"--answer-timeout -1s: a time cannot run backwards", "--timeout -2s"}},
		{[]string{"--scenario-timeout", "-1s"}, []string{"--scenario-timeout -1s"}},
		{[]string{"--wait-timeout", "-1s"}, []string{"--wait-timeout -1s"}},
		{[]string{"--quiet", "-1s"}, []string{"--quiet -1s"}},
		{[]string{"--fixtures", "/no/such/folder"}, []string{"--fixtures /no/such/folder is not a folder"}},
		{[]string{"--fixtures", notFolder}, []string{"--fixtures", "is not a folder"}},
		{[]string{"--set", "cratejoy.body"}, []string{"--set", "PLATFORM.NAME=VALUE"}},
		{[]string{"--set", "body=plain"}, []string{"--set", "PLATFORM.NAME=VALUE"}},
		{[]string{"--set", "cratejoi.body=plain"}, []string{`did you mean "Cratejoy"?`}},
		{[]string{"--set", "cratejoy.bdy=plain"}, []string{`no switch "bdy"`, `did you mean "body"?`}},
		{[]string{"--set", "cratejoy.body=plan"}, []string{"escaped", "plain", `not "plan"`}},
		{[]string{"--platform", "cratejoy", "--set", "oliver.body=strict"}, []string{`no platform "oliver"`}},
		{[]string{"--account", "cratejoy"}, []string{"--account", "PLATFORM.NAME=VALUE"}},
		{[]string{"--account", "cratejoy.tokne=x"}, []string{`"tokne"`, `did you mean "token"?`, "number"}},
		{[]string{"--account", "cratejoi.token=x"}, []string{`did you mean "Cratejoy"?`}},
		{[]string{"--secret-env", "HOOKDRILL_TEST_NONE"}, []string{"--secret-env HOOKDRILL_TEST_NONE", "no such variable"}},
		{[]string{"--platform", "cratejoy", "--secret-env", "THE-SECRET-ITSELF"}, []string{"--secret-env takes the name of a variable", "not shown"}},
		{[]string{"--platform", "cratejoy", "--secret-env", "HOOKDRILL_TEST_EMPTY"}, []string{"it is empty"}},
		{[]string{"--secret-env", "HOOKDRILL_TEST_SECRET"}, []string{"--platform"}},
		{[]string{"--hook-header", "X-Key"}, []string{"--hook-header", "Name: value"}},
		{[]string{"--hook-header", ": x"}, []string{"--hook-header", "Name: value"}},
		{[]string{"--hook-header", "X Key: x"}, []string{"--hook-header", "Name: value"}},
		{[]string{"--bug", "no-such-bug"}, []string{"no-such-bug"}},
		{[]string{"--receiver", server.URL}, []string{"--platform", "{platform}"}},
		{[]string{"--receiver", server.URL, "--receiver", server.URL}, []string{"--receiver is given twice"}},
		{url("--receiver", "cratejoy=http://127.0.0.1:1/", "--receiver", "cratejoy=http://127.0.0.1:2/"), []string{"--receiver cratejoy is given twice, with different values"}},
		{url("--env", "A=1", "--env", "A=2"), []string{"--env A is given twice"}},
		{url("--set", "cratejoy.body=plain", "--set", "Cratejoy.body=escaped"), []string{"--set cratejoy.body is given twice"}},
		{url("--account", "cratejoy.secret=s1", "--account", "cratejoy.secret=s2"), []string{"--account cratejoy.secret is given twice"}},
		{url("--secret-env", "cratejoy=A", "--secret-env", "cratejoy=B"), []string{"--secret-env cratejoy is given twice"}},
		{url("--listen", "cratejoy=127.0.0.1:1", "--listen", "cratejoy=127.0.0.1:2"), []string{"--listen cratejoy is given twice"}},
		{[]string{"--quiet", "2562047h"}, []string{"--quiet 2562047h0m0s: nobody waits that long; give it 24h0m0s at most"}},
		{[]string{"--receiver", "cratejoi=" + server.URL}, []string{"--receiver", `did you mean "Cratejoy"?`}},
		{[]string{"--receiver", "cratejoy=" + server.URL}, []string{"no URL for Oliver POS", "--platform"}},
		{[]string{"--platform", "cratejoy", "--receiver", "cratejoy=nowhere"}, []string{"is not a URL"}},
		{url("--bug", "drops-everything"), []string{"sample receiver"}},
		{url("--in-process"), []string{"sample receiver"}},
		{url("--register", "start"), []string{"--register start", "--exec"}},
		{url("--register", "sometimes"), []string{"--register", `"start"`}},
		{url("--listen", "cratejoy"), []string{"--listen", "PLATFORM=127.0.0.1:4011"}},
		{url("--listen", "cratejoi=127.0.0.1:0"), []string{"--listen", `did you mean "Cratejoy"?`}},
		{url("--listen", "cratejoy=0.0.0.0:0"), []string{"0.0.0.0:0", "loopback"}},
		{url("--listen", "cratejoy=4011"), []string{"4011"}},
		{url("--probe", "/state"), []string{"--probe"}},
		{url("--wait-for", "/health"), []string{"--wait-for"}},
		{[]string{"--platform", "cratejoy", "--receiver", "127.0.0.1:3000"}, []string{"--receiver", "http://127.0.0.1:3000/path"}},
		{[]string{"--platform", "cratejoy", "--exec", "true"}, []string{"--receiver"}},
		{[]string{"--platform", "cratejoy", "--receiver", "http://127.0.0.1:{port}", "--exec", "run {cratejoy.pasword}"}, []string{"--exec", `did you mean "cratejoy.password"?`, "cratejoy.url"}},
		{[]string{"--platform", "cratejoy", "--receiver", "http://127.0.0.1:{port}", "--exec", "true", "--env", "A={oliver.url}"}, []string{"--env", "{oliver.url}", "cratejoy.url"}},
		{[]string{"--platform", "cratejoy", "--receiver", "http://127.0.0.1:{port}", "--exec", "true", "--env", "A"}, []string{"--env", "NAME=VALUE"}},
	}
	for _, test := range tests {
		_, err := opened(t, test.args...)
		if err == nil {
			t.Errorf("%q: no error", test.args)
			continue
		}
		for _, want := range test.says {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%q: the error is %q, want %q in it", test.args, err, want)
			}
		}
		var down *target.Unreachable
		if errors.As(err, &down) {
			t.Errorf("%q: misuse is told as %v", test.args, err)
		}
	}
	if called.Load() != 0 {
		t.Errorf("the receiver was called %d times", called.Load())
	}
}

func TestReceiverThatIsNotThere(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	_ = l.Close()
	_, err = opened(t, "--platform", "cratejoy", "--receiver", "http://"+address, "--wait-timeout", "20ms")
	var down *target.Unreachable
	if !errors.As(err, &down) {
		t.Errorf("the error is %v", err)
	}
}

// Whether it was opened or something went wrong, what is open can be closed: its ports are free again.
func TestOpenedCloses(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	defer server.Close()
	for url, good := range map[string]bool{server.URL: true, "http://127.0.0.1:1": false} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		address := l.Addr().String()
		_ = l.Close()
		o, err := parsed(t, nil, "--platform", "cratejoy", "--receiver", url, "--wait-timeout", "20ms", "--listen", "cratejoy="+address)
		if err != nil {
			t.Fatal(err)
		}
		got, err := o.Open(t.Context(), all.Platforms())
		if (err == nil) != good {
			t.Fatalf("%s: %v", url, err)
		}
		if good {
			if n, err := getBy(t.Context(), &http.Transport{DisableKeepAlives: true}, "http://"+address+"/v1/hooks/"); err != nil || n != http.StatusOK {
				t.Errorf("the platform answers %d, %v", n, err)
			}
		}
		if got != nil {
			got.Close()
		}
		if l, err = net.Listen("tcp", address); err != nil {
			t.Fatalf("the platform still listens: %v", err)
		}
		_ = l.Close()
	}
}

// Each flag has a variable. A flag that is set wins, several values are lines, and what is wrong is told by its name.
func TestFromEnv(t *testing.T) {
	env := map[string]string{
		"HOOKDRILL_RECEIVER": "http://127.0.0.1:3000", "HOOKDRILL_PLATFORM": "cratejoy,oliver", "HOOKDRILL_ENV": "A=1,2\nB=3",
		"HOOKDRILL_WAIT_TIMEOUT": "2s", "HOOKDRILL_LOOKS_UP": "true", "HOOKDRILL_SEED": "from the environment",
		"HOOKDRILL_HOOK_HEADER": "X-A: 1\nX-B: 2", "HOOKDRILL_NOTHING": "x", "RECEIVER": "x",
	}
	o, err := parsed(t, env, "--seed", "from the flag")
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(o.Receivers, []string{"http://127.0.0.1:3000"}) || o.WaitTimeout != 2*time.Second || !o.LooksUp || o.Seed != "from the flag" ||
		!slices.Equal(o.Platforms, []string{"cratejoy", "oliver"}) || !slices.Equal(o.Env, []string{"A=1,2", "B=3"}) ||
		!slices.Equal(o.HookHeaders, []string{"X-A: 1", "X-B: 2"}) {
		t.Errorf("%+v", o)
	}
	_, err = parsed(t, map[string]string{"HOOKDRILL_WAIT_TIMEOUT": "soon", "HOOKDRILL_IN_PROCESS": "perhaps"})
	if err == nil || !strings.Contains(err.Error(), "HOOKDRILL_WAIT_TIMEOUT") || !strings.Contains(err.Error(), "HOOKDRILL_IN_PROCESS") {
		t.Errorf("the error is %v", err)
	}
	if steps.EnvName("wait-timeout") != "HOOKDRILL_WAIT_TIMEOUT" {
		t.Errorf("the variable is %s", steps.EnvName("wait-timeout"))
	}
}

// What the flags say of themselves is true, and no flag of the list is left out of FromEnv.
func TestEveryFlagHasAVariable(t *testing.T) {
	o := &steps.Options{}
	f := pflag.NewFlagSet("test", pflag.ContinueOnError)
	o.Flags(f)
	asked := map[string]bool{}
	if err := steps.FromEnv(f, func(name string) (string, bool) {
		asked[name] = true
		return "", false
	}); err != nil {
		t.Fatal(err)
	}
	f.VisitAll(func(flag *pflag.Flag) {
		if !asked[steps.EnvName(flag.Name)] || flag.Usage == "" {
			t.Errorf("--%s has no variable or no usage", flag.Name)
		}
	})
}

func TestSampleOptions(t *testing.T) {
	o := mustOpen(t, "--receiver", "sample", "--in-process")
	if o.Seed != "1" || o.Receiver != "the sample receiver" || len(o.Platforms) != len(all.Platforms()) || o.Setup.Receiver.Alone {
		t.Errorf("%+v", o)
	}
	for _, s := range run(t, o.Setup, file(append(slices.Clone(good), "it takes effect")), steps.RunOptions{}) {
		passed(t, s)
	}
	o = mustOpen(t, "--receiver", "sample", "--in-process", "--bug", "first-item-only", "--seed", "7", "--platform", "cratejoy", "--platform", "Cratejoy", "--platform", "Oliver POS")
	if o.Seed != "7" || !strings.HasSuffix(o.Receiver, "with the bug first-item-only") || len(o.Platforms) != 2 || o.Platforms[0].Name != "cratejoy" {
		t.Errorf("%s %s %v", o.Seed, o.Receiver, o.Platforms)
	}
}

func TestAccountsAndSettings(t *testing.T) {
	t.Setenv("HOOKDRILL_TEST_SECRET", "s3cret")
	o := mustOpen(t, "--receiver", "sample", "--in-process", "--platform", "bigcommerce", "--account", "bigcommerce.store=a=b", "--account", "BigCommerce.number=9",
		"--account", "bigcommerce.token=t0ken", "--account", "bigcommerce.secret=first", "--secret-env", "HOOKDRILL_TEST_SECRET",
		"--set", "bigcommerce.unknown_scope=422", "--hook-header", "X-Key:  k: v ", "--timeout", "3s", "--answer-timeout", "4s")
	a := o.Accounts["bigcommerce"]
	if a.Store != "a=b" || a.Number != "9" || a.Token != "t0ken" || a.Secret != "s3cret" || a.Client != "bc_client_id_example" {
		t.Errorf("the account is %+v", a)
	}
	if o.Settings["bigcommerce"]["unknown_scope"] != "422" || len(o.HookHeaders) != 1 || o.HookHeaders[0] != field("X-Key", "k: v") ||
		o.Patience != 3*time.Second || o.AnswerTimeout != 4*time.Second {
		t.Errorf("%+v", o.Setup)
	}
	if !slices.Equal(o.Secrets, []string{"t0ken", "s3cret"}) {
		t.Errorf("the secrets are %q", o.Secrets)
	}
}

// The secrets of every platform that plays are masked, and none that does not.
func TestSecrets(t *testing.T) {
	if o := mustOpen(t, "--receiver", "sample", "--in-process"); !slices.Equal(o.Secrets, []string{"cj_secret_example", "bc_access_token_example", "bc_client_secret_0123456789"}) &&
		!slices.Equal(o.Secrets, []string{"bc_access_token_example", "bc_client_secret_0123456789", "cj_secret_example"}) {
		t.Errorf("the secrets are %q", o.Secrets)
	}
	if o := mustOpen(t, "--receiver", "sample", "--in-process", "--platform", "oliver"); len(o.Secrets) != 0 {
		t.Errorf("the secrets are %q", o.Secrets)
	}
}

func TestNotices(t *testing.T) {
	lax := func(o *steps.Opened) bool {
		return slices.ContainsFunc(o.Notices, func(s string) bool { return strings.Contains(s, "--set bigcommerce.destinations=strict") })
	}
	if o := mustOpen(t, "--receiver", "sample", "--in-process"); !lax(o) {
		t.Errorf("the notices are %q", o.Notices)
	}
	if o := mustOpen(t, "--receiver", "sample", "--in-process", "--set", "bigcommerce.destinations=loopback"); !lax(o) {
		t.Errorf("the notices are %q", o.Notices)
	}
	for _, args := range [][]string{{"--receiver", "sample", "--in-process", "--set", "bigcommerce.destinations=strict"}, {"--receiver", "sample", "--in-process", "--platform", "cratejoy"}} {
		if o := mustOpen(t, args...); len(o.Notices) != 0 {
			t.Errorf("%q: the notices are %q", args, o.Notices)
		}
	}
}

func TestFixtureFolders(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "cratejoy", "callbacks", "box_lost.callback.http")
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		t.Fatal(err)
	}
	const text = "POST / HTTP/1.1\nFixture-Platform: cratejoy\nFixture-Event: box_lost\nFixture-Source: me\nFixture-Evidence: inferred\nContent-Type: application/json\n\n{\"id\":1}"
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	o := mustOpen(t, "--receiver", "sample", "--in-process", "--fixtures", dir)
	if !slices.Contains(o.Fixtures.Events("cratejoy"), "box_lost") || !slices.Contains(o.Fixtures.Events("cratejoy"), "customer_new") {
		t.Errorf("the events are %q", o.Fixtures.Events("cratejoy"))
	}
	if err := os.WriteFile(name, []byte(text[:40]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := opened(t, "--receiver", "sample", "--in-process", "--fixtures", dir); err == nil || !strings.Contains(err.Error(), "box_lost.callback.http") {
		t.Errorf("the error is %v", err)
	}
}

func TestReceiverByURL(t *testing.T) {
	var paths []string
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { paths = append(paths, r.URL.Path) }))
	defer server.Close()
	o := mustOpen(t, "--receiver", server.URL+"/{platform}/{event}", "--timeout", "20ms", "--quiet", "0")
	if !o.Setup.Receiver.Alone || !strings.HasPrefix(o.Receiver, server.URL) || o.Seed == "" {
		t.Errorf("%+v", o)
	}
	results := run(t, o.Setup, file(good, append(slices.Clone(good), "it takes effect"), append(slices.Clone(good), "the receiver registers")), steps.RunOptions{})
	passed(t, results[0])
	for _, r := range results[1:] {
		if r.Verdict != "not run" {
			t.Errorf("%s: %s", r.Name, r.Verdict)
		}
	}
	if !slices.Equal(paths, []string{"/cratejoy/customer_new"}) {
		t.Errorf("called at %q", paths)
	}
	if other := mustOpen(t, "--receiver", server.URL+"/{platform}"); other.Seed == o.Seed {
		t.Error("two runs have one seed")
	}
}

// asReceiver says in the environment of a command that this test program is to be a receiver: of Cratejoy, told all by
// its environment, that registers when it starts.
const asReceiver = "HOOKDRILL_STEPS_TEST_RECEIVER"

func TestMain(m *testing.M) {
	if os.Getenv(asReceiver) == "" {
		os.Exit(m.Run())
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/die", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	mux.HandleFunc("/", func(http.ResponseWriter, *http.Request) {})
	l, err := net.Listen("tcp", "127.0.0.1:"+os.Getenv("PORT"))
	if err != nil {
		os.Exit(1)
	}
	go func() { _ = http.Serve(l, mux) }()
	if url := os.Getenv("LOOKS_UP"); url != "" {
		answer, err := http.Get(url + "/v1/customers/63546/")
		if err != nil {
			os.Exit(1)
		}
		_ = answer.Body.Close()
	}
	if url := os.Getenv("CRATEJOY"); url != "" {
		register(url, "http://"+l.Addr().String())
	}
	select {}
}

func register(platform, self string) {
	w := target.World{
		Self: self, Platforms: map[string]string{"cratejoy": platform}, Client: &http.Client{Transport: &http.Transport{DisableKeepAlives: true}},
		Vars: map[string]string{"cratejoy.user": os.Getenv("CRATEJOY_USER"), "cratejoy.password": os.Getenv("CRATEJOY_PASSWORD")},
	}
	if err := posts(w, ask("customer_new"))(context.Background()); err != nil {
		os.Exit(1)
	}
}

// command runs this program as the receiver.
func command(args ...string) []string {
	return append([]string{"--platform", "cratejoy", "--exec", "exec '" + os.Args[0] + "'", "--env", asReceiver + "=1", "--env", "PORT={port}",
		"--receiver", "http://127.0.0.1:{port}/{event}", "--quiet", "0"}, args...)
}

// A command that is told where the platform is registers when it starts, unless it is said otherwise.
func TestReceiverByCommand(t *testing.T) {
	o := mustOpen(t, command("--env", "CRATEJOY={cratejoy.url}", "--env", "CRATEJOY_USER={cratejoy.user}", "--env", "CRATEJOY_PASSWORD={cratejoy.password}",
		"--account", "cratejoy.secret=b{r}ace")...)
	results := run(t, o.Setup, file(
		[]string{aStore, "the receiver registers", `it has registered a hook for "customer_new"`, "every hook points to the receiver", happens, taken},
		[]string{aStore, "the receiver is restarted", "it has registered at least 1 hook"},
		[]string{aStore, aHook, happens, taken},
	), steps.RunOptions{})
	for _, r := range results {
		passed(t, r)
	}
	if !strings.Contains(o.Receiver, "http://127.0.0.1:") || strings.Contains(o.Receiver, "{port}") {
		t.Errorf("the receiver is %s", o.Receiver)
	}
}

func TestCommandThatIsNotToldDoesNotRegister(t *testing.T) {
	for _, args := range [][]string{{}, {"--env", "CRATEJOY={cratejoy.url}", "--register", "none"}} {
		o := mustOpen(t, command(args...)...)
		r := run(t, o.Setup, file([]string{aStore, "the receiver registers"}), steps.RunOptions{})[0]
		if r.Verdict != "not run" || !strings.Contains(r.Reason, "--register") {
			t.Errorf("%q: %s %s", args, r.Verdict, r.Reason)
		}
	}
}

// TestToldForLookupsAlone: a receiver that is told where the platform is, and asks for no hook, does not register: it is found out,
// and said. Where it is said by hand that it registers, it has to.
func TestToldForLookupsAlone(t *testing.T) {
	args := command("--env", "LOOKS_UP={cratejoy.url}", "--looks-up", "--timeout", "200ms")
	scenario := []string{aStore, "the receiver registers", `it has registered a hook for "customer_new"`}
	o := mustOpen(t, args...)
	if r := run(t, o.Setup, file(scenario), steps.RunOptions{})[0]; r.Verdict != "not run" || !strings.Contains(r.Reason, "--register") {
		t.Errorf("%s %s", r.Verdict, r.Reason)
	}
	said := func(notice string) bool {
		return strings.Contains(notice, "asked Cratejoy for no hook") && strings.Contains(notice, "--register none")
	}
	if !slices.ContainsFunc(o.Notices, said) {
		t.Errorf("the notices are %q", o.Notices)
	}
	o = mustOpen(t, append(args, "--register", "start")...)
	if r := run(t, o.Setup, file(scenario), steps.RunOptions{})[0]; r.Verdict != "fail" || slices.ContainsFunc(o.Notices, said) {
		t.Errorf("it has to register, and it is %s %s; %q", r.Verdict, r.Reason, o.Notices)
	}
}

// A real process that dies in the middle fails its scenario; the next one has a new one.
func TestCommandDies(t *testing.T) {
	o := mustOpen(t, command()...)
	dies := []string{aStore, `a hook for "customer_new"`, happens, "the receiver acknowledges it"}
	inner := o.Setup.Receiver
	n := 0
	o.Setup.Receiver = changed(inner, func(lent *target.Target) {
		if n++; n == 1 {
			url := lent.URL
			lent.URL = func(p, e string) string { return strings.Replace(url(p, e), "customer_new", "die", 1) }
		}
	})
	results := run(t, o.Setup, file(dies, good), steps.RunOptions{})
	failed(t, results[0], "did not acknowledge", "the receiver's command ended: exit status 3", "no answer")
	passed(t, results[1])
}

// What a user writes in braces of his own stays as it is.
func TestExpander(t *testing.T) {
	dir := t.TempDir()
	script := `printf '%s' "$TEXT" > ` + filepath.Join(dir, "text")
	for text, want := range map[string]string{
		`{"a":{"b":1}}`:                          `{"a":{"b":1}}`,
		`{cratejoy.user}`:                        `cj_client_example`,
		`{{cratejoy.user}}`:                      `{cj_client_example}`,
		`a{cratejoy.user}b{cratejoy.password}{`:  `acj_client_examplebcj_secret_example{`,
		`{}{ }{user}{A.b}{1.2}{ cratejoy.user }`: `{}{ }{user}{A.b}{1.2}{ cratejoy.user }`,
		`}{`:                                     `}{`,
		`f() { echo {cratejoy.user}; }`:          `f() { echo cj_client_example; }`,
		``:                                       ``,
		`{"user":"{cratejoy.user}","port":"{port}!"`: `{"user":"cj_client_example","port":"`,
	} {
		_, err := opened(t, "--platform", "cratejoy", "--receiver", "http://127.0.0.1:{port}", "--exec", script, "--env", "TEXT="+text)
		var down *target.Unreachable
		if !errors.As(err, &down) { // the command has written, and ended
			t.Errorf("%s: %v", text, err)
			continue
		}
		got, err := os.ReadFile(filepath.Join(dir, "text"))
		if err != nil || !strings.HasPrefix(string(got), want) || len(want) < len(got) && !strings.Contains(text, "{port}") {
			t.Errorf("%s has become %s, %v", text, got, err)
		}
	}
}
