package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
)

// mediaLimit is of a request that brings media files, with or without a workbook.
const mediaLimit = survey.MaxMedia + uploadLimit

// uploads opens all files of a form's field; close shuts them.
func (r *Request) uploads(field string) (files []survey.MediaFile, shut func(), err error) {
	var opened []multipart.File
	shut = func() {
		for _, f := range opened {
			f.Close()
		}
	}
	if r.Request.MultipartForm == nil {
		return nil, shut, nil
	}
	for _, header := range r.Request.MultipartForm.File[field] {
		if header.Filename == "" { // nothing was chosen
			continue
		}
		f, err := header.Open()
		if err != nil {
			shut()
			return nil, nil, bodyProblem(err)
		}
		opened = append(opened, f)
		files = append(files, survey.MediaFile{Name: header.Filename, Content: f, Size: header.Size})
	}
	return files, shut, nil
}

func (s *Server) uploadMedia(r *Request) error {
	files, shut, err := r.uploads("media")
	if err != nil {
		return err
	}
	defer shut()
	if len(files) == 0 {
		return problem.New(problem.Malformed, "media.choose")
	}
	f, taken, err := s.Surveys.PutMedia(r, r.Project.ID, r.User.ID, id.FormID(r.Param("form")), files)
	if err != nil {
		return err
	}
	r.did(string(f.ID), f.Title)
	var names []string
	for _, file := range files {
		names = append(names, file.Name)
	}
	r.changed("", strings.Join(names, " "))
	done := "media.taken"
	if len(taken.Converted) > 0 {
		done = "media.takenConverted"
	}
	return r.To(s.formPath(r, f.ID), done)
}

func (s *Server) removeMedia(r *Request) error {
	f, err := s.Surveys.RemoveMedia(r, r.Project.ID, r.User.ID, id.FormID(r.Param("form")), r.Field("name"))
	if err != nil {
		return err
	}
	r.did(string(f.ID), f.Title)
	r.changed(r.Field("name"), "")
	return r.To(s.formPath(r, f.ID), "media.removed")
}

// casesFile is the media file that the project's cases are.
const casesFile = "cases.csv"

// formMedia gives a media file of a version; of the draft when the version is 0. A list that
// follows the project is for those who fill the form in.
// Sounds and films are asked for in stretches, which not every blob can give.
func (s *Server) formMedia(r *Request) error {
	number, err := strconv.Atoi(r.Param("version"))
	if err != nil {
		return problem.New(problem.NotFound, "web.noPage")
	}
	return s.serveMedia(r, id.FormID(r.Param("form")), number, r.Param("name"))
}

func (s *Server) serveMedia(r *Request, formID id.FormID, number int, name string) error {
	a, content, err := s.Surveys.OpenMedia(r, r.Project.ID, formID, number, name)
	if err != nil {
		return err
	}
	defer content.Close()
	mayRead := r.Can(account.Fill) || a.Name == casesFile && r.Can(account.ReadCase)
	if a.State == survey.MediaLive && !mayRead {
		return problem.New(problem.Forbidden, "web.forbidden")
	}
	seeker, ok := content.(io.ReadSeeker)
	if !ok {
		all, err := io.ReadAll(content)
		if err != nil {
			return err
		}
		seeker = bytes.NewReader(all)
	}
	r.Header("Content-Security-Policy", "default-src 'none'; sandbox")
	r.Header("Content-Disposition", attachmentNamed(a.Name)) // a page that shows or plays it does not mind
	r.Header("Content-Type", a.ContentType)
	r.Header("Cache-Control", "private, no-cache")
	r.Header("ETag", `"`+a.Hash+`"`)
	http.ServeContent(r.Writer, r.Request, a.Name, time.Time{}, seeker)
	return nil
}

// mediaLines are the media files that a version has and needs; the draft when it is 0.
func (s *Server) mediaLines(r *Request, f survey.Form, version int) ([]survey.MediaLine, error) {
	forms, err := s.Surveys.Forms(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	made := survey.ListsMade(forms)
	if version == 0 && f.Draft != nil {
		return s.Surveys.MediaLines(made, f.Draft.Media, f.Draft.Needs), nil
	}
	v := f.Versions[version-1]
	return s.Surveys.MediaLines(made, v.Media, v.Needs), nil
}

// mediaNames are the names of the media files that are there, for the page that fills the form in.
func mediaNames(lines []survey.MediaLine) []string {
	names := []string{}
	for _, line := range lines {
		if line.State != survey.MediaMissing {
			names = append(names, line.Name)
		}
	}
	slices.Sort(names)
	return names
}

// offerCases introduces the cases to forms as a media file: name is a case's id, label its title,
// __version its revision (as of an ODK entity), then an attribute a column.
func offerCases(surveys *survey.Service, cases *casebase.Service) {
	surveys.Offer(casesFile, func(ctx context.Context, project id.ProjectID) ([]byte, error) {
		list, err := cases.List(ctx, project, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{})
		if err != nil {
			return nil, err
		}
		attributes, err := cases.Attributes(ctx, project)
		if err != nil {
			return nil, err
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		names := make([]string, len(attributes))
		for i, a := range attributes {
			names[i] = a.Name
		}
		w.Write(columnNames(names)) // errors are kept until Flush
		for _, c := range list.Cases {
			row := []string{string(c.ID), c.Title, strconv.FormatInt(c.Revision, 10)}
			for _, a := range attributes {
				found, _ := c.Attribute(a.Name)
				row = append(row, found.Value)
			}
			w.Write(row)
		}
		w.Flush()
		return b.Bytes(), w.Error()
	})
}
