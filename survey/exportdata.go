package survey

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/internal/table/dataset"
	"tianye/survey/form"
)

// isData tells whether a format is for statistics: choices keep their names there and are labelled besides.
func (f Format) isData() bool { return f == SAV || f == Scripts }

// metaNames are what the columns before the questions' are called where names are short.
var metaNames = map[string]string{"receipt": "meta_receipt", "case": "meta_case", "enumerator": "meta_enumerator", "received": "meta_received",
	"started": "meta_started", "ended": "meta_ended", "state": "meta_state", "version": "meta_version"}

// describe says what a file for statistics has as its columns: those of a CSV.
func (e Export) describe(p *sheetPlan) []dataset.Column {
	var columns []dataset.Column
	for _, name := range exportMeta {
		c := dataset.Column{Path: "_" + name, Name: metaNames[name], Label: e.Header(name)}
		switch name {
		case "received", "started", "ended":
			c.Kind = dataset.Moment
		case "version":
			c.Kind = dataset.Number
		}
		columns = append(columns, c)
	}
	for _, c := range e.CaseColumns {
		columns = append(columns, dataset.Column{Path: "_case/" + c.Name, Name: "case_" + c.Name, Label: c.Name, Kind: dataset.Text})
	}
	for _, c := range p.columns {
		columns = append(columns, c.describe())
	}
	return columns
}

func (c *exportColumn) describe() dataset.Column {
	d := dataset.Column{Path: string(c.path), Label: c.header, Kind: dataset.Text}
	if c.changed { // a pseudonym may look like anything
		return d
	}
	switch c.field.Type {
	case form.Calculate, form.Hidden:
		d.Kind = dataset.Calculated
	case form.Time:
		d.Kind = dataset.Clock
	case form.Rank:
		d.Kind = dataset.Ranked
	default:
		switch c.kind {
		case table.Number:
			d.Kind = dataset.Number
		case table.Time:
			d.Kind = dataset.Moment
		case table.One:
			d.Kind = dataset.One
		case table.Many:
			d.Kind = dataset.Many
		}
	}
	d.Ordered, d.LabelOf = isLikert(c.field.Appearance), c.label
	for _, name := range c.choices {
		label := c.label(name)
		d.Values = append(d.Values, dataset.Value{Code: name, Label: label})
		if d.Kind == dataset.One && meansNoAnswer(name, label) {
			d.Missing = append(d.Missing, name)
		}
	}
	return d
}

// label is what a choice is called, by the newest version that knows it; "" when none does.
func (c *exportColumn) label(name string) string {
	for _, text := range c.texts {
		if label := text(name); label != "" {
			return label
		}
	}
	return ""
}

// The choices that say that there is no answer.
var (
	noAnswerNames  = []string{"dk", "dont_know", "dontknow", "do_not_know", "refused", "refuse", "na", "n_a", "no_answer", "-77", "-88", "-99", "-97", "-98", "-999"}
	noAnswerLabels = []string{"不知道", "不清楚", "说不清", "不好说", "不了解", "拒答", "拒绝回答", "不适用", "无法回答", "don't know", "do not know", "refused", "not applicable", "no answer"}
)

// meansNoAnswer tells whether a choice says don't know, refused or does not apply: programs for
// statistics leave it out by default then. It goes by the usual names and labels only.
func meansNoAnswer(name, label string) bool {
	label = strings.ToLower(strings.Trim(strings.TrimSpace(label), "。.（）()"))
	return slices.Contains(noAnswerNames, strings.ToLower(name)) || slices.Contains(noAnswerLabels, label)
}

// collect reads what a file for statistics is made of. The caller closes the builder.
func (e Export) collect(plan *exportPlan, each func(func(*Submission) error) error) (*dataset.Builder, *dataset.File, error) {
	p := plan.sheets[0]
	b, err := dataset.NewBuilder(e.describe(p), e.Location, e.Words)
	if err != nil {
		return nil, nil, err
	}
	err = each(func(sub *Submission) error {
		var cells []string
		for _, cell := range e.before(sub) {
			cells = append(cells, fmt.Sprint(cell))
		}
		for _, c := range p.columns {
			cells = append(cells, c.mask(lookup(sub.Answers, c.names)))
		}
		return b.Add(cells)
	})
	if err != nil {
		b.Close()
		return nil, nil, err
	}
	var notes []string
	if e.Mark != "" {
		notes = append(notes, e.Mark)
	}
	if e.About != nil && !e.Personal {
		_, lines := e.About(plan.changes)
		for _, line := range lines {
			if text := strings.TrimSpace(line[0] + " " + line[1]); text != "" {
				notes = append(notes, text)
			}
		}
	}
	f := b.File(p.title, e.Made.In(e.Location), notes)
	return b, f, nil
}

func (e Export) writeSAV(w io.Writer, plan *exportPlan, each func(func(*Submission) error) error) error {
	b, f, err := e.collect(plan, each)
	if err != nil {
		return err
	}
	defer b.Close()
	if f.Long() {
		f.Notes = append(f.Notes, e.WasCut)
	}
	return dataset.WriteSAV(w, f)
}

// writeScripts writes a .zip of a table and what reads it into Stata and R.
func (e Export) writeScripts(w io.Writer, plan *exportPlan, each func(func(*Submission) error) error) error {
	b, f, err := e.collect(plan, each)
	if err != nil {
		return err
	}
	defer b.Close()
	archive := zip.NewWriter(w)
	add := func(name string, write func(io.Writer, *dataset.File) error) {
		var part io.Writer
		if err == nil {
			part, err = archive.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: e.Made})
		}
		if err == nil {
			err = write(part, f)
		}
	}
	add(dataset.DataName, writeCells)
	add("read.do", dataset.WriteStata)
	add("read.R", dataset.WriteR)
	if err != nil {
		return err
	}
	return archive.Close()
}

func writeCells(w io.Writer, f *dataset.File) error {
	out, err := table.NewCSV(w)
	if err != nil {
		return err
	}
	row := make([]any, len(f.Variables))
	for i, v := range f.Variables {
		row[i] = v.Name
	}
	if err := out.Row(row); err != nil {
		return err
	}
	err = f.Each(func(cells []string) error {
		for i, cell := range cells {
			row[i] = cell
		}
		return out.Row(row)
	})
	if err != nil {
		return err
	}
	return out.Close()
}

// chosenOnly leaves the columns that were chosen in a plan, in the order in which they were; without a
// choice all. A sheet of which nothing is left goes, but for the first.
func (p *exportPlan) chosenOnly(chosen []form.Path) {
	if len(chosen) == 0 {
		return
	}
	for _, sheet := range p.sheets {
		place := func(c *exportColumn) int { return slices.Index(chosen, c.path) }
		sheet.columns = slices.DeleteFunc(sheet.columns, func(c *exportColumn) bool { return place(c) < 0 })
		slices.SortStableFunc(sheet.columns, func(a, b *exportColumn) int { return place(a) - place(b) })
	}
	p.sheets = append(p.sheets[:1], slices.DeleteFunc(p.sheets[1:], func(s *sheetPlan) bool { return len(s.columns) == 0 })...)
}

// chosen is the mask of what was chosen, and of the sections around it.
func (e Export) chosen(path form.Path, f *form.Field) mask {
	for _, c := range e.Columns {
		if c == path || f.Type.IsSection() && strings.HasPrefix(string(c), string(path)+"/") {
			return unchanged
		}
	}
	return nil
}

// Question is what an export can have as a column, and be asked for by its path.
type Question struct {
	Path    form.Path
	Label   string
	Section string // the title of the repeat that it is in; "" outside of all
	IsPlace bool
	IsFile  bool
	Type    form.Type
}

// Questions are those that an export has, in its order.
func (s *Service) Questions(ctx context.Context, project id.ProjectID, e Export) ([]Question, error) {
	f, err := s.Form(ctx, project, e.Filter.FormID)
	if err != nil {
		return nil, err
	}
	versions, err := s.allChoices(ctx, f)
	if err != nil {
		return nil, err
	}
	e.Format, e.Labels, e.Columns = Media, false, nil // with labels, and the questions that nobody is asked
	var all []Question
	for _, sheet := range e.plan(f, versions).sheets {
		section := ""
		if sheet.repeat != "" {
			section = sheet.title
		}
		for _, c := range sheet.columns {
			all = append(all, Question{c.path, c.header, section, c.isPlace(), c.field.Type.IsAttachment(), c.field.Type})
		}
	}
	return all, nil
}
