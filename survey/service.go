package survey

import (
	"context"
	"encoding/json"
	"sync"
	"time"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// Service holds the rules of forms and submissions.
type Service struct {
	store Store
	now   func() time.Time

	mu       sync.Mutex
	programs map[versionKey]*Program
	kept     map[id.ProjectID]*keptProject
}

type versionKey struct {
	project id.ProjectID
	form    id.FormID
	number  int
}

// Program is a published version ready to judge instances.
type Program struct {
	Definition *form.Definition
	*instance.Program
}

// maxPrograms bounds the compiled versions kept in memory.
const maxPrograms = 64

// New makes the service; now is the clock.
func New(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, programs: map[versionKey]*Program{}, kept: map[id.ProjectID]*keptProject{}}
}

// Program gives a published version, compiled; versions never change, so it is kept.
func (s *Service) Program(ctx context.Context, project id.ProjectID, formID id.FormID, number int) (*Program, error) {
	key := versionKey{project, formID, number}
	s.mu.Lock()
	p := s.programs[key]
	s.mu.Unlock()
	if p != nil {
		return p, nil
	}
	v, err := s.store.Version(ctx, project, formID, number)
	if err != nil {
		return nil, err
	}
	p, err = compile(v.Definition)
	if err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.programs) >= maxPrograms {
		clear(s.programs)
	}
	s.programs[key] = p
	return p, nil
}

func compile(definition []byte) (*Program, error) {
	var d form.Definition
	if err := json.Unmarshal(definition, &d); err != nil {
		return nil, problem.New(problem.Internal, "problem.internal").Because(err)
	}
	p, _ := instance.Compile(&d) // complaints were settled before it was published
	return &Program{&d, p}, nil
}

// Forms lists a project's forms.
func (s *Service) Forms(ctx context.Context, project id.ProjectID) ([]Form, error) {
	return s.store.Forms(ctx, project)
}

// Form gives one form.
func (s *Service) Form(ctx context.Context, project id.ProjectID, formID id.FormID) (Form, error) {
	return s.store.Form(ctx, project, formID)
}
