package survey

import (
	"context"
	"sync"

	"tianye/internal/id"
)

// keptFlags holds a project's flags in memory, brought up to date by what changed since they were
// last asked for.
type keptFlags struct {
	mu      sync.Mutex
	changes func(ctx context.Context, each func(*Flags) error) error
	byID    map[string]*Flags // never changed, only replaced
}

// eachFlags visits a project's flags, whatever they are of and whoever asks, in no order.
func (s *Service) eachFlags(ctx context.Context, project id.ProjectID, visit func(*Flags)) error {
	s.mu.Lock()
	k := s.flags[project]
	if k == nil {
		k = &keptFlags{changes: s.store.FlagChanges(project), byID: map[string]*Flags{}}
		s.flags[project] = k
	}
	s.mu.Unlock()
	k.mu.Lock()
	defer k.mu.Unlock()
	err := k.changes(ctx, func(f *Flags) error {
		if f.Checked.IsZero() {
			delete(k.byID, f.ID)
		} else if old := k.byID[f.ID]; old == nil || old.Revision < f.Revision {
			k.byID[f.ID] = f
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, f := range k.byID {
		visit(f)
	}
	return nil
}

// OpenFlags counts the flags of each submission of a project that nobody called a false alarm; of
// those without any there is no count. It is of all submissions, deleted ones too, whoever asks: join it with what the asker reaches.
func (s *Service) OpenFlags(ctx context.Context, project id.ProjectID) (map[id.SubmissionID]int, error) {
	open := map[id.SubmissionID]int{}
	err := s.eachFlags(ctx, project, func(f *Flags) {
		if n := f.Open(); n > 0 && f.Submission != "" {
			open[f.Submission] = n
		}
	})
	return open, err
}
