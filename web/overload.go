package web

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"tianye/internal/problem"
)

// load bounds what the server does at once, so that it answers 503 before it runs out of memory.
type load struct {
	all      gate
	pictures gate    // charts that are drawn: a page may hold six
	spools   *spools // what residents send with pictures, while it is read and taken in
	gathers  gate    // exports, imports: each may take tens of megabytes and a second
}

// The numbers are from the overload of internal/bench: with them the server stays below 500 MB on two
// processors; more places make nothing faster.
func newLoad() *load {
	return &load{all: newGate(128, 256, 2*time.Second), pictures: newGate(2, 128, 10*time.Second), spools: newSpools(), gathers: newGate(3, 16, 20*time.Second)}
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

// enter lets a request in, through the route's first gate if it has one; leave must be called when there is no error.
func (s *Server) enter(r *Request, route Route, first *gate) (leave func(), err error) {
	if unshed(route) {
		return func() {}, nil
	}
	if err := r.readEarly(route); err != nil {
		return nil, err
	}
	if isSpooled(route) {
		return s.enterSpooled(r)
	}
	if first == nil {
		return s.load.all.leave, s.load.all.enter(r)
	}
	if err := first.enter(r); err != nil { // before the other: who waits here takes nobody's place
		return nil, err
	}
	if err := s.load.all.enter(r); err != nil {
		first.leave()
		return nil, err
	}
	return func() {
		s.load.all.leave()
		first.leave()
	}, nil
}

// enterSpooled lets in who has sent all that they have to send.
func (s *Server) enterSpooled(r *Request) (leave func(), err error) {
	if err := s.maySpool(r); err != nil {
		return nil, err
	}
	done, err := s.spool(r)
	if err != nil {
		return nil, err
	}
	if err := s.load.all.enter(r); err != nil {
		done()
		return nil, err
	}
	return func() {
		s.load.all.leave()
		done()
	}, nil
}

// first is the narrower gate that a route has before the one of all; nil for most.
func (l *load) first(route Route) *gate {
	if !strings.HasPrefix(route.Path, "/p/:project/") || route.forApps() {
		return nil
	}
	for end, g := range map[string]*gate{".svg": &l.pictures, ".png": &l.pictures, "/export": &l.gathers, "/export/full": &l.gathers, ".xlsx": &l.gathers,
		"/import": &l.gathers, "/import/preview": &l.gathers, "/workbook": &l.gathers,
		"/personal/search": &l.gathers, "/personal/export": &l.gathers, "/personal/erase": &l.gathers} {
		if strings.HasSuffix(route.Path, end) {
			return g
		}
	}
	return nil
}
