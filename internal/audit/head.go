package audit

import (
	"context"
	"errors"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// errEnough ends a stream of batches early.
var errEnough = errors.New("audit: enough")

// note brings the head up to the tail, while further batches are written. That it fails is no
// harm: the next batch tries again.
func (s *Service) note(project id.ProjectID, c *chain) {
	noted := int64(0)
	for {
		s.mu.Lock()
		if c.tail == nil || c.tail.seq <= noted {
			c.noting = false
			s.mu.Unlock()
			return
		}
		end, revision := *c.tail, c.head
		s.mu.Unlock()
		revision, err := s.putHead(project, end, revision)
		s.mu.Lock()
		if c.head = revision; err != nil {
			c.head, c.noting = -1, false
			s.mu.Unlock()
			return
		}
		s.mu.Unlock()
		noted = end.seq
	}
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
