package survey

import (
	"context"
	"encoding/json"
	"io"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/internal/table/dataset"
	"tianye/survey/form"
)

// Format is a file format of exports.
type Format string

// The formats. A CSV has no room for repeats, nor have files for statistics: their answers are left to XLSX and JSON Lines.
const (
	XLSX      Format = "xlsx"
	CSV       Format = "csv"
	JSONLines Format = "jsonl"
	SAV       Format = "sav"     // SPSS's system file
	Scripts   Format = "stata"   // a .zip of a CSV and scripts that read it into Stata and R
	GeoJSON   Format = "geojson" // places alone, RFC 7946
	Media     Format = "media"   // a .zip of the files that answers name
)

// Export says what to write and how.
type Export struct {
	Filter   Filter                   // FormID is needed
	Counted  func(n int)              // unless nil, told how many submissions there are, before the first is written
	Files    func(n int, bytes int64) // unless nil, told of how many files Media is, before the first is written
	Format   Format
	Labels   bool        // choices by their labels, not their names
	Personal bool        // everything, as it was answered; else de-identified
	Secret   string      // of the server: what pseudonyms are made with
	Language string      // of labels
	Columns  []form.Path // the questions that are wanted, in that order; nil for all
	// What the caller knows of other domains' things, and how it says ours.
	CaseTitle   func(id.CaseID) string
	CaseColumns []CaseColumn // what else of the case each row is to have
	PersonName  func(id.UserID) string
	StateName   func(ReviewState) string
	Header      func(meta string) string // of the columns that are no questions
	Confirmed   string                   // what an acknowledgement reads as with labels
	// About makes the last sheet of a de-identified workbook, which says what was changed, the header first.
	About    func([]Reduced) (title string, lines [][2]string)
	Made     time.Time
	Words    dataset.Words // of files for statistics
	WasCut   string        // what a .sav says when a text was too long for it
	Location *time.Location
	Mark     string // 演示数据, on every sheet of a demonstration; "" else
}

// CaseColumn is an attribute of the cases, as a column before the questions'.
type CaseColumn struct {
	Name string
	Of   func(id.CaseID) string
}

// exportMeta are the columns before the questions'.
var exportMeta = []string{"receipt", "case", "enumerator", "received", "started", "ended", "state", "version"}

// Write streams the submissions that the filter selects, oldest first.
func (s *Service) Write(ctx context.Context, project id.ProjectID, e Export, w io.Writer) error {
	if e.Format.isData() || e.Format == Media {
		e.Labels = false
	}
	from, err := s.source(ctx, project, e)
	if err != nil {
		return err
	}
	f, versions, each := from.form, from.versions, from.each
	switch e.Format {
	case CSV:
		return e.writeCSV(w, e.plan(f, versions).sheets[0], each)
	case JSONLines:
		return e.writeJSON(w, f, definitionsOf(versions), each)
	case SAV:
		return e.writeSAV(w, e.plan(f, versions), each)
	case Scripts:
		return e.writeScripts(w, e.plan(f, versions), each)
	case GeoJSON:
		return e.writeGeoJSON(w, e.plan(f, versions), each)
	case Media:
		return e.writeMedia(ctx, s.store, w, e.plan(f, versions), each)
	}
	return e.writeXLSX(w, e.plan(f, versions), each)
}

// exportSource is what an export is made of.
type exportSource struct {
	form     Form
	versions []Choices
	each     func(visit func(*Submission) error) error // what is selected, oldest first
}

func (s *Service) source(ctx context.Context, project id.ProjectID, e Export) (exportSource, error) {
	selected, err := s.Select(ctx, project, e.Filter)
	if err != nil {
		return exportSource{}, err
	}
	if e.Counted != nil {
		e.Counted(len(selected))
	}
	f, err := s.Form(ctx, project, e.Filter.FormID) // it knows the versions of all that is selected
	if err != nil {
		return exportSource{}, err
	}
	if f.Current() == nil {
		return exportSource{}, problem.New(problem.NotFound, "survey.noVersion", 1)
	}
	versions, err := s.allChoices(ctx, f)
	return exportSource{f, versions, func(visit func(*Submission) error) error {
		return s.store.StreamSubmissions(ctx, project, f.ID, func(sub *Submission) error {
			if !selected[sub.ID] {
				return nil
			}
			return visit(sub)
		})
	}}, err
}

// names are the pseudonyms of a submission's project.
func (e Export) names(project id.ProjectID) Pseudonyms { return NewPseudonyms(e.Secret, project) }

func (e Export) meta(sub *Submission) []any {
	return []any{e.receipt(sub), e.CaseTitle(sub.CaseID), e.enumerator(sub), e.moment(sub.Received),
		e.moment(sub.Started), e.moment(sub.Ended), e.StateName(sub.State), sub.Version}
}

// before are the cells before the answers.
func (e Export) before(sub *Submission) []any {
	row := e.meta(sub)
	for _, c := range e.CaseColumns {
		row = append(row, c.Of(sub.CaseID))
	}
	return row
}

// attributes are the case's, by name.
func (e Export) attributes(sub *Submission) map[string]string {
	all := map[string]string{}
	for _, c := range e.CaseColumns {
		if value := c.Of(sub.CaseID); value != "" {
			all[c.Name] = value
		}
	}
	return all
}

func (e Export) receipt(sub *Submission) string {
	if e.Personal {
		return sub.Receipt()
	}
	return e.names(sub.ProjectID).Of("submission", string(sub.ID))
}

// enumerator is the name, or 调研员-3F2A91.
func (e Export) enumerator(sub *Submission) string {
	if e.Personal || sub.Submitter == "" {
		return e.PersonName(sub.Sender())
	}
	return e.Header("enumerator") + "-" + e.names(sub.ProjectID).Of("user", string(sub.Submitter))[:6]
}

// moment is to the second, or to the day.
func (e Export) moment(t time.Time) string {
	switch {
	case t.IsZero():
		return ""
	case e.Personal:
		return t.In(e.Location).Format(time.DateTime)
	}
	return t.In(e.Location).Format(time.DateOnly)
}

func (e Export) writeCSV(w io.Writer, p *sheetPlan, each func(func(*Submission) error) error) error {
	out, err := table.NewCSV(w)
	if err != nil {
		return err
	}
	var header []any
	for _, text := range e.header(p) {
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
	return e.fill(e.before(sub), p, sub.Answers)
}

// fill adds the answers to a row, and an empty cell below the mark: readers of CSV
// want rows of one length.
func (e Export) fill(row []any, p *sheetPlan, answers map[string]any) []any {
	for _, c := range p.columns {
		row = append(row, c.cell(lookup(answers, c.names)))
	}
	if e.Mark != "" {
		row = append(row, nil)
	}
	return row
}

func lookup(answers map[string]any, names []string) string {
	var value any = answers
	for _, name := range names {
		value = Section(value)[name]
	}
	text, _ := value.(string)
	return text
}

func (e Export) writeXLSX(w io.Writer, plan *exportPlan, each func(func(*Submission) error) error) error {
	book, err := table.NewWorkbook()
	if err != nil {
		return err
	}
	defer book.Close()
	plans, sheets := plan.sheets, make([]*table.Sheet, len(plan.sheets))
	for i, p := range plans {
		if sheets[i], err = book.Sheet(p.title, e.header(p)); err != nil {
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
	if e.About != nil && !e.Personal {
		if err := e.writeAbout(book, plan.changes); err != nil {
			return err
		}
	}
	_, err = book.WriteTo(w)
	return err
}

func (e Export) writeAbout(book *table.Workbook, changes []Reduced) error {
	title, lines := e.About(changes)
	sheet, err := book.Sheet(title, lines[0][:])
	for i := 1; i < len(lines) && err == nil; i++ {
		err = sheet.Row([]any{lines[i][0], lines[i][1]})
	}
	return err
}

// writeRepeat writes a row for each instance of a repeat.
func (e Export) writeRepeat(sheet *table.Sheet, p *sheetPlan, sub *Submission) error {
	return p.eachRow(sub.Answers, func(position string, answers map[string]any) error {
		return sheet.Row(e.fill([]any{e.receipt(sub), position}, p, answers))
	})
}

// eachRow visits the answers of each of the sheet's rows of a submission: itself, at the position "", or the
// instances of a repeat. A position names the instances of the repeats around it too: "2", "2.1".
func (p *sheetPlan) eachRow(answers map[string]any, visit func(position string, answers map[string]any) error) error {
	var descend func(answers map[string]any, rest []string, position string) error
	descend = func(answers map[string]any, rest []string, position string) error {
		if len(rest) == 0 {
			return visit(position, answers)
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
	return descend(answers, p.repeat.Names(), "")
}

// line is a submission in JSON Lines.
type line struct {
	Receipt    string            `json:"receipt"`
	ID         string            `json:"id,omitempty"`
	Form       string            `json:"form"`
	Version    int               `json:"version"`
	Case       string            `json:"case,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"` // the case's
	Enumerator string            `json:"enumerator"`
	Started    string            `json:"started,omitempty"`
	Ended      string            `json:"ended,omitempty"`
	Received   string            `json:"received"`
	State      ReviewState       `json:"state"`
	Answers    map[string]any    `json:"answers"`
	Mark       string            `json:"mark,omitempty"`
}

func (e Export) writeJSON(w io.Writer, f Form, versions []*form.Definition, each func(func(*Submission) error) error) error {
	out := json.NewEncoder(w)
	out.SetEscapeHTML(false)
	x := deidentifier{PersonalIn(versions...), e.names(f.ProjectID)}
	moment := func(t time.Time) string {
		if !e.Personal || t.IsZero() {
			return e.moment(t)
		}
		return t.Format(time.RFC3339Nano)
	}
	return each(func(sub *Submission) error {
		d, answers, whole := versions[sub.Version-1], sub.Answers, string(sub.ID)
		if !e.Personal {
			answers, whole = masked("", d.Fields, answers, x.maskOf), ""
		}
		if len(e.Columns) > 0 {
			answers = masked("", d.Fields, answers, e.chosen)
		}
		return out.Encode(line{e.receipt(sub), whole, d.FormID, sub.Version, e.CaseTitle(sub.CaseID), e.attributes(sub), e.enumerator(sub),
			moment(sub.Started), moment(sub.Ended), moment(sub.Received), sub.State, answers, e.Mark})
	})
}
