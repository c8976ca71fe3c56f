package web

func (s *Server) sessions(r *Request) error   { return notBuilt() }
func (s *Server) endSession(r *Request) error { return notBuilt() }
