package web

import (
	"bytes"
	"context"
	"encoding/csv"
	"io"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode"

	"tianye/casebase"
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
	return r.To(s.formPath(r, f.ID), "media.removed")
}

// formMedia gives a media file of a version; of the draft when the version is 0.
// Sounds and films are asked for in stretches, which not every blob can give.
func (s *Server) formMedia(r *Request) error {
	number, err := strconv.Atoi(r.Param("version"))
	if err != nil {
		return problem.New(problem.NotFound, "web.noPage")
	}
	a, content, err := s.Surveys.OpenMedia(r, r.Project.ID, id.FormID(r.Param("form")), number, r.Param("name"))
	if err != nil {
		return err
	}
	defer content.Close()
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

// mediaNames are the names of a version's media files, for the page that fills it in.
func (s *Server) mediaNames(r *Request, form id.FormID, version int) ([]string, error) {
	media, err := s.Surveys.Media(r, r.Project.ID, form, version)
	names := make([]string, len(media))
	for i, a := range media {
		names[i] = a.Name
	}
	return names, err
}

// offerCases introduces the cases to forms as the media file cases.csv: name is a case's id, label its title,
// __version its revision (as of an ODK entity), then an attribute a column.
func offerCases(surveys *survey.Service, cases *casebase.Service) {
	surveys.Offer("cases.csv", func(ctx context.Context, project id.ProjectID) ([]byte, error) {
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
		header := []string{"name", "label", "__version"}
		for _, a := range attributes {
			header = append(header, columnName(a.Name))
		}
		w.Write(header) // errors are kept until Flush
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

// columnName makes a name that an expression can say: 入户 日期 is 入户_日期.
func columnName(name string) string {
	safe := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '_' || r == '-' || r == '.' {
			return r
		}
		return '_'
	}, name)
	if first := []rune(safe)[0]; !unicode.IsLetter(first) && first != '_' {
		safe = "_" + safe
	}
	return safe
}
