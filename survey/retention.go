package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/internal/table"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// Personal data is erased in three steps, each of which may be repeated: the submission without it
// takes the place of the one with it, its former revisions are forgotten, and it is marked as erased.
// Stopped between them, the next time does all again. Files that nothing names any more go with the
// next look through the blobs. Tables and lists in memory are made anew.

// Sweep erases the personal answers of the projects whose day of retention is past: what is answered
// later still goes at the next Sweep, but none before the setting is RetainGrace old. It tells of how many submissions, of the projects that had any.
// Several processes may do it at once.
func (s *Service) Sweep(ctx context.Context, projects []account.Project) (map[id.ProjectID]int, error) {
	erased := map[id.ProjectID]int{}
	var failed error
	for _, p := range projects {
		if p.Privacy.Due(s.now()) && ctx.Err() == nil {
			n, err := s.EraseAll(ctx, p.ID)
			if n > 0 {
				erased[p.ID] = n
			}
			failed = errors.Join(failed, err)
		}
	}
	return erased, failed
}

// EraseAll erases the personal answers of all submissions of a project, those in the recycle bin too,
// and tells of how many. One that somebody changes meanwhile is left to the next time.
func (s *Service) EraseAll(ctx context.Context, project id.ProjectID) (int, error) {
	forms, err := s.store.Forms(ctx, project)
	if err != nil {
		return 0, err
	}
	erased := 0
	for _, f := range forms {
		versions, err := s.definitions(ctx, f)
		if err != nil {
			return erased, err
		}
		if len(PersonalIn(versions...)) == 0 {
			continue
		}
		err = s.store.StreamSubmissions(ctx, project, f.ID, func(sub *Submission) (err error) {
			if versions, err = s.upTo(ctx, f, versions, sub.Version); err != nil {
				return err
			}
			e := newEraser(versions, sub.Version, unchanged)
			e.unsearched = true
			if !sub.Erased.IsZero() && !e.finds(*sub) {
				return nil
			}
			err = s.erase(ctx, e, *sub)
			if problem.Is(err, problem.Conflict) {
				return nil
			}
			if err == nil {
				erased++
			}
			return err
		})
		if err != nil {
			return erased, err
		}
	}
	return erased, nil
}

// erase does the three steps. What it met of quotas cannot be told afterwards: its places stay.
func (s *Service) erase(ctx context.Context, e eraser, sub Submission) error {
	sub = e.clean(sub)
	sub.Erased = time.Time{}
	sub, err := s.write(ctx, sub)
	if err != nil {
		return err
	}
	if err := s.store.ForgetSubmission(ctx, sub.ProjectID, sub.ID); err != nil {
		return err
	}
	if err := s.cleanVerdicts(ctx, sub.ProjectID, string(sub.ID), e.change); err != nil {
		return err
	}
	if err := s.cleanSuggestion(ctx, e, sub); err != nil {
		return err
	}
	sub.Erased = s.now().Truncate(time.Millisecond)
	_, err = s.write(ctx, sub)
	return err
}

// eraser takes the personal answers out of a submission, and changes all other text.
type eraser struct {
	d          *form.Definition
	versions   []*form.Definition // all of the form
	personal   Personal
	change     mask
	unsearched bool // nobody has looked at what else the submission says: no text is searched for
}

func newEraser(versions []*form.Definition, version int, change mask) eraser {
	return eraser{d: versions[version-1], versions: versions, personal: PersonalIn(versions...), change: change}
}

// finds tells whether there is something to erase: after an erasure, what came later.
func (e eraser) finds(sub Submission) bool {
	found := slices.ContainsFunc(sub.Attachments, isStray(e.d, sub.Answers))
	EachLeaf(e.d, sub.Answers, func(path form.Path, _ *form.Field, _ string) { found = found || e.personal.Has(path) })
	for _, entity := range sub.Entities {
		found = found || entity.Label != "" && labelTells(entity.Dataset, e.versions...)
		for name := range privateProperties(entity.Dataset, e.versions...) {
			found = found || entity.Properties[name] != ""
		}
	}
	return found
}

// isStray tells of files whether no present answer names them.
func isStray(d *form.Definition, answers map[string]any) func(Attachment) bool {
	named := map[string]bool{}
	eachFile(d, answers, func(_ form.Path, name string) { named[name] = true })
	return func(a Attachment) bool { return !named[a.Name] || a.Former }
}

// clean gives a copy of the submission without what is to be erased.
func (e eraser) clean(sub Submission) Submission {
	sub.Answers = masked("", e.d.Fields, sub.Answers, e.maskOf)
	sub.Original, sub.DeviceID = nil, ""
	sub.Attachments = slices.DeleteFunc(slices.Clone(sub.Attachments), isStray(e.d, sub.Answers))
	sub.Events = slices.Clone(sub.Events)
	for i := range sub.Events {
		event := &sub.Events[i]
		event.Comment, event.Found = e.change(event.Comment), nil // which quotes answers
		event.Changes, event.Reasons = slices.Clone(event.Changes), cleaned(event.Reasons, e.change)
		for k := range event.Changes {
			c := &event.Changes[k]
			if e.personal.Has(c.Path) {
				c.Old, c.New = "", ""
			} else if c.Path != VarCase {
				c.Old, c.New = e.change(c.Old), e.change(c.New)
			}
		}
	}
	sub.Entities = slices.Clone(sub.Entities)
	for i := range sub.Entities {
		e.cleanEntity(&sub.Entities[i])
	}
	if sub.Return != nil {
		r := *sub.Return
		r.Comment, r.Reasons = e.change(r.Comment), cleaned(r.Reasons, e.change)
		sub.Return = &r
	}
	if sub.Deleted != nil {
		deleted := *sub.Deleted
		deleted.Why = e.change(deleted.Why)
		sub.Deleted = &deleted
	}
	return sub
}

// cleanEntity takes out what was said before a question became personal, too.
func (e eraser) cleanEntity(entity *instance.Entity) {
	entity.Label = e.change(entity.Label)
	if labelTells(entity.Dataset, e.versions...) {
		entity.Label = ""
	}
	private, properties := privateProperties(entity.Dataset, e.versions...), make(map[string]string, len(entity.Properties))
	for name, value := range entity.Properties {
		if !private[name] {
			properties[name] = e.change(value)
		}
	}
	entity.Properties = properties
}

// maskOf leaves out what is personal data, files in whose names the text is, and numbers and the like that
// as a whole are the text that goes.
func (e eraser) maskOf(path form.Path, f *form.Field) mask {
	switch {
	case e.personal.Has(path):
		return nil
	case f.Type.IsSection():
		return unchanged
	case isWords(f.Type):
		return e.change
	case f.Type.IsAttachment():
		return func(name string) string {
			if e.change(name) != name {
				return ""
			}
			return name
		}
	}
	return func(value string) string {
		if e.change(value) == Blot {
			return ""
		}
		return value
	}
}

// isWords tells whether answers of a type are words, in parts of which a name may be found: of numbers, dates,
// places and files only the whole may be meant.
func isWords(t form.Type) bool {
	return columnType(t) == table.Text && !t.IsAttachment() && !t.IsPlace() && t != form.StartGeopoint && t != form.BackgroundPoint
}
