package web

import (
	"bytes"
	"strconv"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

type versionPage struct {
	Page
	Form    survey.Form
	Version survey.Version
	Rows    []questionRow
}

// questionRow is one field of a published version, for reading.
type questionRow struct {
	Name    string
	Type    form.Type
	Label   string
	Depth   int
	Section bool
	Choices []table.Value
	Rules   []rule
}

type rule struct{ Column, Source string }

// showVersion lets an older version be read as it was.
func (s *Server) showVersion(r *Request) error {
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.Param("version"))
	if err != nil || number < 1 || number > len(f.Versions) {
		return problem.New(problem.NotFound, "web.noPage")
	}
	d, err := s.Surveys.Definition(r, r.Project.ID, f.ID, number)
	if err != nil {
		return err
	}
	page := versionPage{Page: s.page(r, "form.title"), Form: f, Version: f.Versions[number-1], Rows: questionRows(d, string(r.Language))}
	page.Title = f.Title + " · " + page.T("form.versionNumber", number)
	return s.show(r, "form/version", page)
}

// formXForm gives a version as the XForm that collection clients run.
func (s *Server) formXForm(r *Request) error {
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Param("form")))
	if err != nil {
		return err
	}
	number, err := strconv.Atoi(r.Param("version"))
	if err != nil {
		return problem.New(problem.NotFound, "web.noPage")
	}
	xform, hash, err := s.Surveys.XForm(r, f, number)
	if err != nil {
		return err
	}
	return sendFile(r, sentFile{f.Name + ".xml", hash, "application/xml", int64(len(xform))}, bytes.NewReader(xform))
}

// mostChoices is how many choices of a list are written out for reading.
const mostChoices = 12

func questionRows(d *form.Definition, pageLanguage string) []questionRow {
	language := survey.LanguageFor(d, pageLanguage)
	var rows []questionRow
	d.Walk(func(path form.Path, f *form.Field) {
		row := questionRow{Name: f.Name, Type: f.Type, Label: f.Label.In(language, d), Depth: min(len(path.Names())-1, 4), Section: f.Type.IsSection()}
		if list := d.Lists[f.List]; list != nil {
			for _, c := range list.Choices[:min(len(list.Choices), mostChoices)] {
				row.Choices = append(row.Choices, table.Value{Code: c.Name, Label: c.Label.In(language, d)})
			}
			if len(list.Choices) > mostChoices {
				row.Choices = append(row.Choices, table.Value{Code: "…"})
			}
		}
		f.Expressions(func(column string, e *xpath.Expr) { row.Rules = append(row.Rules, rule{column, e.Source}) })
		rows = append(rows, row)
	})
	return rows
}
