package mongo

import (
	"context"
	"time"
)

// Skew makes this backend believe that the server's clock differs by so much.
func (b *Backend) Skew(by time.Duration) {
	b.clock.ask = func(context.Context) (time.Time, error) { return time.Now().Add(by), nil }
	b.clock.asked = time.Time{}
}
