package web

// act is what a request does, for the audit: handle writes it down when a changing
// request succeeds, before the answer leaves.
type act struct {
	Object string // the id of what it is done to
	Title  string // what people call it
	Before string
	After  string
	Reason string
}

// did names what the request is done to.
func (r *Request) did(object, title string) { r.act.Object, r.act.Title = object, title }

// changed says how it was and is, in few words. Personal answers do not belong here: what stands in
// the audit can never be erased.
func (r *Request) changed(before, after string) { r.act.Before, r.act.After = before, after }

// because says why.
func (r *Request) because(reason string) { r.act.Reason = reason }

func (s *Server) auditPage(r *Request) error    { return notBuilt() }
func (s *Server) auditExport(r *Request) error  { return notBuilt() }
func (s *Server) serverAudit(r *Request) error  { return notBuilt() }
func (s *Server) serverExport(r *Request) error { return notBuilt() }
