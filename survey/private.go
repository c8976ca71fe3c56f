package survey

import (
	"context"
	"slices"
	"strconv"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/xpath"
)

// Entities and cases are seen by more people than submissions with their personal data are: an
// answer that is personal data is not carried over.

// privateProperties are the properties of a list that personal data, in any of a form's versions,
// would become.
func privateProperties(list string, versions ...*form.Definition) map[string]bool {
	personal, private := PersonalIn(versions...), map[string]bool{}
	for _, d := range versions {
		d.Walk(func(path form.Path, f *form.Field) {
			if f.Saves(list) && personal.Has(path) {
				private[f.SaveTo] = true
			}
		})
	}
	return private
}

// labelTells tells whether the label of a list's entities is made of personal data, in any of a form's versions.
func labelTells(list string, versions ...*form.Definition) (tells bool) {
	personal := PersonalIn(versions...)
	for _, d := range versions {
		for _, e := range d.Entities {
			if e.Dataset == list && e.Label != nil {
				e.Label.Walk(func(n *xpath.Node) { tells = tells || personal.Has(pathOf(n.Target)) })
			}
		}
	}
	return tells
}

// withoutPrivate takes the properties that are personal data off what a submission says of entities.
func (s *Service) withoutPrivate(ctx context.Context, sub *Submission, entities []instance.Entity) error {
	if len(entities) == 0 {
		return nil
	}
	f, err := s.store.Form(ctx, sub.ProjectID, sub.FormID)
	if err != nil {
		return err
	}
	versions, err := s.definitions(ctx, f)
	if err != nil {
		return err
	}
	private := map[string]map[string]bool{} // by the list
	for _, e := range entities {
		if private[e.Dataset] == nil {
			private[e.Dataset] = privateProperties(e.Dataset, versions...)
		}
		for property := range private[e.Dataset] {
			delete(e.Properties, property)
		}
	}
	return nil
}

// doubtPrivate warns of personal data that a form would carry over: properties, which are left
// out, and labels, which are not.
func doubtPrivate(d *form.Definition) []Complaint {
	var doubts []Complaint
	doubt := func(sheet string, row int, column string, text problem.Text) {
		doubts = append(doubts, Complaint{Sheet: sheet, Cell: strconv.Itoa(row), Column: column, Text: text})
	}
	personal := PersonalIn(d)
	if len(d.Entities) > 0 {
		d.Walk(func(path form.Path, f *form.Field) {
			if f.SaveTo != "" && personal.Has(path) {
				doubt("survey", f.Row, "save_to", problem.Say("survey.personalSaved", string(path), f.SaveTo))
			}
		})
	}
	for _, e := range d.Entities {
		if e.Label == nil {
			continue
		}
		var named []string
		e.Label.Walk(func(n *xpath.Node) {
			if path := pathOf(n.Target); path != "" && personal.Has(path) && !slices.Contains(named, string(path)) {
				named = append(named, string(path))
				doubt("entities", e.Row, "label", problem.Say("survey.personalLabel", string(path), e.Dataset))
			}
		})
	}
	return doubts
}

func pathOf(names []string) (path form.Path) {
	for _, name := range names {
		path = path.Join(name)
	}
	return path
}
