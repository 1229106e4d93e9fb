package journal

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/gob"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strconv"
)

// spill is the file that blocks go to when they would take too much memory, and the key to it.
//
// A journal holds what must never reach the disk: secrets that sign, tokens, people's names and addresses. A file that
// is removed is not enough, as the disk keeps what was in it. So each block is sealed, and the key is nowhere but here:
// with the process, or with Close, all that was written is noise.
type spill struct {
	file *os.File
	name string // what close still has to remove; "" where the file has no name any more
	aead cipher.AEAD
	end  int64 // where the next block goes

	plain  bytes.Buffer // kept from block to block, as sealed is: under memory pressure is no time to ask for more
	sealed []byte
}

// newSpill makes the file, in the system's directory for such (TMPDIR).
func newSpill() (*spill, error) {
	key := make([]byte, 32)
	_, _ = rand.Read(key) // it never fails, it says
	c, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	aead, err := cipher.NewGCMWithRandomNonce(c)
	if err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "hookdrill-journal-*") // for this user alone
	if err != nil {
		return nil, err
	}
	s := &spill{file: file, aead: aead}
	if os.Remove(file.Name()) != nil {
		s.name = file.Name() // a system that does not remove what is open: at the end, then
	} // else nothing stays behind, however this process ends
	return s, nil
}

// head stands before the entries of a block.
type head struct {
	Count int
	Empty []int // the slices that are empty, and not nil: gob knows no difference, JSON and reflect.DeepEqual do
}

// encode leaves a block in plain, with all that is needed to decode it. Entry by entry takes a third of the time: as one
// value gob would gather it in a buffer that it grows from nothing.
func (s *spill) encode(entries []Entry) error {
	s.plain.Reset()
	to := gob.NewEncoder(&s.plain)
	err := to.Encode(head{len(entries), empty(entries)})
	for i := range entries {
		if err == nil {
			err = to.Encode(&entries[i])
		}
	}
	return err
}

func decode(plain []byte) ([]Entry, error) {
	var h head
	from := gob.NewDecoder(bytes.NewReader(plain))
	err := from.Decode(&h)
	entries := make([]Entry, h.Count)
	for i := range entries {
		if err == nil {
			err = from.Decode(&entries[i])
		}
	}
	if err == nil {
		err = makeEmpty(entries, h.Empty)
	}
	return entries, err
}

// write puts entries into the file, and says where.
func (s *spill) write(entries []Entry) (at int64, size int, err error) {
	if err := s.encode(entries); err != nil {
		return 0, 0, err
	}
	s.sealed = s.aead.Seal(s.sealed[:0], nil, s.plain.Bytes(), place(s.end))
	if _, err := s.file.WriteAt(s.sealed, s.end); err != nil {
		return 0, 0, err
	}
	at, size = s.end, len(s.sealed)
	s.end += int64(size)
	return at, size, nil
}

// read gives the entries of a block. It may run beside others, and beside write. A nil spill is one that is closed.
func (s *spill) read(at int64, size int) ([]Entry, error) {
	if s == nil {
		return nil, os.ErrClosed
	}
	sealed := make([]byte, size)
	if _, err := s.file.ReadAt(sealed, at); err != nil {
		return nil, err
	}
	plain, err := s.aead.Open(sealed[:0], nil, sealed, place(at))
	if err != nil {
		return nil, err
	}
	return decode(plain)
}

// close also removes the file, where that is still to do.
func (s *spill) close() error {
	err := s.file.Close()
	if s.name != "" {
		err = errors.Join(err, os.Remove(s.name))
	}
	return err
}

// place binds a sealed block to where it stands, so that no other block opens there.
func place(at int64) []byte { return strconv.AppendInt(nil, at, 10) }

// empty finds the slices that are empty and not nil. Their numbers are for makeEmpty.
func empty(entries []Entry) (numbers []int) {
	paths := slicesOf(reflect.TypeFor[Entry]())
	for i := range entries {
		entry := reflect.ValueOf(&entries[i]).Elem()
		for p, path := range paths {
			if v := entry.FieldByIndex(path); v.Len() == 0 && !v.IsNil() {
				numbers = append(numbers, i*len(paths)+p)
			}
		}
	}
	return numbers
}

// makeEmpty makes slices empty that have come back as nil.
func makeEmpty(entries []Entry, numbers []int) error {
	paths := slicesOf(reflect.TypeFor[Entry]())
	for _, n := range numbers {
		if n/len(paths) >= len(entries) {
			return fmt.Errorf("%d entries, and a slice of number %d", len(entries), n/len(paths)+1)
		}
		v := reflect.ValueOf(&entries[n/len(paths)]).Elem().FieldByIndex(paths[n%len(paths)])
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	return nil
}

// slicesOf finds the slices of a struct and of the structs in it, by the indexes that lead there.
func slicesOf(t reflect.Type) (paths [][]int) {
	for i := range t.NumField() {
		f := t.Field(i)
		switch {
		case !f.IsExported():
		case f.Type.Kind() == reflect.Slice:
			paths = append(paths, f.Index)
		case f.Type.Kind() == reflect.Struct:
			for _, path := range slicesOf(f.Type) {
				paths = append(paths, append([]int{i}, path...))
			}
		}
	}
	return paths
}
