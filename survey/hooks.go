package survey

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Hooks finds what webhooks have to tell and tells it. Every process that serves may run one: what is to
// be told is a document of its own before it is told, and one process at a time claims it. A process
// that dies while it tells may have told: receivers know a delivery by its id.
type Hooks struct {
	Service    *Service
	Secret     func(context.Context) (string, error)                    // the server's
	Open       func(context.Context, id.ProjectID) (bool, error)        // whether a project is there and not in the bin
	Managers   func(context.Context, id.ProjectID) ([]id.UserID, error) // who is told when it is turned off
	IsOwn      func(netip.AddrPort) bool                                // whether an address is one of the server's own listeners
	AllowLocal bool                                                     // even the machine itself may be told: the operator said so
	Log        *slog.Logger

	mu     sync.Mutex // one looks for what is to be told at a time
	follow map[id.ProjectID]*following
}

// following is what a process remembers of a project's webhook.
type following struct {
	since  time.Time
	next   func(ctx context.Context, each func(*Submission) error) (int64, error)
	forgot time.Time // when what is done was last removed
	tells  atomic.Bool

	// Of who tells alone:
	paused time.Time // the receiver does not answer
	silent int       // how often it did not, since it did
}

const (
	hookEvery    = 3 * time.Second
	hookClaim    = time.Minute
	hookPatience = 24 * time.Hour     // then one that is not taken is given up, and what nobody answers is turned off
	hookKept     = 7 * 24 * time.Hour // what was told stays to be looked at
	hookFound    = 24 * time.Hour     // how long before the mark an event may be and be found again
	hookBatch    = 200
	hookBudget   = 20 * time.Second // for what is due of a project at once
)

// hookPauses are those after the attempts; the last one again and again.
var hookPauses = []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

func hookPause(attempts int) time.Duration { return hookPauses[min(attempts, len(hookPauses))-1] }

// Run tells until the context ends.
func (h *Hooks) Run(ctx context.Context) {
	next := time.NewTicker(hookEvery)
	defer next.Stop()
	var telling sync.WaitGroup
	defer telling.Wait()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			h.begin(ctx, &telling, func(err error) {
				if ctx.Err() == nil {
					h.Log.Error("webhook", "error", err)
				}
			})
		}
	}
}

// Round finds what is to be told, and tells what is due.
func (h *Hooks) Round(ctx context.Context) (err error) {
	var telling sync.WaitGroup
	var mu sync.Mutex
	h.begin(ctx, &telling, func(failed error) {
		mu.Lock()
		defer mu.Unlock()
		err = errors.Join(err, failed)
	})
	telling.Wait()
	return err
}

// begin finds what is to be told, and begins to tell what is due: each project by itself, so that none waits
// for the receiver of another, or falls with it.
func (h *Hooks) begin(ctx context.Context, telling *sync.WaitGroup, failed func(error)) {
	h.mu.Lock()
	defer h.mu.Unlock()
	all, err := h.Service.store.Webhooks(ctx)
	if err != nil {
		failed(err)
	}
	for _, w := range all {
		if !w.On {
			delete(h.follow, w.ProjectID)
			continue
		}
		var f *following
		err := guarded(func() error {
			open, err := h.Open(ctx, w.ProjectID)
			if err == nil && open {
				f, err = h.project(ctx, w)
			}
			return err
		})
		if err != nil {
			failed(err)
		}
		if f == nil || f.tells.Load() || h.Service.now().Before(f.paused) {
			continue
		}
		f.tells.Store(true)
		telling.Go(func() {
			defer f.tells.Store(false)
			if err := guarded(func() error { return h.tell(ctx, &w, f) }); err != nil {
				failed(err)
			}
		})
	}
}

// guarded makes an error of a panic.
func guarded(do func() error) (err error) {
	defer func() {
		if failure := recover(); failure != nil {
			err = fmt.Errorf("panic: %v\n%s", failure, debug.Stack())
		}
	}()
	return do()
}

// project finds what is to be told of one.
func (h *Hooks) project(ctx context.Context, w Webhook) (*following, error) {
	f := h.follow[w.ProjectID]
	if f == nil || !f.since.Equal(w.Since) {
		if h.follow == nil {
			h.follow = map[id.ProjectID]*following{}
		}
		f = &following{since: w.Since, next: h.Service.store.SubmissionsSince(w.ProjectID, w.Mark)}
		h.follow[w.ProjectID] = f
	}
	if err := h.find(ctx, w, f); err != nil {
		return nil, err
	}
	now := h.Service.now()
	if now.Sub(f.forgot) > time.Hour {
		before := w.Found.Add(-2 * hookFound) // what may be found again is known by what is kept
		if kept := now.Add(-hookKept); kept.Before(before) {
			before = kept
		}
		if err := h.Service.store.ForgetDeliveries(ctx, w.ProjectID, before); err != nil {
			return nil, err
		}
		f.forgot = now
	}
	return f, nil
}

// find queues what happened. The mark is kept behind that: who stops in between finds the same again.
func (h *Hooks) find(ctx context.Context, w Webhook, f *following) error {
	begun := h.Service.now().Truncate(time.Millisecond)
	mark, err := f.next(ctx, func(sub *Submission) error {
		if sub.Deleted != nil {
			return nil
		}
		for _, d := range w.deliveries(sub) {
			if err := h.Service.store.QueueDelivery(ctx, d); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil || mark <= w.Mark {
		return err
	}
	_, err = h.Service.changeWebhook(ctx, w.ProjectID, func(now *Webhook) {
		if now.Since.Equal(w.Since) {
			now.Mark, now.Found = max(now.Mark, mark), begun
		}
	})
	return err
}

// deliveries are what there is to tell of a submission since the webhook is on, whether it was told or not.
func (w Webhook) deliveries(sub *Submission) (out []Delivery) {
	found := w.Found.Add(-hookFound) // what is older was found before
	add := func(event HookEvent, at time.Time, n int) {
		if at.Before(w.Since) || at.Before(found) {
			return
		}
		for _, wanted := range w.Events {
			if wanted == event {
				out = append(out, Delivery{ID: id.Derived("delivery", string(w.ProjectID), string(sub.ID), strconv.Itoa(n), at.UTC().Format(time.RFC3339Nano)), ProjectID: w.ProjectID,
					FormID: sub.FormID, Submission: sub.ID, Event: event, At: at, N: n, Pending: true, Next: at})
			}
		}
	}
	add(HookCreated, sub.Received, -1)
	state := Received
	for i, e := range sub.Events {
		switch {
		case len(e.Changes) > 0 || e.Instance != "":
			add(HookChanged, e.At, i)
		case e.By != "" && !e.Remark && (e.State != state || e.To != ""): // what arrives with issues has an event of nobody
			add(HookReviewed, e.At, i)
		}
		state = e.State
	}
	return out
}

// tell delivers what is due, what is due longest first.
func (h *Hooks) tell(ctx context.Context, w *Webhook, f *following) error {
	begun := time.Now()
	due, err := h.Service.store.DueDeliveries(ctx, w.ProjectID, h.Service.now(), hookBatch)
	if err != nil {
		return err
	}
	message := &messages{Hooks: h, hook: *w, counts: map[id.FormID]map[ReviewState]int{}}
	for _, d := range due {
		if time.Since(begun) > hookBudget || h.Service.now().Before(f.paused) { // nobody is there: the others wait as well
			return nil
		}
		if err := h.tellFirst(ctx, w, f, message, d); err != nil {
			return err
		}
	}
	return nil
}

// tellFirst delivers the first that waits of the submission of one that is due: nothing is told before
// what came before it.
func (h *Hooks) tellFirst(ctx context.Context, w *Webhook, f *following, message *messages, due Delivery) error {
	d, err := h.Service.store.FirstDelivery(ctx, w.ProjectID, due.Submission)
	now := h.Service.now()
	switch {
	case problem.Is(err, problem.NotFound) || err == nil && now.Before(d.Claimed): // another process told it, or is at it
		return nil
	case err != nil:
		return err
	case now.Before(d.Next) && d.ID == due.ID:
		return nil
	case now.Before(d.Next): // it waits for that one, and stands in nobody's way meanwhile
		due.Next = d.Next
		return unlessConflict(h.Service.store.ReplaceDelivery(ctx, due))
	}
	d.Claimed = now.Add(hookClaim)
	if err := h.Service.store.ReplaceDelivery(ctx, d); err != nil {
		return unlessConflict(err) // another process has it
	}
	d.Revision++
	var body []byte
	err = guarded(func() (err error) {
		body, err = message.of(ctx, d)
		return err
	})
	var a HookAnswer
	switch {
	case err == nil:
		a = h.send(ctx, *w, d.ID, d.Event, body)
	case problem.Is(err, problem.NotFound): // it was deleted: there is nothing to tell any more
		d.Claimed, d.Pending, d.Done, d.Status, d.Failed = time.Time{}, false, now.Truncate(time.Millisecond), 0, problem.Text{}
		return h.Service.store.ReplaceDelivery(ctx, d)
	default:
		h.Log.Error("webhook", "delivery", d.ID, "error", err)
		a = HookAnswer{Failed: problem.Say("webhook.notMade"), Refused: true}
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return h.note(ctx, w, f, d, a)
}

func unlessConflict(err error) error {
	if problem.Is(err, problem.Conflict) {
		return nil
	}
	return err
}

// note keeps what became of an attempt. What is not taken for a day is given up; the webhook is turned off
// when nothing at all was answered for as long.
func (h *Hooks) note(ctx context.Context, w *Webhook, f *following, d Delivery, a HookAnswer) error {
	now := h.Service.now().Truncate(time.Millisecond)
	if d.First.IsZero() {
		d.First = now
	}
	d.Claimed, d.Status, d.Failed = time.Time{}, a.Status, a.Failed
	d.Attempts++
	d.Next = now.Add(hookPause(d.Attempts))
	isSilent := a.Failed.Key != "" && !a.Refused
	if isSilent {
		f.silent++
		f.paused = now.Add(hookPause(f.silent))
	} else {
		f.silent, f.paused = 0, time.Time{}
	}
	if err := h.noteSilence(ctx, w, isSilent, now); err != nil {
		return err
	}
	if isSilent && now.Sub(later(w.Silent, w.Since)) >= hookPatience {
		return errors.Join(h.Service.store.ReplaceDelivery(ctx, d), h.turnOff(ctx, *w, a.Failed))
	}
	if a.Failed.Key == "" || now.Sub(later(d.First, w.Since)) >= hookPatience {
		d.Pending, d.Done = false, now
	}
	return h.Service.store.ReplaceDelivery(ctx, d)
}

// noteSilence keeps since when nothing is answered.
func (h *Hooks) noteSilence(ctx context.Context, w *Webhook, isSilent bool, at time.Time) error {
	if isSilent == !w.Silent.IsZero() {
		return nil
	}
	if w.Silent = at; !isSilent {
		w.Silent = time.Time{}
	}
	_, err := h.Service.changeWebhook(ctx, w.ProjectID, func(now *Webhook) {
		if now.Since.Equal(w.Since) {
			now.Silent = w.Silent
		}
	})
	return err
}

// later is the later one: what began before a webhook was turned on again begins anew.
func later(a, b time.Time) time.Time {
	if a.Before(b) {
		return b
	}
	return a
}

// turnOff ends it and tells the managers; what waits stays for when it is turned on again.
func (h *Hooks) turnOff(ctx context.Context, w Webhook, why problem.Text) error {
	off := false
	_, err := h.Service.changeWebhook(ctx, w.ProjectID, func(now *Webhook) {
		if off = now.On && now.Since.Equal(w.Since); off {
			now.On, now.Off = false, &HookOff{h.Service.now().Truncate(time.Millisecond), why}
		}
	})
	if err != nil || !off {
		return err
	}
	managers, err := h.Managers(ctx, w.ProjectID)
	if err != nil {
		return err
	}
	return h.Service.Notify(ctx, w.ProjectID, Notification{To: managers, Text: problem.Say("webhook.wasTurnedOff", why), Path: "/p/" + string(w.ProjectID) + "/webhook", Key: "webhook"})
}
