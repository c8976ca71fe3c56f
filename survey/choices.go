package survey

import (
	"context"
	"io"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// Choices knows what the choices of a version's selects are called: those of the form and of
// its media files, and those of the lists that the project makes as they are at the moment.
type Choices struct {
	*Program
	live    *instance.Program // with those lists; nil when it needs none
	project id.ProjectID
}

// Label is a choice's text, be it offered or not; "" when the list does not have it, or no longer.
func (c Choices) Label(path form.Path, name, language string) string {
	label := c.Program.Label(path, name, language)
	if label == "" && c.live != nil {
		label = c.live.Label(path, name, language)
	}
	if label == "" && c.live != nil && !id.Valid(name) { // a client calls a case that it made by its own id
		label = c.live.Label(path, string(CaseIDOf(c.project, name)), language)
	}
	return label
}

// Choices gives what the choices of a version are called.
func (s *Service) Choices(ctx context.Context, project id.ProjectID, formID id.FormID, number int) (Choices, error) {
	f, err := s.Form(ctx, project, formID)
	if err != nil {
		return Choices{}, err
	}
	return s.choicesOf(ctx, f, number, map[string][]byte{})
}

// choicesOf is Choices; made has the lists that were read for other versions.
func (s *Service) choicesOf(ctx context.Context, f Form, number int, made map[string][]byte) (Choices, error) {
	program, err := s.Program(ctx, f.ProjectID, f.ID, number)
	if err != nil {
		return Choices{}, err
	}
	c, files := Choices{Program: program, project: f.ProjectID}, map[string][]byte{}
	for _, name := range chosenFrom(program.Definition) {
		if mediaAt(f.Versions[number-1].Media, name) >= 0 {
			continue
		}
		content, known := made[name]
		if !known {
			if content, err = s.madeList(ctx, f, number, name); err != nil {
				return Choices{}, err
			}
			made[name] = content
		}
		if content != nil {
			files[name] = content
		}
	}
	if len(files) > 0 {
		c.live, err = program.WithFiles(files)
	}
	return c, err
}

// madeList reads a list that the project makes; nil when it makes none of this name.
func (s *Service) madeList(ctx context.Context, f Form, number int, name string) ([]byte, error) {
	_, r, err := s.OpenMedia(ctx, f.ProjectID, f.ID, number, name)
	if problem.Is(err, problem.NotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer r.Close()
	return io.ReadAll(r)
}

// chosenFrom are the files whose rows the choices of a definition's selects may be.
func chosenFrom(d *form.Definition) []string {
	var names []string
	for _, e := range d.Externals {
		if name := e.FileName(); name != "" && isList(name) {
			names = append(names, name)
		}
	}
	return names
}

// allChoices are the Choices of every version, in their order.
func (s *Service) allChoices(ctx context.Context, f Form) ([]Choices, error) {
	all, made := make([]Choices, len(f.Versions)), map[string][]byte{}
	var err error
	for i := range all {
		if all[i], err = s.choicesOf(ctx, f, i+1, made); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func definitionsOf(versions []Choices) []*form.Definition {
	definitions := make([]*form.Definition, len(versions))
	for i, v := range versions {
		definitions[i] = v.Definition
	}
	return definitions
}
