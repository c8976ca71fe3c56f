package store

import (
	"context"
	"time"
)

// Overlap is how much longer, in microseconds, than its place in the order of stamps a change may
// take to become visible to others.
const Overlap = int64(15 * time.Second / time.Microsecond)

// Follower reads the changes of a collection, each change once: what kept Tables and search indexes
// are brought up to date with, on every process. It is not for several goroutines at once.
type Follower struct {
	collection *Collection
	project    string
	mark       int64
	seen       map[string]sighting
}

type sighting struct{ revision, stamp int64 }

// Follow begins after a mark that an earlier Follower gave, or with everything when it is 0.
func Follow(c *Collection, project string, mark int64) *Follower {
	return &Follower{collection: c, project: project, mark: mark, seen: map[string]sighting{}}
}

// Mark is where a Follower that comes after this one may begin. It will give some changes again.
func (f *Follower) Mark() int64 { return f.mark }

// Next gives each every document, tombstones too, that changed since the last call, oldest
// change first. When each fails, its document comes again with the next call.
func (f *Follower) Next(ctx context.Context, b Backend, each func(Document) error) error {
	err := b.Changes(ctx, f.collection, f.project, f.mark, func(d Document) error {
		if f.seen[d.ID].revision >= d.Revision {
			return nil
		}
		if err := each(d); err != nil {
			return err
		}
		f.seen[d.ID] = sighting{d.Revision, d.Stamp}
		f.mark = max(f.mark, d.Stamp)
		return nil
	})
	for id, s := range f.seen {
		if s.stamp <= f.mark-Overlap {
			delete(f.seen, id)
		}
	}
	return err
}
