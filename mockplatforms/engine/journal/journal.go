// Package journal is the ordered record of all that crossed the boundary between a platform and a receiver. It is the
// only thing that expectations and reports read.
package journal

import (
	"context"
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
)

// Message is a request or an answer as bytes. A request has Method and URL, an answer has Status.
type Message struct {
	Method    string
	URL       string
	Status    int
	Header    []fixtures.Field
	Body      []byte
	Truncated bool // the body was longer than what is kept
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
	Acknowledged bool   // an attempt: the answer is a success to this platform

	Creates  bool     // a registration: it asks for hooks
	Client   string   // a call of the receiver: the API client that it acted for
	Resource string   // a lookup: the noun
	IDs      []string // a lookup: what was asked for
}

// blockSize entries make a block. Blocks are never copied again, so that appending stays cheap while a journal grows.
const blockSize = 256

// Journal records entries. The zero value is ready. It is safe for concurrent use.
type Journal struct {
	mu      sync.Mutex
	blocks  [][]Entry
	count   int
	changed chan struct{} // closed at the next Append

	forgotten int // so many entries are gone
}

// Append files an entry and gives its number. Number and order are settled in one critical section.
func (j *Journal) Append(e Entry) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.count%blockSize == 0 {
		j.blocks = append(j.blocks, make([]Entry, 0, blockSize))
	}
	j.count++
	e.Seq = j.count
	last := &j.blocks[len(j.blocks)-1]
	*last = append(*last, e)
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

// Since gives copies of the entries after the first n.
func (j *Journal) Since(n int) []Entry {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.since(n)
}

func (j *Journal) since(n int) []Entry {
	n = max(n, j.forgotten)
	if n >= j.count {
		return nil
	}
	list := make([]Entry, 0, j.count-n)
	for i := n / blockSize; i < len(j.blocks); i++ {
		block := j.blocks[i]
		if i == n/blockSize {
			block = block[n%blockSize:]
		}
		list = append(list, block...)
	}
	return list
}

// Forget lets go of the first n entries, for a platform that plays without end. They count as before, and are given no
// more.
func (j *Journal) Forget(n int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for i := j.forgotten; i < min(n, j.count); i++ {
		block := i / blockSize
		j.blocks[block][i%blockSize] = Entry{}
		if i%blockSize == blockSize-1 {
			j.blocks[block] = nil
		}
		j.forgotten = i + 1
	}
}

// Await waits until the condition holds for the entries after the first n, and gives them. When the context ends first
// it gives the entries as they are then, and whether it holds for them.
func (j *Journal) Await(ctx context.Context, n int, holds func([]Entry) bool) ([]Entry, bool) {
	for {
		j.mu.Lock()
		list := j.since(n)
		if j.changed == nil {
			j.changed = make(chan struct{})
		}
		changed := j.changed
		j.mu.Unlock()
		if holds(list) {
			return list, true
		}
		select {
		case <-changed:
		case <-ctx.Done():
			list = j.Since(n)
			return list, holds(list)
		}
	}
}
