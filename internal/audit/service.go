package audit

import (
	"context"
	"math"
	"sync"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Batch is lines that were written together: one document of the store.
type Batch struct {
	First int64 // number of the first line, and the batch's place in the store
	Lines []Line
	Place int64 `bson:"-"` // where it was found: First, unless somebody changed it
}

// Head is the end of a chain as it was last noted. It may lag behind the lines, and never leads.
type Head struct {
	Seq      int64
	Hash     string
	Revision int64 `bson:"-"`
}

// Store keeps the chains; "" is the server's.
type Store interface {
	// PutBatch stores a batch in its place; problem.Conflict when that is taken.
	PutBatch(ctx context.Context, project id.ProjectID, b Batch) error
	// Batches gives all batches in the order of their places.
	Batches(ctx context.Context, project id.ProjectID, each func(Batch) error) error
	// BatchesBack gives the batches whose First is at most to, newest first.
	BatchesBack(ctx context.Context, project id.ProjectID, to int64, each func(Batch) error) error

	Head(ctx context.Context, project id.ProjectID) (Head, error) // the zero Head when there is none
	// PutHead replaces the revision that was read, at revision 0 inserts, and gives the new
	// revision; problem.Conflict when another came first.
	PutHead(ctx context.Context, project id.ProjectID, h Head) (int64, error)
	// Projects gives the projects whose end was ever noted.
	Projects(ctx context.Context, each func(id.ProjectID) error) error
}

// Service appends to the chains, searches and verifies them.
type Service struct {
	store   Store
	now     func() time.Time
	mu      sync.Mutex
	chains  map[id.ProjectID]*chain
	closed  bool
	writers sync.WaitGroup
	stop    chan struct{} // closed when no more is written
	noters  sync.WaitGroup
}

// New makes the service; now is the clock.
func New(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, chains: map[id.ProjectID]*chain{}, stop: make(chan struct{})}
}

// chain is what is known of a project's chain while the program runs.
type chain struct {
	waiting []*entry
	owed    []Line // could not be written when they came; they go first
	tried   Batch  // the last that failed; its lines are owed, or were written though the store said no
	writing bool   // a goroutine takes what waits
	noting  bool   // a goroutine notes the tail in the head
	tail    *tail  // nil: must be read
	head    int64  // revision of the head; -1: must be read
	noted   int64  // up to which line
}

type tail struct {
	seq  int64
	hash string
}

type entry struct {
	line Line
	done chan error
}

const (
	mostWaiting = 10_000 // lines of a chain; further ones are refused
	mostOwed    = 1_000
	batchSize   = 500 // lines: under 5 MB, however long their texts
	patience    = 15 * time.Second

	// A batch costs the store as much as a dozen lines: when many come at once, the next waits a little for more.
	busy   = 4 // lines of the former batch
	gather = 2 * time.Millisecond
)

// Append adds a line to a project's chain ("": the server's) and returns when it is durable. Lines that
// come while others are being written go together in the next batch. When the context
// ends, or the store fails, the line is written later all the same, if the program lives.
func (s *Service) Append(ctx context.Context, project id.ProjectID, l Line) error {
	if l.At == 0 {
		l.At = s.now().UnixMilli()
	}
	e := &entry{l.trimmed(), make(chan error, 1)}
	if err := s.enqueue(project, e); err != nil {
		return err
	}
	select {
	case err := <-e.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Service) enqueue(project id.ProjectID, e *entry) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return unavailable(nil)
	}
	c := s.chains[project]
	if c == nil {
		c = &chain{head: -1}
		s.chains[project] = c
	}
	if len(c.waiting) >= mostWaiting {
		return unavailable(nil)
	}
	c.waiting = append(c.waiting, e)
	if !c.writing {
		c.writing = true
		s.writers.Go(func() { s.write(project, c) })
	}
	return nil
}

// Close writes what waits, notes where the chains end, and ends. Later lines are refused.
func (s *Service) Close() {
	s.mu.Lock()
	again := s.closed
	s.closed = true
	s.mu.Unlock()
	if again {
		return
	}
	s.writers.Wait()
	close(s.stop)
	s.noters.Wait()
	for project, c := range s.chains { // nobody else looks at them any more
		if len(c.owed) > 0 {
			if written, err := s.commit(project, c, c.owed); err == nil {
				c.tail = &written
			}
		}
		_, _ = s.noteTail(project, c) // lags when it fails
	}
}

// write writes batches until nothing waits.
func (s *Service) write(project id.ProjectID, c *chain) {
	for last := 0; ; {
		if last >= busy {
			time.Sleep(gather)
		}
		lines, batch := s.take(c)
		if last = len(batch); last == 0 {
			return
		}
		written, err := s.commit(project, c, lines)
		s.mu.Lock()
		if err != nil {
			c.tail = nil
		} else {
			c.tail = &written
			if !c.noting {
				c.noting = true
				s.noters.Go(func() { s.note(project, c) })
			}
		}
		s.mu.Unlock()
		for _, e := range batch {
			e.done <- err
		}
	}
}

// take gives the next lines, what is owed first, and who waits for them.
func (s *Service) take(c *chain) ([]Line, []*entry) {
	s.mu.Lock()
	defer s.mu.Unlock()
	batch := c.waiting[:min(len(c.waiting), batchSize)]
	if c.waiting = c.waiting[len(batch):]; len(c.waiting) == 0 {
		c.waiting = nil // lets go of what was sent
	}
	if len(batch) == 0 {
		c.writing = false
		return nil, nil
	}
	lines := c.owed
	for _, e := range batch {
		lines = append(lines, e.line)
	}
	c.owed = nil
	return lines, batch
}

// commit numbers lines after the tail and stores them as one batch. When another process has
// taken the place, they go after its lines. When it fails they are owed.
func (s *Service) commit(project id.ProjectID, c *chain, lines []Line) (_ tail, err error) {
	defer func() {
		if err != nil {
			c.owed = lines[:min(len(lines), mostOwed)]
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	s.mu.Lock()
	end := c.tail
	s.mu.Unlock()
	for {
		if end == nil {
			read, err := s.readTail(ctx, project)
			if err != nil {
				return tail{}, unavailable(err)
			}
			end = &read
			if lines, err = s.unwritten(ctx, project, c, lines); err != nil {
				return tail{}, unavailable(err)
			}
		}
		if len(lines) == 0 {
			return *end, nil
		}
		b, written := number(lines, *end)
		err := s.store.PutBatch(ctx, project, b)
		switch {
		case err == nil:
			return written, nil
		case !problem.Is(err, problem.Conflict):
			c.tried = b
			return tail{}, unavailable(err)
		case ctx.Err() != nil:
			return tail{}, unavailable(ctx.Err())
		}
		end = nil
	}
}

// unwritten leaves out the lines of a batch that the store took though it said that it failed.
func (s *Service) unwritten(ctx context.Context, project id.ProjectID, c *chain, lines []Line) ([]Line, error) {
	n := len(c.tried.Lines)
	if n == 0 {
		return lines, nil
	}
	there := false
	err := s.store.BatchesBack(ctx, project, c.tried.First, func(b Batch) error {
		there = b.Place == c.tried.First && len(b.Lines) == n && b.Lines[n-1].Hash == c.tried.Lines[n-1].Hash
		return errEnough
	})
	if err != nil && err != errEnough {
		return lines, err
	}
	if c.tried = (Batch{}); there {
		lines = lines[min(n, mostOwed):]
	}
	return lines, nil
}

func unavailable(cause error) error {
	return problem.New(problem.Unavailable, "audit.unavailable").Because(cause)
}

func number(lines []Line, end tail) (Batch, tail) {
	b := Batch{First: end.seq + 1, Lines: make([]Line, len(lines))}
	for i, l := range lines {
		l.Seq = end.seq + 1
		l.Hash = l.sum(end.hash)
		b.Lines[i], end = l, tail{l.Seq, l.Hash}
	}
	return b, end
}

// readTail finds where the chain goes on. Where its end was cut off the head knows more than the
// lines: the chain goes on after the head, so that the gap stays to be seen.
func (s *Service) readTail(ctx context.Context, project id.ProjectID) (tail, error) {
	head, err := s.store.Head(ctx, project) // before the lines: others may append meanwhile
	if err != nil {
		return tail{}, err
	}
	end := tail{0, first(project)}
	err = s.store.BatchesBack(ctx, project, math.MaxInt64, func(b Batch) error {
		end.seq = b.Place
		if n := len(b.Lines); n > 0 {
			end = tail{b.Place + int64(n) - 1, b.Lines[n-1].Hash}
		}
		return errEnough
	})
	if err != nil && err != errEnough {
		return tail{}, err
	}
	if head.Seq > end.seq {
		end = tail{head.Seq, head.Hash}
	}
	return end, nil
}
