package store

import (
	"context"
	"errors"
	"fmt"

	"tianye/internal/problem"
)

// CheckRecord tells whether a record is fit to be loaded.
func CheckRecord(r Record) error {
	switch {
	case r.ID == "" || r.Revision < 1 || r.Stamp < 0:
		return errors.New("store: a record without an id, a revision or a stamp")
	case r.Former && (r.Deleted || !r.Collection.History):
		return errors.New("store: a former revision that nobody keeps")
	case r.Deleted != (len(r.Body) == 0):
		return errors.New("store: a tombstone with a body, or a document without one")
	case len(r.Body) > MaxBody:
		return TooLarge(MaxBody)
	case r.Deleted:
		return nil
	}
	if err := r.Body.Validate(); err != nil {
		return fmt.Errorf("store: the body of %s: %w", r.ID, err)
	}
	return nil
}

// Lasting is what a backup holds: what refers comes before what it refers to. Sessions are left out, and
// what a restore notes for itself.
var Lasting = []*Collection{charts, exportSettings, deliveries, webhooks, suggestions, claims, plans, outlines, notices, bulks, flags, assignments, editions, submissions, cases, publicLinks, forms, auditHeads, auditLines, appUsers, tokens, departures, members, projects, users, secrets}

// restores holds a document while a restore is under way.
var restores = &Collection{Name: "restores"}

type restoring struct{ Of string }

const restoreKey = "restore"

// BeginRestore notes which backup is being restored: until EndRestore, the store holds a part of it.
func BeginRestore(ctx context.Context, b Backend, of string) error {
	return insert(ctx, b, restores, "", restoreKey, restoring{of})
}

// RestoreOf gives what BeginRestore noted, or "" when no restore is under way.
func RestoreOf(ctx context.Context, b Backend) (string, error) {
	r, err := get(ctx, b, restores, "", restoreKey, func(*restoring, int64) {})
	if problem.Is(err, problem.NotFound) {
		return "", nil
	}
	return r.Of, err
}

// EndRestore says that the store is whole.
func EndRestore(ctx context.Context, b Backend) error {
	d, err := b.Get(ctx, restores, "", restoreKey)
	if err != nil {
		return err
	}
	return b.Delete(ctx, restores, "", restoreKey, d.Revision)
}

var errFound = errors.New("store: something is there")

// IsEmpty tells whether nothing was ever stored: no tombstone either, and no blob.
func IsEmpty(ctx context.Context, b Backend) (bool, error) {
	list := append([]*Collection{sessions}, Lasting...)
	err := b.Dump(ctx, list, func(Record) error { return errFound })
	if err == nil {
		err = b.EachBlob(ctx, func(string, string, int64) error { return errFound })
	}
	if errors.Is(err, errFound) {
		return false, nil
	}
	return err == nil, err
}
