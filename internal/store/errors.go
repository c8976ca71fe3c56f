package store

import (
	"errors"

	"tianye/internal/problem"
)

// NotFound says that there is no such document or blob in the project.
func NotFound() error { return problem.New(problem.NotFound, "store.notFound") }

// Exists says that the id, or what a unique index guards, is taken.
func Exists() error { return problem.New(problem.Conflict, keyExists) }

// Changed says that the document is no longer at the revision that the caller read.
func Changed() error { return problem.New(problem.Conflict, keyChanged) }

// Closed says that the store has been closed.
func Closed() error { return problem.New(problem.Unavailable, "store.closed") }

// TooLarge says that a body or a blob has more than limit bytes.
func TooLarge(limit int64) error {
	return problem.New(problem.TooLarge, "store.tooLarge", float64(limit*10>>20)/10)
}

// Failed says that the store cannot do its work now: a broken disk, no network.
func Failed(cause error) error {
	return problem.New(problem.Unavailable, "store.failed").Because(cause)
}

// Fresh says that a blob was put too short a time ago to be deleted.
func Fresh() error { return problem.New(problem.Conflict, keyFresh) }

const (
	keyExists  = "store.exists"
	keyChanged = "store.changed"
	keyFresh   = "store.fresh"
)

// IsExists tells whether err is Exists: the id, or what a unique index guards, is taken.
func IsExists(err error) bool { return hasKey(err, keyExists) }

// IsChanged tells whether err is Changed: someone else was first; read again and retry.
func IsChanged(err error) bool { return hasKey(err, keyChanged) }

// IsFresh tells whether err is Fresh: try to delete the blob again after BlobRest.
func IsFresh(err error) bool { return hasKey(err, keyFresh) }

func hasKey(err error, key string) bool {
	var p *problem.Problem
	return errors.As(err, &p) && p.Text.Key == key
}
