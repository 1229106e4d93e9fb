// Package journal is the ordered record of all that crossed the boundary between a platform and a receiver. It is the
// only thing that expectations and reports read.
package journal

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
)

// Kind says what an entry records.
type Kind string

// The kinds of entries.
const (
	Registration Kind = "registration" // the receiver called the registration API
	Lookup       Kind = "lookup"       // the receiver called the API to fetch something
	Unknown      Kind = "unknown call" // the receiver called something that the platform does not have
	Attempt      Kind = "attempt"      // the platform sent a callback: one request
	Consequence  Kind = "consequence"  // the platform drew one from answers or from time: no exchange, only words
	Word         Kind = "word"         // a receiver in this process said what it did
)

// Message is a request or an answer as bytes. A request has Method and URL, an answer has Status.
type Message struct {
	Method    string
	URL       string
	Status    int
	Header    []fixtures.Field
	Body      []byte
	Truncated bool // the body was longer than what is kept
	Early     bool // an answer: the receiver closed the connection before it had read all of the request
	Barred    bool // an answer that could not come: callbacks do not go to that address, and nothing was sent
}

// Field gives the first value of a header field, whatever its case.
func (m Message) Field(name string) string {
	for _, f := range m.Header {
		if strings.EqualFold(f.Name, name) {
			return f.Value
		}
	}
	return ""
}

// Path is the URL without its scheme and its host: of a call to us those are ours.
func (m Message) Path() string {
	u, err := url.Parse(m.URL)
	if err != nil {
		return m.URL
	}
	return u.RequestURI()
}

// Entry is one exchange.
type Entry struct {
	Seq      int // from 1, in the order in which exchanges ended
	Kind     Kind
	Platform string
	At       time.Time     // when it began, in real time
	Virtual  time.Duration // when it was due on the platform's schedule, from the start of the scenario
	Took     time.Duration
	Request  Message
	Response Message // Status is 0 where there was no answer
	Failure  string  // why there was no answer

	Event        string // an attempt: the event of the catalogue
	Delivery     string // an attempt: the id that its callback keeps over all attempts
	Hook         int64  // an attempt: the hook that it was sent for
	Number       int    // an attempt: 1 for the first
	Fault        string // an attempt: what was done to it on purpose
	Condition    string // an attempt: in which condition it reached the receiver (mockplatforms.Condition); "": it did not
	Acknowledged bool   // an attempt: the answer is a success to this platform
	Rejected     string // an attempt: why an answer that came is none, in words; a registration: why it is refused, where the answer does not say it
	Intact       []byte // an attempt that was framed amiss on purpose: the body as it should be, where that is not Request's
	Unsent       string // an attempt: what its message says and its request does not, in words
	InFront      bool   // an attempt: something stood in front of the receiver, so the answer is not its own

	Creates  bool     // a registration: it asks for hooks
	Client   string   // a call of the receiver: the API client that it acted for
	Resource string   // a lookup: the noun
	IDs      []string // a lookup: what was asked for
	Gap      string   // an unknown call: what hookdrill does not have and the platform may have, as a fixture writes it: "GET /v1/addresses/{id}"

	Text string   // a consequence, a word: what it says; an unknown call: what may have been meant
	To   []string // a consequence: the e-mail addresses that are told
}

// Says is a consequence in words, with whom a mail has told of it.
func (e Entry) Says() string {
	if len(e.To) == 0 {
		return e.Text
	}
	return e.Text + "; a mail goes to " + strings.Join(e.To, ", ")
}

// Call says whether the receiver called the platform.
func (e Entry) Call() bool { return e.Kind == Registration || e.Kind == Lookup || e.Kind == Unknown }

// Missing says what an exchange met that hookdrill does not have or does not do, and what to do about it; "" if it has met no such
// thing.
func (e Entry) Missing() string {
	switch {
	case e.Response.Barred:
		return "a callback was not sent: " + e.Failure
	case e.Gap == "":
		return ""
	}
	return fmt.Sprintf("hookdrill has no %s; add a fixture with this Fixture-Route (hookdrill help fixtures)", e.Gap)
}

// Journal records entries. The zero value is ready. It is safe for concurrent use. The newest entries are in memory; when
// there are too many, the oldest move to a file. Both are read alike: what comes back is what was appended, but that its
// times have lost their monotonic reading, and the name of a zone that is not the local one.
type Journal struct {
	Told func(Entry) // hears of every entry once it is filed, from whoever filed it; optional. Set before the first

	mu      sync.Mutex
	blocks  []block // without those that are forgotten
	count   int
	changed chan struct{} // closed at the next Append

	forgotten int // so many entries are gone

	limit     int64 // how much memory the entries may take; 0: defaultLimit
	weight    int64 // how much they do
	spilled   int   // so many blocks are in the file, the first ones
	spill     *spill
	closed    bool
	unwritten error // why no more is spilled
	unread    error // why entries are missing
}

// Append files an entry and gives its number. Number and order are settled in one critical section.
func (j *Journal) Append(e Entry) int {
	e.Seq = j.file(e)
	if j.Told != nil {
		j.Told(e)
	}
	return e.Seq
}

func (j *Journal) file(e Entry) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if len(j.blocks) == 0 || j.blocks[len(j.blocks)-1].full() {
		j.begin()
	}
	j.count++
	e.Seq = j.count
	last := &j.blocks[len(j.blocks)-1]
	last.entries = append(last.entries, e)
	weight := e.weigh()
	last.weight += weight
	j.weight += weight
	if j.changed != nil {
		close(j.changed)
		j.changed = nil
	}
	return e.Seq
}

// Len is the number of entries so far: the position to give to Since later.
func (j *Journal) Len() int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.count
}

// Since gives copies of the entries after the first n, all at once: where they may be many, Each takes less memory.
func (j *Journal) Since(n int) []Entry {
	list, _ := j.more(nil, n)
	return list
}

// more adds to the list what came after the first n, and gives the position behind that. What was forgotten meanwhile
// goes.
func (j *Journal) more(list []Entry, n int) ([]Entry, int) {
	j.mu.Lock()
	forgotten, end := j.forgotten, j.count
	j.mu.Unlock()
	for len(list) > 0 && list[0].Seq <= forgotten {
		list = list[1:]
	}
	n = max(n, forgotten)
	if n < end {
		list = slices.Grow(list, end-n)
	}
	for n < end {
		list, n = j.read(list, n, end)
	}
	return list, n
}

// Each hands f copies of the entries after the first n, in their order, until it gives false. It holds only a few of
// them at a time, and f may use the journal. What is appended meanwhile is not among them.
func (j *Journal) Each(n int, f func(Entry) bool) {
	var few []Entry
	for end := j.Len(); n < end; {
		few, n = j.read(few[:0], n, end)
		for _, e := range few {
			if !f(e) {
				return
			}
		}
	}
}

// Forget lets go of the first n entries, for a platform that plays without end. They count as before, and are given no
// more. Their place in the file, if they have one, is not used again.
func (j *Journal) Forget(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	n = min(n, j.count)
	if n <= j.forgotten {
		return
	}
	gone := sort.Search(len(j.blocks), func(i int) bool { return j.endOf(i) > n })
	if gone == len(j.blocks) && !j.blocks[gone-1].full() {
		gone-- // there is room in it for what comes
	}
	for i := range gone {
		j.weight -= j.blocks[i].weight
		j.blocks[i] = block{}
	}
	j.blocks, j.spilled = j.blocks[gone:], max(j.spilled-gone, 0)
	if len(j.blocks) > 0 {
		b := &j.blocks[0]
		j.weight -= b.forget(max(j.forgotten-b.after, 0), n-b.after)
	}
	j.forgotten = n
}

// Await waits until the condition holds for the entries after the first n, and gives them. When the context ends first
// it gives the entries as they are then, and whether it holds for them.
func (j *Journal) Await(ctx context.Context, n int, holds func([]Entry) bool) ([]Entry, bool) {
	var list []Entry
	for {
		j.mu.Lock()
		if j.changed == nil {
			j.changed = make(chan struct{})
		}
		changed := j.changed // before the entries are read: what comes in between wakes
		j.mu.Unlock()
		list, n = j.more(list, n) // no entry is read twice, however often it wakes
		if holds(list) {
			return list, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			list, _ = j.more(list, n)
			return list, holds(list)
		}
	}
}

// Err says what went wrong with the file. Where it could not be written nothing is missing: all stays in memory. Where it
// could not be read entries are missing from what the journal gave; so ask after reading.
func (j *Journal) Err() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return errors.Join(j.unwritten, j.unread)
}

// Close removes the file. The entries that were there are gone: to read them is an error that Err tells. What is in memory
// stays, and what is appended later stays there too. A journal that is closed may be closed again.
func (j *Journal) Close() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.closed = true
	if j.spill == nil {
		return nil
	}
	err := j.spill.close()
	j.spill = nil
	return err
}
