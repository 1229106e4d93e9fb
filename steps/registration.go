package steps

import (
	"cmp"
	"context"
	"slices"

	"github.com/hookdrill/hookdrill/fixtures"
	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
	"github.com/hookdrill/hookdrill/steps/expect"
)

// requests are the calls since a place in the journal that ask for hooks, with what they ask for.
func (w *World) requests(mark int) (list []expect.Request) {
	for _, e := range w.since(mark) {
		if e.Creates {
			list = append(list, expect.Request{Entry: e, Asked: w.platform.Asked(e.Request.Body, e.Response.Status, e.Response.Body)})
		}
	}
	return list
}

// hooks are those that lead to the receiver, or were meant to.
func (w *World) hooks() []mockplatforms.Hook {
	return slices.DeleteFunc(w.engine.State.Hooks.List(), func(h mockplatforms.Hook) bool { return h.Elsewhere })
}

func (w *World) registeredSome(ctx context.Context, n int) error {
	return w.awaitRegistering(ctx, func() error { return expect.Standing(w.hooks(), w.requests(0), n) })
}

// othersStand is for a receiver whose first hook was refused. Which are the others is known when it was not.
func (w *World) othersStand(ctx context.Context) error {
	none := w.registeredSome(ctx, 1)
	if none == nil {
		return nil
	}
	if err := w.registersAgain(ctx); err != nil || !expect.AsksForOne(w.requests(0)) {
		return cmp.Or(err, none)
	}
	return w.notOffered("this receiver asks for one hook only")
}

func (w *World) registeredFor(ctx context.Context, event string) error {
	m, err := w.message(event)
	if err != nil {
		return err
	}
	return w.awaitRegistering(ctx, func() error {
		return expect.Covered(len(w.engine.Listeners(m)) > 0, event, w.hooks(), w.requests(0))
	})
}

func (w *World) registeredOnce(ctx context.Context) error {
	// What is missing may still come; what stands twice will not go away.
	if err := w.awaitRegistering(ctx, func() error { return expect.AllStand(w.hooks(), w.requests(0)) }); err != nil {
		return err
	}
	return expect.StandOnce(w.hooks(), w.requests(0))
}

func (w *World) askedOnlyRefused(ctx context.Context) error {
	w.settle(ctx)
	return expect.OnlyRefused(w.requests(0), w.forgotten())
}

// forgotten is where in the journal the receiver may have forgotten its hooks for good: where it was started again, on a
// platform that does not list them.
func (w *World) forgotten() []int {
	if !w.platform.Unlisted {
		return nil
	}
	return w.lives
}

// askedAtMost is about what a registration asked for, or what callbacks led to: these have to be ones that the receiver took.
func (w *World) askedAtMost(ctx context.Context, n int) error {
	if !w.asking {
		if err := w.took(); err != nil {
			return err
		}
	}
	ended := w.endsAsking(ctx, n)
	return expect.AtMost(w.requests(w.mark), n, ended)
}

func (w *World) askedForNothingNew(ctx context.Context) error {
	w.settle(ctx)
	all, now := w.requests(0), w.requests(w.mark)
	return expect.NothingNew(all[:len(all)-len(now)], now)
}

func (w *World) pointsHome(ctx context.Context) error {
	home := func(event string) string { return w.target.URL(w.platform.Name, event) }
	return w.awaitRegistering(ctx, func() error { return expect.PointTo(w.hooks(), w.requests(0), home) })
}

func (w *World) recordedShape() error {
	return expect.AnyShape(w.requests(0), w.recordedLike, w.shaped)
}

// recordedLike are the recorded requests that ask for the same kind of thing: one that changes a hook may leave out all
// that one which makes a hook must have.
func (w *World) recordedLike(e journal.Entry) (recorded []*fixtures.Message) {
	for _, m := range w.setup.Fixtures.List(w.platform.Name, ".request.http") {
		if len(m.Body) > 0 && m.Method() == e.Request.Method {
			recorded = append(recorded, m)
		}
	}
	return recorded
}

// shaped compares a request with a recorded one: by the schema of the recorded one where it has one, which says what may
// be left out, by its shape otherwise.
func (w *World) shaped(e journal.Entry, m *fixtures.Message) error {
	if m.Meta.Schema == "" {
		return expect.Shape(e.Request.Body, m.Body)
	}
	return w.setup.Fixtures.Validate(with(m, e.Request.Body))
}
