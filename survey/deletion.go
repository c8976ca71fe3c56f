package survey

import (
	"context"
	"errors"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// What is in the recycle bin is not there for anybody: Form, Forms, read, refresh and eachMatch leave
// it out. Only what is sent is taken all the same: a phone that has the form must not lose an
// interview because somebody deleted the form meanwhile.

// DeleteForm puts a form into the recycle bin, and its submissions with it.
func (s *Service) DeleteForm(ctx context.Context, project id.ProjectID, actor id.UserID, formID id.FormID, why string) (Form, error) {
	return s.changeForm(ctx, project, formID, func(f *Form) error {
		if f.Deleted == nil {
			f.Deleted = &id.Deletion{By: actor, At: s.now().Truncate(time.Millisecond), Why: why}
		}
		return nil
	})
}

// RestoreForm takes a form out of the recycle bin; its submissions are back with it.
func (s *Service) RestoreForm(ctx context.Context, project id.ProjectID, formID id.FormID) (Form, error) {
	return s.changeForm(ctx, project, formID, func(f *Form) error {
		if f.Deleted != nil && f.Deleted.Expired(s.now()) {
			return problem.New(problem.NotFound, "bin.gone")
		}
		f.Deleted = nil
		return nil
	})
}

func (s *Service) changeForm(ctx context.Context, project id.ProjectID, formID id.FormID, change func(*Form) error) (Form, error) {
	var err error
	for range retries {
		var f Form
		if f, err = s.store.Form(ctx, project, formID); err != nil {
			return Form{}, err
		}
		before := f.Deleted
		if err = change(&f); err != nil || f.Deleted == before {
			return f, err
		}
		if err = s.store.ReplaceForm(ctx, f); err == nil {
			f.Revision++
			return f, nil
		}
		if !problem.Is(err, problem.Conflict) {
			break
		}
	}
	return Form{}, err
}

// DeleteSubmission puts a submission into the recycle bin. The same instance sent again stays there.
func (s *Service) DeleteSubmission(ctx context.Context, project id.ProjectID, actor id.UserID, submission id.SubmissionID, why string) (Submission, error) {
	return s.changeBinned(ctx, func() (Submission, error) { return s.read(ctx, project, submission) }, func(sub *Submission) {
		sub.Deleted = &id.Deletion{By: actor, At: s.now().Truncate(time.Millisecond), Why: why}
	})
}

// RestoreSubmission takes a submission out of the recycle bin.
func (s *Service) RestoreSubmission(ctx context.Context, project id.ProjectID, submission id.SubmissionID) (Submission, error) {
	return s.changeBinned(ctx, func() (Submission, error) {
		sub, err := s.readBinned(ctx, project, submission)
		if err == nil && sub.Deleted != nil && sub.Deleted.Expired(s.now()) {
			err = problem.New(problem.NotFound, "bin.gone")
		}
		return sub, err
	}, func(sub *Submission) { sub.Deleted = nil })
}

func (s *Service) changeBinned(ctx context.Context, read func() (Submission, error), change func(*Submission)) (Submission, error) {
	var err error
	for range retries {
		var sub Submission
		if sub, err = read(); err != nil {
			return Submission{}, err
		}
		before := sub.Deleted
		if change(&sub); sub.Deleted == before {
			return sub, nil
		}
		if sub, err = s.replace(ctx, sub); err == nil || !problem.Is(err, problem.Conflict) {
			return sub, err
		}
	}
	return Submission{}, err
}

// living refuses a form that is in the recycle bin.
func living(f Form, err error) (Form, error) {
	if err == nil && f.Deleted != nil {
		return Form{}, problem.New(problem.NotFound, "bin.formIn", f.Title)
	}
	return f, err
}

// Taking gives a form that still takes what is sent: one in the recycle bin too, until it is purged.
func (s *Service) Taking(ctx context.Context, project id.ProjectID, formID id.FormID) (Form, error) {
	f, err := s.store.Form(ctx, project, formID)
	if err == nil && f.Deleted != nil && f.Deleted.Expired(s.now()) {
		err = problem.New(problem.NotFound, "bin.formGone", f.Title)
	}
	return f, err
}

// BinnedForms are the forms in the recycle bin.
func (s *Service) BinnedForms(ctx context.Context, project id.ProjectID) ([]id.Binned, error) {
	forms, err := s.store.Forms(ctx, project)
	var out []id.Binned
	for _, f := range forms {
		if f.Deleted != nil && !f.Deleted.Expired(s.now()) {
			out = append(out, id.Binned{Kind: id.KindForm, ID: string(f.ID), Title: f.Title, Deletion: *f.Deleted})
		}
	}
	return out, err
}

var errEnough = errors.New("survey: enough")

// BinnedSubmissions are submissions in the recycle bin, the last deleted first, from a place in that
// order on; those of forms in the recycle bin are with their forms.
func (s *Service) BinnedSubmissions(ctx context.Context, project id.ProjectID, from id.BinMark, limit int) ([]id.Binned, error) {
	forms, err := s.Forms(ctx, project)
	if err != nil {
		return nil, err
	}
	titles := map[id.FormID]string{}
	for _, f := range forms {
		titles[f.ID] = f.Title
	}
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	var out []id.Binned
	err = s.store.DeletedSubmissions(ctx, project, s.now().Add(-id.BinLength), from.At, func(sub *Submission) error {
		title, ok := titles[sub.FormID]
		if b := (id.Binned{Kind: id.KindSubmission, ID: string(sub.ID), Title: title + " " + sub.Receipt(), Deletion: *sub.Deleted}); ok && from.Before(b) && reached.has(sub.CaseID, sub.Submitter) {
			out = append(out, b)
		}
		if len(out) == limit {
			return errEnough
		}
		return nil
	})
	if errors.Is(err, errEnough) {
		err = nil
	}
	return out, err
}
