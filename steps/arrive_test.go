package steps

import (
	"testing"
	"time"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms/all"
	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// A receiver that registers when it starts is waited for, as long as it goes on asking.
func TestArrive(t *testing.T) {
	l, err := engine.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	set, err := fixtures.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	e, err := engine.New(engine.Options{Platform: all.Platforms()[0], Fixtures: set})
	if err != nil {
		t.Fatal(err)
	}
	l.Use(e)
	go func() {
		for _, wait := range []time.Duration{1500, 20, 20, 20, 20} { // it takes its time to begin, longer than it may be quiet
			<-time.After(wait * time.Millisecond)
			e.Journal.Append(journal.Entry{Kind: journal.Registration, At: time.Now()})
		}
	}()
	arrive(t.Context(), []*engine.Listener{l}, time.Second, nil)
	if n := e.Journal.Len(); n != 5 {
		t.Errorf("%d of 5 calls were waited for", n)
	}
}
