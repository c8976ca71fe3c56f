package survey

import (
	"context"
	"math"
	"strconv"
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

	formChanges func(ctx context.Context, each func(formID id.FormID, gone bool, rule ReviewRule) error) error
	gone        map[id.FormID]bool // forms in the recycle bin, and what was purged
	rules       map[id.FormID]ReviewRule

	entities map[id.SubmissionID]*Submission // what those with entities say of them, nothing else
	lists    map[string]keptList             // made of entities since they changed last
}

// keptForm is one form's table.
type keptForm struct {
	columns  []*keptColumn // the meta variables, then the questions
	byPath   map[form.Path]*keptColumn
	versions []*form.Definition // 1, 2, …: those whose questions have columns
	origins  []id.Origin
	rows     map[id.SubmissionID]int
	gaps     []int                         // the rows of what was deleted, until they are closed
	revision []int64                       // of each row
	erased   map[id.SubmissionID]time.Time // of those that were when they were put
	meta     []keptMeta                    // of each row: what the quality checks and quotas look at beside the columns
	repeated [][]keptText                  // of each row: the texts inside repeats, which have no column, for the search
	values   map[*keptColumn]string        // of the row that is being put
	marks    []rowMark                     // of each row
	changes  int                           // counts what changed
	altered  bool                          // what was there is not as it was when it was narrowed
	counting *counting                     // nil: nobody asked yet
	narrowed *narrowed                     // to the rows that count, when it was asked for
}

// keptText is a text answer inside a repeat; its column has no data.
type keptText struct {
	column *keptColumn
	text   string
}

// refresh brings the project's tables up to date; the caller holds k.mu.
func (s *Service) refresh(ctx context.Context, project id.ProjectID, k *keptProject) error {
	err := k.formChanges(ctx, func(formID id.FormID, gone bool, rule ReviewRule) error {
		k.rules[formID] = rule
		k.form(formID).changes++
		if k.gone[formID] != gone {
			k.gone[formID] = gone
			clear(k.lists)
		}
		return nil
	})
	if err != nil {
		return err
	}
	defer k.closeGaps()
	erased := false
	err = k.changes(ctx, func(sub *Submission) error {
		if sub.Deleted != nil {
			k.drop(sub.ID)
			return nil
		}
		f := k.form(sub.FormID)
		if !sub.Erased.IsZero() {
			_, known := f.rows[sub.ID]
			erased = erased || known && !sub.Erased.Equal(f.erased[sub.ID])
			f.erased[sub.ID] = sub.Erased
		}
		if err := s.know(ctx, project, sub.FormID, f, sub.Version); err != nil {
			return err
		}
		f.put(sub)
		k.putEntities(sub)
		return nil
	})
	if err == nil && erased {
		return s.rebuild(ctx, project, k)
	}
	return err
}

// rebuild makes the tables anew: in the old ones' dictionaries are the answers that were erased.
func (s *Service) rebuild(ctx context.Context, project id.ProjectID, k *keptProject) error {
	former := k.forms
	k.changes, k.forms = s.store.SubmissionChanges(project), map[id.FormID]*keptForm{}
	k.entities, k.lists = map[id.SubmissionID]*Submission{}, map[string]keptList{}
	for formID, f := range former {
		if err := s.know(ctx, project, formID, k.form(formID), len(f.versions)); err != nil {
			return err
		}
	}
	return s.refresh(ctx, project, k)
}

// know makes columns for the questions of the versions up to a number. All of them in
// their order, whatever comes first: a table is the same on every process.
func (s *Service) know(ctx context.Context, project id.ProjectID, formID id.FormID, f *keptForm, number int) error {
	for len(f.versions) < number {
		d, err := s.Definition(ctx, project, formID, len(f.versions)+1)
		if err != nil {
			return err
		}
		f.versions = append(f.versions, d)
		f.addVersion(d, "", d.Fields, false)
	}
	return nil
}

func (s *Service) keptFor(project id.ProjectID) *keptProject {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.kept[project]
	if k == nil {
		k = &keptProject{changes: s.store.SubmissionChanges(project), forms: map[id.FormID]*keptForm{},
			formChanges: s.store.FormChanges(project), gone: map[id.FormID]bool{}, rules: map[id.FormID]ReviewRule{}, entities: map[id.SubmissionID]*Submission{}, lists: map[string]keptList{}}
		s.kept[project] = k
	}
	return k
}

func (k *keptProject) form(formID id.FormID) *keptForm {
	f := k.forms[formID]
	if f != nil {
		return f
	}
	f = &keptForm{byPath: map[form.Path]*keptColumn{}, rows: map[id.SubmissionID]int{}, erased: map[id.SubmissionID]time.Time{}, values: map[*keptColumn]string{}}
	k.forms[formID] = f
	for _, m := range metaVariables {
		f.addColumn(form.Path(m.name), m.typeName)
	}
	for _, state := range ReviewStates {
		f.byPath[VarState].code(string(state))
	}
	f.byPath[VarState].known = len(ReviewStates)
	return f
}

func (f *keptForm) addColumn(path form.Path, kind table.Type) *keptColumn {
	f.changes, f.altered = f.changes+1, true
	c := newKeptColumn(path, kind)
	for range f.origins {
		c.appendMissing()
	}
	f.columns = append(f.columns, c)
	f.byPath[path] = c
	return c
}

// addVersion makes columns for the questions that a version brings. A question
// inside a repeat has no one value a submission; its repeat has a count.
func (f *keptForm) addVersion(d *form.Definition, prefix form.Path, fields []*form.Field, isRepeated bool) {
	for _, field := range fields {
		path, kind := prefix.Join(field.Name), columnType(field.Type)
		c := f.byPath[path]
		switch {
		case kind == "":
		case c != nil:
			f.changes, f.altered = f.changes+1, true
			c.adopt(kind, field, d)
		case isRepeated:
			c = newKeptColumn(path, kind)
			c.adopt(kind, field, d)
			f.byPath[path] = c
		default:
			f.addColumn(path, kind).adopt(kind, field, d)
		}
		f.addVersion(d, path, field.Fields, isRepeated || field.Type == form.Repeat)
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
		f.revision = append(f.revision, 0)
		f.marks = append(f.marks, rowMark{})
		f.repeated, f.meta = append(f.repeated, nil), append(f.meta, keptMeta{})
		for _, c := range f.columns {
			c.appendMissing()
		}
	}
	f.changes, f.altered = f.changes+1, f.altered || known
	f.marks[row] = markOf(sub)
	f.repeated[row], f.meta[row] = nil, metaOf(f.versions[sub.Version-1], sub)
	clear(f.values)
	f.values[f.byPath[VarCase]] = string(sub.CaseID)
	f.values[f.byPath[VarEnumerator]] = string(sub.Sender())
	f.values[f.byPath[VarState]] = string(sub.State)
	f.values[f.byPath[VarReceived]] = sub.Received.UTC().Format(time.RFC3339Nano)
	f.values[f.byPath[VarVersion]] = strconv.Itoa(sub.Version)
	if minutes := sub.Ended.Sub(sub.Started).Minutes(); !sub.Started.IsZero() && minutes >= 0 {
		f.values[f.byPath[VarMinutes]] = strconv.FormatFloat(math.Round(minutes*10)/10, 'f', -1, 64)
	}
	f.collect(row, "", f.versions[sub.Version-1].Fields, sub.Answers, false)
	for _, c := range f.columns {
		c.put(row, f.values[c])
	}
	f.revision[row] = sub.Revision
}

// collect finds a row's answers to the columns, and the texts inside repeats.
func (f *keptForm) collect(row int, prefix form.Path, fields []*form.Field, answers map[string]any, isRepeated bool) {
	for _, field := range fields {
		answer, ok := answers[field.Name]
		if !ok {
			continue
		}
		path := prefix.Join(field.Name)
		c := f.byPath[path]
		switch field.Type {
		case form.Group:
			f.collect(row, path, field.Fields, Section(answer), isRepeated)
		case form.Repeat:
			instances := Instances(answer)
			if !isRepeated {
				f.values[c] = strconv.Itoa(len(instances))
			}
			for _, inner := range instances {
				f.collect(row, path, field.Fields, inner, true)
			}
		default:
			text, _ := answer.(string)
			switch {
			case c == nil: // a note: its text is shown, not answered
			case !isRepeated:
				f.values[c] = text
			case c.kind == table.Text:
				f.repeated[row] = append(f.repeated[row], keptText{c, text})
			}
		}
	}
}
