package casebase

import (
	"context"
	"io"

	"tianye/internal/id"
)

// Changes gives each every case, deleted ones too, that is new or has changed since
// its last call, oldest change first. It is not for several goroutines at once.
type Changes func(ctx context.Context, each func(Case) error) error

// Store keeps cases. It trusts what it is given; its errors are problems.
type Store interface {
	// InsertCase stores a case under its ID at revision 1, or gives a Conflict when the
	// ID is taken.
	InsertCase(ctx context.Context, c Case) (Case, error)

	// ReadCase gives a case, a deleted one too, or NotFound.
	ReadCase(ctx context.Context, project id.ProjectID, c id.CaseID) (Case, error)

	// ReplaceCase stores a case in place of the revision that it names and gives it at
	// the next one; a Conflict when it is no longer at that revision. The former
	// revision stays readable.
	ReplaceCase(ctx context.Context, c Case) (Case, error)

	// FormerCases gives the former revisions, newest first.
	FormerCases(ctx context.Context, project id.ProjectID, c id.CaseID) ([]Case, error)

	// ForgetCase removes a case's former revisions for good.
	ForgetCase(ctx context.Context, project id.ProjectID, c id.CaseID) error

	// FollowCases gives a project's cases and then what changes, from the beginning.
	FollowCases(project id.ProjectID) Changes

	// PutAttachment stores what r gives, at most limit bytes, and tells hash and size.
	PutAttachment(ctx context.Context, project id.ProjectID, r io.Reader, limit int64) (hash string, size int64, err error)

	// OpenAttachment gives a stored file and its size.
	OpenAttachment(ctx context.Context, project id.ProjectID, hash string) (io.ReadCloser, int64, error)
}
