package report

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/hookdrill/hookdrill/mockplatforms"
)

// Sent is how often an event reached the receiver in one condition of the contract, and how often it acknowledged it.
type Sent struct {
	Event        string                  `json:"event"`
	Condition    mockplatforms.Condition `json:"condition"`
	Times        int                     `json:"times"`
	Acknowledged int                     `json:"acknowledged"`
	Declined     int                     `json:"declined,omitempty"` // how often it said no to one that came as it should, over a hook that it had not asked for
}

// Catalogue is the events that a platform has.
type Catalogue struct {
	Platform string
	Events   []string
}

// Coverage is what happened to the events of a platform.
type Coverage struct {
	Platform  string          `json:"platform"`
	Events    []EventCoverage `json:"events"`
	NeverSent []string        `json:"never_sent"`         // in the catalogue
	Beyond    []string        `json:"not_in_catalogue"`   // sent all the same
	Percent   float64         `json:"acknowledged_share"` // of the catalogue: events that were acknowledged at least once
}

// EventCoverage is how often what happened to an event.
type EventCoverage struct {
	Event        string `json:"event"`
	Delivered    int    `json:"delivered"`
	Acknowledged int    `json:"acknowledged"`
	Duplicated   int    `json:"duplicated"`
	OutOfOrder   int    `json:"out_of_order"`
	Forged       int    `json:"forged"`
	Malformed    int    `json:"malformed"`
	Retried      int    `json:"retried"`
}

// add files what was sent of it.
func (e *EventCoverage) add(s Sent) {
	e.Delivered += s.Times
	e.Acknowledged += s.Acknowledged
	column := map[mockplatforms.Condition]*int{
		mockplatforms.Repeated: &e.Duplicated, mockplatforms.AtOnce: &e.Duplicated, mockplatforms.OutOfOrder: &e.OutOfOrder,
		mockplatforms.Forged: &e.Forged, mockplatforms.NoJSON: &e.Malformed, mockplatforms.Retried: &e.Retried,
	}[s.Condition]
	if column != nil {
		*column += s.Times
	}
}

func (c Catalogue) covered(order []string, byEvent map[string]*sentEvent) Coverage {
	covered, acknowledged := Coverage{Platform: c.Platform, Events: []EventCoverage{}, NeverSent: []string{}, Beyond: []string{}}, 0
	for _, event := range order {
		known, seen := slices.Contains(c.Events, event), byEvent[event]
		switch {
		case seen == nil:
			covered.NeverSent = append(covered.NeverSent, event)
			continue
		case !known:
			covered.Beyond = append(covered.Beyond, event)
		case seen.Acknowledged > 0:
			acknowledged++
		}
		covered.Events = append(covered.Events, seen.EventCoverage)
	}
	covered.Percent = 100 * float64(acknowledged) / float64(max(len(c.Events), 1))
	return covered
}

// coverage writes the table once the run is over.
type coverage struct{ Options }

var _ Printer = coverage{}

func newCoverage(o Options) Printer { return coverage{o} }

func (coverage) Scenario(Scenario) error { return nil }

func (p coverage) End(run Run, tally *Tally) error {
	var b strings.Builder
	for i, c := range tally.Cover(run.Catalogues) {
		if i > 0 {
			b.WriteString("\n")
		}
		table := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		_, _ = fmt.Fprintf(table, "%s\tdelivered\tacknowledged\tduplicated\tout of order\tforged\tmalformed\tretried\n", strings.ToUpper(c.Platform)) // into memory
		slices.SortStableFunc(c.Events, func(a, b EventCoverage) int { return cmp.Compare(a.Event, b.Event) })
		for _, e := range c.Events {
			_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\n", p.line(e.Event), e.Delivered, e.Acknowledged, e.Duplicated, e.OutOfOrder, e.Forged, e.Malformed, e.Retried)
		}
		_ = table.Flush()
		for _, line := range p.gaps(c) {
			b.WriteString(line + "\n")
		}
	}
	if run.Broken != "" {
		b.WriteString("the run ended early: " + p.line(run.Broken) + "\n")
	}
	_, err := p.Out.Write([]byte(b.String()))
	return err
}

// gaps are what the coverage of a platform lacks, in words, and the share.
func (o Options) gaps(c Coverage) (list []string) {
	if len(c.NeverSent) > 0 {
		list = append(list, "in the catalogue, never sent: "+o.line(strings.Join(c.NeverSent, ", ")))
	}
	if len(c.Beyond) > 0 {
		list = append(list, "sent, not in the catalogue: "+o.line(strings.Join(c.Beyond, ", ")))
	}
	return append(list, fmt.Sprintf("%s: %.0f %% of the catalogue acknowledged", c.Platform, c.Percent))
}
