package main

import (
	"strings"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/steps/target"
)

// sayAgain is after how long it is said again what is waited for, where it cannot be shown in a line that goes away.
const sayAgain = 5 * time.Second

// waiting says what a run waits for: in the status line, and where there is none in lines of their own until the run has begun,
// in CI only one for each.
type waiting struct {
	program *program
	status  *status

	mu    sync.Mutex
	begun bool
	about string // what was last said to be waited for
	said  time.Time
}

var _ target.Tell = (*waiting)(nil).tell

func (w *waiting) tell(text string) {
	if w.program.mask != nil {
		text = w.program.mask(text)
	}
	if w.status.wait(text) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	about, _, _ := strings.Cut(text, " (")
	again := time.Since(w.said) > sayAgain && !w.program.inCI()
	if text != "" && !w.begun && (about != w.about || again) {
		w.program.talk("%s", text)
		w.about, w.said = about, time.Now()
	}
}

// begin is told that the receiver is there.
func (w *waiting) begin() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = true
}
