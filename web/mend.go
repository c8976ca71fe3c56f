package web

import (
	"net/http"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

// toMend is a submission for the phone of who mends it: the fill page begins from it, also without a
// network. islands/fill/store.ts calls it ToMend.
type toMend struct {
	Kind        string          `json:"kind"` // "mend"
	ID          id.SubmissionID `json:"id"`
	Project     id.ProjectID    `json:"project"`
	FormID      id.FormID       `json:"formId"`
	FillURL     string          `json:"fillUrl"`
	CaseID      id.CaseID       `json:"caseId"`
	CaseTitle   string          `json:"caseTitle"`
	Title       string          `json:"title"` // the form's
	Receipt     string          `json:"receipt"`
	InstanceID  string          `json:"instanceId"`
	Revision    int64           `json:"revision"`
	Version     int             `json:"version"`
	Answers     map[string]any  `json:"answers"`
	Attachments []string        `json:"attachments"` // names; each lies at FilesURL + name
	FilesURL    string          `json:"filesUrl"`
	Reasons     []reasonToMend  `json:"reasons"`
	Comment     string          `json:"comment"`
	At          time.Time       `json:"at"` // when it was returned, else received
}

type reasonToMend struct {
	Path  form.Path `json:"path"`
	Label string    `json:"label"`
	Text  string    `json:"text"`
}

// toMend lays a submission out for who mends it; cases are those that they may read.
func (s *Server) toMend(r *Request, sub survey.Submission, cases []caseName) (toMend, error) {
	d, err := s.Surveys.Definition(r, r.Project.ID, sub.FormID, sub.Version)
	if err != nil {
		return toMend{}, err
	}
	base := "/p/" + string(r.Project.ID)
	t := toMend{Kind: "mend", ID: sub.ID, Project: r.Project.ID, FormID: sub.FormID, FillURL: base + "/forms/" + string(sub.FormID) + "/fill?mend=" + string(sub.ID),
		CaseID: sub.CaseID, CaseTitle: titleAmong(cases, sub.CaseID), Title: d.Title, Receipt: sub.Receipt(), InstanceID: sub.InstanceID, Revision: sub.Revision,
		Version: sub.Version, Answers: sub.Answers, Attachments: sub.FileNames(d), FilesURL: base + "/submissions/" + string(sub.ID) + "/files/",
		Reasons: []reasonToMend{}, At: sub.Received}
	if sub.Return == nil {
		return t, nil
	}
	language := survey.LanguageFor(d, string(r.Language))
	t.At, t.Comment = sub.Return.At, sub.Return.Comment
	for _, reason := range sub.Return.Reasons {
		label := ""
		if f := fieldAt(d, reason.Path); f != nil {
			label = f.Label.In(language, d)
		}
		t.Reasons = append(t.Reasons, reasonToMend{reason.Path, label, reason.Text})
	}
	return t, nil
}

// mendSubmission gives an enumerator a submission to mend.
func (s *Server) mendSubmission(r *Request) error {
	sub, err := s.Surveys.Mendable(r, r.Project.ID, r.User.ID, id.SubmissionID(r.Param("submission")))
	if err != nil {
		return err
	}
	cases, err := s.caseNames(r)
	if err != nil {
		return err
	}
	t, err := s.toMend(r, sub, cases)
	if err != nil {
		return err
	}
	r.JSON(http.StatusOK, t)
	return nil
}

// mendURL is where the sender mends a submission; "" when they may not.
func (s *Server) mendURL(r *Request, sub survey.Submission) (string, error) {
	if !r.isFor(sub) || !r.Can(account.Fill) || r.Project.Phase == account.Archived {
		return "", nil
	}
	_, err := s.Surveys.Mendable(r, r.Project.ID, r.User.ID, sub.ID)
	switch {
	case err == nil:
		return s.formPath(r, sub.FormID) + "/fill?mend=" + string(sub.ID), nil
	case problem.Is(err, problem.Conflict) || problem.Is(err, problem.NotFound):
		return "", nil
	}
	return "", err
}

// isFor tells whether a submission is the sender's own, or one that they are asked to mend.
func (r *Request) isFor(sub survey.Submission) bool {
	return sub.Submitter == r.User.ID || sub.Return != nil && sub.Return.To == r.User.ID
}
