package mongo

import (
	"context"
	"sync"
	"time"
)

// clock gives stamps by the server's clock, since the processes on one database may
// run on machines whose own clocks differ by more than store.Overlap.
type clock struct {
	ask func(context.Context) (time.Time, error)

	mutex  sync.Mutex
	offset time.Duration // the server's clock less ours
	asked  time.Time
	last   int64
}

// trust is how long an offset is believed.
const trust = time.Minute

// stamp gives microseconds since 1970, more than it gave before.
func (c *clock) stamp(ctx context.Context) (int64, error) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if start := time.Now(); start.Sub(c.asked) > trust {
		server, err := c.ask(ctx)
		if err != nil {
			return 0, err
		}
		now := time.Now()
		c.offset = server.Sub(start.Add(now.Sub(start) / 2))
		c.asked = now
	}
	c.last = max(c.last+1, time.Now().Add(c.offset).UnixMicro())
	return c.last, nil
}

// raise has later stamps be above this one.
func (c *clock) raise(stamp int64) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.last = max(c.last, stamp)
}
