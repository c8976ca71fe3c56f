package web

import (
	"unicode/utf8"

	"tianye/internal/problem"
)

// maxReason is the length of the reason for looking at personal data or erasing it, in characters.
const maxReason = 200

// givesReason wants the form's reason and puts it into the audit.
func (r *Request) givesReason() error {
	reason := r.Field("reason")
	if n := utf8.RuneCountInString(reason); n == 0 || n > maxReason {
		return problem.New(problem.Invalid, "personal.reasonNeeded", maxReason).With("reason", "personal.reasonNeeded", maxReason)
	}
	r.because(reason)
	return nil
}

func (s *Server) personalPage(r *Request) error { return notBuilt() }
func (s *Server) searchPerson(r *Request) error { return notBuilt() }
func (s *Server) exportPerson(r *Request) error { return notBuilt() }
func (s *Server) erasePerson(r *Request) error  { return notBuilt() }
func (s *Server) setPrivacy(r *Request) error   { return notBuilt() }
