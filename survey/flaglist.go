package survey

import (
	"cmp"
	"context"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/survey/quality"
)

// QualityReport is what the checks found in a form, as far as the reader reaches.
type QualityReport struct {
	Form        Form
	Count       int          // of submissions that were looked at
	Flagged     int          // of them with open flags
	Checks      []CheckCount // all checks, in their order
	Items       []Flagged    // submissions with flags, the newest first
	Enumerators []EnumeratorQuality
}

// CheckCount is what came of one check.
type CheckCount struct {
	Check  quality.Check
	Open   int // flags that nobody called a false alarm
	Judged int // flags that somebody said something to
	False  int // of them false alarms
}

// FalseShare is the share of false alarms among the flags that were judged, in percent.
func (c CheckCount) FalseShare() float64 { return 100 * float64(c.False) / float64(max(c.Judged, 1)) }

// Flagged is a submission with its flags.
type Flagged struct {
	Flags
	CaseID    id.CaseID
	Submitter id.UserID
	Received  time.Time
}

// EnumeratorQuality is an enumerator's work in figures.
type EnumeratorQuality struct {
	quality.Enumerator
	Flagged int   // submissions with open flags
	Own     Flags // on the enumerator; zero without any
}

// Per100 is how many of a hundred submissions have open flags.
func (e EnumeratorQuality) Per100() float64 {
	return 100 * float64(e.Flagged) / float64(max(e.Count, 1))
}

// Quality gives what the checks found in a form.
func (s *Service) Quality(ctx context.Context, project id.ProjectID, formID id.FormID) (QualityReport, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return QualityReport{}, err
	}
	report := QualityReport{Form: f}
	for _, check := range quality.Checks {
		report.Checks = append(report.Checks, CheckCount{Check: check})
	}
	if f.Current() == nil {
		return report, nil
	}
	reached, err := s.scope(ctx, project)
	if err != nil {
		return report, err
	}
	in, err := s.look(ctx, f, nil, reached)
	if err != nil {
		return report, err
	}
	of := map[string]Flags{}
	err = s.eachFlags(ctx, project, func(flags *Flags) {
		if flags.FormID == formID {
			of[flags.ID] = *flags
		}
	})
	if err != nil {
		return report, err
	}
	report.fill(in, of)
	return report, nil
}

func (r *QualityReport) fill(in quality.Input, of map[string]Flags) {
	r.Count = len(in.Rows)
	here, flagged := map[id.SubmissionID]bool{}, map[id.UserID]int{}
	for _, row := range in.Rows {
		here[row.Submission] = true
	}
	for _, q := range in.Rows {
		f := of[string(q.Submission)]
		r.count(f)
		if f.Open() > 0 {
			r.Flagged++
			flagged[q.Enumerator]++
		}
		if len(f.Flags) > 0 {
			f.Flags = withReached(f.Flags, func(other id.SubmissionID) bool { return here[other] })
			r.Items = append(r.Items, Flagged{f, q.Case, q.Enumerator, q.Received})
		}
	}
	slices.SortFunc(r.Items, func(a, b Flagged) int {
		return cmp.Or(b.Received.Compare(a.Received), cmp.Compare(a.ID, b.ID))
	})
	for _, e := range quality.Enumerators(in) {
		own := of[FlagsOf(r.Form.ID, e.ID)]
		r.count(own)
		r.Enumerators = append(r.Enumerators, EnumeratorQuality{e, flagged[e.ID], own})
	}
}

// withReached names only those others that are within reach.
func withReached(flags []Flag, reached func(id.SubmissionID) bool) []Flag {
	flags = slices.Clone(flags)
	for i := range flags {
		flags[i].With = slices.DeleteFunc(slices.Clone(flags[i].With), func(other id.SubmissionID) bool { return !reached(other) })
	}
	return flags
}

func (r *QualityReport) count(f Flags) {
	for _, flag := range f.Flags {
		if f.IsOpen(flag) {
			r.Checks[slices.Index(quality.Checks, flag.Check)].Open++
		}
	}
	for _, v := range f.Verdicts {
		if at := slices.Index(quality.Checks, v.Check); at >= 0 {
			r.Checks[at].Judged++
			if v.IsFalse {
				r.Checks[at].False++
			}
		}
	}
}

// SetQuality changes the thresholds of a form's checks.
func (s *Service) SetQuality(ctx context.Context, project id.ProjectID, formID id.FormID, revision int64, settings quality.Settings) (Form, error) {
	if err := settings.Validate(); err != nil {
		return Form{}, err
	}
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return Form{}, err
	}
	f.Revision, f.Quality = revision, settings
	if err := s.store.ReplaceForm(ctx, f); err != nil {
		return Form{}, overtaken(err)
	}
	return s.Form(ctx, project, formID)
}

// DailyLine is what came from an enumerator in an area on a day.
type DailyLine struct {
	Area       string
	Enumerator id.UserID
	Arrived    int
	Flagged    int                   // with open flags
	Checks     map[quality.Check]int // open flags
}

// DailyQuality gives what came between two moments, by area and enumerator in the order of areas, as
// far as the reader reaches.
func (s *Service) DailyQuality(ctx context.Context, project id.ProjectID, from, to time.Time) ([]DailyLine, error) {
	areas, err := s.areas(ctx, project, "")
	if err != nil {
		return nil, err
	}
	open := map[id.SubmissionID]*Flags{}
	err = s.eachFlags(ctx, project, func(f *Flags) {
		if f.Submission != "" && f.Open() > 0 {
			open[f.Submission] = f
		}
	})
	if err != nil {
		return nil, err
	}
	type place struct {
		area string
		who  id.UserID
	}
	byPlace := map[place]*DailyLine{}
	err = s.eachMatch(ctx, project, Filter{From: from, To: to}, func(item ListItem) {
		at := place{areas[item.CaseID], item.Submitter}
		line := byPlace[at]
		if line == nil {
			line = &DailyLine{Area: at.area, Enumerator: at.who, Checks: map[quality.Check]int{}}
			byPlace[at] = line
		}
		line.Arrived++
		if f := open[item.ID]; f != nil {
			line.Flagged++
			for _, flag := range f.Flags {
				if f.IsOpen(flag) {
					line.Checks[flag.Check]++
				}
			}
		}
	})
	var lines []DailyLine
	for _, line := range byPlace {
		lines = append(lines, *line)
	}
	slices.SortFunc(lines, func(a, b DailyLine) int {
		return cmp.Or(cmp.Compare(a.Area, b.Area), cmp.Compare(a.Enumerator, b.Enumerator))
	})
	return lines, err
}
