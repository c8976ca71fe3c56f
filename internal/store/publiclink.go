package store

import (
	"context"
	"errors"
	"time"

	"tianye/internal/id"
	"tianye/survey"
)

// publicLinks are server-wide: an address names no project.
var publicLinks = &Collection{Name: "publiclinks", History: true, Indexes: []Index{{Name: "project", Fields: []string{"projectid"}}}}

// claims are what submissions hold alone. That a place exists once is what the index "place" is for.
var claims = &Collection{Name: "claims", Indexes: []Index{
	{Name: "link", Fields: []string{"link", "kind", "submission"}}, {Name: "place", Fields: []string{"quota", "slot"}, Unique: true}}}

var suggestions = &Collection{Name: "suggestions", History: true, Indexes: []Index{
	{Name: "published", Fields: []string{"link", "published.at"}}, {Name: "submission", Fields: []string{"submission"}}}}

func linkRevision(l *survey.PublicLink, revision int64)       { l.Revision = revision }
func claimRevision(c *survey.Claim, revision int64)           { c.Revision = revision }
func suggestionRevision(g *survey.Suggestion, revision int64) { g.Revision = revision }

func (s *Surveys) CreateLink(ctx context.Context, l survey.PublicLink) error {
	return insert(ctx, s.b, publicLinks, "", string(l.ID), l)
}

func (s *Surveys) Link(ctx context.Context, link id.LinkID) (survey.PublicLink, error) {
	return get(ctx, s.b, publicLinks, "", string(link), linkRevision)
}

func (s *Surveys) Links(ctx context.Context, project id.ProjectID) ([]survey.PublicLink, error) {
	return all(ctx, s.b, publicLinks, "", Query{Where: []Condition{Equal("projectid", string(project))}}, linkRevision)
}

func (s *Surveys) ReplaceLink(ctx context.Context, l survey.PublicLink) error {
	return replace(ctx, s.b, publicLinks, "", string(l.ID), l.Revision, l)
}

func (s *Surveys) CreateClaim(ctx context.Context, c survey.Claim) error {
	return insert(ctx, s.b, claims, c.ProjectID, c.ID, c)
}

func (s *Surveys) Claim(ctx context.Context, project id.ProjectID, claim string) (survey.Claim, error) {
	return get(ctx, s.b, claims, project, claim, claimRevision)
}

func (s *Surveys) CountUsed(ctx context.Context, project id.ProjectID, link id.LinkID, kind survey.ClaimKind) (int, error) {
	return s.b.Count(ctx, claims, string(project), Query{Where: []Condition{Equal("link", string(link)), Equal("kind", string(kind)), Above("submission", "")}})
}

func (s *Surveys) CountPlaces(ctx context.Context, project id.ProjectID, quota string) (int, error) {
	return s.b.Count(ctx, claims, string(project), Query{Where: []Condition{Equal("quota", quota)}})
}

func (s *Surveys) Places(ctx context.Context, project id.ProjectID, quota string, each func(*survey.Claim) error) error {
	return eachOf(ctx, s.b, claims, project, Query{Where: []Condition{Equal("quota", quota)}, Order: "place"}, claimRevision, each)
}

func (s *Surveys) ReplaceClaim(ctx context.Context, c survey.Claim) error {
	return replace(ctx, s.b, claims, c.ProjectID, c.ID, c.Revision, c)
}

func (s *Surveys) DeleteClaim(ctx context.Context, c survey.Claim) error {
	return s.b.Delete(ctx, claims, string(c.ProjectID), c.ID, c.Revision)
}

func (s *Surveys) CreateSuggestion(ctx context.Context, g survey.Suggestion) error {
	return insert(ctx, s.b, suggestions, g.ProjectID, g.ID, g)
}

func (s *Surveys) Suggestion(ctx context.Context, project id.ProjectID, suggestion string) (survey.Suggestion, error) {
	return get(ctx, s.b, suggestions, project, suggestion, suggestionRevision)
}

func (s *Surveys) PublishedSuggestions(ctx context.Context, project id.ProjectID, link id.LinkID, limit int, each func(*survey.Suggestion) error) error {
	q := Query{Where: []Condition{Equal("link", string(link)), AtLeast("published.at", time.Unix(0, 0))}, Order: "published", Descending: true, Limit: limit}
	return eachOf(ctx, s.b, suggestions, project, q, suggestionRevision, each)
}

func (s *Surveys) SuggestionsOf(ctx context.Context, project id.ProjectID, submissions []id.SubmissionID) ([]survey.Suggestion, error) {
	return all(ctx, s.b, suggestions, project, Query{Where: []Condition{In("submission", submissions...)}}, suggestionRevision)
}

func (s *Surveys) EachSuggestion(ctx context.Context, project id.ProjectID, each func(*survey.Suggestion) error) error {
	return eachOf(ctx, s.b, suggestions, project, Query{}, suggestionRevision, each)
}

func (s *Surveys) ForgetSuggestion(ctx context.Context, project id.ProjectID, suggestion string) error {
	return s.b.Forget(ctx, suggestions, string(project), suggestion)
}

func (s *Surveys) ReplaceSuggestion(ctx context.Context, g survey.Suggestion) error {
	return replace(ctx, s.b, suggestions, g.ProjectID, g.ID, g.Revision, g)
}

// eachOf gives documents one by one, as all gives them together.
func eachOf[T any](ctx context.Context, b Backend, c *Collection, project id.ProjectID, q Query, set func(*T, int64), each func(*T) error) error {
	return b.Stream(ctx, c, string(project), q, func(d Document) error {
		value, err := read(c, d, set)
		if err != nil {
			return err
		}
		return each(&value)
	})
}

// purgeLinks purges a project's links, with what is held by them, of those that go.
func (s *Bin) purgeLinks(ctx context.Context, project string, goes func(Document, *survey.PublicLink) bool) (purged bool, err error) {
	found, err := collect(ctx, s.b, publicLinks, "", Query{Where: []Condition{Equal("projectid", project)}})
	if err != nil {
		return false, err
	}
	for _, d := range found {
		var l survey.PublicLink
		if err := decode(publicLinks, d.Body, &l); err != nil {
			return purged, err
		}
		if !goes(d, &l) {
			continue
		}
		purged = true
		if err := s.purgeLink(ctx, project, d); err != nil {
			return true, err
		}
	}
	return purged, nil
}

// purgeLink purges a link after what is held by it.
func (s *Bin) purgeLink(ctx context.Context, project string, d Document) error {
	held, err := collect(ctx, s.b, claims, project, Query{Where: []Condition{Equal("link", d.ID)}})
	for _, c := range held {
		err = errors.Join(err, unlessOther(s.b.Delete(ctx, claims, project, c.ID, c.Revision)))
	}
	if err == nil {
		err = s.purgeSuggestions(ctx, project, Equal("link", d.ID))
	}
	if err != nil {
		return err
	}
	return s.purge(ctx, publicLinks, d)
}

func (s *Bin) purgeSuggestions(ctx context.Context, project string, which Condition) error {
	said, err := collect(ctx, s.b, suggestions, project, Query{Where: []Condition{which}})
	for _, g := range said {
		err = errors.Join(err, s.purge(ctx, suggestions, g))
	}
	return err
}
