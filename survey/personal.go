package survey

import (
	"context"
	"strings"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// Personal are the questions and sections of a form that are personal data in any of
// its versions, with what de-identified exports keep of them, by the newest that says so:
// answers given as personal data stay so, and those given before somebody thought of it become so.
type Personal map[form.Path]form.Keep

// PersonalIn finds what is personal data in versions of a form, the oldest first.
func PersonalIn(versions ...*form.Definition) Personal {
	personal := Personal{}
	for _, d := range versions {
		d.Walk(func(path form.Path, f *form.Field) {
			if f.Personal {
				personal[path] = f.Keep
			}
		})
	}
	return personal
}

// Personal finds what is personal data in a form.
func (s *Service) Personal(ctx context.Context, project id.ProjectID, formID id.FormID) (Personal, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return nil, err
	}
	versions, err := s.definitions(ctx, f)
	return PersonalIn(versions...), err
}

// definitions are those of all versions of a form.
func (s *Service) definitions(ctx context.Context, f Form) ([]*form.Definition, error) {
	versions := make([]*form.Definition, len(f.Versions))
	for i := range versions {
		d, err := s.Definition(ctx, f.ProjectID, f.ID, i+1)
		if err != nil {
			return nil, err
		}
		versions[i] = d
	}
	return versions, nil
}

// upTo gives the definitions of a form's versions with those that were published since, when a
// submission is of one of them.
func (s *Service) upTo(ctx context.Context, f Form, versions []*form.Definition, number int) ([]*form.Definition, error) {
	if number <= len(versions) {
		return versions, nil
	}
	f, err := s.store.Form(ctx, f.ProjectID, f.ID)
	if err != nil {
		return nil, err
	}
	if versions, err = s.definitions(ctx, f); err == nil && number > len(versions) {
		err = problem.New(problem.NotFound, "survey.noVersion", number)
	}
	return versions, err
}

// Has tells whether the answer at a path, or a section around it, is personal data.
func (p Personal) Has(path form.Path) bool {
	_, is := p.at(path)
	return is
}

// at tells whether the answer at a path is personal data, and what may be kept of it.
func (p Personal) at(path form.Path) (keep form.Keep, is bool) {
	path = plain(path)
	for i, c := range path + "/" {
		if _, here := p[path[:i]]; c == '/' && here {
			is = true
		}
	}
	return p[path], is
}

// plain is a path without positions.
func plain(path form.Path) (out form.Path) {
	for _, segment := range path.Names() {
		name, _, _ := strings.Cut(segment, "[")
		out = out.Join(name)
	}
	return out
}

// Without gives a copy of the answers without those that are personal data. A
// personal section takes all that is in it.
func (p Personal) Without(d *form.Definition, answers map[string]any) map[string]any {
	return masked("", d.Fields, answers, func(path form.Path, _ *form.Field) mask {
		if p.Has(path) {
			return nil
		}
		return unchanged
	})
}
