// Package mongo keeps documents in a MongoDB database: a replica set, a sharded cluster, or any
// server that speaks its protocol. It uses plain commands of the Stable API alone: no
// transactions, no change streams. Writes wait for the majority and its journal.
//
// A collection is a MongoDB collection of envelopes (see envelope), its former revisions one
// with ".former" behind its name; blobs are in GridFS (bucket "store.blobs").
package mongo

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	driver "go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/readpref"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"tianye/internal/problem"
	"tianye/internal/store"
)

// Backend is an open database.
type Backend struct {
	client *driver.Client
	db     *driver.Database
	tables map[*store.Collection]*table
	clock  clock
	closed atomic.Bool
}

var _ store.Backend = (*Backend)(nil)

// table is a collection with what its envelopes carry.
type table struct {
	name    string
	living  *driver.Collection
	former  *driver.Collection // nil when none are kept
	fields  []string
	uniques []store.Index
}

// patience is how long a command may take. A write that takes longer is given up, so that every
// change is visible well within store.Overlap of its stamp.
const patience = 10 * time.Second

// Open connects to the database that the URI's path names ("tianye" when it names none) and brings
// its indexes up to date with the declared collections. Several processes may have it open; they
// should declare the same.
func Open(ctx context.Context, uri string, collections []*store.Collection) (*Backend, error) {
	if err := store.Check(collections); err != nil {
		return nil, err
	}
	journaled := true
	client, err := driver.Connect(options.Client().ApplyURI(uri).
		SetAppName("tianye").
		SetServerAPIOptions(options.ServerAPI(options.ServerAPIVersion1).SetStrict(true)).
		SetReadPreference(readpref.Primary()).
		SetReadConcern(readconcern.Majority()).
		SetWriteConcern(&writeconcern.WriteConcern{W: writeconcern.WCMajority, Journal: &journaled}).
		SetTimeout(patience))
	if err != nil {
		return nil, problem.New(problem.Malformed, "store.address").Because(err)
	}
	b := &Backend{client: client, db: client.Database(databaseName(uri)), tables: map[*store.Collection]*table{}}
	b.clock.ask = b.serverTime
	if err := b.number(ctx, collections); err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx))
		return nil, b.mapped(ctx, fmt.Errorf("mongo: %w", err))
	}
	for _, c := range collections {
		t := &table{name: c.Name, living: b.db.Collection(c.Name), fields: c.Fields()}
		if c.History {
			t.former = b.db.Collection(c.Name + ".former")
		}
		for _, x := range c.Indexes {
			if x.Unique {
				t.uniques = append(t.uniques, x)
			}
		}
		b.tables[c] = t
		if err := b.migrate(ctx, t, c); err != nil {
			_ = client.Disconnect(context.WithoutCancel(ctx))
			return nil, b.mapped(ctx, fmt.Errorf("mongo: collection %s: %w", c.Name, err))
		}
	}
	if err := b.floor(ctx); err != nil {
		_ = client.Disconnect(context.WithoutCancel(ctx))
		return nil, b.mapped(ctx, err)
	}
	return b, nil
}

// databaseName is the path of a URI that the driver has accepted.
func databaseName(uri string) string {
	_, rest, _ := strings.Cut(uri, "://")
	rest, _, _ = strings.Cut(rest, "?")
	_, path, _ := strings.Cut(rest, "/")
	if name, err := url.PathUnescape(path); err == nil && name != "" {
		return name
	}
	return "tianye"
}

func (b *Backend) table(ctx context.Context, c *store.Collection) (*table, error) {
	if b.closed.Load() {
		return nil, store.Closed()
	}
	t, ok := b.tables[c]
	if !ok {
		return nil, fmt.Errorf("mongo: the store was opened without the collection %s", c.Name)
	}
	return t, ctx.Err()
}

// serverTime asks the server for its clock.
func (b *Backend) serverTime(ctx context.Context) (time.Time, error) {
	var hello struct {
		LocalTime time.Time `bson:"localTime"`
	}
	err := b.db.RunCommand(ctx, bson.D{{Key: "hello", Value: 1}}).Decode(&hello)
	return hello.LocalTime, err
}

// Ping asks the primary.
func (b *Backend) Ping(ctx context.Context) error {
	if b.closed.Load() {
		return store.Closed()
	}
	return b.mapped(ctx, b.client.Ping(ctx, readpref.Primary()))
}

// Close disconnects when what is under way has ended.
func (b *Backend) Close() error {
	if b.closed.Swap(true) {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	return b.client.Disconnect(ctx)
}

// mapped says an error of the driver in the store's words; ctx is the caller's.
func (b *Backend) mapped(ctx context.Context, err error) error {
	var known *problem.Problem
	var serverError driver.ServerError
	switch {
	case err == nil || errors.As(err, &known):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, driver.ErrClientDisconnected):
		return store.Closed()
	case errors.As(err, &serverError) && !driver.IsTimeout(err) && !driver.IsNetworkError(err) && !unavailable(serverError):
		return err // a command that the server does not take: our mistake
	}
	return store.Failed(err)
}

// unavailable tells whether a server refuses because it is no primary, is going down, or could not
// reach the majority.
func unavailable(err driver.ServerError) bool {
	var concern *driver.WriteConcernError
	if errors.As(err, &concern) {
		return true
	}
	var exception driver.WriteException
	if errors.As(err, &exception) && exception.WriteConcernError != nil {
		return true
	}
	// https://github.com/mongodb/specifications: "node is recovering", "not writable primary"
	for _, code := range []int{6, 7, 89, 91, 189, 262, 9001, 10107, 11600, 11602, 13435, 13436} {
		if err.HasErrorCode(code) {
			return true
		}
	}
	return err.HasErrorLabel("RetryableWriteError") || err.HasErrorLabel("SystemOverloadedError")
}

// Drop removes the database that the URI names, with all that is in it.
func Drop(ctx context.Context, uri string) error {
	b, err := Open(ctx, uri, nil)
	if err != nil {
		return err
	}
	return errors.Join(b.db.Drop(ctx), b.Close())
}
