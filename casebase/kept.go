package casebase

import (
	"context"
	"strings"
	"sync"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"tianye/internal/id"
)

// Summary is a case without its text: what lists show.
type Summary struct {
	ID          id.CaseID
	Revision    int64
	Title       string
	State       State
	Attributes  []Attribute
	Characters  int // of the text, without spaces
	Attachments int
	CreatedBy   id.UserID
	CreatedAt   time.Time
	UpdatedBy   id.UserID
	UpdatedAt   time.Time
	Deleted     bool
	Deletion    id.Deletion

	numbers  []float64 // of Attributes
	order    []byte    // sorts by title: pinyin, numbers by their value
	haystack string    // what a search looks in
}

// Attribute finds one by its name.
func (s *Summary) Attribute(name string) (Attribute, bool) {
	return Edit{Attributes: s.Attributes}.Attribute(name)
}

// kept is one project's cases in memory. Summaries are never changed, only replaced,
// so what has been given out stays whole.
type kept struct {
	mu       sync.Mutex
	changes  Changes
	collator *collate.Collator
	byID     map[id.CaseID]*Summary
	views    map[string]*view // since cases have changed last, by the limit
}

// following locks a project's copy, brought up to date; the caller unlocks it.
func (s *Service) following(ctx context.Context, project id.ProjectID) (*kept, error) {
	s.mu.Lock()
	k := s.kept[project]
	if k == nil {
		k = &kept{
			changes:  s.store.FollowCases(project),
			collator: collate.New(language.Chinese, collate.Numeric),
			byID:     map[id.CaseID]*Summary{},
			views:    map[string]*view{},
		}
		s.kept[project] = k
	}
	s.mu.Unlock()
	k.mu.Lock()
	err := k.changes(ctx, func(c Case) error {
		if k.byID[c.ID] = k.summary(c); c.Title == "" { // purged: every other case has a title
			delete(k.byID, c.ID)
		}
		clear(k.views)
		return nil
	})
	if err != nil {
		k.mu.Unlock()
		return nil, err
	}
	return k, nil
}

func (k *kept) summary(c Case) *Summary {
	var hay strings.Builder
	hay.WriteString(c.Title)
	numbers := make([]float64, len(c.Attributes))
	for i, a := range c.Attributes {
		numbers[i] = a.Number()
		hay.WriteString("\n" + a.Name + "\n" + a.Value)
	}
	return &Summary{
		ID: c.ID, Revision: c.Revision, Title: c.Title, State: c.State, Attributes: c.Attributes,
		Characters: characters(c.Text), Attachments: len(c.Attachments),
		CreatedBy: c.CreatedBy, CreatedAt: c.CreatedAt, UpdatedBy: c.UpdatedBy, UpdatedAt: c.UpdatedAt, Deleted: c.Deleted, Deletion: c.Deletion,
		numbers:  numbers,
		order:    k.collator.KeyFromString(&collate.Buffer{}, c.Title),
		haystack: strings.ToLower(hay.String()),
	}
}
