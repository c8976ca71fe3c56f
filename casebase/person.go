package casebase

import (
	"context"
	"regexp"
	"slices"
	"strconv"

	"tianye/internal/id"
)

// Mention is a case in which a text was found, now or in a former revision.
type Mention struct {
	Case
	Places []Place
}

// Place is where a text was found: "title", "text" or an attribute.
type Place struct {
	Name   string // the attribute's, or ""
	Text   string
	Former bool // in a former revision only
}

// Mentions finds a text in the titles, attributes and texts of a project's cases, those in the recycle
// bin and former revisions too, at most so many cases; more tells that there are others.
func (s *Service) Mentions(ctx context.Context, project id.ProjectID, text *regexp.Regexp, most int) (found []Mention, more bool, err error) {
	reach, err := s.Reach(ctx, project)
	if err != nil {
		return nil, false, err
	}
	var all []id.CaseID
	err = s.store.FollowCases(project)(ctx, func(c Case) error {
		if c.Title != "" && (reach == nil || reach[c.ID]) { // else it was purged
			all = append(all, c.ID)
		}
		return nil
	})
	for _, which := range all {
		if err != nil || more {
			break
		}
		var c Case
		var former []Case
		if c, err = s.read(ctx, project, which); err == nil {
			former, err = s.store.FormerCases(ctx, project, which)
		}
		places := c.mentions(text, false)
		for _, f := range former {
			for _, p := range f.mentions(text, true) {
				if !slices.ContainsFunc(places, func(known Place) bool { return known.Name == p.Name && known.Text == p.Text }) {
					places = append(places, p)
				}
			}
		}
		switch {
		case len(places) == 0:
		case len(found) == most:
			more = true
		default:
			found = append(found, Mention{c, places})
		}
	}
	return found, more, err
}

func (c Case) mentions(text *regexp.Regexp, former bool) (places []Place) {
	look := func(name, value string) {
		if text.MatchString(value) {
			places = append(places, Place{name, value, former})
		}
	}
	look("", c.Title)
	for _, a := range c.Attributes {
		look(a.Name, a.Value)
	}
	look("", c.Text)
	for _, a := range c.Attachments {
		look("", a.Name)
	}
	look("", c.Deletion.Why)
	return places
}

// EraseMentions puts a blot in the place of every occurrence of a text in cases, and forgets their former
// revisions. It tells how many are done: after an error it may be asked for again.
func (s *Service) EraseMentions(ctx context.Context, actor id.UserID, project id.ProjectID, cases []id.CaseID, text *regexp.Regexp, blot string) (int, error) {
	for done, which := range cases {
		if err := s.eraseMentions(ctx, actor, project, which, text, blot); err != nil {
			return done, err
		}
	}
	return len(cases), nil
}

// freeName is a file's name, with a number before it when another file has it.
func freeName(files []Attachment, name string) string {
	free := name
	for n := 2; slices.ContainsFunc(files, func(a Attachment) bool { return a.Name == free }); n++ {
		free = strconv.Itoa(n) + "-" + name
	}
	return free
}

func (s *Service) eraseMentions(ctx context.Context, actor id.UserID, project id.ProjectID, which id.CaseID, text *regexp.Regexp, blot string) error {
	_, err := s.change(ctx, actor, project, which, func(c *Case) error {
		c.Attributes = slices.Clone(c.Attributes)
		c.Title, c.Text = text.ReplaceAllString(c.Title, blot), text.ReplaceAllString(c.Text, blot)
		for i := range c.Attributes {
			if a := &c.Attributes[i]; text.MatchString(a.Value) {
				a.Value, a.Type = text.ReplaceAllString(a.Value, blot), TypeText
			}
		}
		c.Attachments = slices.Clone(c.Attachments)
		for i := range c.Attachments {
			if a := &c.Attachments[i]; text.MatchString(a.Name) {
				a.Name = freeName(c.Attachments, text.ReplaceAllString(a.Name, blot))
			}
		}
		c.Deletion.Why = text.ReplaceAllString(c.Deletion.Why, blot)
		return nil
	})
	if err != nil {
		return err
	}
	return s.store.ForgetCase(ctx, project, which)
}
