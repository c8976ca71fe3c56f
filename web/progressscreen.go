package web

import "time"

// screenPage is for a big screen on the wall. It names nobody.
type screenPage struct {
	*progressPage
	Shown time.Time
}

// progressScreen shows the board on a whole screen; its script asks for it again and again.
func (s *Server) progressScreen(r *Request) error {
	base, err := s.progress(r, "progress.screenTitle", time.Time{}, time.Time{})
	if err != nil {
		return err
	}
	page := screenPage{base, s.Now()}
	page.Progress.People, page.Named = nil, false // nobody stands before it to follow a link
	return s.renderPart(r, 200, "progress/screen", "screen", page)
}
