package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
)

// What residents send is read whole before it takes a place among the requests under way, as of all
// strangers: most of it into memory, what has pictures into a file.

const (
	smallBody = 256 << 10 // bytes that are held in memory
	slowest   = 8 << 10   // bytes a second on average, after a first patience: a poor mobile network gives as much
)

// spools are the files under way: 64 take at most 1.3 GB. Who waits in vain tries again by itself.
type spools struct {
	all gate
	mu  sync.Mutex
	of  map[string]*spoolShare // by network
}

// spoolShare is what one network may take of the spools: half, so that none shuts out the others.
type spoolShare struct {
	gate
	users int // who hold or wait for a place
}

func newSpools() *spools {
	return &spools{all: newGate(64, 512, 20*time.Second), of: map[string]*spoolShare{}}
}

// enter waits for a place; leave must be called when there is no error.
func (s *spools) enter(ctx context.Context, network string) (leave func(), err error) {
	s.mu.Lock()
	share := s.of[network]
	if share == nil {
		share = &spoolShare{gate: newGate(32, 256, 20*time.Second)}
		s.of[network] = share
	}
	share.users++
	s.mu.Unlock()
	gone := func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if share.users--; share.users == 0 {
			delete(s.of, network)
		}
	}
	if err := share.enter(ctx); err != nil {
		gone()
		return nil, err
	}
	if err := s.all.enter(ctx); err != nil {
		share.leave()
		gone()
		return nil, err
	}
	return func() {
		s.all.leave()
		share.leave()
		gone()
	}, nil
}

// isSpooled tells whether a stranger may send more than a form's fields: by a public link.
func isSpooled(route Route) bool { return route.Verb == account.Anyone && route.Limit > 0 }

// maySpool refuses, before anything is read, who sends too often or by a link that is none.
func (s *Server) maySpool(r *Request) error {
	if err := r.tooSoon(s.limits.answers.take(r.linkNetwork(), s.Now())); err != nil {
		return err
	}
	if err := s.load.all.enter(r); err != nil {
		return err
	}
	defer s.load.all.leave()
	_, err := s.Surveys.LinkAt(r, id.LinkID(r.Param("link")))
	return err
}

// spool reads the body of a resident's request; done must be called when there is no error.
func (s *Server) spool(r *Request) (done func(), err error) {
	deadline := http.NewResponseController(r.Writer)
	body := &paced{Reader: r.Request.Body, deadline: deadline, begun: time.Now()}
	head, err := io.ReadAll(io.LimitReader(body, smallBody+1))
	if err != nil {
		return nil, bodyProblem(err)
	}
	if len(head) <= smallBody {
		r.Request.Body = io.NopCloser(bytes.NewReader(head))
		return func() {}, deadline.SetReadDeadline(time.Time{})
	}
	waiting := time.Now()
	leave, err := s.load.spools.enter(r, account.Network(r.address()))
	if err != nil {
		return nil, err
	}
	body.begun = body.begun.Add(time.Since(waiting)) // which is not the sender's slowness
	file, err := os.CreateTemp("", "tianye-sent-")
	if err != nil {
		leave()
		return nil, bodyProblem(err)
	}
	named := os.Remove(file.Name()) != nil // where a file can be open without a name, a killed process leaves no answers behind
	done = func() {
		file.Close()
		if named {
			if err := os.Remove(file.Name()); err != nil {
				s.Log.Error("a sent file stays", "error", err.Error())
			}
		}
		leave()
	}
	_, err = io.Copy(file, io.MultiReader(bytes.NewReader(head), body))
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err != nil {
		done()
		return nil, bodyProblem(err)
	}
	r.Request.Body = file
	return done, deadline.SetReadDeadline(time.Time{})
}

// paced breaks off what comes more slowly than it may.
type paced struct {
	io.Reader
	deadline *http.ResponseController
	begun    time.Time
	read     int64
}

func (p *paced) Read(b []byte) (int, error) {
	if err := p.deadline.SetReadDeadline(p.begun.Add(patience + time.Duration(p.read/slowest)*time.Second)); err != nil {
		return 0, err
	}
	n, err := p.Reader.Read(b)
	p.read += int64(n)
	return n, err
}
