package steps

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hookdrill/hookdrill/mockplatforms/engine"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/target"
)

// heed takes a receiver that was told where its platforms are, and has started, at what it did: where it has asked for no hook, it
// does not register when it starts, and wants the URL for what it looks up. Nobody has said that it registers.
func (o *Opened) heed(listeners map[string]*engine.Listener) {
	var silent, titles []string
	for _, p := range o.Platforms {
		if !asksForHooks(listeners[p.Name].Using().Journal) {
			silent, titles = append(silent, p.Name), append(titles, p.Title)
		}
	}
	if len(silent) == 0 {
		return
	}
	o.Notices = append(o.Notices, fmt.Sprintf("this receiver has asked %s for no hook since it was started, so it is taken for one that does not register there: what is about registering is not run (--register start, if it should have; --register none, not to wait for it)",
		strings.Join(titles, ", ")))
	open := o.Setup.Receiver.Open
	o.Setup.Receiver.Open = func(ctx context.Context, e *engine.Engine) (*target.Target, error) {
		t, err := open(ctx, e)
		if err == nil && slices.Contains(silent, e.Platform.Name) {
			t.Register, t.Restarts = nil, false
		}
		return t, err
	}
}

// asksForHooks says whether a receiver has called the registration API, or has tried to.
func asksForHooks(j *journal.Journal) (asks bool) {
	j.Each(0, func(e journal.Entry) bool {
		asks = e.Kind == journal.Registration || e.Kind == journal.Unknown && e.Request.Method != http.MethodGet
		return !asks
	})
	return asks
}
