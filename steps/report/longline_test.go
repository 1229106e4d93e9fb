package report

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// endless reads as one line that does not end.
type endless struct{}

func (endless) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = '{'
	}
	return len(b), nil
}

// TestLongLine: one that no stream has is refused at the bound, and takes not much more memory than it.
func TestLongLine(t *testing.T) {
	var err error
	cost := allocated(func() { _, err = ReadStream("s", io.LimitReader(endless{}, 4*longestLine)) })
	if err == nil || !strings.Contains(err.Error(), "s:1: the line is longer than 128 MiB") || cost > longestLine*5/4 {
		t.Errorf("it takes %d MiB: %v", cost>>20, err)
	}
}

// TestLongLinesAreNotWritten: what would make a line longer than is ever read is left out, and the verdict stays.
func TestLongLinesAreNotWritten(t *testing.T) {
	var out bytes.Buffer
	s := newStream(Options{Out: &out}).(*stream)
	s.most = 4 << 10
	long := journal.Entry{Request: journal.Message{Body: bytes.Repeat([]byte("x"), 2*s.most)}}
	failed := Scenario{File: "a.feature", Line: 1, Verdict: Fail, Failure: &Failure{Message: "the reason", Entries: []journal.Entry{long, {Seq: 1}}}}
	for _, err := range []error{
		s.Begin(Run{}), s.Exchange("a.feature:1", long), s.Exchange("a.feature:1", journal.Entry{Seq: 1}), s.Scenario(failed), s.End(Run{}, nil),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	for line := range strings.Lines(out.String()) {
		if len(line) > s.most {
			t.Errorf("a line has %d bytes", len(line))
		}
	}
	recorded, err := ReadStream("s", &out)
	if err != nil {
		t.Fatal(err)
	}
	if one := recorded.Scenarios[0]; one.Verdict != Fail || one.Failure.Message != "the reason" || len(one.Entries) != 1 || recorded.Left != 3 {
		t.Errorf("%+v, %d left out", one, recorded.Left)
	}
}
