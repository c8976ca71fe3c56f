package survey

import (
	"context"
	"sync"

	"golang.org/x/sync/singleflight"
)

// cache keeps what was made of stored files, of published versions, which never change. What
// several ask for at once is made once; of what does not fit, the longest unused goes.
type cache[V any] struct {
	most int64 // bytes of the files, all together; one larger than that is kept alone

	mu      sync.Mutex
	entries map[versionKey]*cached[V]
	total   int64
	uses    int64
	making  singleflight.Group
}

type cached[V any] struct {
	value V
	size  int64
	used  int64
}

// leastSize is what an entry counts at least: the smallest are not nothing either.
const leastSize = 16 << 10

func newCache[V any](most int64) *cache[V] {
	return &cache[V]{most: most, entries: map[versionKey]*cached[V]{}}
}

// get gives what is kept under a key, or makes it, of files of so many bytes. Who asked first may
// go away: the others wait for the same.
func (c *cache[V]) get(ctx context.Context, key versionKey, create func(context.Context) (V, int64, error)) (V, error) {
	if value, ok := c.find(key); ok {
		return value, nil
	}
	value, err, _ := c.making.Do(key.String(), func() (any, error) {
		if value, ok := c.find(key); ok {
			return value, nil
		}
		value, size, err := create(context.WithoutCancel(ctx))
		if err == nil {
			c.put(key, value, max(size, leastSize))
		}
		return value, err
	})
	if err != nil {
		var none V
		return none, err
	}
	return value.(V), nil
}

func (c *cache[V]) find(key versionKey) (value V, ok bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.entries[key]
	if !ok {
		return value, false
	}
	c.uses++
	e.used = c.uses
	return e.value, true
}

func (c *cache[V]) put(key versionKey, value V, size int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.total+size > c.most && len(c.entries) > 0 {
		var oldest versionKey
		for k, e := range c.entries {
			if o := c.entries[oldest]; o == nil || e.used < o.used {
				oldest = k
			}
		}
		c.total -= c.entries[oldest].size
		delete(c.entries, oldest)
	}
	c.uses++
	c.entries[key] = &cached[V]{value, size, c.uses}
	c.total += size
}
