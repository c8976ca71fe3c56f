package web

import (
	"bytes"
	"context"
	"maps"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// held keeps an answer back until the audit has its line. A long answer (an export) goes out as it
// comes once its line is written.
type held struct {
	gin.ResponseWriter // the real one
	header             http.Header
	body               bytes.Buffer
	status             int
	let                bool // goes out
	record             func() error
	done               func() bool // what the request is for
	failed             error       // what record gave
}

// mostHeld is how much of an answer waits, in bytes.
const mostHeld = 1 << 20

// hold keeps the answer of an audited request back from here on.
func (s *Server) hold(r *Request, route Route) {
	if r.act.Action = auditedRoutes[route.line()].name; r.act.Action == "" {
		return
	}
	r.held = &held{ResponseWriter: r.Writer, header: maps.Clone(r.Writer.Header()), status: http.StatusOK,
		record: func() error { return s.record(r) }, done: func() bool { return r.act.done }}
	r.Writer = r.held
}

// changePatience is how long a change may take. The largest import takes a minute.
const changePatience = 10 * time.Minute

// outlive lets an audited change go on when its sender hangs up: half of it would be done, and nobody told.
func (r *Request) outlive() (cancel context.CancelFunc) {
	if r.held == nil || !changing(r.Request.Method) {
		return func() {}
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.context()), changePatience)
	r.within(ctx)
	return cancel
}

// recordDone writes the line of a request that fails after it did what it is for.
func (s *Server) recordDone(r *Request) {
	if !r.act.done {
		return
	}
	if err := s.record(r); err != nil {
		s.Log.Error("audit", "error", err.Error())
	}
}

// settle lets a held answer go: when it says that all went well, after its line is written.
func (h *held) settle() error {
	if h == nil || h.let {
		return nil
	}
	if (h.status < http.StatusBadRequest || h.done()) && h.failed == nil {
		h.failed = h.record()
	}
	if h.failed != nil {
		return h.failed
	}
	to := h.ResponseWriter.Header()
	clear(to)
	maps.Copy(to, h.header)
	h.let = true
	h.ResponseWriter.WriteHeader(h.status)
	if h.body.Len() == 0 {
		return nil
	}
	_, err := h.ResponseWriter.Write(h.body.Bytes())
	h.body = bytes.Buffer{}
	return err
}

// drop forgets a held answer, so that another one can be given.
func (r *Request) drop() {
	if r.held != nil && !r.held.let {
		r.Writer = r.held.ResponseWriter
	}
}

func (h *held) Header() http.Header {
	if h.let {
		return h.ResponseWriter.Header()
	}
	return h.header
}

func (h *held) WriteHeader(status int) {
	if h.let {
		h.ResponseWriter.WriteHeader(status)
	} else if status > 0 { // gin says -1 for "as it is"
		h.status = status
	}
}

func (h *held) WriteHeaderNow() {
	if h.let {
		h.ResponseWriter.WriteHeaderNow()
	}
}

func (h *held) Write(p []byte) (int, error) {
	if !h.let && h.body.Len()+len(p) > mostHeld {
		if err := h.settle(); err != nil {
			return 0, err
		}
	}
	if h.let {
		return h.ResponseWriter.Write(p)
	}
	return h.body.Write(p)
}

func (h *held) WriteString(text string) (int, error) { return h.Write([]byte(text)) }

func (h *held) Status() int {
	if h.let {
		return h.ResponseWriter.Status()
	}
	return h.status
}

func (h *held) Size() int {
	if h.let {
		return h.ResponseWriter.Size()
	}
	return h.body.Len()
}

// Written tells whether it is too late for another answer.
func (h *held) Written() bool { return h.let && h.ResponseWriter.Written() }

// Flush does nothing while the answer is held: it is short, or will go out by itself.
func (h *held) Flush() {
	if h.let {
		h.ResponseWriter.Flush()
	}
}
