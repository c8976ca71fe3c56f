package web

func (s *Server) memberImportPage(r *Request) error { return notBuilt() }
func (s *Server) previewMembers(r *Request) error   { return notBuilt() }
func (s *Server) importMembers(r *Request) error    { return notBuilt() }
