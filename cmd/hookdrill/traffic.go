package main

import (
	"context"
	"fmt"
	"net/http"
	"strconv"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// traffic prints a line for each exchange.
type traffic struct {
	mask  func(string) string
	color bool
	print func(string)
}

// follow prints what an engine journals until the context ends, and lets go of what is printed: serve has no end.
func (t traffic) follow(ctx context.Context, e *engine.Engine) {
	for seen := 0; ; {
		entries, more := e.Journal.Await(ctx, seen, func(list []journal.Entry) bool { return len(list) > 0 })
		for _, entry := range entries {
			t.print(t.line(entry))
		}
		seen += len(entries)
		e.Journal.Forget(seen)
		if !more {
			return
		}
	}
}

// line is an exchange as "15:04:05.000 cratejoy     GET /v1/hooks/ -> 200".
func (t traffic) line(e journal.Entry) string {
	if e.Kind == journal.Consequence {
		return fmt.Sprintf("%s %-12s %s\n", e.At.Format("15:04:05.000"), e.Platform, report.Visible(t.mask(e.Says())))
	}
	what := e.Request.Method + " " + e.Request.Path()
	remark := ""
	switch e.Kind {
	case journal.Attempt:
		what = "callback " + e.Event + ": " + e.Request.Method + " " + e.Request.URL
		if e.Fault != "" {
			what += " (" + e.Fault + ")"
		}
		remark = " not acknowledged"
		if e.Acknowledged {
			remark = " acknowledged"
		}
	case journal.Unknown:
		switch {
		case e.Gap != "":
			remark = " " + e.Missing()
		case e.Text != "":
			remark = " " + e.Text
		case e.Response.Status == http.StatusNotFound:
			remark = " nothing is there"
		}
	case journal.Registration, journal.Lookup, journal.Consequence, journal.Word:
	}
	if e.Failure != "" {
		remark = " (" + e.Failure + ")" + remark
	}
	return fmt.Sprintf("%s %-12s %s -> %s%s\n", e.At.Format("15:04:05.000"), e.Platform, report.Visible(t.mask(what)), t.status(e), report.Visible(t.mask(remark)))
}

// status is that of the answer, in its colour.
func (t traffic) status(e journal.Entry) string {
	text := strconv.Itoa(e.Response.Status)
	color := 31 // red: 5xx, and no answer
	switch {
	case e.Response.Status == 0:
		text = "no answer"
	case e.Response.Status < 400:
		color = 32
	case e.Response.Status < 500:
		color = 33
	}
	if !t.color {
		return text
	}
	return fmt.Sprintf("\x1b[%dm%s\x1b[0m", color, text)
}
