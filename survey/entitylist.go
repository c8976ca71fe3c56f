package survey

import (
	"bytes"
	"cmp"
	"context"
	"encoding/csv"
	"maps"
	"slices"
	"strconv"
	"strings"

	"tianye/internal/id"
	"tianye/survey/form"
	"tianye/survey/instance"
)

// Lists of entities, but for "cases", are what the project's submissions say they are:
// nothing is kept of them but that, so no process can have another list than the next.

// entityLists are the lists that a definition's submissions make, without that of the cases.
func entityLists(d *form.Definition) []string {
	names := map[string]bool{}
	for _, e := range d.Entities {
		if e.Dataset != casesList {
			names[e.Dataset] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// ofLists are the entities of lists that a new submission makes or changes, each with an id.
func ofLists(sub *Submission, entities []instance.Entity) []instance.Entity {
	var all []instance.Entity
	for n, e := range entities {
		if e.Dataset == casesList || !e.Create && !e.Update {
			continue
		}
		if e.ID == "" {
			e.ID = id.Derived(string(sub.ProjectID), "entity", sub.InstanceID+"#"+strconv.Itoa(n))
		}
		all = append(all, e)
	}
	return all
}

// listsMade are the entity lists that the project's published versions make.
func (s *Service) listsMade(ctx context.Context, project id.ProjectID) (map[string]bool, error) {
	forms, err := s.store.Forms(ctx, project)
	if err != nil {
		return nil, err
	}
	made := map[string]bool{}
	for _, f := range forms {
		for _, v := range f.Versions {
			for _, list := range v.Makes {
				made[list] = true
			}
		}
	}
	return made, nil
}

// liveOf gives what makes a media file's content, if the project makes it: the cases, or
// an entity list of one of its forms; else nil.
func (s *Service) liveOf(ctx context.Context, project id.ProjectID, name string) (Live, error) {
	list, isTable := strings.CutSuffix(name, ".csv")
	if live := s.live[name]; live != nil || !isTable {
		return live, nil
	}
	made, err := s.listsMade(ctx, project)
	if err != nil || !made[list] {
		return nil, err
	}
	return func(ctx context.Context, project id.ProjectID) ([]byte, error) {
		return s.entityFile(ctx, project, list)
	}, nil
}

// entityFile is a list as forms read it: name is the entity's id, label, __version from 1
// (ODK Entities specification), then a property a column.
func (s *Service) entityFile(ctx context.Context, project id.ProjectID, list string) ([]byte, error) {
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	entities, properties := fold(k.entities, list)
	w.Write(append([]string{"name", "label", "__version"}, properties...)) // errors are kept until Flush
	for _, e := range entities {
		row := []string{e.ID, e.Label, strconv.Itoa(e.version)}
		for _, property := range properties {
			row = append(row, e.Properties[property])
		}
		w.Write(row)
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

// listed is an entity as a list has it.
type listed struct {
	instance.Entity
	version int
}

// fold makes a list of what submissions say, the first received first, and the names of its properties.
func fold(said map[id.SubmissionID]*Submission, list string) ([]*listed, []string) {
	var all []*listed
	byID, properties := map[string]*listed{}, map[string]bool{}
	for _, sub := range slices.SortedFunc(maps.Values(said), func(a, b *Submission) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.ID, b.ID))
	}) {
		for _, e := range sub.Entities {
			if e.Dataset != list {
				continue
			}
			known := byID[e.ID]
			switch {
			case known == nil && !e.Create:
				continue // nothing to change: made by a submission that was rejected
			case known == nil:
				known = &listed{Entity: instance.Entity{ID: e.ID, Properties: map[string]string{}}}
				byID[e.ID] = known
				all = append(all, known)
			}
			known.version++
			known.Label = cmp.Or(e.Label, known.Label)
			for property, value := range e.Properties {
				known.Properties[property], properties[property] = value, true
			}
		}
	}
	return all, slices.Sorted(maps.Keys(properties))
}

// putEntities keeps what a submission says of entities, unless it was rejected.
func (k *keptProject) putEntities(sub *Submission) {
	if before := k.entities[sub.ID]; len(sub.Entities) == 0 || before != nil && before.Revision >= sub.Revision {
		return
	}
	kept := &Submission{ID: sub.ID, Received: sub.Received, Revision: sub.Revision}
	if sub.State != Rejected {
		kept.Entities = sub.Entities
	}
	k.entities[sub.ID] = kept
}
