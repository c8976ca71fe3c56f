package casebase

import (
	"context"
	"io"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
)

// Existing says what becomes of a title that the project already has.
type Existing string

// The choices.
const (
	ExistingSkip   Existing = "skip"
	ExistingUpdate Existing = "update" // what the file says replaces what is there; what it leaves empty stays
)

// Preview says what an import would do.
type Preview struct {
	Sheet    string   // of a workbook
	Columns  []Column // of a table
	Rows     []PreviewRow
	Problems []problem.Detail // to be put right before anything is imported; at most 100
	Warnings []problem.Detail
}

// PreviewRow is one case of an import.
type PreviewRow struct {
	Where      string    // "调查!A12", or the file's name
	Existing   id.CaseID // the case that has the title; "" when it is new
	Title      string
	Attributes []Attribute
	Characters int // of the text, without spaces
	Images     int
}

// Imported says what an import did.
type Imported struct {
	Created, Updated, Unchanged, Skipped []id.CaseID
}

// PreviewImport reads a file (.docx, .md, .txt: one case; .xlsx, .csv: one case a
// row) and says what Import would do. Its error is that of a file that cannot be read.
func (s *Service) PreviewImport(ctx context.Context, project id.ProjectID, f File) (*Preview, error) {
	p, err := s.plan(ctx, project, f)
	if err != nil {
		return nil, err
	}
	return &p.Preview, nil
}

// Import makes and updates cases from a file. With any of the Preview's problems
// nothing is written and they are the error's details. It is safe to repeat, also
// when it was broken off: what is there already is not made again.
func (s *Service) Import(ctx context.Context, actor id.UserID, project id.ProjectID, f File, existing Existing) (Imported, error) {
	var done Imported
	p, err := s.plan(ctx, project, f)
	if err != nil {
		return done, err
	}
	if len(p.Problems) > 0 {
		wrong := problem.New(problem.Invalid, "case.import.problems", f.Name, len(p.Problems))
		wrong.Details = p.Problems
		return done, wrong
	}
	for _, d := range p.drafts {
		if err := s.write(ctx, actor, project, d, existing, &done); err != nil {
			return done, err
		}
	}
	return done, nil
}

// write makes or updates one case.
func (s *Service) write(ctx context.Context, actor id.UserID, project id.ProjectID, d draft, existing Existing, done *Imported) error {
	if d.existing != "" && existing == ExistingSkip {
		done.Skipped = append(done.Skipped, d.existing)
		return nil
	}
	attachments, err := d.document.attachments(func(name string, data io.Reader) (Attachment, error) {
		return s.keep(ctx, project, name, data)
	})
	if err != nil {
		return err
	}
	if d.existing == "" {
		c, err := s.insert(ctx, actor, project, d.edit, attachments)
		if err == nil {
			done.Created = append(done.Created, c.ID)
		}
		return err
	}
	before := int64(0)
	c, err := s.change(ctx, actor, project, d.existing, func(c *Case) error {
		before = c.Revision
		c.Attachments = overlay(c.Attachments, attachments, func(a Attachment) string { return a.Name })
		var err error
		c.Edit, err = c.Edit.with(d.edit).Normal()
		return err
	})
	switch {
	case err != nil:
		return err
	case c.Revision == before:
		done.Unchanged = append(done.Unchanged, c.ID)
	default:
		done.Updated = append(done.Updated, c.ID)
	}
	return nil
}

// insert stores an imported case under the name that its title gives, so that the same
// import sent twice at once makes it once.
func (s *Service) insert(ctx context.Context, actor id.UserID, project id.ProjectID, edit Edit, attachments []Attachment) (Case, error) {
	if edit.State == "" {
		edit.State = StateDraft
	}
	unnamed := s.fresh(actor, project, edit, attachments)
	named := unnamed
	named.ID = id.CaseID(id.Derived(string(project), "case", edit.Title))
	made, err := s.create(ctx, named)
	if !problem.Is(err, problem.Conflict) {
		return made, err
	}
	there, err := s.read(ctx, project, named.ID)
	if err == nil && there.Title == edit.Title && !there.Deleted || err != nil && !problem.Is(err, problem.NotFound) {
		return there, err
	}
	return s.create(ctx, unnamed) // that one has been renamed or deleted since, or is beyond the scope
}

// with lays what a file says over what is there.
func (e Edit) with(file Edit) Edit {
	if file.Text != "" {
		e.Text = file.Text
	}
	if file.State != "" {
		e.State = file.State
	}
	e.Attributes = overlay(e.Attributes, file.Attributes, func(a Attribute) string { return a.Name })
	return e
}

// overlay replaces those of the same name in place and appends the others.
func overlay[T any](list, over []T, name func(T) string) []T {
	list = slices.Clone(list)
	for _, item := range over {
		if at := slices.IndexFunc(list, func(other T) bool { return name(other) == name(item) }); at >= 0 {
			list[at] = item
		} else {
			list = append(list, item)
		}
	}
	return list
}
