package survey

import (
	"cmp"
	"context"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// fillQuotas gives the places of a link's quotas to what came before they were set, in the order of its
// coming, and takes those of former quotas away. What is marked OverQuota stays so. It may be repeated.
func (s *Service) fillQuotas(ctx context.Context, l *PublicLink, former []Quota) error {
	for _, q := range former {
		key := q.key(l.ID)
		if hasKey(l.Settings.Quotas, l.ID, key) {
			continue
		}
		taken, err := s.placesOf(ctx, l.ProjectID, key)
		if err != nil {
			return err
		}
		for _, c := range taken {
			if err := s.store.DeleteClaim(ctx, c); err != nil && !problem.Is(err, problem.Conflict) && !problem.Is(err, problem.NotFound) {
				return err
			}
		}
		s.places.put(key, nil)
	}
	for _, q := range l.Settings.Quotas {
		if err := s.fillQuota(ctx, l, q); err != nil {
			return err
		}
	}
	return nil
}

func (s *Service) fillQuota(ctx context.Context, l *PublicLink, q Quota) error {
	s.places.put(q.key(l.ID), nil) // the limit may be another
	taken, err := s.placesOf(ctx, l.ProjectID, q.key(l.ID))
	if err != nil || len(taken) >= q.Limit {
		return err
	}
	has := map[id.SubmissionID]bool{}
	for _, c := range taken {
		has[c.Submission] = true
	}
	all, err := s.comers(ctx, l, q)
	if err != nil {
		return err
	}
	name := s.quotaName(ctx, l, q)
	for _, c := range all {
		if has[c.id] || slices.Contains(c.over, name) {
			continue
		}
		if held, err := s.place(ctx, l, q, c.id); err != nil || !held {
			return err
		}
	}
	return nil
}

// comer is a submission that came by a link.
type comer struct {
	id       id.SubmissionID
	received float64  // in seconds since 1970
	over     []string // Submission.OverQuota
}

// comers are those that meet a quota, in the order of their coming.
func (s *Service) comers(ctx context.Context, l *PublicLink, q Quota) (all []comer, err error) {
	k := s.keptFor(l.ProjectID)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, l.ProjectID, k); err != nil {
		return nil, err
	}
	f := k.form(l.FormID)
	for row, origin := range f.origins {
		if f.byPath[VarEnumerator].lexical(row) == string(l.ID) && f.meets(row, q) {
			all = append(all, comer{id.SubmissionID(origin.ID), f.byPath[VarReceived].data.Numbers[row], f.meta[row].over})
		}
	}
	slices.SortFunc(all, func(a, b comer) int { return cmp.Or(cmp.Compare(a.received, b.received), cmp.Compare(a.id, b.id)) })
	return all, nil
}
