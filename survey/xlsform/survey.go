package xlsform

import (
	"strconv"
	"strings"

	"tianye/survey/form"
)

// walk is where reading the survey sheet has come to.
type walk struct {
	row       row
	stack     []*section
	table     tableList
	unnamed   bool             // there is no column of names
	questions map[string]bool  // the names of all that are no sections
	repeats   map[string]int   // the rows of repeats, by name
	externals map[string]int   // the rows of csv-external and xml-external, by name
	triggers  []namedAt        // the questions that triggers name
	geometry  []namedAt        // what reference-geometry names
	instances []external       // that questions ask for
	noned     map[string]bool  // lists that got the choice "none"
	names     map[string]int   // how many rows have each name
	loops     []*section       // inner ones first
	crossed   map[int]bool     // the rows that end what is ended already, with a complaint
	searches  map[string][]int // by list: rows of questions with search(), and negative those without
}

// namedAt is a name and the row that names it.
type namedAt struct {
	name string
	row  row
}

// section is an open group or repeat; the outermost has no field.
type section struct {
	field *form.Field
	kind  form.Type // loop, which is a group in the end, too
	list  string    // of a loop
	row   int
	path  form.Path
	names map[string]int // of the fields in it: the rows where they stand
	lower map[string]string
}

func newSection(f *form.Field, kind form.Type, row int, path form.Path) *section {
	return &section{field: f, kind: kind, row: row, path: path, names: map[string]int{}, lower: map[string]string{}}
}

const maxDepth = 40 // sections within sections

// readSurvey fills the definition's fields.
func (r *reader) readSurvey() {
	r.walk = walk{questions: map[string]bool{}, repeats: map[string]int{}, externals: map[string]int{}, noned: map[string]bool{},
		crossed: map[int]bool{}, searches: map[string][]int{}, names: map[string]int{}, stack: []*section{newSection(nil, form.Group, 0, "")}}
	r.consent(r.settings.consent)
	for _, row := range r.survey.rows {
		r.walk.row = row
		r.readRow(row)
	}
	r.checkConsent()
	for len(r.walk.stack) > 1 {
		r.neverEnded()
	}
	for _, l := range r.walk.loops { // now that or_other has added to their lists
		r.expand(l)
	}
	r.checkTriggers()
	r.checkGeometry()
	r.checkSearches()
}

func (r *reader) inner() *section { return r.walk.stack[len(r.walk.stack)-1] }

func (r *reader) readRow(row row) {
	s := r.survey
	column := s.find(row, "type")
	given := row.at(column)
	cell := meaning(given)
	if isYes(s.get(row, "disabled")) || strings.HasPrefix(cell, "#") {
		return
	}
	if cell == "" {
		if s.get(row, "name") != "" || len(s.text(row, "label")) > 0 {
			s.fail(row.number, column, "xlsform.typeMissing")
		} else {
			s.warn(row.number, column, "xlsform.rowWithoutType")
		}
		return
	}
	p := r.parameters(row)
	end := endPhrase.FindStringSubmatch(cell)
	if end != nil || settingsTypes[cell] != nil {
		r.triggers(row) // nothing comes of them, but they must name questions
	}
	switch {
	case cell == "audit":
		r.readAudit(row, p)
		return
	case settingsTypes[cell] != nil:
		settingsTypes[cell](r.definition, s.get(row, "name"))
		return
	}
	if end != nil {
		r.saveTo(row, nil)
		r.end(row, given, sectionTypes[end[1]])
		return
	}
	name := r.fieldName(row, cell)
	r.walk.names[name]++
	switch begin, choice := beginPhrase.FindStringSubmatch(cell), selectPhrase.FindStringSubmatch(cell); {
	case begin != nil:
		r.begin(row, name, sectionTypes[begin[1]], begin[2])
	case cell == "csv-external" || cell == "xml-external":
		r.readExternal(row, name, cell)
	case choice != nil:
		r.choose(row, name, selectCell{word: choice[1], list: choice[2], orOther: choice[3] != ""}, p)
	default:
		r.ask(row, name, cell, p)
	}
}

// settingsTypes are settings that old forms have in the survey sheet, the type their name and the name their value.
var settingsTypes = map[string]func(d *form.Definition, value string){
	"form_title": setTitle, "set_form_title": setTitle, "form_id": setFormID, "set_form_id": setFormID,
	"prefix": func(d *form.Definition, value string) { d.XForm.Prefix = value },
}

func setTitle(d *form.Definition, value string)  { d.Title = value }
func setFormID(d *form.Definition, value string) { d.FormID = value }

// ask reads a question that picks from no list.
func (r *reader) ask(row row, name, cell string, p parameters) {
	s := r.survey
	t, known := questionTypes[cell]
	if tags := osmPhrase.FindStringSubmatch(cell); tags != nil {
		t, known = questionTypes["osm"], true
		defer func() { r.lastField().Tags = r.osmTags(tags[1]) }()
	}
	if !known {
		s.add(s.complaint(Error, row.number, s.find(row, "type"), s.unknownType(s.get(row, "type"))))
		t = questionType{is: form.Hidden}
	}
	f := r.field(row, name, t.is)
	r.applyType(f, t)
	if !t.plain {
		r.useParameters(row, f, p)
	}
	switch t.is {
	case form.Calculate:
		if cell == "calculate" && f.Calculation == nil && f.DynamicDefault == nil && s.get(row, "bind::calculate") == "" {
			s.fail(row.number, s.column("calculation"), "xlsform.calculationMissing", f.Name)
		}
	case form.SimSerial, form.SubscriberID:
		s.warn(row.number, s.find(row, "type"), "xlsform.typeDeprecated", cell)
	case form.Email, form.PhoneNumber:
		if len(f.Label) > 0 {
			s.warn(row.number, s.find(row, "type"), "xlsform.typeNotAsked", cell)
		}
	case form.BackgroundPoint:
		r.checkBackgroundPoint(row, f)
	}
	if query := s.get(row, "query"); query != "" && t.shown && f.Type != form.Range && !f.Type.IsAttachment() && f.Type != form.Acknowledge {
		r.query(row, f, query)
	}
	r.attach(f, row)
	r.checkShown(row, f, t.shown)
}

// query reads the column of that name: a list of external_choices for a question that is no select.
func (r *reader) query(row row, f *form.Field, list string) {
	path := "instance('" + list + "')/root/item"
	if filter := r.survey.get(row, "choice_filter"); filter != "" {
		path += "[" + filter + "]"
	}
	setIn(&f.Body, "query", path)
}

// applyType gives a question what its type says besides what it is.
func (r *reader) applyType(f *form.Field, t questionType) {
	for name, value := range t.bind {
		if _, given := f.Bind[name]; !given {
			setIn(&f.Bind, name, value)
		}
	}
	if t.constraint != "" && f.Constraint == nil {
		f.Constraint = r.parse(r.survey, r.walk.row, r.survey.find(r.walk.row, "type"), t.constraint)
	}
	if t.hint != "" && f.Hint == nil {
		f.Hint = form.Text{"": t.hint}
	}
}

func setIn(m *map[string]string, name, value string) {
	if *m == nil {
		*m = map[string]string{}
	}
	(*m)[name] = value
}

// lastField is the field that was attached last.
func (r *reader) lastField() *form.Field {
	fields := r.definition.Fields
	if inner := r.inner(); inner.field != nil {
		fields = inner.field.Fields
	}
	return fields[len(fields)-1]
}

// attach puts a field into the innermost section.
func (r *reader) attach(f *form.Field, row row) {
	inside := r.inner()
	r.checkName(inside, f.Name, row)
	if !f.Type.IsSection() {
		r.walk.questions[f.Name] = true
	}
	if inside.field == nil {
		r.definition.Fields = append(r.definition.Fields, f)
		return
	}
	f.Personal = f.Personal || inside.field.Personal
	inside.field.Fields = append(inside.field.Fields, f)
}

// checkName refuses a name that a section has already, or that forms keep for themselves.
func (r *reader) checkName(inside *section, name string, row row) {
	s, column := r.survey, r.survey.find(row, "name")
	if name == "" {
		return
	}
	lower := strings.ToLower(name)
	first, twice := inside.names[name]
	other, near := inside.lower[lower]
	switch {
	case name == "meta":
		s.fail(row.number, column, "xlsform.reservedName", name)
	case twice:
		s.fail(row.number, column, "xlsform.duplicateName", name, first)
	case near:
		s.warn(row.number, column, "xlsform.nearName", name, other)
	}
	inside.names[name], inside.lower[lower] = row.number, name
}

// fieldName reads and checks a row's name.
func (r *reader) fieldName(row row, cell string) string {
	s, column := r.survey, r.survey.find(row, "name")
	given := row.at(column)
	switch {
	case given == "" && cell == "note":
		return "generated_note_name_" + strconv.Itoa(row.number)
	case !s.has("name"):
		if !r.walk.unnamed {
			r.walk.unnamed = true // said once is enough
			s.fail(1, -1, "xlsform.columnMissing", s.own("name"))
		}
	case given == "":
		s.fail(row.number, column, "xlsform.nameMissing")
	case !isName(given):
		s.failName(row, column, given)
	case !r.isBound(given):
		s.fail(row.number, column, "xlsform.prefixUnknown", given)
	default:
		if strings.ContainsFunc(given, isWide) {
			s.warn(row.number, column, "xlsform.nameWide", given)
		}
		return given
	}
	return nameless(row)
}

// nameless stands in for a name that cannot be, so that the rest of the form can
// still be checked; no field can have it, nor can anything refer to it.
func nameless(row row) string { return strconv.Itoa(row.number) }

// checkShown complains of a question in which a person would find nothing to read.
func (r *reader) checkShown(row row, f *form.Field, shown bool) {
	s := r.survey
	calculated := s.get(row, "bind::calculate") != "" || len(f.Triggers) > 0
	if !shown || calculated && len(f.Label) == 0 && len(f.Hint) == 0 {
		return
	}
	if len(f.Label) == 0 && s.get(row, "media") != "" {
		f.Label = form.Text{"": ""} // a file of no kind is not shown, but stands for a label with other tools
	}
	if len(f.Label) == 0 && len(f.Media) == 0 && len(f.Hint) == 0 && f.Appearance != "label" {
		s.fail(row.number, s.column("label"), "xlsform.labelMissing", f.Name)
	}
	if f.Media["big-image"] != nil && f.Media["image"] == nil {
		s.fail(row.number, s.column("media::big-image"), "xlsform.bigImageAlone", f.Name)
	}
}
