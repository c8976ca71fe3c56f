package survey

import (
	"context"
	"errors"
	"log/slog"
	"net/netip"
	"runtime/debug"
	"strconv"
	"sync"
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

	mu     sync.Mutex // a round at a time
	follow map[id.ProjectID]*following
}

// following is what a process remembers of a project's webhook.
type following struct {
	since  time.Time
	next   func(ctx context.Context, each func(*Submission) error) (int64, error)
	paused time.Time // the receiver does not answer
	forgot time.Time // when what is done was last removed
}

const (
	hookEvery    = 3 * time.Second
	hookClaim    = time.Minute
	hookPatience = 24 * time.Hour     // then it is turned off
	hookKept     = 7 * 24 * time.Hour // what was told stays to be looked at
	hookFound    = 24 * time.Hour     // how long before the mark an event may be and be found again
	hookBatch    = 200
)

// hookPauses are those after the attempts; the last one again and again.
var hookPauses = []time.Duration{10 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// Run tells until the context ends.
func (h *Hooks) Run(ctx context.Context) {
	next := time.NewTicker(hookEvery)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
			h.guarded(ctx)
		}
	}
}

func (h *Hooks) guarded(ctx context.Context) {
	defer func() {
		if failure := recover(); failure != nil {
			h.Log.Error("webhook", "panic", failure, "stack", string(debug.Stack()))
		}
	}()
	if err := h.Round(ctx); err != nil && ctx.Err() == nil {
		h.Log.Error("webhook", "error", err)
	}
}

// Round finds what is to be told, and tells what is due.
func (h *Hooks) Round(ctx context.Context) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	all, err := h.Service.store.Webhooks(ctx)
	if err != nil {
		return err
	}
	for _, w := range all {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if !w.On {
			delete(h.follow, w.ProjectID)
			continue
		}
		open, failed := h.Open(ctx, w.ProjectID)
		if failed == nil && open {
			failed = h.project(ctx, w)
		}
		err = errors.Join(err, failed)
	}
	return err
}

func (h *Hooks) project(ctx context.Context, w Webhook) error {
	f := h.follow[w.ProjectID]
	if f == nil || !f.since.Equal(w.Since) {
		if h.follow == nil {
			h.follow = map[id.ProjectID]*following{}
		}
		f = &following{since: w.Since, next: h.Service.store.SubmissionsSince(w.ProjectID, w.Mark)}
		h.follow[w.ProjectID] = f
	}
	if err := h.find(ctx, w, f); err != nil {
		return err
	}
	now := h.Service.now()
	if now.Sub(f.forgot) > time.Hour {
		before := w.Found.Add(-2 * hookFound) // what may be found again is known by what is kept
		if kept := now.Add(-hookKept); kept.Before(before) {
			before = kept
		}
		if err := h.Service.store.ForgetDeliveries(ctx, w.ProjectID, before); err != nil {
			return err
		}
		f.forgot = now
	}
	if now.Before(f.paused) {
		return nil
	}
	return h.tell(ctx, w, f)
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
					FormID: sub.FormID, Submission: sub.ID, Event: event, At: at, Pending: true})
			}
		}
	}
	add(HookCreated, sub.Received, -1)
	state := Received
	for i, e := range sub.Events {
		switch {
		case len(e.Changes) > 0 || e.Instance != "":
			add(HookChanged, e.At, i)
		case e.State != state:
			add(HookReviewed, e.At, i)
		}
		state = e.State
	}
	return out
}

// tell delivers what is due, oldest first; of one submission nothing before what came before it.
func (h *Hooks) tell(ctx context.Context, w Webhook, f *following) error {
	pending, err := h.Service.store.PendingDeliveries(ctx, w.ProjectID, hookBatch)
	if err != nil || len(pending) == 0 {
		return err
	}
	message := &messages{Hooks: h, hook: w, counts: map[id.FormID]map[ReviewState]int{}}
	waits := map[id.SubmissionID]bool{}
	for _, d := range pending {
		now := h.Service.now()
		if waits[d.Submission] || now.Before(d.Next) || now.Before(d.Claimed) {
			waits[d.Submission] = true
			continue
		}
		if d.Claimed = now.Add(hookClaim); h.Service.store.ReplaceDelivery(ctx, d) != nil {
			waits[d.Submission] = true // another process has it
			continue
		}
		d.Revision++
		body, err := message.of(ctx, d)
		if problem.Is(err, problem.NotFound) { // it was deleted: there is nothing to tell any more
			body, err = nil, nil
		}
		if err != nil {
			return err
		}
		var a HookAnswer
		if body != nil {
			a = h.send(ctx, w, d.ID, d.Event, body)
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
		if err := h.note(ctx, w, f, d, a); err != nil {
			return err
		}
		if a.Failed.Key != "" {
			waits[d.Submission] = true
			if !a.Refused {
				return nil // nobody is there: the others wait as well
			}
		}
	}
	return nil
}

// note keeps what became of an attempt.
func (h *Hooks) note(ctx context.Context, w Webhook, f *following, d Delivery, a HookAnswer) error {
	now := h.Service.now().Truncate(time.Millisecond)
	if d.First.IsZero() {
		d.First = now
	}
	d.Claimed, d.Status, d.Failed = time.Time{}, a.Status, a.Failed
	d.Attempts++
	if a.Failed.Key == "" {
		d.Pending, d.Done, f.paused = false, now, time.Time{}
		return h.Service.store.ReplaceDelivery(ctx, d)
	}
	d.Next = now.Add(hookPauses[min(d.Attempts, len(hookPauses))-1])
	if !a.Refused {
		f.paused = d.Next
	}
	if err := h.Service.store.ReplaceDelivery(ctx, d); err != nil {
		return err
	}
	began := d.First
	if began.Before(w.Since) { // it was turned on again since
		began = w.Since
	}
	if now.Sub(began) < hookPatience {
		return nil
	}
	return h.turnOff(ctx, w, a.Failed)
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
