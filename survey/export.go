package survey

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

// Format is a file format of exports.
type Format string

// The formats. A CSV has no room for repeats: their answers are left to XLSX and JSON Lines.
const (
	XLSX      Format = "xlsx"
	CSV       Format = "csv"
	JSONLines Format = "jsonl"
)

// Export says what to write and how.
type Export struct {
	Filter   Filter // FormID is needed
	Format   Format
	Labels   bool   // choices by their labels, not their names
	Personal bool   // with the answers that are personal data
	Language string // of labels
	// What the caller knows of other domains' things, and how it says ours.
	CaseTitle  func(id.CaseID) string
	PersonName func(id.UserID) string
	StateName  func(ReviewState) string
	Header     func(meta string) string // of the columns that are no questions
	Location   *time.Location
	Mark       string // 演示数据, on every sheet of a demonstration; "" else
}

// exportMeta are the columns before the questions'.
var exportMeta = []string{"receipt", "case", "enumerator", "received", "started", "ended", "state", "version"}

// column is one column of an export: a question outside or inside a repeat.
type column struct {
	path   form.Path
	field  *form.Field
	labels map[string]string // of choices, when labels are wanted
}

// sheetPlan is a sheet: the submissions', or a repeat's.
type sheetPlan struct {
	repeat  form.Path // "" for the submissions' own
	title   string
	columns []column
}

// Write streams the submissions that the filter selects, oldest first.
func (s *Service) Write(ctx context.Context, project id.ProjectID, e Export, w io.Writer) error {
	f, err := s.store.Form(ctx, project, e.Filter.FormID)
	if err != nil {
		return err
	}
	if f.Current() == nil {
		return problem.New(problem.NotFound, "survey.noVersion", 1)
	}
	selected, err := s.Select(ctx, project, e.Filter)
	if err != nil {
		return err
	}
	each := func(visit func(*Submission) error) error {
		return s.store.StreamSubmissions(ctx, project, f.ID, func(sub *Submission) error {
			if !selected[sub.ID] {
				return nil
			}
			return visit(sub)
		})
	}
	plans, err := s.plan(ctx, project, &f, e)
	if err != nil {
		return err
	}
	switch e.Format {
	case CSV:
		return e.writeCSV(w, plans[0], each)
	case JSONLines:
		return s.writeJSON(ctx, project, w, e, each)
	}
	return e.writeXLSX(w, plans, each)
}

// plan unites the questions of all published versions, the newest first.
func (s *Service) plan(ctx context.Context, project id.ProjectID, f *Form, e Export) ([]*sheetPlan, error) {
	personal, err := s.personalPaths(ctx, project, f)
	if err != nil {
		return nil, err
	}
	plans := []*sheetPlan{{title: f.Title}}
	byRepeat := map[form.Path]*sheetPlan{"": plans[0]}
	seen := map[form.Path]bool{}
	for number := len(f.Versions); number >= 1; number-- {
		program, err := s.Program(ctx, project, f.ID, number)
		if err != nil {
			return nil, err
		}
		d := program.Definition
		language := LanguageFor(d, e.Language)
		repeats := []form.Path{}
		d.Walk(func(path form.Path, field *form.Field) {
			for len(repeats) > 0 && !strings.HasPrefix(string(path), string(repeats[len(repeats)-1])+"/") {
				repeats = repeats[:len(repeats)-1]
			}
			inside := form.Path("")
			if len(repeats) > 0 {
				inside = repeats[len(repeats)-1]
			}
			if field.Type == form.Repeat {
				repeats = append(repeats, path)
				if byRepeat[path] == nil {
					title := field.Label.In(language, d)
					if title == "" {
						title = field.Name
					}
					byRepeat[path] = &sheetPlan{repeat: path, title: title}
					plans = append(plans, byRepeat[path])
				}
				return
			}
			if field.Type == form.Group || field.Type == form.Note || seen[path] || personal[path] && !e.Personal {
				return
			}
			seen[path] = true
			byRepeat[inside].columns = append(byRepeat[inside].columns, e.column(d, language, path, field))
		})
	}
	return plans, nil
}

func (e Export) column(d *form.Definition, language string, path form.Path, field *form.Field) column {
	c := column{path: path, field: field}
	if list := d.Lists[field.List]; e.Labels && list != nil {
		c.labels = map[string]string{}
		for _, choice := range list.Choices {
			c.labels[choice.Name] = choice.Label.In(language, d)
		}
	}
	return c
}

func (e Export) header(p *sheetPlan, d func(column) string) []string {
	var header []string
	if p.repeat == "" {
		for _, meta := range exportMeta {
			header = append(header, e.Header(meta))
		}
	} else {
		header = append(header, e.Header("receipt"), e.Header("position"))
	}
	for _, c := range p.columns {
		header = append(header, d(c))
	}
	if e.Mark != "" {
		header = append(header, e.Mark)
	}
	return header
}

// name is a column's header: the label with Labels, else the path.
func (e Export) name(c column) string {
	if e.Labels {
		for _, text := range sortedTexts(c.field.Label, e.Language) {
			if text != "" {
				return text
			}
		}
	}
	return string(c.path)
}

func sortedTexts(text form.Text, language string) []string {
	var out []string
	languages := make([]string, 0, len(text))
	for l := range text {
		languages = append(languages, l)
	}
	slices.Sort(languages)
	for _, l := range languages {
		if strings.Contains(l, "("+language) || l == language {
			out = append([]string{text[l]}, out...)
		} else {
			out = append(out, text[l])
		}
	}
	return out
}

func (e Export) meta(sub *Submission) []any {
	return []any{sub.Receipt(), e.CaseTitle(sub.CaseID), e.PersonName(sub.Submitter), e.moment(sub.Received),
		e.moment(sub.Started), e.moment(sub.Ended), e.StateName(sub.State), sub.Version}
}

func (e Export) moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(e.Location).Format("2006-01-02 15:04:05")
}

// cell is an answer as a spreadsheet shows it.
func (c column) cell(value string) any {
	switch {
	case value == "":
		return nil
	case columnType(c.field.Type) == table.Number:
		return parseNumber(value)
	case c.labels == nil:
		return value
	}
	names := []string{value}
	if c.field.Type != form.SelectOne {
		names = strings.Fields(value)
	}
	for i, name := range names {
		if label := c.labels[name]; label != "" {
			names[i] = label
		}
	}
	return strings.Join(names, "；")
}

func (e Export) writeCSV(w io.Writer, p *sheetPlan, each func(func(*Submission) error) error) error {
	out, err := table.NewCSV(w)
	if err != nil {
		return err
	}
	var header []any
	for _, text := range e.header(p, e.name) {
		header = append(header, text)
	}
	if err := out.Row(header); err != nil {
		return err
	}
	err = each(func(sub *Submission) error { return out.Row(e.row(p, sub)) })
	if err != nil {
		return err
	}
	return out.Close()
}

func (e Export) row(p *sheetPlan, sub *Submission) []any {
	row := e.meta(sub)
	for _, c := range p.columns {
		row = append(row, c.cell(lookup(sub.Answers, c.path)))
	}
	return row
}

func lookup(answers map[string]any, path form.Path) string {
	var value any = answers
	for _, name := range path.Names() {
		value = Section(value)[name]
	}
	text, _ := value.(string)
	return text
}

func (e Export) writeXLSX(w io.Writer, plans []*sheetPlan, each func(func(*Submission) error) error) error {
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	sheets := make([]*table.Sheet, len(plans))
	for i, p := range plans {
		if sheets[i], err = book.Sheet(p.title, e.header(p, e.name)); err != nil {
			return err
		}
	}
	err = each(func(sub *Submission) error {
		if err := sheets[0].Row(e.row(plans[0], sub)); err != nil {
			return err
		}
		for i, p := range plans[1:] {
			if err := e.writeRepeat(sheets[i+1], p, sub); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

// writeRepeat writes a row for each instance of a repeat; its position names the
// instances of the repeats around it too: "2", "2.1".
func (e Export) writeRepeat(sheet *table.Sheet, p *sheetPlan, sub *Submission) error {
	var descend func(answers map[string]any, rest []string, position string) error
	descend = func(answers map[string]any, rest []string, position string) error {
		if len(rest) == 0 {
			row := []any{sub.Receipt(), position}
			for _, c := range p.columns {
				inner := form.Path(strings.TrimPrefix(string(c.path), string(p.repeat)+"/"))
				row = append(row, c.cell(lookup(answers, inner)))
			}
			return sheet.Row(row)
		}
		value := answers[rest[0]]
		if inner := Section(value); inner != nil {
			return descend(inner, rest[1:], position)
		}
		for i, inner := range Instances(value) {
			at := strings.TrimPrefix(position+"."+strconv.Itoa(i+1), ".")
			if err := descend(inner, rest[1:], at); err != nil {
				return err
			}
		}
		return nil
	}
	return descend(sub.Answers, p.repeat.Names(), "")
}

// line is a submission in JSON Lines.
type line struct {
	Receipt    string         `json:"receipt"`
	ID         string         `json:"id"`
	Form       string         `json:"form"`
	Version    int            `json:"version"`
	Case       string         `json:"case,omitempty"`
	Enumerator string         `json:"enumerator"`
	Started    *time.Time     `json:"started,omitempty"`
	Ended      *time.Time     `json:"ended,omitempty"`
	Received   time.Time      `json:"received"`
	State      ReviewState    `json:"state"`
	Answers    map[string]any `json:"answers"`
	Mark       string         `json:"mark,omitempty"`
}

func (s *Service) writeJSON(ctx context.Context, project id.ProjectID, w io.Writer, e Export, each func(func(*Submission) error) error) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	return each(func(sub *Submission) error {
		program, err := s.Program(ctx, project, sub.FormID, sub.Version)
		if err != nil {
			return err
		}
		answers := sub.Answers
		if !e.Personal {
			answers = WithoutPersonal(program.Definition, answers)
		}
		return out.Encode(line{sub.Receipt(), string(sub.ID), program.Definition.FormID, sub.Version, e.CaseTitle(sub.CaseID), e.PersonName(sub.Submitter),
			moment(sub.Started), moment(sub.Ended), sub.Received, sub.State, answers, e.Mark})
	})
}

func moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	return &t
}
