package main

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/steps"
	"github.com/hookdrill/hookdrill/steps/report"
	"github.com/hookdrill/hookdrill/steps/target"
)

// proveOptions are the flags of `hookdrill prove`.
type proveOptions struct {
	runOptions
	only     []string
	minScore percent
	json     bool
}

func (p *program) proveCommand() *cobra.Command {
	var o proveOptions
	cmd := &cobra.Command{
		Use: "prove [FEATURE...]", Short: "show that features would notice a bad receiver",
		Long: `Runs features against a receiver, and those that pass again against receivers that are bad on purpose: one saboteur at
a time stands between the platform and your receiver, and drops, hides, doubles or changes what passes
(hookdrill list saboteurs). The first scenario that fails has noticed it. What survives is what your features would not
notice; the built-in scenarios that would are named.

The receiver is given as to hookdrill run. With the sample receiver its own bugs (hookdrill list bugs) are added.`,
		Example: `  hookdrill prove --platform bigcommerce --receiver http://127.0.0.1:3000/webhooks/bigcommerce my/features
  hookdrill prove --receiver sample --min-score 90 my/features`,
		RunE: func(cmd *cobra.Command, args []string) error { return p.prove(cmd.Context(), cmd.Flags(), &o, args) },
	}
	f := cmd.Flags()
	set := pflag.NewFlagSet("", pflag.ContinueOnError)
	o.flags(set)
	set.VisitAll(func(flag *pflag.Flag) {
		switch flag.Name {
		case "bug", "format", "fail-fast", "strict", "watch", "inspect", "token-env", "keep-in", "retry", "rerun-failed", "min-coverage", "dry-run", "list", "exit-zero": // of run alone
		default:
			f.AddFlag(flag)
		}
	})
	f.StringSliceVar(&o.only, "only", nil, "only this saboteur or bug, by `NAME` (may be given several times)")
	f.Var(&o.minScore, "min-score", "exit 1 if less than this `PERCENT` is noticed")
	f.BoolVar(&o.json, "json", false, "as one JSON document")
	return cmd
}

func (p *program) prove(ctx context.Context, flags *pflag.FlagSet, o *proveOptions, args []string) error {
	color, err := p.colored(o.color, p.stdout)
	if err != nil {
		return err
	}
	if err := p.fromProject(ctx, flags, &o.runOptions); err != nil {
		return err
	}
	plan, err := p.plan(ctx, &o.runOptions, o.features(args))
	if err != nil {
		return err
	}
	if err := steps.CheckMutants(o.only, o.TestsSample()); err != nil {
		return err
	}
	status := p.status(0, nil)
	waiting := &waiting{program: p, status: status}
	o.Tell = waiting.tell
	opened, err := o.Open(ctx, all.Platforms())
	waiting.begin()
	if opened != nil {
		defer opened.Close()
	}
	var down *target.Unreachable
	if errors.As(err, &down) {
		return &exit{exitUnreachable, err}
	}
	if err != nil {
		return err
	}
	p.maskLog(plan.prepared.Secrets)
	p.talk("%s; %d scenarios, first without a saboteur", opened.Receiver, plan.total)
	proofs, err := opened.Prove(ctx, steps.ProveOptions{
		Sources: plan.sources, Selection: plan.selection, Parallel: o.parallel, Only: o.only, Bug: opened.Bug, Begin: status.at,
	})
	status.end()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err != nil {
		return err
	}
	proofs.Receiver = p.mask(opened.Receiver)
	if o.json {
		err = p.showJSON(proofs)
	} else {
		err = report.PrintProofs(proofs, report.Options{Out: p.stdout, Color: color, Width: p.width(), Mask: p.mask})
	}
	if err == nil && proofs.Score < float64(o.minScore) {
		return &exit{exitFailed, fmt.Errorf("%.0f %% is less than --min-score %g", proofs.Score, float64(o.minScore))}
	}
	return err
}
