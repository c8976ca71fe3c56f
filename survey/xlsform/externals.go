package xlsform

import (
	"regexp"
	"slices"
	"strings"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// external is a secondary instance and the row that asks for it.
type external struct {
	form.External
	row int
}

// need notes that the form needs a secondary instance.
func (r *reader) need(row int, id, source string) {
	r.walk.instances = append(r.walk.instances, external{form.External{ID: id, Source: source}, row})
}

// readExternal reads a row that only brings a file along.
func (r *reader) readExternal(row row, name, cell string) {
	if first, twice := r.walk.externals[name]; twice {
		r.survey.fail(row.number, r.survey.find(row, "name"), "xlsform.externalTwice", name, first)
		return
	}
	if r.inner().kind == form.Repeat {
		r.survey.fail(row.number, r.survey.find(row, "type"), "xlsform.externalInRepeat")
	}
	r.triggers(row)
	r.saveTo(row, &form.Field{Name: name})
	r.checkName(r.inner(), name, row)
	r.walk.questions[name] = true
	r.walk.externals[name] = row.number
	r.need(row.number, name, fileSource(name+"."+strings.TrimSuffix(cell, "-external")))
}

// pullData is a call that looks something up in a file: its first argument names the file.
var pullData = regexp.MustCompile(`pulldata\s*\(\s*(.*?),`)

var quotes = strings.NewReplacer("'", "", `"`, "")

// readExternals lists the secondary instances that the form needs, in the order in which it asks for them.
func (r *reader) readExternals() {
	lastSaved := false
	look := func(row int, isSection bool, expressions ...*xpath.Expr) {
		for _, e := range expressions {
			if e == nil {
				continue
			}
			if strings.Contains(e.Source, "pulldata(") {
				for _, m := range pullData.FindAllStringSubmatch(e.Source, -1) {
					file := strings.TrimSpace(quotes.Replace(m[1]))
					r.need(row, file, fileSource(file+".csv"))
				}
			}
			lastSaved = lastSaved || !isSection && strings.Contains(e.Source, "${last-saved#")
		}
	}
	r.definition.Walk(func(_ form.Path, f *form.Field) {
		look(f.Row, f.Type.IsSection(), f.Calculation, f.Constraint, f.ReadOnly, f.Required, f.Relevant, f.ChoiceFilter, f.DynamicDefault)
	})
	look(maxRows+1, false, r.definition.InstanceName)
	slices.SortStableFunc(r.walk.instances, func(a, b external) int { return a.row - b.row })
	if lastSaved {
		r.need(0, "__last-saved", "jr://instance/last-saved")
	}
	seen := map[string]external{}
	s := r.survey
	for _, e := range r.walk.instances {
		before, twice := seen[e.ID]
		switch {
		case !twice:
			seen[e.ID] = e
			r.definition.Externals = append(r.definition.Externals, e.External)
			if e.row > 0 && e.row <= maxRows {
				s.checkCases(e.row, s.column("type"), e.ID)
			}
		case before.Source != e.Source:
			s.fail(e.row, s.column("type"), "xlsform.instanceTwice", e.ID, before.FileName(), e.FileName())
		}
		if r.definition.Lists[e.ID] != nil && e.row > 0 && slices.Max(append(r.walk.searches[e.ID], 0)) == 0 {
			s.fail(e.row, s.column("type"), "xlsform.instanceList", e.ID, e.FileName())
		}
	}
}

// osmTags are what an OSM question asks of a map's element: a list of the sheet osm.
func (r *reader) osmTags(list string) []form.Choice {
	s := r.sheets["osm"]
	var tags []form.Choice
	for _, row := range s.rows {
		if s.get(row, listName) == list {
			tags = append(tags, form.Choice{Name: s.get(row, "name"), Label: s.text(row, "label")})
		}
	}
	if tags == nil && len(s.rows) > 0 {
		r.survey.fail(r.walk.row.number, r.survey.find(r.walk.row, "type"), "xlsform.listUnknown", list, problem.Text{})
	}
	return tags
}
