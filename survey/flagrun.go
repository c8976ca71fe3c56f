package survey

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/quality"
)

// Checker makes the quality checks in the background, of forms that changed since it looked last.
// Several processes may do so on one store: they find the same and write it once. A Checker is not
// for several goroutines.
type Checker struct {
	s    *Service
	seen map[id.FormID]seenForm
}

// seenForm is how a form was when it was checked.
type seenForm struct {
	kept    *keptForm
	changes int
	again   time.Time // when to look again though nothing changed; zero: no need
	rest    time.Time // not before: what takes long is not done all the time
}

// A run that takes longer than brief is followed by a rest of so many times as long.
const (
	brief = 200 * time.Millisecond
	rest  = 10
)

// NewChecker makes one that has looked at nothing yet.
func (s *Service) NewChecker() *Checker { return &Checker{s, map[id.FormID]seenForm{}} }

// Check brings the flags of a project up to date.
func (c *Checker) Check(ctx context.Context, project id.ProjectID) error {
	due, err := c.due(ctx, project)
	for _, formID := range slices.Sorted(maps.Keys(due)) {
		f, failed := c.s.store.Form(ctx, project, formID)
		if problem.Is(failed, problem.NotFound) {
			continue
		}
		if failed == nil && f.Deleted == nil && f.Current() != nil {
			begin := time.Now()
			seen := due[formID]
			if seen.again, failed = c.s.check(ctx, f); failed == nil {
				if took := time.Since(begin); took > brief {
					seen.rest = time.Now().Add(rest * took)
				}
				c.seen[formID] = seen
			}
		}
		err = errors.Join(err, failed)
	}
	return err
}

// due are the forms that are to be looked at, as they are now.
func (c *Checker) due(ctx context.Context, project id.ProjectID) (map[id.FormID]seenForm, error) {
	k := c.s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := c.s.refresh(ctx, project, k); err != nil {
		return nil, err
	}
	now, due := c.s.now(), map[id.FormID]seenForm{}
	for formID, kf := range k.forms {
		seen := c.seen[formID]
		late := !seen.again.IsZero() && !now.Before(seen.again)
		if !k.gone[formID] && (seen.kept != kf || seen.changes != kf.changes || late) && !time.Now().Before(seen.rest) {
			due[formID] = seenForm{kept: kf, changes: kf.changes}
		}
	}
	return due, nil
}

// check makes a form's checks and stores what is new in them; again is when to look again.
func (s *Service) check(ctx context.Context, f Form) (again time.Time, err error) {
	areas, err := s.areas(ctx, f.ProjectID, f.ID)
	if err == nil {
		err = s.readLogs(ctx, f.ProjectID, f.ID)
	}
	if err != nil {
		return again, err
	}
	in, err := s.look(ctx, f, areas, nil)
	if err == nil {
		err = s.pairChecks(ctx, f.ProjectID, in.Rows)
	}
	if err != nil {
		return again, err
	}
	found, again := quality.Run(in)
	wanted := map[string]Flags{}
	for _, flag := range found {
		key := string(flag.Submission)
		if flag.Submission == "" {
			key = FlagsOf(f.ID, flag.Enumerator)
		}
		w := wanted[key]
		w.ID, w.ProjectID, w.FormID, w.Submission, w.Enumerator = key, f.ProjectID, f.ID, flag.Submission, flag.Enumerator
		w.Flags = append(w.Flags, flag)
		wanted[key] = w
	}
	former := map[string]*Flags{}
	err = s.eachFlags(ctx, f.ProjectID, func(old *Flags) {
		if old.FormID == f.ID {
			former[old.ID] = old
		}
	})
	if err != nil {
		return again, err
	}
	overtaken, err := s.keepFlags(ctx, in, wanted, former)
	if overtaken {
		again = s.now()
	}
	return again, err
}

// pairChecks says which submissions are a visit and its back-check: they are meant to be alike.
func (s *Service) pairChecks(ctx context.Context, project id.ProjectID, rows []quality.Row) error {
	checks, err := s.BackChecks(ctx, project)
	if err != nil || len(checks) == 0 {
		return err
	}
	all, err := s.allAssignments(ctx, project)
	checked := map[id.AssignmentID]id.SubmissionID{}
	for _, a := range all {
		checked[a.ID] = a.BackCheck
	}
	again := map[id.SubmissionID]string{}
	for check, by := range checks {
		again[check], again[checked[by]] = string(checked[by]), string(checked[by])
	}
	for i := range rows {
		rows[i].Again = again[rows[i].Submission]
	}
	return err
}

// keepFlags writes what differs from what was found before. What belongs to submissions that were not
// looked at, those that were rejected or are in the recycle bin, stays as it is. overtaken is when
// somebody else wrote meanwhile.
func (s *Service) keepFlags(ctx context.Context, in quality.Input, wanted map[string]Flags, former map[string]*Flags) (overtaken bool, err error) {
	rows := map[string]int{}
	for row, r := range in.Rows {
		rows[string(r.Submission)] = row
	}
	keys := map[string]bool{}
	for key := range wanted {
		keys[key] = true
	}
	for key, old := range former {
		_, looked := rows[key]
		keys[key] = keys[key] || looked || old.Enumerator != ""
	}
	for _, key := range slices.Sorted(maps.Keys(keys)) {
		if !keys[key] {
			continue
		}
		next, isNew := wanted[key], former[key] == nil
		if !isNew {
			next = *former[key]
			next.Flags = settle(former[key].Flags, wanted[key].Flags)
		}
		if row, looked := rows[key]; looked {
			next.Answers = digest(in.Table, row)
		}
		if !isNew && next.Answers == former[key].Answers && slices.EqualFunc(next.Flags, former[key].Flags, isSame) {
			continue
		}
		next.Checked = s.now().Truncate(time.Millisecond)
		if isNew {
			err = s.store.CreateFlags(ctx, next)
		} else {
			err = s.store.ReplaceFlags(ctx, next)
		}
		if problem.Is(err, problem.Conflict) {
			overtaken, err = true, nil
		}
		if err != nil {
			return overtaken, err
		}
	}
	return overtaken, nil
}

// isSame tells whether two flags say the same of a submission, whatever its peers do meanwhile.
func isSame(a, b Flag) bool {
	return cmp.Or(cmp.Compare(a.Check, b.Check), cmp.Compare(a.Path, b.Path), cmp.Compare(a.Value, b.Value)) == 0
}

// settle keeps of the former flags those that still hold, as they were said: a median that moves on
// with every submission makes no news.
func settle(former, wanted []Flag) []Flag {
	flags := slices.Clone(wanted)
	for i, flag := range flags {
		if at := slices.IndexFunc(former, func(old Flag) bool { return isSame(old, flag) }); at >= 0 {
			flags[i] = former[at]
		}
	}
	return flags
}
