package web

func (s *Server) bin(r *Request) error               { return notBuilt() }
func (s *Server) deleteForm(r *Request) error        { return notBuilt() }
func (s *Server) restoreForm(r *Request) error       { return notBuilt() }
func (s *Server) deleteSubmission(r *Request) error  { return notBuilt() }
func (s *Server) restoreSubmission(r *Request) error { return notBuilt() }
