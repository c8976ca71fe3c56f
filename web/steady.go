package web

import (
	"io"
	"net/http"
	"time"
)

// stillness is how long a connection may stand still while something is sent or read: a phone in a
// village loses its network for seconds, not for minutes. Who stands still for longer holds a place
// among the requests under way, and an export the store's old state, for nothing.
const stillness = time.Minute

// steadyChunk is how much must go out within the patience, in bytes.
const steadyChunk = 32 << 10

// steady is an answer that is broken off when its reader stands still.
type steady struct {
	http.ResponseWriter
	control  *http.ResponseController // of the connection
	patience time.Duration
	until    time.Time // by when the request must be read; zero: whenever
}

// steadily makes a handler's connections end that stand still for longer than patience.
func steadily(patience time.Duration, handler http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s := &steady{ResponseWriter: w, control: http.NewResponseController(w), patience: patience}
		_ = s.control.SetWriteDeadline(time.Time{}) // of the former request
		if r.Body != http.NoBody {
			r.Body = steadyBody{r.Body, s}
		}
		defer func() { // what is still buffered, and what was not read, are the connection's last
			s.allow()
			_ = s.control.SetReadDeadline(time.Now().Add(patience))
		}()
		handler.ServeHTTP(s, r)
	})
}

// allow leaves the double for writing: before an answer begins the server reads the rest of the request, and
// waits for that in vain when its sender stands still.
func (s *steady) allow() { _ = s.control.SetWriteDeadline(time.Now().Add(2 * s.patience)) }

// reading does what may read from the connection.
func (s *steady) reading(do func()) {
	by := time.Now().Add(s.patience)
	if !s.until.IsZero() && s.until.Before(by) {
		by = s.until
	}
	_ = s.control.SetReadDeadline(by)
	do()
	_ = s.control.SetReadDeadline(s.until) // else the server, which listens for who hangs up, would take it for that
}

func (s *steady) Write(p []byte) (n int, err error) {
	for first := true; first || len(p) > 0 && err == nil; first = false {
		s.allow()
		var part int
		s.reading(func() { part, err = s.ResponseWriter.Write(p[:min(len(p), steadyChunk)]) })
		n, p = n+part, p[part:]
	}
	return n, err
}

func (s *steady) Flush() {
	s.allow()
	s.reading(func() { _ = s.control.Flush() })
}

// SetReadDeadline says by when the request must be read, however steadily it comes.
func (s *steady) SetReadDeadline(t time.Time) error {
	s.until = t
	return s.control.SetReadDeadline(t)
}

// Unwrap gives the answer below, to http.ResponseController.
func (s *steady) Unwrap() http.ResponseWriter { return s.ResponseWriter }

type steadyBody struct {
	io.ReadCloser
	s *steady
}

func (b steadyBody) Read(p []byte) (n int, err error) {
	b.s.reading(func() { n, err = b.ReadCloser.Read(p) })
	return n, err
}
