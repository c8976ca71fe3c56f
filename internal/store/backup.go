package store

import (
	"errors"
	"fmt"
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
