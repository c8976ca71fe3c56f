package survey

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
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
	reach    Reach    // nil: nobody keeps cases
	locate   Locate   // nil: nobody knows where cases are
	team     Team     // nil: nobody keeps members

	compiled *cache[*compiled]
	programs *cache[*Program] // of versions with lists in files

	mu      sync.Mutex
	hashes  map[versionKey]string // of XForms
	formIDs map[formName]id.FormID
	kept    map[id.ProjectID]*keptProject
	flags   map[id.ProjectID]*keptFlags
	spent   sync.Map // by the hash of a log of filling in: what the questions took together

	assigned map[id.ProjectID]*keptAssignments
	places   places
}

type versionKey struct {
	project id.ProjectID
	form    id.FormID
	number  int
}

func (k versionKey) String() string { return fmt.Sprintf("%s/%s/%d", k.project, k.form, k.number) }

// Program is a published version ready to judge instances.
type Program struct {
	Definition *form.Definition
	*instance.Program
}

// The bounds of what is kept in memory, in bytes of the files that it is made of; in memory it
// takes about ten times as much.
const (
	maxCompiled = 16 << 20
	maxPrograms = 32 << 20
)

// New makes the service; now is the clock.
func New(store Store, now func() time.Time) *Service {
	return &Service{store: store, now: now, live: map[string]Live{}, compiled: newCache[*compiled](maxCompiled), programs: newCache[*Program](maxPrograms),
		hashes: map[versionKey]string{}, formIDs: map[formName]id.FormID{}, kept: map[id.ProjectID]*keptProject{}, flags: map[id.ProjectID]*keptFlags{},
		assigned: map[id.ProjectID]*keptAssignments{}, places: places{free: map[string][]int{}, full: map[string]time.Time{}}}
}

// compiled is a published version without the files that it looks things up in.
type compiled struct {
	Program
	lists []Attachment // those files
}

// Definition gives a published version's definition.
func (s *Service) Definition(ctx context.Context, project id.ProjectID, formID id.FormID, number int) (*form.Definition, error) {
	c, err := s.compile(ctx, versionKey{project, formID, number})
	if err != nil {
		return nil, err
	}
	return c.Definition, nil
}

// Program gives a published version, compiled, with its files.
func (s *Service) Program(ctx context.Context, project id.ProjectID, formID id.FormID, number int) (*Program, error) {
	key := versionKey{project, formID, number}
	c, err := s.compile(ctx, key)
	if err != nil {
		return nil, err
	}
	if len(c.lists) == 0 {
		return &c.Program, nil
	}
	return s.programs.get(ctx, key, func(ctx context.Context) (*Program, int64, error) {
		files, size, err := s.readLists(ctx, project, c.lists)
		if err != nil {
			return nil, 0, err
		}
		p, err := c.WithFiles(files)
		return &Program{c.Definition, p}, size, err
	})
}

func (s *Service) compile(ctx context.Context, key versionKey) (*compiled, error) {
	return s.compiled.get(ctx, key, func(ctx context.Context) (*compiled, int64, error) {
		f, err := s.store.Form(ctx, key.project, key.form)
		if err != nil {
			return nil, 0, err
		}
		if key.number < 1 || key.number > len(f.Versions) {
			return nil, 0, problem.New(problem.NotFound, "survey.noVersion", key.number)
		}
		v := f.Versions[key.number-1]
		r, size, err := s.store.OpenBlob(ctx, key.project, v.Definition)
		if err != nil {
			return nil, 0, err
		}
		defer r.Close()
		var d form.Definition
		if err := json.NewDecoder(r).Decode(&d); err != nil {
			return nil, 0, fmt.Errorf("survey: definition %s: %w", v.Definition, err)
		}
		p, complaints := instance.Compile(&d)
		if p == nil { // it compiled when it was published
			return nil, 0, fmt.Errorf("survey: definition %s: %v", v.Definition, complaints)
		}
		return &compiled{Program{&d, p}, lists(&d, v.Media)}, size, nil
	})
}

// Forms lists a project's forms, but for those in the recycle bin.
func (s *Service) Forms(ctx context.Context, project id.ProjectID) ([]Form, error) {
	forms, err := s.store.Forms(ctx, project)
	return slices.DeleteFunc(forms, func(f Form) bool { return f.Deleted != nil }), err
}

// Form gives one form; one in the recycle bin is not found.
func (s *Service) Form(ctx context.Context, project id.ProjectID, formID id.FormID) (Form, error) {
	return living(s.store.Form(ctx, project, formID))
}
