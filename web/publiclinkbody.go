package web

import (
	"bytes"
	"io"
	"net/http"
	"os"
	"time"

	"tianye/internal/account"
)

// What residents send is read whole before it takes a place among the requests under way, as of all
// strangers: most of it into memory, what has pictures into a file.

const (
	smallBody     = 256 << 10       // bytes that are held in memory
	spoolPatience = 3 * time.Minute // for the rest
)

// newSpools bounds the files: 64 take at most 1.3 GB. Who waits in vain tries again by itself.
func newSpools() gate { return newGate(64, 512, 20*time.Second) }

// isSpooled tells whether a stranger may send more than a form's fields.
func isSpooled(route Route) bool { return route.Verb == account.Anyone && route.Limit > 0 }

// spool reads the body of a resident's request; done must be called when there is no error.
func (s *Server) spool(r *Request) (done func(), err error) {
	deadline := http.NewResponseController(r.Writer)
	if err := deadline.SetReadDeadline(time.Now().Add(patience)); err != nil {
		return nil, err
	}
	head, err := io.ReadAll(io.LimitReader(r.Request.Body, smallBody+1))
	if err != nil {
		return nil, bodyProblem(err)
	}
	if len(head) <= smallBody {
		r.Request.Body = io.NopCloser(bytes.NewReader(head))
		return func() {}, deadline.SetReadDeadline(time.Time{})
	}
	if err := s.load.spools.enter(r); err != nil {
		return nil, err
	}
	file, err := os.CreateTemp("", "tianye-sent-")
	if err != nil {
		s.load.spools.leave()
		return nil, bodyProblem(err)
	}
	done = func() {
		file.Close()
		if err := os.Remove(file.Name()); err != nil {
			s.Log.Error("a sent file stays", "error", err.Error())
		}
		s.load.spools.leave()
	}
	err = deadline.SetReadDeadline(time.Now().Add(spoolPatience))
	if err == nil {
		_, err = io.Copy(file, io.MultiReader(bytes.NewReader(head), r.Request.Body))
	}
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
