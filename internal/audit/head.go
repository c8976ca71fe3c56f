package audit

import (
	"context"
	"errors"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// errEnough ends a stream of batches early.
var errEnough = errors.New("audit: enough")

// noteEvery is how often the end of a busy chain is noted: each time costs as much as a batch.
const noteEvery = time.Second

// note notes the tail now and then, as long as further batches are written. That it fails is no
// harm: the next batch tries again.
func (s *Service) note(project id.ProjectID, c *chain) {
	for {
		select {
		case <-s.stop:
			return // Close notes the rest
		case <-time.After(noteEvery):
		}
		if noted, err := s.noteTail(project, c); err != nil || !noted {
			return
		}
	}
}

// noteTail notes the tail, unless it is noted already or must be read anew; then, and when it
// fails, a later batch begins again.
func (s *Service) noteTail(project id.ProjectID, c *chain) (noted bool, err error) {
	s.mu.Lock()
	if c.tail == nil || c.tail.seq <= c.noted {
		c.noting = false
		s.mu.Unlock()
		return false, nil
	}
	end, revision := *c.tail, c.head
	s.mu.Unlock()
	revision, err = s.putHead(project, end, revision)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		c.head, c.noting = -1, false
		return false, err
	}
	c.head, c.noted = revision, end.seq
	return true, nil
}

// putHead notes the end of a chain, unless another process has noted a later one.
func (s *Service) putHead(project id.ProjectID, end tail, revision int64) (int64, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		if revision < 0 {
			h, err := s.store.Head(ctx, project)
			if err != nil || h.Seq >= end.seq {
				return h.Revision, err
			}
			revision = h.Revision
		}
		put, err := s.store.PutHead(ctx, project, Head{Seq: end.seq, Hash: end.hash, Revision: revision})
		if !problem.Is(err, problem.Conflict) || ctx.Err() != nil {
			return put, err
		}
		revision = -1
	}
}
