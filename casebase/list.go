package casebase

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"slices"
	"strings"

	"tianye/internal/account"
	"tianye/internal/id"
)

// Filter chooses cases that are not in the recycle bin; the zero Filter takes all of them.
type Filter struct {
	Text       string            // every word of it occurs in the title or an attribute, in any case of letters
	State      State             // "" is any
	Attributes map[string]string // equal by name; "" is "has none"
}

// Sort is the order of a list: a title, a time, or an attribute's value.
type Sort struct {
	By         SortBy
	Attribute  string // of SortAttribute
	Descending bool
}

// SortBy is what a list is sorted by.
type SortBy string

// The orders. Titles go by pinyin, numbers in them by their value.
const (
	SortTitle      SortBy = "title"
	SortUpdated    SortBy = "updated"
	SortCreated    SortBy = "created"
	SortState      SortBy = "state"
	SortCharacters SortBy = "characters"
	SortAttribute  SortBy = "attribute"
)

// Page is the stretch of a list that is wanted; a Limit of 0 is all.
type Page struct{ Offset, Limit int }

// List is a stretch of cases and what it was taken from.
type List struct {
	Cases   []*Summary
	Total   int           // that the filter chooses
	ByState map[State]int // that the filter would choose without its State
}

// List lists a project's cases.
func (s *Service) List(ctx context.Context, project id.ProjectID, filter Filter, sort Sort, page Page) (List, error) {
	k, err := s.following(ctx, project)
	if err != nil {
		return List{}, err
	}
	all := make([]*Summary, 0, len(k.byID))
	for _, c := range k.byID {
		all = append(all, c)
	}
	k.mu.Unlock()
	list := List{ByState: map[State]int{}}
	words, limit := strings.Fields(strings.ToLower(filter.Text)), account.ScopeOf(ctx).Limit
	for _, c := range all {
		if !within(limit, c.Attributes) || !filter.chooses(c, words) {
			continue
		}
		list.ByState[c.State]++
		if filter.State == "" || filter.State == c.State {
			list.Cases = append(list.Cases, c)
		}
	}
	slices.SortFunc(list.Cases, sort.compare)
	list.Total = len(list.Cases)
	from := max(0, min(page.Offset, list.Total))
	to := list.Total
	if page.Limit > 0 {
		to = min(to, from+page.Limit)
	}
	list.Cases = list.Cases[from:to]
	return list, nil
}

func (f Filter) chooses(c *Summary, words []string) bool {
	if c.Deleted {
		return false
	}
	for _, word := range words {
		if !strings.Contains(c.haystack, word) {
			return false
		}
	}
	for name, value := range f.Attributes {
		if a, _ := c.Attribute(name); a.Value != value {
			return false
		}
	}
	return true
}

// compare puts cases in order; equal ones by title, then by id, so that it is stable.
func (s Sort) compare(a, b *Summary) int {
	order := 0
	switch s.By {
	case SortUpdated:
		order = a.UpdatedAt.Compare(b.UpdatedAt)
	case SortCreated:
		order = a.CreatedAt.Compare(b.CreatedAt)
	case SortState:
		order = cmp.Compare(slices.Index(States, a.State), slices.Index(States, b.State))
	case SortCharacters:
		order = cmp.Compare(a.Characters, b.Characters)
	case SortAttribute:
		x, hasX := a.Attribute(s.Attribute)
		y, hasY := b.Attribute(s.Attribute)
		if hasX != hasY { // cases without it come last, whatever the direction
			if hasX {
				return -1
			}
			return 1
		}
		order = compareValues(x, y)
	}
	if order == 0 {
		order = bytes.Compare(a.order, b.order)
	}
	if order == 0 {
		order = cmp.Compare(a.ID, b.ID)
	}
	if s.Descending {
		return -order
	}
	return order
}

// compareValues sorts numbers and dates by their value, before texts.
func compareValues(x, y Attribute) int {
	a, b := x.Number(), y.Number()
	switch {
	case math.IsNaN(a) != math.IsNaN(b):
		if math.IsNaN(b) {
			return -1
		}
		return 1
	case math.IsNaN(a):
		return cmp.Compare(x.Value, y.Value)
	}
	return cmp.Compare(a, b)
}
