package web

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/survey"
)

var fieldRoutes = []Route{
	{get, "/field", account.SignedIn, (*Server).fieldPage, 0},
	{get, "/field/data", account.SignedIn, (*Server).fieldData, 0},
	{get, "/p/:project/field/data", account.Fill, (*Server).projectFieldData, 0},
}

// fieldPage is the phone's list of what is to be done. Nobody is named on it, so that a phone may
// keep it whoever holds it: the island asks for the rest.
func (s *Server) fieldPage(r *Request) error {
	return s.show(r, "field/field", s.page(r, "field.title"))
}

// fieldPerson is who holds the phone, and the projects that they fill in forms of.
type fieldPerson struct {
	User     fillUser `json:"user"`
	CSRF     string   `json:"csrf"`
	Projects []titled `json:"projects"`
}

func (s *Server) fieldData(r *Request) error {
	projects, err := s.Accounts.ProjectsOf(r, r.User)
	if err != nil {
		return err
	}
	data := fieldPerson{User: fillUser{ID: r.User.ID, Name: r.User.Name, Login: r.User.Login}, CSRF: account.CSRFToken(r.token), Projects: []titled{}}
	for _, p := range projects {
		if account.Can(p.Role, account.Fill) && p.Phase.Allows(account.Fill) {
			data.Projects = append(data.Projects, titled{string(p.ID), p.Title})
		}
	}
	return s.sendUnlessKnown(r, data)
}

// takenAlong is what a phone takes along of a project.
type takenAlong struct {
	User        id.UserID         `json:"user"`
	Forms       []fieldForm       `json:"forms"`
	Cases       []caseName        `json:"cases"`
	Assignments []fieldAssignment `json:"assignments"`
	Returned    []toMend          `json:"returned"`
}

// fieldForm is a form that is filled in now.
type fieldForm struct {
	ID       id.FormID `json:"id"`
	Title    string    `json:"title"`
	Version  int       `json:"version"`
	FillURL  string    `json:"fillUrl"`
	Media    []string  `json:"media"` // names, at mediaUrl + name
	MediaURL string    `json:"mediaUrl"`
	Live     []string  `json:"live"`   // those of the media that follow the project
	Weight   int64     `json:"weight"` // bytes of the others
	Closed   string    `json:"closed,omitempty"`
	Stamp    string    `json:"stamp"` // changes when the fill page does
}

func (s *Server) projectFieldData(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	cases := titles.named
	data := takenAlong{User: r.User.ID, Cases: cases, Returned: []toMend{}}
	if data.Forms, err = s.fieldForms(r, cases); err != nil {
		return err
	}
	if data.Assignments, err = s.fieldAssignments(r, titles); err != nil {
		return err
	}
	returned, err := s.Surveys.Returned(r, r.Project.ID, r.User.ID)
	if err != nil {
		return err
	}
	for _, sub := range returned {
		t, err := s.toMend(r, sub, cases)
		if err != nil {
			return err
		}
		data.Returned = append(data.Returned, t)
	}
	return s.sendUnlessKnown(r, data)
}

func (s *Server) fieldForms(r *Request, cases []caseName) ([]fieldForm, error) {
	all, err := s.Surveys.Forms(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	made, forms := survey.ListsMade(all), []fieldForm{}
	for _, f := range all {
		if v := f.Current(); v != nil {
			forms = append(forms, s.fieldForm(r, f, s.Surveys.MediaLines(made, v.Media, v.Needs), cases))
		}
	}
	return forms, nil
}

// fieldForm is a form with the media of its current version, for who may fill in of those cases.
func (s *Server) fieldForm(r *Request, f survey.Form, media []survey.MediaLine, cases []caseName) fieldForm {
	v := f.Current()
	base := s.formPath(r, f.ID)
	out := fieldForm{ID: f.ID, Title: f.Title, Version: v.Number, FillURL: base + "/fill", MediaURL: base + "/versions/" + strconv.Itoa(v.Number) + "/media/",
		Media: []string{}, Live: []string{}, Closed: s.fillClosed(r, f)}
	if out.Closed == "" {
		for _, line := range media {
			switch line.State {
			case survey.MediaMissing:
				continue
			case survey.MediaLive:
				out.Live = append(out.Live, line.Name)
			}
			out.Media = append(out.Media, line.Name)
			out.Weight += line.Size
		}
		slices.Sort(out.Media)
	}
	out.Stamp = hashOf(s.assets.hashes["fill.js"], s.assets.hashes["fill.css"], r.Language, r.Project.Title, v.Definition, cases, out)
	return out
}

// hashOf is a mark of what is given, in JSON.
func hashOf(parts ...any) string {
	raw, err := json.Marshal(parts)
	if err != nil { // nothing here is a channel or a function
		panic(err)
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:8])
}

// sendUnlessKnown sends data as JSON, or that it is as the sender knows it.
func (s *Server) sendUnlessKnown(r *Request, data any) error {
	tag := `"` + hashOf(data) + `"`
	r.Header("ETag", tag)
	r.Header("Cache-Control", "private, no-cache")
	if r.GetHeader("If-None-Match") == tag {
		r.Status(http.StatusNotModified)
		return nil
	}
	r.JSON(http.StatusOK, data)
	return nil
}
