package survey

import (
	"context"
	"encoding/json"
	"fmt"
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
	live  map[string]Live // by the media file's name

	keepCase KeepCase // nil: nobody keeps cases

	mu       sync.Mutex
	programs map[versionKey]*Program
	hashes   map[versionKey]string // of XForms
	formIDs  map[formName]id.FormID
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
	return &Service{store: store, now: now, live: map[string]Live{}, programs: map[versionKey]*Program{}, hashes: map[versionKey]string{}, formIDs: map[formName]id.FormID{}, kept: map[id.ProjectID]*keptProject{}}
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
	f, err := s.store.Form(ctx, project, formID)
	if err != nil {
		return nil, err
	}
	if number < 1 || number > len(f.Versions) {
		return nil, problem.New(problem.NotFound, "survey.noVersion", number)
	}
	p, err = s.compile(ctx, project, f.Versions[number-1])
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

func (s *Service) compile(ctx context.Context, project id.ProjectID, v Version) (*Program, error) {
	hash := v.Definition
	r, _, err := s.store.OpenBlob(ctx, project, hash)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	var d form.Definition
	if err := json.NewDecoder(r).Decode(&d); err != nil {
		return nil, fmt.Errorf("survey: definition %s: %w", hash, err)
	}
	p, complaints := instance.Compile(&d)
	if p == nil { // it compiled when it was published
		return nil, fmt.Errorf("survey: definition %s: %v", hash, complaints)
	}
	files, err := s.lists(ctx, project, &d, v.Media)
	if err != nil {
		return nil, err
	}
	if p, err = p.WithFiles(files); err != nil {
		return nil, err
	}
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
