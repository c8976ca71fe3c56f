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
	seen       map[string]int64 // the revisions of what may come again
	recent     []sighting       // the same, the oldest first
}

type sighting struct {
	id              string
	revision, stamp int64
}

// Follow begins after a mark that an earlier Follower gave, or with everything when it is 0.
func Follow(c *Collection, project string, mark int64) *Follower {
	return &Follower{collection: c, project: project, mark: mark, seen: map[string]int64{}}
}

// Mark is where a Follower that comes after this one may begin. It will give some changes again.
func (f *Follower) Mark() int64 { return f.mark }

// Next gives each every document, tombstones too, that changed since the last call, oldest
// change first. When each fails, its document comes again with the next call.
func (f *Follower) Next(ctx context.Context, b Backend, each func(Document) error) error {
	err := b.Changes(ctx, f.collection, f.project, f.mark, func(d Document) error {
		if f.seen[d.ID] >= d.Revision {
			return nil
		}
		if err := each(d); err != nil {
			return err
		}
		f.seen[d.ID] = d.Revision
		f.recent = append(f.recent, sighting{d.ID, d.Revision, d.Stamp})
		f.mark = max(f.mark, d.Stamp)
		return nil
	})
	f.forget()
	return err
}

// forget drops what no longer comes again.
func (f *Follower) forget() {
	old := 0
	for _, s := range f.recent {
		if s.stamp > f.mark-Overlap {
			break
		}
		if f.seen[s.id] == s.revision {
			delete(f.seen, s.id)
		}
		old++
	}
	f.recent = f.recent[old:]
}
