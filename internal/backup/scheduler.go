package backup

import (
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Scheduler keeps a backup of every day in a folder, or only those that are asked for. The folder itself is its memory, so that it goes
// on after a restart; what it has no name for there is left alone.
type Scheduler struct {
	Backend    store.Backend
	Dir        string                                             // made when it is missing
	At         time.Duration                                      // of the day, since midnight by Now's clock
	Keep       int                                                // how many days are kept; 0: none is made but by Start, and all are kept
	Passphrase string                                             // "" leaves them plain
	Now        func() time.Time                                   // its zone is the backups'
	Space      func(folder string) (free, total int64, err error) // nil: asks the system

	mutex   sync.Mutex
	running *run
	failed  *Failure
	done    sync.WaitGroup
}

// run is a backup under way.
type run struct {
	begun    time.Time
	cancel   context.CancelFunc
	progress Progress
}

// Failure is how the last try went wrong.
type Failure struct {
	At   time.Time
	Text problem.Text
}

// Sweep makes the day's backup when its time has come and it is not there yet, and removes the oldest.
// It may be called at any time, as often as one likes; hourly will do.
func (s *Scheduler) Sweep(ctx context.Context) error {
	ctx, r, err := s.begin(ctx, Progress{})
	if err != nil {
		return nil // one is being made
	}
	defer s.end(r)
	if err := s.removeParts(); err != nil {
		return s.fail(err)
	}
	files, err := s.files()
	if err != nil {
		return s.fail(err)
	}
	if s.Keep <= 0 {
		return nil
	}
	if due := s.due(r.begun); newest(files, r.begun).Time.Before(due) {
		return s.fail(s.make(ctx, r))
	}
	return nil
}

// Start begins a backup at once, and returns while it is being made; the context bounds only the beginning.
func (s *Scheduler) Start(ctx context.Context) error {
	ctx, r, err := s.begin(context.WithoutCancel(ctx), Progress{Step: Writing})
	if err != nil {
		return err
	}
	s.done.Go(func() {
		defer s.end(r)
		_ = s.fail(s.make(ctx, r)) // Status tells
	})
	return nil
}

// Cancel stops the backup that is being made, if any.
func (s *Scheduler) Cancel() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.running != nil {
		s.running.cancel()
	}
}

// Close cancels and waits: the store may be closed afterwards.
func (s *Scheduler) Close() {
	s.Cancel()
	s.done.Wait()
}

// begin takes the one place there is. What looks only whether a backup is due has no step yet.
func (s *Scheduler) begin(ctx context.Context, p Progress) (context.Context, *run, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.running != nil {
		return nil, nil, problem.New(problem.Conflict, "backup.running")
	}
	ctx, cancel := context.WithCancel(ctx)
	s.running = &run{begun: s.Now(), cancel: cancel, progress: p}
	return ctx, s.running, nil
}

func (s *Scheduler) end(r *run) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	r.cancel()
	s.running = nil
}

// fail keeps what went wrong until something goes right; what somebody stopped is not wrong.
func (s *Scheduler) fail(err error) error {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if err == nil {
		s.failed = nil
	} else if !errors.Is(err, context.Canceled) {
		s.failed = &Failure{s.Now(), problem.From(err).Text}
	}
	return err
}

// due is when the last backup should have been made.
func (s *Scheduler) due(now time.Time) time.Time {
	year, month, day := now.Date()
	at := time.Date(year, month, day, 0, 0, int(s.At/time.Second), 0, now.Location())
	if at.After(now) {
		at = time.Date(year, month, day-1, 0, 0, int(s.At/time.Second), 0, now.Location())
	}
	return at
}

// make makes one: under another name until it is whole, durable and read once more.
func (s *Scheduler) make(ctx context.Context, r *run) (err error) {
	if err := os.MkdirAll(s.Dir, 0o700); err != nil {
		return mapped(err)
	}
	files, err := s.files()
	if err != nil {
		return err
	}
	if err := s.room(newest(files, r.begun).Size); err != nil {
		return err
	}
	name := filepath.Join(s.Dir, nameOf(r.begun)) // one of the same minute gives way
	tell := func(p Progress) {
		s.mutex.Lock()
		defer s.mutex.Unlock()
		r.progress = p
	}
	tell(Progress{Step: Writing})
	o := Options{Passphrase: s.Passphrase, Progress: tell, Now: func() time.Time { return r.begun }}
	if err := s.whole(name, func(file io.ReadWriteSeeker) error {
		if _, err := Write(ctx, s.Backend, file, o); err != nil {
			return err
		}
		_, err := Verify(ctx, file, o)
		return err
	}); err != nil {
		return err
	}
	return s.removeOld(filepath.Base(name))
}

// whole makes a file of what fill writes, all of it or none.
func (s *Scheduler) whole(name string, fill func(io.ReadWriteSeeker) error) error {
	file, err := os.OpenFile(name+part, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return mapped(err)
	}
	err = fill(file)
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), name)
	}
	if err != nil {
		return mapped(errors.Join(err, os.Remove(file.Name())))
	}
	return mapped(syncFolder(s.Dir))
}

// room refuses to begin where the disk would not hold a backup half as large again as the last.
func (s *Scheduler) room(last int64) error {
	free, _, err := s.space()
	if err == nil && free < last+last/2 {
		err = problem.New(problem.Unavailable, "backup.noRoom", megabytes(free), megabytes(last+last/2))
	}
	return mapped(err)
}

func (s *Scheduler) space() (free, total int64, err error) {
	ask := s.Space
	if ask == nil {
		ask = diskSpace
	}
	folder := s.Dir
	for {
		if _, err := os.Stat(folder); err == nil || folder == filepath.Dir(folder) {
			return ask(folder)
		}
		folder = filepath.Dir(folder)
	}
}

func megabytes(n int64) int64 { return n >> 20 }
