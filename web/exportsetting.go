package web

import (
	"cmp"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey"
	"tianye/survey/form"
)

var exportRoutes = []Route{
	{get, "/p/:project/exports", account.ExportSubmission, (*Server).exports, 0},
	{post, "/p/:project/exports", account.ExportSubmission, (*Server).saveExport, 0},
	{post, "/p/:project/exports/:export/delete", account.ExportSubmission, (*Server).deleteExport, 0},
	{post, "/p/:project/exports/:export/restore", account.ExportSubmission, (*Server).restoreExport, 0},
	{get, "/p/:project/submissions/export/dictionary", account.ExportSubmission, (*Server).exportDictionary, 0},

	{get, "/p/:project/webhook", account.ManageProject, (*Server).webhook, 0},
	{post, "/p/:project/webhook", account.ManageProject, (*Server).saveWebhook, 0},
	{post, "/p/:project/webhook/secret", account.ManageProject, (*Server).renewWebhook, 0},
	{post, "/p/:project/webhook/test", account.ManageProject, (*Server).testWebhook, 0},
}

// exportsPage is where exports are chosen.
type exportsPage struct {
	Page
	Filter    listFilter
	Words     []string // of the filter
	Query     template.URL
	Forms     []survey.Form
	Form      survey.Form // "" until one is chosen
	Count     int
	Files     int
	Bytes     int64
	Questions []survey.Question
	Settings  []savedExport
	Names     map[id.UserID]string
	Offered   survey.ExportSetting // as it was refused
	Error     string
}

// savedExport is a setting with the address that runs it.
type savedExport struct {
	survey.ExportSetting
	FormTitle, What string
	Words           []string
	Address         template.URL
}

// Other is the query of the same with what does not count, or without it.
func (p exportsPage) Other() template.URL {
	v, _ := url.ParseQuery(string(p.Query))
	if p.Filter.All != "" {
		v.Del("all")
	} else {
		v.Set("all", "1")
	}
	return template.URL(v.Encode())
}

// HasPlaces tells whether any question asks for a place.
func (p exportsPage) HasPlaces() bool {
	return slices.ContainsFunc(p.Questions, func(q survey.Question) bool { return q.IsPlace })
}

// HasFiles tells whether any asks for a file.
func (p exportsPage) HasFiles() bool {
	return slices.ContainsFunc(p.Questions, func(q survey.Question) bool { return q.IsFile })
}

// Keeps tells whether a refused setting has a column.
func (p exportsPage) Keeps(path form.Path) bool {
	return len(p.Offered.Columns) == 0 || slices.Contains(p.Offered.Columns, path)
}

func (s *Server) exports(r *Request) error { return s.askExport(r, survey.ExportSetting{}, nil) }

// askExport shows the page, with a setting that was refused.
func (s *Server) askExport(r *Request, offered survey.ExportSetting, wrong *problem.Problem) error {
	filter, q, err := s.exportFilter(r)
	if err != nil {
		return err
	}
	page := exportsPage{Page: s.page(r, "export.title"), Filter: q, Query: template.URL(q.query()), Offered: offered}
	page.Section = "submissions"
	if page.Forms, err = s.Surveys.Forms(r, r.Project.ID); err != nil {
		return err
	}
	page.Forms = slices.DeleteFunc(page.Forms, func(f survey.Form) bool { return f.Current() == nil })
	if page.Names, err = s.Accounts.Names(r, r.Project.ID); err != nil {
		return err
	}
	cases, err := s.allCaseNames(r)
	if err != nil {
		return err
	}
	titles := caseTitles(cases)
	page.Words = r.filterWords(q, titles)
	if page.Settings, err = s.savedExports(r, page.Forms, titles); err != nil {
		return err
	}
	if q.Form != "" {
		if err := s.describeExport(r, filter, &page); err != nil {
			return err
		}
	}
	status := http.StatusOK
	if wrong != nil {
		status, page.Error = statuses[wrong.Kind], page.Say(wrong.Text)
	}
	return s.render(r, status, "export/list", page)
}

// describeExport tells what an export of the chosen form would hold.
func (s *Server) describeExport(r *Request, filter survey.Filter, page *exportsPage) error {
	var err error
	if page.Form, err = s.Surveys.Form(r, r.Project.ID, filter.FormID); err != nil {
		return err
	}
	if page.Form.Current() == nil {
		return problem.New(problem.NotFound, "survey.noVersion", 1)
	}
	e, err := s.export(r, filter, false)
	if err != nil {
		return err
	}
	selected, err := s.Surveys.Select(r, r.Project.ID, filter)
	if err != nil {
		return err
	}
	page.Count = len(selected)
	if page.Questions, err = s.Surveys.Questions(r, r.Project.ID, e); err != nil {
		return err
	}
	if page.HasFiles() {
		page.Files, page.Bytes, err = s.Surveys.MediaOf(r, r.Project.ID, e)
	}
	return err
}

// savedExports are the settings whose forms are there.
func (s *Server) savedExports(r *Request, forms []survey.Form, titles func(id.CaseID) string) ([]savedExport, error) {
	all, err := s.Surveys.ExportSettings(r, r.Project.ID)
	var out []savedExport
	for _, e := range all {
		at := slices.IndexFunc(forms, func(f survey.Form) bool { return f.ID == e.FormID })
		if at < 0 {
			continue
		}
		values, _ := url.ParseQuery(e.Filter)
		_, q, failed := s.filterFrom(r, values)
		if err = cmp.Or(err, failed); failed != nil {
			continue
		}
		what := exportName(r, e.Format)
		if e.Format == survey.XLSX && e.Values {
			what += say(r, "submission.kindValues")
		}
		out = append(out, savedExport{e, forms[at].Title, what, r.filterWords(q, titles), template.URL(exportAddress(e))})
	}
	return out, err
}

// exportAddress is the query that runs a setting.
func exportAddress(e survey.ExportSetting) string {
	values, _ := url.ParseQuery(e.Filter)
	values.Set("form", string(e.FormID))
	values.Set("format", string(e.Format))
	if e.Values {
		values.Set("values", "1")
	}
	if e.Attributes {
		values.Set("attributes", "1")
	}
	for _, path := range e.Columns {
		values.Add("col", string(path))
	}
	return values.Encode()
}

// saveExport keeps a setting, or runs it without keeping it.
func (s *Server) saveExport(r *Request) error {
	_, q, err := s.filterFrom(r, r.Request.URL.Query())
	if err != nil {
		return err
	}
	e := survey.ExportSetting{Name: r.Field("name"), FormID: id.FormID(q.Form), Format: survey.Format(r.Field("format")), Values: r.Field("values") != "", Attributes: r.Field("attributes") != "", Filter: q.query(), Columns: chosenColumns(r)}
	if q.Form == "" {
		return problem.New(problem.Invalid, "submission.exportForm")
	}
	if exportTypes[e.Format] == "" {
		return problem.New(problem.Malformed, "submission.badFilter", string(e.Format))
	}
	if offered, _ := strconv.Atoi(r.Field("columns")); offered > 0 && len(r.Request.PostForm["col"]) == 0 {
		return s.askExport(r, e, problem.New(problem.Invalid, "export.noColumn"))
	}
	if r.Field("do") == "run" {
		r.didNothing()
		return r.To("/p/"+string(r.Project.ID)+"/submissions/export?"+exportAddress(e), "")
	}
	saved, err := s.Surveys.SaveExport(r, r.Project.ID, r.User.ID, e)
	if problem.Is(err, problem.Invalid) {
		return s.askExport(r, e, problem.From(err))
	}
	if err != nil {
		return err
	}
	r.did(string(saved.ID), saved.Name)
	r.changed("", exportName(r, saved.Format))
	return r.To("/p/"+string(r.Project.ID)+"/exports?"+q.query(), "export.saved")
}

// chosenColumns are the questions that are ticked, in the order of their numbers; nil when all are, as they stand.
func chosenColumns(r *Request) []form.Path {
	type numbered struct {
		path form.Path
		at   float64
	}
	var all []numbered
	sorted := true
	for i, path := range r.Request.PostForm["col"] {
		at, err := strconv.ParseFloat(r.Field("at:"+path), 64)
		if err != nil {
			at = float64(i + 1)
		}
		sorted = sorted && (i == 0 || all[i-1].at <= at)
		all = append(all, numbered{form.Path(path), at})
	}
	if sorted && r.Field("columns") == strconv.Itoa(len(all)) {
		return nil
	}
	slices.SortStableFunc(all, func(a, b numbered) int { return cmp.Compare(a.at, b.at) })
	var paths []form.Path
	for _, one := range all {
		paths = append(paths, one.path)
	}
	return paths
}

func (s *Server) deleteExport(r *Request) error {
	why, err := r.why()
	if err != nil {
		return err
	}
	e, err := s.Surveys.DeleteExport(r, r.Project.ID, r.User.ID, id.ExportID(r.Param("export")), why)
	if err != nil {
		return err
	}
	r.did(string(e.ID), e.Name)
	return r.binnedTo(id.KindExport, string(e.ID))
}

func (s *Server) restoreExport(r *Request) error {
	e, err := s.Surveys.RestoreExport(r, r.Project.ID, id.ExportID(r.Param("export")))
	if err != nil {
		return err
	}
	r.did(string(e.ID), e.Name)
	if r.Field("from") == "bin" {
		return r.restoredTo(id.KindExport, string(e.ID))
	}
	return r.To("/p/"+string(r.Project.ID)+"/exports", "bin.restored")
}

var dictionaryTypes = map[string]string{"xlsx": exportTypes[survey.XLSX], "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}

var dictionaryKeys = map[string]string{"name": "export.dictName", "label": "export.dictLabel", "type": "export.dictType", "choices": "export.dictChoices",
	"relevant": "export.dictRelevant", "constraint": "export.dictConstraint", "required": "export.dictRequired", "personal": "export.dictPersonal",
	"since": "export.dictSince", "until": "export.dictUntil", "answered": "export.dictAnswered", "missing": "export.dictMissing"}

// exportDictionary sends what a form's variables are.
func (s *Server) exportDictionary(r *Request) error {
	format := cmp.Or(r.Query("format"), "xlsx")
	if dictionaryTypes[format] == "" {
		return problem.New(problem.Malformed, "submission.badFilter", format)
	}
	if r.Query("form") == "" {
		return problem.New(problem.Invalid, "submission.exportForm")
	}
	f, err := s.Surveys.Form(r, r.Project.ID, id.FormID(r.Query("form")))
	if err != nil {
		return err
	}
	page := s.page(r, "export.dictionary")
	words := survey.DictionaryWords{Title: page.Title, Yes: page.T("export.dictYes"), Left: page.Say,
		Type:   func(t form.Type) string { return page.T("export.dictTypeCode", page.TypeName(t), string(t)) },
		Lines:  []string{f.Title, page.T("export.dictMade", r.Project.Title, page.Time(s.Now()))},
		Header: func(column string) string { return page.T(dictionaryKeys[column]) },
		Of: func(label, language string) string {
			name, _, _ := strings.Cut(language, " (") // 中文 (zh)
			return page.T("export.dictIn", label, name)
		}}
	if page.Reach != "" {
		words.Lines = append(words.Lines, page.Reach)
	}
	var out strings.Builder
	if err := s.Surveys.WriteDictionary(r, r.Project.ID, f.ID, words, format, &out); err != nil {
		return err
	}
	r.Header("Content-Disposition", attachmentNamed(f.Title+"-"+page.Title+"."+format))
	r.Header("Cache-Control", "no-store")
	r.Data(http.StatusOK, dictionaryTypes[format], []byte(out.String()))
	return nil
}

// Place is a question's number in the order of columns: that of a refused setting, or the form's.
func (p exportsPage) Place(i int) int {
	if at := slices.Index(p.Offered.Columns, p.Questions[i].Path); at >= 0 {
		return at + 1
	}
	return i + 1
}
