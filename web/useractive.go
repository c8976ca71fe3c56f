package web

func (s *Server) deactivateUser(r *Request) error { return notBuilt() }
func (s *Server) activateUser(r *Request) error   { return notBuilt() }
