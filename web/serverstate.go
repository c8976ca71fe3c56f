package web

func (s *Server) serverState(r *Request) error    { return notBuilt() }
func (s *Server) startBackup(r *Request) error    { return notBuilt() }
func (s *Server) cancelBackup(r *Request) error   { return notBuilt() }
func (s *Server) downloadBackup(r *Request) error { return notBuilt() }
