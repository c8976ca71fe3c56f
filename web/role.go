package web

func (s *Server) roles(r *Request) error { return notBuilt() }
