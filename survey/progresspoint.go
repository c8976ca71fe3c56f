package survey

import (
	"cmp"
	"context"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"tianye/internal/id"
	"tianye/internal/table"
	"tianye/survey/form"
)

// Point is a place on the map, in degrees as the phone said them, which is WGS 84. A map of a Chinese
// provider is in GCJ-02, some hundred metres off: what is drawn on it must be converted before.
type Point struct {
	Latitude, Longitude float64
	Submission          id.SubmissionID // one of the two
	Case                id.CaseID
	State               ReviewState // of the submission
	Row, Column         string
	At                  time.Time // when the submission came
}

// PointQuestion is a question of a form whose answers are points.
type PointQuestion struct {
	Path     form.Path
	Label    string
	Personal bool // in any version, or within a section that is
}

// PointQuestions finds those of a form's current version that have one answer a submission.
func (s *Service) PointQuestions(ctx context.Context, project id.ProjectID, formID id.FormID, language string) ([]PointQuestion, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil || f.Current() == nil {
		return nil, err
	}
	versions, err := s.definitions(ctx, f)
	if err != nil {
		return nil, err
	}
	d, personal := versions[len(versions)-1], PersonalIn(versions...)
	spoken := LanguageFor(d, language)
	var out []PointQuestion
	var walk func(prefix form.Path, fields []*form.Field)
	walk = func(prefix form.Path, fields []*form.Field) {
		for _, field := range fields {
			path := prefix.Join(field.Name)
			switch field.Type {
			case form.Group:
				walk(path, field.Fields)
			case form.Geopoint, form.StartGeopoint, form.BackgroundPoint:
				out = append(out, PointQuestion{path, cmp.Or(field.Label.In(spoken, d), field.Name), personal.Has(path)})
			}
		}
	}
	walk("", d.Fields)
	return out, nil
}

// Points gives where a form's submissions within reach were made, as the answers to a question say;
// without those that were rejected.
func (s *Service) Points(ctx context.Context, project id.ProjectID, q ProgressQuery, question form.Path) ([]Point, error) {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return nil, err
	}
	f := k.forms[q.Plan.FormID]
	if f == nil || k.gone[q.Plan.FormID] {
		return nil, nil
	}
	answers := f.byPath[question]
	if answers == nil || answers.kind != table.Text || len(answers.data.Codes) != len(f.origins) { // inside a repeat it has no rows
		return nil, nil
	}
	return f.points(answers, q.Places, reached), nil
}

func (f *keptForm) points(answers *keptColumn, places map[id.CaseID]BoardPlace, reached *scope) []Point {
	cases, people, states, received := f.byPath[VarCase], f.byPath[VarEnumerator], f.byPath[VarState], f.byPath[VarReceived].data.Numbers
	known := make([]*[2]float64, len(answers.values))
	for code, value := range answers.values {
		if latitude, longitude, ok := ParsePoint(value.Code); ok {
			known[code] = &[2]float64{latitude, longitude}
		}
	}
	var out []Point
	for row, origin := range f.origins {
		code := answers.data.Codes[row]
		if code == table.Missing || known[code] == nil {
			continue
		}
		state, caseID := ReviewState(states.lexical(row)), id.CaseID(cases.lexical(row))
		if state == Rejected || !reached.has(caseID, id.UserID(people.lexical(row))) {
			continue
		}
		place := places[caseID]
		out = append(out, Point{known[code][0], known[code][1], id.SubmissionID(origin.ID), "", state, place.Row, place.Column,
			time.UnixMilli(int64(math.Round(received[row] * 1000)))})
	}
	slices.SortFunc(out, func(a, b Point) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.Submission, b.Submission)) })
	return out
}

// ParsePoint reads latitude and longitude: "28.74 118.63 60 5", as XForms write it, or "28.74, 118.63".
func ParsePoint(text string) (latitude, longitude float64, ok bool) {
	if len(text) > 200 {
		return 0, 0, false
	}
	parts := strings.FieldsFunc(text, func(c rune) bool { return c == ' ' || c == ',' || c == '，' || c == '\t' })
	if len(parts) < 2 || len(parts) > 4 {
		return 0, 0, false
	}
	latitude, err := strconv.ParseFloat(parts[0], 64)
	longitude, err2 := strconv.ParseFloat(parts[1], 64)
	if err != nil || err2 != nil || !onEarth(latitude, longitude) || latitude == 0 && longitude == 0 { // 0 0 is a phone that knew nothing
		return 0, 0, false
	}
	return latitude, longitude, true
}

func onEarth(latitude, longitude float64) bool {
	return math.Abs(latitude) <= 90 && math.Abs(longitude) <= 180 // and no NaN
}
