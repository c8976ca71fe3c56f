package web

import "tianye/internal/account"

// browser is where the request comes from.
func (r *Request) browser() account.Browser {
	return account.Browser{Agent: r.Request.UserAgent(), Address: r.address()}
}

func (s *Server) sessions(r *Request) error   { return notBuilt() }
func (s *Server) endSession(r *Request) error { return notBuilt() }
