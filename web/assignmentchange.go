package web

import (
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey"
)

// triedChange is a change that was refused: it is shown again with what is wrong, as it was sent.
type triedChange struct {
	Error, To, Due, Reason string
	Ticked                 []string // the assignments' ids
}

// Has tells whether an assignment was ticked.
func (t triedChange) Has(a id.AssignmentID) bool { return slices.Contains(t.Ticked, string(a)) }

// changeAssignments changes those that are ticked: one form, what to do is its button.
func (s *Server) changeAssignments(r *Request) error {
	chosen, err := chosenAssignments(r)
	if err != nil {
		return err
	}
	if err = s.change(r, chosen); err == nil || !mendable(problem.From(err)) {
		return err
	}
	p := problem.From(err)
	tried := triedChange{Error: message.Sprint(r.Language, p.Text), To: r.Field("to"), Due: r.Field("due"), Reason: r.Field("reason")}
	for _, c := range chosen {
		tried.Ticked = append(tried.Ticked, string(c.ID))
	}
	if r.Field("from") == "one" && len(chosen) == 1 {
		a, err := s.Surveys.AssignmentItem(r, r.Project.ID, chosen[0].ID)
		if err != nil {
			return err
		}
		page, err := s.assignmentPage(r, a)
		if err != nil {
			return err
		}
		page.Tried = tried
		return s.render(r, statuses[p.Kind], "assignment/show", page)
	}
	asked, _ := url.ParseQuery(string(listQuery(r)))
	page, err := s.assignmentsPage(r, asked, false)
	if err != nil {
		return err
	}
	page.Tried = tried
	return s.render(r, statuses[p.Kind], "assignment/list", page)
}

func (s *Server) change(r *Request, chosen []survey.Chosen) (err error) {
	if len(chosen) == 0 {
		return problem.New(problem.Invalid, "assignment.noneChosen")
	}
	var after, done string
	var changed []survey.Assignment
	switch r.Field("do") {
	case "reassign":
		var to account.Person
		if to, err = s.worker(r, id.UserID(r.Field("to"))); err == nil {
			err = s.reachesAll(r, to, chosen)
		}
		if err == nil {
			changed, err = s.Surveys.Reassign(r, r.Project.ID, r.User.ID, chosen, to.UserID, r.Field("reason"))
		}
		after, done = say(r, "assignment.nowOf", to.User.Name), "assignment.reassigned"
	case "due":
		due, wrong := s.dueDay(r.Field("due"))
		if wrong != nil {
			return wrong
		}
		changed, err = s.Surveys.SetDue(r, r.Project.ID, r.User.ID, chosen, due)
		day := r.Field("due")
		if day == "" {
			day = say(r, "assignment.noDay")
		}
		after, done = say(r, "assignment.nowDue", day), "assignment.dueChanged"
	case "withdraw":
		changed, err = s.Surveys.Withdraw(r, r.Project.ID, r.User.ID, chosen, r.Field("reason"))
		after, done = say(r, "assignment.eventWithdrawn"), "assignment.withdrawnDone"
	case "restore":
		changed, err = s.Surveys.GiveBack(r, r.Project.ID, r.User.ID, chosen)
		after, done = say(r, "assignment.eventRestored"), "assignment.restoredDone"
	default:
		return problem.New(problem.Malformed, "web.bodyUnreadable")
	}
	if len(changed) == 0 && err == nil {
		r.didNothing()
	}
	if len(changed) > 0 {
		object := ""
		if len(changed) == 1 {
			object = string(changed[0].ID)
		}
		r.did(object, say(r, "assignment.count", len(changed)))
		r.changed("", after)
		r.because(r.Field("reason"))
		s.tellChanged(r, changed)
	}
	if err != nil {
		return err
	}
	return r.To(assignmentsPath(r, chosen), done)
}

// assignmentsPath leads back to where the change was made.
func assignmentsPath(r *Request, chosen []survey.Chosen) string {
	path := "/p/" + string(r.Project.ID) + "/assignments"
	if r.Field("from") == "one" && len(chosen) == 1 {
		return path + "/" + string(chosen[0].ID)
	}
	if list := listQuery(r); list != "" {
		path += "?" + string(list)
	}
	return path
}

// chosenAssignments reads "id:revision" of each that is ticked.
func chosenAssignments(r *Request) ([]survey.Chosen, error) {
	var chosen []survey.Chosen
	for _, text := range r.Request.PostForm["assignment"] {
		name, revision, _ := strings.Cut(text, ":")
		n, err := strconv.ParseInt(revision, 10, 64)
		if err != nil || !id.Valid(name) {
			return nil, problem.New(problem.Malformed, "web.bodyUnreadable").Because(err)
		}
		chosen = append(chosen, survey.Chosen{ID: id.AssignmentID(name), Revision: n})
	}
	return chosen, nil
}

// worker gives one who can be given work.
func (s *Server) worker(r *Request, user id.UserID) (account.Person, error) {
	people, err := s.workers(r)
	if err != nil {
		return account.Person{}, err
	}
	at := slices.IndexFunc(people, func(p account.Person) bool { return p.UserID == user })
	if at < 0 {
		return account.Person{}, problem.New(problem.Invalid, "assignment.nobody").With("to", "assignment.nobody")
	}
	return people[at], nil
}

// reachesAll refuses to give somebody cases beyond their limit: they could not open them.
func (s *Server) reachesAll(r *Request, to account.Person, chosen []survey.Chosen) error {
	if to.Limit.IsZero() {
		return nil
	}
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	items, err := s.Surveys.Assignments(r, r.Project.ID, survey.AssignmentFilter{})
	if err != nil {
		return err
	}
	beyond, is := 0, map[id.AssignmentID]bool{}
	for _, c := range chosen {
		is[c.ID] = true
	}
	for _, a := range items {
		if is[a.ID] && a.CaseID != "" && !reaches(to.Member, titles.cases[a.CaseID]) {
			beyond++
		}
	}
	if beyond > 0 {
		return problem.New(problem.Invalid, "assignment.beyondLimit", to.User.Name, beyond).With("to", "assignment.beyondLimit", to.User.Name, beyond)
	}
	return nil
}
