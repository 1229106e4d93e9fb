package target

import (
	"fmt"
	"time"
)

// Tell hears what is waited for, again and again while it is, and "" when that is over. It may be nil.
type Tell func(text string)

// A wait that is short is not worth a word.
const (
	tellAfter = 300 * time.Millisecond
	tellEvery = time.Second
)

// While tells what is waited for, and for how long at most, until what it gives is called.
func (tell Tell) While(what string, limit time.Duration) (over func()) {
	if tell == nil {
		return func() {}
	}
	end, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		began, next := time.Now(), time.NewTimer(tellAfter)
		defer next.Stop()
		for told := false; ; told = true {
			select {
			case <-next.C:
				tell(fmt.Sprintf("waiting for %s (%s of %s)", what, time.Since(began).Truncate(time.Second), limit))
				next.Reset(tellEvery)
			case <-end:
				if told {
					tell("")
				}
				return
			}
		}
	}()
	return func() {
		close(end)
		<-ended
	}
}
