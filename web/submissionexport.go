package web

import (
	"cmp"
	"fmt"
	"net/http"
	"strings"

	"tianye/casebase"
	"tianye/internal/id"
	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/internal/table/dataset"
	"tianye/survey"
	"tianye/survey/form"
)

var exportTypes = map[survey.Format]string{
	survey.XLSX:      "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	survey.CSV:       "text/csv; charset=utf-8",
	survey.JSONLines: "application/jsonl; charset=utf-8",
	survey.SAV:       "application/x-spss-sav",
	survey.Scripts:   zipType,
	survey.GeoJSON:   "application/geo+json; charset=utf-8",
	survey.Media:     zipType,
}

const zipType = "application/zip"

// exportEnding is what the names of a format's files end with.
func exportEnding(format survey.Format) string {
	if exportTypes[format] == zipType {
		return "zip"
	}
	return string(format)
}

// exportName is what a format is called.
func exportName(r *Request, format survey.Format) string {
	switch format {
	case survey.XLSX:
		return "Excel"
	case survey.SAV:
		return "SPSS"
	case survey.Scripts:
		return "Stata/R"
	case survey.GeoJSON:
		return "GeoJSON"
	case survey.Media:
		return say(r, "export.mediaName")
	}
	return strings.ToUpper(string(format))
}

// exportSubmissions streams what the filter selects of one form, de-identified.
func (s *Server) exportSubmissions(r *Request) error { return s.sendExport(r, false) }

// exportFull streams it as it was answered, personal data and all, for a reason.
func (s *Server) exportFull(r *Request) error {
	if err := r.givesReason(); err != nil {
		return s.askFull(r, problem.From(err))
	}
	return s.sendExport(r, true)
}

func (s *Server) sendExport(r *Request, full bool) error {
	filter, q, err := s.exportFilter(r)
	if err != nil {
		return err
	}
	if q.Form == "" {
		return problem.New(problem.Invalid, "submission.exportForm")
	}
	f, err := s.Surveys.Form(r, r.Project.ID, filter.FormID)
	if err != nil {
		return err
	}
	e, err := s.export(r, filter, full)
	if err != nil {
		return err
	}
	e.About = s.about(r, f, q, e)
	r.about(string(f.ID), f.Title)
	e.Counted = func(n int) { r.changed("", exported(r, q, e, n)) }
	e.Files = func(n int, bytes int64) {
		r.changed("", say(r, "export.mediaCounted", r.act.After, n, Page{}.Size(bytes)))
	}
	name := fmt.Sprintf("%s%s-%s.%s", f.Title, exportKind(r.Language, e), s.Now().In(s.location).Format("20060102-1504"), exportEnding(e.Format))
	r.Header("Content-Type", exportTypes[e.Format])
	r.Header("Content-Disposition", attachmentNamed(name))
	r.Header("Cache-Control", "no-store")
	r.Status(http.StatusOK)
	return s.Surveys.Write(r, r.Project.ID, e, r.Writer)
}

// exportKind is what tells one export's file from another's: that with personal data
// must not be passed on by mistake.
func exportKind(language message.Language, e survey.Export) string {
	kind := message.T(language, "submission.kindOpen")
	if e.Personal {
		kind = message.T(language, "submission.kindPersonal")
	}
	if e.Format == survey.Scripts || e.Format == survey.Media {
		kind = "-" + message.T(language, exportParts[e.Format]) + kind
	}
	if e.Format == survey.XLSX && !e.Labels {
		kind += message.T(language, "submission.kindValues")
	}
	return kind
}

// export is what the query, or a form, asks for.
func (s *Server) export(r *Request, filter survey.Filter, full bool) (survey.Export, error) {
	format := survey.Format(cmp.Or(r.Request.FormValue("format"), string(survey.XLSX)))
	if exportTypes[format] == "" {
		return survey.Export{}, problem.New(problem.Malformed, "submission.badFilter", string(format))
	}
	names, err := s.senders(r)
	if err != nil {
		return survey.Export{}, err
	}
	secret, err := s.Accounts.Secret(r)
	if err != nil {
		return survey.Export{}, err
	}
	cases, err := s.allCaseNames(r)
	if err != nil {
		return survey.Export{}, err
	}
	say := func(key string) string { return message.T(r.Language, key) }
	e := survey.Export{Filter: filter, Format: format, Labels: r.Request.FormValue("values") == "", Personal: full, Secret: secret,
		Language: string(r.Language), Location: s.location,
		CaseTitle: caseTitles(cases), Confirmed: say("submission.confirmed"),
		PersonName: func(u id.UserID) string { return names[u] },
		StateName:  func(state survey.ReviewState) string { return message.Sprint(r.Language, state.Label()) },
		Header:     func(meta string) string { return say(exportKeys[meta]) },
	}
	if r.Request.FormValue("attributes") != "" {
		if e.CaseColumns, err = s.caseColumns(r, full); err != nil {
			return e, err
		}
	}
	for _, path := range r.Request.Form["col"] {
		e.Columns = append(e.Columns, form.Path(path))
	}
	e.Made, e.WasCut = s.Now(), say("export.cut")
	e.Words = dataset.Words{NotChosen: say("export.notChosen"),
		Of:    func(question, part string) string { return message.T(r.Language, "export.of", question, part) },
		Place: func(n int) string { return message.T(r.Language, "export.place", n) }}
	if r.Project.Demo {
		e.Mark = say("app.demo")
	}
	return e, nil
}

// caseColumns are the cases' attributes. De-identified, those of few values alone: in the others, anything
// may have been written, names and numbers of telephones too.
func (s *Server) caseColumns(r *Request, full bool) ([]survey.CaseColumn, error) {
	all, err := s.Cases.Attributes(r, r.Project.ID)
	if err != nil {
		return nil, err
	}
	list, err := s.Cases.List(r, r.Project.ID, casebase.Filter{}, casebase.Sort{By: casebase.SortTitle}, casebase.Page{})
	if err != nil {
		return nil, err
	}
	cases := make(map[id.CaseID]*casebase.Summary, len(list.Cases))
	for _, c := range list.Cases {
		cases[c.ID] = c
	}
	var columns []survey.CaseColumn
	for _, attribute := range all {
		if !full && attribute.Type != casebase.TypeChoice {
			continue
		}
		columns = append(columns, survey.CaseColumn{Name: attribute.Name, Of: func(about id.CaseID) string {
			c := cases[about]
			if c == nil {
				return ""
			}
			if a, _ := c.Attribute(attribute.Name); full || a.Type == casebase.TypeChoice {
				return a.Value
			}
			return ""
		}})
	}
	return columns, nil
}

// exportParts tell one .zip from another.
var exportParts = map[survey.Format]string{survey.Scripts: "export.scriptsFile", survey.Media: "export.mediaFile"}

var exportKeys = map[string]string{
	"receipt": "submission.receipt", "case": "submission.case", "enumerator": "submission.enumerator", "received": "submission.received",
	"started": "submission.started", "ended": "submission.ended", "state": "submission.state", "version": "submission.version", "position": "submission.position",
	"file": "export.file", "question": "export.question", "sentAs": "export.sentAs", "size": "export.size",
}
