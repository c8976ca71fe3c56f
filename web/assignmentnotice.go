package web

import (
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// tellWorkers tells enumerators that they were given work. What was made is made, whether they learn of
// it here or from their list.
func (s *Server) tellWorkers(r *Request, titles *fieldTitles, shares map[id.UserID]int) {
	for user, n := range shares {
		s.tell(r, user, problem.Say("assignment.noticeNew", n))
	}
}

// tellChanged tells the enumerators of assignments that these were changed, and the former ones to whom they
// went.
func (s *Server) tellChanged(r *Request, changed []survey.Assignment) {
	type told struct {
		user   id.UserID
		change survey.AssignmentChange
		former bool
	}
	counts := map[told]int{}
	for _, a := range changed {
		e := a.Events[len(a.Events)-1]
		counts[told{a.Enumerator, e.Change, false}]++
		if e.Change == survey.Reassigned {
			counts[told{id.UserID(e.Old), e.Change, true}]++
		}
	}
	for t, n := range counts {
		switch {
		case t.former:
			s.tell(r, t.user, problem.Say("assignment.noticeHandedOn", n))
		case t.change == survey.Reassigned:
			s.tell(r, t.user, problem.Say("assignment.noticeNew", n))
		case t.change == survey.DueChanged:
			s.tell(r, t.user, problem.Say("assignment.noticeDue", n))
		case t.change == survey.TakenBack:
			s.tell(r, t.user, problem.Say("assignment.noticeWithdrawn", n))
		default:
			s.tell(r, t.user, problem.Say("assignment.noticeRestored", n))
		}
	}
}

// tell notifies somebody of their list; nobody of what they did themselves.
func (s *Server) tell(r *Request, user id.UserID, text problem.Text) {
	if user == r.User.ID {
		return
	}
	err := s.Surveys.Notify(r, r.Project.ID, survey.Notification{To: []id.UserID{user}, Text: text, Path: "/p/" + string(r.Project.ID) + "/assignments/mine"})
	if err != nil {
		s.Log.Error("notify", "error", err.Error())
	}
}
