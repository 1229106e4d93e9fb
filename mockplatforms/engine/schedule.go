package engine

import (
	"container/heap"
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/hookdrill/hookdrill/mockplatforms"
	"github.com/hookdrill/hookdrill/mockplatforms/engine/journal"
)

// callback is an event on its way to one hook, over all its attempts.
type callback struct {
	event  Event
	hook   int64
	number int           // of the next attempt, from 1
	due    time.Duration // of the next attempt
	first  time.Duration // when the first one was due
	order  int           // of those that are due at one time, the one that was filed first goes first
	tally  []outcome
	copies bool // several of it are sent at the same time
	crowd  bool // its first attempt is made at the same time as others
}

// schedule is what is still to be sent. Time does not pass by itself: Pass lets it.
type schedule struct {
	sync.Mutex // of the fields below; not held while something is sent
	queue      queue
	filed      int

	passing sync.Mutex // held while time passes
}

type queue []*callback

func (q queue) Len() int { return len(q) }
func (q queue) Less(i, j int) bool {
	return q[i].due < q[j].due || q[i].due == q[j].due && q[i].order < q[j].order
}
func (q queue) Swap(i, j int) { q[i], q[j] = q[j], q[i] }
func (q *queue) Push(c any)   { *q = append(*q, c.(*callback)) }
func (q *queue) Pop() any {
	old := *q
	last := old[len(old)-1]
	old[len(old)-1] = nil
	*q = old[:len(old)-1]
	return last
}

var _ heap.Interface = (*queue)(nil)

func (s *schedule) file(c *callback) {
	s.Lock()
	defer s.Unlock()
	s.filed++
	c.order = s.filed
	heap.Push(&s.queue, c)
}

// never is later than any time that passes.
const never = time.Duration(math.MaxInt64)

// due is when the next callback is due.
func (s *schedule) due() time.Duration {
	s.Lock()
	defer s.Unlock()
	if len(s.queue) == 0 {
		return never
	}
	return s.queue[0].due
}

// next takes the callback out that is due first, if it is due by then.
func (s *schedule) next(by time.Duration) *callback {
	s.Lock()
	defer s.Unlock()
	if len(s.queue) == 0 || s.queue[0].due > by {
		return nil
	}
	return heap.Pop(&s.queue).(*callback)
}

// drop takes the callbacks of a hook out and gives their number.
func (s *schedule) drop(hook int64) (dropped int) {
	s.Lock()
	defer s.Unlock()
	kept := s.queue[:0]
	for _, c := range s.queue {
		if c.hook != hook {
			kept = append(kept, c)
		}
	}
	dropped = len(s.queue) - len(kept)
	clear(s.queue[len(kept):])
	s.queue = kept
	heap.Init(&s.queue)
	return dropped
}

// Waiting is how many callbacks will be tried again.
func (e *Engine) Waiting() int {
	e.schedule.Lock()
	defer e.schedule.Unlock()
	return len(e.schedule.queue)
}

// Due is how long it is until the next callback is tried again; ok is false if none is.
func (e *Engine) Due() (d time.Duration, ok bool) {
	if due := e.schedule.due(); due != never {
		return due - e.Clock.Now(), true
	}
	return 0, false
}

// prepare fills in what an event leaves open.
func (e *Engine) prepare(ev Event) Event {
	if ev.ID == "" {
		ev.ID = e.NewID()
	}
	if ev.Delivery == "" {
		ev.Delivery = ev.ID
	}
	if ev.At.IsZero() {
		ev.At = e.stamp()
	}
	return ev
}

// callbacks makes one of an event for each hook that gets it.
func (e *Engine) callbacks(ev Event) (list []*callback) {
	ev, now := e.prepare(ev), e.Clock.Now()
	for _, hook := range e.Listeners(ev.Message) {
		if ev.Hooks != nil && !ev.Hooks(hook) {
			continue
		}
		if e.tooNew(hook) {
			continue
		}
		e.State.Hooks.Update(hook.ID, func(h *mockplatforms.Hook) { h.Used = now })
		list = append(list, &callback{event: ev, hook: hook.ID, number: 1, due: now, first: now})
	}
	return list
}

// Deliver sends an event to each of its listeners, one after the other, and gives the first attempts as they stand in
// the journal. No listener, no attempt. What fails is filed for another attempt, if the platform makes one. The error
// is a callback that could not be made, never a bad answer.
func (e *Engine) Deliver(ctx context.Context, ev Event) (attempts []journal.Entry, err error) {
	for _, c := range e.callbacks(ev) {
		entry, err := e.try(ctx, c)
		if entry != nil {
			attempts = append(attempts, *entry)
		}
		if err != nil {
			return attempts, err
		}
	}
	return attempts, nil
}

// DeliverAtOnce sends all events to all their listeners at the same time. The journal has the attempts in the order of
// the events, as if they had come one after the other.
func (e *Engine) DeliverAtOnce(ctx context.Context, events []Event) (attempts []journal.Entry, err error) {
	type sent struct {
		*callback
		hook  mockplatforms.Hook
		entry journal.Entry
		err   error
	}
	var list []*sent
	for i, ev := range events {
		same := func(other Event) bool { return ev.ID != "" && other.ID == ev.ID }
		copies := slices.ContainsFunc(events[:i], same) || slices.ContainsFunc(events[i+1:], same)
		for _, c := range e.callbacks(ev) {
			c.copies, c.crowd = copies, len(events) > 1
			hook, ok := e.target(c)
			if ok && !e.hold(ctx, c, hook) {
				list = append(list, &sent{callback: c, hook: hook})
			}
		}
	}
	var senders sync.WaitGroup
	begin := make(chan struct{})
	for _, s := range list {
		senders.Go(func() {
			<-begin
			s.entry, s.err = e.send(ctx, s.hook, s.callback)
		})
	}
	close(begin)
	senders.Wait()
	if ctx.Err() != nil { // they were cut off: that is not the receiver's answer
		return nil, ctx.Err()
	}
	for _, s := range list {
		if s.err == nil {
			attempts = append(attempts, e.conclude(ctx, s.hook, s.callback, s.entry))
		}
		err = errors.Join(err, s.err)
	}
	return attempts, err
}

// try makes one attempt of a callback, or finds out why there is none: then the entry is nil.
func (e *Engine) try(ctx context.Context, c *callback) (*journal.Entry, error) {
	hook, ok := e.target(c)
	if !ok || e.hold(ctx, c, hook) {
		return nil, nil
	}
	entry, err := e.send(ctx, hook, c)
	if err != nil {
		return nil, err
	}
	if ctx.Err() != nil { // it was cut off: that is not the receiver's answer
		return nil, ctx.Err()
	}
	entry = e.conclude(ctx, hook, c, entry)
	return &entry, nil
}

// conclude files an attempt in the journal and draws what follows from it.
func (e *Engine) conclude(ctx context.Context, hook mockplatforms.Hook, c *callback, entry journal.Entry) journal.Entry {
	entry.Seq = e.Journal.Append(entry)
	e.follow(ctx, hook, c, entry)
	return entry
}

// Pass lets time of the platform's schedule pass, and hands each attempt that was due in it to seen, which may be nil: a
// day may have more of them than should be held at a time. The receiver lives in real time and notices nothing of it.
// Time that would run backwards does not pass.
func (e *Engine) Pass(ctx context.Context, d time.Duration, seen func(attempt journal.Entry)) error {
	e.schedule.passing.Lock()
	defer e.schedule.passing.Unlock()
	until := e.Clock.Now() + max(d, 0)
	for ctx.Err() == nil {
		due := e.schedule.due()
		idle, hook := e.nextIdle(min(due, until))
		switch {
		case hook != 0 && idle < due:
			e.Clock.To(idle)
			e.expire(hook)
		case due > until:
			e.Clock.To(until)
			return nil
		default:
			if err := e.retry(ctx, due, seen); err != nil {
				return err
			}
		}
	}
	return ctx.Err()
}

// retry makes the attempt that is due at a time, unless somebody has taken it off the schedule meanwhile.
func (e *Engine) retry(ctx context.Context, due time.Duration, seen func(attempt journal.Entry)) error {
	c := e.schedule.next(due)
	if c == nil {
		return nil
	}
	e.Clock.To(c.due)
	entry, err := e.try(ctx, c)
	if err != nil {
		e.schedule.file(c) // it was not sent to its end, so it is still to be
		return err
	}
	if entry != nil && seen != nil {
		seen(*entry)
	}
	return nil
}
