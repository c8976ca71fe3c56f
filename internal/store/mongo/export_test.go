package mongo

import (
	"context"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// Skew makes this backend believe that the server's clock differs by so much.
func (b *Backend) Skew(by time.Duration) {
	b.clock.ask = func(context.Context) (time.Time, error) { return time.Now().Add(by), nil }
	b.clock.asked = time.Time{}
}

// Age makes all blobs older than they are.
func (b *Backend) Age(ctx context.Context, by time.Duration) error {
	_, err := b.blobs().GetFilesCollection().UpdateMany(ctx, bson.D{}, bson.D{{Key: "$set", Value: bson.D{{Key: "uploadDate", Value: time.Now().Add(-by)}}}})
	return err
}
