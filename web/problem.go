package web

import (
	"context"
	"errors"
	"net/http"

	"tianye/internal/message"
	"tianye/internal/problem"
)

var statuses = map[problem.Kind]int{
	problem.Invalid:         http.StatusUnprocessableEntity,
	problem.Malformed:       http.StatusBadRequest,
	problem.Unauthenticated: http.StatusUnauthorized,
	problem.Forbidden:       http.StatusForbidden,
	problem.NotFound:        http.StatusNotFound,
	problem.Conflict:        http.StatusConflict,
	problem.TooLarge:        http.StatusRequestEntityTooLarge,
	problem.Unsupported:     http.StatusUnsupportedMediaType,
	problem.TooMany:         http.StatusTooManyRequests,
	problem.Unavailable:     http.StatusServiceUnavailable,
	problem.Internal:        http.StatusInternalServerError,
}

// problemJSON is a problem for a program.
type problemJSON struct {
	Kind    problem.Kind `json:"kind"`
	Code    string       `json:"code"`
	Message string       `json:"message"`
	Details []detailJSON `json:"details,omitempty"`
	Access  bool         `json:"access,omitempty"` // not of what was sent: of who sends it, or of the project's phase
}

type detailJSON struct {
	Where string `json:"where"`
	Text  string `json:"text"`
}

type problemPage struct {
	Page
	Status  int
	Message string
	Details []detailJSON
	Unsent  bool // only for the session: what was typed waits, see islands/desk/unsent.ts
}

// SignIn is where to sign in and come back to the page that was sent from.
func (p problemPage) SignIn() string { return signInPath(p.Path) }

// fail renders what went wrong, in one place: as JSON for programs, as OpenRosa XML for
// collection clients, as a page for people. Nobody signed in is sent to sign in and comes back.
func (s *Server) fail(r *Request, err error) {
	r.drop()
	p := problem.From(err)
	status := statuses[p.Kind]
	givenUp := errors.Is(err, context.Canceled) // the browser went on to another page
	if (p.Kind == problem.Internal || p.Kind == problem.Unavailable) && !givenUp {
		s.Log.Error("problem", "route", r.FullPath(), "error", err.Error())
	}
	if r.Writer.Written() { // a stream broke off: the connection must tell
		panic(http.ErrAbortHandler)
	}
	for _, name := range []string{"Content-Disposition", "Content-Type", "Content-Length", "ETag"} {
		r.Writer.Header().Del(name) // of the file that is not to come
	}
	r.Header("Cache-Control", "no-store")
	r.retryLater(p)
	details := make([]detailJSON, len(p.Details))
	for i, d := range p.Details {
		details[i] = detailJSON{d.Where, message.Sprint(r.Language, d.Text)}
	}
	sentence := message.Sprint(r.Language, p.Text)
	switch {
	case r.forApp:
		s.failOpenRosa(r, status, sentence, details)
	case r.wantsJSON():
		r.JSON(status, problemJSON{p.Kind, p.Text.Key, sentence, details, r.barred})
	case p.Kind == problem.Unauthenticated && !changing(r.Request.Method):
		r.Redirect(http.StatusSeeOther, signInPath(r.Request.URL.RequestURI()))
	case p.Text.Key == keyMustChange && !changing(r.Request.Method):
		r.Redirect(http.StatusSeeOther, "/password")
	case p.Text.Key == keyNeedFactor && !changing(r.Request.Method):
		r.Redirect(http.StatusSeeOther, factorPath(r.Request.URL.RequestURI()))
	default:
		page := problemPage{Page: s.page(r, "problem.title"), Status: status, Message: sentence, Details: details,
			Unsent: changing(r.Request.Method) && (p.Kind == problem.Unauthenticated || p.Text.Key == keyOtherSession)}
		if err := s.render(r, status, "problem", page); err != nil {
			s.Log.Error("problem page", "error", err.Error())
			r.String(status, sentence)
		}
	}
}

// noPage is the route of all paths that the table does not know.
func (s *Server) noPage(r *Request) error { return problem.New(problem.NotFound, "web.noPage") }
