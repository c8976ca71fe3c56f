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
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Collection declares documents of one sort. It is declared once, as a package variable,
// and given to a backend when that is opened.
type Collection struct {
	Name    string // letters, digits and _
	Indexes []Index
	History bool // Replace and Delete keep the former revision readable by Revisions
	Schema  int  // the number of its bodies' shape; whoever changes that so that older programs would misread it raises it. 0 is 1
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

// Record is a document as a backup holds it.
type Record struct {
	Collection *Collection
	Former     bool // a former revision
	Document
}

// BlobRest is how long a blob is safe from DeleteBlob after it was put. Tests alone change it.
var BlobRest = 24 * time.Hour

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

	// Forget removes the former revisions of a document, living or a tombstone, for good; the present
	// one stays. It is no error when there are none. What a change under way replaces may stay.
	Forget(ctx context.Context, c *Collection, project, id string) error

	// PutBlob stores what r gives, in constant memory, and gives its name (its SHA-256 in hexadecimal)
	// and size. More than limit bytes give TooLarge. The same content twice is stored once.
	PutBlob(ctx context.Context, project string, r io.Reader, limit int64) (hash string, size int64, err error)

	// OpenBlob gives a blob and its size, or NotFound.
	OpenBlob(ctx context.Context, project, hash string) (io.ReadCloser, int64, error)

	// DeleteBlob removes a blob for good; it is no error when there is none. The caller sees that no
	// document names it. One that was put, again or for the first time, less than BlobRest ago
	// stays, and Fresh says so (IsFresh): the document that will name it may be on its way.
	// Delete it later.
	DeleteBlob(ctx context.Context, project, hash string) error

	// EachBlob gives every blob of every project once. Blobs that are put or deleted meanwhile may
	// be given or not. each may call the store itself, and its error ends the walk.
	EachBlob(ctx context.Context, each func(project, hash string, size int64) error) error

	// Dump gives everything in the collections, of all projects: collection after collection, of each
	// first the documents, tombstones too, then the former revisions, in constant memory. What was
	// acknowledged before the call is there. SQLite gives one moment's state. MongoDB gives each
	// document as it was at some moment of the call: list what refers before what it refers to, and
	// all that is referred to is there; pass over former revisions that are not below their
	// document's (Load does). each must not keep the store waiting for long.
	Dump(ctx context.Context, list []*Collection, each func(Record) error) error

	// Load stores records as they were dumped, revisions and stamps included, in place of what is
	// there; later stamps are greater. Documents come before their former revisions. Loading the
	// same again changes nothing. Nobody else may write meanwhile. When a unique index holds the
	// value of a document already (two states of one moment's MongoDB), it is loaded all the same
	// and the index does not find it.
	Load(ctx context.Context, c *Collection, records []Record) error

	// Ping tells whether the store answers.
	Ping(ctx context.Context) error

	// Close finishes the writes under way. Later calls give Closed.
	Close() error
}
