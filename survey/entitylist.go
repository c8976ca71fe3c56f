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
	"sync"

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

// EntityLists are the forms that make each entity list of a project, by the list's name.
type EntityLists map[string][]Form

// ListsMade finds the entity lists that the published versions of a project's forms make.
func ListsMade(forms []Form) EntityLists {
	made := EntityLists{}
	for _, f := range forms {
		names := map[string]bool{}
		for _, v := range f.Versions {
			for _, list := range v.Makes {
				names[list] = true
			}
		}
		for list := range names {
			made[list] = append(made[list], f)
		}
	}
	return made
}

// listsMade is ListsMade of the project's forms.
func (s *Service) listsMade(ctx context.Context, project id.ProjectID) (EntityLists, error) {
	forms, err := s.Forms(ctx, project)
	return ListsMade(forms), err
}

// liveOf gives what makes a media file's content, if the project makes it: the cases, or
// an entity list of one of its forms; else nil.
func (s *Service) liveOf(made EntityLists, name string) Live {
	list, isTable := strings.CutSuffix(name, ".csv")
	forms := made[list]
	if live := s.live[name]; live != nil || !isTable || forms == nil {
		return live
	}
	return func(ctx context.Context, project id.ProjectID) ([]byte, error) {
		return s.entityFile(ctx, project, list, forms)
	}
}

// keptList is an entity list until what is said of it changes, or what of that is personal data.
type keptList struct {
	versions int // of the forms that make it, when it was made
	content  func() ([]byte, error)
}

// entityFile is a list as forms read it: name is the entity's id, label, __version from 1
// (ODK Entities specification), then a property a column. What is personal data in any version
// of a form stays with its submissions: whoever fills a form in has the lists.
func (s *Service) entityFile(ctx context.Context, project id.ProjectID, list string, forms []Form) ([]byte, error) {
	content, err := s.keptList(ctx, project, list, forms)
	if err != nil {
		return nil, err
	}
	return content()
}

func (s *Service) keptList(ctx context.Context, project id.ProjectID, list string, forms []Form) (content func() ([]byte, error), err error) {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, err
	}
	k := s.keptFor(project)
	k.mu.Lock()
	defer k.mu.Unlock()
	if err := s.refresh(ctx, project, k); err != nil {
		return nil, err
	}
	versions := 0
	for _, f := range forms {
		if err := s.know(ctx, project, f.ID, k.form(f.ID), len(f.Versions)); err != nil {
			return nil, err
		}
		versions += len(k.form(f.ID).versions)
	}
	known, ok := k.lists[list]
	if ok && known.versions == versions && reached == nil {
		return known.content, nil
	}
	private := map[id.FormID]map[string]bool{}
	for _, f := range forms {
		private[f.ID] = privateProperties(list, k.form(f.ID).versions...)
	}
	said := slices.DeleteFunc(slices.Collect(maps.Values(k.entities)), func(sub *Submission) bool { return k.gone[sub.FormID] || !reached.has(sub.CaseID, sub.Submitter) })
	known = keptList{versions, sync.OnceValues(func() ([]byte, error) { return writeList(fold(said, list, private)) })}
	if reached == nil {
		k.lists[list] = known
	}
	return known.content, nil
}

func writeList(entities []*listed, properties []string) ([]byte, error) {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
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

// fold makes a list of what submissions say, the first received first, and the names of its
// properties, without each form's private ones.
func fold(said []*Submission, list string, private map[id.FormID]map[string]bool) ([]*listed, []string) {
	var all []*listed
	byID, properties := map[string]*listed{}, map[string]bool{}
	slices.SortFunc(said, func(a, b *Submission) int {
		return cmp.Or(a.Received.Compare(b.Received), cmp.Compare(a.ID, b.ID))
	})
	for _, sub := range said {
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
				if !private[sub.FormID][property] {
					known.Properties[property], properties[property] = value, true
				}
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
	kept := &Submission{ID: sub.ID, FormID: sub.FormID, CaseID: sub.CaseID, Submitter: sub.Submitter, Received: sub.Received, Revision: sub.Revision}
	if sub.State != Rejected {
		kept.Entities = sub.Entities
	}
	k.entities[sub.ID] = kept
	clear(k.lists)
}
