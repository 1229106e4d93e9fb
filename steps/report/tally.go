package report

import (
	"cmp"
	"maps"
	"slices"
)

// Tally is what the scenarios of a run come to. It holds none of them but those that failed or are flaky: a run may have very
// many. The zero value is one without scenarios.
type Tally struct {
	Counts
	Scenarios int        // how many there were
	Unsent    []string   // what their callbacks say and the requests did not, each once
	failures  []Scenario // as they came
	notRun    map[string]*reason
	sent      map[string]map[string]*sentEvent // by platform and event
	files     map[string]int                   // as they came first
}

// spot is where a scenario stands among the others, and a thing in it.
type spot struct{ file, line, n int }

func (p spot) compare(q spot) int {
	return cmp.Or(cmp.Compare(p.file, q.file), cmp.Compare(p.line, q.line), cmp.Compare(p.n, q.n))
}

// reason is why scenarios were not run.
type reason struct {
	text  string
	times int
	first spot
}

// sentEvent is what happened to an event.
type sentEvent struct {
	EventCoverage
	declined int // in scenarios that failed
	first    spot
}

// TallyOf counts scenarios.
func TallyOf(scenarios []Scenario) *Tally {
	t := &Tally{}
	for _, s := range scenarios {
		t.Add(s)
	}
	return t
}

// Add counts one scenario more. They may come in any order, as long as a file ends before the next begins.
func (t *Tally) Add(s Scenario) {
	if t.files == nil {
		t.notRun, t.sent, t.files = map[string]*reason{}, map[string]map[string]*sentEvent{}, map[string]int{}
	}
	if _, ok := t.files[s.File]; !ok {
		t.files[s.File] = len(t.files)
	}
	t.Scenarios++
	t.Counts.Add(s)
	t.Unsent = union(t.Unsent, s.Unsent)
	here := spot{file: t.files[s.File], line: s.Line}
	if s.Failed() || s.flaky() {
		t.failures = append(t.failures, s)
	}
	if s.Verdict == NotRun {
		r := t.notRun[s.Reason]
		if r == nil {
			r = &reason{text: s.Reason, first: here}
			t.notRun[s.Reason] = r
		}
		r.times++
		r.first = sooner(r.first, here)
	}
	for i, sent := range s.Sent {
		here.n = i
		t.addSent(s.Platform, sent, here, s.Failed())
	}
}

func (t *Tally) addSent(platform string, sent Sent, here spot, failed bool) {
	if t.sent[platform] == nil {
		t.sent[platform] = map[string]*sentEvent{}
	}
	e := t.sent[platform][sent.Event]
	if e == nil {
		e = &sentEvent{EventCoverage: EventCoverage{Event: sent.Event}, first: here}
		t.sent[platform][sent.Event] = e
	}
	e.add(sent)
	if failed {
		e.declined += sent.Declined
	}
	e.first = sooner(e.first, here)
}

func sooner(a, b spot) spot {
	if b.compare(a) < 0 {
		return b
	}
	return a
}

// Failures are the scenarios that failed or are flaky, in their order.
func (t *Tally) Failures() []Scenario { return InOrder(t.failures) }

// Reasons are those of the scenarios that were not run, as they came first.
func (t *Tally) Reasons() (list []string) {
	for _, r := range t.reasons() {
		list = append(list, r.text)
	}
	return list
}

func (t *Tally) reasons() []*reason {
	return slices.SortedFunc(maps.Values(t.notRun), func(a, b *reason) int { return a.first.compare(b.first) })
}

// Cover adds up what scenarios sent, for each catalogue.
func (t *Tally) Cover(catalogues []Catalogue) []Coverage {
	list := []Coverage{}
	for _, c := range catalogues {
		sent, order := t.sent[c.Platform], slices.Clone(c.Events)
		for _, e := range slices.SortedFunc(maps.Values(sent), func(a, b *sentEvent) int { return a.first.compare(b.first) }) {
			if !slices.Contains(order, e.Event) {
				order = append(order, e.Event)
			}
		}
		list = append(list, c.covered(order, sent))
	}
	return list
}

// NotTaken are the events of a platform that the receiver has declined and never acknowledged, in scenarios that failed: it may not
// take them. None are where it has acknowledged nothing of several: it has something against all that comes.
func (t *Tally) NotTaken(platform string) (events []string) {
	acknowledged := 0
	for _, e := range slices.SortedFunc(maps.Values(t.sent[platform]), func(a, b *sentEvent) int {
		return cmp.Or(a.first.compare(b.first), cmp.Compare(a.Event, b.Event))
	}) {
		acknowledged += e.Acknowledged
		if e.declined > 0 && e.Acknowledged == 0 {
			events = append(events, e.Event)
		}
	}
	if len(events) > 1 && acknowledged == 0 {
		return nil
	}
	return events
}

// Uncovered are the platforms of which less of the catalogue was acknowledged than the run asks for.
func (t *Tally) Uncovered(run Run) []Coverage {
	return slices.DeleteFunc(t.Cover(run.Catalogues), func(c Coverage) bool { return c.Percent >= run.MinCoverage })
}

// InOrder puts scenarios where the features have them: files as they came first, and the lines in them.
func InOrder(scenarios []Scenario) []Scenario {
	first := map[string]int{}
	for i, s := range scenarios {
		if _, ok := first[s.File]; !ok {
			first[s.File] = i
		}
	}
	slices.SortStableFunc(scenarios, func(a, b Scenario) int {
		return cmp.Or(cmp.Compare(first[a.File], first[b.File]), cmp.Compare(a.Line, b.Line))
	})
	return scenarios
}

// whole is the printer of a format that is written once all is known.
type whole struct {
	write func(Run, []Scenario) error
	all   bool // it shows the exchanges of all scenarios; otherwise only those of what failed
	list  []Scenario
}

var _ Printer = (*whole)(nil)

// Scenario keeps it until the end, with what will be shown of it.
func (w *whole) Scenario(s Scenario) error {
	if !w.all && (s.Verdict == Pass || s.Verdict == NotRun) {
		s.Entries = nil
	}
	w.list = append(w.list, s)
	return nil
}

// End writes the report.
func (w *whole) End(run Run, _ *Tally) error { return w.write(run, InOrder(w.list)) }
