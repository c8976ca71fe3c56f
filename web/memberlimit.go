package web

func (s *Server) setLimit(r *Request) error         { return notBuilt() }
func (s *Server) deactivateMember(r *Request) error { return notBuilt() }
func (s *Server) activateMember(r *Request) error   { return notBuilt() }
