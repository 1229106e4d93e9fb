package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/hookdrill/hookdrill/steps/report"
)

// replayOptions are the flags of `hookdrill report` and `hookdrill merge`.
type replayOptions struct {
	formats  []string
	color    string
	exitZero bool
}

func (p *program) reportCommand() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use: "report EVENTS...", Short: "make reports again from what a run has recorded",
		Long: `Reads what "hookdrill run --format events:FILE" has written and makes any report of it, without a receiver. A run that was
killed left what it had recorded until then. Several files are taken for the shards of one run. It ends with 0 when the
reports could be made, whatever they say; "hookdrill merge" ends as the run would have.`,
		Example: `  hookdrill report report/events.ndjson
  hookdrill report report/events.ndjson --format junit:report/junit.xml --format coverage`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			_, err := p.replay(cmd.Context(), &o, args, false)
			return err
		},
	}
	o.flags(cmd, nil)
	return cmd
}

func (p *program) mergeCommand() *cobra.Command {
	var o replayOptions
	cmd := &cobra.Command{
		Use: "merge EVENTS...", Short: "join what the shards of a run have recorded",
		Long: `Reads what shards ("hookdrill run --shard 1/3 --format events:FILE") have written and writes it as that of one run, or makes
reports of it. It ends as that run would have: with 1 if a scenario failed, for one; with 4 if it is not whole, because a
shard is missing, was killed, or ended early.`,
		Example: `  hookdrill merge shard-*.ndjson --format events:all.ndjson --format junit:junit.xml --format pretty`,
		Args:    cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			all, err := p.replay(cmd.Context(), &o, args, true)
			if err != nil {
				return err
			}
			return joined(all, o.exitZero)
		},
	}
	o.flags(cmd, []string{"events"})
	cmd.Flags().BoolVar(&o.exitZero, "exit-zero", false, "exit 0 also if scenarios failed")
	return cmd
}

func (o *replayOptions) flags(cmd *cobra.Command, formats []string) {
	cmd.Flags().StringSliceVar(&o.formats, "format", formats, "report as `NAME[:PATH]` (may be given several times): "+formatNames())
	cmd.Flags().StringVar(&o.color, "color", "auto", "`WHEN` to use colours: auto, always or never")
}

// joined is the exit code of a run that was made of several.
func joined(all *report.Recorded, exitZero bool) error {
	tally := report.TallyOf(all.Scenarios)
	judged := []string{"", failFast, receiverDied}
	switch {
	case slices.ContainsFunc(strings.Split(all.Run.Broken, "; "), func(why string) bool { return !slices.Contains(judged, why) }):
		return &exit{exitFault, fmt.Errorf("the run is not whole: %s", all.Run.Broken)}
	case tally.Failed+len(tally.Uncovered(all.Run)) > 0 && !exitZero:
		return &exit{code: exitFailed}
	}
	return nil
}

// replay reads streams, and prints what they hold.
func (p *program) replay(ctx context.Context, o *replayOptions, names []string, whole bool) (*report.Recorded, error) {
	outputs, err := p.outputs(o.formats, whole)
	if err == nil {
		err = apart(outputs, names)
	}
	if err != nil {
		return nil, err
	}
	keepPipes()
	color, err := p.colored(o.color, p.stdout)
	if err != nil {
		return nil, err
	}
	var parts []*report.Recorded
	var broken []error
	for _, name := range names {
		part, err := readStream(ctx, name)
		parts, broken = append(parts, part), append(broken, err)
	}
	if err := errors.Join(broken...); err != nil {
		return nil, err
	}
	all := parts[0] // a report of one shard is what was asked for; what is merged has to be whole
	if whole || len(parts) > 1 {
		if all, err = report.Join(names, parts); err != nil {
			return nil, err
		}
	}
	if all.Left > 0 {
		p.talk("%d exchanges were too many or too long to be recorded; verdicts and their reasons are complete", all.Left)
	}
	reports, err := openReports(ctx, outputs, report.Options{Out: p.stdout, Color: color, Width: p.width(), Total: all.Total}, nil)
	if err != nil {
		return nil, err
	}
	defer reports.discard()
	reports.begin(all.Run)
	for _, s := range all.Scenarios {
		for _, e := range s.Entries {
			reports.exchange(s.ID(), e)
		}
		reports.scenario(s)
	}
	switch err := reports.end(all.Run); {
	case isBrokenPipe(err):
		return nil, &exit{code: 128 + 13} // as if SIGPIPE had ended us
	case err != nil:
		return nil, &exit{exitFault, err}
	}
	return all, nil
}

// apart refuses a report in the place of a stream that it is made of: that is what happened, and is not there twice.
func apart(outputs []output, streams []string) error {
	for _, o := range outputs {
		to, err := os.Stat(o.path)
		if o.path == "" || err != nil {
			continue // there is nothing yet
		}
		for _, name := range streams {
			if from, err := os.Stat(name); err == nil && os.SameFile(to, from) {
				return fmt.Errorf("--format %s:%s: that is the stream that the report is made of; give it another file", o.format.Name, o.path)
			}
		}
	}
	return nil
}

func readStream(ctx context.Context, name string) (*report.Recorded, error) {
	return contents(ctx, func() (*report.Recorded, error) {
		file, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		defer func() { _ = file.Close() }() // it was only read
		return report.ReadStream(name, file)
	})
}
