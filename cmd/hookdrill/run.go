package main

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
)

// runOptions are the flags of `hookdrill run`.
type runOptions struct {
	steps.Options
	tags, name, color       string
	formats                 []string
	failFast, strict, watch bool
	dryRun, list, exitZero  bool
	parallel                int
	project                 steps.Project
	partOptions
	inspectorOptions
	inspect     string
	minCoverage percent
}

// More scenarios at once, or more attempts, tell nothing more, and have a run that seems to hang.
const (
	mostAtOnce   = 256
	mostAttempts = 100
)

func (o *runOptions) flags(f *pflag.FlagSet) {
	o.Flags(f)
	f.StringVar(&o.tags, "tags", "", "only scenarios that fit this Cucumber `EXPRESSION`: \"@cratejoy and not @registration\"")
	f.StringVar(&o.name, "name", "", "only scenarios whose name holds this `TEXT`, or fits /this regular expression/")
	f.StringSliceVar(&o.formats, "format", nil, "report as `NAME[:PATH]` (may be given several times): "+formatNames()+"; default pretty, progress where CI is set")
	f.BoolVar(&o.failFast, "fail-fast", false, "end with the first scenario that fails")
	f.BoolVar(&o.strict, "strict", false, "exit 1 also if only scenarios fail that are tagged @should or @may")
	f.Var(&o.minCoverage, "min-coverage", "exit 1 if the receiver acknowledges less than this `PERCENT` of a platform's events")
	numberVar(f, &o.parallel, "parallel", 1, 1, mostAtOnce, "how many scenarios run at once", "run `N` scenarios at once (sample receiver only)")
	f.BoolVar(&o.watch, "watch", false, "run again what a changed feature or fixture touches, until Ctrl-C")
	f.StringVar(&o.inspect, "inspect", "", "serve the inspector, a page that shows the run as it goes, also when it is over; =`ADDRESS`, default any free port of 127.0.0.1")
	f.Lookup("inspect").NoOptDefVal = "127.0.0.1:0"
	o.inspectorFlags(f)
	f.BoolVar(&o.dryRun, "dry-run", false, "check every step and print what would run; nothing is started")
	f.BoolVar(&o.list, "list", false, "print the selected scenarios; nothing is started")
	o.partOptions.flags(f)
	f.StringVar(&o.color, "color", "auto", "`WHEN` to use colours: auto, always or never")
	f.BoolVar(&o.exitZero, "exit-zero", false, "exit 0 also if scenarios fail")
}

func formatNames() string {
	var names []string
	for _, f := range report.Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}

func (p *program) runCommand() *cobra.Command {
	var o runOptions
	cmd := &cobra.Command{
		Use: "run [FEATURE...]", Short: "hold a receiver to the features",
		Long: `Runs features against a receiver: a URL (--receiver), a command (--exec), one that hookdrill.yaml describes, or the
sample receiver, which hookdrill brings: with --receiver sample, or where nothing names another one and CI is not set.

A FEATURE is a file, a folder, or FILE:LINE[:LINE]; "-" is stdin. A file that is named may be a pipe, one in a folder may
not. What is not on the disk is looked for among the built-in features, features/cratejoy for one. Without any, all
built-in features run, those of the --platform that is named. Every flag has an environment variable: HOOKDRILL_RECEIVER is that of --receiver.`,
		Example: `  hookdrill run --platform bigcommerce --receiver http://127.0.0.1:3000/webhooks/bigcommerce
  hookdrill run --platform cratejoy --exec "node server.js" --env PLATFORM_URL={cratejoy.url} --env PORT={port} \
                --receiver http://127.0.0.1:{port}/hooks/cratejoy features/ my/own.feature:12
  hookdrill run --tags "@bigcommerce and not @registration" --format junit:report/junit.xml`,
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.runFeatures(cmd.Context(), cmd.Flags(), &o, args)
		},
	}
	o.flags(cmd.Flags())
	return cmd
}

// plan is what would run, found out before anything is opened.
type plan struct {
	sources   []steps.Source
	selection steps.Selection
	features  []steps.Feature
	total     int
	prepared  *steps.Opened     // the setup without its receiver
	known     map[string]string // scenarios that are known to fail, and why
}

func (p *program) plan(ctx context.Context, o *runOptions, args []string) (*plan, error) {
	if o.parallel > 1 && !o.TestsSample() {
		return nil, fmt.Errorf("--parallel %d: one receiver for all scenarios takes them one at a time; leave it out", o.parallel)
	}
	prepared, err := o.Prepare(all.Platforms())
	if err != nil {
		return nil, p.located(err)
	}
	p.conceal(prepared.Secrets...)
	if err := o.CheckReceiver(prepared); err != nil {
		return nil, p.located(err)
	}
	found, err := p.read(ctx, args)
	if err != nil {
		return nil, err
	}
	selection := steps.Selection{Tags: o.tags, Name: o.name, Lines: found.lines}
	if len(o.Platforms) > 0 {
		selection.Keep, selection.Kept = onPlatform(prepared.Platforms), "platform "+strings.Join(o.Platforms, ", ")
	}
	selected, err := contents(ctx, func() ([]steps.Feature, error) { return steps.Select(found.list, selection) })
	if err != nil {
		return nil, err
	}
	p.thrifty(count(selected))
	selection, selected, err = p.part(ctx, o, selection, selected, found.list)
	if err != nil {
		return nil, err
	}
	known := steps.Setup{Platforms: all.Platforms(), Fixtures: prepared.Fixtures}
	knownFailures, err := contents(ctx, func() (map[string]string, error) {
		if err := errors.Join(steps.CheckSteps(selected), steps.CheckThens(selected), known.CheckNames(selected)); err != nil {
			return nil, err
		}
		return steps.MatchKnown(o.Known, found.list, thereIs)
	})
	if err != nil {
		return nil, err
	}
	return &plan{known: knownFailures, sources: found.list, selection: selection, features: selected, total: count(selected), prepared: prepared}, nil
}

// count is how many scenarios features have.
func count(features []steps.Feature) (n int) {
	for _, f := range features {
		n += len(f.Scenarios)
	}
	return n
}

// manyScenarios are so many that what is kept of each matters more than the time that collecting garbage takes.
const manyScenarios = 5000

// thrifty has a run of very many scenarios give memory back sooner.
func (p *program) thrifty(scenarios int) {
	if scenarios > manyScenarios && p.env("GOGC") == "" {
		debug.SetGCPercent(50)
	}
}

// onPlatform keeps the scenarios of the platforms. One of an unknown platform is kept: it is to be refused
// aloud.
func onPlatform(chosen []*mockplatforms.Platform) func(steps.Scenario) bool {
	return func(s steps.Scenario) bool {
		of, err := steps.PlatformOf(s, all.Platforms())
		if err != nil || of == nil {
			return true
		}
		for _, p := range chosen {
			if p.Name == of.Name {
				return true
			}
		}
		return false
	}
}

func (p *program) runFeatures(ctx context.Context, flags *pflag.FlagSet, o *runOptions, args []string) error {
	outputs, err := p.outputs(o.formats, true)
	if err != nil {
		return err
	}
	color, err := p.colored(o.color, p.stdout)
	if err != nil {
		return err
	}
	if err := p.fromProject(ctx, flags, o); err != nil {
		return err
	}
	args = o.features(args)
	once := func(ctx context.Context, args []string) error { return p.runOnce(ctx, flags, o, args, outputs, color) }
	if err := o.checkInspect(args); err != nil {
		return err
	}
	if o.watch {
		return p.watch(ctx, watched{features: args, fixtures: o.Fixtures, config: o.configPath()}, once)
	}
	return once(ctx, args)
}

func (p *program) runOnce(ctx context.Context, flags *pflag.FlagSet, o *runOptions, args []string, outputs []output, color bool) error {
	plan, err := p.plan(ctx, o, args)
	switch {
	case err != nil:
		return err
	case o.list:
		return p.show(listed(plan))
	case o.dryRun:
		return p.show(dry(plan))
	}
	keepPipes()
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	reports, err := openReports(ctx, outputs, report.Options{
		Out: p.stdout, Color: color, Width: p.width(), Mask: p.mask, Total: plan.total,
	}, cancel)
	if err != nil {
		return err
	}
	defer reports.discard()
	return p.held(ctx, &heldRun{flags: flags, options: o, plan: plan, reports: reports, started: time.Now()})
}

// heldRun is a run that has begun: whatever comes, its reports are written.
type heldRun struct {
	flags   *pflag.FlagSet
	options *runOptions
	plan    *plan
	reports *reports
	started time.Time
}

// held opens the receiver, holds it to the features, and reports.
func (p *program) held(ctx context.Context, h *heldRun) error {
	h.reports.begin(h.run(h.plan.prepared)) // a run that is killed while it waits for its receiver has begun
	status := p.status(h.plan.total, h.options.formats)
	waiting := &waiting{program: p, status: status}
	h.options.Tell = waiting.tell
	opened, err := h.options.Open(ctx, all.Platforms())
	waiting.begin()
	if opened != nil {
		defer func() { opened.Close() }()
	}
	if err != nil {
		return p.notOpened(ctx, h, opened, err)
	}
	p.maskLog(h.plan.prepared.Secrets)
	p.announce(opened, h.plan.total)
	h.reports.begin(h.run(opened))
	missing := gaps{p.talk, map[string]bool{}}
	options := steps.RunOptions{
		FailFast: h.options.failFast, Strict: h.options.strict, Retries: h.options.retry, Known: h.plan.known, Parallel: h.options.parallel,
		Begin:    func(name string) { status.begin(p.mask(name)) },
		Exchange: h.reports.exchange,
		Waits:    func(what string) { status.beside(func() { p.talk("%s", what) }) },
		Each:     func(s report.Scenario) { status.aside(s, func() { missing.scenario(s); h.reports.scenario(s) }) },
	}
	inspecting, err := p.inspect(h, opened, &options)
	if err != nil {
		return err
	}
	if inspecting != nil {
		defer func() { _ = inspecting.Close() }()
	}
	broken := opened.Play(ctx, h.plan.features, options)
	status.end()
	if inspecting == nil {
		opened.Close()
		opened.Close = func() {}
	}
	run := h.run(opened)
	tally := &h.reports.tally
	run.Notices = slices.Concat(run.Notices, tally.Unsent, notTaken(opened, tally))
	run.Rerun = p.rerun(h.flags, tally)
	run.Broken = brokenOff(ctx, broken, tally)
	unwritten := h.reports.end(run)
	unwritten = errors.Join(unwritten, p.tellGitHub(report.Options{Mask: p.mask, Total: h.plan.total}, run, tally))
	if inspecting != nil && ctx.Err() == nil && broken == nil && !p.inCI() { // where nobody looks nobody would end it
		if err := p.stay(ctx, inspecting, opened); err != nil { // the verdict stands: the receiver may be gone
			p.talk("the run is over, and cannot be played with: %v", err)
		}
		ctx = context.WithoutCancel(ctx) // ending it is not an interruption: the run was over
	}
	return h.verdict(ctx, broken, run, tally, unwritten)
}

func (h *heldRun) run(opened *steps.Opened) report.Run {
	return report.Run{
		Version: version(), Receiver: opened.Receiver, Platforms: platformNames(opened.Platforms), Notices: opened.Notices, Seed: opened.Seed,
		Shard: h.options.dealt.String(), Loose: h.options.shardBy != "", Selected: h.options.selected,
		Started: h.started, Took: time.Since(h.started), MinCoverage: float64(h.options.minCoverage), Catalogues: catalogues(opened),
	}
}

// catalogues are the events of the platforms that play.
func catalogues(opened *steps.Opened) (list []report.Catalogue) {
	for _, p := range opened.Platforms {
		taken := func(event string) bool { return len(opened.Events) == 0 || slices.Contains(opened.Events, event) }
		events := slices.DeleteFunc(opened.Fixtures.Events(p.Name), func(event string) bool { return !taken(event) })
		list = append(list, report.Catalogue{Platform: p.Name, Events: events})
	}
	return list
}

// notOpened reports a run that did not begin: it was interrupted, its receiver cannot be reached, or what was asked for is misuse
// that shows only now.
func (p *program) notOpened(ctx context.Context, h *heldRun, opened *steps.Opened, err error) error {
	if opened == nil {
		opened = h.plan.prepared
	}
	text, stopped := p.mask(err.Error()), ctx.Err() != nil
	if stopped {
		text = context.Cause(ctx).Error() + ", before the receiver was ready"
	}
	run := h.run(opened)
	run.Receiver, run.Broken = h.plan.prepared.Receiver, text
	if err := h.reports.end(run); err != nil {
		return &exit{exitFault, err}
	}
	if stopped {
		return errors.New(text) // the code is the signal's
	}
	return err
}

// announce says on stderr what is about to be tested, and where this is laxer than the platforms.
func (p *program) announce(opened *steps.Opened, total int) {
	p.talk("%s; %s; seed %s; %s", opened.Receiver, strings.Join(platformNames(opened.Platforms), ", "), opened.Seed, scenarios(total))
	for _, notice := range opened.Notices {
		p.talk("notice: %s", notice)
	}
}

// scenarios says how many there are.
func scenarios(n int) string {
	if n == 1 {
		return "1 scenario"
	}
	return fmt.Sprintf("%d scenarios", n)
}

func platformNames(platforms []*mockplatforms.Platform) (names []string) {
	for _, p := range platforms {
		names = append(names, p.Name)
	}
	return names
}

// Why a run ended early that has its verdict all the same: it was to end with the first failure, or had no receiver any more.
const (
	failFast     = "--fail-fast"
	receiverDied = "the receiver died"
)

// brokenOff says why a run ended early, "" for one that did not.
func brokenOff(ctx context.Context, broken error, tally *report.Tally) string {
	switch {
	case broken != nil:
		return broken.Error()
	case ctx.Err() != nil:
		return context.Cause(ctx).Error()
	}
	for _, early := range []string{failFast, receiverDied} {
		if slices.ContainsFunc(tally.Reasons(), func(why string) bool { return strings.Contains(why, early) }) {
			return early
		}
	}
	return ""
}

// verdict is the run as an exit code.
func (h *heldRun) verdict(ctx context.Context, broken error, run report.Run, tally *report.Tally, unwritten error) error {
	var misused *steps.Misuse
	switch {
	case isBrokenPipe(unwritten):
		return &exit{code: 128 + 13} // as if SIGPIPE had ended us
	case unwritten != nil:
		return &exit{exitFault, unwritten}
	case errors.As(broken, &misused):
		return misused
	case broken != nil:
		return ourFault(broken)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case tally.Failed+len(tally.Uncovered(run)) > 0 && !h.options.exitZero:
		return &exit{code: exitFailed}
	case tally.NotRun > 0 && tally.NotRun == tally.Scenarios:
		return fmt.Errorf("nothing was tested: none of the scenarios (%d) could be run with this receiver, for the reasons above", tally.Scenarios)
	}
	return nil
}
