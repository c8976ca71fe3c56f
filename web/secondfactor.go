package web

func (s *Server) secondFactorPage(r *Request) error    { return notBuilt() }
func (s *Server) confirmSecondFactor(r *Request) error { return notBuilt() }
func (s *Server) removeSecondFactor(r *Request) error  { return notBuilt() }
func (s *Server) signInCode(r *Request) error          { return notBuilt() }
func (s *Server) requireSecondFactor(r *Request) error { return notBuilt() }
func (s *Server) resetSecondFactor(r *Request) error   { return notBuilt() }
