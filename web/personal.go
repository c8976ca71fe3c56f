package web

func (s *Server) personalPage(r *Request) error { return notBuilt() }
func (s *Server) searchPerson(r *Request) error { return notBuilt() }
func (s *Server) exportPerson(r *Request) error { return notBuilt() }
func (s *Server) erasePerson(r *Request) error  { return notBuilt() }
func (s *Server) setPrivacy(r *Request) error   { return notBuilt() }
func (s *Server) exportFull(r *Request) error   { return notBuilt() }
