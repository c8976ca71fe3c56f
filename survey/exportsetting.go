package survey

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"tianye/internal/account"
	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// ExportSetting is an export that is made again and again, by a name. It says what to select and how to
// write it, never more than the member who runs it may see. Exports with personal data want a reason
// each time and are not kept.
type ExportSetting struct {
	ID         id.ExportID
	ProjectID  id.ProjectID
	Name       string
	By         id.UserID
	FormID     id.FormID
	Format     Format
	Values     bool        // choices by their names
	Attributes bool        `bson:",omitempty"` // with those of the cases
	Filter     string      // as the list of submissions writes it in its address
	Columns    []form.Path // nil for all
	Created    time.Time
	Deleted    *id.Deletion `bson:",omitempty"`
	Revision   int64        `bson:"-"`
}

// ExportStore keeps saved export settings.
type ExportStore interface {
	CreateExportSetting(ctx context.Context, e ExportSetting) error
	ExportSetting(ctx context.Context, project id.ProjectID, setting id.ExportID) (ExportSetting, error)
	ExportSettings(ctx context.Context, project id.ProjectID) ([]ExportSetting, error)
	ReplaceExportSetting(ctx context.Context, e ExportSetting) error
}

// The bounds of saved export settings.
const (
	mostSettings = 100
	maxName      = 60   // characters
	maxFilter    = 2000 // bytes
	mostColumns  = 2000
)

// ownSettings leaves a limited member those that they made: others' names and filters may tell of what is
// beyond the limit.
func ownSettings(ctx context.Context, all []ExportSetting, deleted bool) []ExportSetting {
	scope := account.ScopeOf(ctx)
	return slices.DeleteFunc(all, func(e ExportSetting) bool {
		return (e.Deleted != nil) != deleted || !scope.Limit.IsZero() && e.By != scope.User
	})
}

// ExportSettings are the saved ones, by name.
func (s *Service) ExportSettings(ctx context.Context, project id.ProjectID) ([]ExportSetting, error) {
	all, err := s.store.ExportSettings(ctx, project)
	all = ownSettings(ctx, all, false)
	slices.SortFunc(all, func(a, b ExportSetting) int { return cmp.Or(strings.Compare(a.Name, b.Name), cmp.Compare(a.ID, b.ID)) })
	return all, err
}

// SaveExport keeps a new setting.
func (s *Service) SaveExport(ctx context.Context, project id.ProjectID, actor id.UserID, e ExportSetting) (ExportSetting, error) {
	e.Name = strings.TrimSpace(e.Name)
	switch n := utf8.RuneCountInString(e.Name); {
	case n == 0:
		return e, problem.New(problem.Invalid, "export.nameNone").With("name", "export.nameNone")
	case n > maxName:
		return e, problem.New(problem.Invalid, "export.nameLong", maxName).With("name", "export.nameLong", maxName)
	case len(e.Filter) > maxFilter || len(e.Columns) > mostColumns:
		return e, problem.New(problem.Invalid, "export.tooMuch")
	}
	if _, err := s.Form(ctx, project, e.FormID); err != nil {
		return e, err
	}
	there, err := s.store.ExportSettings(ctx, project)
	if err != nil {
		return e, err
	}
	if len(there) >= mostSettings {
		return e, problem.New(problem.Invalid, "export.tooMany", mostSettings)
	}
	e.ID, e.ProjectID, e.By, e.Created = id.ExportID(id.New(s.now())), project, actor, s.now().Truncate(time.Millisecond)
	e.Deleted, e.Revision = nil, 1
	return e, s.store.CreateExportSetting(ctx, e)
}

// DeleteExport puts a setting into the recycle bin.
func (s *Service) DeleteExport(ctx context.Context, project id.ProjectID, actor id.UserID, setting id.ExportID, why string) (ExportSetting, error) {
	return s.changeExport(ctx, project, setting, func(e *ExportSetting) error {
		if e.Deleted == nil {
			e.Deleted = &id.Deletion{By: actor, At: s.now().Truncate(time.Millisecond), Why: why}
		}
		return nil
	})
}

// RestoreExport takes it out of there.
func (s *Service) RestoreExport(ctx context.Context, project id.ProjectID, setting id.ExportID) (ExportSetting, error) {
	return s.changeExport(ctx, project, setting, func(e *ExportSetting) error {
		if e.Deleted != nil && e.Deleted.Expired(s.now()) {
			return problem.New(problem.NotFound, "bin.gone")
		}
		e.Deleted = nil
		return nil
	})
}

// BinnedExports are the settings in the recycle bin.
func (s *Service) BinnedExports(ctx context.Context, project id.ProjectID) ([]id.Binned, error) {
	all, err := s.store.ExportSettings(ctx, project)
	var out []id.Binned
	for _, e := range ownSettings(ctx, all, true) {
		if !e.Deleted.Expired(s.now()) {
			out = append(out, id.Binned{Kind: id.KindExport, ID: string(e.ID), Title: e.Name, Deletion: *e.Deleted})
		}
	}
	return out, err
}

// changeExport changes a setting; another's is not found by a limited member.
func (s *Service) changeExport(ctx context.Context, project id.ProjectID, setting id.ExportID, change func(*ExportSetting) error) (ExportSetting, error) {
	var err error
	for range retries {
		var e ExportSetting
		if e, err = s.store.ExportSetting(ctx, project, setting); err != nil {
			return e, err
		}
		if scope := account.ScopeOf(ctx); !scope.Limit.IsZero() && e.By != scope.User {
			return ExportSetting{}, problem.New(problem.NotFound, "store.notFound")
		}
		before := e.Deleted
		if err = change(&e); err != nil || e.Deleted == before {
			return e, err
		}
		if err = s.store.ReplaceExportSetting(ctx, e); err == nil || !problem.Is(err, problem.Conflict) {
			return e, err
		}
	}
	return ExportSetting{}, err
}
