package survey

import (
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey/form"
)

// The variables that every table of submissions begins with.
const (
	VarCase       = "_case"       // Text: CaseID
	VarEnumerator = "_enumerator" // Text: UserID
	VarReceived   = "_received"   // Time
	VarState      = "_state"      // One: ReviewState
	VarVersion    = "_version"    // Number
	VarMinutes    = "_minutes"    // Number: from the start to the end of filling in
)

var metaVariables = []struct {
	name     string
	typeName table.Type
}{{VarCase, table.Text}, {VarEnumerator, table.Text}, {VarReceived, table.Time},
	{VarState, table.One}, {VarVersion, table.Number}, {VarMinutes, table.Number}}

// keptProject holds the tables of a project's submissions in memory, one a form,
// brought up to date by what changed since it was last asked.
type keptProject struct {
	mu      sync.Mutex
	changes func(ctx context.Context, each func(*Submission) error) error
	forms   map[id.FormID]*keptForm
}

// keptForm is one form's table. A column given out is shared: rows are appended
// behind what readers see, and a column whose row changes is copied first.
type keptForm struct {
	columns  []*keptColumn // the meta variables, then the questions
	byPath   map[form.Path]*keptColumn
	versions map[int]*form.Definition // whose questions have columns
	origins  []id.Origin
	rows     map[id.SubmissionID]int
	revision []int64  // of each row
	repeated []string // of each row: the answers inside repeats, which have no column, for the search
	private  []string // of each row: those inside repeats that are personal data
}

type keptColumn struct {
	path  form.Path // a question's path, or a meta variable's name
	kind  table.Type
	field *form.Field      // of the newest version that has it; nil for meta variables
	from  *form.Definition // where field is from
	// personal: in any version that has it. Answers given as personal data stay so.
	personal bool
	data     table.Column
	codes    map[string]int32
	values   []table.Value // by code; their labels are the codes
	numbers  []float64     // of values, of as many from the first as are numbers
	shared   bool
}

// refresh brings the project's tables up to date; the caller holds k.mu.
func (s *Service) refresh(ctx context.Context, project id.ProjectID, k *keptProject) error {
	return k.changes(ctx, func(sub *Submission) error {
		f := k.forms[sub.FormID]
		if f == nil {
			f = newKeptForm()
			k.forms[sub.FormID] = f
		}
		if f.versions[sub.Version] == nil {
			program, err := s.Program(ctx, project, sub.FormID, sub.Version)
			if err != nil {
				return err
			}
			f.addVersion(program.Definition)
			f.versions[sub.Version] = program.Definition
		}
		f.put(sub)
		return nil
	})
}

func (s *Service) keptFor(project id.ProjectID) *keptProject {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[project]
	if k == nil {
		k = &keptProject{changes: s.store.SubmissionChanges(project), forms: map[id.FormID]*keptForm{}}
		s.kept[project] = k
	}
	return k
}

func newKeptForm() *keptForm {
	f := &keptForm{byPath: map[form.Path]*keptColumn{}, versions: map[int]*form.Definition{}, rows: map[id.SubmissionID]int{}}
	for _, m := range metaVariables {
		f.addColumn(form.Path(m.name), m.typeName)
	}
	for _, state := range ReviewStates {
		f.byPath[VarState].code(string(state))
	}
	return f
}

func (f *keptForm) addColumn(path form.Path, kind table.Type) *keptColumn {
	c := &keptColumn{path: path, kind: kind, codes: map[string]int32{}}
	for range f.origins {
		c.appendMissing()
	}
	f.columns = append(f.columns, c)
	f.byPath[path] = c
	return c
}

// addVersion makes columns for the questions that a version brings. A question
// inside a repeat has no one value a submission; its repeat has a count.
func (f *keptForm) addVersion(d *form.Definition) {
	var add func(prefix form.Path, fields []*form.Field)
	add = func(prefix form.Path, fields []*form.Field) {
		for _, field := range fields {
			path := prefix.Join(field.Name)
			kind := columnType(field.Type)
			if field.Type == form.Group {
				add(path, field.Fields)
				continue
			}
			if kind == "" {
				continue
			}
			c := f.byPath[path]
			if c == nil {
				c = f.addColumn(path, kind)
			}
			if c.kind == kind {
				c.field, c.from = field, d
			}
			c.personal = c.personal || field.Personal
			if list := d.Lists[field.List]; list != nil && c.kind != table.Number {
				for _, choice := range list.Choices {
					c.code(choice.Name)
				}
			}
		}
	}
	add("", d.Fields)
}

func columnType(t form.Type) table.Type {
	switch t {
	case form.Note, form.Group:
		return ""
	case form.Integer, form.Decimal, form.Range, form.Repeat:
		return table.Number
	case form.SelectOne, form.Acknowledge:
		return table.One
	case form.SelectMultiple, form.Rank:
		return table.Many
	case form.Date, form.DateTime, form.Start, form.End, form.Today:
		return table.Time
	default:
		return table.Text
	}
}

// put adds a submission's row, or changes it.
func (f *keptForm) put(sub *Submission) {
	row, known := f.rows[sub.ID]
	if known && f.revision[row] >= sub.Revision {
		return
	}
	if !known {
		row = len(f.origins)
		f.rows[sub.ID] = row
		f.origins = append(f.origins, id.Origin{Kind: id.KindSubmission, ID: string(sub.ID)})
		f.revision = append(f.revision, sub.Revision)
		f.repeated = append(f.repeated, "")
		f.private = append(f.private, "")
		for _, c := range f.columns {
			c.appendMissing()
		}
	} else {
		f.revision[row], f.repeated[row], f.private[row] = sub.Revision, "", ""
		for _, c := range f.columns {
			c.own()
			c.setText(row, "")
		}
	}
	f.byPath[VarCase].setText(row, string(sub.CaseID))
	f.byPath[VarEnumerator].setText(row, string(sub.Submitter))
	f.byPath[VarState].setText(row, string(sub.State))
	f.byPath[VarReceived].data.Numbers[row] = float64(sub.Received.UnixMilli()) / 1000
	f.byPath[VarVersion].data.Numbers[row] = float64(sub.Version)
	if minutes := sub.Ended.Sub(sub.Started).Minutes(); !sub.Started.IsZero() && minutes >= 0 {
		f.byPath[VarMinutes].data.Numbers[row] = math.Round(minutes*10) / 10
	}
	f.putAnswers(row, f.versions[sub.Version], "", sub.Answers)
}

func (f *keptForm) putAnswers(row int, d *form.Definition, prefix form.Path, answers map[string]any) {
	for name, value := range answers {
		path := prefix.Join(name)
		switch value := value.(type) {
		case string:
			if c := f.byPath[path]; c != nil {
				c.setText(row, value)
			}
		case map[string]any:
			f.putAnswers(row, d, path, value)
		default:
			instances := Instances(value)
			if c := f.byPath[path]; c != nil && c.kind == table.Number {
				c.data.Numbers[row] = float64(len(instances))
			}
			if repeat := d.Find(path); repeat != nil {
				for _, inner := range instances {
					f.putInstance(row, repeat.Fields, inner)
				}
			}
		}
	}
}

// putInstance keeps the answers of a repeat's instance for the search.
func (f *keptForm) putInstance(row int, fields []*form.Field, answers map[string]any) {
	var open, personal strings.Builder
	eachLeaf("", fields, answers, func(_ form.Path, field *form.Field, value string) {
		into := &open
		if field.Personal {
			into = &personal
		}
		into.WriteString(value + "\n")
	})
	f.repeated[row] += open.String()
	f.private[row] += personal.String()
}

func (c *keptColumn) code(value string) int32 {
	code, ok := c.codes[value]
	if !ok {
		code = int32(len(c.values))
		c.codes[value] = code
		c.values = append(c.values, table.Value{Code: value, Label: value})
	}
	return code
}

func (c *keptColumn) appendMissing() {
	switch c.kind {
	case table.Number, table.Time:
		c.data.Numbers = append(c.data.Numbers, math.NaN())
	case table.Many:
		c.data.Sets = append(c.data.Sets, nil)
	default:
		c.data.Codes = append(c.data.Codes, table.Missing)
	}
}

// own makes sure that changing a row is not seen in tables given out before.
func (c *keptColumn) own() {
	if c.shared {
		c.data = table.Column{Numbers: slices.Clone(c.data.Numbers), Codes: slices.Clone(c.data.Codes), Sets: slices.Clone(c.data.Sets)}
		c.shared = false
	}
}

// setText sets a row from an answer's lexical form; "" is no answer.
func (c *keptColumn) setText(row int, value string) {
	switch c.kind {
	case table.Number:
		c.data.Numbers[row] = parseNumber(value)
	case table.Time:
		c.data.Numbers[row] = parseTime(value)
	case table.Many:
		var set []int32
		for _, name := range strings.Fields(value) {
			set = append(set, c.code(name))
		}
		c.data.Sets[row] = set
	default:
		c.data.Codes[row] = table.Missing
		if value != "" {
			c.data.Codes[row] = c.code(value)
		}
	}
}

func parseNumber(value string) float64 {
	n, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
	if err != nil || math.IsInf(n, 0) {
		return math.NaN()
	}
	return n
}

func parseTime(value string) float64 {
	for _, layout := range []string{time.DateOnly, time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02T15:04"} {
		if t, err := time.Parse(layout, value); err == nil {
			return float64(t.UnixMilli()) / 1000
		}
	}
	return math.NaN()
}
