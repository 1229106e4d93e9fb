package journal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"
)

// tight is a journal that keeps no more in memory than it must: the block that is being filled.
func tight(t testing.TB) *Journal {
	t.Helper()
	t.Setenv("TMPDIR", t.TempDir())
	j := &Journal{limit: 1}
	t.Cleanup(func() {
		if err := j.Close(); err != nil {
			t.Error(err)
		}
	})
	return j
}

// number appends entries up to the number n that say theirs.
func number(j *Journal, n int) *Journal {
	for i := j.Len(); i < n; i++ {
		j.Append(Entry{Event: fmt.Sprint(i + 1), Request: Message{Body: []byte("body")}})
	}
	return j
}

// numbered fails unless a list is the entries after the first n, up to the end, of a journal that number has filled.
func numbered(t testing.TB, list []Entry, n, end int) {
	t.Helper()
	if len(list) != max(end-n, 0) {
		t.Fatalf("%d entries after %d, want %d", len(list), n, max(end-n, 0))
	}
	for i, e := range list {
		if e.Seq != n+i+1 || e.Event != fmt.Sprint(e.Seq) {
			t.Fatalf("entry %d after %d is number %d, %q", i, n, e.Seq, e.Event)
		}
	}
}

// sound checks what a journal knows of itself, and that it has no error.
func sound(t testing.TB, j *Journal) {
	t.Helper()
	if err := j.Err(); err != nil {
		t.Error(err)
	}
	weight := int64(0)
	for i := range j.blocks {
		b := &j.blocks[i]
		if (b.entries == nil) != (i < j.spilled) {
			t.Errorf("block %d of %d: %d entries in memory, %d blocks in the file", i, len(j.blocks), len(b.entries), j.spilled)
		}
		if b.entries == nil {
			continue
		}
		own := int64(blockSize) * int64(reflect.TypeFor[Entry]().Size())
		for k := range b.entries {
			own += b.entries[k].weigh()
		}
		if b.weight != own {
			t.Errorf("block %d takes %d, it is said to take %d", i, own, b.weight)
		}
		weight += own
	}
	if j.weight != weight {
		t.Errorf("the entries take %d, they are said to take %d", weight, j.weight)
	}
}

// TestSpillKeepsAll: an entry of each kind comes back from the file as it was, with every field that there is.
func TestSpillKeepsAll(t *testing.T) {
	j := tight(t)
	var want []Entry
	for _, kind := range []Kind{Registration, Lookup, Unknown, Attempt, Consequence, Word} {
		for _, elements := range []int{-1, 0, 1, 3} {
			e, n := Entry{}, 0
			fill(t, reflect.ValueOf(&e).Elem(), elements, &n)
			e.Kind = kind
			want = append(want, e, Entry{Kind: kind})
		}
	}
	for i := range want {
		want[i].Seq = j.Append(want[i])
	}
	n := len(want)
	number(j, blockSize+1)
	if j.spilled != 1 {
		t.Fatalf("%d blocks are in the file", j.spilled)
	}
	for i, got := range j.Since(0)[:n] {
		if !reflect.DeepEqual(got, want[i]) {
			t.Errorf("entry %d came back as\n%#v, want\n%#v", i+1, got, want[i])
		}
	}
	sound(t, j)
}

// fill gives every exported field a value of its own, and each slice so many elements; -1: nil. A value that it does not
// know stops the test: whoever adds a field of such a type has to see that gob keeps it.
func fill(t *testing.T, v reflect.Value, elements int, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("\xff \x00 %d", *n)) // bytes that no text has
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(-*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n))
	case reflect.Slice:
		if elements < 0 {
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), elements, elements))
		for i := range elements {
			fill(t, v.Index(i), elements, n)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(time.Now().Round(0).Add(time.Duration(*n))))
			return
		}
		for i := range v.NumField() {
			if f := v.Type().Field(i); !f.IsExported() {
				t.Fatalf("%s.%s would not come back: gob does not know it", v.Type(), f.Name)
			}
			fill(t, v.Field(i), elements, n)
		}
	default:
		t.Fatalf("%s: teach this test how to fill it, and see that it comes back", v.Type())
	}
}

// TestSpilledTime: a time comes back as the same time of day in the same place, without its monotonic reading.
func TestSpilledTime(t *testing.T) {
	j, at := tight(t), time.Now()
	for _, when := range []time.Time{at, at.UTC(), at.In(time.FixedZone("", 5400))} {
		j.Append(Entry{At: when})
	}
	number(j, blockSize+1)
	for i, want := range []string{at.Format(time.RFC3339Nano), at.UTC().Format(time.RFC3339Nano), at.In(time.FixedZone("", 5400)).Format(time.RFC3339Nano)} {
		if got := j.Since(i)[0].At; !got.Equal(at) || got.Format(time.RFC3339Nano) != want {
			t.Errorf("%s came back as %s", want, got)
		}
	}
}

// TestWeigh: whatever an entry points to weighs. A field that does not is one that Entry.weigh does not know.
func TestWeigh(t *testing.T) {
	var look func(path string, v reflect.Value, e *Entry)
	look = func(path string, v reflect.Value, e *Entry) {
		before := e.weigh()
		switch v.Kind() {
		case reflect.String:
			v.SetString(strings.Repeat("x", 1000))
		case reflect.Slice:
			v.Set(reflect.MakeSlice(v.Type(), 1000, 1000))
			if kind := v.Type().Elem().Kind(); kind == reflect.Struct || kind == reflect.String {
				look(path+"[0]", v.Index(0), e)
			}
		case reflect.Struct:
			for i := range v.NumField() {
				if f := v.Type().Field(i); f.IsExported() {
					look(path+"."+f.Name, v.Field(i), e)
				}
			}
			return
		default:
			return
		}
		if got := e.weigh() - before; got < 1000 {
			t.Errorf("%s: a thousand more weigh %d; Entry.weigh has to know it", path, got)
		}
	}
	var e Entry
	look("Entry", reflect.ValueOf(&e).Elem(), &e)
}

// TestSpillSince looks from around all edges of blocks, at journals that end there.
func TestSpillSince(t *testing.T) {
	j := tight(t)
	var edges []int
	for at := 0; at <= 4*blockSize; at += blockSize {
		edges = append(edges, at-1, at, at+1)
	}
	for _, end := range edges {
		number(j, end)
		for _, n := range append(edges, end) {
			numbered(t, j.Since(n), max(n, 0), j.Len())
			var list []Entry
			j.Each(n, func(e Entry) bool { list = append(list, e); return true })
			numbered(t, list, max(n, 0), j.Len())
		}
	}
	if j.spilled != 4 {
		t.Errorf("%d blocks are in the file, want all but the one that is filled", j.spilled)
	}
	sound(t, j)
}

func TestSpillBegins(t *testing.T) {
	j := number(tight(t), blockSize)
	j.limit = 3*j.weight + j.weight/2
	if number(j, 3*blockSize); j.spill != nil {
		t.Error("there is a file while there is room")
	}
	if number(j, 10*blockSize); j.spilled != 7 || j.weight > j.limit {
		t.Errorf("%d blocks are in the file, want the oldest 7", j.spilled)
	}
	numbered(t, j.Since(0), 0, 10*blockSize)
	sound(t, j)
}

// TestSpillLargeBodies: the bound holds for entries of any size, as long as each is far below it.
func TestSpillLargeBodies(t *testing.T) {
	j := tight(t)
	j.limit = 2 * blockWeight
	body := bytes.Repeat([]byte("x"), blockWeight/8)
	for i := range 100 {
		j.Append(Entry{Event: fmt.Sprint(i + 1), Response: Message{Body: body}})
		if j.weight > j.limit+2*blockWeight {
			t.Fatalf("after %d entries there are %d bytes in memory", i+1, j.weight)
		}
	}
	numbered(t, j.Since(0), 0, 100)
	if got := j.Since(3)[0].Response.Body; !bytes.Equal(got, body) {
		t.Error("a body came back as another")
	}
	sound(t, j)
}

func TestSpillForget(t *testing.T) {
	const end = 6*blockSize + 10
	for _, limit := range []int64{1, 0} { // all but the last block in the file, and all in memory
		j := tight(t)
		j.limit = limit
		number(j, end)
		before := 0
		for _, n := range []int{-1, 0, 3, blockSize - 1, blockSize, blockSize, 7, 2*blockSize + 9, 5 * blockSize, end - 3, end, end + 1} {
			j.Forget(n)
			before = max(before, min(n, end))
			numbered(t, j.Since(0), before, end)
			numbered(t, j.Since(end-2), max(before, end-2), end)
			sound(t, j)
		}
		if len(j.blocks) != 1 || j.Len() != end {
			t.Errorf("%d blocks, Len %d", len(j.blocks), j.Len())
		}
		number(j, end+2*blockSize)
		numbered(t, j.Since(0), end, end+2*blockSize)
		sound(t, j)
	}
}

// TestForgetAll: a platform that plays without end, and forgets what was told, begins no block for each entry.
func TestForgetAll(t *testing.T) {
	j := tight(t)
	for i := range 3 * blockSize {
		number(j, i+1)
		j.Forget(i + 1)
		sound(t, j)
	}
	if len(j.blocks) > 1 || j.spill != nil {
		t.Errorf("%d blocks, and a file: %v", len(j.blocks), j.spill != nil)
	}
}

func TestEach(t *testing.T) {
	j := number(tight(t), 3*blockSize)
	t.Run("stops", func(t *testing.T) {
		for _, last := range []int{1, blockSize, blockSize + 1, 3 * blockSize} {
			seen := 0
			j.Each(0, func(e Entry) bool { seen++; return e.Seq != last })
			if seen != last {
				t.Errorf("%d entries seen, want to stop after %d", seen, last)
			}
		}
	})
	t.Run("lets the journal be used", func(t *testing.T) {
		var list []Entry
		j.Each(5, func(e Entry) bool {
			list = append(list, e)
			if e.Seq == 10 {
				number(j, 4*blockSize)
				j.Forget(2*blockSize + 5)
			}
			return true
		})
		numbered(t, list[:blockSize-5], 5, blockSize)                   // what was read already
		numbered(t, list[blockSize-5:], 2*blockSize+5, 3*blockSize)     // without what was forgotten, and what came meanwhile
		j.Each(j.Len(), func(e Entry) bool { t.Error(e); return true }) // nothing
	})
	sound(t, j)
}

func TestSpillAwait(t *testing.T) {
	j := number(tight(t), 3*blockSize)
	list, ok := j.Await(t.Context(), 5, func(list []Entry) bool { return len(list) > blockSize })
	if !ok {
		t.Error("it does not hold")
	}
	numbered(t, list, 5, 3*blockSize)

	wakes, seen := 0, 0
	list, _ = j.Await(t.Context(), 2*blockSize-1, func(list []Entry) bool {
		numbered(t, list, max(2*blockSize-1, seen), j.Len())
		if wakes++; wakes == 2 { // what was read once is not read again: it could not be
			if err := j.spill.file.Truncate(0); err != nil {
				t.Error(err)
			}
		}
		if wakes == 4 {
			seen = 2*blockSize + 3
			j.Forget(seen)
		}
		number(j, j.Len()+1)
		return wakes == 10
	})
	numbered(t, list, seen, 3*blockSize+9)
	if err := j.Err(); err != nil {
		t.Error(err)
	}

	ended, cancel := context.WithCancel(t.Context())
	cancel()
	list, ok = j.Await(ended, j.Len()-1, func(list []Entry) bool { return len(list) > 1 })
	numbered(t, list, j.Len()-1, j.Len())
	if ok || j.Err() != nil {
		t.Errorf("%v, %v", ok, j.Err())
	}
}

// TestSpillTogether: whoever appends, reads, waits and forgets at once sees the order that there is. Run it with -race.
func TestSpillTogether(t *testing.T) {
	const writers, each = 4, 1000
	j := tight(t)
	var working, reading sync.WaitGroup
	done := make(chan struct{})
	for range 3 {
		reading.Go(func() {
			for n := 0; ; n += 97 {
				select {
				case <-done:
					return
				default:
				}
				list, last := j.Since(n%(j.Len()+1)), 0
				inOrder := func(e Entry) bool {
					if last != 0 && e.Seq <= last {
						t.Errorf("%d follows %d", e.Seq, last)
					}
					last = e.Seq
					return true
				}
				for _, e := range list {
					inOrder(e)
				}
				last = 0
				j.Each(n%(j.Len()+1), inOrder)
				j.Forget(min(n/97, 2000)) // never what is waited for
			}
		})
	}
	var all []Entry
	reading.Go(func() {
		all, _ = j.Await(t.Context(), 3000, func(list []Entry) bool { return len(list) == writers*each-3000 })
	})
	for w := range writers {
		working.Go(func() {
			for i := range each {
				j.Append(Entry{Hook: int64(w), Number: i, Event: "e"})
			}
		})
	}
	working.Wait()
	close(done)
	reading.Wait()
	if len(all) == 0 || all[len(all)-1].Seq != writers*each {
		t.Errorf("it was not waited for all: %d", len(all))
	}
	next := map[int64]int{}
	j.Each(0, func(e Entry) bool {
		if n, ok := next[e.Hook]; ok && n != e.Number {
			t.Errorf("writer %d: %d, want %d", e.Hook, e.Number, n)
		}
		next[e.Hook] = e.Number + 1
		return true
	})
	sound(t, j)
}

// TestSpillIsSealed: what is in the file says nothing.
func TestSpillIsSealed(t *testing.T) {
	j := tight(t)
	for range blockSize + 1 {
		j.Append(Entry{Client: "whsec_c2VjcmV0", Request: Message{Body: []byte("jane@example.com")}})
	}
	file := contents(t, j)
	for _, secret := range []string{"whsec_", "jane@", "customer", "Request", "Entry"} {
		if bytes.Contains(file, []byte(secret)) {
			t.Errorf("%q is in the file", secret)
		}
	}
	if !bytes.Contains(j.spill.plain.Bytes(), []byte("whsec_")) {
		t.Error("this test looks for what would not be there in plain")
	}
	if info, err := j.spill.file.Stat(); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
		t.Errorf("the file is for others too: %v, %v", info.Mode(), err)
	}
	other := &Journal{limit: 1}
	number(other, blockSize+1)
	defer other.Close()
	if _, err := other.spill.aead.Open(nil, nil, file, place(0)); err == nil {
		t.Error("the key of one journal opens what another wrote")
	}
}

func contents(t testing.TB, j *Journal) []byte {
	t.Helper()
	file, err := io.ReadAll(io.NewSectionReader(j.spill.file, 0, j.spill.end))
	if err != nil || len(file) == 0 {
		t.Fatalf("%d bytes, %v", len(file), err)
	}
	return file
}

// TestSpillUnwritable: a disk that takes nothing, or nothing more, costs memory and no entry.
func TestSpillUnwritable(t *testing.T) {
	t.Run("from the start", func(t *testing.T) {
		j := tight(t)
		t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "none"))
		number(j, 5*blockSize)
		numbered(t, j.Since(0), 0, 5*blockSize)
		if err := j.Err(); !errors.Is(err, os.ErrNotExist) || !strings.HasPrefix(err.Error(), "the journal stays in memory from entry 1 on: ") {
			t.Error(err)
		}
	})
	t.Run("later", func(t *testing.T) {
		j := number(tight(t), 3*blockSize)
		name := filepath.Join(t.TempDir(), "copy")
		if err := os.WriteFile(name, contents(t, j), 0o600); err != nil {
			t.Fatal(err)
		}
		written := j.spill.file
		var err error
		if j.spill.file, err = os.Open(name); err != nil { // for reading alone
			t.Fatal(err)
		}
		number(j, 9*blockSize)
		numbered(t, j.Since(0), 0, 9*blockSize)
		if err := j.Err(); err == nil || !strings.HasPrefix(err.Error(), "the journal stays in memory from entry 513 on: write ") {
			t.Error(err)
		}
		j.spill.file.Close()
		j.spill.file = written
		number(j, 10*blockSize)
		numbered(t, j.Since(0), 0, 10*blockSize)
		if j.spilled != 2 {
			t.Errorf("%d blocks are in the file: it was written again after an error", j.spilled)
		}
	})
}

// TestSpillUnreadable: what cannot be read back is left out, and that is told.
func TestSpillUnreadable(t *testing.T) {
	for name, breaks := range map[string]func(*Journal) error{
		"another byte": func(j *Journal) error {
			_, err := j.spill.file.WriteAt([]byte{0xee, 0xee, 0xee}, j.blocks[1].at+100)
			return err
		},
		"another place": func(j *Journal) error {
			j.blocks[1].at, j.blocks[1].size = j.blocks[2].at, j.blocks[2].size-1
			return nil
		},
		"too short": func(j *Journal) error { j.blocks[1].at = j.spill.end; return nil },
		"too few":   func(j *Journal) (err error) { j.blocks[1].at, j.blocks[1].size, err = j.spill.write(nil); return err },
		"no entries": func(j *Journal) error {
			sealed := j.spill.aead.Seal(nil, nil, []byte("no gob"), place(j.spill.end))
			j.blocks[1].at, j.blocks[1].size = j.spill.end, len(sealed)
			_, err := j.spill.file.WriteAt(sealed, j.spill.end)
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			j := number(tight(t), 5*blockSize)
			if err := breaks(j); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				list := j.Since(0)
				numbered(t, list[:blockSize], 0, blockSize)
				numbered(t, list[blockSize:], 2*blockSize, 5*blockSize)
			}
			if err := j.Err(); err == nil || !strings.HasPrefix(err.Error(), "the journal's entries 257 to 512 cannot be read back: ") || strings.Contains(err.Error(), "\n") {
				t.Error(err)
			}
			if number(j, 7*blockSize); j.spilled != 4 {
				t.Error("what loses entries was given more")
			}
			numbered(t, j.Since(2*blockSize), 2*blockSize, 7*blockSize)
		})
	}
}

func TestClose(t *testing.T) {
	t.Run("with nothing in a file", func(t *testing.T) {
		j := number(tight(t), 3)
		for range 2 {
			if err := j.Close(); err != nil {
				t.Error(err)
			}
		}
		number(j, 3*blockSize)
		numbered(t, j.Since(0), 0, 3*blockSize)
		if sound(t, j); j.spill != nil || j.Err() != nil {
			t.Errorf("it spilled after it was closed, %v", j.Err())
		}
	})
	t.Run("removes the file", func(t *testing.T) {
		j := number(tight(t), 2*blockSize+5)
		left := func() []string { list, _ := filepath.Glob(filepath.Join(os.Getenv("TMPDIR"), "*")); return list }
		if list := left(); runtime.GOOS != "windows" && len(list) != 0 {
			t.Errorf("a killed process would leave %q", list)
		}
		if j.spill.name == "" { // as on a system that does not remove what is open
			j.spill.name = filepath.Join(os.Getenv("TMPDIR"), "named")
			if err := os.WriteFile(j.spill.name, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			if err := j.Close(); err != nil {
				t.Error(err)
			}
		}
		if list := left(); len(list) != 0 {
			t.Errorf("it leaves %q", list)
		}
		if err := j.Err(); err != nil {
			t.Error(err)
		}
		number(j, 5*blockSize)
		numbered(t, j.Since(2*blockSize), 2*blockSize, 5*blockSize)
		if err := j.Err(); err != nil {
			t.Error(err)
		}
		numbered(t, j.Since(0), 2*blockSize, 5*blockSize)
		if err := j.Err(); !errors.Is(err, os.ErrClosed) || !strings.HasPrefix(err.Error(), "the journal's entries 1 to 256 cannot be read back: ") {
			t.Error(err)
		}
	})
	t.Run("while others read", func(t *testing.T) {
		j := number(tight(t), 20*blockSize)
		var reading sync.WaitGroup
		for range 4 {
			reading.Go(func() {
				for range 20 {
					j.Each(0, func(e Entry) bool { return e.Event == fmt.Sprint(e.Seq) })
				}
			})
		}
		if err := j.Close(); err != nil {
			t.Error(err)
		}
		reading.Wait()
	})
}
