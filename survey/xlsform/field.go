package xlsform

import (
	"slices"
	"strings"

	"tianye/survey/form"
	"tianye/survey/xpath"
)

// field reads what rows of all types have in common.
func (r *reader) field(row row, name string, t form.Type) *form.Field {
	s := r.survey
	f := &form.Field{
		Name: name, Type: t, Row: row.number,
		Label: s.text(row, "label"), Hint: s.text(row, "hint"), GuidanceHint: s.text(row, "guidance_hint"), Media: s.media(row),
		Relevant: r.condition(row, "bind::relevant"), Required: r.condition(row, "bind::required"), ReadOnly: r.condition(row, "bind::readonly"),
		Constraint: r.condition(row, "bind::constraint"), Calculation: r.condition(row, "bind::calculate"),
		ConstraintMessage: s.text(row, "bind::jr:constraintMsg"), RequiredMessage: s.text(row, "bind::jr:requiredMsg"),
		NoAppError:   s.text(row, "bind::jr:noAppErrorString"),
		ChoiceFilter: r.parseCell(s, row, s.find(row, "choice_filter")),
		Appearance:   s.get(row, "control::appearance"),
	}
	f.Personal, f.Keep = r.personal(row, t)
	if triggers := r.triggers(row); !t.IsSection() {
		f.Triggers = triggers
	}
	if len(f.Triggers) > 0 {
		f.Calculation = r.parseCell(s, row, s.find(row, "bind::calculate")) // an action's value, in which yes is a name
	}
	r.furtherColumns(row, f)
	if count := s.get(row, "control::jr:count"); count != "" && !t.IsSection() {
		setIn(&f.Body, "jr:count", count)
	}
	if !t.IsSection() {
		r.setDefault(row, f)
		r.saveTo(row, f)
	}
	if f.Appearance == "label" && len(f.Label) == 0 {
		f.Label = form.Text{"": " "} // it heads a table
	}
	return f
}

// knownBinds are the attributes of binds and controls that have fields of their own.
var knownBinds = words("bind::relevant bind::required bind::readonly bind::constraint bind::calculate bind::jr:constraintMsg " +
	"bind::jr:requiredMsg bind::jr:noAppErrorString bind::entities:saveto control::appearance control::jr:count")

// furtherColumns reads the attributes that a row gives its bind, its control and its element.
func (r *reader) furtherColumns(row row, f *form.Field) {
	s := r.survey
	for i, c := range s.columns {
		cell := row.at(i)
		if cell == "" || len(c.parts) == 0 || knownBinds[c.key] {
			continue
		}
		if len(c.parts) == 1 {
			if c.key == "bind" || c.key == "control" || c.key == "instance" {
				s.fail(row.number, i, "xlsform.prefixAlone", c.header)
			}
			continue
		}
		if key, _ := c.textKey(); key != "" {
			continue
		}
		into := map[string]*map[string]string{"bind": &f.Bind, "control": &f.Body, "instance": &f.Attributes}[c.parts[0]]
		switch {
		case c.parts[0] == "media":
			s.fail(row.number, i, "xlsform.mediaUnknown", c.header)
		case into != nil && len(c.parts) == 3 && isName(c.parts[1]) && !knownBinds[c.parts[0]+"::"+c.parts[1]]:
			setIn(into, c.parts[1], withPart((*into)[c.parts[1]], c.parts[2], cell))
		case into == nil && c.known, len(c.parts) > 2 && into != nil:
			s.fail(row.number, i, "xlsform.columnWithoutLanguages", c.header, s.plain(c))
		case into != nil:
			isWritten := c.parts[0] != "control" || !isSilent(f.Type)
			if isWritten && (!isName(c.parts[1]) || !r.isBound(c.parts[1])) || c.key == "bind::nodeset" {
				s.fail(row.number, i, "xlsform.attributeName", c.parts[1])
				continue
			}
			setIn(into, c.parts[1], cell)
		}
	}
}

// withPart adds one more to the named parts of an attribute, in the manner of Python, in which clients expect them.
func withPart(parts, name, value string) string {
	quoted := func(s string) string {
		s = strings.NewReplacer(`\`, `\\`, "\n", `\n`, "\t", `\t`).Replace(s)
		if strings.Contains(s, "'") && !strings.Contains(s, `"`) {
			return `"` + s + `"`
		}
		return "'" + strings.ReplaceAll(s, "'", `\'`) + "'"
	}
	part := quoted(name) + ": " + quoted(value) + "}"
	if parts == "" {
		return "{" + part
	}
	return strings.TrimSuffix(parts, "}") + ", " + part
}

// isSilent tells whether questions of a type have no control.
func isSilent(t form.Type) bool {
	return t == form.Calculate || t == form.Hidden || t == form.Audit || t.IsPreload() && t != form.BackgroundPoint
}

// plain is what a column is called that needs no language.
func (s *sheet) plain(c column) string {
	for name, key := range columnOfKey {
		if strings.HasPrefix(c.key, key+"::") {
			return name
		}
	}
	return strings.Join(c.parts[:len(c.parts)-1], "::")
}

// condition reads a cell that holds yes, no or an expression.
func (r *reader) condition(row row, key string) *xpath.Expr {
	s := r.survey
	column := s.find(row, key)
	return r.expression(s, row, column)
}

// triggers reads the names of the questions at whose change a calculation is made.
func (r *reader) triggers(row row) []string {
	s := r.survey
	column := s.find(row, "trigger")
	cell := row.at(column)
	if cell == "" {
		return nil
	}
	if !strings.Contains(cell, "${") {
		s.fail(row.number, column, "xlsform.triggerForm", cell)
		return nil
	}
	var names []string
	for _, part := range strings.Split(cell, ",") {
		found, ok := references(part)
		if !ok || len(found) > 1 {
			s.fail(row.number, column, "xlsform.triggerForm", cell)
			return names
		}
		for _, ref := range found {
			names = append(names, ref.name)
			r.walk.triggers = append(r.walk.triggers, namedAt{ref.name, row})
		}
	}
	return names
}

// checkTriggers refuses triggers that no question can pull.
func (r *reader) checkTriggers() {
	s := r.survey
	shown, count := map[string]bool{}, r.nameCount()
	pulled := map[int]bool{} // the rows of what triggers calculate: of sections they only must name questions
	r.definition.Walk(func(_ form.Path, f *form.Field) {
		r.dropFileTriggers(f)
		pulled[f.Row] = len(f.Triggers) > 0
		if len(f.Triggers) > 0 && count[f.Name] > 1 {
			s.fail(f.Row, s.column("name"), "xlsform.ambiguousReference", f.Name)
		}
		calculated := f.Type == form.Calculate || (f.Calculation != nil || len(f.Triggers) > 0) && len(f.Label) == 0 && len(f.Hint) == 0
		shown[f.Name] = !calculated
	})
	for _, t := range r.walk.triggers {
		column := s.find(t.row, "trigger")
		switch visible, known := shown[t.name]; {
		case !r.walk.questions[t.name]:
			s.fail(t.row.number, column, "xlsform.triggerUnknown", t.name, r.suggest(t.name))
		case known && !visible && pulled[t.row.number] && s.get(t.row, "type") != "background-geopoint":
			s.fail(t.row.number, column, "xlsform.triggerHidden", t.name)
		}
	}
}

// nameCount is how many elements of the XForm have each name.
func (r *reader) nameCount() map[string]int {
	count := map[string]int{"meta": 1, "instanceID": 1}
	if r.definition.XForm.OmitInstanceID {
		count["instanceID"] = 0
	}
	if r.definition.InstanceName != nil {
		count["instanceName"]++
	}
	if r.definition.Audit != nil {
		count["audit"]++
	}
	if len(r.entities.declared) > 0 {
		count["entity"]++
	}
	r.definition.Walk(func(_ form.Path, f *form.Field) { count[f.Name]++ })
	return count
}

// dropFileTriggers leaves out triggers that are files, which never change: what only they would
// have calculated never is.
func (r *reader) dropFileTriggers(f *form.Field) {
	if len(f.Triggers) == 0 {
		return
	}
	f.Triggers = slices.DeleteFunc(f.Triggers, func(name string) bool { return r.walk.externals[name] > 0 })
	if len(f.Triggers) == 0 {
		f.Calculation = nil
	}
}

func (r *reader) checkBackgroundPoint(row row, f *form.Field) {
	s := r.survey
	if len(f.Triggers) == 0 {
		s.fail(row.number, s.column("trigger"), "xlsform.pointTrigger")
	}
	if f.Calculation != nil {
		s.fail(row.number, s.column("calculation"), "xlsform.pointCalculation")
	}
}
