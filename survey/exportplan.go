package survey

import (
	"math"
	"strings"

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
	names  []string // the way to the answer, from the submission or from the repeat's instance
	header string
	kind   table.Type
	isOne  bool              // one choice, whose name may hold spaces in old answers
	labels map[string]string // of choices, when labels are wanted
}

// planner unites the questions of all versions.
type planner struct {
	Export
	personal Personal
	sheets   []*sheetPlan
	repeats  map[form.Path]*sheetPlan
	columns  map[form.Path]*exportColumn
}

// plan lays out the sheets, the submissions' own first: what the newest version asks,
// in its order, then what only older ones asked.
func (e Export) plan(title string, versions []*form.Definition) []*sheetPlan {
	p := &planner{Export: e, sheets: []*sheetPlan{{title: title}}, repeats: map[form.Path]*sheetPlan{}, columns: map[form.Path]*exportColumn{}}
	if !e.Personal {
		p.personal = PersonalIn(versions...)
	}
	for i := len(versions) - 1; i >= 0; i-- {
		p.add(versions[i], "", versions[i].Fields, p.sheets[0])
	}
	return p.sheets
}

func (p *planner) add(d *form.Definition, prefix form.Path, fields []*form.Field, sheet *sheetPlan) {
	for _, f := range fields {
		path := prefix.Join(f.Name)
		switch {
		case p.personal[path] || f.Type == form.Note || p.Labels && f.Type.IsPreload():
			// With labels the sheet is for people, who have the times and the enumerator
			// in the columns before.
		case f.Type == form.Group:
			p.add(d, path, f.Fields, sheet)
		case f.Type == form.Repeat:
			inner := p.repeats[path]
			if inner == nil {
				inner = &sheetPlan{repeat: path, title: f.Label.In(LanguageFor(d, p.Language), d)}
				if inner.title == "" {
					inner.title = f.Name
				}
				p.repeats[path], p.sheets = inner, append(p.sheets, inner)
			}
			p.add(d, path, f.Fields, inner)
		default:
			p.question(d, path, f, sheet)
		}
	}
}

// question adds a column, or to the column of a newer version the choices that it no
// longer has.
func (p *planner) question(d *form.Definition, path form.Path, f *form.Field, sheet *sheetPlan) {
	language := LanguageFor(d, p.Language)
	c := p.columns[path]
	if c == nil {
		c = &exportColumn{names: path.Names()[len(sheet.repeat.Names()):], header: string(path), kind: columnType(f.Type),
			isOne: f.Type == form.SelectOne, labels: map[string]string{}}
		if label := f.Label.In(language, d); p.Labels && label != "" {
			c.header = label
		}
		p.columns[path], sheet.columns = c, append(sheet.columns, c)
	}
	if list := d.Lists[f.List]; list != nil && p.Labels {
		for _, choice := range list.Choices {
			if c.labels[choice.Name] == "" {
				c.labels[choice.Name] = choice.Label.In(language, d)
			}
		}
	}
}

func (e Export) header(p *sheetPlan) []string {
	meta := exportMeta
	if p.repeat != "" {
		meta = []string{"receipt", "position"}
	}
	var header []string
	for _, name := range meta {
		header = append(header, e.Header(name))
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
	if n := parseNumber(value); c.kind == table.Number && math.Abs(n) < 1e15 {
		return n
	}
	if len(c.labels) == 0 {
		return value
	}
	names := []string{value}
	if !c.isOne {
		names = strings.Fields(value)
	}
	for i, name := range names {
		if label := c.labels[name]; label != "" {
			names[i] = label
		}
	}
	return strings.Join(names, "；")
}
