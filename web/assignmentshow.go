package web

import (
	"encoding/json"
	"net/http"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

type assignmentPage struct {
	Page
	Row      assignmentRow
	By       string
	People   []account.Person
	Events   []assignmentEvent
	Visits   []shownVisit
	Outcomes []survey.Outcome
	VisitID  string // of the visit that the page's form notes: sent twice, it is one
	VisitAt  string
	Tried    triedChange
	Visit    visitSent // that was refused, and why
	Error    string
}

// Open tells whether there is still to be gone.
func (p assignmentPage) Open() bool { return p.Row.State.IsToDo() }

// Changeable tells whether it can still be changed.
func (p assignmentPage) Changeable() bool {
	return p.Open() || p.Row.State == survey.AssignmentReturned || p.Row.State == survey.AssignmentWithdrawn
}

// Change is what can be done with it.
func (p assignmentPage) Change() changePart { return changePart{p.Page, p.People, false, p.Tried} }

// assignmentEvent is a change in words.
type assignmentEvent struct {
	At           time.Time
	Name, Reason string
	What         string
}

type shownVisit struct {
	survey.Visit
	Name string
}

// Manages tells whether the reader gives out work.
func (p assignmentPage) Manages() bool { return p.Can(string(account.Assign)) }

// ownAssignment gives the path's assignment to who gives out work, and to whose it is or was; to others
// it does not exist.
func (s *Server) ownAssignment(r *Request) (survey.AssignmentItem, error) {
	missing := problem.New(problem.NotFound, "assignment.none")
	if !id.Valid(r.Param("assignment")) {
		return survey.AssignmentItem{}, missing
	}
	a, err := s.Surveys.AssignmentItem(r, r.Project.ID, id.AssignmentID(r.Param("assignment")))
	if problem.Is(err, problem.NotFound) {
		return a, missing
	}
	if to, _ := a.HandedTo(r.User.ID); err == nil && a.Enumerator != r.User.ID && to == "" && !r.Can(account.Assign) {
		return a, missing
	}
	return a, err
}

func (s *Server) showAssignment(r *Request) error {
	a, err := s.ownAssignment(r)
	if err != nil {
		return err
	}
	page, err := s.assignmentPage(r, a)
	if err != nil {
		return err
	}
	return s.show(r, "assignment/show", page)
}

func (s *Server) assignmentPage(r *Request, a survey.AssignmentItem) (*assignmentPage, error) {
	titles, err := s.titles(r)
	if err != nil {
		return nil, err
	}
	page := &assignmentPage{Page: s.page(r, "assignment.one"), Row: titles.row(a), By: titles.names[a.By],
		Outcomes: survey.Outcomes, VisitID: id.New(s.Now()), VisitAt: s.Now().Format(time.RFC3339)}
	for _, v := range a.Visits {
		page.Visits = append(page.Visits, shownVisit{v, titles.names[v.By]})
	}
	for _, e := range a.Events {
		page.Events = append(page.Events, assignmentEvent{e.At, titles.names[e.By], e.Reason, s.sayEvent(r, titles, e)})
	}
	if page.Manages() {
		if page.People, err = s.workers(r); err != nil {
			return nil, err
		}
	}
	return page, nil
}

// sayEvent says what a change did.
func (s *Server) sayEvent(r *Request, titles *fieldTitles, e survey.AssignmentEvent) string {
	day := func(text string) string {
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			return say(r, "assignment.noDay")
		}
		return t.In(s.location).Format(time.DateOnly)
	}
	switch e.Change {
	case survey.Reassigned:
		return say(r, "assignment.eventReassigned", titles.names[id.UserID(e.Old)], titles.names[id.UserID(e.New)])
	case survey.DueChanged:
		return say(r, "assignment.eventDue", day(e.Old), day(e.New))
	case survey.TakenBack:
		return say(r, "assignment.eventWithdrawn")
	}
	return say(r, "assignment.eventRestored")
}

// visitSent is a visit as the phone sends it.
type visitSent struct {
	ID      string             `json:"id"`
	At      time.Time          `json:"at"`
	Outcome survey.Outcome     `json:"outcome"`
	Note    string             `json:"note"`
	Place   *survey.VisitPlace `json:"place"`
}

type visitTaken struct {
	ID       string                 `json:"id"`
	State    survey.AssignmentState `json:"state"`
	Revision int64                  `json:"revision"`
}

// addVisit takes a visit: 201, and 200 for the same again.
func (s *Server) addVisit(r *Request) error {
	own, err := s.ownAssignment(r)
	if err != nil {
		return err
	}
	sent, err := readVisit(r)
	if err != nil {
		return err
	}
	a, added, err := s.Surveys.AddVisit(r, r.Project.ID, r.User.ID, id.AssignmentID(r.Param("assignment")),
		survey.Visit{ID: sent.ID, At: sent.At, Outcome: sent.Outcome, Note: sent.Note, Place: sent.Place})
	if err != nil && !r.wantsJSON() && mendable(problem.From(err)) {
		return s.visitRefused(r, own, sent, problem.From(err))
	}
	if err != nil {
		return err
	}
	r.did(string(a.ID), say(r, sent.Outcome.Label().Key))
	status := http.StatusCreated
	if !added {
		r.didNothing()
		status = http.StatusOK
	}
	if !r.wantsJSON() {
		return r.To("/p/"+string(r.Project.ID)+"/assignments/"+string(a.ID), "assignment.visitAdded")
	}
	item, err := s.Surveys.AssignmentItem(r, r.Project.ID, a.ID)
	if err != nil {
		return err
	}
	r.JSON(status, visitTaken{sent.ID, item.State, item.Revision})
	return nil
}

// visitRefused shows the form of a visit again, with what was written and what is wrong with it.
func (s *Server) visitRefused(r *Request, a survey.AssignmentItem, sent visitSent, p *problem.Problem) error {
	page, err := s.assignmentPage(r, a)
	if err != nil {
		return err
	}
	page.Visit, page.Error = sent, page.Say(p.Text)
	if len(p.Details) > 0 {
		page.Error = page.Say(p.Details[0].Text)
	}
	return s.render(r, statuses[p.Kind], "assignment/show", page)
}

// readVisit reads a visit as the phone sends it, or as the page's form does.
func readVisit(r *Request) (sent visitSent, err error) {
	if r.ContentType() == "application/json" {
		if err := json.NewDecoder(r.Request.Body).Decode(&sent); err != nil {
			return sent, bodyProblem(err)
		}
		return sent, nil
	}
	sent = visitSent{ID: r.Field("id"), Outcome: survey.Outcome(r.Field("outcome")), Note: r.Field("note")}
	if at := r.Field("at"); at != "" {
		if sent.At, err = time.Parse(time.RFC3339, at); err != nil {
			return sent, problem.New(problem.Invalid, "assignment.visitTime").With("at", "assignment.visitTime")
		}
	}
	return sent, nil
}
