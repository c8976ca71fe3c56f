// Package store keeps the domains' documents. Its contract (Backend) is small enough for
// an embedded SQLite file and for MongoDB alike; the domains' stores (form.go,
// submission.go, case.go …) are written once, on the contract.
//
// One aggregate is one document, written whole at its revision. A step over several
// documents is ordered so that stopping anywhere and repeating it is safe.
package store

import (
	"context"
	"io"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Collection declares documents of one sort. It is declared once, as a package variable,
// and given to a backend when that is opened.
type Collection struct {
	Name    string // letters, digits and _
	Indexes []Index
	History bool // Replace and Delete keep the former revision readable by Revisions
}

// Index declares what a Query may ask for. Within a project, or among the server-wide documents,
// its order is that of its fields, then of the id.
type Index struct {
	Name   string   // Query.Order names it
	Fields []string // paths into the body, dotted below the top level; see Key
	Unique bool     // no two living documents of a project agree in all fields; documents lacking one are exempt
}

// Document is one aggregate and what the store knows of it.
type Document struct {
	ID       string
	Project  string // "" in server-wide collections
	Revision int64  // 1 at the insert, one more at every change
	Stamp    int64  // of the last change: microseconds since 1970, UTC
	Deleted  bool   // a tombstone, without a body: only Changes shows them
	Body     bson.Raw
}

// MaxBody is the size in bytes that a body may have: what MongoDB takes, less the envelope.
const MaxBody = 15 << 20

// Backend is the document contract. Every call is scoped by a project ("" for the server-wide
// collections): another project's document is not found. What is acknowledged is durable.
//
// Errors that people may meet are problems: NotFound, Exists, Changed, Closed and the like; a
// cancelled context gives its own error, and then a write has not happened, or (MongoDB alone,
// when the network fails under it) may have.
type Backend interface {
	// Insert stores a new document at revision 1 and gives it back with its revision and stamp.
	// It gives Exists when the id or a unique index is taken. A deleted id may be used again:
	// its revisions go on.
	Insert(ctx context.Context, c *Collection, d Document) (Document, error)

	// Get gives a living document, or NotFound.
	Get(ctx context.Context, c *Collection, project, id string) (Document, error)

	// Replace stores a new body in place of the revision that d names and gives the document back.
	// It gives Changed when the stored revision is another one, NotFound when there is none,
	// Exists when a unique index is taken.
	Replace(ctx context.Context, c *Collection, d Document) (Document, error)

	// Delete leaves a tombstone in place of the revision; errors as for Replace.
	Delete(ctx context.Context, c *Collection, project, id string, revision int64) error

	// Stream gives each one living document after the other, in constant memory; each may call the
	// store itself, and its error ends the stream. A document whose place in the order changes
	// meanwhile may be missed or met twice; none is when the order is by id.
	Stream(ctx context.Context, c *Collection, project string, q Query, each func(Document) error) error

	// Count counts the living documents that q selects; order, limit and cursor do not matter.
	Count(ctx context.Context, c *Collection, project string, q Query) (int, error)

	// Changes gives what changed after the stamp, tombstones too, oldest change first, every document
	// in its present state. It reaches back a little further than it is asked (at most Overlap),
	// because on MongoDB changes may become visible out of order; Follower drops what was seen.
	Changes(ctx context.Context, c *Collection, project string, since int64, each func(Document) error) error

	// Revisions gives the former revisions of a document, also of a deleted one, newest first.
	Revisions(ctx context.Context, c *Collection, project, id string) ([]Document, error)

	// PutBlob stores what r gives, in constant memory, and gives its name (its SHA-256 in hexadecimal)
	// and size. More than limit bytes give TooLarge. The same content twice is stored once.
	PutBlob(ctx context.Context, project string, r io.Reader, limit int64) (hash string, size int64, err error)

	// OpenBlob gives a blob and its size, or NotFound.
	OpenBlob(ctx context.Context, project, hash string) (io.ReadCloser, int64, error)

	// Ping tells whether the store answers.
	Ping(ctx context.Context) error

	// Close finishes the writes under way. Later calls give Closed.
	Close() error
}
