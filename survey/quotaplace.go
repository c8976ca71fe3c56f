package survey

import (
	"context"
	"math/rand/v2"
	"slices"
	"sync"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// A quota of 50 has the places 0 to 49. A submission that meets the quota takes one before it is stored: a
// Claim whose id is the quota's and the submission's, and whose slot the store lets exist once. So there are
// never more holders than places, whatever happens at once or breaks off, and who sends again has the
// place that they had. Each quota is for itself: who finds one full is marked OverQuota and may hold a
// place in another.
//
// A place is held by what counts. What is deleted, rejected or corrected so that it does not meet the quota
// gives its place back once that is written; what is restored, or meets it again, takes one before it is
// written. What came before a quota was set has its first places. What broke off in between is put right
// when the quota is full: a place whose holder is not there or does not meet the quota goes to who needs
// one, after a grace.

// places are the slots of quotas that may be free, so that nobody need look from the beginning, and when
// a quota was last found full. Another process may know better.
type places struct {
	mu   sync.Mutex
	free map[string][]int
	full map[string]time.Time
}

// fullFor is how long a quota that was found full is not looked at again. What gives a place back here
// ends that.
const fullFor = 5 * time.Second

func (p *places) pop(key string, limit int) (slot int, found bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.free[key]) > 0 {
		slot, p.free[key] = p.free[key][0], p.free[key][1:]
		if slot < limit {
			return slot, true
		}
	}
	return 0, false
}

// put says which slots may be free; none: nothing is known.
func (p *places) put(key string, slots []int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.free[key] = slots
	delete(p.full, key)
}

func (p *places) putFull(key string, now time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.full[key] = now
}

func (p *places) wasFull(key string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, found := p.full[key]
	return found && now.Sub(at) < fullFor
}

// quotasOf tells which quotas a submission meets, and which it need not meet to keep its place.
func quotasOf(l *PublicLink, sub *Submission) (meets []Quota) {
	if sub.Deleted != nil || sub.State == Rejected {
		return nil
	}
	for _, q := range l.Settings.Quotas {
		if q.holds(func(path form.Path) string { return lookup(sub.Answers, path.Names()) }) {
			meets = append(meets, q)
		}
	}
	return meets
}

// settle takes the places that a submission needs to be stored as it is now, and marks it OverQuota
// where there is none. after, called once it is stored, gives the others back.
func (s *Service) settle(ctx context.Context, sub *Submission) (after func() error, err error) {
	after = func() error { return nil }
	if sub.Link == "" {
		return after, nil
	}
	l, err := s.store.Link(ctx, sub.Link)
	if problem.Is(err, problem.NotFound) || err == nil && len(l.Settings.Quotas) == 0 { // purged, or without quotas
		return after, nil
	}
	if err != nil {
		return nil, err
	}
	counts := sub.Deleted == nil && sub.State != Rejected
	if counts && !sub.Erased.IsZero() { // what it met cannot be told any more: it keeps what it has
		return after, nil
	}
	meets := quotasOf(&l, sub)
	if counts {
		sub.OverQuota = nil
	}
	for _, q := range meets {
		held, err := s.place(ctx, &l, q, sub.ID)
		if err != nil {
			return nil, err
		}
		if !held {
			sub.OverQuota = append(sub.OverQuota, s.quotaName(ctx, &l, q))
		}
	}
	stored := *sub
	return func() error { return s.giveBack(ctx, &l, &stored, meets) }, nil
}

// quotaName is what a submission says of a quota that was full.
func (s *Service) quotaName(ctx context.Context, l *PublicLink, q Quota) string {
	f, err := s.store.Form(ctx, l.ProjectID, l.FormID)
	if err == nil && f.Current() != nil {
		if d, err := s.Definition(ctx, l.ProjectID, l.FormID, f.Current().Number); err == nil {
			return q.Say(d, d.DefaultLanguage)
		}
	}
	return ""
}

// place gives a submission a place in a quota, its own if it has one; false: the quota is full.
func (s *Service) place(ctx context.Context, l *PublicLink, q Quota, sub id.SubmissionID) (held bool, err error) {
	now := s.now()
	key := q.key(l.ID)
	c := Claim{ID: id.Derived(key, string(sub)), ProjectID: l.ProjectID, Link: l.ID, Kind: ClaimPlace, Quota: key, Submission: sub, At: now, Revision: 1}
	for range q.Limit + retries {
		own, err := s.store.Claim(ctx, l.ProjectID, c.ID)
		if err == nil { // touched, so that who thinks it idle does not take it
			own.At = now
			err = s.store.ReplaceClaim(ctx, own)
		} else if problem.Is(err, problem.NotFound) {
			var found bool
			if c.Slot, found, err = s.freePlace(ctx, l, q, key); err != nil || !found {
				return false, err
			}
			if err = s.store.CreateClaim(ctx, c); problem.Is(err, problem.Conflict) {
				s.places.put(key, nil) // another process has taken of what was free
			}
		}
		if err == nil {
			return true, nil
		}
		if !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.NotFound) {
			return false, err
		}
	}
	return false, problem.New(problem.Unavailable, "publiclink.busy")
}

// freePlace gives a slot that may be free; false: there is none.
func (s *Service) freePlace(ctx context.Context, l *PublicLink, q Quota, key string) (slot int, found bool, err error) {
	if slot, found = s.places.pop(key, q.Limit); found {
		return slot, true, nil
	}
	if s.places.wasFull(key, s.now()) {
		return 0, false, nil
	}
	taken, err := s.placesOf(ctx, l.ProjectID, key)
	if err != nil {
		return 0, false, err
	}
	free, err := s.shrunk(ctx, q, taken)
	if err == nil && len(free) == 0 {
		free, err = s.idlePlaces(ctx, l, q, taken)
	}
	// In no order: several processes that know the same ones seldom want the same one.
	rand.Shuffle(len(free), func(i, j int) { free[i], free[j] = free[j], free[i] })
	s.places.put(key, free)
	if err != nil {
		return 0, false, err
	}
	if slot, found = s.places.pop(key, q.Limit); !found {
		s.places.putFull(key, s.now())
	}
	return slot, found, nil
}

func (s *Service) placesOf(ctx context.Context, project id.ProjectID, key string) (taken []Claim, err error) {
	err = s.store.Places(ctx, project, key, func(c *Claim) error {
		taken = append(taken, *c)
		return nil
	})
	return taken, err
}

// shrunk gives the free slots below the limit. When the limit was made smaller there may be holders
// beyond it: they move down first.
func (s *Service) shrunk(ctx context.Context, q Quota, taken []Claim) (free []int, err error) {
	var beyond []Claim
	full := make([]bool, q.Limit)
	for _, c := range taken {
		if c.Slot < q.Limit {
			full[c.Slot] = true
		} else {
			beyond = append(beyond, c)
		}
	}
	for slot, is := range full {
		if is {
			continue
		}
		if len(beyond) == 0 {
			free = append(free, slot)
			continue
		}
		beyond[0].Slot = slot
		err := s.store.ReplaceClaim(ctx, beyond[0])
		if err != nil && !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.NotFound) {
			return nil, err
		}
		beyond = beyond[1:]
	}
	return free, nil
}

// idlePlaces takes places away from what does not count, and gives their slots.
func (s *Service) idlePlaces(ctx context.Context, l *PublicLink, q Quota, taken []Claim) (free []int, err error) {
	taken = slices.DeleteFunc(taken, func(c Claim) bool { return c.Slot >= q.Limit || s.now().Sub(c.At) < claimGrace })
	if len(taken) == 0 {
		return nil, nil
	}
	of := make([]id.SubmissionID, len(taken))
	for i, c := range taken {
		of[i] = c.Submission
	}
	holds, err := s.holders(ctx, l, q, of)
	if err != nil {
		return nil, err
	}
	for _, c := range taken {
		if holds[c.Submission] {
			continue
		}
		switch err := s.store.DeleteClaim(ctx, c); {
		case err == nil:
			free = append(free, c.Slot)
		case !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.NotFound):
			return free, err
		}
	}
	return free, nil
}

// holders are those of some submissions that meet a quota now, from the tables in memory; of an erased one
// that cannot be told.
func (s *Service) holders(ctx context.Context, l *PublicLink, q Quota, of []id.SubmissionID) (map[id.SubmissionID]bool, error) {
	k := s.keptFor(l.ProjectID)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, l.ProjectID, k); err != nil {
		return nil, err
	}
	holds := map[id.SubmissionID]bool{}
	f := k.form(l.FormID)
	for _, sub := range of {
		if row, found := f.rows[sub]; found {
			_, isErased := f.erased[sub]
			holds[sub] = f.counts(row) && isErased || f.meets(row, q)
		}
	}
	return holds, nil
}

// counts tells whether the submission of a row may hold places.
func (f *keptForm) counts(row int) bool {
	return ReviewState(f.byPath[VarState].lexical(row)) != Rejected
}

// meets tells whether it meets a quota.
func (f *keptForm) meets(row int, q Quota) bool {
	return f.counts(row) && q.holds(func(path form.Path) string { return f.answer(row, path) })
}

// answer is what a row answers to a question that has one answer a submission; "" without one.
func (f *keptForm) answer(row int, path form.Path) string {
	if c := f.byPath[path]; c != nil {
		return c.lexical(row)
	}
	return ""
}

// giveBack gives back the places that a stored submission does not need.
func (s *Service) giveBack(ctx context.Context, l *PublicLink, sub *Submission, meets []Quota) error {
	for _, q := range l.Settings.Quotas {
		key := q.key(l.ID)
		if hasKey(meets, l.ID, key) {
			continue
		}
		c, err := s.store.Claim(ctx, l.ProjectID, id.Derived(key, string(sub.ID)))
		if err == nil {
			err = s.store.DeleteClaim(ctx, c)
		}
		if problem.Is(err, problem.NotFound) || problem.Is(err, problem.Conflict) { // it has none, or is just given one
			continue
		}
		if err != nil {
			return err
		}
		s.places.put(key, nil)
	}
	return nil
}
