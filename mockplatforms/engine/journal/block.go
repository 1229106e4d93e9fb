package journal

import (
	"fmt"
	"reflect"
	"sort"
)

// A block holds blockSize entries, or fewer that take blockWeight together: a few hundred answers of a megabyte would
// be too much to keep, and to seal, at a time. Blocks are never copied again, so that appending stays cheap while a
// journal grows.
const (
	blockSize   = 256
	blockWeight = 4 << 20
)

// defaultLimit is how much memory entries may take, by estimate. The garbage collector lets a heap grow to twice what
// it needs, and to read a block back takes several times what it holds: well below 512 MiB is far from that.
const defaultLimit = 64 << 20

// block is some entries in a row, in memory or in the file.
type block struct {
	after   int     // so many entries come before it
	entries []Entry // nil where they are in the file
	weight  int64   // what they take in memory
	at      int64   // where they are in the file
	size    int     // how many bytes there
}

// full says whether an entry that comes now belongs in another block.
func (b *block) full() bool { return len(b.entries) == blockSize || b.weight >= blockWeight }

// forget lets go of entries in memory, and gives what they took.
func (b *block) forget(from, to int) (weight int64) {
	if b.entries == nil {
		return 0
	}
	for i := from; i < to; i++ {
		weight += b.entries[i].weigh()
		b.entries[i] = Entry{}
	}
	b.weight -= weight
	return weight
}

// endOf is the position behind a block.
func (j *Journal) endOf(i int) int {
	if i+1 < len(j.blocks) {
		return j.blocks[i+1].after
	}
	return j.count
}

// begin adds a block for the entries that come now. As nothing but this makes a journal grow by more than an entry, it
// is also the time to spill.
func (j *Journal) begin() {
	b := block{after: j.count, entries: make([]Entry, 0, blockSize), weight: blockSize * int64(reflect.TypeFor[Entry]().Size())}
	j.blocks = append(j.blocks, b)
	j.weight += b.weight
	limit := j.limit
	if limit == 0 {
		limit = defaultLimit
	}
	for j.weight > limit && j.spilled < len(j.blocks)-1 && !j.closed && j.unwritten == nil && j.unread == nil {
		j.spillOldest()
	}
}

// spillOldest moves the oldest block that is in memory into the file. When that fails the block stays, and there is no
// next time: a disk that is full or broken is no place for a record that verdicts rest on.
func (j *Journal) spillOldest() {
	b := &j.blocks[j.spilled]
	var err error
	if j.spill == nil {
		j.spill, err = newSpill()
	}
	if err == nil {
		b.at, b.size, err = j.spill.write(b.entries)
	}
	if err != nil {
		j.unwritten = fmt.Errorf("the journal stays in memory from entry %d on: %w", b.after+1, err)
		return
	}
	j.weight -= b.weight
	b.entries, b.weight = nil, 0
	j.spilled++
}

// read adds to the list the entries after the first n, not beyond the end and not beyond one block, and gives the
// position behind them. It is the one way in which entries are read.
func (j *Journal) read(list []Entry, n, end int) ([]Entry, int) {
	j.mu.Lock()
	n = max(n, j.forgotten)
	if n >= end {
		j.mu.Unlock()
		return list, end
	}
	i := sort.Search(len(j.blocks), func(i int) bool { return j.endOf(i) > n })
	b, last := j.blocks[i], j.endOf(i)
	end = min(end, last)
	if b.entries != nil {
		list = append(list, b.entries[n-b.after:end-b.after]...)
		j.mu.Unlock()
		return list, end
	}
	file := j.spill
	j.mu.Unlock() // nobody waits for the disk, but who asks for what is there
	entries, err := file.read(b.at, b.size)
	if err == nil && len(entries) != last-b.after {
		err = fmt.Errorf("there are %d", len(entries))
	}
	if err != nil {
		j.lost(fmt.Errorf("the journal's entries %d to %d cannot be read back: %w", b.after+1, last, err))
		return list, end
	}
	return append(list, entries[n-b.after:end-b.after]...), end
}

// lost keeps the first error of reading.
func (j *Journal) lost(err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.unread == nil {
		j.unread = err
	}
}

// fieldWeight is what a header field takes besides its bytes: two strings.
const fieldWeight = 32

// weigh estimates what an entry takes besides its place in a block. What several entries share counts for each, so it is
// rather too much.
func (e *Entry) weigh() int64 {
	n := len(e.Kind) + len(e.Platform) + len(e.Failure) + len(e.Event) + len(e.Delivery) + len(e.Fault) + len(e.Condition) + len(e.Rejected) +
		len(e.Client) + len(e.Resource) + len(e.Gap) + len(e.Text) + len(e.Unsent) + cap(e.Intact)
	return int64(n + e.Request.weigh() + e.Response.weigh() + weighAll(e.IDs) + weighAll(e.To))
}

func (m *Message) weigh() int {
	n := len(m.Method) + len(m.URL) + cap(m.Body) + cap(m.Header)*fieldWeight
	for i := range m.Header {
		n += len(m.Header[i].Name) + len(m.Header[i].Value)
	}
	return n
}

func weighAll(list []string) int {
	n := cap(list) * fieldWeight / 2
	for _, s := range list {
		n += len(s)
	}
	return n
}
