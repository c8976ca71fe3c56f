package survey

import (
	"math"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
)

// sheetPlan is a sheet of an export: the submissions', or a repeat's.
type sheetPlan struct {
	repeat  form.Path // "" for the submissions' own
	title   string
	columns []*exportColumn
}

// exportColumn is a question's column.
type exportColumn struct {
	path    form.Path
	field   *form.Field // of the newest version that has it
	names   []string    // the way to the answer, from the submission or from the repeat's instance
	header  string
	kind    table.Type
	mask    mask
	isOne   bool     // one choice, whose name may hold spaces in old answers
	texts   []text   // of its choices when labels are wanted, the newest version's first
	changed bool     // a mask leaves something else
	choices []string // the names of those that stand in the form, the newest version's first
}

// text is what a choice is called in one version.
type text func(name string) string

// Reduced is what a de-identified export makes of a column, or of all that is in a section.
type Reduced struct {
	What string // as the column's header has it, or would have it
	Left problem.Text
}

// exportPlan unites the questions of all versions.
type exportPlan struct {
	Export
	leaves  func(form.Path, *form.Field) remainder
	sheets  []*sheetPlan
	changes []Reduced
	told    map[form.Path]bool // in changes
	repeats map[form.Path]*sheetPlan
	columns map[form.Path]*exportColumn
}

// plan lays out the sheets, the submissions' own first: what the newest version asks,
// in its order, then what only older ones asked.
func (e Export) plan(f Form, versions []Choices) *exportPlan {
	p := &exportPlan{Export: e, sheets: []*sheetPlan{{title: f.Title}}, repeats: map[form.Path]*sheetPlan{}, columns: map[form.Path]*exportColumn{}, told: map[form.Path]bool{}}
	p.leaves = func(form.Path, *form.Field) remainder { return whole }
	if !e.Personal {
		p.leaves = deidentifier{PersonalIn(definitionsOf(versions)...), e.names(f.ProjectID)}.leaves
		for _, meta := range []struct{ name, said string }{{"receipt", "submission.keptPseudonym"}, {"enumerator", "submission.keptPseudonym"},
			{"received", keptDay.said}, {"started", keptDay.said}, {"ended", keptDay.said}} {
			p.changes = append(p.changes, Reduced{e.Header(meta.name), problem.Say(meta.said)})
		}
	}
	for i := len(versions) - 1; i >= 0; i-- {
		p.add(versions[i], "", versions[i].Definition.Fields, p.sheets[0])
	}
	p.chosenOnly(e.Columns)
	return p
}

// tell notes what is changed.
func (p *exportPlan) tell(v Choices, path form.Path, f *form.Field, left remainder) {
	if left.said != "" && !p.told[path] {
		p.told[path] = true
		p.changes = append(p.changes, Reduced{p.headerOf(v, path, f), problem.Say(left.said)})
	}
}

// headerOf is a question's label or its path.
func (p *exportPlan) headerOf(v Choices, path form.Path, f *form.Field) string {
	if label := f.Label.In(LanguageFor(v.Definition, p.Language), v.Definition); p.labelled() && label != "" {
		return label
	}
	return string(path)
}

func (p *exportPlan) add(v Choices, prefix form.Path, fields []*form.Field, sheet *sheetPlan) {
	d := v.Definition
	for _, f := range fields {
		path := prefix.Join(f.Name)
		left := p.leaves(path, f)
		if f.Type == form.Note || p.Labels && f.Type.IsPreload() {
			continue // with labels the sheet is for people, who have the times and the enumerator in the columns before
		}
		p.tell(v, path, f, left)
		switch {
		case left.mask == nil:
		case f.Type == form.Group:
			p.add(v, path, f.Fields, sheet)
		case f.Type == form.Repeat:
			inner := p.repeats[path]
			if inner == nil {
				inner = &sheetPlan{repeat: path, title: f.Label.In(LanguageFor(d, p.Language), d)}
				if inner.title == "" {
					inner.title = f.Name
				}
				p.repeats[path], p.sheets = inner, append(p.sheets, inner)
			}
			p.add(v, path, f.Fields, inner)
		default:
			p.question(v, path, f, sheet)
		}
	}
}

// question adds a column, or to the column of a newer version the choices that it no
// longer has.
func (p *exportPlan) question(v Choices, path form.Path, f *form.Field, sheet *sheetPlan) {
	c := p.columns[path]
	if c == nil {
		left := p.leaves(path, f)
		c = &exportColumn{path: path, field: f, names: path.Names()[len(sheet.repeat.Names()):], header: p.headerOf(v, path, f), kind: columnType(f.Type),
			isOne: f.Type == form.SelectOne || f.Type == form.Acknowledge, mask: left.mask}
		if left.said != "" && f.Type != form.Start && f.Type != form.End { // those become days
			c.kind, c.changed = table.Text, true // a pseudonym may look like a number
		}
		p.columns[path], sheet.columns = c, append(sheet.columns, c)
	}
	switch {
	case !p.labelled():
	case f.Type == form.Acknowledge:
		c.texts = append(c.texts, func(name string) string {
			if name == "" {
				return ""
			}
			return p.Confirmed
		})
	case f.Type.HasChoices():
		language := LanguageFor(v.Definition, p.Language)
		c.choose(v.Definition, f)
		c.texts = append(c.texts, func(name string) string { return v.Label(path, name, language) })
	}
}

// choose adds the choices of a version's list.
func (c *exportColumn) choose(d *form.Definition, f *form.Field) {
	list := d.Lists[f.List]
	if list == nil || f.File != "" {
		return
	}
	for _, choice := range list.Choices {
		if !slices.Contains(c.choices, choice.Name) {
			c.choices = append(c.choices, choice.Name)
		}
	}
}

// labelled tells whether questions and choices are called by their labels.
func (e Export) labelled() bool { return e.Labels || e.Format.isData() || e.Format == Media }

func (e Export) header(p *sheetPlan) []string {
	meta := exportMeta
	if p.repeat != "" {
		meta = []string{"receipt", "position"}
	}
	var header []string
	for _, name := range meta {
		header = append(header, e.Header(name))
	}
	if p.repeat == "" {
		for _, c := range e.CaseColumns {
			header = append(header, c.Name)
		}
	}
	for _, c := range p.columns {
		header = append(header, c.header)
	}
	if e.Mark != "" {
		header = append(header, e.Mark)
	}
	return header
}

// cell is an answer as a spreadsheet shows it. Numbers that it would round stay text.
func (c *exportColumn) cell(value string) any {
	value = c.mask(value)
	if n := parseNumber(value); c.kind == table.Number && math.Abs(n) < 1e15 {
		return n
	}
	if len(c.texts) == 0 {
		return value
	}
	names := []string{value}
	if !c.isOne {
		names = strings.Fields(value)
	}
	for i, name := range names {
		for _, text := range c.texts {
			if label := text(name); label != "" {
				names[i] = label
				break
			}
		}
	}
	return strings.Join(names, "；")
}
