package survey

import (
	"context"
	"slices"
	"strings"
	"unicode/utf8"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// judgeLink gives the settings trimmed, or says all that is wrong with them.
func (s *Service) judgeLink(ctx context.Context, project id.ProjectID, formID id.FormID, set LinkSettings) (LinkSettings, error) {
	if err := s.Opens(ctx, project, formID); err != nil {
		return set, err
	}
	p := problem.New(problem.Invalid, "publiclink.wrong")
	set.Title = strings.TrimSpace(set.Title)
	if n := utf8.RuneCountInString(set.Title); n == 0 || n > maxLinkTitle {
		p.With("title", "publiclink.titleLength", maxLinkTitle)
	}
	for _, text := range []struct {
		field string
		value *string
	}{{"greeting", &set.Greeting}, {"thanks", &set.Thanks}, {"consent", &set.Consent}} {
		*text.value = strings.TrimSpace(*text.value)
		if utf8.RuneCountInString(*text.value) > maxLinkText {
			p.With(text.field, "publiclink.textLong", maxLinkText)
		}
	}
	if !set.Closes.IsZero() && !set.Closes.After(set.Opens) {
		p.With("closes", "publiclink.closesEarly")
	}
	if !slices.Contains([]LinkOnce{Unlimited, OncePerDevice, OncePerCode}, set.Once) {
		p.With("once", "publiclink.onceUnknown")
	}
	if set.Suggestion != "" {
		if err := s.publicQuestion(ctx, project, formID, set.Suggestion); err != nil {
			if !problem.Is(err, problem.Invalid) {
				return set, err
			}
			p.Details = append(p.Details, problem.Detail{Where: "suggestion", Text: problem.From(err).Text})
		}
	}
	return set, ifAny(p)
}

// Opens tells why a form cannot be opened to the public: strangers are shown no list of the project's,
// and change none.
func (s *Service) Opens(ctx context.Context, project id.ProjectID, formID id.FormID) error {
	f, public, err := s.PublicVersion(ctx, project, formID)
	if err == nil && public.Number != f.Current().Number {
		err = problem.New(problem.Invalid, "publiclink.readsLists")
	}
	return err
}

// PublicVersion gives a form and its last version that can be shown to strangers: a later one may read lists.
func (s *Service) PublicVersion(ctx context.Context, project id.ProjectID, formID id.FormID) (Form, *Version, error) {
	f, err := s.Taking(ctx, project, formID)
	if err != nil {
		return f, nil, err
	}
	if f.Current() == nil {
		return f, nil, problem.New(problem.Invalid, "publiclink.notPublished")
	}
	for i := len(f.Versions) - 1; i >= 0; i-- {
		v := &f.Versions[i]
		d, err := s.Definition(ctx, project, formID, v.Number)
		if err != nil {
			return f, nil, err
		}
		follows := func(name string) bool { return isList(name) && mediaAt(v.Media, name) < 0 }
		if !slices.ContainsFunc(v.Needs, follows) && len(d.Entities) == 0 {
			return f, v, nil
		}
	}
	return f, nil, problem.New(problem.Invalid, "publiclink.readsLists")
}

// publicQuestion refuses a question whose answers may not be shown to all.
func (s *Service) publicQuestion(ctx context.Context, project id.ProjectID, formID id.FormID, path form.Path) error {
	f, err := s.Taking(ctx, project, formID)
	if err != nil {
		return err
	}
	versions, err := s.definitions(ctx, f)
	if err != nil {
		return err
	}
	field := single(versions[len(versions)-1], path)
	if field == nil || field.Type != form.TextQuestion || PersonalIn(versions...).Has(path) {
		return problem.New(problem.Invalid, "publiclink.suggestionQuestion")
	}
	return nil
}

// single gives the field at a path that has one answer a submission, or nil.
func single(d *form.Definition, path form.Path) *form.Field {
	var section form.Path
	for _, name := range path.Names() {
		section = section.Join(name)
		if f := d.Find(section); f == nil || f.Type == form.Repeat {
			return nil
		}
	}
	return d.Find(path)
}
