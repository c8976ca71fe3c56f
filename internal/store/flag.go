package store

import (
	"context"

	"tianye/internal/id"
	"tianye/survey"
)

// flags are found by the id of their submission, or survey.FlagsOf.
var flags = &Collection{Name: "flags", Indexes: []Index{{Name: "form", Fields: []string{"formid"}}}}

func flagsRevision(f *survey.Flags, revision int64) {
	f.Revision = revision
	for i := range f.Flags {
		restore(f.Flags[i].Text.Args)
	}
}

func (s *Surveys) CreateFlags(ctx context.Context, f survey.Flags) error {
	return insert(ctx, s.b, flags, f.ProjectID, f.ID, f)
}

func (s *Surveys) Flags(ctx context.Context, project id.ProjectID, key string) (survey.Flags, error) {
	return get(ctx, s.b, flags, project, key, flagsRevision)
}

func (s *Surveys) ReplaceFlags(ctx context.Context, f survey.Flags) error {
	return replace(ctx, s.b, flags, f.ProjectID, f.ID, f.Revision, f)
}

func (s *Surveys) FlagChanges(project id.ProjectID) func(context.Context, func(*survey.Flags) error) error {
	follower := Follow(flags, string(project), 0)
	return func(ctx context.Context, each func(*survey.Flags) error) error {
		return follower.Next(ctx, s.b, func(d Document) error {
			if d.Deleted {
				return each(&survey.Flags{ID: d.ID})
			}
			f, err := read(flags, d, flagsRevision)
			if err != nil {
				return err
			}
			return each(&f)
		})
	}
}
