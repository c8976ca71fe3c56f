// Package backup writes a whole store into one file, checks such a file, and restores it, from either
// backend into either; Scheduler does it every day. docs/backup-format.md describes the file.
//
// A backup holds all documents of all projects (living ones and tombstones, with revision and stamp),
// their former revisions and all blobs, but for sessions: whoever has the file is not signed in. What was
// acknowledged before it began is in it. Of what changes meanwhile, the embedded store gives one
// moment's state; MongoDB gives each document as it was at some moment, and whatever a document refers
// to is there. A blob that is deleted for good meanwhile may be missing.
package backup

import (
	"context"
	"errors"
	"io/fs"
	"syscall"
	"time"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Options are how a backup is written or read.
type Options struct {
	Passphrase string         // "" writes a file that everybody can read
	Progress   func(Progress) // told now and then, and at the end
	Now        func() time.Time
}

// Counts are what a backup holds.
type Counts struct {
	Documents int64 `json:"documents"` // living ones and tombstones
	Revisions int64 `json:"revisions"` // former ones
	Blobs     int64 `json:"blobs"`
	Bytes     int64 `json:"bytes"` // of bodies and blobs, before compression
}

// Info is what a backup says of itself.
type Info struct {
	Created   time.Time // when it was begun
	Schema    int       // store.Schema of the program that wrote it
	Encrypted bool
	Counts    Counts
	Hash      string // the SHA-256 in the trailer, in hexadecimal
	Size      int64  // bytes of the file
}

// Progress is how far it has come.
type Progress struct {
	Step   Step
	Counts Counts // handled in this step
	Done   int64  // bytes of the file that are written or read in this step
	Total  int64  // of the file; 0 while it is written
}

// Step is what is being done.
type Step string

// The steps: a restore verifies first.
const (
	Writing   Step = "writing"
	Verifying Step = "verifying"
	Restoring Step = "restoring"
)

// often is after how many bytes or records somebody is told.
const (
	oftenBytes   = 1 << 20
	oftenRecords = 200
)

// meter tells of progress.
type meter struct {
	tell func(Progress)
	now  Progress
	told Counts
	at   func() int64 // bytes of the file so far
}

func (m *meter) count(c Counts) {
	if c.Bytes-m.told.Bytes >= oftenBytes || c.Documents+c.Revisions-m.told.Documents-m.told.Revisions >= oftenRecords {
		m.say(c)
	}
}

// say tells the present state, whatever was told before.
func (m *meter) say(c Counts) {
	m.told = c
	if m.tell != nil {
		m.now.Counts, m.now.Done = c, m.at()
		m.tell(m.now)
	}
}

// counting counts what is written.
type counting struct{ n int64 }

func (c *counting) Write(p []byte) (int, error) {
	c.n += int64(len(p))
	return len(p), nil
}

// mapped says an error of files in words.
func mapped(err error) error {
	var known *problem.Problem
	var file *fs.PathError
	switch {
	case err == nil || errors.As(err, &known) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded):
		return err
	case errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT):
		return problem.New(problem.Unavailable, "backup.full").Because(err)
	case errors.As(err, &file):
		return problem.New(problem.Unavailable, "backup.file", file.Path).Because(err)
	}
	return err
}

// collections finds a collection by its name.
var collections = func() map[string]*store.Collection {
	byName := map[string]*store.Collection{}
	for _, c := range store.Lasting {
		byName[c.Name] = c
	}
	return byName
}()
