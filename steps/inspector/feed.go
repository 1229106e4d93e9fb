package inspector

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/report"
)

// How much of what was heard is kept: the newest exchanges, and the newest scenarios.
const (
	mostExchanges = 1000
	mostBytes     = 64 << 20
	mostScenarios = 10_000
	mostCompared  = 64 << 10 // bytes of a body that is shown beside the next
)

// feed is what the inspector has heard, the newest of it. It is safe for concurrent use.
type feed struct {
	instance string // of this process: a page of another one is out of date

	mu        sync.Mutex
	changed   chan struct{} // closed when there is more
	exchanges list[heard]
	scenarios list[report.Scenario]
	counts    report.Counts
	weight    int
	now       string // what is running
	last      map[string]journal.Entry
}

// heard is an exchange.
type heard struct {
	name          string        // as the page names it
	of            string        // the scenario; "": none
	entry, before journal.Entry // before: the attempt of the same callback that was made before, if there was one
}

// again says whether a callback was sent before, and not because the platform tries it again.
func (h heard) again() bool { return h.entry.Number == 1 && h.before.Delivery != "" }

// list is a list that forgets its oldest elements.
type list[T any] struct {
	kept      []T
	forgotten int
}

func (l *list[T]) add(one T) { l.kept = append(l.kept, one) }

func (l *list[T]) forget() (oldest T) {
	oldest = l.kept[0]
	clear(l.kept[:1])
	l.kept, l.forgotten = l.kept[1:], l.forgotten+1
	return oldest
}

func (l *list[T]) end() int { return l.forgotten + len(l.kept) }

// since gives the elements from position n on, and the position behind them.
func (l *list[T]) since(n int) ([]T, int) {
	from := min(max(n-l.forgotten, 0), len(l.kept))
	return append([]T(nil), l.kept[from:]...), l.end()
}

// at gives the element of a position.
func (l *list[T]) at(n int) (one T, ok bool) {
	if n < l.forgotten || n >= l.end() {
		return one, false
	}
	return l.kept[n-l.forgotten], true
}

func (f *feed) begin() {
	f.instance, f.changed, f.last = rand.Text(), make(chan struct{}), map[string]journal.Entry{}
}

// tell has all that watch look again. The lock is held.
func (f *feed) tell() {
	close(f.changed)
	f.changed = make(chan struct{})
}

// wake is for what has changed elsewhere.
func (f *feed) wake() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.tell()
}

// Exchange hears of one. Of is the scenario that it belongs to, "" for none. It may be called from several goroutines.
func (i *Inspector) Exchange(of string, e journal.Entry) {
	f := &i.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	h := heard{name: strconv.Itoa(f.exchanges.end() + 1), of: of, entry: e}
	if e.Kind == journal.Attempt {
		key := fmt.Sprintf("%s %s %d %s", of, e.Platform, e.Hook, e.Delivery)
		h.before = f.last[key]
		delete(f.last, key)
		if len(f.last) >= mostExchanges {
			clear(f.last) // what is sent again after so many others is not known to be
		}
		if len(e.Request.Body) <= mostCompared {
			f.last[key] = e
		}
	}
	f.exchanges.add(h)
	f.weight += weigh(e)
	for len(f.exchanges.kept) > mostExchanges || f.weight > mostBytes {
		f.weight -= weigh(f.exchanges.forget().entry)
	}
	f.tell()
}

func weigh(e journal.Entry) int { return len(e.Request.Body) + len(e.Response.Body) + 1<<10 }

// Begin hears of a scenario that begins.
func (i *Inspector) Begin(title string) {
	i.feed.mu.Lock()
	defer i.feed.mu.Unlock()
	clear(i.feed.last) // scenarios are not compared with each other
	i.feed.now = title
	i.feed.tell()
}

// Scenario hears of one that has ended.
func (i *Inspector) Scenario(s report.Scenario) {
	f := &i.feed
	f.mu.Lock()
	defer f.mu.Unlock()
	f.scenarios.add(s)
	f.counts.Add(s)
	if len(f.scenarios.kept) > mostScenarios {
		f.scenarios.forget()
	}
	f.now = ""
	f.tell()
}

// position is how far somebody has seen.
type position struct{ exchanges, scenarios int }

// end is the position of one who has seen all.
func (f *feed) end() position {
	f.mu.Lock()
	defer f.mu.Unlock()
	return position{f.exchanges.end(), f.scenarios.end()}
}

// since gives what came behind a position, and what is closed when there is more.
func (f *feed) since(p position) (exchanges []heard, scenarios []report.Scenario, now position, more <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	exchanges, now.exchanges = f.exchanges.since(p.exchanges)
	scenarios, now.scenarios = f.scenarios.since(p.scenarios)
	return exchanges, scenarios, now, f.changed
}

// find gives an exchange by its name: a number, or that of a scenario and the number in it, as in s12.3.
func (f *feed) find(name string) (h heard, ok bool) {
	if in, isOf := strings.CutPrefix(name, "s"); isOf {
		scenario, number, _ := strings.Cut(in, ".")
		s, ok := f.scenario(scenario)
		if n, err := strconv.Atoi(number); ok && err == nil && n >= 1 && n <= len(s.Entries) {
			return exchangesOf(s, scenario)[n-1], true
		}
		return h, false
	}
	n, err := strconv.Atoi(name)
	f.mu.Lock()
	defer f.mu.Unlock()
	h, ok = f.exchanges.at(n - 1)
	return h, ok && err == nil
}

// scenario gives one by its number.
func (f *feed) scenario(number string) (s report.Scenario, ok bool) {
	n, err := strconv.Atoi(number)
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok = f.scenarios.at(n - 1)
	return s, ok && err == nil
}

// exchangesOf are those of a scenario that is over.
func exchangesOf(s report.Scenario, number string) (list []heard) {
	last := map[string]journal.Entry{}
	for n, e := range s.Entries {
		list = append(list, heard{fmt.Sprintf("s%s.%d", number, n+1), s.ID(), e, last[e.Delivery]})
		if e.Kind == journal.Attempt {
			last[e.Delivery] = e
		}
	}
	return list
}

// callback gives an exchange that is one.
func (i *Inspector) callback(name string) (heard, error) {
	h, ok := i.feed.find(name)
	switch {
	case !ok:
		return h, fmt.Errorf("the exchange %q is not kept, or not any more", name)
	case h.entry.Kind != journal.Attempt:
		return h, fmt.Errorf("the exchange %s is a call of the receiver; only callbacks can be sent", name)
	}
	return h, nil
}

// running is what is running, and what is over.
func (f *feed) running() (title string, over int, counts report.Counts) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.now, f.scenarios.end(), f.counts
}
