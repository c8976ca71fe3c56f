package web

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"tianye/internal/account"
	"tianye/internal/problem"
)

// load bounds what the server does at once, so that it answers 503 before it runs out of memory.
type load struct {
	all   gate
	heavy gate // exports, pictures, imports: each may take tens of megabytes and a second
}

// The numbers are from `make bench`'s overload: with them the server stays below 500 MB on two
// processors; more places make nothing faster.
func newLoad() *load {
	return &load{all: newGate(128, 256, 2*time.Second), heavy: newGate(2, 16, 10*time.Second)}
}

// gate lets so many in at once; so many more may wait for so long.
type gate struct {
	places  chan struct{}
	waiting *atomic.Int64
	most    int64
	wait    time.Duration
}

func newGate(places, waiting int, wait time.Duration) gate {
	return gate{make(chan struct{}, places), &atomic.Int64{}, int64(waiting), wait}
}

// enter waits for a place; who has entered must leave.
func (g gate) enter(ctx context.Context) error {
	select {
	case g.places <- struct{}{}:
		return nil
	default:
	}
	overloaded := problem.New(problem.Unavailable, "limit.overloaded")
	defer g.waiting.Add(-1)
	if g.waiting.Add(1) > g.most {
		return overloaded
	}
	late := time.NewTimer(g.wait)
	defer late.Stop()
	select {
	case g.places <- struct{}{}:
		return nil
	case <-late.C:
		return overloaded
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g gate) leave() { <-g.places }

// enter lets a request in; leave must be called when there is no error.
func (s *Server) enter(r *Request, route Route) (leave func(), err error) {
	if unshed(route) {
		return func() {}, nil
	}
	if err := r.readEarly(route); err != nil {
		return nil, err
	}
	if !heavy(route) {
		return s.load.all.leave, s.load.all.enter(r)
	}
	if err := s.load.heavy.enter(r); err != nil { // first: who waits here takes no other's place
		return nil, err
	}
	if err := s.load.all.enter(r); err != nil {
		s.load.heavy.leave()
		return nil, err
	}
	return func() {
		s.load.all.leave()
		s.load.heavy.leave()
	}, nil
}

// heavy tells which routes gather much in memory or draw.
func heavy(route Route) bool {
	if !strings.HasPrefix(route.Path, "/p/:project/") || route.Verb == account.FetchForm {
		return false
	}
	for _, end := range []string{"/export", "/export/full", ".xlsx", ".svg", ".png", "/import", "/import/preview", "/workbook", "/personal/search", "/personal/export", "/personal/erase"} {
		if strings.HasSuffix(route.Path, end) {
			return true
		}
	}
	return false
}
