package survey

import (
	"context"
	"regexp"
	"slices"

	"tianye/internal/id"
	"tianye/internal/problem"
	"tianye/survey/form"
)

// Mention is a submission in which a text was found.
type Mention struct {
	Submission
	FormTitle string
	Places    []Place
}

// Place is an answer in which a text was found, or a former one (an event's).
type Place struct {
	Path   form.Path // "" of an event's comment
	Label  string
	Text   string
	Former bool
}

// Mentions finds a text in all answers of all submissions of a project, personal data, repeats and
// corrected answers too, at most so many submissions; more tells that there are others.
func (s *Service) Mentions(ctx context.Context, project id.ProjectID, text *regexp.Regexp, language string, most int) (found []Mention, more bool, err error) {
	reached, err := s.scope(ctx, project)
	if err != nil {
		return nil, false, err
	}
	forms, err := s.store.Forms(ctx, project)
	if err != nil {
		return nil, false, err
	}
	notes, err := s.verdictNotes(ctx, project)
	if err != nil {
		return nil, false, err
	}
	said, err := s.said(ctx, project)
	if err != nil {
		return nil, false, err
	}
	for _, f := range forms {
		versions, err := s.definitions(ctx, f)
		if err != nil {
			return nil, false, err
		}
		err = s.store.StreamSubmissions(ctx, project, f.ID, func(sub *Submission) (err error) {
			if more || !reached.has(sub.CaseID, sub.Submitter) {
				return nil
			}
			if versions, err = s.upTo(ctx, f, versions, sub.Version); err != nil {
				return err
			}
			places := placesIn(versions[sub.Version-1], sub, text, language)
			for _, note := range slices.Concat(notes[sub.ID], said[sub.ID]) {
				if text.MatchString(note) {
					places = append(places, Place{Text: note})
				}
			}
			switch {
			case len(places) == 0:
			case len(found) == most:
				more = true
			default:
				found = append(found, Mention{*sub, f.Title, places})
			}
			return nil
		})
		if err != nil {
			return nil, false, err
		}
	}
	return found, more, nil
}

func placesIn(d *form.Definition, sub *Submission, text *regexp.Regexp, language string) (places []Place) {
	look := func(path form.Path, value string, former bool) {
		found := text.FindString(value)
		if found == "" {
			return
		}
		label := string(path)
		if f := d.Find(plain(path)); f != nil {
			if !isWords(f.Type) && !f.Type.IsAttachment() && found != value {
				return
			}
			if words := f.Label.In(LanguageFor(d, language), d); words != "" {
				label = words
			}
		}
		places = append(places, Place{path, label, value, former})
	}
	EachLeaf(d, sub.Answers, func(path form.Path, _ *form.Field, value string) { look(path, value, false) })
	for _, e := range sub.Events {
		look("", e.Comment, false)
		for _, r := range e.Reasons {
			look("", r.Text, false)
		}
		for _, c := range e.Changes {
			if c.Path != VarCase {
				look(c.Path, c.Old, true)
			}
		}
	}
	if sub.Deleted != nil {
		look("", sub.Deleted.Why, false)
	}
	for _, e := range sub.Entities {
		look("", e.Label, false)
		for _, value := range e.Properties {
			look("", value, false)
		}
	}
	return places
}

// EraseMentions erases a person from submissions: all their personal answers, every occurrence of the
// text elsewhere (■), what was sent at first, and their former revisions. It tells how many are done:
// after an error it may be asked for again.
func (s *Service) EraseMentions(ctx context.Context, project id.ProjectID, submissions []id.SubmissionID, text *regexp.Regexp) (int, error) {
	for done, which := range submissions {
		if err := s.eraseMentions(ctx, project, which, text); err != nil {
			return done, err
		}
	}
	return len(submissions), s.cleanPeopleVerdicts(ctx, project, func(value string) string { return text.ReplaceAllString(value, Blot) })
}

func (s *Service) eraseMentions(ctx context.Context, project id.ProjectID, which id.SubmissionID, text *regexp.Regexp) error {
	var err error
	for range retries {
		var sub Submission
		var f Form
		var versions []*form.Definition
		if sub, err = s.readBinned(ctx, project, which); err != nil {
			return err
		}
		if f, err = s.store.Form(ctx, project, sub.FormID); err != nil {
			return err
		}
		if versions, err = s.definitions(ctx, f); err != nil {
			return err
		}
		e := newEraser(versions, sub.Version, func(value string) string { return text.ReplaceAllString(value, Blot) })
		if err = s.erase(ctx, e, sub); !problem.Is(err, problem.Conflict) {
			return err
		}
	}
	return err
}

// Blot stands in the place of a text that was erased.
const Blot = "■"
