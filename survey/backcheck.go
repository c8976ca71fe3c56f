package survey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/xpath"
)

// Sample chooses submissions at random for back-checks. The same seed chooses the same among the same.
type Sample struct {
	FormID   id.FormID
	Count    int     // how many
	Share    float64 // of all, from 0 to 1; the greater of the two counts
	Least    int     // of every enumerator, when they sent as many
	Seed     string
	From, To time.Time // received; see Filter
}

// Sample gives the chosen submissions in the order of the draw. Back-checks, what was rejected and what no
// enumerator sent are not among them.
func (s *Service) Sample(ctx context.Context, project id.ProjectID, want Sample) ([]ListItem, error) {
	if want.Count < 0 || want.Least < 0 || !(want.Share >= 0 && want.Share <= 1) || want.Count == 0 && want.Share == 0 && want.Least == 0 {
		return nil, problem.New(problem.Invalid, "assignment.sampleSize")
	}
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, err
	}
	links, err := s.store.Links(ctx, project)
	if err != nil {
		return nil, err
	}
	public := map[id.UserID]bool{"": true}
	for _, l := range links {
		public[id.UserID(l.ID)] = true
	}
	var all []ListItem
	err = s.eachMatch(ctx, project, Filter{FormID: want.FormID, From: want.From, To: want.To}, func(item ListItem) {
		if item.State != Rejected && !public[item.Submitter] && !w.checks[item.ID] {
			all = append(all, item)
		}
	})
	if err != nil {
		return nil, err
	}
	draw := make(map[id.SubmissionID]string, len(all))
	for _, item := range all {
		draw[item.ID] = id.Derived(want.Seed, string(item.ID))
	}
	slices.SortFunc(all, func(a, b ListItem) int { return cmp.Compare(draw[a.ID], draw[b.ID]) })
	count := max(want.Count, int(math.Ceil(want.Share*float64(len(all))-1e-9)))
	var chosen, rest []ListItem
	perEnumerator := map[id.UserID]int{}
	for _, item := range all {
		if perEnumerator[item.Submitter]++; perEnumerator[item.Submitter] <= want.Least {
			chosen = append(chosen, item)
		} else {
			rest = append(rest, item)
		}
	}
	if more := count - len(chosen); more > 0 {
		chosen = append(chosen, rest[:min(more, len(rest))]...)
	}
	return chosen, nil
}

// Compared is one question's two answers, in XForms' lexical form; "" is none.
type Compared struct {
	Path   form.Path // in the second's form
	First  form.Path // in the first's
	Field  *form.Field
	Before string
	After  string
	Same   bool
}

// CompareAnswers compares the answers to those questions of the second form that the first one asks too: at the
// same path, or under the same name anywhere outside repeats. What neither answers is left out, as are files.
// Numbers agree within the tolerance, a share of the greater; choices as sets; points within 100 metres.
func CompareAnswers(first *form.Definition, before map[string]any, second *form.Definition, after map[string]any, tolerance float64) []Compared {
	was, known := map[form.Path]string{}, twins(first)
	EachLeaf(first, before, func(path form.Path, _ *form.Field, value string) { was[path] = value })
	var out []Compared
	seen := map[form.Path]bool{}
	add := func(path form.Path, f *form.Field, value string) {
		twin, ok := known.of(path)
		if seen[path] || !canCompare(f) || !ok || value == "" && was[twin] == "" {
			return
		}
		seen[path] = true
		out = append(out, Compared{Path: path, First: twin, Field: f, Before: was[twin], After: value, Same: sameAnswer(f.Type, was[twin], value, tolerance)})
	}
	answered := map[form.Path]string{}
	EachLeaf(second, after, func(path form.Path, _ *form.Field, value string) { answered[path] = value })
	second.Walk(func(path form.Path, f *form.Field) {
		if !f.Type.IsSection() && !inRepeat(second, path) {
			add(path, f, answered[path])
		}
	})
	EachLeaf(second, after, add) // inside repeats
	EachLeaf(first, before, func(path form.Path, _ *form.Field, _ string) {
		if f := second.Find(plain(path)); f != nil && path != plain(path) {
			add(path, f, answered[path])
		}
	})
	return out
}

// canCompare tells whether two answers to a question can be compared.
func canCompare(f *form.Field) bool { return f.Type.IsAsked() && !f.Type.IsAttachment() }

func inRepeat(d *form.Definition, path form.Path) bool {
	var above form.Path
	for _, name := range path.Names() {
		above = above.Join(name)
		if f := d.Find(above); f != nil && f.Type == form.Repeat {
			return true
		}
	}
	return false
}

// twinPaths find the question of another form by path or by name.
type twinPaths struct {
	paths map[form.Path]bool
	names map[string]form.Path // "" for what several have
}

func twins(d *form.Definition) twinPaths {
	t := twinPaths{map[form.Path]bool{}, map[string]form.Path{}}
	d.Walk(func(path form.Path, f *form.Field) {
		if !canCompare(f) {
			return
		}
		t.paths[path] = true
		if _, twice := t.names[f.Name]; twice || inRepeat(d, path) {
			path = ""
		}
		t.names[f.Name] = path
	})
	return t
}

func (t twinPaths) of(path form.Path) (form.Path, bool) {
	bare := plain(path)
	if t.paths[bare] {
		return path, true
	}
	names := bare.Names()
	twin := t.names[names[len(names)-1]]
	return twin, twin != "" && bare == path
}

// placeTolerance is how far apart two points may be that are the same place, in metres.
const placeTolerance = 100

func sameAnswer(t form.Type, a, b string, tolerance float64) bool {
	if a == b {
		return true
	}
	if a == "" || b == "" {
		return false
	}
	switch t {
	case form.Integer, form.Decimal, form.Range:
		x, y := parseNumber(a), parseNumber(b)
		return math.Abs(x-y) <= tolerance*max(math.Abs(x), math.Abs(y))
	case form.SelectMultiple:
		x, y := strings.Fields(a), strings.Fields(b)
		slices.Sort(x)
		slices.Sort(y)
		return slices.Equal(x, y)
	case form.Date, form.DateTime:
		return parseTime(a) == parseTime(b) // NaN is never
	case form.Geopoint:
		points, metres, _ := xpath.Measure(a + ";" + b) // no points of what cannot be read
		return points == 2 && metres <= placeTolerance
	case form.TextQuestion, form.Barcode:
		return strings.EqualFold(strings.Join(strings.Fields(a), " "), strings.Join(strings.Fields(b), " "))
	}
	return false
}

// Free tells whether the question is answered in one's own words: no two people write the same.
func (c Compared) Free() bool { return isFree(c.Field) }

// Free is Compared's.
func (q QuestionAgreement) Free() bool { return isFree(q.Field) }

func isFree(f *form.Field) bool { return f.Type == form.TextQuestion }

// Agreement is how many of the answers that are not free are the same.
func Agreement(compared []Compared) (same, of int) {
	for _, c := range compared {
		switch {
		case c.Free():
		case c.Same:
			same, of = same+1, of+1
		default:
			of++
		}
	}
	return same, of
}

// QuestionAgreement is how a form's back-checks agree about one question.
type QuestionAgreement struct {
	Path      form.Path
	Field     *form.Field
	From      *form.Definition
	Compared  int
	Different []id.AssignmentID // the back-checks with another answer
}

// Disagreement counts, over all back-checks of a form that were sent, how often each question was answered
// differently, in the form's order; pairs is how many there are. Questions inside repeats are not counted.
func (s *Service) Disagreement(ctx context.Context, project id.ProjectID, formID id.FormID, tolerance float64) (questions []QuestionAgreement, pairs int, err error) {
	w, err := s.fieldwork(ctx, project, nil)
	if err != nil {
		return nil, 0, err
	}
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return nil, 0, err
	}
	rows := map[id.SubmissionID]*keptForm{}
	for _, f := range k.forms {
		for submission := range f.rows {
			rows[submission] = f
		}
	}
	second := k.form(formID)
	at := map[form.Path]int{}
	for _, a := range w.items {
		first := rows[a.BackCheck]
		if a.FormID != formID || a.BackCheck == "" || first == nil || rows[a.Submission] != second {
			continue
		}
		pairs++
		for _, q := range second.compare(a, first, tolerance) {
			i, known := at[q.Path]
			if !known {
				i, at[q.Path] = len(questions), len(questions)
				questions = append(questions, q)
				continue
			}
			questions[i].Compared += q.Compared
			questions[i].Different = append(questions[i].Different, q.Different...)
		}
	}
	order := map[form.Path]int{}
	for i, c := range second.columns {
		order[c.path] = i
	}
	slices.SortFunc(questions, func(a, b QuestionAgreement) int { return cmp.Compare(order[a.Path], order[b.Path]) })
	return questions, pairs, nil
}

// compare compares a back-check's row with the checked one in another table.
func (f *keptForm) compare(a AssignmentItem, first *keptForm, tolerance float64) (out []QuestionAgreement) {
	row, firstRow := f.rows[a.Submission], first.rows[a.BackCheck]
	known := twins(first.versions[len(first.versions)-1])
	for _, c := range f.columns {
		if len(c.sources) == 0 {
			continue
		}
		source := c.sources[len(c.sources)-1]
		twin, ok := known.of(c.path)
		other := first.byPath[twin]
		if !ok || other == nil || !canCompare(source.field) || other.rows() <= firstRow || c.rows() <= row {
			continue
		}
		before, after := other.lexical(firstRow), c.lexical(row)
		if before == "" && after == "" {
			continue
		}
		q := QuestionAgreement{Path: c.path, Field: source.field, From: source.from, Compared: 1}
		if !sameAnswer(source.field.Type, before, after, tolerance) {
			q.Different = []id.AssignmentID{a.ID}
		}
		out = append(out, q)
	}
	return out
}

// rows is how many the column has: none inside repeats.
func (c *keptColumn) rows() int { return len(c.data.Numbers) + len(c.data.Codes) + len(c.data.Sets) }
