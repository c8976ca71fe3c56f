package web

func (s *Server) tokens(r *Request) error      { return notBuilt() }
func (s *Server) createToken(r *Request) error { return notBuilt() }
func (s *Server) revokeToken(r *Request) error { return notBuilt() }
