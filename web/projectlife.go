package web

func (s *Server) setPhase(r *Request) error       { return notBuilt() }
func (s *Server) deleteProject(r *Request) error  { return notBuilt() }
func (s *Server) restoreProject(r *Request) error { return notBuilt() }
