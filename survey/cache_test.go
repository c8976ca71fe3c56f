package survey

import (
	"context"
	"errors"
	"testing"
)

// TestCacheIsBounded: what does not fit goes, the longest unused first; one too large is kept alone.
func TestCacheIsBounded(t *testing.T) {
	c := newCache[int](3 * leastSize)
	made := 0
	get := func(number int, size int64) {
		t.Helper()
		value, err := c.get(t.Context(), versionKey{"p", "f", number}, func(context.Context) (int, int64, error) {
			made++
			return number, size, nil
		})
		if err != nil || value != number {
			t.Fatal(value, err)
		}
	}
	for _, step := range []struct {
		number int
		size   int64
		made   int // in all, after it
	}{{1, 1, 1}, {2, 1, 2}, {3, leastSize, 3}, {1, 1, 3}, {4, 1, 4}, {1, 1, 4}, {2, 1, 5}, {9, 10 * leastSize, 6}, {9, 1, 6}, {1, 1, 7}, {9, 1, 8}} {
		if get(step.number, step.size); made != step.made {
			t.Fatalf("after %d: made %d times, want %d", step.number, made, step.made)
		}
	}
	failed := errors.New("not there")
	fail := func(context.Context) (int, int64, error) { return 0, 0, failed }
	if _, err := c.get(t.Context(), versionKey{"p", "f", 5}, fail); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	get(5, 1) // a failure is not kept
}
