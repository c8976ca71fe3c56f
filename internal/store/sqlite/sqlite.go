// Package sqlite keeps documents in one SQLite file of a data folder, and blobs in files
// beside it named by their content:
//
//	DIR/tianye.db          the documents: a table a collection
//	DIR/blobs/P/ab/cdef…   the blobs of project P
//	DIR/lock               held by the one process that has the folder open
//
// One goroutine writes, everything that waits in one transaction (group commit); readers
// have connections of their own and see the last commit.
package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	driver "modernc.org/sqlite"
	codes "modernc.org/sqlite/lib"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Backend is an open data folder.
type Backend struct {
	dir      string
	lock     *os.File
	write    *sql.DB
	read     *sql.DB
	tables   map[*store.Collection]*table
	jobs     chan *job
	writer   *writer
	placing  sync.Mutex   // held while a blob gets its name, or loses it
	closing  sync.RWMutex // held for reading while a job is handed over
	closed   bool
	finished chan struct{} // closed when the writer is done
}

var _ store.Backend = (*Backend)(nil)

// readers is how many reads run at the same time; each connection keeps a page cache.
const readers = 8

// Open opens a data folder, making it when it is missing, and brings its tables up to date with
// the declared collections. It gives a problem when another process has it open.
func Open(ctx context.Context, dir string, collections []*store.Collection) (*Backend, error) {
	if err := store.Check(collections); err != nil {
		return nil, err
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, fmt.Errorf("sqlite: %w", err)
	}
	for _, folder := range []string{dir, filepath.Join(dir, "blobs")} {
		if err := os.MkdirAll(folder, 0o700); err != nil {
			return nil, problem.New(problem.Unavailable, "store.folder", dir).Because(err)
		}
	}
	lock, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return nil, problem.New(problem.Unavailable, "store.locked", dir).Because(err)
	}
	b := &Backend{
		dir: dir, lock: lock, tables: map[*store.Collection]*table{},
		jobs: make(chan *job, 1024), finished: make(chan struct{}),
	}
	if err := b.open(ctx, collections); err != nil {
		b.release()
		return nil, mapped(err)
	}
	return b, nil
}

func (b *Backend) open(ctx context.Context, collections []*store.Collection) (err error) {
	// fdatasync gives the same durability for half the time; where there is none, fsync stays.
	_, _ = driver.Fdatasync(true)
	if b.write, err = sql.Open("sqlite", dsn(b.dir)); err != nil {
		return err
	}
	b.write.SetMaxOpenConns(1)
	conn, err := b.write.Conn(ctx)
	if err != nil {
		return err
	}
	stamp, err := migrate(ctx, conn, collections)
	if err != nil {
		return err
	}
	if err := sweep(b.dir); err != nil {
		return err
	}
	if b.read, err = sql.Open("sqlite", dsn(b.dir)+"&_pragma=query_only(1)"); err != nil {
		return err
	}
	b.read.SetMaxOpenConns(readers)
	b.read.SetMaxIdleConns(readers)
	for _, c := range collections {
		t, err := prepare(ctx, conn, b.read, c)
		if err != nil {
			return err
		}
		b.tables[c] = t
	}
	b.writer = &writer{conn: conn, stamp: stamp}
	go func() {
		defer close(b.finished)
		b.writer.run(b.jobs)
		conn.Close()
	}()
	return nil
}

func dsn(dir string) string {
	path := filepath.ToSlash(filepath.Join(dir, "tianye.db"))
	if !strings.HasPrefix(path, "/") { // C:/…
		path = "/" + path
	}
	name := url.URL{Scheme: "file", OmitHost: true, Path: path}
	return name.String() + "?_pragma=busy_timeout(5000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)" +
		"&_pragma=wal_autocheckpoint(8000)&_pragma=journal_size_limit(67108864)&_pragma=cache_size(-8000)&_pragma=temp_store(MEMORY)&_pragma=secure_delete(FAST)"
}

// table finds what Open prepared for a collection.
func (b *Backend) table(c *store.Collection) (*table, error) {
	t, ok := b.tables[c]
	if !ok {
		return nil, fmt.Errorf("sqlite: the store was opened without the collection %s", c.Name)
	}
	return t, nil
}

// Ping asks the database something.
func (b *Backend) Ping(ctx context.Context) error {
	_, err := b.read.ExecContext(ctx, "SELECT 1")
	return mapped(err)
}

// Close finishes the writes under way, brings everything into the one file, so that who copies that
// has all of it, and lets go of the folder.
func (b *Backend) Close() error {
	b.closing.Lock()
	if b.closed {
		b.closing.Unlock()
		return nil
	}
	b.closed = true
	close(b.jobs)
	b.closing.Unlock()
	<-b.finished
	_, err := b.write.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return errors.Join(mapped(err), b.release())
}

func (b *Backend) release() error {
	var errs []error
	for _, db := range []*sql.DB{b.read, b.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(append(errs, b.lock.Close())...)
}

// mapped says an error of SQLite in the store's words.
func mapped(err error) error {
	if err == nil {
		return nil
	}
	var failure *driver.Error
	if errors.As(err, &failure) {
		switch failure.Code() & 0xff {
		case codes.SQLITE_FULL:
			return problem.New(problem.Unavailable, "store.full").Because(err)
		case codes.SQLITE_CORRUPT, codes.SQLITE_NOTADB:
			return problem.New(problem.Unavailable, "store.corrupt").Because(err)
		case codes.SQLITE_IOERR, codes.SQLITE_CANTOPEN, codes.SQLITE_READONLY, codes.SQLITE_PERM,
			codes.SQLITE_NOMEM, codes.SQLITE_BUSY, codes.SQLITE_LOCKED, codes.SQLITE_PROTOCOL:
			return store.Failed(err)
		}
	}
	if errors.Is(err, sql.ErrConnDone) || err.Error() == "sql: database is closed" {
		return store.Closed()
	}
	return err
}

// isUnique tells whether a statement failed because a row is there already.
func isUnique(err error) bool {
	var failure *driver.Error
	return errors.As(err, &failure) && failure.Code() == codes.SQLITE_CONSTRAINT_UNIQUE
}
