package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"tianye/internal/problem"
	"tianye/survey"
)

// setOutline keeps what the map is drawn on.
func (s *Server) setOutline(r *Request) error {
	file, header, err := r.upload("file", "progress.outlineChoose")
	if err != nil {
		return err
	}
	defer file.Close()
	name := strings.ToLower(header.Filename)
	var o survey.Outline
	if strings.HasSuffix(name, ".json") || strings.HasSuffix(name, ".geojson") {
		o, err = survey.ReadOutline(header.Filename, file)
	} else {
		var corners survey.Box
		if corners, err = r.corners(); err == nil {
			o, err = survey.ReadPicture(header.Filename, file, corners)
		}
	}
	if err != nil {
		return err
	}
	o.ProjectID = r.Project.ID
	if err := s.Surveys.SetOutline(r, r.User.ID, o); err != nil {
		return err
	}
	r.did(string(r.Project.ID), r.Project.Title)
	r.changed("", say(r, "progress.saidOutline", o.File, len(o.Shapes)))
	return r.To("/p/"+string(r.Project.ID)+"/progress/map?form="+url.QueryEscape(r.Field("form")), "progress.outlineSaved")
}

// corners reads the degrees of a picture's edges.
func (r *Request) corners() (b survey.Box, err error) {
	for _, edge := range []struct {
		field string
		into  *float64
	}{{"west", &b.West}, {"south", &b.South}, {"east", &b.East}, {"north", &b.North}} {
		if *edge.into, err = strconv.ParseFloat(r.Field(edge.field), 64); err != nil {
			return b, problem.New(problem.Invalid, "progress.cornersInvalid").With(edge.field, "progress.cornersInvalid")
		}
	}
	return b, nil
}

func (s *Server) removeOutline(r *Request) error {
	if err := s.Surveys.SetOutline(r, r.User.ID, survey.Outline{ProjectID: r.Project.ID}); err != nil {
		return err
	}
	r.did(string(r.Project.ID), r.Project.Title)
	return r.To("/p/"+string(r.Project.ID)+"/progress/map?form="+url.QueryEscape(r.Field("form")), "progress.outlineRemoved")
}

// outlinePicture gives the picture that the map is drawn on.
func (s *Server) outlinePicture(r *Request) error {
	o, err := s.Surveys.Outline(r, r.Project.ID)
	if err != nil {
		return err
	}
	if len(o.Picture) == 0 {
		return problem.New(problem.NotFound, "progress.noPicture")
	}
	r.Header("Cache-Control", "private, max-age=86400")
	r.Data(http.StatusOK, o.ContentType, o.Picture)
	return nil
}
