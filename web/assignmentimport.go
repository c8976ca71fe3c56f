package web

import (
	"net/http"
	"net/url"
	"strings"

	"tianye/casebase"
	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey"
)

// workHeadings are what a table of assignments may call its columns.
var workHeadings = map[string][]string{
	"case":       {"案例", "案例名称", "case"},
	"form":       {"问卷", "form"},
	"enumerator": {"调研员", "姓名", "账号", "enumerator"},
	"due":        {"截止日期", "截止", "due", "due date"},
	"note":       {"备注", "说明", "note"},
}

type assignmentImportPage struct {
	Page
	Forms    []survey.Form
	Form     string // of rows that name none
	Pasted   string
	Again    bool // cases with answers are visited again
	Problems []problem.Detail
	Plan     *assignmentPlan
	Error    string
}

// PlanOf is the plan with what it needs to be shown.
func (p *assignmentImportPage) PlanOf() planPart { return planPart{p.Page, p.Plan} }

func (s *Server) assignmentImportPage(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	return s.show(r, "assignment/import", s.emptyAssignmentImport(r, titles))
}

func (s *Server) emptyAssignmentImport(r *Request, titles *fieldTitles) *assignmentImportPage {
	page := &assignmentImportPage{Page: s.page(r, "assignment.import"), Forms: titles.forms, Form: r.Field("form"), Pasted: r.Field("pasted"), Again: r.Field("again") != ""}
	if page.Form == "" && len(titles.forms) == 1 {
		page.Form = string(titles.forms[0].ID)
	}
	return page
}

// readAssignments reads the table that was sent. What is wrong in it is on the page, with its place.
func (s *Server) readAssignments(r *Request, page *assignmentImportPage, titles *fieldTitles) ([]survey.NewAssignment, error) {
	file, done, err := memberFile(r)
	if err != nil {
		return nil, err
	}
	defer done()
	t, found, err := readHeaded(file, workHeadings, "enumerator")
	if err != nil {
		return nil, err
	}
	if !found {
		return nil, problem.New(problem.Invalid, "assignment.noHeadings")
	}
	if len(t.rows) == 0 {
		return nil, problem.New(problem.Invalid, "assignment.tableEmpty")
	}
	if len(t.rows) > survey.MaxNewAssignments {
		return nil, problem.New(problem.TooLarge, "assignment.many", len(t.rows), survey.MaxNewAssignments)
	}
	people, err := s.workers(r)
	if err != nil {
		return nil, err
	}
	reader := newWorkReader(page, titles, t, people)
	wanted := make([]survey.NewAssignment, 0, len(t.rows))
	for _, row := range t.rows {
		wanted = append(wanted, reader.read(s, row))
	}
	page.Problems = reader.problems
	if n := len(page.Problems); n > 0 {
		return nil, problem.New(problem.Invalid, "assignment.importProblems", n)
	}
	return wanted, nil
}

// workReader finds what the cells of a table mean.
type workReader struct {
	table    memberTable
	form     id.FormID
	again    bool
	titles   *fieldTitles
	cases    map[string][]id.CaseID
	forms    map[string][]id.FormID
	people   map[string][]account.Person // by login, phone and name
	problems []problem.Detail
}

func newWorkReader(page *assignmentImportPage, titles *fieldTitles, t memberTable, people []account.Person) *workReader {
	w := &workReader{table: t, form: id.FormID(page.Form), again: page.Again, titles: titles, cases: map[string][]id.CaseID{}, forms: map[string][]id.FormID{}, people: map[string][]account.Person{}}
	for _, c := range titles.cases {
		w.cases[c.Title] = append(w.cases[c.Title], c.ID)
		w.cases[string(c.ID)] = []id.CaseID{c.ID}
	}
	for _, f := range titles.forms {
		w.forms[f.Title] = append(w.forms[f.Title], f.ID)
		if f.Name != f.Title {
			w.forms[f.Name] = append(w.forms[f.Name], f.ID)
		}
	}
	for _, p := range people {
		for _, known := range distinct(p.User.Name, p.User.Login, p.User.Phone) {
			w.people[known] = append(w.people[known], p)
		}
	}
	return w
}

// distinct are the texts that are there, each once.
func distinct(texts ...string) (out []string) {
	seen := map[string]bool{"": true}
	for _, text := range texts {
		if !seen[text] {
			out = append(out, text)
		}
		seen[text] = true
	}
	return out
}

// wrong complains of a cell; one below a heading that the table lacks is the row's first.
func (w *workReader) wrong(row casebase.Row, what, key string, args ...any) {
	w.problems = append(w.problems, problem.Detail{Where: row.Where(w.table.places[what]), Text: problem.Say(key, args...)})
}

// one gives the thing that a cell names.
func one[T any](w *workReader, row casebase.Row, what string, known map[string][]T, noneKey, manyKey string) (found T) {
	text := strings.Join(strings.Fields(w.table.cell(row, what)), " ")
	switch list := known[text]; len(list) {
	case 0:
		w.wrong(row, what, noneKey, text)
	case 1:
		return list[0]
	default:
		w.wrong(row, what, manyKey, text, len(list))
	}
	return found
}

func (w *workReader) read(s *Server, row casebase.Row) survey.NewAssignment {
	n := survey.NewAssignment{FormID: w.form, Note: w.table.cell(row, "note"), Again: w.again}
	switch {
	case w.table.cell(row, "form") != "":
		n.FormID = one(w, row, "form", w.forms, "assignment.rowForm", "assignment.rowForms")
	case n.FormID == "":
		w.wrong(row, "form", "assignment.rowNoForm")
	}
	if w.table.cell(row, "case") != "" {
		n.CaseID = one(w, row, "case", w.cases, "assignment.rowCase", "assignment.rowCases")
	}
	var p account.Person
	if w.table.cell(row, "enumerator") == "" {
		w.wrong(row, "enumerator", "assignment.rowNobody")
	} else {
		p = one(w, row, "enumerator", w.people, "assignment.rowPerson", "assignment.rowPeople")
	}
	n.Enumerator = p.UserID
	if n.CaseID != "" && n.Enumerator != "" && !reaches(p.Member, w.titles.cases[n.CaseID]) {
		w.wrong(row, "enumerator", "assignment.rowBeyond", p.User.Name, strings.Join(p.Limit.Values, "、"))
	}
	due, err := s.dueDay(w.table.cell(row, "due"))
	if n.Due = due; err != nil {
		w.wrong(row, "due", "assignment.dayInvalid", w.table.cell(row, "due"))
	}
	if len([]rune(n.Note)) > survey.MaxNote {
		w.wrong(row, "note", "assignment.noteLong", survey.MaxNote)
	}
	return n
}

func (s *Server) previewAssignmentImport(r *Request) error {
	r.didNothing()
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	page := s.emptyAssignmentImport(r, titles)
	wanted, err := s.readAssignments(r, page, titles)
	if err == nil {
		var planned []survey.PlannedAssignment
		if planned, err = s.Surveys.PlanAssignments(r, r.Project.ID, wanted, true); err == nil {
			page.Plan = titles.plan(planned, nil)
		}
	}
	if err != nil {
		p := problem.From(err)
		if p.Kind == problem.Internal || p.Kind == problem.Unavailable {
			return err
		}
		page.Error = page.Say(p.Text)
	}
	return s.renderPart(r, http.StatusOK, "assignment/import", "import-plan", page)
}

// importAssignments makes what the table says when all of it is well, else nothing; cases that somebody else
// has to do are left to them. Broken off, the same table makes the rest.
func (s *Server) importAssignments(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	page := s.emptyAssignmentImport(r, titles)
	wanted, err := s.readAssignments(r, page, titles)
	var made []survey.PlannedAssignment
	if err == nil {
		made, err = s.Surveys.MakeAssignments(r, r.Project.ID, r.User.ID, wanted, true)
	}
	if err != nil && survey.CountFate(made, survey.WillMake) == 0 {
		p := problem.From(err)
		if p.Kind == problem.Internal || p.Kind == problem.Unavailable {
			return err
		}
		page.Error = page.Say(p.Text)
		return s.render(r, statuses[p.Kind], "assignment/import", page)
	}
	s.made(r, titles, made)
	if err != nil {
		return err
	}
	return r.toMade(url.Values{}, "assignment.madeDone", made)
}

// assignmentTemplate gives a table to fill in: a row for every case.
func (s *Server) assignmentTemplate(r *Request) error {
	titles, err := s.titles(r)
	if err != nil {
		return err
	}
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	sheet, err := book.Sheet(say(r, "assignment.list"), []string{say(r, "submission.case"), say(r, "submission.form"), say(r, "submission.enumerator"),
		say(r, "assignment.due"), say(r, "assignment.note")})
	if err != nil {
		return err
	}
	formTitle := ""
	if len(titles.forms) == 1 {
		formTitle = titles.forms[0].Title
	}
	for _, c := range titles.sorted(nil) {
		if err := sheet.Row([]any{c.Title, formTitle, nil, nil, nil}); err != nil {
			return err
		}
	}
	r.Header("Content-Disposition", attachmentNamed(say(r, "assignment.templateFile")))
	r.Header("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	r.Header("Cache-Control", "no-store")
	_, err = book.WriteTo(r.Writer)
	return err
}
